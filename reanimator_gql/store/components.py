"""Components: parts, as they are believed to be now, found by id, by serial or by what they are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select

from reanimator_gql.domain.identity.naming import part_spellings
from reanimator_gql.domain.kinds import ComponentKind, family_of
from reanimator_gql.store.paging import Ordering, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import (
    component_identifiers,
    components,
    installations,
    placements,
    snapshot_telemetry,
    spans,
    streams,
)

ORDERINGS: dict[str, Ordering] = {
    "ID": ascending("components", "id"),
    "VENDOR_SERIAL": ascending("components.vendor_serial", "vendor_serial", "id"),
    "KIND": ascending("components.kind", "kind", "vendor_serial", "id"),
    "MODEL": ascending("components.model", "model", "id"),
    "FIRST_SEEN_AT": ascending("components.first_seen_at", "first_seen_at", "id"),
}

_FAMILIES = sorted({family_of(kind) for kind in ComponentKind})


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return components by id, also those merged or believed in no more."""
    rows = await reader.rows_of(ids, lambda piece: reader.select(components).where(one_of(components.c.id, piece)))
    return {row.id: row for row in rows}


async def named(reader: Reader, text: str) -> list[int]:
    """Return the ids of the components that bear a serial, or another identifier, in any spelling."""
    rows = await reader.rows(
        reader.select(components, components.c.id).where(components.c.alive, _named(text)).order_by(components.c.id)
    )
    return [row.id for row in rows]


def listed(  # noqa: PLR0913 - what a list can be narrowed by
    reader: Reader,
    kinds: Sequence[str] | None = None,
    vendor_serial: str | None = None,
    manufacturer: str | None = None,
    model: str | None = None,
    part_number: str | None = None,
    lot: str | None = None,
    installed: bool | None = None,
    asset_id: int | None = None,
) -> Select[Any]:
    """Return the select over the components believed in now."""
    told = {"manufacturer": manufacturer, "model": model, "part_number": part_number, "derived_lot": lot}
    conditions: list[ColumnElement[bool]] = [components.c.alive]
    conditions += [components.c[name] == value for name, value in told.items() if value is not None]
    if kinds is not None:
        conditions.append(components.c.kind.in_(list(kinds)))
    if vendor_serial is not None:
        conditions.append(_named(vendor_serial))
    stays = exists().where(installations.c.component_id == components.c.id, installations.c.removed_at.is_(None))
    if asset_id is not None:
        conditions.append(stays.where(installations.c.asset_id == asset_id))
    if installed is not None:
        conditions.append(stays if installed else ~stays)
    return reader.select(components).where(*conditions)


async def identifiers_of(reader: Reader, ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """Return the identifiers of each component."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    table = component_identifiers
    for row in await reader.rows_of(
        ids,
        lambda piece: (
            reader.select(table).where(one_of(table.c.component_id, piece)).order_by(table.c.kind, table.c.value)
        ),
    ):
        found[row.component_id].append(row)
    return found


async def last_seen(reader: Reader, ids: Collection[int]) -> dict[int, datetime]:
    """Return when each component was last listed: an open span counts at its stream's newest time."""
    last = func.max(func.coalesce(spans.c.last_t, streams.c.newest_t), type_=spans.c.first_t.type)
    rows = await reader.rows_of(
        ids,
        lambda piece: (
            reader.select(spans, spans.c.component_id, last.label("last"))
            .join(streams, streams.c.id == spans.c.stream_id)
            .where(one_of(spans.c.component_id, piece))
            .group_by(spans.c.component_id)
        ),
    )
    return {row.component_id: row.last for row in rows}


class Telemetry(NamedTuple):
    """What one stream measured of a part last."""

    source: str
    collected_at: datetime
    values: dict[str, Any]


async def telemetry(reader: Reader, ids: Collection[int]) -> dict[int, list[Telemetry]]:
    """Return the latest telemetry of each component by stream, the newest last.

    Only streams whose newest snapshot still lists the part count. A row of telemetry holds that of a whole snapshot, so
    it is read once a snapshot and not once a component.
    """
    listing = await reader.rows_of(ids, lambda piece: _newest_listing(reader, piece))
    table = snapshot_telemetry
    bodies = await reader.rows_of(
        {row.snapshot_id for row in listing},
        lambda piece: reader.select(table).where(one_of(table.c.snapshot_id, piece)),
    )
    decoded: dict[int, dict[str, dict[str, Any]]] = {row.snapshot_id: msgspec.json.decode(row.body) for row in bodies}
    found: dict[int, list[Telemetry]] = defaultdict(list)
    for row in sorted(listing, key=lambda row: (row.placed_at, row.snapshot_id)):
        if values := decoded.get(row.snapshot_id, {}).get(str(row.observation_id)):
            found[row.component_id].append(Telemetry(row.source, row.placed_at, values))
    return found


def _newest_listing(reader: Reader, ids: list[int]) -> Select[Any]:
    """The newest snapshots of the streams that still list the components."""
    newest = (placements.c.stream_id == streams.c.id) & (placements.c.placed_at == streams.c.newest_t)
    joined = spans.join(streams, streams.c.id == spans.c.stream_id).join(placements, newest)
    columns = (
        spans.c.component_id,
        spans.c.observation_id,
        streams.c.source,
        placements.c.placed_at,
        placements.c.snapshot_id,
    )
    return reader.select(joined, *columns).where(one_of(spans.c.component_id, ids), spans.c.last_t.is_(None))


def _named(text: str) -> ColumnElement[bool]:
    """A spelling depends on the family, so each family is asked for the spellings that it would have."""
    by_spelling: dict[frozenset[str], list[str]] = defaultdict(list)
    for family in _FAMILIES:
        by_spelling[part_spellings(text, family)].append(family)
    bears = select(component_identifiers.c.component_id)
    return or_(
        components.c.vendor_serial == text,
        *(
            components.c.family.in_(families)
            & components.c.id.in_(bears.where(component_identifiers.c.value.in_(sorted(forms))))
            for forms, families in by_spelling.items()
        ),
    )
