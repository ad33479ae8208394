"""What words mean that a tool tells on a machine for the first time, where that changes nobody else's identity.

Two cases are decided here: a part that nobody ever told anything of, and one that the same tool tells in the very same
words on another machine. Everything else is answered by Unrecognised, and decided by asking all that is connected.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.identity.evidence import Evidence, Word, movable, values_of, void_word
from reanimator_gql.domain.identity.model import Identifier, Part
from reanimator_gql.domain.identity.part_facts import Fact
from reanimator_gql.domain.identity.recognition import Unrecognised
from reanimator_gql.domain.identity.suggestions import COMMON
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.store.content import fit
from reanimator_gql.store.heads import Head
from reanimator_gql.store.word_reads import (
    any_component_has,
    any_event_names,
    any_tells,
    holders,
    movables_of,
    told_by_source,
    told_on,
)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a transaction holds against other writers: values that it tells, and machines."""

    values: frozenset[str]
    assets: frozenset[int]


Held = Holding | None
"""None: the transaction is the only writer."""


class UnheldValues(Exception):
    """Values are told for the first time, which must be held against other writers before that is looked at."""

    def __init__(self, values: frozenset[str]) -> None:
        super().__init__(values)
        self.values = values


@dataclass(slots=True)
class Learned:
    """New words by what they mean: a component known elsewhere, by its row id, or a part that nobody ever told of."""

    known: dict[Word, int] = field(default_factory=dict)
    new: dict[Word, Part] = field(default_factory=dict)


def unknown_facts(evidence: Evidence, meanings: Mapping[Word, int | None]) -> dict[Word, Fact]:
    """Return the facts whose words the stream never told. Raises Unrecognised for a serial that is void since now."""
    if evidence.voids.keys() - meanings.keys():
        raise Unrecognised("a serial that stands on several parts of the list")
    return {
        word: fact
        for fact, word in zip(evidence.facts, evidence.words, strict=True)
        if word is not None and word not in meanings
    }


async def learn(
    connection: AsyncConnection, head: Head, items: Sequence[Item], unknown: Mapping[Word, Fact], held: Held
) -> Learned:
    """Return what the words mean. Raises Unrecognised, or UnheldValues where a value is not `held`."""
    learned = Learned()
    if not unknown:
        return learned
    values = fit(values_of(items, unknown.values()))
    if held is not None and not values <= held.values:
        raise UnheldValues(values)
    void = {void_word(fact.family, fact.serial) for fact in unknown.values() if fact.serial}
    if await told_on(connection, head.asset_id, void):
        raise Unrecognised("a serial that names nothing on this machine")
    if await any_event_names(connection, values):
        raise Unrecognised("a part that a recorded event names")
    for word, components in (await told_by_source(connection, head.source, unknown.keys())).items():
        (component,) = components if len(components) == 1 else (None,)
        if component is None or unknown[word].serial is None:
            raise Unrecognised("a word of several meanings")
        learned.known[word] = component
    moved = {name for word in learned.known if (name := _movable(items, unknown[word]))}
    if moved:
        await _check_moved(connection, head.asset_id, moved)
    fresh = {word: fact for word, fact in unknown.items() if word not in learned.known}
    learned.new = await _unheard_of(connection, items, fresh)
    return learned


def _movable(items: Sequence[Item], fact: Fact) -> str | None:
    return movable(items[fact.index], fact.family)


async def _check_moved(connection: AsyncConnection, asset_id: int, moved: Collection[str]) -> None:
    """Machines that share half of their memory and drives look like one: whether they do is not decided here."""
    held = await holders(connection, moved)
    if any(len(assets | {asset_id}) > COMMON for assets in held.values()):
        raise Unrecognised("a part of very many machines")
    others = set().union(*held.values()) - {asset_id}
    parts = await movables_of(connection, {asset_id, *others})
    own = parts.get(asset_id, set()) | set(moved)
    for other in others:
        if 2 * len(own & parts[other]) >= min(len(own), len(parts[other])):
            raise Unrecognised("machines that share half of their parts")


async def _unheard_of(
    connection: AsyncConnection, items: Sequence[Item], fresh: Mapping[Word, Fact]
) -> dict[Word, Part]:
    if not fresh:
        return {}
    _check_apart(items, fresh.values())
    if await any_tells(connection, fit(values_of(items, fresh.values()))):
        raise Unrecognised("a value that others tell")
    parts = _joined({word: _part(fact) for word, fact in fresh.items()})
    if await any_component_has(connection, {part.key for part in parts.values()}):
        raise Unrecognised("a part believed in before")
    return parts


def _joined(parts: dict[Word, Part]) -> dict[Word, Part]:
    """Records of one part name it together."""
    names: dict[str, set[Identifier]] = defaultdict(set)
    for part in parts.values():
        names[part.key].update(part.identifiers)
    return {word: replace(part, identifiers=tuple(sorted(names[part.key]))) for word, part in parts.items()}


def _check_apart(items: Sequence[Item], facts: Collection[Fact]) -> None:
    """Records that share a value must be of one part by all they say; otherwise the rules must tell them apart."""
    seen: dict[str, tuple[object, ...]] = {}
    for fact in facts:
        # Several functions of a card share its serial; several GPUs may, and then their UUIDs tell them apart.
        ids = fact.ids if fact.serial is None or fact.uuids else None
        says = fact.family, fact.serial, fact.maker, fact.part_number, ids
        for value in values_of(items, [fact]):
            if seen.setdefault(value, says) != says:
                raise Unrecognised("records that share a value")


def _part(fact: Fact) -> Part:
    """Return a part as identity names one of whom nothing else is told (rules C2, C6)."""
    if fact.serial is not None:
        names = (Identifier("serial", fact.serial), *fact.ids)
        return Part(f"{fact.family}:{fact.serial}", fact.family, tuple(sorted(names)))
    kind, value = min(fact.ids)
    return Part(f"{fact.family}:{'gpu' if kind == 'uuid' else kind}:{value}", fact.family, tuple(sorted(fact.ids)))
