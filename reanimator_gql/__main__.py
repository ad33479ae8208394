"""`python -m reanimator_gql` is the command line."""

from reanimator_gql.cli import main

main()
