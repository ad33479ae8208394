"""Observations: what an inventory lists, and which component each of them was taken for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Row, Select, func

from reanimator_gql.domain.snapshot import Item
from reanimator_gql.store.content import InventoryBody, decode_item
from reanimator_gql.store.paging import Source, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import inventories, observations, placements, snapshots, spans, streams

BY_TIME = ascending("observations", "first_t", "stream_id")


class Sighting(NamedTuple):
    """One item of a snapshot: `nth` counts equal items of one list. It may stand in no stream."""

    observation_id: int
    nth: int
    stream_id: int | None
    t: datetime | None


class Listing(NamedTuple):
    """Where an item is listed: in which place of which snapshot of which bundle."""

    bundle_id: int
    snapshot_id: int
    place: int


class Told(NamedTuple):
    """For how long a source has told one observation of a component without a change."""

    component_id: int
    first_t: datetime
    last_t: datetime


async def items(reader: Reader, ids: Collection[int]) -> dict[int, Item]:
    """Return observations by id."""
    rows = await reader.rows_of(
        ids,
        lambda piece: reader.select(observations, observations.c.id, observations.c.body).where(
            one_of(observations.c.id, piece)
        ),
    )
    return {row.id: decode_item(bytes(row.body)) for row in rows}


async def listed_in(reader: Reader, inventory_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the ids of the observations of each inventory, in canonical order."""
    rows = await reader.rows_of(
        inventory_ids,
        lambda piece: reader.select(inventories, inventories.c.id, inventories.c.body).where(
            one_of(inventories.c.id, piece)
        ),
    )
    return {row.id: msgspec.json.decode(row.body, type=InventoryBody).observations for row in rows}


def of_components(reader: Reader) -> Source:
    """Return the select over what was told of some components: a row for each time it was told without a change."""

    def select_of(piece: list[int]) -> Select[Any]:
        last = func.coalesce(spans.c.last_t, streams.c.newest_t, type_=spans.c.first_t.type).label("last_t")
        return reader.select(
            spans.join(streams, streams.c.id == spans.c.stream_id),
            spans.c.component_id,
            spans.c.stream_id,
            spans.c.first_t,
            last,
            spans.c.observation_id,
            streams.c.source,
        ).where(one_of(spans.c.component_id, piece))

    return select_of


async def told(reader: Reader, sightings: Iterable[Sighting]) -> dict[Sighting, Told]:
    """Return for each sighting the component it was taken for; those ignored or standing nowhere are left out."""
    placed = [sighting for sighting in sightings if sighting.stream_id is not None]
    streams_of: dict[tuple[int, int | None], list[Row[Any]]] = defaultdict(list)
    stream_ids = sorted({sighting.stream_id for sighting in placed if sighting.stream_id is not None})
    for row in await reader.rows_of(
        {sighting.observation_id for sighting in placed}, lambda piece: _spans_of(reader, piece, stream_ids)
    ):
        streams_of[row.observation_id, row.stream_id].append(row)
    found = {}
    for sighting in placed:
        within = [row for row in streams_of[sighting.observation_id, sighting.stream_id] if _covers(row, sighting)]
        if sighting.nth < len(within):
            row = within[sighting.nth]
            found[sighting] = Told(row.component_id, row.first_t, row.last_t or row.newest_t)
    return found


async def first_listings(reader: Reader, stretches: Collection[tuple[int, int, datetime]]) -> dict[Any, Listing]:
    """Return where each stretch (stream, observation, first time) is listed first."""
    stream_ids = sorted({stream_id for stream_id, _, _ in stretches})
    rows = await reader.rows_of(
        {first_t for _, _, first_t in stretches},
        lambda piece: (
            reader.select(
                placements.join(snapshots, snapshots.c.id == placements.c.snapshot_id),
                placements.c.stream_id,
                placements.c.placed_at,
                placements.c.snapshot_id,
                placements.c.inventory_id,
                snapshots.c.bundle_id,
            )
            .where(one_of(placements.c.stream_id, stream_ids), placements.c.placed_at.in_(piece))
            .order_by(placements.c.snapshot_id)
        ),
    )
    listed = await listed_in(reader, {row.inventory_id for row in rows})
    found: dict[Any, Listing] = {}
    for row in rows:
        for place, observation_id in enumerate(listed[row.inventory_id]):
            key = (row.stream_id, observation_id, row.placed_at)
            found.setdefault(key, Listing(row.bundle_id, row.snapshot_id, place))
    return {stretch: found[stretch] for stretch in stretches if stretch in found}


def _spans_of(reader: Reader, observation_ids: list[int], stream_ids: list[int]) -> Select[Any]:
    return (
        reader.select(spans, *spans.c, streams.c.newest_t)
        .join(streams, streams.c.id == spans.c.stream_id)
        .where(one_of(spans.c.observation_id, observation_ids), one_of(spans.c.stream_id, stream_ids))
        .order_by(spans.c.component_id)
    )


def _covers(row: Row[Any], sighting: Sighting) -> bool:
    t = sighting.t
    return t is not None and row.first_t <= t and (row.last_t is None or t <= row.last_t)
