"""Taking in a log bundle: raw bytes committed first; then parsed, placed, derived and published in one transaction.

The database is the queue: a crash leaves the bundle pending, and the next ingestion or start of any process goes on
with it. The same bytes, asset and time again give the same bundle, whoever sends them and however many at once.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import SEEK_END
from typing import IO, Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.admission import EARLIEST, TEXT_LENGTH, NotAdmitted
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.peel import TooLarge, peel
from reanimator_gql.parsers.registry import ParsedBundle
from reanimator_gql.services.context import Context
from reanimator_gql.services.deriving import Locked, Seeds, locked_write, rederive
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.following import Followed, follow
from reanimator_gql.services.future import let_in_what_is_due
from reanimator_gql.services.parsing import admitted, parse_upload, parsers_version, place_of, refusal_code
from reanimator_gql.services.raw import NO_CUSTOMER, ready_to_store, stored_upload
from reanimator_gql.services.restless import warnings_of_restless
from reanimator_gql.store.bundles import (
    DONE,
    REFUSED,
    NewBundle,
    claim_bundle,
    given_of,
    keep_warnings,
    mark,
    pending,
    read_bundle,
    write_bundle,
)
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.idempotency import KEY_LENGTH, claim, forget
from reanimator_gql.store.latest import streams_of
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.raw import Upload
from reanimator_gql.store.raw_write import write_blob
from reanimator_gql.store.snapshots import NewSnapshot, write_snapshots

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What the sender says beside the bytes."""

    asset: str | None = None
    collected_at: datetime | None = None
    filename: str | None = None
    who: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """The bundle, and whether this call was the one that brought it."""

    bundle_id: int
    created: bool


async def ingest(
    context: Context, file: IO[bytes], given: Given, reading: ParsedBundle | ParseError | None = None
) -> Ingested:
    """Take in one upload. Raises Refused: the bytes are kept, unless they are too many or `given` makes no sense.

    `reading` is what parsing this file gave where that was done before, in another process.
    """
    _check(given)
    await let_in_what_is_due(context)
    upload = await asyncio.to_thread(_measure, file, context.upload_limit)
    bundle_id, created = await keep(context, upload, given)
    try:
        await work_on(context, bundle_id, file, reading)
    except Refused:
        if key := given.idempotency_key:
            await context.database.write(lambda connection: forget(connection, key))
        raise
    return Ingested(bundle_id, created)


async def keep(context: Context, upload: Upload, given: Given) -> tuple[int, bool]:
    """Commit the bytes of an upload and what its sender says of them; return its bundle and whether that is new."""
    received_at = context.clock()

    async def work(connection: AsyncConnection) -> tuple[int, bool]:
        await _claim_key(connection, given, upload, received_at)
        blob_id = await write_blob(connection, NO_CUSTOMER, upload, received_at, ready)
        bundle = NewBundle(blob_id, given.asset, given.collected_at, _cut(given.filename), received_at, _cut(given.who))
        return await write_bundle(connection, bundle)

    async with ready_to_store(context, upload, given.asset, received_at) as ready:
        return await context.database.write(work)


def _check(given: Given) -> None:
    """Refuse what no column holds and no machine could be called."""
    for name, text, limit in (
        ("asset", given.asset, TEXT_LENGTH),
        ("idempotency_key", given.idempotency_key, KEY_LENGTH),
    ):
        if text is not None and not 0 < len(text.upper()) <= limit:
            raise Refused(
                "BAD_INPUT", f"`{name}` has {len(text)} characters", f"give 1 to {limit} of them, or leave it out"
            )
    if given.collected_at is not None and given.collected_at < EARLIEST:
        raise Refused(
            "BAD_INPUT",
            f"`collected_at` {given.collected_at.isoformat()} lies before any server was built",
            "give the instant at which the output was collected",
        )


async def _claim_key(connection: AsyncConnection, given: Given, upload: Upload, received_at: datetime) -> None:
    if given.idempotency_key is None:
        return
    told = f"{given.asset or ''}\x1f{given.collected_at.isoformat() if given.collected_at else ''}"
    request = hashlib.sha256(upload.content_digest + told.encode()).digest()
    if not await claim(connection, given.idempotency_key, request, received_at):
        raise Refused(
            "IDEMPOTENCY_MISMATCH",
            f"the key {given.idempotency_key!r} stood for another upload before",
            "give each upload a key of its own; nothing was kept of this one",
        )


def _cut(text: str | None) -> str | None:
    return text[:180] if text else None


def _measure(file: IO[bytes], limit: int) -> Upload:
    """Return size and digests of an upload. Raises Refused TOO_LARGE before more than the limit comes out of it."""
    size, exact = _digest(file)
    if size > limit:
        raise Refused("TOO_LARGE", f"the upload is larger than {limit} bytes", "send smaller files, one machine each")
    try:
        peeled = peel(file, limit=limit).file
    except TooLarge as error:
        raise Refused("TOO_LARGE", error.reason, error.remedy) from error
    except ParseError:
        peeled = file  # a damaged wrapper: kept as it is, and refused with its reason when it is worked on
    if peeled is file:
        return Upload(file, size, exact, exact)
    with closing(peeled):
        return Upload(file, size, exact, _digest(peeled)[1])


