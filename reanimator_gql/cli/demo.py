"""`demo`: a server with a made fleet that tells stories."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import SecretStr

from reanimator_gql.app import create_app
from reanimator_gql.cli.running import DEMO_FILE, complain, open_context, progress, run, say
from reanimator_gql.demo.fill import NotADemo, check_is_demo, fill, total
from reanimator_gql.demo.queries import QUERIES
from reanimator_gql.services.context import Context
from reanimator_gql.settings import Settings, load_settings
from reanimator_gql.store.dsn import parse_dsn


def demo(
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    assets: Annotated[int, typer.Option(help="How many machines the fleet has.", min=3, max=999)] = 40,
    reset: Annotated[bool, typer.Option("--reset", help="Throw an earlier demo's SQLite file away first.")] = False,
    fill_only: Annotated[bool, typer.Option("--fill-only", help="Fill the database and end.")] = False,
) -> None:
    """Serve a made fleet: a year of monthly snapshots, moves, firmware changes, logs that come late.

    The database is `reanimator-demo.db` in the working directory, or the one that DATABASE_DSN names if it is empty
    or an earlier demo's. Example: `reanimator-gql demo --port 8000`
    """
    settings = _settings(reset)
    try:
        run(lambda: _fill(settings, assets) if fill_only else _serve(settings, port, assets))
    except NotADemo as error:
        complain(str(error))
        raise typer.Exit(2) from error


def _settings(reset: bool) -> Settings:
    settings = load_settings()
    if os.environ.get("DATABASE_DSN"):
        if reset:
            raise typer.BadParameter("--reset throws only reanimator-demo.db away; empty the database itself")
        return settings
    if reset:
        for name in (DEMO_FILE, f"{DEMO_FILE}-wal", f"{DEMO_FILE}-shm"):
            Path(name).unlink(missing_ok=True)
    return settings.model_copy(update={"database_dsn": SecretStr(f"sqlite:///{DEMO_FILE}"), "database": None})


async def _fill(settings: Settings, assets: int) -> None:
    async with open_context(settings, migrate=True) as context:
        await _send(context, assets)
    name = parse_dsn(settings.dsn).database or "the database"
    say(f"filled {Path(name).name} with {assets} machines from {total(assets)} bundles")


async def _send(context: Context, assets: int) -> None:
    await check_is_demo(context)
    with progress("bundles") as bar:
        task = bar.add_task("filling the demo", total=total(assets))
        await fill(context, assets, lambda: bar.advance(task))


async def _serve(settings: Settings, port: int, assets: int) -> None:
    async with open_context(settings, migrate=True) as context:
        await check_is_demo(context)
        config = uvicorn.Config(create_app(settings), port=port, log_level="warning", server_header=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        _greet(port)
        filling = asyncio.create_task(_send(context, assets))
        filling.add_done_callback(_report)
        await serving
        filling.cancel()
        with suppress(asyncio.CancelledError):
            await filling


def _report(filling: "asyncio.Task[None]") -> None:
    if filling.cancelled():
        return
    if error := filling.exception():
        complain(f"the demo could not be filled: {error}")
    else:
        say("the demo is filled; it is served until you press Ctrl-C")


def _greet(port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    say(f"\nReanimator's demo answers at {base}/graphql while it fills itself. Three queries worth trying:\n")
    for query in QUERIES:
        say(f"# {query.about}")
        say(f"curl -s {base}/graphql -H 'Content-Type: application/json' -d '{query.body()}'\n")
    say("Your own machine next:")
    say(f"sudo lshw -json | curl -s --data-binary @- '{base}/ingest/logbundle?collected_at=now'\n")
