"""Log bundles: what was uploaded, what became of it, and what it made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, FromClause, Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.content import digest_of
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.store.bulk import insert_new, select_in
from reanimator_gql.store.content import ContentCache, write_content
from reanimator_gql.store.dialect import upsert
from reanimator_gql.store.tables import (
    bundle_status,
    log_bundles,
    pending_bundles,
    placements,
    raw_blob,
    snapshots,
    spans,
    streams,
    timeline_events,
    warning_lists,
)

NOT_GIVEN_ASSET = ""
NOT_GIVEN_TIME = datetime(1000, 1, 1, tzinfo=UTC)

PENDING, DONE, REFUSED = "PENDING", "DONE", "REFUSED"


def status_columns() -> list[ColumnElement[Any]]:
    """Return what became of a bundle, for `with_status`: one that has no row yet is pending."""
    absent = {"status": PENDING, "snapshots": 0, "observations": 0}
    told = [
        func.coalesce(column, absent[column.name]).label(column.name) if column.name in absent else column
        for column in bundle_status.c
        if column.name not in {"bundle_id", "warnings_id"}
    ]
    return [*told, warning_lists.c.body.label("warnings")]


def with_status(bundles: FromClause) -> FromClause:
    """Join what became of bundles, if they were worked on."""
    joined = bundles.outerjoin(bundle_status, bundle_status.c.bundle_id == log_bundles.c.id)
    return joined.outerjoin(warning_lists, warning_lists.c.id == bundle_status.c.warnings_id)


@dataclass(frozen=True, slots=True)
class NewBundle:
    """An upload as its sender named it."""

    blob_id: int
    asset: str | None
    collected_at: datetime | None
    filename: str | None
    received_at: datetime
    who: str | None


async def write_bundle(connection: AsyncConnection, new: NewBundle) -> tuple[int, bool]:
    """Insert the bundle and return its id and whether it is new: same bytes, asset and time are the same bundle."""
    asset, collected_at = new.asset or NOT_GIVEN_ASSET, new.collected_at or NOT_GIVEN_TIME
    row = {
        "blob_id": new.blob_id,
        "asset": asset,
        "collected_at": collected_at,
        "filename": new.filename,
        "received_at": new.received_at,
        "who": new.who,
    }
    find = select(log_bundles.c.id).where(
        log_bundles.c.blob_id == new.blob_id,
        log_bundles.c.asset == asset,
        log_bundles.c.collected_at == collected_at,
    )
    known = (await connection.execute(find)).scalar_one_or_none()
    created = known is None and await insert_new(connection, log_bundles, row)
    bundle_id: int = known if known is not None else (await connection.execute(find)).scalar_one()
    if created:
        await insert_new(connection, pending_bundles, {"bundle_id": bundle_id})
    return bundle_id, created


async def read_bundle(connection: AsyncConnection, bundle_id: int) -> Row[Any]:
    """Return a bundle with its status and the digest and size of its content. Raises LookupError for none."""
    bundle = await find_bundle(connection, bundle_id)
    if bundle is None:
        raise LookupError(f"there is no log bundle {bundle_id}")
    return bundle


async def find_bundle(connection: AsyncConnection, bundle_id: int) -> Row[Any] | None:
    """Return a bundle with its status and the digest and size of its content; None for none."""
    statement = (
        select(log_bundles, *status_columns(), raw_blob.c.content_digest, raw_blob.c.size)
        .select_from(with_status(log_bundles.join(raw_blob, raw_blob.c.id == log_bundles.c.blob_id)))
        .where(log_bundles.c.id == bundle_id)
    )
    return (await connection.execute(statement)).one_or_none()


def given_of(bundle: Row[Any]) -> tuple[str | None, datetime | None]:
    """Return the asset and the time that were given beside an upload."""
    asset = bundle.asset if bundle.asset != NOT_GIVEN_ASSET else None
    return asset, bundle.collected_at if bundle.collected_at != NOT_GIVEN_TIME else None


async def worked_on(connection: AsyncConnection) -> list[int]:
    """Return every bundle that made snapshots, oldest first."""
    statement = select(bundle_status.c.bundle_id).where(bundle_status.c.status == DONE)
    return list((await connection.execute(statement.order_by(bundle_status.c.bundle_id))).scalars())


async def senders(connection: AsyncConnection) -> list[str | None]:
    """Return everybody who sent a bundle."""
    return list((await connection.execute(select(log_bundles.c.who).distinct())).scalars())


async def claim_bundle(connection: AsyncConnection, bundle_id: int) -> bool:
    """Take a bundle to work on; False where somebody has worked on it. Nobody else can until the transaction ends.

    One that was refused may be worked on again.
    """
    taken = await connection.execute(delete(pending_bundles).where(pending_bundles.c.bundle_id == bundle_id))
    if taken.rowcount:
        return True
    statement = select(bundle_status.c.status).where(bundle_status.c.bundle_id == bundle_id).with_for_update()
    return (await connection.execute(statement)).scalar_one_or_none() == REFUSED


async def mark(connection: AsyncConnection, bundle_id: int, **values: Any) -> None:
    """Keep what became of a bundle that was claimed."""
    row = {"bundle_id": bundle_id, "snapshots": 0, "observations": 0, **values}
    await connection.execute(upsert(connection, bundle_status, [name for name in row if name != "bundle_id"]), [row])


async def pending(connection: AsyncConnection, limit: int = 100) -> list[int]:
    """Return the oldest bundles that were committed raw and not yet worked on."""
    statement = select(pending_bundles.c.bundle_id).order_by(pending_bundles.c.bundle_id).limit(limit)
    return list((await connection.execute(statement)).scalars())


async def made_by(
    connection: AsyncConnection, bundle_ids: Collection[int], new: Collection[int]
) -> tuple[int, int, int]:
    """Return how many machines and parts these bundles tell of, and how many events the new ones among them made."""
    standing = await select_in(
        connection,
        lambda ids: (
            select(placements.c.stream_id, streams.c.asset_id, placements.c.inventory_id)
            .join(snapshots, snapshots.c.id == placements.c.snapshot_id)
            .join(streams, streams.c.id == placements.c.stream_id)
            .where(snapshots.c.bundle_id.in_(ids))
            .distinct()
        ),
        bundle_ids,
    )
    told = await select_in(
        connection,
        lambda ids: select(spans.c.component_id).where(spans.c.stream_id.in_(ids)).distinct(),
        {row.stream_id for row in standing},
    )
    positions = await select_in(
        connection, lambda ids: select(bundle_status.c.position).where(bundle_status.c.bundle_id.in_(ids)), new
    )
    events = await select_in(
        connection,
        lambda ids: select(func.count()).select_from(timeline_events).where(timeline_events.c.position.in_(ids)),
        {row.position for row in positions if row.position is not None},
    )
    machines = {row.asset_id for row in standing}
    return len(machines), len({row.component_id for row in told}), sum(row[0] for row in events)


async def keep_warnings(connection: AsyncConnection, cache: ContentCache, warnings: Sequence[Warn]) -> int | None:
    """Return the id of a list of warnings, stored once however often it is told; None for none."""
    if not warnings:
        return None
    body = msgspec.json.encode(list(warnings))
    digest = digest_of(body)
    known = cache.warning_list(digest)
    if known is None:
        known = await write_content(connection, warning_lists, digest, body)
        cache.learn_warnings(digest, known)
    return known


def decode_warnings(stored: bytes | None) -> list[Warn]:
    """Return stored warnings."""
    return msgspec.json.decode(stored, type=list[Warn]) if stored else []
