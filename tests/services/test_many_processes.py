"""Many callers in several processes on one MariaDB: one bundle, one history, no error reaches anybody."""

import asyncio
import json
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from reanimator_gql.store.tables import log_bundles, publications, snapshots
from tests.fixtures.databases import AIOMYSQL, ASYNCMY, make_dsn
from tests.fixtures.rows import count
from tests.fixtures.world import day, dimm, drive, machine, send

pytestmark = pytest.mark.mariadb


@asynccontextmanager
async def _callers(dsn: str) -> AsyncIterator[Process]:
    """Yield a process that is ready to send; it ends when nobody tells it of more rounds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fixtures.callers", dsn, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    try:
        assert await _line(process) == b"ready\n"
        yield process
    finally:
        process.stdin.close()
        await process.wait()
    assert process.returncode == 0


async def _line(process: Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


async def _send_at_once(processes: list[Process], calls: int, path: Path) -> list[tuple[int, bool]]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{calls} {path}\n".encode())
    answers = [json.loads(await _line(process)) for process in processes]
    return [(bundle, created) for answer in answers for bundle, created in answer]


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("driver", [AIOMYSQL, ASYNCMY])
async def test_a_hundred_callers_in_two_processes_make_one_bundle_and_one_history(
    request: pytest.FixtureRequest, tmp_path: Path, driver: str, rounds: int
) -> None:
    dsn = make_dsn(request, driver, tmp_path)
    database = Database(dsn)
    await upgrade(database)
    context = Context(database)
    async with _callers(dsn) as one, _callers(dsn) as other:
        for number in range(1, rounds + 1):
            path = tmp_path / f"upload{number}.json"
            parts = {"memory": [dimm("14D4EEBA")], "storage": [drive(f"S4EVNF0M{number}")]}
            path.write_bytes(machine("SRV0001", day(number), **parts))
            results = await _send_at_once([one, other], 50, path)
            assert len(results) == 100
            assert len({bundle for bundle, _ in results}) == 1
            assert sum(created for _, created in results) == 1
            for table in (log_bundles, snapshots, publications):
                assert await count(context, table) == number
    assert await verify(context) == []
    await database.close()


@pytest.mark.parametrize("driver", [AIOMYSQL, ASYNCMY])
async def test_writers_that_share_parts_end_with_the_history_of_any_order(
    request: pytest.FixtureRequest, tmp_path: Path, driver: str
) -> None:
    database = Database(make_dsn(request, driver, tmp_path))
    await upgrade(database)
    context = Context(database)
    rng = random.Random(7)
    uploads = [
        machine(f"SRV000{m}", day(t + m / 7), storage=[drive(f"SHARED{rng.randrange(4)}", str(t % 3))])
        for t in range(8)
        for m in range(5)
    ]
    rng.shuffle(uploads)
    await asyncio.gather(*(send(context, upload) for upload in uploads))
    assert await count(context, snapshots) == len(uploads)
    assert await verify(context) == []
    await database.close()
