"""Finding components: by id, by serial, or in a list."""

from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.schema.arguments import Kinds, direction, ordering
from reanimator_gql.schema.components import Component, make_component
from reanimator_gql.schema.connections import Connection, connect, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import OrderDirection, order_field
from reanimator_gql.schema.fields import field
from reanimator_gql.schema.node import key_of, load, only
from reanimator_gql.store import components as store
from reanimator_gql.store.paging import PageArguments


@order_field("By what parts are sorted.")
class ComponentOrderField(StrEnum):
    """The orderings that the store knows."""

    ID = "ID"
    VENDOR_SERIAL = "VENDOR_SERIAL"
    KIND = "KIND"
    MODEL = "MODEL"
    FIRST_SEEN_AT = "FIRST_SEEN_AT"


@strawberry.input(description="How parts are sorted.")
class ComponentOrder:
    """Field and direction."""

    field: ComponentOrderField = strawberry.field(default=ComponentOrderField.ID, description="By which field.")
    direction: OrderDirection = direction()


@strawberry.input(description="Which parts are shown; everything given must hold.")
class ComponentFilter:
    """What a list of parts is narrowed by."""

    kinds: Kinds = strawberry.field(default=None, description="Only of these kinds.")
    vendor_serial: str | None = strawberry.field(
        default=None, description="Only parts that this names, by any identifier in any spelling."
    )
    manufacturer: str | None = strawberry.field(default=None, description="Only of this maker, as told.")
    model: str | None = strawberry.field(default=None, description="Only of this model, as told.")
    part_number: str | None = strawberry.field(default=None, description="Only with this part number, as told.")
    lot: str | None = strawberry.field(default=None, description="Only of the LOT with this code.")
    installed: bool | None = strawberry.field(
        default=None, description="Only those in a machine now, or only those in none."
    )
    asset_id: strawberry.ID | None = strawberry.field(default=None, description="Only those in this machine now.")

    def values(self) -> dict[str, Any]:
        """Return what the store is asked for."""
        return vars(self) | {"asset_id": key_of(self.asset_id, "Asset")}


_Id: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="Its global id.")]
_Serial: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Its serial, or another identifier of it, in any spelling.")
]
_Where: TypeAlias = Annotated[
    ComponentFilter | None, strawberry.argument(name="filter", description="Which parts are shown.")
]
_Order: TypeAlias = Annotated[
    ComponentOrder | None, strawberry.argument(description="How they are sorted; by their ids if not given.")
]


@strawberry.type
class ComponentQueries:
    """Root fields."""

    @field(
        description="One part, by its id or its serial. By its id also one that was merged into another or that "
        "nothing speaks of any more. A serial that several bear: an error AMBIGUOUS with their ids."
    )
    async def component(
        self,
        info: Info,
        id: _Id = None,  # noqa: A002
        vendor_serial: _Serial = None,
    ) -> Component | None:
        """Find one."""
        key = await only(info, "Component", key_of(id, "Component"), vendor_serial, store.named)
        found: Component | None
        (found,) = await load(info, "Component", [key])
        return found

    @root_connection(description="The parts believed in now.")
    async def components(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[Component]:
        """List parts."""
        order = order_by or ComponentOrder()
        statement = store.listed(info.context.reader, **(where or ComponentFilter()).values())
        return await connect(
            info, make_component, statement, ordering(store.ORDERINGS, order.field, order.direction), page
        )
