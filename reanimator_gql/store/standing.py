"""Where inputs stand: streams, placements and spans. They bear no feed position: they are no beliefs of their own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.store.bulk import add_missing, delete_in, select_in
from reanimator_gql.store.neighbourhood import id_in
from reanimator_gql.store.spans import StreamKey, flags_by_stream, span_rows, write_spans
from reanimator_gql.store.stored import Stored
from reanimator_gql.store.tables import placements, snapshot_telemetry, snapshots, streams
from reanimator_gql.store.words import write_placed_identifiers, write_unplaced, write_words


@dataclass(frozen=True, slots=True)
class Ids:
    """The row ids of a history's assets and components, and the identifier set of each snapshot."""

    assets: Mapping[str, int]
    components: Mapping[str, int]
    identifier_sets: Mapping[int, int]


async def publish_standing(
    connection: AsyncConnection, history: History, stored: Stored, ids: Ids, effective_at: datetime
) -> None:
    """Write where snapshots stand and which observation each stream told of each part when."""
    newest = _newest(history, ids.assets)
    rows = span_rows(history, ids.assets, ids.components)
    stream_ids = await _write_streams(connection, stored, newest)
    await _write_placements(connection, history, ids.assets, stream_ids, effective_at)
    await write_spans(connection, stored.spans, rows, stream_ids)
    keyed = {(key, source): stream_ids[ids.assets[key], source] for key, source in _streams_of(history)}
    if history.standing:
        emptied = set(stream_ids.values()) - set(keyed.values())
        await write_words(connection, history.standing, keyed, emptied, ids.components)
    await write_placed_identifiers(connection, history, ids.identifier_sets, keyed)
    await write_unplaced(connection, history, ids.identifier_sets)
    await _write_heads(connection, stream_ids, newest, flags_by_stream(rows))
    await _forget_old_telemetry(connection, {stream_ids[key]: t for key, t in newest.items()})


def _streams_of(history: History) -> set[tuple[str, str]]:
    return {(p.asset, p.source) for p in history.placements.values() if p.asset is not None and p.effective}


async def _write_heads(
    connection: AsyncConnection,
    stream_ids: Mapping[StreamKey, int],
    newest: Mapping[StreamKey, datetime],
    flags: Mapping[StreamKey, int],
) -> None:
    """Keep what each stream's newest snapshot holds, if it has one, and the flags of its spans."""
    newest_one = (placements.c.stream_id == streams.c.id) & (placements.c.placed_at == streams.c.newest_t)
    held = (streams.c.newest_inventory_id, streams.c.newest_identifier_set_id, streams.c.flags)
    columns = (snapshots.c.inventory_id, snapshots.c.identifier_set_id)
    statement = (
        select(streams.c.id, *held, *(column.label(f"holds_{column.name}") for column in columns))
        .outerjoin(placements, newest_one)
        .outerjoin(snapshots, snapshots.c.id == placements.c.snapshot_id)
    )
    rows = await select_in(connection, lambda piece: statement.where(streams.c.id.in_(piece)), stream_ids.values())
    counts = Counter(row.id for row in rows)
    flags_of = {stream_ids[key]: value for key, value in flags.items()}
    changed = {}
    for row in rows:
        single = counts[row.id] == 1
        head = (row.holds_inventory_id, row.holds_identifier_set_id) if single else (None, None)
        values = (*head, flags_of.get(row.id, 0))
        if (row.newest_inventory_id, row.newest_identifier_set_id, row.flags) != values:
            names = ("newest_inventory_id", "newest_identifier_set_id", "flags")
            changed[row.id] = {"row": row.id, **dict(zip(names, values, strict=True))}
    if changed:
        await connection.execute(update(streams).where(streams.c.id == bindparam("row")), list(changed.values()))


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
    """Voided snapshots stand nowhere; their time has come all the same, if it had not come before."""
    if snapshot_ids:
        since = func.coalesce(placements.c.effective_at, effective_at)
        statement = update(placements).values(stream_id=None, effective_at=since)
        rows = [{"row": snapshot_id} for snapshot_id in sorted(snapshot_ids)]
        await connection.execute(statement.where(placements.c.snapshot_id == bindparam("row")), rows)


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
