"""What is known of words, values and movable parts before a machine tells them for the first time."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.identity.evidence import Word
from reanimator_gql.store.bulk import insert_all, select_in
from reanimator_gql.store.tables import components, event_values, renamings, stream_values, streams, words


async def told_on(
    connection: AsyncConnection, asset_id: int, wanted: Collection[Word], *, but_in: int | None = None
) -> set[Word]:
    """Return which of the words any tool told on a machine, but for one stream."""
    statement = (
        select(words.c.word).join(streams, streams.c.id == words.c.stream_id).where(streams.c.asset_id == asset_id)
    )
    if but_in is not None:
        statement = statement.where(streams.c.id != but_in)
    rows = await select_in(connection, lambda keys: statement.where(words.c.word.in_(keys)), wanted)
    return {bytes(row.word) for row in rows}


async def told_by_source(
    connection: AsyncConnection, source: str, wanted: Collection[Word]
) -> dict[Word, set[int | None]]:
    """Return what the words mean wherever a source told them, on any machine."""
    statement = (
        select(words.c.word, words.c.component_id)
        .join(streams, streams.c.id == words.c.stream_id)
        .where(streams.c.source == source)
        .distinct()
    )
    found: dict[Word, set[int | None]] = defaultdict(set)
    for row in await select_in(connection, lambda keys: statement.where(words.c.word.in_(keys)), wanted):
        found[bytes(row.word)].add(row.component_id)
    return found


async def any_tells(connection: AsyncConnection, values: Collection[str]) -> bool:
    """Whether any stream told one of the values."""
    column = stream_values.c.value
    return bool(await select_in(connection, lambda keys: select(column).where(column.in_(keys)).limit(1), values))


async def any_event_names(connection: AsyncConnection, values: Collection[str]) -> bool:
    """Whether a recorded event names one of the values."""
    column = event_values.c.value
    return bool(await select_in(connection, lambda keys: select(column).where(column.in_(keys)).limit(1), values))


async def any_component_has(connection: AsyncConnection, keys: Collection[str]) -> bool:
    """Whether a component, believed in or not, bears one of the keys."""
    column = components.c.key
    return bool(await select_in(connection, lambda piece: select(column).where(column.in_(piece)).limit(1), keys))


async def holders(connection: AsyncConnection, movables: Collection[str]) -> dict[str, set[int]]:
    """Return the machines that ever held each movable part."""
    statement = select(words.c.movable, streams.c.asset_id).join(streams, streams.c.id == words.c.stream_id).distinct()
    rows = await select_in(connection, lambda keys: statement.where(words.c.movable.in_(keys)), movables)
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        found[row.movable].add(row.asset_id)
    return found


async def movables_of(connection: AsyncConnection, asset_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the movable parts that each machine ever held."""
    statement = (
        select(words.c.movable, streams.c.asset_id)
        .join(streams, streams.c.id == words.c.stream_id)
        .where(words.c.movable.is_not(None))
        .distinct()
    )
    rows: list[Row[Any]] = await select_in(
        connection, lambda keys: statement.where(streams.c.asset_id.in_(keys)), asset_ids
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row.asset_id].add(row.movable)
    return found


async def add_words(
    connection: AsyncConnection, stream_id: int, meanings: dict[Word, tuple[int | None, str | None]]
) -> None:
    """Keep what new words of a stream mean: a component, and a movable part."""
    rows = [
        {"stream_id": stream_id, "word": word, "component_id": component, "movable": movable}
        for word, (component, movable) in sorted(meanings.items())
    ]
    await insert_all(connection, words, rows)


async def add_values(connection: AsyncConnection, stream_id: int, values: Collection[str]) -> None:
    """Keep the values that a stream tells for the first time."""
    known = await select_in(
        connection,
        lambda keys: select(stream_values.c.value).where(
            stream_values.c.stream_id == stream_id, stream_values.c.value.in_(keys)
        ),
        values,
    )
    fresh = set(values) - {row.value for row in known}
    await insert_all(connection, stream_values, [{"value": value, "stream_id": stream_id} for value in sorted(fresh)])


async def add_renamings(connection: AsyncConnection, rows: Collection[tuple[int, str, Any]]) -> None:
    """Keep when streams renamed all places of a family: (stream, family, time)."""
    names = [column.name for column in renamings.c]
    await insert_all(connection, renamings, [dict(zip(names, row, strict=True)) for row in sorted(rows)])
