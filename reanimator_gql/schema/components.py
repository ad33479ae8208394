"""Components: parts."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.recorded_events import LifecycleState
from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import At, ComponentLink, FindingsWhere, KnownAt, Timeline, TimelineFilter
from reanimator_gql.schema.connections import Connection, connect_each, connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.fields import column, field
from reanimator_gql.schema.findings import Finding, findings_of
from reanimator_gql.schema.installations import Installation, installation_of
from reanimator_gql.schema.lots import Lot, lots_of
from reanimator_gql.schema.node import Node, load, loadable
from reanimator_gql.schema.observations import Identifier, Observation, observed_of
from reanimator_gql.schema.scalars import SourceType
from reanimator_gql.schema.timeline_events import TimelineEvent, timelines
from reanimator_gql.store import components as store
from reanimator_gql.store import installations as stays
from reanimator_gql.store.facts import COMPONENT, FIRMWARE, STATE, values_of
from reanimator_gql.store.known import AsOf
from reanimator_gql.store.paging import PageArguments


@strawberry.type(description="What one source measured of a part last.")
class Telemetry:
    """The latest values of one stream."""

    told: strawberry.Private[store.Telemetry]

    @field(description="The tool, or format, that told it.")
    def source(self) -> SourceType:
        """Name the source."""
        return SourceType(self.told.source)

    @field(description="When it was measured.")
    def collected_at(self) -> datetime:
        """Tell the time."""
        return self.told.collected_at

    @field(description="The values, under the tool's own names.")
    def values(self) -> JSON:
        """Show them."""
        return JSON(self.told.values)


def _latest(name: str, told: Sequence[store.Telemetry]) -> Any:
    """Return the newest value of one name."""
    return next((one.values[name] for one in reversed(told) if one.values.get(name) is not None), None)


@loadable(store.by_ids)
@strawberry.type(description="A part.")
class Component(Node):
    """A row of components."""

    database_id: int = column("id", "The id in the database.")
    kind: ComponentKind = column("kind", "What kind of part it is.", ComponentKind)
    vendor_serial: str | None = column("vendor_serial", "Its serial; null for a part that is known by its place only.")
    manufacturer: str | None = column("manufacturer", "The maker, as told.")
    model: str | None = column("model", "The model, as told.")
    part_number: str | None = column("part_number", "The part number, as told.")
    attributes: JSON | None = column(
        "attributes",
        "Everything else that tools said of it: each name with its `value` and the `source` that tells it.",
        json.loads,
    )
    link_width: int | None = column("link_width", "The present width of its link, in lanes.")
    max_link_width: int | None = column("max_link_width", "The greatest width of its link, in lanes.")
    max_link_speed_gts: float | None = column("max_link_speed_gts", "The greatest speed of its link, in GT/s.")
    first_seen_at: datetime | None = column("first_seen_at", "When it was first seen, or recorded as installed.")

    @field(description="Whether the link is narrower than it could be; null where either width is unknown.")
    def link_degraded(self) -> bool | None:
        """Compare widths. Speed dips when a device idles, so it says nothing."""
        width, most = self.row.link_width, self.row.max_link_width
        return None if width is None or most is None else width < most

    @relation(description="The present speed of its link in GT/s, as the newest snapshots told it. It dips at idle.")
    @staticmethod
    async def link_speed_gts(parents: Sequence["Component"], info: Info) -> list[float | None]:
        """Read telemetry."""
        found = await store.telemetry(info.context.reader, [one.row.id for one in parents])
        return [_latest("link_speed_gts", found.get(one.row.id, [])) for one in parents]

    @relation(
        description="What changes although nothing is exchanged (hours, temperatures, counters, present speeds): the "
        "latest values of each source whose newest snapshot lists it, the newest last."
    )
    @staticmethod
    async def telemetry(parents: Sequence["Component"], info: Info) -> list[list[Telemetry]]:
        """Read telemetry."""
        found = await store.telemetry(info.context.reader, [one.row.id for one in parents])
        return [[Telemetry(told=told) for told in found.get(one.row.id, [])] for one in parents]

    @relation(description="The LOT: parts that may take its place. Null where too little is known of it.")
    @staticmethod
    async def lot(
        parents: Sequence["Component"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[Lot | None]:
        """Ask the facts."""
        return await lots_of(info, [one.row.id for one in parents], AsOf(at, known_at))

    @relation(description="Everything that names it.")
    @staticmethod
    async def identifiers(parents: Sequence["Component"], info: Info) -> list[list[Identifier]]:
        """Read identifiers."""
        found = await store.identifiers_of(info.context.reader, [one.row.id for one in parents])
        return [[Identifier(kind=row.kind, value=row.value) for row in found.get(one.row.id, [])] for one in parents]

    @relation(description="The version of its firmware.")
    @staticmethod
    async def firmware(
        parents: Sequence["Component"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[str | None]:
        """Show the version now, or ask the facts."""
        as_of = AsOf(at, known_at)
        if as_of.is_now:
            return [one.row.firmware for one in parents]
        found = await values_of(info.context.reader, COMPONENT, [one.row.id for one in parents], FIRMWARE, as_of)
        return [found.get(one.row.id) for one in parents]

    @relation(description="Where it stands in its life; UNKNOWN until somebody said so.")
    @staticmethod
    async def state(
        parents: Sequence["Component"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[LifecycleState | None]:
        """Read the state in force."""
        keys = [one.row.id for one in parents]
        found = await values_of(info.context.reader, COMPONENT, keys, STATE, AsOf(at, known_at))
        return [LifecycleState(found.get(key, LifecycleState.UNKNOWN)) for key in keys]

    @relation(description="The part that this one turned out to be; null: it stands for itself.")
    @staticmethod
    async def merged_into(parents: Sequence["Component"], info: Info) -> list[ComponentLink | None]:
        """Load parts."""
        return await load(info, "Component", [one.row.merged_into for one in parents])

    @relation(description="When it was last listed by any tool.")
    @staticmethod
    async def last_seen_at(parents: Sequence["Component"], info: Info) -> list[datetime | None]:
        """Ask its spans."""
        found = await store.last_seen(info.context.reader, [one.row.id for one in parents])
        return [found.get(one.row.id) for one in parents]

    @relation(description="Where it is, or was.")
    @staticmethod
    async def installation(
        parents: Sequence["Component"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[Installation | None]:
        """Read the stay in force."""
        return await installation_of(info, [one.row.id for one in parents], AsOf(at, known_at))

    @connection(description="All its stays, as known at an instant; with `at` the one in force then.")
    @staticmethod
    async def installations(
        parents: Sequence["Component"], info: Info, page: PageArguments, at: At = None, known_at: KnownAt = None
    ) -> list[Connection[Installation]]:
        """Page through stays."""
        as_of = AsOf(at, known_at)
        source = stays.history_of(info.context.reader, "component_id", as_of)
        keys = [one.row.id for one in parents]
        return await connect_each(
            info, lambda row: Installation(row=row), source, "component_id", keys, stays.BY_TIME, page
        )

    @connection(description="What happened to it, earliest first.")
    @staticmethod
    async def timeline(
        parents: Sequence["Component"],
        info: Info,
        page: PageArguments,
        known_at: KnownAt = None,
        where: Timeline = None,
    ) -> list[Connection[TimelineEvent]]:
        """Page through events."""
        wanted = (where or TimelineFilter()).wanted(known_at)
        return await timelines(info, COMPONENT, [one.row.id for one in parents], wanted, page)

    @connection(description="What tools said of it: one item for each time in which a tool told the same.")
    @staticmethod
    async def observations(
        parents: Sequence["Component"], info: Info, page: PageArguments
    ) -> list[Connection[Observation]]:
        """Page through spans."""
        return await observed_of(info, [one.row.id for one in parents], page)

    @connection(description="What needs a person's eye about it.")
    @staticmethod
    async def findings(
        parents: Sequence["Component"], info: Info, page: PageArguments, where: FindingsWhere = None
    ) -> list[Connection[Finding]]:
        """Page through findings."""
        return await findings_of(info, COMPONENT, [one.row.id for one in parents], where, page)


def make_component(row: Any) -> Component:
    """Show a row."""
    return Component(row=row)
