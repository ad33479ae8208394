"""Finding assets: by id, by any of their names, or in a list."""

from enum import StrEnum
from typing import Annotated, TypeAlias

import strawberry

from reanimator_gql.domain.recorded_events import LifecycleState
from reanimator_gql.schema.arguments import direction, ordering
from reanimator_gql.schema.assets import Asset, make_asset
from reanimator_gql.schema.connections import Connection, connect, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import OrderDirection, order_field
from reanimator_gql.schema.fields import field
from reanimator_gql.schema.node import key_of, load, only
from reanimator_gql.store import assets as store
from reanimator_gql.store.paging import PageArguments


@order_field("By what machines are sorted.")
class AssetOrderField(StrEnum):
    """The orderings that the store knows."""

    VENDOR_SERIAL = "VENDOR_SERIAL"
    FIRST_SEEN_AT = "FIRST_SEEN_AT"
    MANUFACTURER = "MANUFACTURER"
    MODEL = "MODEL"
    NAME = "NAME"


@strawberry.input(description="How machines are sorted.")
class AssetOrder:
    """Field and direction."""

    field: AssetOrderField = strawberry.field(default=AssetOrderField.VENDOR_SERIAL, description="By which field.")
    direction: OrderDirection = direction()


@strawberry.input(description="Which machines are shown; everything given must hold.")
class AssetFilter:
    """What a list of machines is narrowed by."""

    vendor_serial: str | None = strawberry.field(
        default=None, description="Only the machine that this names, by any identifier in any spelling."
    )
    manufacturer: str | None = strawberry.field(default=None, description="Only of this maker, as told.")
    model: str | None = strawberry.field(default=None, description="Only of this model, as told.")
    state: LifecycleState | None = strawberry.field(default=None, description="Only in this state now.")
    search: str | None = strawberry.field(
        default=None, description="Only where an identifier, name, maker, model or inventory number begins with this."
    )


_Id: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="Its global id.")]
_Serial: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Its serial, or any other identifier of it, in any spelling.")
]
_Where: TypeAlias = Annotated[
    AssetFilter | None, strawberry.argument(name="filter", description="Which machines are shown.")
]
_Order: TypeAlias = Annotated[
    AssetOrder | None, strawberry.argument(description="How they are sorted; by `vendorSerial` if not given.")
]


@strawberry.type
class AssetQueries:
    """Root fields."""

    @field(
        description="One machine, by its id or by any of its names. By its id also one that was merged into another or "
        "that nothing speaks of any more. A name that several bear: an error AMBIGUOUS with their ids."
    )
    async def asset(self, info: Info, id: _Id = None, vendor_serial: _Serial = None) -> Asset | None:  # noqa: A002
        """Find one."""
        key = await only(info, "Asset", key_of(id, "Asset"), vendor_serial, store.named)
        found: Asset | None
        (found,) = await load(info, "Asset", [key])
        return found

    @root_connection(description="The machines believed in now.")
    async def assets(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[Asset]:
        """List machines."""
        order = order_by or AssetOrder()
        statement = store.listed(info.context.reader, **vars(where or AssetFilter()))
        return await connect(info, make_asset, statement, ordering(store.ORDERINGS, order.field, order.direction), page)
