"""Recorded events: inserted once under the client's id, never changed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.recorded_events import RecordedEvent, encode_event
from reanimator_gql.store.bulk import add_missing, insert_new, select_in
from reanimator_gql.store.content import fit
from reanimator_gql.store.tables import (
    assets,
    components,
    event_status,
    event_values,
    log_bundles,
    recorded_events,
    snapshots,
)


async def write_event(
    connection: AsyncConnection, event: RecordedEvent, values: Iterable[str], recorded_at: datetime
) -> bytes | None:
    """Insert an event with the values it names; return None, or the body that stands under its id already."""
    body = encode_event(event)
    row = {"id": event.id, "kind": event.__struct_config__.tag, "at": event.at, "body": body}
    if not await insert_new(connection, recorded_events, row | {"recorded_at": recorded_at}):
        stored = select(recorded_events.c.body).where(recorded_events.c.id == event.id)
        return bytes((await connection.execute(stored)).scalar_one())
    await insert_new(connection, event_status, {"event_id": event.id})
    await add_missing(connection, event_values, [{"value": v, "event_id": event.id} for v in sorted(fit(values))])
    return None


async def mark_effective(connection: AsyncConnection, event_ids: Collection[str], effective_at: datetime) -> None:
    """Keep the instant at which events took effect; it never changes afterwards."""
    waiting = select(event_status.c.event_id).where(event_status.c.effective_at.is_(None))
    rows = await select_in(connection, lambda piece: waiting.where(event_status.c.event_id.in_(piece)), event_ids)
    if rows:
        ids = [row.event_id for row in rows]
        await connection.execute(
            update(event_status).where(event_status.c.event_id.in_(ids)).values(effective_at=effective_at)
        )


async def due_events(connection: AsyncConnection, until: datetime) -> list[str]:
    """Return the events that are not in force and whose time is not after `until`."""
    statement = (
        select(recorded_events.c.id)
        .join(event_status, event_status.c.event_id == recorded_events.c.id)
        .where(event_status.c.effective_at.is_(None), recorded_events.c.at <= until)
    )
    return list((await connection.execute(statement)).scalars())


async def named_row(connection: AsyncConnection, type_name: str, row_id: int) -> Row[Any] | None:
    """Return the row of an `Asset` or `Component`."""
    table = {"Asset": assets, "Component": components}[type_name]
    return (await connection.execute(select(table).where(table.c.id == row_id))).one_or_none()


async def exists(connection: AsyncConnection, kind: str, row_id: int) -> bool:
    """Whether there is a `bundle` or `snapshot` with this id."""
    table = {"bundle": log_bundles, "snapshot": snapshots}[kind]
    return (await connection.execute(select(table.c.id).where(table.c.id == row_id))).first() is not None
