"""`serve`: the API."""

from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette

from reanimator_gql.app import create_app
from reanimator_gql.cli.running import complain
from reanimator_gql.observability import configure_logging
from reanimator_gql.settings import load_settings
from reanimator_gql.store.dsn import parse_dsn


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs MariaDB.", min=1)] = 1,
) -> None:
    """Serve GraphQL at /graphql and the REST endpoints of the first version.

    With no configuration: a SQLite file `reanimator.db` in the working directory, brought up to date by itself.
    Example: `reanimator-gql serve --port 8000`
    """
    settings = load_settings()
    if workers > 1 and parse_dsn(settings.dsn).get_backend_name() == "sqlite":
        complain("--workers above 1 needs MariaDB: SQLite has one writer a process (set DATABASE_DSN)")
        raise typer.Exit(2)
    uvicorn.run(
        "reanimator_gql.cli.serve:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level=settings.log_level,
        access_log=False,  # requests are logged by `observability`
        server_header=False,
    )


def application() -> Starlette:
    """Return the application of one process, configured from its environment."""
    settings = load_settings()
    configure_logging(settings.log_level)
    return create_app(settings)
