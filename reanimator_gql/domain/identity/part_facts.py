"""What one list of items says of parts, in normal forms: the raw material of rules C1 to C7.

Everything here depends on the items alone (and, for a board, on the system serial), never on other sightings: so it is
read once for each distinct tuple of items, however many sightings share it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.identity.model import Identifier
from reanimator_gql.domain.identity.part_serials import item_serial
from reanimator_gql.domain.identity.places import normal_place
from reanimator_gql.domain.kinds import CARD, DIMM, DRIVE, ComponentKind, family_of
from reanimator_gql.domain.snapshot import Item

_WWN_AS_SERIAL = re.compile(r"(?:0X)?3?(5[0-9A-F]{15})")
_MAC_AS_SERIAL = re.compile(r"[0-9A-F]{2}(?:[:-]?[0-9A-F]{2}){5}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One present item in normal forms.

    `ids` are the identifiers beside the serial: mac, wwn, uuid (rules C5, C6). `adapter` is the serial that all
    functions of a card share, though it may be read as a MAC.
    """

    index: int
    family: str
    kind: ComponentKind
    list: str
    place: str | None
    serial: str | None
    ids: tuple[Identifier, ...]
    adapter: str | None
    maker: str | None
    model: str | None
    part_number: str | None

    @property
    def uuids(self) -> tuple[Identifier, ...]:
        """The GPU's UUID, if it has one."""
        return tuple(identifier for identifier in self.ids if identifier.kind == "uuid")


@dataclass(frozen=True, slots=True)
class Listed:
    """The facts of one tuple of items, and the (family, serial) pairs that it shows at two places (rule C1)."""

    facts: tuple[Fact, ...]
    repeated: frozenset[tuple[str, str]]


def read(items: Sequence[Item], system_serial: str | None) -> Listed:
    """Read the present items; absent ones go out first (rule C1)."""
    raw = [_fact(_told(index, item, system_serial)) for index, item in enumerate(items) if item.present]
    facts = _without_shared_ids(raw)
    return Listed(facts, _repeated(facts))


class _Told(NamedTuple):
    """An item's spellings that decide its fact."""

    position: int
    kind: ComponentKind
    list: str
    slot: str | None
    serial: str | None
    vendor: str | None
    model: str | None
    part_number: str | None
    ids: tuple[Identifier, ...]


def _told(index: int, item: Item, system_serial: str | None) -> _Told:
    serial, ids = item_serial(item, system_serial), tuple(_own_ids(item))
    return _Told(index, item.kind, item.list, item.slot, serial, item.vendor, item.model, item.part_number, ids)


@lru_cache(maxsize=100_000)
def _fact(told: _Told) -> Fact:
    """Read one item. Cached, because snapshots that differ only in telemetry tell the same."""
    family, serial, ids = family_of(told.kind), told.serial, set(told.ids)
    if serial:
        serial, more = _serial_or_id(serial, told.kind, family)
        ids |= more
    wwn = next((value for kind, value in sorted(ids) if kind == "wwn"), None)
    return Fact(
        index=told.position,
        family=family,
        kind=told.kind,
        list=told.list,
        place=normal_place(told.slot),
        serial=serial,
        ids=tuple(sorted(ids)),
        adapter=_adapter(told.serial, serial) if family == CARD else None,
        maker=maker(told.vendor, family, told.model, wwn),
        model=normal.value(told.model),
        part_number=normal.part_number(told.part_number) if family == DIMM else None,
    )


def _own_ids(item: Item) -> Iterable[Identifier]:
    """Return the identifiers beside the serial that count for the item's family."""
    if item.macs and family_of(item.kind) == CARD:
        yield from (Identifier("mac", mac) for mac in map(normal.mac, item.macs) if mac)
    if item.wwn and item.kind is ComponentKind.STORAGE and (wwn := normal.wwn(item.wwn)):
        yield Identifier("wwn", wwn)
    if item.uuid and item.kind is ComponentKind.GPU and (uuid := normal.gpu_uuid(item.uuid)):
        yield Identifier("uuid", uuid)


def _serial_or_id(serial: str, kind: ComponentKind, family: str) -> tuple[str | None, set[Identifier]]:
    """Tell a serial from a WWN or a MAC that stands in its place (rule C6)."""
    if family == DRIVE and (match := _WWN_AS_SERIAL.fullmatch(serial)):
        wwn = normal.wwn(match[1])
        return None, {Identifier("wwn", wwn)} if wwn else set()
    if family == CARD and _MAC_AS_SERIAL.fullmatch(serial):
        if mac := normal.mac(serial):
            return None, {Identifier("mac", mac)}
        # No valid MAC: a NIC shows one that names nothing (N5); another card's twelve digits are just a number.
        return (None if kind is ComponentKind.NIC else serial), set()
    return serial, set()


def _adapter(told: str | None, kept: str | None) -> str | None:
    """A MAC written with separators is that of one port, and bonded ports of two cards may show it."""
    return kept or (told if told and told.isalnum() else None)


def _spot(fact: Fact) -> object:
    """Where a record stands in its list; two records without a place stand at two places, as in rule C7."""
    return fact.place if fact.place is not None else fact.index


def _without_shared_ids(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Drop each MAC, WWN and UUID that stands at two places of one list (rule C6)."""
    holders: dict[tuple[str, Identifier], list[Fact]] = defaultdict(list)
    for fact in facts:
        for identifier in fact.ids:
            holders[fact.list, identifier].append(fact)
    shared = {held for held, several in holders.items() if len(several) > 1 and not _one_part(held[1], several)}
    if not shared:
        return tuple(facts)
    return tuple(_without(fact, shared) for fact in facts)


def _without(fact: Fact, shared: set[tuple[str, Identifier]]) -> Fact:
    ids = tuple(identifier for identifier in fact.ids if (fact.list, identifier) not in shared)
    return fact if ids == fact.ids else replace(fact, ids=ids)


def _one_part(identifier: Identifier, holders: Sequence[Fact]) -> bool:
    """Whether the records are one part before its MAC is asked: one place, or functions of one card by serial (C1)."""
    if len({_spot(fact) for fact in holders}) == 1:
        return True
    adapters = {fact.adapter for fact in holders}
    return identifier.kind == "mac" and len(adapters) == 1 and None not in adapters


def _repeated(facts: Sequence[Fact]) -> frozenset[tuple[str, str]]:
    groups: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.serial:
            groups[fact.list, fact.family, fact.serial].append(fact)
    return frozenset((family, serial) for (_, family, serial), group in groups.items() if _is_void(family, group))


def _is_void(family: str, group: Sequence[Fact]) -> bool:
    """Whether one list shows that the serial is no identity (rule C1).

    Several functions of one card share its serial. Two GPUs may share their module's, and only UUIDs tell them apart.
    """
    if family == CARD:
        group = [fact for fact in group if fact.kind is ComponentKind.GPU]
        if len({uuid for fact in group for uuid in fact.uuids}) > 1:
            return False
    return len({_spot(fact) for fact in group}) > 1
