"""The command line: wiring only. Each command is a file, helps itself, and ends with a line that says what happened."""

import logging
import sys
from typing import NoReturn

import typer
from sqlalchemy.exc import OperationalError

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
    """Run the command line. A wrong setting, or a database that is away, stops it with one line that says so."""
    # The driver logs every note of the server; what matters reaches us as an error.
    logging.getLogger("asyncmy").setLevel(logging.ERROR)
    try:
        app()
    except (BadSetting, BadDsn) as error:
        _stop(str(error))
    except OperationalError as error:
        _stop(f"the database cannot be used: {error.orig}")


def _stop(reason: str) -> NoReturn:
    print(f"reanimator-gql: {reason}", file=sys.stderr)  # noqa: T201 - the command line speaks here
    sys.exit(2)