def _digest(file: IO[bytes]) -> tuple[int, bytes]:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
    return file.seek(0, SEEK_END), digest


async def work_on(
    context: Context,
    bundle_id: int,
    file: IO[bytes] | None = None,
    reading: ParsedBundle | ParseError | None = None,
) -> None:
    """Parse, place, derive and publish a bundle that is pending, or refused by an older parser."""
    async with context.database.reading() as connection:
        bundle = await read_bundle(connection, bundle_id)
    if bundle.status == DONE:
        return
    if bundle.status == REFUSED and bundle.parser_version == parsers_version():
        raise Refused(bundle.code, bundle.reason, bundle.remedy, bundle_id)
    asset, collected_at = given_of(bundle)
    try:
        parsed = reading or await _parse(context, bundle, file)
        if isinstance(parsed, ParseError):
            raise parsed
        new, refused = admitted(parsed, asset, collected_at)
    except (ParseError, NotAdmitted) as error:
        await _refuse(context, bundle_id, bundle.filename, error)
        raise Refused(refusal_code(error), _reason(bundle.filename, error), error.remedy, bundle_id) from error
    await take_in(context, bundle_id, parsed, new, refused)


def _reason(filename: str | None, error: ParseError | NotAdmitted) -> str:
    """What was wrong with which file, and where in it. A parser may have named the file by itself."""
    reason = error.reason + place_of(error)
    name = " ".join((filename or "").split())
    return reason if not name or reason.startswith(f"{name}: ") else f"{name}: {reason}"


async def _refuse(context: Context, bundle_id: int, filename: str | None, error: ParseError | NotAdmitted) -> None:
    """Keep the reason. What was refused shows nowhere else."""

    async def work(connection: AsyncConnection) -> None:
        if await claim_bundle(connection, bundle_id):
            await mark(
                connection,
                bundle_id,
                status=REFUSED,
                code=refusal_code(error),
                reason=_reason(filename, error),
                remedy=error.remedy,
                parser_version=parsers_version(),
            )

    await context.database.write(work)


async def take_in(
    context: Context, bundle_id: int, parsed: ParsedBundle, new: Sequence[NewSnapshot], warnings: Iterable[Warn]
) -> None:
    """Place, derive and publish parsed snapshots of a bundle, unless somebody else did so meanwhile."""
    taking = _Taking(context, bundle_id, parsed, new, tuple(warnings))
    if not await follow(context, bundle_id, new, taking):
        await _ask_all(taking)


@dataclass(frozen=True, slots=True)
class _Taking:
    """A bundle being taken in: pending before, done afterwards."""

    context: Context
    bundle_id: int
    parsed: ParsedBundle
    new: Sequence[NewSnapshot]
    warnings: tuple[Warn, ...]

    async def begin(self, connection: AsyncConnection) -> bool:
        """Say whether nobody else did it meanwhile; nobody else does while the transaction lasts."""
        return await claim_bundle(connection, self.bundle_id)

    async def finish(self, connection: AsyncConnection, cache: ContentCache, done: Followed) -> None:
        """Mark the bundle done."""
        restless = await warnings_of_restless(connection, cache, done.changed_streams)
        await mark(
            connection,
            self.bundle_id,
            status=DONE,
            format=" ".join(self.parsed.formats),
            parser_version=parsers_version(),
            code=None,
            reason=None,
            remedy=None,
            warnings_id=await keep_warnings(connection, cache, [*self.warnings, *restless]),
            snapshots=len(done.snapshot_ids),
            observations=sum(len(n.content.items) for n in self.new),
            position=done.position,
        )


async def _ask_all(taking: _Taking) -> None:
    """The full way: everything that is connected with the snapshots is derived again."""
    context, bundle_id = taking.context, taking.bundle_id
    values = frozenset(value for n in taking.new for value in n.content.machine_values | n.content.part_values)

    async def work(connection: AsyncConnection, held: Locked) -> None:
        if not await taking.begin(connection):
            return
        now = context.clock()
        ids = await write_snapshots(connection, held.cache, bundle_id, taking.new, now)
        grown = Seeds(values, snapshots=ids)
        published = await rederive(connection, held, grown, now, Cause("bundle", str(bundle_id)))
        position = published.publication.position if published.publication else None
        await taking.finish(connection, held.cache, Followed(ids, await streams_of(connection, ids), position))

    await locked_write(context, Seeds(values=values), work)


async def _parse(context: Context, bundle: Row[Any], file: IO[bytes] | None) -> ParsedBundle:
    if file is not None:
        return await parse_upload(file, bundle.filename)
    async with stored_upload(context, bundle.blob_id) as stored:
        return await parse_upload(stored, bundle.filename)


async def resume(context: Context) -> int:
    """Work on the bundles that a crash left pending; return how many there were."""
    async with context.database.reading() as connection:
        waiting = await pending(connection)
    for bundle_id in waiting:
        try:
            await work_on(context, bundle_id)
        except Refused:
            pass  # its reason is kept with it
        except Exception:
            # One bundle that cannot be worked on must not hold up those behind it; it stays pending.
            logger.exception("bundle %s could not be worked on", bundle_id)
    return len(waiting)
