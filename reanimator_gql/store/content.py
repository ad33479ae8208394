"""Content-addressed inputs: identifier sets, observations and inventories, each stored once.

Rows are never changed, so what was decoded once is kept: deriving a machine again reads narrow snapshot rows only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.content import (
    canonical_order,
    digest_of,
    identifiers_body,
    inventory_digest,
    observation_body,
)
from reanimator_gql.domain.identity.resolve import link_values, part_values
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot
from reanimator_gql.store.bulk import add_missing, select_in
from reanimator_gql.store.tables import (
    identifier_set_values,
    identifier_sets,
    inventories,
    observations,
)

VALUE_LENGTH = 190


class InventoryBody(msgspec.Struct, frozen=True):
    """An inventory as it is stored: the classes covered, and the ids of its observations in canonical order."""

    coverage: tuple[ComponentKind, ...]
    observations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """An inventory read whole."""

    id: int
    digest: bytes
    coverage: frozenset[ComponentKind]
    refs: tuple[int, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a parsed snapshot: its parts with digests, and the values that can connect it with others."""

    snapshot: Snapshot
    items: tuple[Item, ...]
    bodies: tuple[bytes, ...]
    digests: tuple[bytes, ...]
    inventory: bytes
    identifiers: bytes
    machine_values: frozenset[str]
    part_values: frozenset[str]


def content_of(snapshot: Snapshot) -> Content:
    """Return the content of a snapshot."""
    items = canonical_order(snapshot.items)
    bodies = tuple(observation_body(item) for item in items)
    digests = tuple(digest_of(body) for body in bodies)
    return Content(
        snapshot=snapshot,
        items=items,
        bodies=bodies,
        digests=digests,
        inventory=inventory_digest(snapshot.coverage, list(digests)),
        identifiers=digest_of(identifiers_body(snapshot.machine)),
        machine_values=fit(link_values(snapshot.machine)),
        part_values=fit(value for item in items for value in part_values(item)),
    )


def fit(values: Iterable[str]) -> frozenset[str]:
    """Cut values to the length of the columns; two that become equal only connect more than they need to."""
    return frozenset(value[:VALUE_LENGTH] for value in values)


async def write_contents(connection: AsyncConnection, contents: Sequence[Content]) -> tuple[dict[bytes, int], ...]:
    """Store what is not there yet; return the ids of identifier sets and of inventories by digest."""
    set_ids = await _write_identifiers(connection, contents)
    inventory_ids = await _ids(connection, inventories, {c.inventory for c in contents})
    fresh = [c for c in contents if c.inventory not in inventory_ids]
    rows = {
        digest: {"digest": digest, "kind": item.kind, "body": body}
        for c in fresh
        for digest, item, body in zip(c.digests, c.items, c.bodies, strict=True)
    }
    observation_ids = await _write(connection, observations, list(rows.values()))
    inventory_ids |= await _write(connection, inventories, _inventory_rows(fresh, observation_ids))
    return set_ids, inventory_ids


def _inventory_rows(contents: Sequence[Content], observation_ids: dict[bytes, int]) -> list[dict[str, Any]]:
    rows = {}
    for c in contents:
        body = InventoryBody(tuple(sorted(c.snapshot.coverage)), tuple(observation_ids[d] for d in c.digests))
        rows[c.inventory] = {"digest": c.inventory, "body": msgspec.json.encode(body)}
    return list(rows.values())


async def _write(connection: AsyncConnection, table: Any, rows: list[dict[str, Any]]) -> dict[bytes, int]:
    """Add the rows whose digest is new, in the order of digests; return every id."""
    wanted = {row["digest"]: row for row in rows}
    known = await _ids(connection, table, wanted)
    missing = [wanted[digest] for digest in sorted(wanted.keys() - known.keys())]
    if missing:
        await add_missing(connection, table, missing)
        known |= await _ids(connection, table, wanted.keys() - known.keys())
    return known


async def _ids(connection: AsyncConnection, table: Any, digests: Iterable[bytes]) -> dict[bytes, int]:
    rows = await select_in(
        connection, lambda keys: select(table.c.digest, table.c.id).where(table.c.digest.in_(keys)), set(digests)
    )
    return {bytes(row.digest): row.id for row in rows}


async def _write_identifiers(connection: AsyncConnection, contents: Sequence[Content]) -> dict[bytes, int]:
    """Store the identifier sets that are new, with the values through which they are found."""
    known = await _ids(connection, identifier_sets, {c.identifiers for c in contents})
    fresh = {c.identifiers: c for c in contents if c.identifiers not in known}
    if not fresh:
        return known
    rows = [{"digest": d, "body": identifiers_body(c.snapshot.machine)} for d, c in fresh.items()]
    known |= await _write(connection, identifier_sets, rows)
    values = sorted({(value, known[d]) for d, c in fresh.items() for value in c.machine_values})
    await add_missing(connection, identifier_set_values, [{"value": v, "identifier_set_id": i} for v, i in values])
    return known


class ContentCache:
    """Decoded content by id, bounded; ids are those of one database."""

    def __init__(self, size: int = 20_000) -> None:
        self._machines: dict[int, MachineIdentifiers] = {}
        self._inventories: dict[int, Inventory] = {}
        self._items: dict[int, Item] = {}
        self._size = size

    async def machines(self, connection: AsyncConnection, ids: set[int]) -> dict[int, MachineIdentifiers]:
        """Return identifier sets by id."""
        self._trim(self._machines)
        rows = await select_in(
            connection,
            lambda keys: select(identifier_sets.c.id, identifier_sets.c.body).where(identifier_sets.c.id.in_(keys)),
            ids - self._machines.keys(),
        )
        self._machines |= {row.id: msgspec.json.decode(row.body, type=MachineIdentifiers) for row in rows}
        return {key: self._machines[key] for key in ids}

    async def inventories(self, connection: AsyncConnection, ids: set[int]) -> dict[int, Inventory]:
        """Return inventories by id, with their items."""
        self._trim(self._inventories)
        rows = await select_in(
            connection,
            lambda keys: select(inventories).where(inventories.c.id.in_(keys)),
            ids - self._inventories.keys(),
        )
        bodies = {row.id: (bytes(row.digest), msgspec.json.decode(row.body, type=InventoryBody)) for row in rows}
        items = await read_items(connection, {ref for _, body in bodies.values() for ref in body.observations})
        for key, (digest, body) in bodies.items():
            told = tuple(items[ref] for ref in body.observations)
            self._inventories[key] = Inventory(key, digest, frozenset(body.coverage), body.observations, told)
        return {key: self._inventories[key] for key in ids}

    async def items(self, connection: AsyncConnection, ids: set[int]) -> dict[int, Item]:
        """Return observations by id."""
        self._trim(self._items)
        self._items |= await read_items(connection, ids - self._items.keys())
        return {key: self._items[key] for key in ids}

    def _trim(self, cache: dict[int, Any]) -> None:
        if len(cache) > self._size:
            for key in list(cache)[: self._size // 2]:
                del cache[key]


async def read_items(connection: AsyncConnection, ids: set[int]) -> dict[int, Item]:
    """Return observations by id."""
    rows = await select_in(
        connection,
        lambda keys: select(observations.c.id, observations.c.body).where(observations.c.id.in_(keys)),
        ids,
    )
    return {row.id: decode_item(bytes(row.body)) for row in rows}


@lru_cache(maxsize=50_000)
def decode_item(body: bytes) -> Item:
    """Return the item in an observation's body; equal bodies give the same object."""
    return msgspec.json.decode(body, type=Item)
