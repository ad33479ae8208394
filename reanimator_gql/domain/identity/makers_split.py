"""Rules C3 and C4: one serial that contradicting makers, or part numbers of DIMMs, prove to be several components."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reanimator_gql.domain.identity.makers import family_name, role
from reanimator_gql.domain.identity.part_numbers import contradicting
from reanimator_gql.domain.kinds import DIMM


class Told(NamedTuple):
    """What one sighting says of a serial: where, by which tool, its maker and its part number."""

    machine: str
    source: str
    maker: str | None
    part_number: str | None


class Placed(NamedTuple):
    """The component of a sighting. `alone`: nothing says which of several it is (AMBIGUOUS_SERIAL)."""

    key: str
    alone: bool


@dataclass(frozen=True, slots=True)
class _Split:
    """The components that one step proved: by their own word, and the only one seen on each machine."""

    cores: Mapping[str, str]
    only_on: Mapping[str, str | None]

    def core(self, word: str | None, machine: str) -> str | None:
        """Return the component of a sighting, by its own word, else by its machine; None: it stays alone."""
        if word is not None and word in self.cores:
            return self.cores[word]
        return self.only_on.get(machine)


class SerialSplit:
    """The components of one (family, serial), spelled from `name`. Most serials are one component."""

    def __init__(self, family: str, name: str, told: Iterable[Told]) -> None:
        seen = set(told)
        self._name = name
        self._makers = _by_makers(seen)
        self._numbers: dict[str | None, _Split] = {}
        if family == DIMM:
            self._numbers = self._by_part_numbers(seen)

    def place(self, told: Told) -> Placed:
        """Return the component of a sighting of this serial."""
        key, group = self._name, None
        if self._makers is not None:
            group = self._makers.core(makers_family(told.maker), told.machine)
            if group is None:
                return Placed(f"{key}@{told.machine}", True)
            key = f"{key}|{group}"
        numbers = self._numbers.get(group)
        if numbers is None:
            return Placed(key, False)
        number = numbers.core(told.part_number, told.machine)
        return Placed(f"{key}@{told.machine}", True) if number is None else Placed(f"{key}|{number}", False)

    def _by_part_numbers(self, told: set[Told]) -> dict[str | None, _Split]:
        """Split each group of C3 by part numbers; those that stay alone are split no further."""
        groups: dict[str | None, set[Told]] = defaultdict(set)
        for one in told:
            group = self._makers.core(makers_family(one.maker), one.machine) if self._makers else None
            if group is not None or self._makers is None:
                groups[group].add(one)
        splits = {group: _by_numbers(members) for group, members in groups.items()}
        return {group: split for group, split in splits.items() if split is not None}


def makers_family(canonical: str | None) -> str | None:
    """Return the family of a known maker. A reseller's name says nothing of the maker (rule V)."""
    return family_name(canonical) if canonical and role(canonical) == "maker" else None


def _by_makers(told: set[Told]) -> _Split | None:
    words = {(one.machine, family) for one in told if (family := makers_family(one.maker))}
    families = {family: family for _, family in words}
    return _Split(families, _only_on(words)) if len(families) > 1 else None


def _by_numbers(told: set[Told]) -> _Split | None:
    numbers = contradicting((one.source, one.part_number) for one in told if one.part_number)
    words = {(one.machine, numbers[one.part_number]) for one in told if one.part_number and one.part_number in numbers}
    return _Split(numbers, _only_on(words)) if numbers else None


def _only_on(words: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    seen: dict[str, set[str]] = defaultdict(set)
    for machine, component in words:
        seen[machine].add(component)
    return {machine: next(iter(found)) if len(found) == 1 else None for machine, found in seen.items()}
