"""How a placeholder is called: its place, numbered where needed (rule C7), through renamings of places (rule S2).

A normal place is in upper case (S1), so the words in lower case that are added here never collide with a place.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reanimator_gql.domain.identity.part_facts import Fact
from reanimator_gql.domain.identity.places import place_order


class Spot(NamedTuple):
    """A place in a listing. `number` is 0 where the place alone says which it is."""

    place: str | None
    number: int

    @property
    def name(self) -> str:
        """The spelling of the spot: `CPU1`, `DIMM0 no.2`, `no.1`."""
        words = (self.place, f"no.{self.number}" if self.number else None)
        return " ".join(word for word in words if word)


def spots_of(facts: Sequence[Fact]) -> list[Spot]:
    """Return the spot of each record of a listing, numbered in the list's order where its place does not tell.

    A place that stands in two lists is one place; records without a place are apart in whatever lists they stand.
    """
    times = Counter((fact.list, fact.place) for fact in facts)
    numbers: Counter[tuple[str, str | None]] = Counter()
    spots = []
    for fact in facts:
        where = ("", None) if fact.place is None else (fact.list, fact.place)
        numbers[where] += 1
        alone = fact.place is not None and times[where] == 1
        spots.append(Spot(fact.place, 0 if alone else numbers[where]))
    return spots


def in_natural_order(spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """Return the distinct spots in the natural order of their places, those without a place last."""
    return tuple(sorted(set(spots), key=lambda spot: (spot.place is None, place_order(spot.place or ""), spot.number)))


class NameWalk:
    """The names of one tool's placeholders of one family in one machine, listing by listing in order of time.

    A name is the first place of its placeholder. Where all places change (S2) the i-th placeholder stays the i-th; a
    place that comes back takes its name back, unless a placeholder of the same listing holds it.
    """

    def __init__(self) -> None:
        self._previous: tuple[Spot, ...] = ()
        self._names: dict[Spot, str] = {}
        self._holders: dict[str, Spot] = {}
        self._renamings = 0

    def step(self, spots: tuple[Spot, ...]) -> dict[Spot, str]:
        """Return the names of the next listing's spots, which come in natural order."""
        if spots != self._previous:
            if self._is_renaming(spots):
                self._rename(spots)
            else:
                self._add(spots)
            self._previous = spots
        return {spot: self._names[spot] for spot in spots}

    def _is_renaming(self, spots: tuple[Spot, ...]) -> bool:
        return len(spots) == len(self._previous) and set(spots).isdisjoint(self._previous)

    def _rename(self, spots: tuple[Spot, ...]) -> None:
        self._renamings += 1
        self._names = {now: self._names[before] for before, now in zip(self._previous, spots, strict=True)}
        self._holders = {name: spot for spot, name in self._names.items()}

    def _add(self, spots: tuple[Spot, ...]) -> None:
        held = {self._names[spot] for spot in spots if spot in self._names}
        for spot in spots:
            if spot in self._names:
                continue
            name = spot.name if spot.name not in held else f"{spot.name} naming.{self._renamings}"
            # A spot that is not listed now gives its name up: two placeholders never share one.
            if name in self._holders:
                del self._names[self._holders[name]]
            self._names[spot], self._holders[name] = name, spot
            held.add(name)
