"""Keyframes: of each series of uploads (customer, source type, asset) the ones that deltas rest on.

A delta has depth 1: its base is a keyframe and never a delta, so that one damaged row spreads no further than to the
deltas of one keyframe. A keyframe takes no more deltas when it is old or has many, for the same reason.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.content import digest_of
from reanimator_gql.store.raw import Stored
from reanimator_gql.store.tables import raw_blob, raw_keyframe, raw_part

MAX_AGE = timedelta(days=64)
MAX_DELTAS = 64
MAX_CANDIDATES = 3
_FIRST_WEEK = timedelta(days=7)
_CACHE_BYTES = 32 << 20
_ENTRY_BYTES = 500  # what the objects around the bytes take


def series_of(customer_id: int, source: str, asset: str) -> bytes:
    """Return the name of a series, 16 bytes."""
    return digest_of(str(customer_id).encode(), source.encode(), asset.encode())


@dataclass(frozen=True, slots=True)
class Entry:
    """The place of an upload in its series: which, and when it came."""

    series: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A keyframe that a delta may rest on. `size` is that of its content, `stored` what it takes, in bytes."""

    blob_id: int
    opened_at: datetime
    stored: int
    size: int
    digest: bytes

    def takes(self, delta: int, now: datetime) -> bool:
        """Whether a delta of so many bytes is small enough: else the upload becomes a keyframe itself.

        A quarter of what the keyframe takes, half in its first week: a plain ratio would make a keyframe of nearly
        every upload where files are small.
        """
        return delta * (2 if now - self.opened_at < _FIRST_WEEK else 4) <= self.stored


async def newest_keyframes(connection: AsyncConnection, entry: Entry) -> list[Keyframe]:
    """Return up to three keyframes that may take one more delta of this series, newest first."""
    deltas = (
        select(func.count())
        .select_from(raw_part)
        .where(raw_part.c.base_id == raw_keyframe.c.blob_id, raw_part.c.variant == 0, raw_part.c.seq == 0)
        .scalar_subquery()
    )
    statement = (
        select(
            raw_keyframe.c.blob_id,
            raw_keyframe.c.opened_at,
            raw_keyframe.c.size.label("stored"),
            raw_blob.c.size,
            raw_blob.c.content_digest.label("digest"),
        )
        .join(raw_blob, raw_blob.c.id == raw_keyframe.c.blob_id)
        .where(
            raw_keyframe.c.series == entry.series, raw_keyframe.c.opened_at > entry.at - MAX_AGE, deltas < MAX_DELTAS
        )
        # Ids rise with time, and their order is the key's: a series of many keyframes is read no further than needed.
        .order_by(raw_keyframe.c.blob_id.desc())
        .limit(MAX_CANDIDATES)
    )
    rows = (await connection.execute(statement)).all()
    return [Keyframe(row.blob_id, row.opened_at, row.stored, row.size, bytes(row.digest)) for row in rows]


async def open_keyframe(connection: AsyncConnection, entry: Entry, blob_id: int, stored: int) -> None:
    """Make a blob a keyframe of a series; `stored` is what it takes, in bytes."""
    row = {"series": entry.series, "blob_id": blob_id, "opened_at": entry.at, "size": stored}
    await connection.execute(insert(raw_keyframe), [row])


class KeyframeCache:
    """Keyframes as they are stored, by the digest of their content: a daily report costs no read of its base.

    They are kept encoded, ten times as many in the same room, and are checked at every use.
    """

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self._kept: OrderedDict[bytes, Stored] = OrderedDict()
        self._limit = limit
        self._bytes = 0

    def get(self, digest: bytes) -> Stored | None:
        """Return a keyframe, if it is kept."""
        if (found := self._kept.get(digest)) is not None:
            self._kept.move_to_end(digest)
        return found

    def put(self, stored: Stored) -> None:
        """Keep a keyframe; those unused for longest make room. One that would take much of it is not kept."""
        if stored.digest in self._kept or _bytes_of(stored) > self._limit // 8:
            return
        self._kept[stored.digest] = stored
        self._bytes += _bytes_of(stored)
        while self._bytes > self._limit:
            self._bytes -= _bytes_of(self._kept.popitem(last=False)[1])


def _bytes_of(stored: Stored) -> int:
    return _ENTRY_BYTES + sum(len(variant.encoded) for variant in stored.variants)
