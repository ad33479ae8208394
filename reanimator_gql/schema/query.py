"""The root of all reading."""

from typing import Annotated, TypeAlias

import strawberry

from reanimator_gql.schema.asset_queries import AssetQueries
from reanimator_gql.schema.component_queries import ComponentQueries
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.errors import Code, Problem
from reanimator_gql.schema.fields import field
from reanimator_gql.schema.findings import FindingQueries
from reanimator_gql.schema.installations import InstallationQueries
from reanimator_gql.schema.log_bundles import LogBundleQueries
from reanimator_gql.schema.lots import LotQueries
from reanimator_gql.schema.node import Node, load_mixed, read_id
from reanimator_gql.schema.snapshots import SnapshotQueries
from reanimator_gql.schema.timeline_events import TimelineEventQueries

MOST_NODES = 200

_Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
_Ids: TypeAlias = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, 200 at most.")]


@strawberry.type(description="Everything that can be asked. Lists at the root are about now.")
class Query(
    AssetQueries,
    ComponentQueries,
    InstallationQueries,
    LogBundleQueries,
    LotQueries,
    SnapshotQueries,
    TimelineEventQueries,
    FindingQueries,
):
    """The nouns' root fields, and finding anything by its id."""

    @field(description="Anything by its id, also what is believed in no more; null where there is nothing.")
    async def node(self, info: Info, id: _Id) -> Node | None:  # noqa: A002
        """Find one."""
        found: Node | None
        (found,) = await load_mixed(info, [read_id(id)])
        return found

    @field(description="Several things by their ids, in their order.")
    async def nodes(self, info: Info, ids: _Ids) -> list[Node | None]:
        """Find several; one statement a type."""
        if len(ids) > MOST_NODES:
            raise Problem(Code.BAD_USER_INPUT, f"`ids` holds {len(ids)} ids; {MOST_NODES} at most can be asked for")
        return await load_mixed(info, [read_id(one) for one in ids])
