"""Observations: what one tool said of one part, and what the part was taken for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import ComponentLink
from reanimator_gql.schema.connections import Connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.fields import field
from reanimator_gql.schema.node import load
from reanimator_gql.schema.raw_locations import RawLocation, raw_locations
from reanimator_gql.schema.scalars import SourceType
from reanimator_gql.store import observations as store
from reanimator_gql.store.paging import PageArguments, count_rows_of, read_pages


@strawberry.type(description="A name by which tools know a machine or part.")
class Identifier:
    """Kind and value."""

    kind: str = strawberry.field(
        description="What it is: `tag`, `board`, `uuid`, `bmc`, `chassis` of a machine; `serial`, `mac`, `wwn`, `uuid` "
        "of a part."
    )
    value: str = strawberry.field(description="The value; of machines and parts in normal form, else as told.")


def _told(name: str, description: str) -> Any:
    """Return a field that shows what the tool said."""

    def resolve(self: Any) -> Any:
        return getattr(self.item, name)

    return strawberry.field(resolver=resolve, description=description)


@strawberry.type(description="What one tool said of one part in one place.")
class Observation:
    """An item; either a sighting in a snapshot, or a stretch of time in which a source told it of a component."""

    item: strawberry.Private[Item]
    source_type: strawberry.Private[str]
    sighting: strawberry.Private[store.Sighting | None] = None
    stretch: strawberry.Private[store.Told | None] = None
    listing: strawberry.Private[store.Listing | None] = None
    first_listing: strawberry.Private[tuple[int, int, datetime] | None] = None

    kind: ComponentKind = _told("kind", "The kind of part that the tool named.")
    slot: str | None = _told("slot", "The place as the tool calls it.")
    manufacturer: str | None = _told("vendor", "The maker, as told.")
    model: str | None = _told("model", "The model, as told.")
    part_number: str | None = _told("part_number", "The part number, as told.")
    firmware: str | None = _told("firmware", "The firmware's version, as told.")
    link_width: int | None = _told("link_width", "The present width of the link, in lanes.")
    max_link_width: int | None = _told("max_link_width", "The greatest width of the link, in lanes.")
    max_link_speed_gts: float | None = _told("max_link_speed_gts", "The greatest speed of the link, in GT/s.")
    attributes: JSON = _told("attributes", "Everything else that the tool said, under the tool's own names.")
    present: bool = _told("present", "False: the tool says that nothing is there.")

    @field(description="The tool, or format, that said it.")
    def source(self) -> SourceType:
        """Name the source."""
        return SourceType(self.source_type)

    @field(description="The identifiers that the tool told, in its own spelling.")
    def identifiers(self) -> list[Identifier]:
        """List what is told."""
        item = self.item
        told = [("serial", item.serial), ("uuid", item.uuid), ("wwn", item.wwn), *(("mac", mac) for mac in item.macs)]
        return [Identifier(kind=kind, value=value) for kind, value in told if value]

    @relation(description="The part that it was taken for; null where nothing is there or the part is told by others.")
    @staticmethod
    async def component(parents: Sequence["Observation"], info: Info) -> list[ComponentLink | None]:
        """Load parts."""
        stretches = await _stretches(parents, info)
        return await load(info, "Component", [one.component_id if one else None for one in stretches])

    @relation(description="Since when this source has told exactly this of the part, without a change.")
    @staticmethod
    async def first_seen_at(parents: Sequence["Observation"], info: Info) -> list[datetime | None]:
        """Look up the stretch."""
        return [one.first_t if one else None for one in await _stretches(parents, info)]

    @relation(description="Until when this source has told exactly this of the part, so far.")
    @staticmethod
    async def last_seen_at(parents: Sequence["Observation"], info: Info) -> list[datetime | None]:
        """Look up the stretch."""
        return [one.last_t if one else None for one in await _stretches(parents, info)]

    @relation(
        description="Where it stands in the upload; of a stretch of time in its first one. Found by reading the upload "
        "again, so at most 20 uploads can be asked for in one request. Null where that no longer gives the same."
    )
    @staticmethod
    async def raw_location(parents: Sequence["Observation"], info: Info) -> list[RawLocation | None]:
        """Parse bundles again."""
        wanted = {one.first_listing for one in parents if one.first_listing is not None}
        first = await store.first_listings(info.context.reader, wanted)
        listings = [one.listing or first.get(one.first_listing) for one in parents]
        return await raw_locations(info, listings)


async def _stretches(parents: Sequence[Observation], info: Info) -> list[store.Told | None]:
    unknown = [one.sighting for one in parents if one.stretch is None and one.sighting is not None]
    found = await store.told(info.context.reader, unknown)
    return [one.stretch or (found.get(one.sighting) if one.sighting else None) for one in parents]


async def observed_in(info: Info, snapshots: Sequence[Any]) -> list[list[Observation]]:
    """Return what each snapshot (a row) lists."""
    reader = info.context.reader
    listed = await store.listed_in(reader, {row.inventory_id for row in snapshots})
    items = await store.items(reader, {ref for refs in listed.values() for ref in refs})
    return [
        [
            Observation(
                item=items[ref],
                source_type=row.source,
                sighting=store.Sighting(ref, refs[:place].count(ref), row.stream_id, row.placed_at),
                listing=store.Listing(row.bundle_id, row.id, place),
            )
            for place, ref in enumerate(refs)
        ]
        for row in snapshots
        for refs in [listed[row.inventory_id]]
    ]


async def observed_of(info: Info, component_ids: Sequence[int], page: PageArguments) -> list[Any]:
    """Return the connection of what was told of each component."""
    reader = info.context.reader
    source = store.of_components(reader)
    pages = await read_pages(reader, source, "component_id", set(component_ids), store.BY_TIME, page)
    items = await store.items(reader, {row.observation_id for one in pages.values() for row in one.rows})

    def make(row: Any) -> Observation:
        stretch = store.Told(row.component_id, row.first_t, row.last_t)
        first = (row.stream_id, row.observation_id, row.first_t)
        return Observation(item=items[row.observation_id], source_type=row.source, stretch=stretch, first_listing=first)

    async def count(reader: Any, keys: list[Any]) -> Any:
        return await count_rows_of(reader, source, "component_id", set(keys))

    return [Connection(page=pages[key], make=make, counter=count, parent=key) for key in component_ids]
