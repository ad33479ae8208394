"""Which parts the items of one more snapshot are, from what is known of its machine: no other snapshot is asked.

Named items are what their words name (see `evidence`). Items that only their place can name are held against the
neighbouring snapshot of the same tool: where it lists the same places, they are the same placeholders (rule C7).
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from reanimator_gql.domain.identity.evidence import Evidence, Word, are_apart, named_word, places_of, unnamed_word
from reanimator_gql.domain.identity.part_facts import Fact
from reanimator_gql.domain.identity.place_names import Spot


class Unrecognised(Exception):
    """What is known of the machine does not suffice."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places at which a listing holds placeholders of a family, in natural order, and which each one holds."""

    spots: tuple[Spot, ...] = ()
    held: Mapping[Spot, str] = field(default_factory=dict)


def named_parts(evidence: Evidence, meanings: Mapping[Word, str | None]) -> dict[int, str]:
    """Return the component of each item that its word names, by the item's index."""
    return {
        fact.index: component
        for fact, word in zip(evidence.facts, evidence.words, strict=True)
        if word is not None and (component := meanings.get(word)) is not None
    }


def unnamed_facts(evidence: Evidence, named: Mapping[int, str]) -> dict[str, list[Fact]]:
    """Return the facts that no word names, by family, in the order of the list."""
    left: dict[str, list[Fact]] = defaultdict(list)
    for fact in evidence.facts:
        if fact.index not in named:
            left[fact.family].append(fact)
    return dict(left)


def places_held(
    unnamed: Mapping[str, Sequence[Fact]], refs: Sequence[Hashable], holders: Mapping[Hashable, str | None]
) -> dict[str, Places]:
    """Return the places of a known listing. `holders`: the one component that tells an observation there, if it is one.

    Raises Unrecognised where two items say the very same, or where a tool's items are ignored.
    """
    result = {}
    for family, facts in unnamed.items():
        if not are_apart([refs[fact.index] for fact in facts]):
            raise Unrecognised("two items say the very same")
        spots, of_facts = places_of(facts)
        held: dict[Spot, str] = {}
        for fact, spot in zip(facts, of_facts, strict=True):
            component = holders.get(refs[fact.index])
            if component is None or held.setdefault(spot, component) != component:
                raise Unrecognised("an item that is no part")
        result[family] = Places(spots, held)
    return result


def placeholders(
    unnamed: Mapping[str, Sequence[Fact]], neighbour: Mapping[str, Places], *, is_newest: bool
) -> dict[int, str]:
    """Return the placeholder of each item by its place in the neighbouring listing. Raises Unrecognised.

    The newest listing may lack places that its neighbour had; one that comes late must have them all, for the names of
    later places hang on it.
    """
    if not is_newest and unnamed.keys() != neighbour.keys():
        raise Unrecognised("other families")
    found = {}
    for family, facts in unnamed.items():
        known = neighbour.get(family, Places())
        spots, of_facts = places_of(facts)
        if spots != known.spots and not (is_newest and set(spots) < set(known.spots)):
            raise Unrecognised("other places")
        found.update({fact.index: known.held[spot] for fact, spot in zip(facts, of_facts, strict=True)})
    return found


def words_about_families(evidence: Evidence, named: Mapping[int, str]) -> set[Word]:
    """Return the words that say in which families identifiers name parts here, and in which some are left unnamed."""
    return {named_word(fact.family) if fact.index in named else unnamed_word(fact.family) for fact in evidence.facts}
