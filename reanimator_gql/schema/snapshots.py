"""Snapshots: what one tool saw of one machine at one time."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import AssetLink, LogBundleLink, direction, ordering
from reanimator_gql.schema.connections import Connection, connect, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import OrderDirection, order_field
from reanimator_gql.schema.fields import column
from reanimator_gql.schema.node import Node, key_of, load, loadable
from reanimator_gql.schema.observations import Observation, observed_in
from reanimator_gql.schema.scalars import SourceType
from reanimator_gql.store import snapshot_reads as store
from reanimator_gql.store.paging import PageArguments


@loadable(store.by_ids)
@strawberry.type(description="What one tool saw of one machine at one time.")
class Snapshot(Node):
    """A row of snapshots with its place."""

    source: SourceType = column("source", "The tool, or format, that told it.")
    collected_at: datetime = column("placed_at", "When it was seen: as told, with a clock's offset mended.")

    @relation(description="The machine it was placed on; null where none is known, or where it is voided.")
    @staticmethod
    async def asset(parents: Sequence["Snapshot"], info: Info) -> list[AssetLink | None]:
        """Load machines."""
        return await load(info, "Asset", [one.row.asset_id for one in parents])

    @relation(description="The upload that it came in.")
    @staticmethod
    async def log_bundle(parents: Sequence["Snapshot"], info: Info) -> list[LogBundleLink]:
        """Load bundles."""
        return await load(info, "LogBundle", [one.row.bundle_id for one in parents])

    @relation(
        description="Whether its list of parts differs from the one before by the same tool on the same machine; true "
        "for the first one."
    )
    @staticmethod
    async def changed(parents: Sequence["Snapshot"], info: Info) -> list[bool]:
        """Compare neighbours in their streams."""
        different = await store.changed(info.context.reader, [one.row for one in parents])
        return [one.row.id in different for one in parents]

    @relation(description="What it lists, in canonical order; also places that it says are empty.")
    @staticmethod
    async def observations(parents: Sequence["Snapshot"], info: Info) -> list[list[Observation]]:
        """Read inventories."""
        return await observed_in(info, [one.row for one in parents])

    @relation(description="Whether a recorded event made it as if it had never come, itself or with its upload.")
    @staticmethod
    async def voided(parents: Sequence["Snapshot"], info: Info) -> list[bool]:
        """Look for voids."""
        void = await store.voided(info.context.reader, [one.row for one in parents])
        return [one.row.id in void for one in parents]


def make_snapshot(row: Any) -> Snapshot:
    """Show a row."""
    return Snapshot(row=row)


@order_field("By what snapshots are sorted.")
class SnapshotOrderField(StrEnum):
    """The orderings that the store knows."""

    COLLECTED_AT = "COLLECTED_AT"
    RECORDED_AT = "RECORDED_AT"


@strawberry.input(description="How snapshots are sorted.")
class SnapshotOrder:
    """Field and direction."""

    field: SnapshotOrderField = strawberry.field(default=SnapshotOrderField.COLLECTED_AT, description="By which field.")
    direction: OrderDirection = direction()


@strawberry.input(description="Which snapshots are shown; everything given must hold.")
class SnapshotFilter:
    """What a list of snapshots is narrowed by."""

    source: SourceType | None = strawberry.field(default=None, description="Only of this source type.")
    asset_id: strawberry.ID | None = strawberry.field(default=None, description="Only of this machine.")
    from_: datetime | None = strawberry.field(default=None, name="from", description="Only at or after this instant.")
    to: datetime | None = strawberry.field(default=None, description="Only before this instant.")

    def values(self) -> dict[str, Any]:
        """Return what the store is asked for."""
        return vars(self) | {"asset_id": key_of(self.asset_id, "Asset")}


_Where: TypeAlias = Annotated[
    SnapshotFilter | None, strawberry.argument(name="filter", description="Which snapshots are shown.")
]
_Order: TypeAlias = Annotated[
    SnapshotOrder | None, strawberry.argument(description="How they are sorted; by `collectedAt` if not given.")
]


@strawberry.type
class SnapshotQueries:
    """Root fields."""

    @root_connection(description="All snapshots, also those that stand on no machine.")
    async def snapshots(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[Snapshot]:
        """List snapshots."""
        order = order_by or SnapshotOrder()
        statement = store.listed(info.context.reader, **(where or SnapshotFilter()).values())
        return await connect(
            info, make_snapshot, statement, ordering(store.ORDERINGS, order.field, order.direction), page
        )
