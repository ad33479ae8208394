"""Arguments that many fields share, and links to nouns of other files."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.schema.enums import FindingCode, OrderDirection, TimelineEventKind
from reanimator_gql.store.paging import Ordering
from reanimator_gql.store.timeline_events import EventFilter

if TYPE_CHECKING:
    from reanimator_gql.schema.assets import Asset
    from reanimator_gql.schema.components import Component
    from reanimator_gql.schema.log_bundles import LogBundle
    from reanimator_gql.schema.snapshots import Snapshot

AssetLink: TypeAlias = Annotated["Asset", strawberry.lazy("reanimator_gql.schema.assets")]
ComponentLink: TypeAlias = Annotated["Component", strawberry.lazy("reanimator_gql.schema.components")]
LogBundleLink: TypeAlias = Annotated["LogBundle", strawberry.lazy("reanimator_gql.schema.log_bundles")]
SnapshotLink: TypeAlias = Annotated["Snapshot", strawberry.lazy("reanimator_gql.schema.snapshots")]

At: TypeAlias = Annotated[
    datetime | None, strawberry.argument(description="The instant asked about; now if not given.")
]
KnownAt: TypeAlias = Annotated[
    datetime | None,
    strawberry.argument(name="knownAt", description="Answer as the server believed at this instant; now if not given."),
]
Kinds: TypeAlias = Annotated[list[ComponentKind] | None, strawberry.argument(description="Only parts of these kinds.")]


@strawberry.input(description="Which events of a timeline are shown.")
class TimelineFilter:
    """Kinds, times and whether beliefs given up are shown too."""

    kinds: list[TimelineEventKind] | None = strawberry.field(default=None, description="Only events of these kinds.")
    from_: datetime | None = strawberry.field(default=None, name="from", description="Only events at or after this.")
    to: datetime | None = strawberry.field(default=None, description="Only events before this instant.")
    superseded: bool = strawberry.field(
        default=False, description="Show events that are believed in no more as well, each with `supersededAt`."
    )

    def wanted(self, known_at: datetime | None = None) -> EventFilter:
        """Return what the store is asked for."""
        return EventFilter(self.kinds, self.from_, self.to, self.superseded, known_at)


@strawberry.input(description="Which findings are shown.")
class FindingFilter:
    """Codes, and whether those resolved are shown."""

    codes: list[FindingCode] | None = strawberry.field(default=None, description="Only findings of these codes.")
    resolved: bool | None = strawberry.field(
        default=None, description="Only those resolved, or only those that stand; both if not given."
    )


Timeline: TypeAlias = Annotated[
    TimelineFilter | None, strawberry.argument(name="filter", description="Which events are shown.")
]
FindingsWhere: TypeAlias = Annotated[
    FindingFilter | None, strawberry.argument(name="filter", description="Which findings are shown.")
]


def direction(default: OrderDirection = OrderDirection.ASC) -> OrderDirection:
    """Return the input field for the direction of an order."""
    field: OrderDirection = strawberry.field(default=default, description="Which way.")
    return field


def ordering(orderings: dict[str, Ordering], field: str, descending: OrderDirection) -> Ordering:
    """Return the ordering that a client asks for."""
    return orderings[field].directed(descending is OrderDirection.DESC)
