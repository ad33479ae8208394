"""Findings: what needs a person's eye, with what it concerns and rests on."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import FindingFilter, SnapshotLink, direction, ordering
from reanimator_gql.schema.connections import Connection, connect, connect_each, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import FindingCode, OrderDirection, order_field
from reanimator_gql.schema.fields import column
from reanimator_gql.schema.node import Node, load, load_mixed, loadable
from reanimator_gql.schema.timeline_events import TYPE_OF, TimelineSubject
from reanimator_gql.store import findings as store
from reanimator_gql.store.paging import PageArguments


@strawberry.type(description="What something rests on.")
class Evidence:
    """A snapshot that tells it."""

    snapshot: SnapshotLink = strawberry.field(description="The snapshot that tells it.")


@loadable(store.by_ids)
@strawberry.type(description="Something that needs a person's eye.")
class Finding(Node):
    """A row of findings."""

    code: FindingCode = column("code", "What it is about.", FindingCode)
    sentence: str = column("sentence", "What was found, in a sentence.")
    since: datetime = column("since", "The time of the snapshot that completed the proof.")
    resolved_at: datetime | None = column("resolved_at", "When the server stopped believing it; null: it stands.")

    @relation(description="The machines and parts it concerns.")
    @staticmethod
    async def subjects(parents: Sequence["Finding"], info: Info) -> list[list[TimelineSubject]]:
        """Load subjects, one statement a type."""
        found = await store.subjects_of(info.context.reader, [one.row.id for one in parents])
        pairs = [(TYPE_OF[kind], key) for one in parents for kind, key in found.get(one.row.id, [])]
        nodes = iter(await load_mixed(info, pairs))
        return [[next(nodes) for _ in found.get(one.row.id, [])] for one in parents]

    @relation(description="The snapshots it rests on, twenty at most.")
    @staticmethod
    async def evidence(parents: Sequence["Finding"], info: Info) -> list[list[Evidence]]:
        """Load snapshots."""
        found = await store.evidence_of(info.context.reader, [one.row.id for one in parents])
        nodes = iter(await load(info, "Snapshot", [key for one in parents for key in found.get(one.row.id, [])]))
        return [[Evidence(snapshot=next(nodes)) for _ in found.get(one.row.id, [])] for one in parents]


def make_finding(row: Any) -> Finding:
    """Show a row."""
    return Finding(row=row)


async def findings_of(
    info: Info, subject_type: str, keys: Sequence[int], where: FindingFilter | None, page: PageArguments
) -> list[Any]:
    """Return the findings that concern each machine or part."""
    wanted = where or FindingFilter()
    source = store.of_subjects(info.context.reader, subject_type, wanted.codes, wanted.resolved)
    return await connect_each(info, make_finding, source, "subject_id", keys, store.BY_TIME, page)


@order_field("By what findings are sorted.")
class FindingOrderField(StrEnum):
    """The orderings that the store knows."""

    SINCE = "SINCE"
    CODE = "CODE"


@strawberry.input(description="How findings are sorted.")
class FindingOrder:
    """Field and direction."""

    field: FindingOrderField = strawberry.field(default=FindingOrderField.SINCE, description="By which field.")
    direction: OrderDirection = direction(OrderDirection.DESC)


_Where: TypeAlias = Annotated[
    FindingFilter | None, strawberry.argument(name="filter", description="Which findings are shown.")
]
_Order: TypeAlias = Annotated[
    FindingOrder | None, strawberry.argument(description="How they are sorted; the latest first if not given.")
]


@strawberry.type
class FindingQueries:
    """Root fields."""

    @root_connection(description="What needs a person's eye.")
    async def findings(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[Finding]:
        """List findings."""
        order, wanted = order_by or FindingOrder(), where or FindingFilter()
        statement = store.listed(info.context.reader, wanted.codes, wanted.resolved)
        sorting = ordering(store.ORDERINGS, order.field, order.direction)
        return await connect(info, make_finding, statement, sorting, page)
