"""Log bundles as they are read: the upload, what became of it, and what it made."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from reanimator_gql.store.bundles import PENDING, status_columns, with_status
from reanimator_gql.store.paging import Ordering, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import (
    bundle_status,
    log_bundles,
    pending_bundles,
    placements,
    raw_blob,
    snapshots,
    streams,
)

ORDERINGS: dict[str, Ordering] = {
    "RECEIVED_AT": ascending("log_bundles", "received_at", "id"),
    "SIZE": ascending("log_bundles.size", "size", "id"),
    "FILENAME": ascending("log_bundles.filename", "filename", "id"),
}


def _bundles(reader: Reader) -> Select[Any]:
    return reader.select(
        with_status(log_bundles.join(raw_blob, raw_blob.c.id == log_bundles.c.blob_id)),
        *log_bundles.c,
        *status_columns(),
        raw_blob.c.content_digest,
        raw_blob.c.size,
    )


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return bundles by id."""
    rows = await reader.rows_of(ids, lambda piece: _bundles(reader).where(one_of(log_bundles.c.id, piece)))
    return {row.id: row for row in rows}


def listed(
    reader: Reader,
    content_digest: bytes | None = None,
    status: str | None = None,
    filename: str | None = None,
) -> Select[Any]:
    """Return the select over bundles. Refused ones are for viewers without a scope, which all are today."""
    conditions: list[ColumnElement[bool]] = []
    if content_digest is not None:
        conditions.append(raw_blob.c.content_digest == content_digest)
    if status is not None:
        conditions.append(_has_status(status))
    if filename is not None:
        conditions.append(log_bundles.c.filename == filename)
    return _bundles(reader).where(*conditions)


def _has_status(status: str) -> ColumnElement[bool]:
    """The few that are pending are found in the queue."""
    if status == PENDING:
        return log_bundles.c.id.in_(select(pending_bundles.c.bundle_id))
    return bundle_status.c.status == status


async def assets_of(reader: Reader, ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of the assets on which each bundle's snapshots stand."""
    joined = snapshots.join(placements, placements.c.snapshot_id == snapshots.c.id).join(
        streams, streams.c.id == placements.c.stream_id
    )
    rows = await reader.rows_of(
        ids,
        lambda piece: (
            reader.select(joined, snapshots.c.bundle_id, streams.c.asset_id)
            .where(one_of(snapshots.c.bundle_id, piece))
            .distinct()
        ),
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in sorted(rows):
        found[row.bundle_id].append(row.asset_id)
    return found
