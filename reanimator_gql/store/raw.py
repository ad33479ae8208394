"""The raw store: every upload for ever, byte for byte, deduplicated by content within a customer.

Rows are never updated. A codec number is a set of bits that never changes its meaning: 0 stored, 1 zstd. Slices are
small enough that no database moves them off their page, or, for big uploads, far below what a driver can carry.
zstd checks nothing by itself, so what is written is decoded and compared first, and every read is held against its
SHA-256: a mismatch is a loud error, never wrong bytes.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import zstandard
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import insert_all, insert_new
from reanimator_gql.store.tables import raw_blob, raw_part

STORED, ZSTD = 0, 1

_SMALL_SLICE, _BIG_SLICE = 7_900, 1 << 20
_SMALL_ENCODED = 64 << 10
_IN_MEMORY = 8 << 20
_CHUNK = 1 << 20
_SLICES_A_STATEMENT = 8
_KEYFRAME_LEVEL, _BIG_LEVEL = 12, 3


class DamagedBlob(Exception):
    """What is stored no longer decodes to what was uploaded."""

    def __init__(self, blob_id: int) -> None:
        super().__init__(f"the raw bytes of blob {blob_id} are damaged: they no longer match their SHA-256")


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

    def chunks(self) -> Iterator[bytes]:
        """Yield the exact bytes."""
        self.file.seek(0)
        while chunk := self.file.read(_CHUNK):
            yield chunk


async def find_blob(connection: AsyncConnection, customer_id: int, content_digest: bytes) -> int | None:
    """Return the id of the blob with this content, if the customer has sent it before."""
    statement = select(raw_blob.c.id).where(
        raw_blob.c.customer_id == customer_id, raw_blob.c.content_digest == content_digest
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def write_blob(connection: AsyncConnection, customer_id: int, upload: Upload, received_at: datetime) -> int:
    """Store the upload and return its blob's id; the same content again is the same blob, also from two at once."""
    known = await find_blob(connection, customer_id, upload.content_digest)
    if known is not None:
        return known
    row = {
        "customer_id": customer_id,
        "content_digest": upload.content_digest,
        "size": upload.size,
        "stored_digest": upload.exact_digest if upload.peeled else None,
        "received_at": received_at,
    }
    won = await insert_new(connection, raw_blob, row)
    blob_id = await find_blob(connection, customer_id, upload.content_digest)
    assert blob_id is not None, "the blob was inserted or found just now"
    if won:
        await _write_parts(connection, blob_id, upload)
    return blob_id


async def _write_parts(connection: AsyncConnection, blob_id: int, upload: Upload) -> None:
    codec, encoded = _encode(upload)
    rows = []
    for seq, data in enumerate(_slices(encoded)):
        rows.append({"blob_id": blob_id, "variant": 0, "seq": seq, "codec": codec, "data": data})
        if len(rows) == _SLICES_A_STATEMENT:
            await connection.execute(insert(raw_part), rows)
            rows = []
    await insert_all(connection, raw_part, rows)


def _encode(upload: Upload) -> tuple[int, Iterable[bytes]]:
    """A wrapper is compressed already; big uploads are streamed; the rest is compressed as hard as it pays."""
    if upload.peeled:
        return STORED, upload.chunks()
    if upload.size > _IN_MEMORY:
        return ZSTD, _compress_stream(upload)
    content = b"".join(upload.chunks())
    encoded = zstandard.ZstdCompressor(level=_KEYFRAME_LEVEL).compress(content)
    if len(encoded) >= len(content) or zstandard.ZstdDecompressor().decompress(encoded) != content:
        return STORED, [content]
    return ZSTD, [encoded]


def _compress_stream(upload: Upload) -> Iterator[bytes]:
    compressor = zstandard.ZstdCompressor(level=_BIG_LEVEL).compressobj()
    check, decoder = hashlib.sha256(), zstandard.ZstdDecompressor().decompressobj()
    for chunk in upload.chunks():
        if encoded := compressor.compress(chunk):
            check.update(decoder.decompress(encoded))
            yield encoded
    encoded = compressor.flush()
    check.update(decoder.decompress(encoded))
    if check.digest() != upload.exact_digest:
        raise RuntimeError("zstd did not give back what it was given: nothing is stored")
    yield encoded


def _slices(encoded: Iterable[bytes]) -> Iterator[bytes]:
    """Cut into small slices while that is all there is; into big ones from the first 64 kB on."""
    pending = bytearray()
    size = _SMALL_SLICE
    for chunk in encoded:
        pending += chunk
        if len(pending) > _SMALL_ENCODED:
            size = _BIG_SLICE
        while size == _BIG_SLICE and len(pending) >= size:
            yield bytes(pending[:size])
            del pending[:size]
    for start in range(0, len(pending), size):
        yield bytes(pending[start : start + size])
    if not pending and size == _SMALL_SLICE:
        yield b""


async def read_blob(connection: AsyncConnection, blob_id: int) -> AsyncIterator[bytes]:
    """Yield the exact bytes that were first sent, after the whole of them was checked. Raises DamagedBlob."""
    blob = (await connection.execute(select(raw_blob).where(raw_blob.c.id == blob_id))).one()
    expected = blob.stored_digest or blob.content_digest
    variants = select(raw_part.c.variant).where(raw_part.c.blob_id == blob_id).distinct().order_by(raw_part.c.variant)
    for variant in (await connection.execute(variants)).scalars().all():
        if blob.size <= _IN_MEMORY:
            content = b"".join([chunk async for chunk in _decoded(connection, blob_id, variant)])
            if hashlib.sha256(content).digest() == expected:
                yield content
                return
        elif await _is_intact(connection, blob_id, variant, expected):
            async for chunk in _decoded(connection, blob_id, variant):
                yield chunk
            return
    raise DamagedBlob(blob_id)


async def _is_intact(connection: AsyncConnection, blob_id: int, variant: int, expected: bytes) -> bool:
    check = hashlib.sha256()
    async for chunk in _decoded(connection, blob_id, variant):
        check.update(chunk)
    return check.digest() == expected


async def _decoded(connection: AsyncConnection, blob_id: int, variant: int) -> AsyncIterator[bytes]:
    decoder = zstandard.ZstdDecompressor().decompressobj()
    seq = 0
    while True:
        statement = (
            select(raw_part.c.codec, raw_part.c.data)
            .where(raw_part.c.blob_id == blob_id, raw_part.c.variant == variant, raw_part.c.seq >= seq)
            .order_by(raw_part.c.seq)
            .limit(_SLICES_A_STATEMENT)
        )
        rows = (await connection.execute(statement)).all()
        for codec, data in rows:
            try:
                yield bytes(data) if codec == STORED else decoder.decompress(data)
            except zstandard.ZstdError:
                return  # too short: the digest will not match
        if len(rows) < _SLICES_A_STATEMENT:
            return
        seq += len(rows)
