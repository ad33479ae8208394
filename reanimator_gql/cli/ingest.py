"""`ingest`: files and folders into the configured database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reanimator_gql.cli.running import complain, open_context, progress, run, say
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.ingest import Given, Ingested
from reanimator_gql.services.ingest import ingest as take_in
from reanimator_gql.store.bundles import made_by


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, and folders whose every file is a bundle of its own.")],
    asset: Annotated[
        str | None, typer.Option(help="The machine's service tag or board serial, for files that name no machine.")
    ] = None,
    collected_at: Annotated[
        str | None,
        typer.Option(help="When the files were collected: an instant with a zone, `now`, or `mtime` of each file."),
    ] = None,
) -> None:
    """Take log bundles in and derive history from them.

    Example: `reanimator-gql ingest --collected-at mtime dumps/`
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise typer.BadParameter(f"there is no {missing[0]}")
    when = _when(collected_at)
    tally = run(lambda: _take_all(_files(paths), asset, when))
    say(tally.line())
    if tally.refused:
        raise typer.Exit(1)


def _files(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    return found


def _when(text: str | None) -> datetime | str | None:
    if text is None or text == "mtime":
        return text
    if text == "now":
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter(f"--collected-at {text!r}: write an instant with a zone like 2026-01-31T08:00:00Z")
    return instant


@dataclass(slots=True)
class _Tally:
    """What became of the files."""

    files: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    machines: int = 0
    parts: int = 0
    events: int = 0

    def line(self) -> str:
        """Return the summary."""
        taken = self.files - len(self.refused)
        return (
            f"{taken} of {self.files} files taken in ({self.known} of them known before): "
            f"{self.machines} machines, {self.parts} parts, {self.events} events; {len(self.refused)} refused"
        )


async def _take_all(files: list[Path], asset: str | None, when: datetime | str | None) -> _Tally:
    tally = _Tally(len(files))
    taken: list[Ingested] = []
    async with open_context() as context:
        with progress("files") as bar:
            for file in bar.track(files, description="taking in"):
                await _take(context, file, asset, when, tally, taken)
        async with context.database.reading() as connection:
            made = await made_by(
                connection, [one.bundle_id for one in taken], [t.bundle_id for t in taken if t.created]
            )
        tally.machines, tally.parts, tally.events = made
    return tally


async def _take(  # noqa: PLR0913 - one file and where its outcome goes
    context: Context,
    path: Path,
    asset: str | None,
    when: datetime | str | None,
    tally: _Tally,
    taken: list[Ingested],
) -> None:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC) if when == "mtime" else when
    assert not isinstance(at, str), "mtime is the only word left"
    try:
        with path.open("rb") as file:
            result = await take_in(context, file, Given(asset, at, path.name, "command line"))
    except (Refused, OSError) as error:
        tally.refused.append(str(path))
        complain(f"refused {path}: {error}")
        return
    taken.append(result)
    tally.known += not result.created
