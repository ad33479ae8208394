"""The root of all writing."""

import base64
import binascii
import io
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Annotated, Any, TypeAlias

import orjson
import strawberry
from strawberry.scalars import JSON

from reanimator_gql.schema.arguments import AssetLink
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.fields import field
from reanimator_gql.schema.findings import Finding, make_finding
from reanimator_gql.schema.log_bundles import LogBundle, UploadWarning, assets_of
from reanimator_gql.schema.node import load
from reanimator_gql.schema.scalars import Bytes
from reanimator_gql.schema.timeline_events import TimelineEvent, make_event
from reanimator_gql.schema.user_errors import UserError, UserErrorCode
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.ingest import Given, ingest
from reanimator_gql.store import findings, timeline_events
from reanimator_gql.store.paging import LARGEST_SIZE, Ordering, PageArguments, Source, read_page


@strawberry.input(description="A log bundle to take in. Exactly one of `content`, `document` and `file` is given.")
class IngestLogBundleInput:
    """Bytes or a document, and what is said beside them."""

    content: str | None = strawberry.field(
        default=None, description="The bytes of any supported format, in Base64; kept byte for byte."
    )
    document: JSON | None = strawberry.field(
        default=None, description="A hardware JSON document; kept in canonical form, with sorted keys."
    )
    file: Bytes | None = strawberry.field(default=None, description="The bytes, handed over in process.")
    asset: str | None = strawberry.field(
        default=None, description="The machine's identifier, for formats that name none."
    )
    collected_at: datetime | None = strawberry.field(
        default=None, description="When it was collected, for formats that do not say."
    )
    filename: str | None = strawberry.field(default=None, description="The file's name.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="A name for this request. The same key with another upload is refused; without a key, the same "
        "bytes, asset and time are the same upload all the same.",
    )


@dataclass(frozen=True, slots=True)
class _BadInput(ValueError):
    field: str
    message: str


@strawberry.type(description="What an upload made.")
class IngestLogBundlePayload:
    """The bundle, or why there is none."""

    log_bundle: LogBundle | None = strawberry.field(
        default=None, description="The upload as it is kept, also where it was refused; null: nothing was kept."
    )
    created: bool = strawberry.field(default=False, description="False: the same upload had come before.")
    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it could not be taken; empty: it was."
    )

    @field(description="The events that this upload made when it came, 200 at most.")
    async def timeline(self, info: Info) -> list[TimelineEvent]:
        """Read the events of its place in the feed."""
        source = timeline_events.recorded_at_positions(info.context.reader)
        return [make_event(row) for row in await self._made(info, source, timeline_events.OF_SUBJECT)]

    @field(description="What was found when it came, 200 at most.")
    async def findings(self, info: Info) -> list[Finding]:
        """Read the findings of its place in the feed."""
        source = findings.recorded_at_positions(info.context.reader)
        return [make_finding(row) for row in await self._made(info, source, findings.BY_TIME)]

    @field(description="What was kept but not understood.")
    def warnings(self) -> list[UploadWarning]:
        """Show the bundle's."""
        return self.log_bundle.warnings() if self.log_bundle else []

    @field(description="The machines on which its snapshots stand.")
    async def assets(self, info: Info) -> list[AssetLink]:
        """Load machines."""
        return (await assets_of(info, [self.log_bundle.row.id]))[0] if self.log_bundle else []

    async def _made(self, info: Info, source: Source, ordering: Ordering) -> Any:
        position = self.log_bundle.row.position if self.log_bundle else None
        if position is None:
            return []
        page = PageArguments(first=LARGEST_SIZE)
        return (await read_page(info.context.reader, source([position]), ordering, page)).rows


_Input: TypeAlias = Annotated[IngestLogBundleInput, strawberry.argument(description="The upload.")]


@strawberry.type(description="Everything that can be changed.")
class Mutation:
    """Use cases of the services."""

    @field(description="Take in a log bundle. Its history is there when the answer is.")
    async def ingest_log_bundle(self, info: Info, input: _Input) -> IngestLogBundlePayload:  # noqa: A002
        """Keep, read and derive."""
        try:
            content = _content(input)
            given = Given(input.asset, input.collected_at, input.filename, idempotency_key=input.idempotency_key)
            taken = await ingest(info.context.context, content, given)
        except _BadInput as error:
            wrong = UserError(code=UserErrorCode.BAD_INPUT, message=error.message, field=error.field)
            return IngestLogBundlePayload(user_errors=[wrong])
        except Refused as error:
            return await _refused(info, error)
        return IngestLogBundlePayload(log_bundle=await _bundle(info, taken.bundle_id), created=taken.created)


def _content(given: IngestLogBundleInput) -> IO[bytes]:
    if sum(way is not None for way in (given.content, given.document, given.file)) != 1:
        raise _BadInput("content", "give exactly one of `content` and `document`")
    if given.file is not None:
        return given.file
    if given.content is None:
        return io.BytesIO(_canonical(given.document))
    try:
        return io.BytesIO(base64.b64decode(given.content, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _BadInput("content", f"`content` is not Base64: {error}") from error


def _canonical(document: Any) -> bytes:
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise _BadInput("document", f"`document` cannot be kept: {error}") from error


async def _refused(info: Info, error: Refused) -> IngestLogBundlePayload:
    code = UserErrorCode(error.code) if error.code in set(UserErrorCode) else UserErrorCode.REFUSED
    words = "; ".join(word for word in (error.reason, error.remedy) if word)
    bundle = await _bundle(info, error.bundle_id) if error.bundle_id is not None else None
    return IngestLogBundlePayload(log_bundle=bundle, user_errors=[UserError(code=code, message=words)])


async def _bundle(info: Info, bundle_id: int) -> LogBundle:
    """Read what was just committed."""
    await info.context.reader.refresh()
    bundle: LogBundle
    (bundle,) = await load(info, "LogBundle", [bundle_id])
    return bundle
