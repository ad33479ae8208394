"""`record`: what people or other systems state, a JSON object a line."""

from pathlib import Path
from typing import Annotated

import typer

from reanimator_gql.cli.running import complain, open_context, progress, run, say
from reanimator_gql.domain.recorded_events import BadEvent, RecordedEvent, decode_event
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.record import record as keep


def record(
    file: Annotated[
        Path, typer.Argument(help="JSON lines; each with `id` (yours, for ever), `kind` and `at`.", exists=True)
    ],
) -> None:
    """Record events: install, remove, move, state, void, same_asset, split, clock_offset, assign_bundle.

    Example line: `{"id": "chg-17", "kind": "install", "at": "2026-01-31T08:00:00Z", "asset": "11WLK93",
    "component": "S4EVNF0M123456", "slot": "3"}`
    """
    events, bad = _read(file)
    new, known = run(lambda: _keep_all(events, bad))
    say(f"{new} events recorded, {known} known before; {len(bad)} refused")
    if bad:
        raise typer.Exit(1)


def _read(file: Path) -> tuple[list[tuple[int, RecordedEvent]], list[str]]:
    events: list[tuple[int, RecordedEvent]] = []
    bad: list[str] = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            events.append((number, decode_event(line)))
        except BadEvent as error:
            _refuse(bad, number, error)
    return events, bad


def _refuse(bad: list[str], number: int, error: Exception) -> None:
    bad.append(str(error))
    complain(f"refused line {number}: {error}")


async def _keep_all(events: list[tuple[int, RecordedEvent]], bad: list[str]) -> tuple[int, int]:
    new = known = 0
    async with open_context() as context:
        with progress("events") as bar:
            for number, event in bar.track(events, description="recording"):
                try:
                    created = (await keep(context, event)).created
                except Refused as error:
                    _refuse(bad, number, error)
                    continue
                new, known = new + created, known + (not created)
    return new, known
