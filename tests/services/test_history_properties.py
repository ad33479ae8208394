"""What must hold of the stored history in any order of arrival: on SQLite for many worlds, on all for some."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from reanimator_gql.services.context import Context
from reanimator_gql.services.future import let_in_what_is_due
from reanimator_gql.services.rebuild import digest, rebuild, verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.feed import head
from reanimator_gql.store.migrate import upgrade
from tests.fixtures.databases import make_dsn
from tests.fixtures.fleets import fleet_of, fleets
from tests.fixtures.known import known_history
from tests.fixtures.profiles import examples, longest
from tests.fixtures.sending import Sender, sendable
from tests.fixtures.standing import flags, standing, without_due
from tests.fixtures.world import Clock, day
from tests.fixtures.worlds import World, worlds

pytestmark = pytest.mark.thorough

_LATE = datetime(2026, 6, 1, tzinfo=UTC)

Work = Callable[[Context, Clock], Awaitable[Any]]


@asynccontextmanager
async def _at_work(dsn: str) -> AsyncIterator[tuple[Context, Clock]]:
    database, clock = Database(dsn), Clock(_LATE)
    try:
        await upgrade(database)
        yield Context(database, clock), clock
    finally:
        await database.close()


def _on_sqlite(at_head: Path, work: Work) -> Any:
    """Run work on a database of its own."""

    async def run(folder: str) -> Any:
        path = Path(folder) / "history.db"
        shutil.copyfile(at_head, path)
        async with _at_work(f"sqlite:///{path}") as (context, clock):
            return await work(context, clock)

    with TemporaryDirectory() as folder:
        return asyncio.run(run(folder))


async def _known_now(context: Context) -> tuple[datetime, Any]:
    async with context.database.reading() as connection:
        known_at = (await head(connection)).recorded_at
    return known_at, await known_history(context, known_at)


async def _follow(context: Context, clock: Clock, world: World, ahead: int | None = None) -> str:
    """Send a world and check after every input. `ahead`: the first comes so many days before its time; None: late."""
    sender, answers = Sender(context), {}
    for number, one in enumerate(world):
        if ahead is not None:
            clock.now = max(clock.now if number else day(0), day(number * 0.75 - ahead))
        await sender.send(one)
        assert await verify(context) == []
        known_at, answer = await _known_now(context)
        answers[known_at] = answer
    clock.now = max(clock.now, _LATE)
    assert await verify(context) == []
    await _check_that_all_stands(context)
    for known_at, answer in answers.items():
        assert await known_history(context, known_at) == answer
    return await digest(context)


async def _check_that_all_stands(context: Context) -> None:
    """Deriving everything again publishes nothing, and leaves what stands beside the beliefs as it was."""
    before, flags_before = await standing(context), await flags(context)
    assert (await rebuild(context)).position is None
    assert await standing(context) == before
    assert without_due(flags_before, await flags(context)) == []


async def _send_together(context: Context, clock: Clock, world: World, together: int) -> str:
    await Sender(context).send_all(world, together)
    clock.now = max(clock.now, _LATE)
    await let_in_what_is_due(context)
    assert await verify(context) == []
    await _check_that_all_stands(context)
    return await digest(context)


@pytest.fixture
def mostly_quick(ways: list[bool]) -> Iterator[list[bool]]:
    """Fail unless the quick way was really gone."""
    yield ways
    assert len(ways) < 50 or sum(ways) >= len(ways) / 4


_LONGEST = longest(14, 30)


@examples(7, 400)
@given(world=fleets(_LONGEST), ahead=st.sampled_from([*[None] * 6, 0, 2]))
def test_after_every_input_the_stored_history_is_the_derived_one_and_what_was_known_stays_known(
    sqlite_at_head: Path, mostly_quick: list[bool], world: World, ahead: int | None
) -> None:
    count = len(mostly_quick)
    _on_sqlite(sqlite_at_head, lambda context, clock: _follow(context, clock, world, ahead))
    quick = mostly_quick[count:]
    event(f"taken in the quick way: {round(10 * sum(quick) / max(1, len(quick))) * 10} %")


@examples(3, 200)
@given(world=fleets(_LONGEST), together=st.sampled_from([3, 50]), order=st.randoms(use_true_random=False))
def test_one_by_one_many_at_once_and_in_any_order_with_repeats_inputs_give_one_history(
    sqlite_at_head: Path, world: World, together: int, order: random.Random
) -> None:
    again = [*world, *order.sample(world, len(world) // 2)]
    order.shuffle(again)
    one = _on_sqlite(sqlite_at_head, lambda context, clock: _send_together(context, clock, world, 1))
    assert _on_sqlite(sqlite_at_head, lambda context, clock: _send_together(context, clock, world, together)) == one
    assert _on_sqlite(sqlite_at_head, lambda context, clock: _send_together(context, clock, sendable(again), 4)) == one


@examples(4, 500)
@given(world=worlds())
def test_what_makes_no_sense_is_followed_to_the_letter_as_well(sqlite_at_head: Path, world: World) -> None:
    _on_sqlite(sqlite_at_head, lambda context, clock: _follow(context, clock, sendable(world)))


@pytest.mark.mariadb
@pytest.mark.parametrize(("seed", "followed"), [(101, "aiomysql"), (292, "asyncmy")])
async def test_sqlite_and_both_mariadb_drivers_come_to_one_digest_one_by_one_and_many_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, seed: int, followed: str
) -> None:
    world, digests = fleet_of(seed, 14), set()
    for together, driver in enumerate(("sqlite", "aiomysql", "asyncmy"), 2):
        async with _at_work(make_dsn(request, driver, tmp_path)) as (context, clock):
            send = (
                _follow(context, clock, world)
                if driver == followed
                else _send_together(context, clock, world, together)
            )
            digests.add(await send)
    assert len(digests) == 1
