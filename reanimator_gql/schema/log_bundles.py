"""Log bundles: what was uploaded, what became of it, and what it made."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import strawberry

from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.arguments import AssetLink, direction, ordering
from reanimator_gql.schema.connections import Connection, connect, connect_each, connection, root_connection
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.enums import LogBundleStatus, OrderDirection, order_field
from reanimator_gql.schema.errors import Code, Problem
from reanimator_gql.schema.fields import column, field
from reanimator_gql.schema.findings import Finding, make_finding
from reanimator_gql.schema.node import Node, key_of, load, loadable
from reanimator_gql.schema.snapshots import Snapshot, make_snapshot
from reanimator_gql.schema.timeline_events import TimelineEvent, make_event
from reanimator_gql.store import findings, snapshot_reads, timeline_events
from reanimator_gql.store import log_bundles as store
from reanimator_gql.store.bundles import NOT_GIVEN_ASSET, NOT_GIVEN_TIME, decode_warnings
from reanimator_gql.store.paging import PageArguments


@strawberry.type(description="Something in an upload that was kept but not understood.")
class UploadWarning:
    """Where, and what."""

    path: str = strawberry.field(description="Where it stands in the upload.")
    message: str = strawberry.field(description="What it is.")


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Problem(Code.BAD_USER_INPUT, "contentDigest is a SHA-256 in hex digits") from error


def _unless(not_given: Any) -> Any:
    return lambda value: None if value == not_given else value


@loadable(store.by_ids)
@strawberry.type(description="One upload: a file or an archive, kept byte for byte.")
class LogBundle(Node):
    """A row of bundles with its status and content."""

    database_id: int = column("id", "The id in the database.")
    content_digest: str = column(
        "content_digest", "The SHA-256 of the uploaded bytes, in hex.", lambda raw: bytes(raw).hex()
    )
    size: int = column("size", "The size of the upload, in bytes.")
    filename: str | None = column("filename", "The file's name, as the sender gave it.")
    received_at: datetime = column("received_at", "When the server received it.")
    collected_at: datetime | None = column(
        "collected_at", "The time of collection that the sender gave beside the upload.", _unless(NOT_GIVEN_TIME)
    )
    asset: str | None = column(
        "asset", "The machine's identifier that the sender gave beside the upload.", _unless(NOT_GIVEN_ASSET)
    )
    status: LogBundleStatus = column("status", "What became of it.", LogBundleStatus)
    format: str | None = column("format", "The formats that were recognised, with blanks between them.")
    reason: str | None = column("reason", "Why it was refused.")
    remedy: str | None = column("remedy", "Of a refused one: what would be right.")
    observation_count: int = column("observations", "How many parts its snapshots tell of, each counted in each.")

    @field(description="What was kept but not understood.")
    def warnings(self) -> list[UploadWarning]:
        """Read what is stored."""
        return [UploadWarning(path=one.path, message=one.message) for one in decode_warnings(self.row.warnings)]

    @field(description="Where the exact bytes can be fetched.")
    def raw_url(self) -> str:
        """Name the path beside the graph."""
        return f"/log-bundles/{self.row.id}/raw"

    @connection(description="The snapshots that were in it.")
    @staticmethod
    async def snapshots(parents: Sequence["LogBundle"], info: Info, page: PageArguments) -> list[Connection[Snapshot]]:
        """Page through snapshots."""
        source = snapshot_reads.of_bundles(info.context.reader)
        keys = [one.row.id for one in parents]
        return await connect_each(info, make_snapshot, source, "bundle_id", keys, snapshot_reads.BY_TIME, page)

    @relation(description="The machines on which its snapshots stand.")
    @staticmethod
    async def assets(parents: Sequence["LogBundle"], info: Info) -> list[list[AssetLink]]:
        """Load machines."""
        return await assets_of(info, [one.row.id for one in parents])

    @connection(description="The events that this upload made when it came.")
    @staticmethod
    async def timeline(
        parents: Sequence["LogBundle"], info: Info, page: PageArguments
    ) -> list[Connection[TimelineEvent]]:
        """Page through the events of its place in the feed."""
        source = timeline_events.recorded_at_positions(info.context.reader)
        keys = [one.row.position for one in parents]
        return await connect_each(info, make_event, source, "position", keys, timeline_events.OF_SUBJECT, page)

    @connection(description="What was found when this upload came.")
    @staticmethod
    async def findings(parents: Sequence["LogBundle"], info: Info, page: PageArguments) -> list[Connection[Finding]]:
        """Page through the findings of its place in the feed."""
        source = findings.recorded_at_positions(info.context.reader)
        keys = [one.row.position for one in parents]
        return await connect_each(info, make_finding, source, "position", keys, findings.BY_TIME, page)


async def assets_of(info: Info, bundle_ids: Sequence[int]) -> list[list[Any]]:
    """Return the machines of each bundle."""
    found = await store.assets_of(info.context.reader, bundle_ids)
    nodes = iter(await load(info, "Asset", [key for one in bundle_ids for key in found.get(one, [])]))
    return [[next(nodes) for _ in found.get(one, [])] for one in bundle_ids]


def make_bundle(row: Any) -> LogBundle:
    """Show a row."""
    return LogBundle(row=row)


@order_field("By what uploads are sorted.")
class LogBundleOrderField(StrEnum):
    """The orderings that the store knows."""

    RECEIVED_AT = "RECEIVED_AT"
    SIZE = "SIZE"
    FILENAME = "FILENAME"


@strawberry.input(description="How uploads are sorted.")
class LogBundleOrder:
    """Field and direction."""

    field: LogBundleOrderField = strawberry.field(
        default=LogBundleOrderField.RECEIVED_AT, description="By which field."
    )
    direction: OrderDirection = direction(OrderDirection.DESC)


@strawberry.input(description="Which uploads are shown; everything given must hold.")
class LogBundleFilter:
    """What a list of uploads is narrowed by."""

    content_digest: str | None = strawberry.field(
        default=None, description="Only uploads of the bytes with this SHA-256, in hex."
    )
    status: LogBundleStatus | None = strawberry.field(default=None, description="Only in this state.")
    filename: str | None = strawberry.field(default=None, description="Only with this name.")

    def values(self) -> dict[str, Any]:
        """Return what the store is asked for."""
        digest = None if self.content_digest is None else _digest(self.content_digest)
        return vars(self) | {"content_digest": digest}


_Id: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="Its global id.")]
_Where: TypeAlias = Annotated[
    LogBundleFilter | None, strawberry.argument(name="filter", description="Which uploads are shown.")
]
_Order: TypeAlias = Annotated[
    LogBundleOrder | None, strawberry.argument(description="How they are sorted; the latest first if not given.")
]


@strawberry.type
class LogBundleQueries:
    """Root fields."""

    @field(description="One upload.")
    async def log_bundle(self, info: Info, id: _Id = None) -> LogBundle | None:  # noqa: A002
        """Find by id."""
        found: LogBundle | None
        (found,) = await load(info, "LogBundle", [key_of(id, "LogBundle")])
        return found

    @root_connection(description="All uploads.")
    async def log_bundles(
        self, info: Info, page: PageArguments, where: _Where = None, order_by: _Order = None
    ) -> Connection[LogBundle]:
        """List uploads."""
        order = order_by or LogBundleOrder()
        statement = store.listed(info.context.reader, **(where or LogBundleFilter()).values())
        return await connect(
            info, make_bundle, statement, ordering(store.ORDERINGS, order.field, order.direction), page
        )
