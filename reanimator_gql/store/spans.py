"""Spans: which observation each stream told of each part, from when to when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.domain.derivation.compressed import NONE, Flags
from reanimator_gql.domain.derivation.model import Span
from reanimator_gql.store.bulk import insert_all
from reanimator_gql.store.rows import SpanRow
from reanimator_gql.store.tables import spans

StreamKey = tuple[int, str]


def span_rows(history: History, asset_ids: Mapping[str, int], component_ids: Mapping[str, int]) -> set[SpanRow]:
    """Return the rows of every span of a history."""
    flags = history.standing.flags if history.standing else {}
    return {
        row_of(span, component_ids[part], asset_ids[span.asset], flags.get(part, {}).get(span, NONE))
        for part, told in history.spans.items()
        for span in told
    }


def row_of(span: Span, component_id: int, asset_id: int, flags: Flags) -> SpanRow:
    """Return the row of a span."""
    return SpanRow(
        component_id,
        asset_id,
        span.source,
        span.first,
        span.last,
        _observation(span.ref),
        msgspec.json.encode(span.also).decode() if span.also else None,
        span.missing_before,
        span.missing_after,
        int(flags),
    )


def _observation(ref: Any) -> int:
    return int(ref)


def span_of(row: Any, asset: str) -> Span:
    """Return the span of a row; `asset` is the key of its machine."""
    also = tuple(msgspec.json.decode(row.also)) if row.also else ()
    return Span(
        asset, row.source, row.first_t, row.last_t, row.observation_id, also, row.missing_before, row.missing_after
    )


async def write_spans(
    connection: AsyncConnection, old: Collection[SpanRow], new: Collection[SpanRow], stream_ids: Mapping[StreamKey, int]
) -> None:
    """Delete the rows that are no more and insert those that are new."""
    before, after = set(old), set(new)
    gone = [_key(row, stream_ids) for row in sorted(before - after, key=repr)]
    if gone:
        await connection.execute(
            delete(spans).where(
                spans.c.component_id == bindparam("component"),
                spans.c.stream_id == bindparam("stream"),
                spans.c.first_t == bindparam("first"),
            ),
            gone,
        )
    fresh = [_values(row, stream_ids) for row in sorted(after - before, key=repr)]
    await insert_all(connection, spans, fresh)


def _key(row: SpanRow, stream_ids: Mapping[StreamKey, int]) -> dict[str, int | datetime]:
    return {
        "component": row.component_id, "stream": stream_ids[row.asset_id, row.source], "first": row.first_t
    }  # fmt: skip


def _values(row: SpanRow, stream_ids: Mapping[StreamKey, int]) -> dict[str, Any]:
    values = row._asdict() | {"stream_id": stream_ids[row.asset_id, row.source]}
    del values["asset_id"], values["source"]
    return values


def flags_by_stream(rows: Collection[SpanRow]) -> dict[StreamKey, int]:
    """Return the flags of all spans of each stream together."""
    flags: dict[StreamKey, int] = {}
    for row in rows:
        key = row.asset_id, row.source
        flags[key] = flags.get(key, 0) | row.flags
    return flags
