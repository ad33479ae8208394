"""Keys that clients give to their requests: one key, one request. A request that failed is not remembered."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import insert_new
from reanimator_gql.store.tables import idempotency_keys

KEY_LENGTH = 190


async def claim(connection: AsyncConnection, key: str, request: bytes, recorded_at: datetime) -> bool:
    """Take a key for a request (its SHA-256); False where it stands for another request."""
    if await insert_new(connection, idempotency_keys, {"key": key, "request": request, "recorded_at": recorded_at}):
        return True
    stored = select(idempotency_keys.c.request).where(idempotency_keys.c.key == key)
    return bytes((await connection.execute(stored)).scalar_one()) == request


async def forget(connection: AsyncConnection, key: str) -> None:
    """Give a key back: its request failed, and may be sent again corrected."""
    await connection.execute(delete(idempotency_keys).where(idempotency_keys.c.key == key))
