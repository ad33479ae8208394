"""Which items are one part (rules C1 to C7): a function of the set of sightings and of their machines.

C9, one serial on two machines that both go on listing it, needs history and belongs to the derivation.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reanimator_gql.domain.identity.identifiers import told_serials
from reanimator_gql.domain.identity.makers_split import Placed, SerialSplit, Told
from reanimator_gql.domain.identity.model import Flag, Identifier, ItemRef, Part, Sighting, SightingId
from reanimator_gql.domain.identity.part_facts import Fact, Listed, read
from reanimator_gql.domain.identity.part_links import Linked, Links
from reanimator_gql.domain.identity.placeholders import Listing, resolve_placeholders
from reanimator_gql.domain.kinds import ComponentKind

FamilySerial = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PartsResult:
    """The part of each item; items of no part are absent, of no machine, or `ignored` (told better by another tool)."""

    part_of: dict[ItemRef, str]
    parts: dict[str, Part]
    ignored: frozenset[ItemRef]
    flags: tuple[Flag, ...]


@dataclass(slots=True)
class _Block:
    """All sightings of one machine by one tool that list the very same items: resolved once."""

    machine: str
    source: str
    listed: Listed
    seen: list[tuple[datetime, SightingId]] = field(default_factory=list)

    def refs(self, index: int) -> Iterator[ItemRef]:
        return (ItemRef(sighting, index) for _, sighting in self.seen)


def resolve_parts(sightings: Sequence[Sighting], machine_of: Mapping[SightingId, str]) -> PartsResult:
    """Return the part of every item of the sightings that have a machine."""
    return _Resolver(_blocks(sightings, machine_of)).resolve()


def _blocks(sightings: Sequence[Sighting], machine_of: Mapping[SightingId, str]) -> list[_Block]:
    blocks: dict[tuple[str, str, int], _Block] = {}
    lists: dict[tuple[int, str | None], Listed] = {}
    same: dict[Listed, Listed] = {}
    for sighting in sightings:
        machine = machine_of.get(sighting.id)
        if machine is None:
            continue
        what = id(sighting.items), _system_serial(sighting)
        if what not in lists:
            listed = read(sighting.items, what[1])
            lists[what] = same.setdefault(listed, listed)
        key = machine, sighting.source, id(lists[what])
        if key not in blocks:
            blocks[key] = _Block(machine, sighting.source, lists[what])
        blocks[key].seen.append((sighting.t, sighting.id))
    return list(blocks.values())


def _system_serial(sighting: Sighting) -> str | None:
    """Only a board is read differently under another system serial (N8)."""
    has_board = any(item.kind is ComponentKind.BOARD for item in sighting.items)
    return told_serials(sighting.machine, sighting.source)[0] if has_board else None


class _Resolver:
    """One run over the blocks: evidence first, of all of them, then the part of each item."""

    def __init__(self, blocks: list[_Block]) -> None:
        self._blocks = blocks
        self._void = {(block.machine, *pair) for block in blocks for pair in block.listed.repeated}
        self._modules = self._shared_by_gpus()
        self._links = Links()
        self._splits: dict[FamilySerial, SerialSplit] = {}
        self._keys_with: dict[Identifier, set[str]] = defaultdict(set)
        self._identifiers: dict[str, tuple[str, set[Identifier]]] = {}
        self._part_of: dict[ItemRef, str] = {}
        self._flagged: dict[tuple[str, str], set[ItemRef]] = defaultdict(set)

    def resolve(self) -> PartsResult:
        self._collect()
        for block in self._blocks:
            self._note_serials(block)
        listings = [listing for block in self._blocks for listing in self._identify(block)]
        told = resolve_placeholders(listings)
        parts = {
            key: Part(key=key, family=family, identifiers=tuple(sorted(ids)))
            for key, (family, ids) in self._identifiers.items()
        }
        parts.update(told.parts)
        self._part_of.update(told.part_of)
        flags = (Flag(code, value, items=frozenset(items)) for (code, value), items in sorted(self._flagged.items()))
        return PartsResult(self._part_of, dict(sorted(parts.items())), told.ignored, tuple(flags))

    def _shared_by_gpus(self) -> set[FamilySerial]:
        """C5: the serials seen with two UUIDs are those of modules; the UUIDs are the GPUs."""
        uuids: dict[FamilySerial, set[Identifier]] = defaultdict(set)
        for block in self._blocks:
            for fact in block.listed.facts:
                if fact.kind is ComponentKind.GPU and fact.serial and not self._is_void(block, fact):
                    uuids[fact.family, fact.serial].update(fact.uuids)
        return {serial for serial, found in uuids.items() if len(found) > 1}

    def _is_void(self, block: _Block, fact: Fact) -> bool:
        return bool(self._void) and (block.machine, fact.family, fact.serial) in self._void

    def _serial(self, block: _Block, fact: Fact) -> str | None:
        """Return the serial that names the item: not one void here (C1), not that of a module of several GPUs (C5)."""
        if fact.serial is None or self._is_void(block, fact):
            return None
        return None if fact.uuids and (fact.family, fact.serial) in self._modules else fact.serial

    def _collect(self) -> None:
        """Take in what all records say of serials and of the identifiers beside them."""
        told: dict[FamilySerial, set[Told]] = defaultdict(set)
        for block in self._blocks:
            for fact in block.listed.facts:
                serial = self._serial(block, fact)
                if serial:
                    told[fact.family, serial].add(_told(block, fact))
                if fact.ids:
                    self._links.seen(fact.ids, (fact.family, serial) if serial else None)
        for (family, serial), seen in told.items():
            self._splits[family, serial] = SerialSplit(family, f"{family}:{serial}", seen)

    def _note_serials(self, block: _Block) -> None:
        """Note which component each identifier was seen with, before items without a serial ask for it."""
        for fact in block.listed.facts:
            if fact.ids and (serial := self._serial(block, fact)):
                key = self._splits[fact.family, serial].place(_told(block, fact)).key
                for identifier in fact.ids:
                    self._keys_with[identifier].add(key)

    def _identify(self, block: _Block) -> Iterator[Listing]:
        """Name the items of a block by their identifiers; return what is left, by family, with what was named."""
        named: set[str] = set()
        left: dict[str, list[Fact]] = {}
        for fact in block.listed.facts:
            unnamed = left.setdefault(fact.family, [])
            key = self._key(block, fact)
            if key is None:
                unnamed.append(fact)
                continue
            named.add(fact.family)
            self._part_of.update((ref, key) for ref in block.refs(fact.index))
        for family, facts in left.items():
            yield Listing(block.machine, block.source, family, tuple(facts), family in named, tuple(block.seen))

    def _key(self, block: _Block, fact: Fact) -> str | None:
        if fact.serial and self._is_void(block, fact):
            self._flag("REPEATED_SERIAL", f"{fact.family}:{fact.serial}", block, fact)
        serial = self._serial(block, fact)
        if serial:
            return self._by_serial(block, fact, serial)
        return self._by_identifiers(block, fact) if fact.ids else None

    def _by_serial(self, block: _Block, fact: Fact, serial: str) -> str:
        placed = self._splits[fact.family, serial].place(_told(block, fact))
        return self._place(block, fact, serial, placed)

    def _by_identifiers(self, block: _Block, fact: Fact) -> str | None:
        """C6: the one serial seen with the identifiers, else the smallest of them; several serials: nothing."""
        linked = self._links.named_by(fact.ids)
        if isinstance(linked.serial, tuple):
            return self._by_linked_serial(block, fact, linked.serial[1])
        if linked.identifier is None:
            for kind, value in fact.ids:
                self._flag("AMBIGUOUS_ID", f"{kind}:{value}", block, fact)
            return None
        return self._note(_key_of(fact.family, linked), fact)

    def _by_linked_serial(self, block: _Block, fact: Fact, serial: str) -> str:
        """A serial that is several components: the one seen with the identifiers, else as C3 and C4 say."""
        usable = (identifier for identifier in fact.ids if not self._links.is_ambiguous(identifier))
        keys = set().union(*(self._keys_with.get(identifier, ()) for identifier in usable))
        placed = self._splits[fact.family, serial].place(_told(block, fact))
        if len(keys) == 1:
            placed = Placed(keys.pop(), False)
        return self._place(block, fact, serial, placed)

    def _place(self, block: _Block, fact: Fact, serial: str, placed: Placed) -> str:
        if placed.alone:
            self._flag("AMBIGUOUS_SERIAL", f"{fact.family}:{serial}", block, fact)
        return self._note(placed.key, fact, Identifier("serial", serial))

    def _note(self, key: str, fact: Fact, *serial: Identifier) -> str:
        """Remember the part and everything that names it and nothing else."""
        names = self._identifiers.setdefault(key, (fact.family, set()))[1]
        names.update(serial)
        for identifier in fact.ids:
            if not self._links.is_ambiguous(identifier) and self._keys_with.get(identifier, {key}) == {key}:
                names.add(identifier)
        return key

    def _flag(self, code: str, value: str, block: _Block, fact: Fact) -> None:
        self._flagged[code, value].update(block.refs(fact.index))


def _told(block: _Block, fact: Fact) -> Told:
    return Told(block.machine, block.source, fact.maker, fact.part_number)


def _key_of(family: str, linked: Linked) -> str:
    assert linked.identifier is not None
    kind, value = linked.identifier
    return f"{family}:{'gpu' if kind == 'uuid' else kind}:{value}"
