"""LOTs: the codes under which parts may take each other's place."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, exists
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.lots import lot_of_code
from reanimator_gql.store.bulk import add_missing
from reanimator_gql.store.paging import Ordering, Source, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import components, lots

ORDERINGS: dict[str, Ordering] = {
    "CODE": ascending("lots.code", "code"),
    "KIND": ascending("lots.kind", "kind", "code"),
}


async def add_lots(connection: AsyncConnection, codes: Iterable[str | None]) -> None:
    """Store the codes that are new."""
    found = [lot_of_code(code) for code in sorted({code for code in codes if code is not None})]
    await add_missing(connection, lots, [lot._asdict() for lot in found])


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return LOTs by id."""
    rows = await reader.rows_of(ids, lambda piece: reader.select(lots).where(one_of(lots.c.id, piece)))
    return {row.id: row for row in rows}


async def by_codes(reader: Reader, codes: Collection[str]) -> dict[str, Row[Any]]:
    """Return LOTs by code."""
    rows = await reader.rows_of(codes, lambda piece: reader.select(lots).where(lots.c.code.in_(piece)))
    return {row.code: row for row in rows}


def listed(reader: Reader, kinds: Sequence[str] | None = None) -> Select[Any]:
    """Return the select over the LOTs of parts believed in now."""
    used = exists().where(components.c.derived_lot == lots.c.code, components.c.alive)
    conditions = [used] if kinds is None else [used, lots.c.kind.in_(list(kinds))]
    return reader.select(lots).where(*conditions)


def parts_of(reader: Reader) -> Source:
    """Return the select over the parts of some LOTs that are believed in now."""

    def select_of(piece: list[int]) -> Select[Any]:
        joined = components.join(lots, lots.c.code == components.c.derived_lot)
        columns = (*components.c, lots.c.id.label("lot_id"))
        return reader.select(joined, *columns).where(one_of(lots.c.id, piece), components.c.alive)

    return select_of
