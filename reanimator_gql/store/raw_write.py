"""Writing to the raw store: what is to be stored is made ready first, then one transaction inserts it.

An upload is stored exact (it came in a wrapper), as a delta to a keyframe of its series, or alone. Encoding runs in a
thread and before the transaction; what was made is decoded and compared, so that nothing is stored that does not come
back.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import pieces
from reanimator_gql.store.database import Database
from reanimator_gql.store.raw import DamagedBlob, Stored, Upload, Variant, find_blob, keyframe_content, read_stored
from reanimator_gql.store.raw_codec import (
    DELTA,
    IN_MEMORY,
    SLICES_A_STATEMENT,
    STORED,
    Encoded,
    encode_alone,
    encode_delta,
)
from reanimator_gql.store.raw_series import Entry, Keyframe, KeyframeCache, newest_keyframes, open_keyframe
from reanimator_gql.store.tables import raw_blob, raw_part

_SPOOL = 1 << 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be stored of an upload, and the series that it becomes a keyframe of, if any."""

    encoded: Encoded
    opens: Entry | None = None


@asynccontextmanager
async def prepared(
    database: Database, cache: KeyframeCache, customer_id: int, upload: Upload, entry: Entry | None
) -> AsyncIterator[Prepared | None]:
    """Yield what is to be stored of an upload; None where the customer has sent its content before.

    It is good for any number of transactions while the upload's file is open. `entry` is its place in a series, if any.
    """
    if upload.peeled or upload.size > IN_MEMORY:
        entry = None
    async with database.reading() as connection:
        known = await find_blob(connection, customer_id, upload.content_digest) is not None
        delta = None if known or entry is None else await _first_small_delta(connection, cache, upload, entry)
    if known or delta:
        yield delta
        return
    with SpooledTemporaryFile(max_size=_SPOOL) as target:
        alone = Prepared(await _alone(upload, target), entry)
        if entry is not None:
            cache.put(await asyncio.to_thread(_as_stored, upload, alone.encoded))
        yield alone


async def _alone(upload: Upload, target: IO[bytes]) -> Encoded:
    if upload.peeled:  # compressed already, and its own bytes are asked for
        return Encoded(STORED, upload.file, upload.size)
    return await asyncio.to_thread(encode_alone, upload.file, upload.size, upload.exact_digest, target)


def _as_stored(upload: Upload, encoded: Encoded) -> Stored:
    return Stored(upload.size, upload.exact_digest, (Variant(encoded.codec, None, _read(encoded.file)),))


async def _first_small_delta(
    connection: AsyncConnection, cache: KeyframeCache, upload: Upload, entry: Entry
) -> Prepared | None:
    """Return the upload as a delta to the newest keyframe that it is small against; None where there is none."""
    content = await asyncio.to_thread(_read, upload.file)
    for keyframe in await newest_keyframes(connection, entry):
        delta = await _delta(connection, cache, keyframe, content)
        if delta is not None and keyframe.takes(len(delta), entry.at):
            return Prepared(Encoded(DELTA, BytesIO(delta), len(delta), keyframe.blob_id))
    return None


async def _delta(connection: AsyncConnection, cache: KeyframeCache, keyframe: Keyframe, content: bytes) -> bytes | None:
    try:
        stored = cache.get(keyframe.digest) or await read_stored(connection, keyframe.blob_id)
        delta = await asyncio.to_thread(_encoded_on, stored, content, keyframe.blob_id)
    except DamagedBlob:
        logger.exception("a keyframe is damaged: no more deltas are stored that rest on it")
        return None
    cache.put(stored)
    return delta


def _encoded_on(stored: Stored, content: bytes, base_id: int) -> bytes | None:
    base = keyframe_content(stored)
    if base is None:
        raise DamagedBlob(base_id)
    return encode_delta(content, base)


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


async def write_blob(
    connection: AsyncConnection,
    customer_id: int,
    upload: Upload,
    received_at: datetime,
    ready: Prepared | None = None,
) -> int:
    """Store the upload and return its blob's id; the same content again is the same blob, also from two at once.

    What was not made ready is looked for first and, where it is new, stored alone.
    """
    if ready is not None:
        return await _insert(connection, customer_id, upload, received_at, ready)
    known = await find_blob(connection, customer_id, upload.content_digest)
    if known is not None:
        return known
    with SpooledTemporaryFile(max_size=_SPOOL) as target:
        alone = Prepared(await _alone(upload, target))
        return await _insert(connection, customer_id, upload, received_at, alone)


async def _insert(
    connection: AsyncConnection, customer_id: int, upload: Upload, received_at: datetime, ready: Prepared
) -> int:
    row = {
        "customer_id": customer_id,
        "content_digest": upload.content_digest,
        "size": upload.size,
        "stored_digest": upload.exact_digest if upload.peeled else None,
        "received_at": received_at,
    }
    try:
        inserted = (await connection.execute(insert(raw_blob), row)).inserted_primary_key
    except IntegrityError:
        winner = await find_blob(connection, customer_id, upload.content_digest)
        assert winner is not None, "its key is taken"
        return winner
    assert inserted is not None, "one row was inserted"
    blob_id: int = inserted[0]
    await _insert_parts(connection, blob_id, ready.encoded)
    if ready.opens is not None:
        await open_keyframe(connection, ready.opens, blob_id, ready.encoded.size)
    return blob_id


async def _insert_parts(connection: AsyncConnection, blob_id: int, encoded: Encoded) -> None:
    same = {"blob_id": blob_id, "variant": 0, "codec": encoded.codec, "base_id": encoded.base_id}
    rows = ({**same, "seq": seq, "data": data} for seq, data in enumerate(encoded.slices()))
    for piece in pieces(rows, SLICES_A_STATEMENT):
        await connection.execute(insert(raw_part), piece)
