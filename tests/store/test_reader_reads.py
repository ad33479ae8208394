"""The reader of a request: one connection, one statement at a time, given back at its end."""

import asyncio

import pytest
from sqlalchemy import func, select

from reanimator_gql.store import assets
from reanimator_gql.store.bulk import insert_all
from reanimator_gql.store.database import Database
from reanimator_gql.store.reader import IDS_A_STATEMENT, Reader, one_of
from reanimator_gql.store.tables import value_locks


async def test_a_request_that_reads_nothing_takes_no_connection(database: Database) -> None:
    async with Reader(database):
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_statements_of_many_tasks_share_one_connection(database: Database) -> None:
    async with Reader(database) as reader:
        answers = await asyncio.gather(*[reader.rows(select(func.abs(number))) for number in range(50)])
        assert [rows[0][0] for rows in answers] == list(range(50))
        assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_refreshed_reader_sees_what_was_committed_meanwhile(database: Database) -> None:
    async with Reader(database) as reader:
        assert await reader.rows(reader.select(value_locks)) == []
        await database.write(lambda connection: insert_all(connection, value_locks, [{"value": "x"}]))
        await reader.refresh()
        assert [row.value for row in await reader.rows(reader.select(value_locks))] == ["x"]


async def test_a_reader_reads_nothing_after_its_request(database: Database) -> None:
    async with Reader(database) as reader:
        await reader.rows(reader.select(value_locks))
    with pytest.raises(RuntimeError, match="has ended"):
        await reader.rows(reader.select(value_locks))
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_failed_statement_leaves_a_reader_usable(database: Database) -> None:
    async with Reader(database) as reader:
        with pytest.raises(Exception, match="nowhere"):
            await reader.rows(select(func.nowhere()))
        assert await reader.rows(reader.select(value_locks)) == []


async def test_long_lists_of_keys_are_asked_in_pieces_and_no_keys_ask_nothing(database: Database) -> None:
    async with Reader(database) as reader:
        assert await assets.by_ids(reader, []) == {}
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert await assets.by_ids(reader, range(IDS_A_STATEMENT + 5)) == {}


def test_ids_are_written_into_the_statement_as_integers_only() -> None:
    condition = one_of(value_locks.c.value, [1, 2])
    assert "(1, 2)" in str(condition.compile(compile_kwargs={"render_postcompile": True}))
    with pytest.raises(ValueError, match="invalid literal"):
        one_of(value_locks.c.value, ["1) OR (1=1"])  # type: ignore[list-item]
