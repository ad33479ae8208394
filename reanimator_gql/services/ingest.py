"""Taking in a log bundle: its raw bytes are committed first, then it is worked on.

The database is the queue: a crash leaves the bundle pending, and the next ingestion or start of any process goes on
with it. The same bytes, asset and time again give the same bundle, whoever sends them and however many at once.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from io import SEEK_END
from typing import IO

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.admission import EARLIEST, TEXT_LENGTH
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.peel import TooLarge, peel
from reanimator_gql.parsers.registry import ParsedBundle
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.future import let_in_what_is_due
from reanimator_gql.services.raw import NO_CUSTOMER, ready_to_store
from reanimator_gql.services.taking_in import take_in
from reanimator_gql.services.working import read_in, work_on
from reanimator_gql.store.bundles import NewBundle, write_bundle
from reanimator_gql.store.idempotency import KEY_LENGTH, claim, forget
from reanimator_gql.store.raw import Upload
from reanimator_gql.store.raw_write import Prepared, write_blob


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
    kept = await keep(context, upload, given)
    try:
        await work_on(context, kept.bundle_id, file, reading)
    except Refused:
        if key := given.idempotency_key:
            await context.database.write(lambda connection: forget(connection, key))
        raise
    return kept


@dataclass(frozen=True, slots=True)
class Sent:
    """One of several uploads that come together: its bytes, what its sender says, what its parsers read."""

    file: IO[bytes]
    given: Given
    reading: ParsedBundle | ParseError


async def ingest_all(context: Context, sent: Sequence[Sent]) -> list[Ingested | Refused]:
    """Take in several uploads at once, in few transactions; return what became of each. None bears a key."""
    await let_in_what_is_due(context)
    outcomes: list[Ingested | Refused] = []
    incoming = []
    for one, kept in zip(sent, await _keep_all(context, sent), strict=True):
        outcomes.append(kept)
        if isinstance(kept, Ingested):
            try:
                found = await read_in(context, kept.bundle_id, one.file, one.reading)
            except Refused as refused:
                outcomes[-1] = refused
            else:
                incoming += [found] if found else []
    await take_in(context, incoming)
    return outcomes


async def _keep_all(context: Context, sent: Sequence[Sent]) -> list[Ingested | Refused]:
    uploads: list[Upload | Refused] = []
    for one in sent:
        try:
            _check(one.given)
            uploads.append(await asyncio.to_thread(_measure, one.file, context.upload_limit))
        except Refused as refused:
            uploads.append(refused)
    received_at = context.clock()

    async def work(connection: AsyncConnection) -> list[Ingested | Refused]:
        return [
            upload if isinstance(upload, Refused) else await _keep(connection, upload, one.given, received_at, prepared)
            for one, upload, prepared in zip(sent, uploads, ready, strict=True)
        ]

    async with AsyncExitStack() as stack:
        ready = [
            None
            if isinstance(upload, Refused)
            else await stack.enter_async_context(ready_to_store(context, upload, one.given.asset, received_at))
            for one, upload in zip(sent, uploads, strict=True)
        ]
        return await context.database.write(work)


async def keep(context: Context, upload: Upload, given: Given) -> Ingested:
    """Commit the bytes of an upload and what its sender says of them."""
    received_at = context.clock()
    async with ready_to_store(context, upload, given.asset, received_at) as ready:
        return await context.database.write(lambda connection: _keep(connection, upload, given, received_at, ready))


async def _keep(
    connection: AsyncConnection, upload: Upload, given: Given, received_at: datetime, ready: Prepared | None
) -> Ingested:
    await _claim_key(connection, given, upload, received_at)
    blob_id = await write_blob(connection, NO_CUSTOMER, upload, received_at, ready)
    bundle = NewBundle(blob_id, given.asset, given.collected_at, _cut(given.filename), received_at, _cut(given.who))
    return Ingested(*await write_bundle(connection, bundle))


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
