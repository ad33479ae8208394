"""What was uploaded, byte for byte."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from reanimator_gql.services.context import Context
from reanimator_gql.store.bundles import find_bundle
from reanimator_gql.store.raw import read_blob

IN_MEMORY = 1 << 20


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
