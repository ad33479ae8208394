"""Installations: a part in a machine for an interval of time, as it is or was believed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from types import EllipsisType
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.domain.identity.places import place_order
from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import AssetLink, At, ComponentLink, Kinds, KnownAt, direction, ordering
from reanimator_gql.schema.connections import Connection, connect, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import OrderDirection, order_field
from reanimator_gql.schema.fields import column, field
from reanimator_gql.schema.node import Node, key_of, load, loadable
from reanimator_gql.store import installations as store
from reanimator_gql.store.known import AsOf
from reanimator_gql.store.paging import PageArguments


@loadable(store.by_ids)
@strawberry.type(
    description="A stay of a part in a machine. The id names a belief: another belief about the same stay is another "
    "node, and a belief given up goes on answering by its id."
)
class Installation(Node):
    """A row of beliefs; `told` is its slot as told last, where the field above had to know it."""

    told: strawberry.Private[str | EllipsisType | None] = ...

    installed_at: datetime = column(
        "installed_at", "When the part was first known to be there. The change lies in (installedAfter, installedAt]."
    )
    installed_after: datetime | None = column(
        "installed_after", "The last instant at which it was known not to be there; null: no lower bound is known."
    )
    removed_at: datetime | None = column(
        "removed_at", "When the part was first known to be gone; null: it is there. In (removedAfter, removedAt]."
    )
    removed_after: datetime | None = column("removed_after", "The last instant at which it was known to be there.")

    @field(description="Whether the part is in the machine still.")
    def active(self) -> bool:
        """A stay without an end."""
        return self.row.removed_at is None

    @relation(description="The machine.")
    @staticmethod
    async def asset(parents: Sequence["Installation"], info: Info) -> list[AssetLink]:
        """Load machines."""
        return await load(info, "Asset", [one.row.asset_id for one in parents])

    @relation(description="The part.")
    @staticmethod
    async def component(parents: Sequence["Installation"], info: Info) -> list[ComponentLink]:
        """Load parts."""
        return await load(info, "Component", [one.row.component_id for one in parents])

    @relation(
        description="The slot told last within the stay; with `at`, the one told by then. "
        "Nothing is inherited from the field that led here."
    )
    @staticmethod
    async def slot(
        parents: Sequence["Installation"], info: Info, at: At = None, known_at: KnownAt = None
    ) -> list[str | None]:
        """Look up the slots told during the stays."""
        as_of = AsOf(at, known_at)
        if as_of.is_now and all(one.told is not ... for one in parents):
            return [one.told for one in parents if one.told is not ...]
        slots = await store.told_slots(info.context.reader, [one.row for one in parents], as_of)
        return [slots[one.row.id] for one in parents]


async def installed_in(
    info: Info, asset_ids: Sequence[int], as_of: AsOf, kinds: Sequence[str] | None
) -> list[list[Installation]]:
    """Return what is in each machine, in the natural order of slots."""
    found = await store.installed(info.context.reader, "asset_id", asset_ids, as_of, kinds)
    rows = [row for rows in found.values() for row in rows]
    slots = await store.told_slots(info.context.reader, rows, as_of)
    return [
        [
            Installation(row=row, told=slots[row.id] if as_of.is_now else ...)
            for row in _by_slot(found.get(key, []), slots)
        ]
        for key in asset_ids
    ]


def _by_slot(rows: Sequence[Any], slots: dict[int, str | None]) -> list[Any]:
    return sorted(rows, key=lambda row: (slots[row.id] is None, place_order(slots[row.id] or ""), row.component_id))


async def installation_of(info: Info, component_ids: Sequence[int], as_of: AsOf) -> list[Installation | None]:
    """Return where each part is; by the rule it is in one place at most."""
    found = await store.installed(info.context.reader, "component_id", component_ids, as_of)
    return [Installation(row=found[key][0]) if found.get(key) else None for key in component_ids]


@order_field("By what installations are sorted.")
class InstallationOrderField(StrEnum):
    """The orderings that the store knows."""

    INSTALLED_AT = "INSTALLED_AT"
    REMOVED_AT = "REMOVED_AT"


@strawberry.input(description="How installations are sorted.")
class InstallationOrder:
    """Field and direction."""

    field: InstallationOrderField = strawberry.field(
        default=InstallationOrderField.INSTALLED_AT, description="By which field."
    )
    direction: OrderDirection = direction()


@strawberry.input(description="Which installations are shown; everything given must hold.")
class InstallationFilter:
    """What a list of stays is narrowed by."""

    active: bool | None = strawberry.field(default=None, description="Only those that go on, or only those ended.")
    kinds: Kinds = strawberry.field(default=None, description="Only of parts of these kinds.")
    asset_id: strawberry.ID | None = strawberry.field(default=None, description="Only in this machine.")
    component_id: strawberry.ID | None = strawberry.field(default=None, description="Only of this part.")
    from_: datetime | None = strawberry.field(
        default=None, name="from", description="Only stays that go on after this instant."
    )
    to: datetime | None = strawberry.field(default=None, description="Only stays that began before this instant.")

    def values(self) -> dict[str, Any]:
        """Return what the store is asked for."""
        keys = {"asset_id": key_of(self.asset_id, "Asset"), "component_id": key_of(self.component_id, "Component")}
        return vars(self) | keys


_Where: TypeAlias = Annotated[
    InstallationFilter | None, strawberry.argument(name="filter", description="Which installations are shown.")
]
_Order: TypeAlias = Annotated[
    InstallationOrder | None, strawberry.argument(description="How they are sorted; by `installedAt` if not given.")
]


@strawberry.type
class InstallationQueries:
    """Root fields."""

    @root_connection(description="Stays of parts in machines, as believed now.")
    async def installations(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[Installation]:
        """List stays."""
        order = order_by or InstallationOrder()
        statement = store.listed(info.context.reader, **(where or InstallationFilter()).values())
        sorting = ordering(store.ORDERINGS, order.field, order.direction)
        return await connect(info, lambda row: Installation(row=row), statement, sorting, page)
