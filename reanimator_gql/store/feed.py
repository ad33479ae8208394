"""The feed: gap-free positions in commit order, each with the instant at which its beliefs were recorded.

The head row comes with the first migration. It is locked last in a transaction, and only where something is published.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.tables import feed, publications

_HEAD = 1


@dataclass(frozen=True, slots=True)
class Publication:
    """One place in the feed: its position and the instant that every row of it bears."""

    position: int
    recorded_at: datetime


async def next_publication(connection: AsyncConnection, now: datetime, cause: str, cause_id: str | None) -> Publication:
    """Take the next position. Instants grow with positions, whatever the clock does."""
    head = (await connection.execute(select(feed).where(feed.c.id == _HEAD).with_for_update())).one()
    taken = Publication(head.position + 1, max(now, head.recorded_at + timedelta(microseconds=1)))
    await connection.execute(
        update(feed).where(feed.c.id == _HEAD).values(position=taken.position, recorded_at=taken.recorded_at)
    )
    await connection.execute(
        insert(publications),
        [{"position": taken.position, "recorded_at": taken.recorded_at, "cause": cause, "cause_id": cause_id}],
    )
    return taken


async def head(connection: AsyncConnection) -> Publication:
    """Return the newest position and its instant."""
    row = (await connection.execute(select(feed).where(feed.c.id == _HEAD))).one()
    return Publication(row.position, row.recorded_at)
