"""Assets: machines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.domain.recorded_events import LifecycleState
from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import (
    AssetLink,
    At,
    ComponentLink,
    FindingsWhere,
    Kinds,
    KnownAt,
    Timeline,
    TimelineFilter,
)
from reanimator_gql.schema.connections import Connection, connect_each, connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.fields import column
from reanimator_gql.schema.findings import Finding, findings_of
from reanimator_gql.schema.installations import Installation, installed_in
from reanimator_gql.schema.node import Node, load, loadable, make
from reanimator_gql.schema.observations import Identifier
from reanimator_gql.schema.scalars import SourceType
from reanimator_gql.schema.snapshots import Snapshot, make_snapshot
from reanimator_gql.schema.timeline_events import TimelineEvent, timelines
from reanimator_gql.store import assets as store
from reanimator_gql.store import installations as stays
from reanimator_gql.store import snapshot_reads
from reanimator_gql.store.components import by_ids as read_components
from reanimator_gql.store.facts import ASSET, COMPONENT, FIRMWARE, STATE, values_of
from reanimator_gql.store.known import AsOf
from reanimator_gql.store.paging import PageArguments

_Source: TypeAlias = Annotated[
    SourceType | None, strawberry.argument(description="Only snapshots of this source type.")
]
_Changed: TypeAlias = Annotated[
    bool | None,
    strawberry.argument(description="Only snapshots whose list of parts differs from the one before, or only others."),
]


@strawberry.type(description="The firmware of a part that is, or was, in a machine.")
class InstalledFirmware:
    """A part and its version."""

    component: ComponentLink = strawberry.field(description="The part.")
    version: str = strawberry.field(description="The firmware's version.")


@loadable(store.by_ids)
@strawberry.type(description="A machine.")
class Asset(Node):
    """A row of assets."""

    database_id: int = column("id", "The id in the database.")
    vendor_serial: str = column("vendor_serial", "The strongest name of the machine: its serial where it has one.")
    manufacturer: str | None = column("manufacturer", "The maker, as told.")
    model: str | None = column("model", "The model, as told.")
    name: str | None = column("name", "The host name, as told.")
    asset_tag: str | None = column("asset_tag", "The owner's inventory number, as told.")
    first_seen_at: datetime | None = column("first_seen_at", "The time of the earliest snapshot of it.")

    @relation(description="Everything that names it, strongest first; `asset(vendorSerial:)` finds it by any of them.")
    @staticmethod
    async def identifiers(parents: Sequence["Asset"], info: Info) -> list[list[Identifier]]:
        """Read identifiers."""
        found = await store.identifiers_of(info.context.reader, [one.row.id for one in parents])
        return [[Identifier(kind=row.kind, value=row.value) for row in found.get(one.row.id, [])] for one in parents]

    @relation(description="Where it stands in its life; UNKNOWN until somebody said so.")
    @staticmethod
    async def state(
        parents: Sequence["Asset"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[LifecycleState]:
        """Read the state in force."""
        keys = [one.row.id for one in parents]
        found = await values_of(info.context.reader, ASSET, keys, STATE, AsOf(at, known_at))
        return [LifecycleState(found.get(key, LifecycleState.UNKNOWN)) for key in keys]

    @relation(description="The machine that this one turned out to be; null: it stands for itself.")
    @staticmethod
    async def merged_into(parents: Sequence["Asset"], info: Info) -> list[AssetLink | None]:
        """Load machines."""
        return await load(info, "Asset", [one.row.merged_into for one in parents])

    @relation(description="The time of the newest snapshot of it.")
    @staticmethod
    async def last_seen_at(parents: Sequence["Asset"], info: Info) -> list[datetime | None]:
        """Ask its streams."""
        found = await store.last_seen(info.context.reader, [one.row.id for one in parents])
        return [found.get(one.row.id) for one in parents]

    @relation(description="What is, or was, in it, in the natural order of slots.")
    @staticmethod
    async def installed(
        parents: Sequence["Asset"], info: Info, at: At = None, known_at: KnownAt = None, kinds: Kinds = None
    ) -> list[list[Installation]]:
        """Read stays in force."""
        return await installed_in(info, [one.row.id for one in parents], AsOf(at, known_at), kinds)

    @connection(description="All stays of parts in it, as known at an instant; with `at` those in force then.")
    @staticmethod
    async def installations(  # noqa: PLR0913 - what a history is asked for
        parents: Sequence["Asset"],
        info: Info,
        page: PageArguments,
        at: At = None,
        known_at: KnownAt = None,
        kinds: Kinds = None,
    ) -> list[Connection[Installation]]:
        """Page through stays."""
        as_of = AsOf(at, known_at)
        source = stays.history_of(info.context.reader, "asset_id", as_of, kinds)
        keys = [one.row.id for one in parents]
        return await connect_each(
            info, lambda row: Installation(row=row), source, "asset_id", keys, stays.BY_TIME, page
        )

    @relation(description="The firmware of each part in it, in the natural order of slots.")
    @staticmethod
    async def firmware(
        parents: Sequence["Asset"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[list[InstalledFirmware]]:
        """Read versions."""
        return await _firmware_in(info, [one.row.id for one in parents], AsOf(at, known_at))

    @connection(description="What happened to it, earliest first.")
    @staticmethod
    async def timeline(
        parents: Sequence["Asset"],
        info: Info,
        page: PageArguments,
        known_at: KnownAt = None,
        where: Timeline = None,
    ) -> list[Connection[TimelineEvent]]:
        """Page through events."""
        wanted = (where or TimelineFilter()).wanted(known_at)
        return await timelines(info, ASSET, [one.row.id for one in parents], wanted, page)

    @connection(description="The snapshots that stand on it, earliest first.")
    @staticmethod
    async def snapshots(
        parents: Sequence["Asset"],
        info: Info,
        page: PageArguments,
        source: _Source = None,
        changed: _Changed = None,
    ) -> list[Connection[Snapshot]]:
        """Page through snapshots."""
        rows = snapshot_reads.of_assets(info.context.reader, source, changed)
        keys = [one.row.id for one in parents]
        return await connect_each(info, make_snapshot, rows, "asset_id", keys, snapshot_reads.BY_TIME, page)

    @connection(description="What needs a person's eye about it.")
    @staticmethod
    async def findings(
        parents: Sequence["Asset"], info: Info, page: PageArguments, where: FindingsWhere = None
    ) -> list[Connection[Finding]]:
        """Page through findings."""
        return await findings_of(info, ASSET, [one.row.id for one in parents], where, page)


async def _firmware_in(info: Info, asset_ids: Sequence[int], as_of: AsOf) -> list[list[InstalledFirmware]]:
    """What is shown of a part holds its version now; of another time the facts tell it."""
    installed = await installed_in(info, asset_ids, as_of, None)
    keys = {stay.row.component_id for stays_in in installed for stay in stays_in}
    rows = await read_components(info.context.reader, keys)
    if as_of.is_now:
        versions = {key: row.firmware for key, row in rows.items() if row.firmware is not None}
    else:
        versions = await values_of(info.context.reader, COMPONENT, keys, FIRMWARE, as_of)
    nodes = {key: make("Component", row) for key, row in rows.items()}
    return [
        [
            InstalledFirmware(component=nodes[stay.row.component_id], version=versions[stay.row.component_id])
            for stay in stays_in
            if stay.row.component_id in versions
        ]
        for stays_in in installed
    ]


def make_asset(row: Any) -> Asset:
    """Show a row."""
    return Asset(row=row)
