"""What was uploaded, byte for byte: how it is to be stored, and how it is read again."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from reanimator_gql.parsers.peel import beginning
from reanimator_gql.parsers.series import HEAD_BYTES, series_in
from reanimator_gql.services.context import Context
from reanimator_gql.store.bundles import find_bundle
from reanimator_gql.store.raw import Upload, read_blob
from reanimator_gql.store.raw_series import Entry, series_of
from reanimator_gql.store.raw_write import Prepared, prepared

NO_CUSTOMER = 0
IN_MEMORY = 1 << 20

logger = logging.getLogger(__name__)


@asynccontextmanager
async def ready_to_store(
    context: Context, upload: Upload, asset: str | None, received_at: datetime
) -> AsyncIterator[Prepared | None]:
    """Yield what is to be stored of an upload, made before the transaction; None where its content is known.

    `asset` is what the sender named the machine, if anything.
    """
    entry = None if upload.peeled else await asyncio.to_thread(_entry, upload, asset, received_at)
    async with prepared(context.database, context.keyframes, NO_CUSTOMER, upload, entry) as ready:
        yield ready


def _entry(upload: Upload, asset: str | None, received_at: datetime) -> Entry | None:
    """Return the upload's place in a series; None where none is found, which costs bytes and never the upload."""
    try:
        found = series_in(beginning(upload.file, HEAD_BYTES))
        machine = asset or (found.machine if found else "")
        return Entry(series_of(NO_CUSTOMER, found.source, machine), received_at) if found and machine else None
    except Exception:  # a parser of any package may have been asked
        logger.warning("no series was found for an upload: it is stored alone", exc_info=True)
        return None


@dataclass(frozen=True, slots=True)
class RawUpload:
    """An upload to be streamed: its size in bytes, its file's name, its bytes, checked before the first is given."""

    size: int
    filename: str | None
    chunks: AsyncIterator[bytes]


async def open_raw(context: Context, bundle_id: int) -> RawUpload | None:
    """Return an upload; None where there is none. Raises DamagedBlob before anything of a damaged one is given."""
    async with context.database.reading() as connection:
        bundle = await find_bundle(connection, bundle_id)
    if bundle is None:
        return None
    chunks = _chunks(context, bundle.blob_id)
    first = await anext(chunks, b"")  # the store checks all of it before its first piece
    return RawUpload(bundle.size, bundle.filename, _again(first, chunks))


async def _again(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


async def _chunks(context: Context, blob_id: int) -> AsyncGenerator[bytes, None]:
    async with context.database.reading() as connection:
        async for chunk in read_blob(connection, blob_id):
            yield chunk


@asynccontextmanager
async def stored_upload(context: Context, blob_id: int) -> AsyncIterator[IO[bytes]]:
    """Yield a file with the exact bytes of a stored upload."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        async with context.database.reading() as connection:
            async for chunk in read_blob(connection, blob_id):
                file.write(chunk)
        yield file
