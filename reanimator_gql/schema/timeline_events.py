"""Timeline events: what happened, told from the side of its subject."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias, Union

import strawberry
from strawberry.scalars import JSON

from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import (
    AssetLink,
    ComponentLink,
    TimelineFilter,
    direction,
    ordering,
)
from reanimator_gql.schema.connections import Connection, connect, connect_each, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import OrderDirection, TimelineEventKind, order_field
from reanimator_gql.schema.fields import column
from reanimator_gql.schema.installations import Installation
from reanimator_gql.schema.node import Node, key_of, load, load_mixed, loadable, read_id
from reanimator_gql.store import installations as stays
from reanimator_gql.store import timeline_events as store
from reanimator_gql.store.known import NOW
from reanimator_gql.store.paging import PageArguments

TimelineSubject: TypeAlias = Annotated[
    Union[AssetLink, ComponentLink],  # noqa: UP007 - the members are annotated themselves
    strawberry.union("TimelineSubject", description="What something happened to: a machine or a part."),
]

TYPE_OF = {"asset": "Asset", "component": "Component"}


def _event_key(text: str) -> store.EventKey | None:
    """Read `<event id in hex>.<position>`."""
    event_id, _, position = text.partition(".")
    try:
        key = bytes.fromhex(event_id), int(position)
    except ValueError:
        return None
    return key if len(key[0]) == 16 and position.isascii() and position.isdecimal() and key[1] < 2**63 else None


@loadable(store.by_keys, _event_key)
@strawberry.type(description="Something that happened to a machine or part. The id names a belief about it.")
class TimelineEvent(Node):
    """A row of events."""

    kind: TimelineEventKind = column("kind", "What happened.", TimelineEventKind)
    timestamp: datetime = column("timestamp", "When it was first known to have happened: in (notBefore, timestamp].")
    not_before: datetime | None = column(
        "not_before", "The last instant at which it was known not to have happened yet; null: no lower bound is known."
    )
    slot: str | None = column("slot", "The slot it concerns.")
    details: JSON = column("details", "More about it; of a change `from` and `to`.", json.loads)
    recorded_at: datetime = column("recorded_at", "Since when the server has believed it.")
    superseded_at: datetime | None = column("superseded_at", "Since when the server has believed it no more.")

    def key(self) -> str:
        """Name the belief, not only the event."""
        return f"{bytes(self.row.event_id).hex()}.{self.row.position}"

    @relation(description="The machine or part from whose side it is told.")
    @staticmethod
    async def subject(parents: Sequence["TimelineEvent"], info: Info) -> list[TimelineSubject]:
        """Load subjects, one statement a type."""
        return await load_mixed(info, [(TYPE_OF[one.row.subject_type], one.row.subject_id) for one in parents])

    @relation(description="The machine it concerns.")
    @staticmethod
    async def asset(parents: Sequence["TimelineEvent"], info: Info) -> list[AssetLink | None]:
        """Load machines."""
        return await load(info, "Asset", [one.row.asset_id for one in parents])

    @relation(description="The part it concerns.")
    @staticmethod
    async def component(parents: Sequence["TimelineEvent"], info: Info) -> list[ComponentLink | None]:
        """Load parts."""
        return await load(info, "Component", [one.row.component_id for one in parents])

    @relation(
        description="The stay that begins or ends with it, as believed now; for any other event the stay in force then."
    )
    @staticmethod
    async def installation(parents: Sequence["TimelineEvent"], info: Info) -> list[Installation | None]:
        """Look among the stays of the parts concerned."""
        reader = info.context.reader
        wanted = {one.row.component_id for one in parents if one.row.component_id is not None}
        found: dict[int, list[Any]] = defaultdict(list)
        for row in await reader.rows_of(wanted, stays.history_of(reader, "component_id", NOW)):
            found[row.component_id].append(row)
        return [_stay_of(one.row, found[one.row.component_id]) for one in parents]


def _stay_of(event: Any, rows: Sequence[Any]) -> Installation | None:
    here = [row for row in rows if row.asset_id == event.asset_id]
    edge = "removed_at" if event.kind == TimelineEventKind.REMOVED else "installed_at"
    exact = [row for row in here if getattr(row, edge) == event.timestamp] if event.kind in _AT_AN_END else []
    then = [
        row
        for row in here
        if row.installed_at <= event.timestamp and (row.removed_at is None or row.removed_at > event.timestamp)
    ]
    return next((Installation(row=row) for row in (*exact, *then)), None)


_AT_AN_END = {TimelineEventKind.INSTALLED, TimelineEventKind.MOVED, TimelineEventKind.REMOVED}


def make_event(row: Any) -> TimelineEvent:
    """Show a row."""
    return TimelineEvent(row=row)


async def timelines(
    info: Info, subject_type: str, keys: Sequence[int], wanted: store.EventFilter, page: PageArguments
) -> list[Any]:
    """Return the timeline of each machine or part."""
    source = store.of_subjects(info.context.reader, subject_type, wanted)
    return await connect_each(info, make_event, source, "subject_id", keys, store.OF_SUBJECT, page)


@order_field("By what events are sorted.")
class TimelineEventOrderField(StrEnum):
    """The orderings that the store knows."""

    TIMESTAMP = "TIMESTAMP"
    RECORDED_AT = "RECORDED_AT"


@strawberry.input(description="How events are sorted.")
class TimelineEventOrder:
    """Field and direction."""

    field: TimelineEventOrderField = strawberry.field(
        default=TimelineEventOrderField.TIMESTAMP, description="By which field."
    )
    direction: OrderDirection = direction()


@strawberry.input(description="Which events are shown; everything given must hold.")
class TimelineEventFilter(TimelineFilter):
    """A timeline's filter, and the subject."""

    subject_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only those told from the side of this machine or part."
    )

    def subject(self) -> tuple[str, int] | None:
        """Return type and row id of the subject."""
        if self.subject_id is None:
            return None
        key = key_of(self.subject_id, *TYPE_OF.values())
        return next(stored for stored, name in TYPE_OF.items() if name == read_id(self.subject_id)[0]), key


_Where: TypeAlias = Annotated[
    TimelineEventFilter | None, strawberry.argument(name="filter", description="Which events are shown.")
]
_Order: TypeAlias = Annotated[
    TimelineEventOrder | None, strawberry.argument(description="How they are sorted; by `timestamp` if not given.")
]


@strawberry.type
class TimelineEventQueries:
    """Root fields."""

    @root_connection(
        description="What happened, as believed now. What concerns both a machine and a part is told by each of them."
    )
    async def timeline_events(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[TimelineEvent]:
        """List events."""
        order, given = order_by or TimelineEventOrder(), where or TimelineEventFilter()
        statement = store.listed(info.context.reader, given.wanted(), given.subject())
        sorting = ordering(store.ORDERINGS, order.field, order.direction)
        return await connect(info, make_event, statement, sorting, page)
