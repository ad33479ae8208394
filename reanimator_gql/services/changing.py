"""One more snapshot of a machine that is known, decided from its neighbours in the stream: what it changes.

Nothing here asks more than the stream, and the parts whose spans change. Where that does not suffice, the answer is
Unsure or Unrecognised, and all that is connected is derived again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.model import Reading, Span, Told
from reanimator_gql.domain.derivation.telling import empty_slots, told_by, told_of
from reanimator_gql.domain.derivation.weaving import Unsure, Weave, concerned
from reanimator_gql.domain.identity.evidence import Evidence, Word, movable, named_word, read_evidence, unnamed_word
from reanimator_gql.domain.identity.model import Part
from reanimator_gql.domain.identity.places import is_renaming, normal_place
from reanimator_gql.domain.identity.recognition import (
    Unrecognised,
    named_parts,
    placeholders,
    places_held,
    unnamed_facts,
    words_about_families,
)
from reanimator_gql.domain.kinds import family_of
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers
from reanimator_gql.services.learning import Held, Learned, learn, unknown_facts
from reanimator_gql.store.content import ContentCache, Inventory
from reanimator_gql.store.heads import Head, Neighbour, neighbours_after, neighbours_before
from reanimator_gql.store.spans import span_of
from reanimator_gql.store.standing_reads import meanings, spans_about
from reanimator_gql.store.word_reads import told_on

AROUND = 12
"""How many snapshots on either side are looked at for parts of very many spans."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A snapshot that arrives at a stream, its content stored already."""

    head: Head
    t: datetime
    machine: MachineIdentifiers
    inventory: Inventory

    @property
    def is_newest(self) -> bool:
        """Whether it is later than all that stand in the stream."""
        return self.t > self.head.newest_t

    @property
    def stream(self) -> tuple[str, str]:
        """The stream by the key of its machine and its source."""
        return self.head.asset_key, self.head.source


