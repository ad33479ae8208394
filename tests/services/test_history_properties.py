"""What must hold of the stored history in any order of arrival: on SQLite for many worlds, on all for some."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import digest, rebuild, verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.feed import head
from reanimator_gql.store.migrate import upgrade
from tests.fixtures.databases import make_dsn
from tests.fixtures.known import known_history
from tests.fixtures.sending import send_input, send_world
from tests.fixtures.world import Clock, day
from tests.fixtures.worlds import worlds

pytestmark = pytest.mark.thorough

World = list[dict[str, Any]]
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


@asynccontextmanager
async def _fresh(dsn: str) -> AsyncIterator[Context]:
    database = Database(dsn)
    try:
        await upgrade(database)
        yield Context(database, Clock(_NOW))
    finally:
        await database.close()


async def _digest_of(world: World, folder: str, name: str) -> str:
    async with _fresh(f"sqlite:///{Path(folder) / name}.db") as context:
        await send_world(context, world)
        return await digest(context)


@settings(max_examples=15)
@given(worlds(), st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_give_one_digest(world: World, rng: random.Random) -> None:
    again = [*world, *rng.sample(world, len(world) // 2)]
    rng.shuffle(again)
    with TemporaryDirectory() as folder:
        assert asyncio.run(_digest_of(world, folder, "one")) == asyncio.run(_digest_of(again, folder, "two"))


@settings(max_examples=20)
@given(worlds())
def test_after_every_input_the_stored_history_is_the_derived_one_and_what_was_known_stays_known(world: World) -> None:
    async def follow(folder: str) -> None:
        async with _fresh(f"sqlite:///{Path(folder) / 'known'}.db") as context:
            answers: dict[datetime, Any] = {}
            bundles: dict[str, int] = {}
            for one in sorted(world, key=lambda given: given.get("kind") == "void"):
                await send_input(context, one, bundles)
                assert await verify(context) == []
                async with context.database.reading() as connection:
                    known_at = (await head(connection)).recorded_at
                answers[known_at] = await known_history(context, known_at)
            for known_at, answer in answers.items():
                assert await known_history(context, known_at) == answer
            assert (await rebuild(context)).position is None

    with TemporaryDirectory() as folder:
        asyncio.run(follow(folder))


_STORY: World = [
    {
        "snapshot": f"{asset}{source}{t}",
        "asset": asset,
        "source": source,
        "collected_at": day(t + (0.25 if asset == "B" else 0)).isoformat().replace("+00:00", "Z"),
        "parts": [{"key": key, "cls": "DRIVE", "slot": slot, "firmware": f"f{t // 3}"} for key, slot in parts],
        "covers": ["DRIVE"],
        "empty_slots": [],
    }
    for asset, source, t, parts in [
        ("A", "x", 1, [("D1", "0"), ("D2", "1")]),
        ("B", "x", 1, [("D3", "0")]),
        ("A", "y", 2, [("D1", "a"), ("D2", "b")]),
        ("A", "x", 3, [("D1", "0")]),
        ("B", "x", 4, [("D3", "0"), ("D2", "1")]),
        ("A", "x", 6, [("D1", "4")]),
        ("B", "y", 7, [("D3", "a"), ("D2", "b")]),
        ("A", "x", 8, [("D1", "4"), ("D3", "0")]),
    ]
] + [
    {"event": "e1", "kind": "remove", "at": day(9).isoformat(), "asset": "A", "key": "D1"},
    {"event": "e2", "kind": "void", "at": day(10).isoformat(), "target": "Bx4"},
]


@pytest.mark.mariadb
@pytest.mark.parametrize("seed", range(3))
async def test_sqlite_and_both_mariadb_drivers_come_to_one_digest_in_any_order(
    request: pytest.FixtureRequest, tmp_path: Path, seed: int
) -> None:
    digests = set()
    for driver in ("sqlite", "aiomysql", "asyncmy"):
        story = list(_STORY)
        random.Random(f"{seed}{driver}").shuffle(story)
        async with _fresh(make_dsn(request, driver, tmp_path)) as context:
            await send_world(context, story)
            assert await verify(context) == []
            digests.add(await digest(context))
    assert len(digests) == 1
