"""Writing snapshots that follow others: their rows, and what they change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.compressed import Flags
from reanimator_gql.domain.derivation.model import Span
from reanimator_gql.domain.identity.evidence import Word
from reanimator_gql.store.feed import Publication, next_publication
from reanimator_gql.store.heads import Placed, advance, place_snapshot, raise_flags
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.revising import Revised, find_gone, write_components, write_rows
from reanimator_gql.store.spans import row_of, write_spans
from reanimator_gql.store.stored import span_row
from reanimator_gql.store.telemetry import forget_telemetry, keep_telemetry
from reanimator_gql.store.word_reads import add_renamings, add_values, add_words


@dataclass(frozen=True, slots=True)
class Arrived:
    """A snapshot placed in a stream. `follows`: the stream's newest time until now; None where it comes late."""

    placed: Placed
    follows: datetime | None
    telemetry: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A part that changes: what is believed of it, its spans as they stood (rows), and as they stand now."""

    revised: Revised
    stood: Sequence[Any]
    stand: Sequence[tuple[Span, Flags]]


@dataclass(slots=True)
class ChangedStream:
    """What is new of a stream: words by what they mean, values, renamings.

    A word means a component (its row id, or its key if it is new) and a movable part, or neither.
    """

    stream_id: int
    words: Mapping[Word, tuple[int | str | None, str | None]] = field(default_factory=dict)
    values: frozenset[str] = frozenset()
    renamings: set[tuple[int, str, datetime]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Names:
    """Row ids by natural keys: of assets, of streams by asset and source."""

    assets: Mapping[str, int]
    streams: Mapping[tuple[str, str], int]


async def write_arrivals(
    connection: AsyncConnection, arrived: Iterable[Arrived], recorded_at: datetime, effective_at: datetime
) -> list[int]:
    """Insert snapshots where they stand; return their ids."""
    ids = []
    for one in arrived:
        if one.follows is not None:
            if one.telemetry:
                await forget_telemetry(connection, one.placed.stream_id, one.follows)
            await advance(connection, one.placed)
        snapshot_id = await place_snapshot(connection, one.placed, recorded_at, effective_at)
        if one.follows is not None:
            await keep_telemetry(connection, snapshot_id, one.telemetry)
        ids.append(snapshot_id)
    return ids


async def write_changes(  # noqa: PLR0913 - parts and streams that change, and why
    connection: AsyncConnection,
    parts: Sequence[ChangedPart],
    streams: Sequence[ChangedStream],
    names: Names,
    now: datetime,
    cause: Cause,
) -> Publication | None:
    """Publish what changes; return the place it took, None where no belief does. Raises Mismatch."""
    revised = [part.revised for part in parts]
    ids: dict[str, int] = {one.belief.key: one.stored.id for one in revised if one.stored is not None}
    publication = None
    if any(one.differs or one.rows for one in revised):
        gone = await find_gone(connection, revised, names.assets, ids)
        publication = await next_publication(connection, now, cause.kind, cause.id)
        ids |= await write_components(connection, revised, publication)
        await write_rows(connection, gone, revised, names.assets, ids, publication)
    await _write_spans(connection, parts, names, ids)
    for stream in streams:
        meanings = {word: (ids[m] if isinstance(m, str) else m, other) for word, (m, other) in stream.words.items()}
        await add_words(connection, stream.stream_id, meanings)
        await add_values(connection, stream.stream_id, stream.values)
        await add_renamings(connection, stream.renamings)
    return publication


async def _write_spans(
    connection: AsyncConnection, parts: Sequence[ChangedPart], names: Names, ids: Mapping[str, int]
) -> None:
    stood = {span_row(row, row) for part in parts for row in part.stood}
    stand = {
        row_of(span, ids[part.revised.belief.key], names.assets[span.asset], flags)
        for part in parts
        for span, flags in part.stand
    }
    stream_ids = {(names.assets[asset], source): i for (asset, source), i in names.streams.items()}
    await write_spans(connection, stood, stand, stream_ids)
    raised: dict[int, int] = {}
    for row in stand:
        stream_id = stream_ids[row.asset_id, row.source]
        raised[stream_id] = raised.get(stream_id, 0) | row.flags
    await raise_flags(connection, raised)
