"""Deriving everything again, and the digest of what is believed now."""

import asyncio
import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.history import derive
from reanimator_gql.services.context import Context
from reanimator_gql.services.future import let_in_what_is_due
from reanimator_gql.services.reparse import reparse as parse_again
from reanimator_gql.store.believed import as_history
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.locks import lock_all_assets
from reanimator_gql.store.neighbourhood import load_inputs, whole
from reanimator_gql.store.publish import Cause, publish
from reanimator_gql.store.stored import read_everything


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many snapshots were read, how many came out differently, and the position taken (None: nothing differed)."""

    snapshots: int
    position: int | None
    reparsed: int = 0


async def rebuild(context: Context, *, reparse: bool = False) -> Rebuilt:
    """Derive everything again from the stored inputs; what differs is published as a new belief.

    With `reparse`, the raw bundles are parsed again first.
    """
    await let_in_what_is_due(context)
    reparsed = await parse_again(context) if reparse else 0

    async def work(connection: AsyncConnection, cache: ContentCache) -> Rebuilt:
        await lock_all_assets(connection)
        found = await whole(connection)
        now = context.clock()
        inputs = await load_inputs(connection, cache, found, now)
        history = await asyncio.to_thread(derive, inputs)
        published = await publish(connection, history, found.assets, found.snapshots, now, Cause("rebuild"))
        return Rebuilt(
            len(found.snapshots), published.publication.position if published.publication else None, reparsed
        )

    return await context.write(work)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a noun's stored rows lack and have too many, as canonical rows."""

    noun: str
    missing: list[Any]
    unexpected: list[Any]


async def verify(context: Context) -> list[Difference]:
    """Compare what is stored with what follows from the inputs; nothing is changed. Empty: they are equal."""
    await let_in_what_is_due(context)
    async with context.database.reading() as connection:
        inputs = await load_inputs(connection, context.cache, await whole(connection), context.clock())
        stored = as_history(await read_everything(connection)).canonical()
    derived = (await asyncio.to_thread(derive, inputs)).canonical()
    return [
        Difference(noun, missing, unexpected)
        for noun in derived
        if (missing := _without(derived[noun], stored[noun])) + (unexpected := _without(stored[noun], derived[noun]))
    ]


def _without(rows: list[Any], others: list[Any]) -> list[Any]:
    known = {_encoded(row) for row in others}
    return [row for row in rows if _encoded(row) not in known]


def _encoded(value: Any) -> bytes:
    """Canonical JSON: sorted keys, instants in UTC, NFC."""
    encoded = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z, default=str)
    return unicodedata.normalize("NFC", encoded.decode()).encode()


async def digest(context: Context) -> str:
    """Return the SHA-256 of everything that is believed now, in canonical form."""
    async with context.database.reading() as connection:
        stored = as_history(await read_everything(connection))
    return hashlib.sha256(_encoded(stored.canonical())).hexdigest()
