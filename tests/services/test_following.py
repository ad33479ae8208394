"""The quick way gives what deriving everything again gives, and costs no more than what changes.

Three controls show that these tests can fail: each breaks one thing that the quick way rests on, and is found out.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from reanimator_gql.domain.derivation import compressed
from reanimator_gql.domain.derivation.compressed import Flags
from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import rebuild, verify
from reanimator_gql.services.record import record
from reanimator_gql.store.tables import publications
from tests.fixtures.databases import SQLITE
from tests.fixtures.rows import count
from tests.fixtures.stories import said
from tests.fixtures.world import day, dimm, drive, machine, send


def report(serial: str, t: float, *drives: dict[str, Any], **fields: Any) -> bytes:
    """Return what a tool says of a machine with two processors, a module of memory, and drives."""
    cpus = [{"socket": f"CPU{i}", "model": "Xeon Gold 6230"} for i in (0, 1)]
    return machine(serial, day(t), cpus=cpus, memory=[dimm(f"{serial}AA")], storage=list(drives), **fields)


async def is_true(context: Context) -> bool:
    """Whether what is stored is what follows, and deriving everything again changes nothing."""
    return await verify(context) == [] and (await rebuild(context)).position is None


# What is decided without a word of SQL is tried on one database; the fleets of the properties go to all of them.
ON_SQLITE = pytest.mark.parametrize("dsn", [SQLITE], indirect=True)

DISK, OTHER, THIRD = drive("S4EVNF0M1"), drive("S4EVNF0M2", "1"), drive("S4EVNF0M3", "2")

Told = tuple[str, float, tuple[dict[str, Any], ...]]


def told(serial: str, t: float, *drives: dict[str, Any]) -> Told:
    """Return a report in short."""
    return serial, t, drives


@ON_SQLITE
@pytest.mark.parametrize(
    ("history", "last"),
    [
        pytest.param([told("SRV1", 1, DISK)], told("SRV1", 2, DISK), id="nothing new"),
        pytest.param([told("SRV1", 1, DISK)], told("SRV1", 2, DISK | {"firmware": "2"}), id="a firmware"),
        pytest.param([told("SRV1", 1, DISK)], told("SRV1", 2, DISK | {"slot": "7"}), id="a place"),
        pytest.param([told("SRV1", 1, DISK, OTHER)], told("SRV1", 2, DISK), id="a part gone"),
        pytest.param([told("SRV1", 1, DISK)], told("SRV1", 2, DISK, OTHER), id="a part never heard of"),
        pytest.param(
            [told("SRV1", 1, DISK, OTHER), told("SRV1", 2, DISK)], told("SRV1", 3, DISK, OTHER), id="a part come back"
        ),
        pytest.param([told("SRV1", 1, DISK), told("SRV1", 3, DISK)], told("SRV1", 2, DISK), id="late, nothing new"),
        pytest.param([told("SRV1", 1, DISK), told("SRV1", 3, DISK)], told("SRV1", 2), id="late, a part missing"),
        pytest.param(
            [told("SRV1", 1, DISK), told("SRV1", 3, DISK | {"firmware": "2"})],
            told("SRV1", 2, DISK | {"firmware": "2"}),
            id="late, a firmware sooner",
        ),
        pytest.param(
            [told("SRV1", 1, DISK, OTHER, THIRD), told("SRV1", 2, OTHER, THIRD), told("SRV2", 1, drive("S4EVNF0M9"))],
            told("SRV2", 3, drive("S4EVNF0M9"), DISK),
            id="a part from another machine",
        ),
    ],
)
async def test_what_can_be_decided_from_its_neighbours_is_and_gives_what_follows(
    context: Context, ways: list[bool], history: list[Told], last: Told
) -> None:
    for serial, t, drives in history:
        await send(context, report(serial, t, *drives))
    await send(context, report(last[0], last[1], *last[2]))
    assert ways[-1]
    assert await is_true(context)


async def test_a_part_that_comes_and_goes_is_looked_at_through_a_window(context: Context, ways: list[bool]) -> None:
    for t in range(60):
        await send(context, report("SRV1", t, DISK, *([OTHER] if t % 2 else [])))
    await send(context, report("SRV1", 30.5, DISK, OTHER))
    await send(context, report("SRV1", 41.5, DISK))
    assert all(ways[2:])
    assert await is_true(context)


@ON_SQLITE
async def test_an_attribute_that_changes_every_day_changes_no_history(context: Context, ways: list[bool]) -> None:
    for t in range(40):
        await send(context, report("SRV1", t, DISK | {"note": f"n{t}"}))
    before = await count(context, publications)
    await send(context, report("SRV1", 20.5, DISK | {"note": "late"}))
    assert all(ways[1:])
    assert await count(context, publications) == before
    assert await is_true(context)


async def test_an_unchanged_snapshot_costs_a_fixed_few_statements_whatever_is_behind_it(context: Context) -> None:
    counts = []
    for t in range(30):
        statements: list[str] = []
        await send(context, report("SRV1", t, DISK, OTHER))
        listener = _noting(statements)
        event.listen(context.database.engine.sync_engine, "before_cursor_execute", listener)
        await send(context, report("SRV1", t + 0.5, DISK, OTHER))
        event.remove(context.database.engine.sync_engine, "before_cursor_execute", listener)
        counts.append(len(statements))
    assert len(set(counts[2:])) == 1
    assert counts[-1] <= 24  # raw store, queue and what is due among them


def _noting(statements: list[str]) -> Callable[..., None]:
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    return note


@ON_SQLITE
async def test_two_tools_that_take_turns_follow_each_other(context: Context, ways: list[bool]) -> None:
    for t in range(6):
        await send(context, report("SRV1", t, DISK, OTHER, collector="a"))
        await send(context, report("SRV1", t + 0.5, DISK, OTHER, collector="b"))
    await send(context, report("SRV1", 7, DISK, collector="a"))
    assert all(ways[2:])
    await send(context, report("SRV1", 8, DISK, OTHER, collector="b"))
    await send(context, report("SRV1", 9, DISK, OTHER, collector="a"))
    assert await is_true(context)


@ON_SQLITE
async def test_what_somebody_stated_of_a_part_is_asked_for_all_that_is_connected(
    context: Context, ways: list[bool]
) -> None:
    await send(context, report("SRV1", 1, DISK, OTHER))
    await record(context, said("remove", 2, asset="SRV1", component="S4EVNF0M1"))
    await send(context, report("SRV1", 3, OTHER))
    assert not ways[-1]
    assert await is_true(context)


async def _contested(context: Context) -> None:
    """A part was moved; its old machine, which is behind, tells of the time before."""
    # Each has parts enough of its own not to look like the other machine.
    await send(context, report("SRV1", 1, DISK, OTHER, THIRD))
    await send(context, report("SRV2", 10, DISK, drive("S4EVNF0M8", "8"), drive("S4EVNF0M9", "9")))
    await send(context, report("SRV1", 5, DISK, OTHER, THIRD))


async def _inside(context: Context) -> None:
    """A part was away; a late report of its machine tells until when it was still there."""
    for t in (1, 30):
        await send(context, report("SRV1", t, DISK, OTHER))
    await send(context, report("SRV2", 20, DISK))
    await send(context, report("SRV1", 10, DISK, OTHER))


@ON_SQLITE
@pytest.mark.parametrize("story", [_contested, _inside])
async def test_foreign_statements_about_a_part_are_heeded(context: Context, story: Any) -> None:
    await story(context)
    assert await is_true(context)


@ON_SQLITE
@pytest.mark.parametrize(("story", "flag"), [(_contested, Flags.CONTESTED), (_inside, Flags.INSIDE)])
async def test_control_without_its_flag_the_quick_way_would_be_wrong(
    context: Context, monkeypatch: pytest.MonkeyPatch, story: Any, flag: Flags
) -> None:
    flags = compressed._flags
    monkeypatch.setattr(compressed, "_flags", lambda *args: flags(*args) & ~flag)
    await story(context)
    assert await verify(context) != []
