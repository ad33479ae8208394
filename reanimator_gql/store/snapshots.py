"""Snapshots: rows that say which bundle told which content of a machine at which time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.content import digest_of
from reanimator_gql.store.bulk import add_missing, insert_all, select_in
from reanimator_gql.store.content import Content, ContentCache, write_contents
from reanimator_gql.store.tables import (
    identifier_sets,
    inventories,
    observations,
    placements,
    snapshot_telemetry,
    snapshots,
)


class StoredContent(NamedTuple):
    """What a snapshot says, whichever parser read it: source, time, and the digests of its content."""

    source: str
    collected_at: datetime
    identifiers: bytes
    inventory: bytes


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """A parsed snapshot on its way in. `collected_at` is decided: from the upload, else from the format."""

    content: Content
    collected_at: datetime
    parser: str
    parser_version: int

    def stored_content(self) -> StoredContent:
        """Return what the snapshot says."""
        c = self.content
        return StoredContent(c.snapshot.source, self.collected_at, c.identifiers, c.inventory)

    def digest(self, bundle_id: int) -> bytes:
        """Return the snapshot's identity: (bundle, parser version, content)."""
        source = f"{bundle_id}:{self.parser}:{self.parser_version}:{self.content.snapshot.source}"
        time = self.collected_at.isoformat()
        return digest_of(source.encode(), time.encode(), self.content.identifiers, self.content.inventory)


async def write_snapshots(
    connection: AsyncConnection, cache: ContentCache, bundle_id: int, new: Sequence[NewSnapshot], recorded_at: datetime
) -> list[int]:
    """Store snapshots with their content and their placements, not effective yet; return their ids."""
    set_ids, held = await write_contents(connection, cache, [n.content for n in new])
    rows = {
        n.digest(bundle_id): {
            "bundle_id": bundle_id,
            "parser": n.parser,
            "parser_version": n.parser_version,
            "source": n.content.snapshot.source,
            "collected_at": n.collected_at,
            "identifier_set_id": set_ids[n.content.identifiers],
            "inventory_id": held[n.content.inventory].id,
            "recorded_at": recorded_at,
        }
        for n in new
    }
    await insert_all(connection, snapshots, [{"digest": digest} | row for digest, row in rows.items()])
    stored = await select_in(
        connection,
        lambda keys: select(snapshots.c.id, snapshots.c.digest).where(snapshots.c.digest.in_(keys)),
        list(rows),
    )
    ids = {bytes(row.digest): row.id for row in stored}
    await insert_all(
        connection,
        placements,
        [
            {
                "snapshot_id": ids[d],
                "stream_id": None,
                "placed_at": row["collected_at"],
                "inventory_id": row["inventory_id"],
            }
            for d, row in rows.items()
        ],
    )
    await _write_telemetry(connection, {ids[n.digest(bundle_id)]: n for n in new})
    return sorted(ids.values())


async def contents_of(connection: AsyncConnection, bundle_id: int) -> dict[StoredContent, int]:
    """Return what the snapshots of a bundle say, with their ids."""
    statement = (
        select(
            snapshots.c.id,
            snapshots.c.source,
            snapshots.c.collected_at,
            identifier_sets.c.digest.label("identifiers"),
            inventories.c.digest.label("inventory"),
        )
        .join(identifier_sets, identifier_sets.c.id == snapshots.c.identifier_set_id)
        .join(inventories, inventories.c.id == snapshots.c.inventory_id)
        .where(snapshots.c.bundle_id == bundle_id)
    )
    rows = (await connection.execute(statement)).all()
    return {
        StoredContent(row.source, row.collected_at, bytes(row.identifiers), bytes(row.inventory)): row.id
        for row in rows
    }


async def _write_telemetry(connection: AsyncConnection, new: dict[int, NewSnapshot]) -> None:
    """Telemetry is kept by observation, beside the snapshot that told it."""
    told = {
        digest: item.telemetry
        for n in new.values()
        for digest, item in zip(n.content.digests, n.content.items, strict=True)
        if item.telemetry
    }
    ids = await select_in(
        connection,
        lambda keys: select(observations.c.id, observations.c.digest).where(observations.c.digest.in_(keys)),
        list(told),
    )
    by_digest = {bytes(row.digest): row.id for row in ids}
    rows = []
    for snapshot_id, n in new.items():
        body = {
            str(by_digest[digest]): item.telemetry
            for digest, item in zip(n.content.digests, n.content.items, strict=True)
            if item.telemetry
        }
        if body:
            rows.append({"snapshot_id": snapshot_id, "body": msgspec.json.encode(body)})
    await add_missing(connection, snapshot_telemetry, rows)
