"""What stands of a stream and of parts, read for the next snapshot."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.identity.evidence import Word
from reanimator_gql.store.bulk import select_in
from reanimator_gql.store.tables import assets, components, renamings, spans, streams, words

_SPANS = select(*spans.c, streams.c.asset_id, streams.c.source, streams.c.newest_t, assets.c.key.label("asset_key"))
_SPANS = _SPANS.join(streams, streams.c.id == spans.c.stream_id).join(assets, assets.c.id == streams.c.asset_id)


async def meanings(connection: AsyncConnection, stream_id: int) -> dict[Word, int | None]:
    """Return the component that each word of a stream names."""
    rows = await connection.execute(select(words.c.word, words.c.component_id).where(words.c.stream_id == stream_id))
    return {bytes(row.word): row.component_id for row in rows}


async def spans_about(
    connection: AsyncConnection, stream_id: int, begin: datetime, end: datetime | None
) -> Sequence[Row[Any]]:
    """Return a stream's spans that touch an interval; `end` None: to the newest."""
    touching = or_(spans.c.last_t.is_(None), spans.c.last_t >= begin)
    condition = and_(spans.c.stream_id == stream_id, touching)
    statement = _SPANS.where(condition if end is None else and_(condition, spans.c.first_t <= end))
    rows: Sequence[Row[Any]] = (await connection.execute(statement)).all()  # type: ignore[assignment]
    return rows


async def spans_of(
    connection: AsyncConnection, component_ids: Collection[int], *, but_of: int | None = None
) -> list[Row[Any]]:
    """Return all spans of some components, but for those of one stream."""
    statement = _SPANS if but_of is None else _SPANS.where(spans.c.stream_id != but_of)
    return await select_in(connection, lambda ids: statement.where(spans.c.component_id.in_(ids)), component_ids)


class Reach(NamedTuple):
    """When the first and the last span of a part in a stream begin."""

    first: datetime
    last: datetime


async def reaches(connection: AsyncConnection, component_ids: Collection[int]) -> dict[int, dict[int, Reach]]:
    """Return how far the spans of each component reach in each stream: found in the index, whatever their number."""
    columns = (spans.c.component_id, spans.c.stream_id)
    statement = select(*columns, func.min(spans.c.first_t).label("first"), func.max(spans.c.first_t).label("last"))
    rows = await select_in(
        connection, lambda ids: statement.where(spans.c.component_id.in_(ids)).group_by(*columns), component_ids
    )
    found: dict[int, dict[int, Reach]] = defaultdict(dict)
    for row in rows:
        found[row.component_id][row.stream_id] = Reach(row.first, row.last)
    return found


async def last_before(
    connection: AsyncConnection, component_ids: Collection[int], stream_id: int, t: datetime
) -> list[Row[Any]]:
    """Return the last span of each component that begins before an instant."""
    latest = (
        select(spans.c.component_id, func.max(spans.c.first_t).label("first_t"))
        .where(spans.c.stream_id == stream_id, spans.c.first_t < t)
        .group_by(spans.c.component_id)
    )

    def statement(ids: list[int]) -> Any:
        of = latest.where(spans.c.component_id.in_(ids)).subquery()
        same = and_(
            spans.c.component_id == of.c.component_id, spans.c.first_t == of.c.first_t, spans.c.stream_id == stream_id
        )
        return _SPANS.join(of, same)

    return await select_in(connection, statement, component_ids)


async def components_by_id(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return the rows of components."""
    rows = await select_in(connection, lambda piece: select(components).where(components.c.id.in_(piece)), ids)
    return {row.id: row for row in rows}


async def renamed_at(connection: AsyncConnection, stream_ids: Collection[int]) -> dict[tuple[int, str], list[datetime]]:
    """Return when streams renamed all places of a family, by stream and family."""
    rows = await select_in(connection, lambda ids: select(renamings).where(renamings.c.stream_id.in_(ids)), stream_ids)
    found: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for row in rows:
        found[row.stream_id, row.family].append(row.renamed_at)
    return found
