"""`schema.graphql` at the top is what clients build on: it says what the program answers."""

from pathlib import Path

from reanimator_gql.schema import print_schema


def test_the_exported_schema_is_the_programs() -> None:
    exported = Path(__file__).parents[1] / "schema.graphql"
    assert exported.read_text(encoding="utf-8") == print_schema().rstrip("\n") + "\n", "run `make schema`"
