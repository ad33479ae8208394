"""A process that is killed while it takes bundles in: nothing acknowledged is lost, nothing is half done, and what it
left is finished later, so that the history ends as if nothing had happened."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from sqlalchemy import select

from reanimator_gql.services.context import Context
from reanimator_gql.services.raw import open_raw
from reanimator_gql.services.rebuild import digest, verify
from reanimator_gql.services.working import resume
from reanimator_gql.store.bundles import pending
from reanimator_gql.store.database import Database
from reanimator_gql.store.tables import bundle_status
from tests.fixtures.databases import SQLITE, make_dsn
from tests.fixtures.moving import DRIVE, holders, one_by_one, story
from tests.fixtures.rows import rows
from tests.fixtures.soundness import feed_faults, half_done, overlaps, stays

pytestmark = pytest.mark.thorough

_FILES_A_KILL = 10


async def _take(dsn: str, folder: Path, first: int, kill_after_s: float | None = None) -> set[int]:
    """Let a process take files in, and kill it after a time; return the numbers of the files that it acknowledged."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fixtures.takers", dsn, str(folder), str(first), stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    if kill_after_s is not None:
        await asyncio.sleep(kill_after_s)
        process.kill()
    told, _ = await process.communicate()
    assert kill_after_s is not None or process.returncode == 0
    return {int(line) for line in told.splitlines(keepends=True) if line.endswith(b"\n")}


async def _kept(context: Context) -> set[bytes]:
    """Return the bytes of every bundle that was worked on."""
    found = await rows(context, select(bundle_status.c.bundle_id).where(bundle_status.c.status == "DONE"))
    return {await _raw(context, row.bundle_id) for row in found}


async def _raw(context: Context, bundle_id: int) -> bytes:
    upload = await open_raw(context, bundle_id)
    assert upload is not None
    return b"".join([chunk async for chunk in upload.chunks])


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
async def test_killed_at_any_moment_it_ends_as_if_nothing_had_happened(
    request: pytest.FixtureRequest, tmp_path: Path, database: Database, dsn: str, kills: int
) -> None:
    context, rng = Context(database), random.Random(kills)
    told = story(_FILES_A_KILL * kills)
    arriving = rng.sample(told, len(told))
    folder = tmp_path / "uploads"
    folder.mkdir()
    for number, report in enumerate(arriving):
        (folder / f"{number:04d}.json").write_bytes(report.content())
    taken: set[int] = set()
    left_pending = 0
    for _ in range(kills):
        first = min(set(range(len(arriving))) - taken, default=len(arriving))
        taken |= await _take(dsn, folder, first, kill_after_s=rng.uniform(0, 0.6))
        assert await half_done(context) == []
        assert await verify(context) == []
        async with database.reading() as connection:
            left_pending += len(await pending(connection))
        await resume(context)
        async with database.reading() as connection:
            assert await pending(connection) == []
        assert {arriving[number].content() for number in taken} <= await _kept(context)
    assert kills < 20 or left_pending > 0, "no kill fell between the raw bytes and the history"
    await _take(dsn, folder, 0)
    assert await half_done(context) == []
    assert await verify(context) == []
    assert await overlaps(context) == []
    assert await feed_faults(context) == []
    assert await stays(context, DRIVE) == holders(told)
    assert await digest(context) == await one_by_one(make_dsn(request, SQLITE, tmp_path), told)
