"""What a list of items proves of parts, as a set of words.

Which items are one part is a function of the set of words that each tool told on each machine (rules C1 to C6), and of
nothing else: not of times, slots or firmware, nor of how often something was told. So a snapshot whose words were all
told before, on that machine and by that tool, names no part anew: its items are what those words name already.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reanimator_gql.domain.content import digest_of
from reanimator_gql.domain.identity.identifiers import told_serials
from reanimator_gql.domain.identity.part_facts import Fact, Listed, read
from reanimator_gql.domain.identity.part_serials import item_serial, part_values
from reanimator_gql.domain.identity.place_names import Spot, in_natural_order, spots_of
from reanimator_gql.domain.kinds import DIMM, DRIVE, ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers

Word = bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts of a list of items, the word of each (None: no identifier names it), and the words of void serials."""

    facts: tuple[Fact, ...]
    words: tuple[Word | None, ...]
    voids: Mapping[Word, tuple[str, str]]


def read_evidence(items: tuple[Item, ...], machine: MachineIdentifiers, source: str) -> Evidence:
    """Return what the items prove when this source tells them of this machine."""
    has_board = any(item.kind is ComponentKind.BOARD for item in items)
    return _evidence(read(items, told_serials(machine, source)[0] if has_board else None))


@lru_cache(maxsize=20_000)
def _evidence(listed: Listed) -> Evidence:
    words = tuple(word_of(fact) for fact in listed.facts)
    return Evidence(listed.facts, words, {void_word(*pair): pair for pair in listed.repeated})


@lru_cache(maxsize=100_000)
def _word(*told: Hashable) -> Word:
    return digest_of(repr(told).encode())


def word_of(fact: Fact) -> Word | None:
    """Return the word of a fact; None where it bears no identifier, so that only its place can name it."""
    if fact.serial is None and not fact.ids:
        return None
    return _word(fact.family, fact.kind, fact.serial, fact.ids, fact.adapter, fact.maker, fact.part_number)


def void_word(family: str, serial: str) -> Word:
    """Return the word that says: this serial stands on several parts of one list (rule C1)."""
    return _word("void", family, serial)


def named_word(family: str) -> Word:
    """Return the word that says: identifiers name parts of this family here (rule C7 asks for it)."""
    return _word("named", family)


def unnamed_word(family: str) -> Word:
    """Return the word that says: parts of this family stand here that no identifier names."""
    return _word("unnamed", family)


def movable(item: Item, family: str) -> str | None:
    """Return how a module of memory or a drive is counted where machines are compared: family and serial."""
    serial = item_serial(item, None) if family in {DIMM, DRIVE} else None
    return f"{family}:{serial}" if serial else None


def values_of(items: Sequence[Item], facts: Iterable[Fact]) -> frozenset[str]:
    """Return every value through which these facts can be connected with others."""
    return frozenset(value for fact in facts for value in part_values(items[fact.index]))


def places_of(facts: Sequence[Fact]) -> tuple[tuple[Spot, ...], list[Spot]]:
    """Return the distinct spots of unnamed facts in natural order, and that of each fact."""
    spots = spots_of(facts)
    return in_natural_order(spots), spots


def are_apart(refs: Sequence[Hashable]) -> bool:
    """Whether no two of some items say the very same, so that each can be told by what it says."""
    return max(Counter(refs).values(), default=0) < 2
