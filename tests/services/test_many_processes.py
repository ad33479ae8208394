"""Many callers in several processes on one MariaDB: one bundle, one history, no error reaches anybody."""

import asyncio
import json
import random
import sys
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


async def _process(dsn: str, path: Path, calls: int) -> list[tuple[int, bool]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fixtures.callers", dsn, str(path), str(calls), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return [(bundle, created) for bundle, created in json.loads(out)]


@pytest.mark.parametrize("driver", [AIOMYSQL, ASYNCMY])
async def test_a_hundred_callers_in_two_processes_make_one_bundle_and_one_history(
    request: pytest.FixtureRequest, tmp_path: Path, driver: str
) -> None:
    dsn = make_dsn(request, driver, tmp_path)
    database = Database(dsn)
    await upgrade(database)
    context = Context(database)
    path = tmp_path / "upload.json"
    path.write_bytes(machine("SRV0001", day(1), memory=[dimm("14D4EEBA")], storage=[drive("S4EVNF0M1")]))
    of_processes = await asyncio.gather(*(_process(dsn, path, 50) for _ in range(2)))
    results = [result for of_process in of_processes for result in of_process]
    assert len(results) == 100
    assert len({bundle for bundle, _ in results}) == 1
    assert sum(created for _, created in results) == 1
    for table in (log_bundles, snapshots, publications):
        assert await count(context, table) == 1
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
