"""Fifty writers in two processes tell of one drive on five machines: no error, one history, a feed without gaps."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import digest, verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from tests.fixtures.databases import AIOMYSQL, ASYNCMY, SQLITE, make_dsn
from tests.fixtures.moving import DRIVE, holders, one_by_one, story
from tests.fixtures.soundness import feed_faults, half_done, overlaps, stays
from tests.fixtures.world import send

pytestmark = [pytest.mark.mariadb, pytest.mark.thorough]

_PROCESSES, _WRITERS = 2, 25


async def _process(dsn: str, seconds: float, first: int) -> tuple[list[int], list[str]]:
    arguments = [dsn, str(_WRITERS), str(seconds), str(first), str(_PROCESSES)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fixtures.writers", *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    sent, errors = json.loads(out)
    return sent, errors


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("driver", [AIOMYSQL, ASYNCMY])
async def test_fifty_writers_that_move_one_drive_end_as_one_writer_would(
    request: pytest.FixtureRequest, tmp_path: Path, driver: str, seconds: float
) -> None:
    dsn = make_dsn(request, driver, tmp_path)
    database = Database(dsn)
    await upgrade(database)
    context = Context(database)
    results = await asyncio.gather(*(_process(dsn, seconds, first) for first in range(_PROCESSES)))
    assert [error for _, errors in results for error in errors] == []
    sent = {number for numbers, _ in results for number in numbers}
    told = story(max(sent) + 1)
    for number in set(range(len(told))) - sent:  # one process came further than the other
        await send(context, told[number].content())
    assert await verify(context) == []
    assert await overlaps(context) == []
    assert await half_done(context) == []
    assert await feed_faults(context) == []
    assert await stays(context, DRIVE) == holders(told)
    assert await digest(context) == await one_by_one(make_dsn(request, SQLITE, tmp_path), told)
    await database.close()
