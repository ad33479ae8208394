"""Content addresses, as in git: an observation is a blob, an inventory a tree, named by what they hold.

Two snapshots of a machine that did not change have equal identifier sets and inventories, whatever their telemetry.
"""

import hashlib
from collections import Counter

import msgspec

from reanimator_gql.domain.kinds import ComponentKind, family_of
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers

DIGEST_BYTES = 16

_encoder = msgspec.json.Encoder(order="deterministic")


def digest_of(*parts: bytes) -> bytes:
    """Return the digest of several byte strings, each held apart by its length."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def observation_body(item: Item) -> bytes:
    """Return the content of an observation: the item without telemetry and origin, in canonical JSON."""
    return _encoder.encode(msgspec.structs.replace(item, telemetry={}, origin=None))


def identifiers_body(machine: MachineIdentifiers) -> bytes:
    """Return the content of an identifier set in canonical JSON."""
    return _encoder.encode(machine)


def canonical_order(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the items in an order that a tool's own order changes only where identity reads it.

    Items without a place, or with one that stands twice in their list, are told apart by their order (rule C7) and
    keep it; all others are sorted, so that a tool that lists the same things in another order tells nothing new.
    """
    places = Counter((item.list, family_of(item.kind), item.slot) for item in items)

    def key(indexed: tuple[int, Item]) -> tuple[str, bool, str, bytes, int]:
        index, item = indexed
        ordered = item.slot is None or places[item.list, family_of(item.kind), item.slot] > 1
        return item.list, ordered, "" if ordered else item.slot or "", b"" if ordered else observation_body(item), index

    return tuple(item for _, item in sorted(enumerate(items), key=key))


def inventory_digest(coverage: frozenset[ComponentKind], observations: list[bytes]) -> bytes:
    """Return the digest of an inventory from what it covers and its observations' digests in canonical order."""
    return digest_of(",".join(sorted(coverage)).encode(), *observations)
