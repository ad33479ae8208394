"""The raw store: every upload for ever, byte for byte, deduplicated by content within a customer.

Rows are never updated. A blob has one or more variants, each the whole of it: the lowest is read first, 128 and above
are spares. A variant rests on nothing or on one keyframe, and a keyframe on nothing. Every read is held against its
SHA-256: a mismatch is a loud error, never wrong bytes.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.raw_codec import (
    IN_MEMORY,
    PREFIX,
    SLICES_A_STATEMENT,
    Encoded,
    decode,
    decode_stream,
    decodes_to,
)
from reanimator_gql.store.tables import raw_blob, raw_part

_SPOOL = 1 << 20


class DamagedBlob(Exception):
    """What is stored no longer decodes to what was uploaded."""

    def __init__(self, blob_id: int, base_id: int | None = None) -> None:
        of_base = f"; so are those of blob {base_id}, which it rests on" if base_id is not None else ""
        super().__init__(f"the raw bytes of blob {blob_id} are damaged: they no longer match their SHA-256{of_base}")


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes as they came, in a file that can be read again, with the digests that name them.

    `content_digest` is the SHA-256 under every peeled wrapper; `peeled` says whether there was one.
    """

    file: IO[bytes]
    size: int
    exact_digest: bytes
    content_digest: bytes

    @property
    def peeled(self) -> bool:
        """Whether the bytes came in a compression wrapper."""
        return self.exact_digest != self.content_digest


class Variant(NamedTuple):
    """One way in which a blob is stored, its slices joined."""

    codec: int
    base_id: int | None
    encoded: bytes


class Stored(NamedTuple):
    """A blob as it is stored. `variants` are left out where it is too big to be read at once."""

    size: int
    digest: bytes
    variants: tuple[Variant, ...]


async def find_blob(connection: AsyncConnection, customer_id: int, content_digest: bytes) -> int | None:
    """Return the id of the blob with this content, if the customer has sent it before."""
    statement = select(raw_blob.c.id).where(
        raw_blob.c.customer_id == customer_id, raw_blob.c.content_digest == content_digest
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def read_blob(connection: AsyncConnection, blob_id: int) -> AsyncIterator[bytes]:
    """Yield the exact bytes that were first sent, after the whole of them was checked. Raises DamagedBlob."""
    stored = await read_stored(connection, blob_id)
    if stored.size <= IN_MEMORY:
        yield await _content(connection, blob_id, stored)
        return
    async for piece in _streamed(connection, blob_id, stored):
        yield piece


async def read_stored(connection: AsyncConnection, blob_id: int) -> Stored:
    """Return a blob as it is stored, in one statement. Raises DamagedBlob where there is nothing of it."""
    statement = (
        select(
            raw_blob.c.size,
            func.coalesce(raw_blob.c.stored_digest, raw_blob.c.content_digest).label("digest"),
            raw_part.c.variant,
            raw_part.c.codec,
            raw_part.c.base_id,
            raw_part.c.data,
        )
        .outerjoin(raw_part, and_(raw_part.c.blob_id == raw_blob.c.id, raw_blob.c.size <= IN_MEMORY))
        .where(raw_blob.c.id == blob_id)
        .order_by(raw_part.c.variant, raw_part.c.seq)
    )
    rows = (await connection.execute(statement)).all()
    if not rows:
        raise DamagedBlob(blob_id)
    variants = []
    for variant, slices in groupby(rows, lambda row: row.variant):
        first, *others = slices
        if variant is not None:
            variants.append(Variant(first.codec, first.base_id, b"".join(row.data for row in (first, *others))))
    return Stored(rows[0].size, bytes(rows[0].digest), tuple(variants))


async def _content(connection: AsyncConnection, blob_id: int, stored: Stored) -> bytes:
    """Return the bytes of the first variant that is right; of a delta, its base must be right too."""
    damaged_base = None
    for variant in stored.variants:
        base = None
        if variant.codec & PREFIX and variant.base_id is not None:
            base = await _base(connection, variant.base_id)
            if base is None:
                damaged_base = variant.base_id
                continue
        content = await asyncio.to_thread(checked, stored, variant, base)
        if content is not None:
            return content
    raise DamagedBlob(blob_id, damaged_base)


async def _base(connection: AsyncConnection, base_id: int) -> bytes | None:
    try:
        stored = await read_stored(connection, base_id)
    except DamagedBlob:
        return None
    return await asyncio.to_thread(keyframe_content, stored)


def keyframe_content(stored: Stored) -> bytes | None:
    """Return the bytes of a blob that rests on nothing; None where it is damaged, or no such blob."""
    return next((found for variant in stored.variants if (found := checked(stored, variant, None)) is not None), None)


def checked(stored: Stored, variant: Variant, base: bytes | None) -> bytes | None:
    """Return the bytes of a variant where they match their SHA-256."""
    content = decode(variant.codec, variant.encoded, stored.size, base)
    return content if content is not None and hashlib.sha256(content).digest() == stored.digest else None


async def _streamed(connection: AsyncConnection, blob_id: int, stored: Stored) -> AsyncIterator[bytes]:
    """Yield the pieces of a big blob. What was checked is what is given: the database is read once."""
    for variant in await _variants(connection, blob_id):
        with SpooledTemporaryFile(max_size=_SPOOL) as file:
            encoded = await _collect(connection, blob_id, variant, file)
            if await asyncio.to_thread(decodes_to, encoded, stored.size, stored.digest):
                pieces = decode_stream(encoded.codec, encoded.file)
                while (piece := await asyncio.to_thread(_next, pieces)) is not None:
                    yield piece
                return
    raise DamagedBlob(blob_id)


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


async def _variants(connection: AsyncConnection, blob_id: int) -> list[int]:
    column = raw_part.c.variant
    statement = select(column).where(raw_part.c.blob_id == blob_id).distinct().order_by(column)
    return list((await connection.execute(statement)).scalars())


async def _collect(connection: AsyncConnection, blob_id: int, variant: int, file: IO[bytes]) -> Encoded:
    """Copy the slices of a variant into an empty file, a few MiB at a time."""
    codec, seq = -1, 0
    while True:
        statement = (
            select(raw_part.c.codec, raw_part.c.seq, raw_part.c.data)
            .where(raw_part.c.blob_id == blob_id, raw_part.c.variant == variant, raw_part.c.seq >= seq)
            .order_by(raw_part.c.seq)
            .limit(SLICES_A_STATEMENT)
        )
        rows = (await connection.execute(statement)).all()
        for row in rows:
            codec, seq = row.codec if seq == 0 else codec, row.seq + 1
            file.write(row.data)
        if len(rows) < SLICES_A_STATEMENT:
            return Encoded(codec, file, file.tell())
