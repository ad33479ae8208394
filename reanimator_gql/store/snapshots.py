"""Snapshots: rows that say which bundle told which content of a machine at which time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import insert_all
from reanimator_gql.store.content import Content, ContentCache, write_contents
from reanimator_gql.store.tables import identifier_sets, inventories, placements, snapshots
from reanimator_gql.store.telemetry import keep_telemetry


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


async def write_snapshots(
    connection: AsyncConnection, cache: ContentCache, bundle_id: int, new: Sequence[NewSnapshot], recorded_at: datetime
) -> list[int]:
    """Store snapshots with their content and their placements, not effective yet; return their ids."""
    set_ids, held = await write_contents(connection, cache, [n.content for n in new])
    ids = []
    for n in new:
        row = {
            "bundle_id": bundle_id,
            "parser": n.parser,
            "parser_version": n.parser_version,
            "source": n.content.snapshot.source,
            "collected_at": n.collected_at,
            "identifier_set_id": set_ids[n.content.identifiers],
            "inventory_id": held[n.content.inventory].id,
            "recorded_at": recorded_at,
        }
        result = await connection.execute(insert(snapshots), row)
        ids.append(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [
        {"snapshot_id": i, "stream_id": None, "placed_at": n.collected_at, "inventory_id": held[n.content.inventory].id}
        for i, n in zip(ids, new, strict=True)
    ]
    await insert_all(connection, placements, rows)
    for i, n in zip(ids, new, strict=True):
        refs = held[n.content.inventory].refs
        told = {ref: item.telemetry for ref, item in zip(refs, n.content.items, strict=True) if item.telemetry}
        await keep_telemetry(connection, i, told)
    return ids


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
