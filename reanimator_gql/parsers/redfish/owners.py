"""Deals the tales of one tree out to its machines."""

from collections.abc import Iterable
from typing import NamedTuple

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.redfish.machine import Estate, sole
from reanimator_gql.parsers.redfish.tale import Tale


class Dealt(NamedTuple):
    """The tales by the key of their machine, and those whose machine is not certain."""

    owned: dict[str, list[Tale]]
    unowned: list[Tale]


def deal(tales: Iterable[Tale], estate: Estate) -> Dealt:
    """Return the tales by machine: each by its own way, else by the part that it shares with a tale of one machine."""
    owned: dict[str, list[Tale]] = {}
    left: list[Tale] = []
    for tale in tales:
        owner = sole(estate.owners(tale.resource))
        if owner is None:
            left.append(tale)
        else:
            owned.setdefault(owner, []).append(tale)
    # Links and serials, as they stand before anything is adopted: the order must not matter.
    places: dict[str, set[str]] = {}
    for machine, those in owned.items():
        for tale in those:
            for key in _ties(tale):
                places.setdefault(key, set()).add(machine)
    unowned = []
    for tale in left:
        owner = sole({machine for key in _ties(tale) for machine in places.get(key, ())})
        if owner is None:
            unowned.append(tale)
        else:
            owned[owner].append(tale)
    return Dealt(owned, unowned)


def _ties(tale: Tale) -> set[str]:
    serial = tale.normal_serial()
    return tale.paths() | ({f"{tale.family} {serial}"} if serial else set())


def warnings_of(unowned: list[Tale]) -> list[Warn]:
    """Return one warning for all parts that belong to no machine with certainty."""
    told = [tale for tale in unowned if tale.present]
    if not told:
        return []
    first = min(told, key=Tale.order).resource
    message = (
        f"parts of no certain machine, left out: {len(told)} (the first: {first.path[:200]}); they stand in chassis "
        "that several machines share, or outside of any machine told here"
    )
    return [Warn(first.file, message)]
