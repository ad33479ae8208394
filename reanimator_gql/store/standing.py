"""Where inputs stand: streams, placements and spans. They bear no feed position: they are no beliefs of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.store.bulk import add_missing, delete_in, insert_all, select_in
from reanimator_gql.store.neighbourhood import id_in
from reanimator_gql.store.rows import SpanRow
from reanimator_gql.store.stored import Stored
from reanimator_gql.store.tables import placements, snapshot_telemetry, spans, streams

StreamKey = tuple[int, str]


async def publish_standing(  # noqa: PLR0913 - the seam between derivation and store
    connection: AsyncConnection,
    history: History,
    stored: Stored,
    asset_ids: Mapping[str, int],
    component_ids: Mapping[str, int],
    effective_at: datetime,
) -> None:
    """Write where snapshots stand and which observation each stream told of each part when."""
    newest = _newest(history, asset_ids)
    stream_ids = await _write_streams(connection, stored, newest)
    await _write_placements(connection, history, asset_ids, stream_ids, effective_at)
    await _write_spans(connection, history, stored, asset_ids, component_ids, stream_ids)
    await _forget_old_telemetry(connection, {stream_ids[key]: t for key, t in newest.items()})


def _newest(history: History, asset_ids: Mapping[str, int]) -> dict[StreamKey, datetime]:
    newest: dict[StreamKey, datetime] = {}
    for placement in history.placements.values():
        if placement.asset is not None:
            key = asset_ids[placement.asset], placement.source
            newest[key] = max(newest.get(key, placement.t), placement.t)
    return newest


async def _write_streams(
    connection: AsyncConnection, stored: Stored, newest: Mapping[StreamKey, datetime]
) -> dict[StreamKey, int]:
    """Streams that lost all their snapshots stay as rows without a newest time."""
    fresh = sorted(newest.keys() - stored.streams.keys())
    await add_missing(connection, streams, [{"asset_id": a, "source": s, "newest_t": newest[a, s]} for a, s in fresh])
    ids = {key: row.id for key, row in stored.streams.items()}
    if fresh:
        assets = {asset for asset, _ in fresh}
        rows = await select_in(connection, lambda p: select(streams).where(streams.c.asset_id.in_(p)), assets)
        ids |= {(row.asset_id, row.source): row.id for row in rows}
    changed = [
        {"row": row.id, "newest_t": newest.get(key)}
        for key, row in stored.streams.items()
        if row.newest_t != newest.get(key)
    ]
    if changed:
        statement = update(streams).where(streams.c.id == bindparam("row"))
        await connection.execute(statement, changed)
    return ids


async def _write_placements(
    connection: AsyncConnection,
    history: History,
    asset_ids: Mapping[str, int],
    stream_ids: Mapping[StreamKey, int],
    effective_at: datetime,
) -> None:
    wanted = {id_in(snapshot): placement for snapshot, placement in history.placements.items()}
    rows = await select_in(
        connection, lambda piece: select(placements).where(placements.c.snapshot_id.in_(piece)), wanted
    )
    changed = []
    for row in rows:
        placement = wanted[row.snapshot_id]
        stream = stream_ids[asset_ids[placement.asset], placement.source] if placement.asset else None
        since = (row.effective_at or effective_at) if placement.effective else None
        if (row.stream_id, row.placed_at, row.effective_at) != (stream, placement.t, since):
            changed.append(
                {"row": row.snapshot_id, "stream_id": stream, "placed_at": placement.t, "effective_at": since}
            )
    if changed:
        statement = update(placements).where(placements.c.snapshot_id == bindparam("row"))
        await connection.execute(statement, changed)


async def take_voided(connection: AsyncConnection, snapshot_ids: set[int], effective_at: datetime) -> None:
    """Voided snapshots stand nowhere; their time has come all the same."""
    if snapshot_ids:
        rows = [{"row": i, "stream_id": None, "effective_at": effective_at} for i in sorted(snapshot_ids)]
        await connection.execute(update(placements).where(placements.c.snapshot_id == bindparam("row")), rows)


async def _write_spans(  # noqa: PLR0913 - what a span is made of
    connection: AsyncConnection,
    history: History,
    stored: Stored,
    asset_ids: Mapping[str, int],
    component_ids: Mapping[str, int],
    stream_ids: Mapping[StreamKey, int],
) -> None:
    new = {
        SpanRow(component_ids[part], asset_ids[span.asset], span.source, span.first, span.last, _observation(span.ref))
        for part, told in history.spans.items()
        for span in told
    }
    gone = [
        {"component": row.component_id, "stream": stream_ids[row.asset_id, row.source], "first": row.first_t}
        for row in sorted(stored.spans - new, key=repr)
    ]
    if gone:
        await connection.execute(
            delete(spans).where(
                spans.c.component_id == bindparam("component"),
                spans.c.stream_id == bindparam("stream"),
                spans.c.first_t == bindparam("first"),
            ),
            gone,
        )
    fresh = [
        {
            "component_id": row.component_id,
            "stream_id": stream_ids[row.asset_id, row.source],
            "first_t": row.first_t,
            "last_t": row.last_t,
            "observation_id": row.observation_id,
        }
        for row in sorted(new - stored.spans, key=repr)
    ]
    await insert_all(connection, spans, fresh)


def _observation(ref: Any) -> int:
    return int(ref)


async def _forget_old_telemetry(connection: AsyncConnection, newest: Mapping[int, datetime]) -> None:
    """Only each stream's latest telemetry is kept; all of it is in the raw bundles."""
    if not newest:
        return
    rows = await select_in(
        connection,
        lambda piece: (
            select(placements.c.stream_id, placements.c.placed_at, placements.c.snapshot_id)
            .join(snapshot_telemetry, snapshot_telemetry.c.snapshot_id == placements.c.snapshot_id)
            .where(placements.c.stream_id.in_(piece))
        ),
        newest,
    )
    old = {row.snapshot_id for row in rows if row.placed_at < newest[row.stream_id]}
    await delete_in(connection, snapshot_telemetry, "snapshot_id", old)
