"""`schema`: what clients build on, printed."""

from reanimator_gql.cli.running import say
from reanimator_gql.schema import print_schema


def schema() -> None:
    """Print the GraphQL schema.

    Example: `reanimator-gql schema > schema.graphql`
    """
    say(print_schema().rstrip("\n"))
