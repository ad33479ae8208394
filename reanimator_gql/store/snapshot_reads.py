"""Snapshots as they are read: what was told, where it stands now, whether anything had changed, and voids."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from reanimator_gql.domain.recorded_events import RecordedEvent, decode_event, voided_targets
from reanimator_gql.store.neighbourhood import bundle_name, snapshot_name, target_value
from reanimator_gql.store.paging import Ordering, Source, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import event_status, event_values, placements, recorded_events, snapshots, streams

BY_TIME = ascending("snapshots", "placed_at", "id")
ORDERINGS: dict[str, Ordering] = {
    "COLLECTED_AT": BY_TIME,
    "RECORDED_AT": ascending("snapshots.recorded_at", "recorded_at", "id"),
}


def _placed(reader: Reader) -> Select[Any]:
    """Every snapshot with its place: asset and stream are NULL where it stands nowhere."""
    joined = snapshots.join(placements, placements.c.snapshot_id == snapshots.c.id)
    return reader.select(
        joined.outerjoin(streams, streams.c.id == placements.c.stream_id),
        snapshots.c.id,
        snapshots.c.bundle_id,
        snapshots.c.source,
        snapshots.c.inventory_id,
        snapshots.c.recorded_at,
        placements.c.stream_id,
        placements.c.placed_at,
        placements.c.effective_at,
        streams.c.asset_id,
    )


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return snapshots by id."""
    rows = await reader.rows_of(ids, lambda piece: _placed(reader).where(one_of(snapshots.c.id, piece)))
    return {row.id: row for row in rows}


def of_assets(reader: Reader, source: str | None = None, changed: bool | None = None) -> Source:
    """Return the select over the snapshots that stand on some assets."""

    def select_of(piece: list[int]) -> Select[Any]:
        statement = _placed(reader).where(one_of(streams.c.asset_id, piece), *_from_source(source))
        if changed is None:
            return statement
        told = _changes(select(streams.c.id).where(one_of(streams.c.asset_id, piece)))
        return statement.join(told, told.c.snapshot_id == snapshots.c.id).where(told.c.changed == int(changed))

    return select_of


def of_bundles(reader: Reader) -> Source:
    """Return the select over the snapshots of some log bundles."""
    return lambda piece: _placed(reader).where(one_of(snapshots.c.bundle_id, piece))


def listed(
    reader: Reader,
    source: str | None = None,
    asset_id: int | None = None,
    from_: datetime | None = None,
    to: datetime | None = None,
) -> Select[Any]:
    """Return the select over all snapshots whose time is in [from, to)."""
    conditions = _from_source(source)
    if asset_id is not None:
        conditions.append(streams.c.asset_id == asset_id)
    if from_ is not None:
        conditions.append(placements.c.placed_at >= from_)
    if to is not None:
        conditions.append(placements.c.placed_at < to)
    return _placed(reader).where(*conditions)


async def changed(reader: Reader, rows: Iterable[Any]) -> set[int]:
    """Return the ids of the snapshots whose inventory differs from the one before in their stream, or is the first."""
    wanted = {row.id for row in rows if row.stream_id is not None}
    found = await reader.rows_of(
        wanted,
        lambda piece: (
            (told := _changes(select(placements.c.stream_id).where(one_of(placements.c.snapshot_id, piece))))
            .select()
            .where(one_of(told.c.snapshot_id, piece), told.c.changed == 1)
        ),
    )
    return {row.snapshot_id for row in found}


def _changes(stream_ids: Select[Any]) -> Any:
    before = func.lag(placements.c.inventory_id).over(
        partition_by=placements.c.stream_id, order_by=[placements.c.placed_at, placements.c.snapshot_id]
    )
    differs = case((before == placements.c.inventory_id, 0), else_=1).label("changed")
    return select(placements.c.snapshot_id, differs).where(placements.c.stream_id.in_(stream_ids)).subquery()


def _from_source(source: str | None) -> list[ColumnElement[bool]]:
    return [] if source is None else [snapshots.c.source == source]


async def voided(reader: Reader, rows: Iterable[Any]) -> set[int]:
    """Return the ids of the snapshots that a void in force names, itself or through its bundle."""
    names = {row.id: {snapshot_name(row.id), bundle_name(row.bundle_id)} for row in rows if row.stream_id is None}
    if not names:
        return set()
    targets = voided_targets(await _voids_of(reader, set().union(*names.values())))
    return {row_id for row_id, own in names.items() if own & targets}


async def _voids_of(reader: Reader, names: set[str]) -> list[RecordedEvent]:
    """The effective voids of these names, and the voids of those voids."""
    found: dict[str, RecordedEvent] = {}
    while names:
        rows = await reader.rows_of({target_value(name) for name in names}, lambda piece: _voids(reader, piece))
        fresh = {row.id: decode_event(bytes(row.body)) for row in rows if row.id not in found}
        found |= fresh
        names = set(fresh)
    return list(found.values())


def _voids(reader: Reader, values: list[str]) -> Select[Any]:
    joined = recorded_events.join(event_values, event_values.c.event_id == recorded_events.c.id).join(
        event_status, event_status.c.event_id == recorded_events.c.id
    )
    return (
        reader.select(joined, recorded_events.c.id, recorded_events.c.body)
        .where(event_values.c.value.in_(values), recorded_events.c.kind == "void")
        .where(event_status.c.effective_at.is_not(None))
    )
