"""`ingest`: files and folders into the configured database, or into a running server."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reanimator_gql.cli.bundles import Bundle, bundles_of
from reanimator_gql.cli.running import run, say
from reanimator_gql.cli.sending import send_all
from reanimator_gql.cli.taking import take_all


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, and folders: every file in them is a bundle of its own, a Redfish tree is one."),
    ],
    bundle: Annotated[
        bool, typer.Option("--bundle", help="Each PATH is one bundle, a folder archived as it stands.")
    ] = False,
    asset: Annotated[
        str | None, typer.Option(help="The machine's service tag or board serial, for files that name no machine.")
    ] = None,
    collected_at: Annotated[
        str | None,
        typer.Option(help="When the files were collected: an instant with a zone, `now`, or `mtime` of each file."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Send them to the server that runs there, instead of to the database.")
    ] = None,
) -> None:
    """Take log bundles in and derive history from them.

    Example: `reanimator-gql ingest --collected-at mtime dumps/`
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise typer.BadParameter(f"there is no {missing[0]}")
    when = _when(collected_at)
    bundles = list(bundles_of(paths, whole=bundle))
    tally = run(lambda: send_all(url, bundles, asset, when) if url else take_all(bundles, asset, when))
    for line in tally.lines():
        say(line)
    if tally.refused:
        raise typer.Exit(1)


def _when(text: str | None) -> Callable[[Bundle], datetime | None]:
    """Return what gives each bundle its time. `now` is resolved once a bundle."""
    if text is None:
        return lambda _: None
    if text == "mtime":
        return Bundle.modified_at
    if text == "now":
        return lambda _: datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter(f"--collected-at {text!r}: write an instant with a zone like 2026-01-31T08:00:00Z")
    return lambda _: instant
