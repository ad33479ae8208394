"""LOTs: parts that may take each other's place, by a code that says what a buyer asks for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.schema.arguments import ComponentLink, Kinds, direction, ordering
from reanimator_gql.schema.connections import Connection, connect, connect_each, connection, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import OrderDirection, order_field
from reanimator_gql.schema.errors import Code, Problem
from reanimator_gql.schema.fields import column, field
from reanimator_gql.schema.node import Node, key_of, load, loadable, make
from reanimator_gql.store import lots as store
from reanimator_gql.store.components import ORDERINGS as OF_COMPONENTS
from reanimator_gql.store.facts import COMPONENT, LOT, values_of
from reanimator_gql.store.known import AsOf
from reanimator_gql.store.paging import PageArguments


@loadable(store.by_ids)
@strawberry.type(description="Parts that may take each other's place.")
class Lot(Node):
    """A row of lots."""

    code: str = column("code", "The code: the class and what is known, such as `SSD_NVME_03.84TB_GEN4`.")
    kind: ComponentKind = column("kind", "What kind of part it is of.", ComponentKind)
    description: str = column("description", "The code in words.")

    @connection(description="The parts of this LOT that are believed in now.")
    @staticmethod
    async def components(parents: Sequence["Lot"], info: Info, page: PageArguments) -> list[Connection[ComponentLink]]:
        """Page through parts."""
        source = store.parts_of(info.context.reader)
        keys = [one.row.id for one in parents]
        return await connect_each(info, lambda row: make("Component", row), source, "lot_id", keys, BY_ID, page)


BY_ID = OF_COMPONENTS["ID"]


async def lots_of(info: Info, component_ids: Sequence[int], as_of: AsOf) -> list[Lot | None]:
    """Return the LOT of each part."""
    reader = info.context.reader
    codes = await values_of(reader, COMPONENT, component_ids, LOT, as_of)
    rows = await store.by_codes(reader, set(codes.values()))
    return [Lot(row=rows[codes[key]]) if codes.get(key) in rows else None for key in component_ids]


def make_lot(row: Any) -> Lot:
    """Show a row."""
    return Lot(row=row)


@order_field("By what LOTs are sorted.")
class LotOrderField(StrEnum):
    """The orderings that the store knows."""

    CODE = "CODE"
    KIND = "KIND"


@strawberry.input(description="How LOTs are sorted.")
class LotOrder:
    """Field and direction."""

    field: LotOrderField = strawberry.field(default=LotOrderField.CODE, description="By which field.")
    direction: OrderDirection = direction()


@strawberry.input(description="Which LOTs are shown; everything given must hold.")
class LotFilter:
    """What a list of LOTs is narrowed by."""

    kinds: Kinds = strawberry.field(default=None, description="Only of these kinds.")


_Id: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="Its global id.")]
_Code: TypeAlias = Annotated[str | None, strawberry.argument(description="Its code.")]
_Where: TypeAlias = Annotated[LotFilter | None, strawberry.argument(name="filter", description="Which LOTs are shown.")]
_Order: TypeAlias = Annotated[
    LotOrder | None, strawberry.argument(description="How they are sorted; by their codes if not given.")
]


@strawberry.type
class LotQueries:
    """Root fields."""

    @field(description="One LOT, by its id or its code.")
    async def lot(self, info: Info, id: _Id = None, code: _Code = None) -> Lot | None:  # noqa: A002
        """Find one."""
        if (id is None) == (code is None):
            raise Problem(Code.BAD_USER_INPUT, "give exactly one of `id` and `code`")
        if code is not None:
            row = (await store.by_codes(info.context.reader, {code})).get(code)
            return make_lot(row) if row is not None else None
        found: Lot | None
        (found,) = await load(info, "Lot", [key_of(id, "Lot")])
        return found

    @root_connection(description="The LOTs of the parts believed in now.")
    async def lots(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[Lot]:
        """List LOTs."""
        order = order_by or LotOrder()
        statement = store.listed(info.context.reader, **vars(where or LotFilter()))
        return await connect(info, make_lot, statement, ordering(store.ORDERINGS, order.field, order.direction), page)
