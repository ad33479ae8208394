"""Several bundles taken in at once come to what they come to one by one."""

import io
import random
from pathlib import Path

import pytest
from sqlalchemy import event

from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.ingest import Given, Ingested, Sent, ingest_all
from reanimator_gql.services.parsing import read_upload
from reanimator_gql.services.rebuild import digest, rebuild, verify
from reanimator_gql.services.working import resume
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from reanimator_gql.store.tables import pending_bundles, snapshots
from tests.fixtures.rows import count
from tests.fixtures.world import Clock, day, dimm, drive, machine, send


def _fleet() -> list[bytes]:
    """Reports of six machines on eight days: most say nothing new, some lose, get, exchange or flash a drive."""
    rng = random.Random(11)
    slots = {m: [f"DISK{m}{n}AA" for n in range(4)] for m in range(6)}
    reports = []
    for t in range(8):
        for m in range(6):
            if rng.random() < 0.4:
                slots[m][rng.randrange(4)] = rng.choice([f"NEW{t}{m}AAAA", f"DISK{(m + 1) % 6}0AA", ""])
            drives = [drive(serial, str(n), firmware=f"f{t // 4}") for n, serial in enumerate(slots[m]) if serial]
            content = machine(f"SRV000{m}", day(t + m / 24), memory=[dimm(f"{m}AAAAAAA")], storage=drives)
            reports.append(content)
    return reports


def _sent(content: bytes) -> Sent:
    return Sent(io.BytesIO(content), Given(), read_upload(io.BytesIO(content), None))


async def _one_by_one(folder: Path, reports: list[bytes], clock: Clock) -> str:
    database = Database(f"sqlite:///{folder / 'alone.db'}")
    await upgrade(database)
    context = Context(database, clock)
    for content in reports:
        await send(context, content)
    told = await digest(context)
    await database.close()
    return told


@pytest.mark.parametrize("together", [7, 48])
async def test_bundles_taken_in_together_give_the_history_of_each_by_itself(
    context: Context, clock: Clock, tmp_path: Path, together: int
) -> None:
    reports = _fleet()
    for start in range(0, len(reports), together):
        outcomes = await ingest_all(context, [_sent(content) for content in reports[start : start + together]])
        assert all(isinstance(outcome, Ingested) and outcome.created for outcome in outcomes)
    assert await count(context, snapshots) == len(reports)
    assert await count(context, pending_bundles) == 0
    assert await verify(context) == []
    assert (await rebuild(context)).position is None
    assert await digest(context) == await _one_by_one(tmp_path, reports, clock)


async def test_one_that_is_refused_or_known_does_not_hold_up_the_others(context: Context) -> None:
    known = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
    await send(context, known)
    bad = Sent(io.BytesIO(known), Given(asset=""), read_upload(io.BytesIO(known), None))
    fresh = machine("SRV0002", day(1), storage=[drive("S4EVNF0M2")])
    first, second, third = await ingest_all(context, [_sent(known), bad, _sent(fresh)])
    assert isinstance(first, Ingested)
    assert not first.created
    assert isinstance(second, Refused)
    assert isinstance(third, Ingested)
    assert third.created
    assert await count(context, snapshots) == 2


async def test_machines_that_tell_nothing_new_are_written_with_as_few_statements_as_one(context: Context) -> None:
    def reports(t: int, machines: int) -> list[Sent]:
        return [_sent(machine(f"SRV000{m}", day(t), storage=[drive(f"DISK{m}AA")])) for m in range(machines)]

    for t in range(3):
        await ingest_all(context, reports(t, 9))
    writes = [await _writes(context, reports(t, machines)) for t, machines in ((3, 1), (4, 9))]
    assert writes[0] == writes[1]


_OF_HISTORY = {"snapshots", "placements", "streams", "spans", "bundle_status"}


async def _writes(context: Context, sent: list[Sent]) -> int:
    writes: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        """The bytes of each upload are kept by themselves, and count not."""
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and _OF_HISTORY & set(statement.split()):
            writes.append(statement)

    event.listen(context.database.engine.sync_engine, "before_cursor_execute", note)
    await ingest_all(context, sent)
    event.remove(context.database.engine.sync_engine, "before_cursor_execute", note)
    return len(writes)


async def test_what_a_crash_left_is_worked_on_together(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = _fleet()
    with monkeypatch.context() as patched:
        patched.setattr("reanimator_gql.services.ingest.take_in", _dies)
        with pytest.raises(ConnectionResetError):
            await ingest_all(context, [_sent(content) for content in reports])
    assert await count(context, pending_bundles) == len(reports)
    while await resume(context):
        pass
    assert await count(context, snapshots) == len(reports)
    assert await verify(context) == []


async def _dies(*_: object) -> None:
    raise ConnectionResetError("the process died here")
