"""The command line: wiring only. Each command is a file, helps itself, and ends with a line that says what happened."""

import sys

import typer

from reanimator_gql.cli.database import digest, migrate, rebuild
from reanimator_gql.cli.demo import demo
from reanimator_gql.cli.exported import schema
from reanimator_gql.cli.ingest import ingest
from reanimator_gql.cli.record import record
from reanimator_gql.cli.serve import serve
from reanimator_gql.settings import BadSetting
from reanimator_gql.store.dsn import BadDsn

app = typer.Typer(
    name="reanimator-gql",
    help="The medical record of hardware: keeps every log bundle raw and derives history from it.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (serve, demo, ingest, record, migrate, rebuild, digest, schema):
    app.command()(command)


def main() -> None:
    """Run the command line. A wrong setting stops it with one line that names it."""
    try:
        app()
    except (BadSetting, BadDsn) as error:
        print(f"reanimator-gql: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks here
        sys.exit(2)
