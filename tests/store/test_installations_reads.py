"""Stays read as known at every moment: the two tables together answer what the one table answered then."""

from datetime import timedelta
from typing import Any

from reanimator_gql.services.context import Context
from reanimator_gql.store import installations as store
from reanimator_gql.store.known import NOW, AsOf
from reanimator_gql.store.reader import Reader
from reanimator_gql.store.tables import publications
from tests.fixtures.rows import rows
from tests.fixtures.world import Clock, day, drive, machine, send

LATE = [(9, "A"), (1, "A"), (5, ""), (3, "B"), (7, "A"), (2, ""), (8, "B"), (4, "A")]


def _facts(found: Any) -> set[tuple[Any, ...]]:
    return {(row.id, row.asset_id, row.installed_at, row.removed_at) for row in found}


async def test_what_was_known_at_a_moment_is_what_was_answered_then(context: Context, clock: Clock) -> None:
    answered = []
    for number, where in LATE:
        clock.now += timedelta(days=1)
        for name in ("A", "B"):
            listed = [drive("DRIVE0001")] if name == where else []
            await send(context, machine(f"SRV000{name}", day(number), storage=[*listed, drive(f"OWN0{name}")]))
        async with Reader(context.database) as reader:
            source = store.history_of(reader, "component_id", NOW)
            answered.append((await _newest(context), _facts(await reader.rows_of(range(20), source))))
    async with Reader(context.database) as reader:
        for known_at, then in answered:
            source = store.history_of(reader, "component_id", AsOf(known_at=known_at))
            assert _facts(await reader.rows_of(range(20), source)) == then
        beliefs = {row_id for _, then in answered for row_id, *_ in then}
        assert (await store.by_ids(reader, beliefs)).keys() == beliefs


async def _newest(context: Context) -> Any:
    return max(row.recorded_at for row in await rows(context, publications.select()))
