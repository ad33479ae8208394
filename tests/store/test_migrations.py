"""The schema: the migrations together equal the declared tables, on every database, there and back."""

from sqlalchemy import inspect, text

from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import digest, verify
from reanimator_gql.services.record import record
from reanimator_gql.store.bundles import decode_warnings, read_bundle
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import current_revision, differences, downgrade, newest_revision, upgrade
from tests.fixtures.stories import said
from tests.fixtures.world import day, drive, machine, send


async def test_an_empty_database_comes_to_head_and_equals_the_declared_tables(empty_database: Database) -> None:
    assert await current_revision(empty_database) is None
    await upgrade(empty_database)
    assert await current_revision(empty_database) == newest_revision()
    assert await differences(empty_database) == []


async def test_going_to_head_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)
    assert await differences(database) == []


async def test_going_back_leaves_nothing_behind(database: Database) -> None:
    await downgrade(database, "base")
    async with database.reading() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert [name for name in names if not name.startswith(("alembic", "sqlite_"))] == []
    await upgrade(database)
    assert await differences(database) == []


async def test_the_indexes_that_users_rely_on_are_there(database: Database) -> None:
    async with database.reading() as connection:
        found = await connection.run_sync(
            lambda sync: {
                (table, tuple(index["column_names"]))
                for table in ("assets", "components", "installations", "timeline_events")
                for index in inspect(sync).get_indexes(table)
            }
        )
    assert {
        ("assets", ("vendor_serial",)),
        ("components", ("vendor_serial",)),
        ("installations", ("component_id", "removed_at")),
        ("timeline_events", ("subject_type", "subject_id", "timestamp")),
    } <= found


async def test_keys_are_compared_byte_by_byte(database: Database) -> None:
    async with database.reading() as connection:
        await connection.execute(text("INSERT INTO value_locks (value) VALUES ('a'), ('A'), ('ä'), ('a ')"))
        count = (await connection.execute(text("SELECT COUNT(*) FROM value_locks WHERE value = 'a'"))).scalar_one()
        assert count == 1
        await connection.rollback()


async def test_what_stands_survives_going_back_a_revision_and_on_again(context: Context) -> None:
    for t in range(3):
        await send(context, machine("SRV0001", day(t), storage=[drive("S4EVNF0M1", note="unknown field")]))
    await send(context, machine("SRV0002", day(1), storage=[drive("S4EVNF0M1")]))
    await record(context, said("void", 2, target="bundle:2"))
    before = await digest(context)
    await downgrade(context.database, "0002")
    await upgrade(context.database)
    fresh = Context(context.database, context.clock)
    assert await digest(fresh) == before
    await send(fresh, machine("SRV0001", day(4), storage=[drive("S4EVNF0M1"), drive("S4EVNF0M2", "1")]))
    await send(fresh, machine("SRV0001", day(5), storage=[drive("S4EVNF0M1")]))
    assert await verify(fresh) == []
    async with fresh.database.reading() as connection:
        assert decode_warnings((await read_bundle(connection, 1)).warnings)
