"""Content-addressed inputs: identifier sets, observations and inventories, each stored once.

Rows are never changed, so what was decoded once is kept: deriving a machine again reads narrow snapshot rows only.
"""

from collections.abc import Iterable, Mapping, Sequence
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


async def write_contents(
    connection: AsyncConnection, cache: "ContentCache", contents: Sequence[Content]
) -> tuple[dict[bytes, int], dict[bytes, Inventory]]:
    """Store what is not there yet; return the ids of identifier sets, and the inventories, by digest."""
    set_ids = await _write_identifiers(connection, contents)
    return set_ids, await write_inventories(connection, cache, contents)


def _inventory_rows(contents: Sequence[Content], observation_ids: dict[bytes, int]) -> list[dict[str, Any]]:
    rows = {}
    for c in contents:
        body = InventoryBody(tuple(sorted(c.snapshot.coverage)), tuple(observation_ids[d] for d in c.digests))
        rows[c.inventory] = {"digest": c.inventory, "body": msgspec.json.encode(body)}
    return list(rows.values())


async def write_inventories(
    connection: AsyncConnection, cache: "ContentCache", contents: Sequence[Content]
) -> dict[bytes, Inventory]:
    """Store what is not there yet of items and inventories; return the inventories whole, by digest.

    What the cache knows is not asked again: most items of a changed machine are those that it told the time before.
    """
    ids = await _ids(connection, inventories, {c.inventory for c in contents})
    fresh = [c for c in contents if c.inventory not in ids]
    known = cache.observations(d for c in fresh for d in c.digests)
    rows = {
        digest: {"digest": digest, "kind": item.kind, "body": body}
        for c in fresh
        for digest, item, body in zip(c.digests, c.items, c.bodies, strict=True)
        if digest not in known
    }
    known |= await _add(connection, observations, list(rows.values()))
    ids |= await _add(connection, inventories, _inventory_rows(fresh, known))
    held = {c.inventory: cache.learn(ids[c.inventory], c, tuple(known[d] for d in c.digests)) for c in fresh}
    others = {c.inventory for c in contents} - held.keys()
    stored = await cache.inventories(connection, {ids[digest] for digest in others})
    return held | {digest: stored[ids[digest]] for digest in others}


async def _write(connection: AsyncConnection, table: Any, rows: list[dict[str, Any]]) -> dict[bytes, int]:
    """Add the rows whose digest is new, in the order of digests; return every id."""
    known = await _ids(connection, table, [row["digest"] for row in rows])
    return known | await _add(connection, table, [row for row in rows if row["digest"] not in known])


async def _add(connection: AsyncConnection, table: Any, rows: list[dict[str, Any]]) -> dict[bytes, int]:
    """Add rows that are likely to be new, in the order of digests; return their ids."""
    wanted = {row["digest"]: row for row in rows}
    await add_missing(connection, table, [wanted[digest] for digest in sorted(wanted)])
    return await _ids(connection, table, wanted)


async def write_content(connection: AsyncConnection, table: Any, digest: bytes, body: bytes) -> int:
    """Store something under its content's digest, if it is not there yet; return its id."""
    return (await _write(connection, table, [{"digest": digest, "body": body}]))[digest]


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
    """Decoded content by id, bounded; ids are those of one database.

    What a transaction reads and writes is kept in a cache `within` it, and adopted once it has committed: a database
    may give the ids of rows that were rolled back to others.
    """

    def __init__(self, size: int = 20_000, around: "ContentCache | None" = None) -> None:
        self._around = around
        self._machines: dict[int, MachineIdentifiers] = {}
        self._inventories: dict[int, Inventory] = {}
        self._items: dict[int, Item] = {}
        self._observations: dict[bytes, int] = {}
        self._warning_lists: dict[bytes, int] = {}
        self._size = size

    def within(self) -> "ContentCache":
        """Return the cache of a transaction."""
        return ContentCache(self._size, self)

    def adopt(self, inner: "ContentCache") -> None:
        """Keep what a transaction learned that has committed."""
        for name in ("_machines", "_inventories", "_items", "_observations", "_warning_lists"):
            mine: dict[Any, Any] = getattr(self, name)
            mine |= getattr(inner, name)
            _trim(mine, self._size)

    def _find(self, name: str, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return what is known here and around, by key."""
        mine: dict[Any, Any] = getattr(self, name)
        found = {key: mine[key] for key in keys if key in mine}
        if self._around is not None and len(found) < len(set(keys)):
            found = self._around._find(name, keys) | found
        return found

    async def machines(self, connection: AsyncConnection, ids: set[int]) -> dict[int, MachineIdentifiers]:
        """Return identifier sets by id."""
        known = self._find("_machines", ids)
        rows = await select_in(
            connection,
            lambda keys: select(identifier_sets.c.id, identifier_sets.c.body).where(identifier_sets.c.id.in_(keys)),
            ids - known.keys(),
        )
        fresh = {row.id: msgspec.json.decode(row.body, type=MachineIdentifiers) for row in rows}
        self._keep(self._machines, fresh)
        return known | fresh

    async def inventories(self, connection: AsyncConnection, ids: set[int]) -> dict[int, Inventory]:
        """Return inventories by id, with their items."""
        known: dict[int, Inventory] = self._find("_inventories", ids)
        rows = await select_in(
            connection, lambda keys: select(inventories).where(inventories.c.id.in_(keys)), ids - known.keys()
        )
        bodies = {row.id: (bytes(row.digest), msgspec.json.decode(row.body, type=InventoryBody)) for row in rows}
        items = await self.items(connection, {ref for _, body in bodies.values() for ref in body.observations})
        fresh = {
            key: Inventory(
                key, digest, frozenset(b.coverage), b.observations, tuple(items[ref] for ref in b.observations)
            )
            for key, (digest, b) in bodies.items()
        }
        self._keep(self._inventories, fresh)
        return known | fresh

    async def items(self, connection: AsyncConnection, ids: set[int]) -> dict[int, Item]:
        """Return observations by id."""
        known: dict[int, Item] = self._find("_items", ids)
        fresh = await read_items(connection, ids - known.keys())
        self._keep(self._items, fresh)
        return known | fresh

    def observations(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Return the ids of the observations that are known."""
        return self._find("_observations", list(digests))

    def learn(self, inventory_id: int, content: Content, refs: tuple[int, ...]) -> Inventory:
        """Keep an inventory that was written, with its items."""
        items = tuple(decode_item(body) for body in content.bodies)
        learned = Inventory(inventory_id, content.inventory, content.snapshot.coverage, refs, items)
        self._keep(self._inventories, {inventory_id: learned})
        self._keep(self._observations, dict(zip(content.digests, refs, strict=True)))
        return learned

    def warning_list(self, digest: bytes) -> int | None:
        """Return the id of a list of warnings that is known."""
        return self._find("_warning_lists", [digest]).get(digest)

    def learn_warnings(self, digest: bytes, row_id: int) -> None:
        """Keep a list of warnings that was written."""
        self._keep(self._warning_lists, {digest: row_id})

    def _keep(self, cache: dict[Any, Any], fresh: Mapping[Any, Any]) -> None:
        cache |= fresh
        _trim(cache, self._size)


def _trim(cache: dict[Any, Any], size: int) -> None:
    if len(cache) > size:
        for key in list(cache)[: len(cache) - size // 2]:
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