@dataclass(slots=True)
class Woven:
    """What an arrival changes in its stream. Parts go by `#` and their row id, new ones by their key."""

    arrival: Arrival
    before: dict[str, list[Span]] = field(default_factory=dict)
    after: dict[str, list[Span]] = field(default_factory=dict)
    begin: datetime | None = None
    end: datetime | None = None
    learned: Learned = field(default_factory=Learned)
    new_parts: dict[str, Part] = field(default_factory=dict)
    new_words: dict[Word, tuple[int | str | None, str | None]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    items: dict[Any, Item] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    readings: tuple[Reading, Reading | None, Reading | None] | None = None

    def weave(self) -> Weave:
        """Return what weaves the arrival's reading into further spans."""
        assert self.readings is not None, "what was woven was read"
        return Weave(self.arrival.stream, *self.readings, lambda span: told_in(span, self.items))


def name_of(component_id: int) -> str:
    """Return how a component of a row goes here."""
    return f"#{component_id}"


async def weave_in(connection: AsyncConnection, cache: ContentCache, arrival: Arrival, held: Held) -> Woven:
    """Return what the arrival changes in its stream; nobody else writes what is `held` meanwhile.

    Raises Unsure, Unrecognised, or UnheldValues.
    """
    around = await _around(connection, arrival)
    woven = Woven(arrival, begin=around.begin, end=around.end)
    inventories = await cache.inventories(connection, {one.inventory_id for one in around.nearest()})
    rows = await spans_about(connection, arrival.head.stream_id, around.begin, around.end)
    woven.rows = list(rows)
    spans = [(name_of(row.component_id), span_of(row, row.asset_key)) for row in rows]
    woven.items = await _items(connection, cache, [arrival.inventory, *inventories.values()], spans)
    stands = [_reading(n, inventories[n.inventory_id], spans, woven.items) for n in around.nearest()]
    before, after = (stands[0] if around.before else None), (stands[-1] if around.after else None)
    nearest = inventories[around.nearest()[0].inventory_id]
    part_of = await _recognise(connection, woven, nearest, (before or after), held)
    new = _read(arrival.t, arrival.inventory, part_of)
    _weave(woven, new, before, after, spans)
    return woven


@dataclass(frozen=True, slots=True)
class _Around:
    before: list[Neighbour]
    after: list[Neighbour]
    begin: datetime
    end: datetime | None

    def nearest(self) -> list[Neighbour]:
        return [*self.before[:1], *self.after[:1]]


async def _around(connection: AsyncConnection, arrival: Arrival) -> _Around:
    stream_id = arrival.head.stream_id
    before = await neighbours_before(connection, stream_id, arrival.t, AROUND)
    after = [] if arrival.is_newest else await neighbours_after(connection, stream_id, arrival.t, AROUND)
    times = [one.t for one in (*before[:2], *after[:2])] + [arrival.t]
    if len(set(times)) < len(times):
        raise Unsure("several snapshots bear one time")
    if not before and not after:
        raise Unsure("no snapshot stands in the stream")
    begin = before[-1].t if before else arrival.t
    return _Around(before, after, begin, after[-1].t if len(after) == AROUND else None)


async def _items(
    connection: AsyncConnection,
    cache: ContentCache,
    inventories: Iterable[Inventory],
    spans: Iterable[tuple[str, Span]],
) -> dict[Any, Item]:
    items: dict[Any, Item] = {}
    for inventory in inventories:
        items.update(zip(inventory.refs, inventory.items, strict=True))
    wanted: set[Any] = {ref for _, span in spans for ref in (span.ref, *span.also)}
    return items | await cache.items(connection, wanted - items.keys())


def told_in(span: Span, items: Mapping[Any, Item]) -> Told:
    """Return what a span tells."""
    told = told_of(items[span.ref], span.ref)
    for ref in span.also:
        told = told.filled(told_of(items[ref], ref))
    return told


def _reading(
    neighbour: Neighbour, inventory: Inventory, spans: Iterable[tuple[str, Span]], items: Mapping[Any, Item]
) -> Reading:
    """What a snapshot that stands told: the spans over it, but for those that it was silent about."""
    refs = set(inventory.refs)
    told = {
        part: told_in(span, items)
        for part, span in spans
        if span.ref in refs and span.first <= neighbour.t and (span.last is None or neighbour.t <= span.last)
    }
    return _as_reading(neighbour.t, inventory, told)


def _read(t: datetime, inventory: Inventory, part_of: Mapping[int, str]) -> Reading:
    return _as_reading(t, inventory, told_by(inventory.items, inventory.refs, part_of.get))


def _as_reading(t: datetime, inventory: Inventory, told: Mapping[str, Told]) -> Reading:
    occupied = {(one.kind, place) for one in told.values() if (place := normal_place(one.slot))}
    empty = {(kind, place) for kind, slot in empty_slots(inventory.items) if (place := normal_place(slot))}
    return Reading(t, told, inventory.coverage, frozenset(empty - occupied))


async def _recognise(
    connection: AsyncConnection,
    woven: Woven,
    nearest: Inventory,
    stands: Reading | None,
    held: Held,
) -> dict[int, str]:
    """Return which part each item is: by what is known of words, by what may be learned, by its place."""
    arrival, inventory = woven.arrival, woven.arrival.inventory
    evidence = read_evidence(inventory.items, arrival.machine, arrival.head.source)
    known = await meanings(connection, arrival.head.stream_id)
    unknown = unknown_facts(evidence, known)
    learned = woven.learned = await learn(connection, arrival.head, inventory.items, unknown, held)
    means: dict[Word, str | None] = {word: name_of(i) if i is not None else None for word, i in known.items()}
    means |= {word: name_of(i) for word, i in learned.known.items()}
    means |= {word: part.key for word, part in learned.new.items()}
    woven.new_parts = {part.key: part for part in learned.new.values()}
    part_of = named_parts(evidence, means)
    meant: dict[Word, int | str] = {**learned.known, **{word: part.key for word, part in learned.new.items()}}
    woven.new_words = {
        word: (meant[word], movable(inventory.items[fact.index], fact.family)) for word, fact in unknown.items()
    }
    await _learn_families(connection, woven, evidence, part_of, known)
    unnamed = unnamed_facts(evidence, part_of)
    beside = read_evidence(nearest.items, arrival.machine, arrival.head.source)
    left = unnamed_facts(beside, named_parts(beside, means))
    if unnamed or left:
        await _check_places(connection, arrival, {*unnamed, *left})
        assert stands is not None, "a known stream has a snapshot"
        places = places_held(left, nearest.refs, _holders(stands))
        part_of |= placeholders(unnamed, places, is_newest=arrival.is_newest)
    return part_of


def _holders(reading: Reading) -> dict[Any, str | None]:
    """The one component that tells an observation; None: several do."""
    holders: dict[Any, str | None] = {}
    for part, told in reading.told.items():
        for ref in (told.ref, *told.also):
            holders[ref] = part if ref not in holders else None
    return holders


async def _learn_families(
    connection: AsyncConnection,
    woven: Woven,
    evidence: Evidence,
    part_of: Mapping[int, str],
    known: Mapping[Word, int | None],
) -> None:
    """A tool that names parts of a family for the first time may be asked for its placeholders, if there are any."""
    fresh = words_about_families(evidence, part_of) - known.keys()
    families = {fact.family for fact in evidence.facts}
    if any(unnamed_word(family) in fresh for family in families):
        raise Unrecognised("parts of a family that no identifier names")
    named = {family for family in families if named_word(family) in fresh}
    if named and await told_on(connection, woven.arrival.head.asset_id, {unnamed_word(one) for one in named}):
        raise Unrecognised("another tool tells the placeholders of the family")
    woven.new_words |= dict.fromkeys(fresh, (None, None))


async def _check_places(connection: AsyncConnection, arrival: Arrival, families: Iterable[str]) -> None:
    """A late listing of placeholders may move the map between two tools' places."""
    if not arrival.is_newest and await _others_leave_unnamed(connection, arrival, families):
        raise Unrecognised("another tool lists placeholders of the family")


async def _others_leave_unnamed(connection: AsyncConnection, arrival: Arrival, families: Iterable[str]) -> bool:
    wanted = {unnamed_word(family) for family in families}
    return bool(await told_on(connection, arrival.head.asset_id, wanted, but_in=arrival.head.stream_id))


def _weave(
    woven: Woven, new: Reading, before: Reading | None, after: Reading | None, spans: Sequence[tuple[str, Span]]
) -> None:
    of_part: dict[str, list[Span]] = defaultdict(list)
    for part, span in spans:
        of_part[part].append(span)
    woven.renamed = _renamed(new, before, after)
    woven.readings = new, before, after
    weave = woven.weave()
    for part in concerned(new, before, after):
        woven.before[part] = of_part.get(part, [])
        woven.after[part] = weave.into(part, woven.before[part])


def _renamed(new: Reading, before: Reading | None, after: Reading | None) -> list[str]:
    """Return the families whose places the newest reading renames (S2). Raises Unsure where a late one may."""
    neighbours_of = [pair for pair in ((before, new), (new, after), (before, after)) if None not in pair]
    if after is None:
        return _renamed_between(before, new) if before is not None else []
    if any(_renamed_between(one, other) for one, other in neighbours_of):  # type: ignore[arg-type]
        raise Unsure("renamings")
    return []


def _renamed_between(one: Reading, other: Reading) -> list[str]:
    earlier, later = _places(one), _places(other)
    return sorted(family for family in earlier.keys() & later.keys() if is_renaming(earlier[family], later[family]))


def _places(reading: Reading) -> dict[str, dict[str, str | None]]:
    places: dict[str, dict[str, str | None]] = defaultdict(dict)
    for part, told in reading.told.items():
        places[family_of(told.kind)][part] = told.slot
    return places
