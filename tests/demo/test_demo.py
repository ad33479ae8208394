"""The demo: the same fleet every time, through the real ingestion, and queries that show its stories."""

from collections import Counter
from pathlib import Path

import pytest

from reanimator_gql.demo.fill import NotADemo, check_is_demo, fill, total
from reanimator_gql.demo.fleet import fleet_logs
from reanimator_gql.demo.queries import QUERIES
from reanimator_gql.schema import build_schema
from reanimator_gql.schema.context import RequestContext
from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from reanimator_gql.store.reader import Reader
from tests.fixtures.world import day, machine, send

pytestmark = pytest.mark.thorough


@pytest.fixture
async def small_demo(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Yield a context on a demo of three machines."""
    database = Database(f"sqlite:///{tmp_path / 'demo.db'}")
    await upgrade(database)
    context = Context(database)
    sent: Counter[str] = Counter()
    await fill(context, 3, lambda: sent.update(["bundle"]))
    assert sent["bundle"] == total(3)
    yield context
    await database.close()


def test_the_fleet_is_the_same_every_time_and_some_logs_come_late() -> None:
    once = [log.content for log in fleet_logs(40)]
    assert once == [log.content for log in fleet_logs(40)]
    names = [log.filename[-12:] for log in fleet_logs(40)]
    assert names != sorted(names)


async def test_the_printed_queries_show_what_they_say(small_demo: Context) -> None:
    answers = []
    for query in QUERIES:
        async with Reader(small_demo.database) as reader:
            result = await build_schema().execute(
                query.text, context_value=RequestContext(context=small_demo, reader=reader, loaders={})
            )
        assert result.errors is None
        assert result.data is not None
        answers.append(result.data)
    assert len(answers[0]["asset"]["installed"]) == 4
    lived_in = [stay["asset"]["vendorSerial"] for stay in answers[1]["component"]["installations"]["nodes"]]
    assert lived_in[:1] == ["DEMO000"]
    assert len(set(lived_in)) == 3
    kinds = Counter(event["kind"] for event in answers[2]["asset"]["timeline"]["nodes"])
    assert kinds["LINK_CHANGED"] == 1
    assert kinds["REMOVED"] >= 1
    assert kinds["INSTALLED"] >= 1


async def test_a_demo_is_an_earlier_demos_and_verifies(small_demo: Context) -> None:
    await check_is_demo(small_demo)
    assert await verify(small_demo) == []


async def test_a_database_of_somebody_else_is_left_alone(small_demo: Context) -> None:
    await send(small_demo, machine("SRV0001", day(1), storage=[]), who="somebody")
    with pytest.raises(NotADemo):
        await check_is_demo(small_demo)
