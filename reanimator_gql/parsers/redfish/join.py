"""Puts the tales of one part together: one physical part, told by several resources, is one item.

Two tales are one part by the service's own links, by a serial or a MAC that stands once in each list, or by the same
place in two lists where nothing contradicts. Nothing here depends on the order of files.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import CARD, ComponentKind
from reanimator_gql.parsers.redfish.place import same_place
from reanimator_gql.parsers.redfish.tale import Cluster, Tale
from reanimator_gql.parsers.redfish.twins import without_twins

# What lists parts only where nothing made for them does.
_LAST_RESORT = frozenset({"SimpleStorage", "EthernetInterface"})
_NETWORK = frozenset({"NetworkAdapter", "HpeBaseNetworkAdapter"})
_DIGITS = re.compile(r"\d+")
_KIND_ORDER = {kind: number for number, kind in enumerate(ComponentKind)}


def joined(tales: Iterable[Tale]) -> list[Cluster]:
    """Return the parts and empty places of one machine, each with all the tales of it, in a fixed order."""
    told = _without_last_resort(sorted(tales, key=Tale.order))
    present = without_twins(_clusters([tale for tale in told if tale.present]))
    return sorted(present + _empty([tale for tale in told if not tale.present], present), key=_order)


def _order(cluster: Cluster) -> tuple[object, ...]:
    return _KIND_ORDER[cluster[0].kind], cluster[0].order()


def _without_last_resort(tales: list[Tale]) -> list[Tale]:
    """Leave out what only a last resort tells, where something better tells of present parts of that kind."""
    better = {tale.kind for tale in tales if tale.present and tale.teller not in _LAST_RESORT}
    return [tale for tale in tales if tale.teller not in _LAST_RESORT or tale.kind not in better]


class _Groups:
    """Disjoint sets of tales, by their numbers."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def find(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def unite(self, numbers: Iterable[int]) -> None:
        first, *others = sorted({self.find(number) for number in numbers})
        for other in others:
            self._above[other] = first


def _clusters(tales: list[Tale]) -> list[Cluster]:
    groups, numbers = _Groups(len(tales)), {id(tale): number for number, tale in enumerate(tales)}
    for keys_of, one_part in _RULES:
        held: dict[Hashable, Cluster] = {}
        for tale in tales:
            for key in keys_of(tale):
                held.setdefault(key, []).append(tale)
        for holders in held.values():
            for together in one_part(holders) if len(holders) > 1 else ():
                groups.unite([numbers[id(tale)] for tale in together])
    found: dict[int, Cluster] = {}
    for number, tale in enumerate(tales):
        found.setdefault(groups.find(number), []).append(tale)
    return list(found.values())


def _linked(tales: Cluster) -> list[Cluster]:
    """Return the tales that a link makes one: of one sort, and none of a teller of which several claim the resource."""
    times = Counter(tale.teller for tale in tales)
    single = [tale for tale in tales if times[tale.teller] == 1]
    labels = [label for tale in single if (label := _label(tale))]
    together = [tale for tale in single if not labels or _label(tale) in {"", labels[0]}]
    return [together] if together else []


def _label(tale: Tale) -> str:
    """Return what sort of part it is; a list of whatever is plugged in may tell of any."""
    if tale.is_general:
        return ""
    if tale.kind in {ComponentKind.RAID, ComponentKind.HBA} and tale.teller not in _NETWORK:
        return "controller"
    return "network" if tale.kind in {ComponentKind.NIC, ComponentKind.HBA} else str(tale.kind)


def _serials(tale: Tale) -> set[Hashable]:
    serial = tale.normal_serial()
    return {serial} if serial else set()


def _of_one_serial(tales: Cluster) -> list[Cluster]:
    """Return the tales that a serial makes one: of one sort, in lists that have it once.

    Functions of one card may share it in their list, GPUs only if their module's serial stands for its own (C1).
    """
    labels = sorted({label for tale in tales if (label := _label(tale))})
    if len(labels) < 2:
        return [tales] if _is_one_part(tales) else []
    apart = [[tale for tale in tales if _label(tale) == label] for label in labels]
    return [some for some in apart if _is_one_part(some)]


def _is_one_part(tales: Cluster) -> bool:
    functions = all(tale.family == CARD and tale.kind is not ComponentKind.GPU for tale in tales)
    return functions or _once_each(tales)


def _once_each(tales: Cluster) -> bool:
    return max(Counter(tale.list for tale in tales).values()) == 1


def _wwns(tale: Tale) -> set[Hashable]:
    wwn = normal.wwn(tale.wwn) if tale.kind is ComponentKind.STORAGE else None
    return {wwn} if wwn else set()


def _of_one_wwn(tales: Cluster) -> list[Cluster]:
    serials = {serial for tale in tales if (serial := tale.normal_serial())}
    return [tales] if _once_each(tales) and len(serials) < 2 else []


def _macs(tale: Tale) -> set[Hashable]:
    return {mac for told in tale.macs if (mac := normal.mac(told))} if tale.family == CARD else set()


def _of_one_mac(tales: Cluster) -> list[Cluster]:
    return [tales] if _once_each(tales) else []


def _places(tale: Tale) -> set[Hashable]:
    place = same_place(tale.slot)
    if place is None or not _DIGITS.search(place):
        return set()
    return {(tale.family, place)} if tale.family == CARD or tale.kind is ComponentKind.BACKPLANE else set()


def _of_one_place(tales: Cluster) -> list[Cluster]:
    """Return the tales that a place makes one: in different lists, and neither kinds nor serials contradict."""
    serials = {serial for tale in tales if (serial := tale.normal_serial())}
    kinds = {tale.kind for tale in tales if tale.kind is not ComponentKind.PCIE}
    # A backplane may have two controllers, each told as a device of its own.
    alike = _once_each(tales) or tales[0].kind is ComponentKind.BACKPLANE
    return [tales] if alike and len(serials) < 2 and len(kinds) < 2 else []


_RULES: tuple[tuple[Callable[[Tale], Collection[Hashable]], Callable[[Cluster], list[Cluster]]], ...] = (
    (Tale.paths, _linked),
    (_serials, _of_one_serial),
    (_wwns, _of_one_wwn),
    (_macs, _of_one_mac),
    (_places, _of_one_place),
)


def _empty(absent: list[Tale], present: list[Cluster]) -> list[Cluster]:
    """Return the empty places, each once; where something stands by another tale the place is not empty."""
    taken = {(tale.family, same_place(tale.place)) for cluster in present for tale in cluster}
    patterns = {_pattern(tale.slot) for cluster in present for tale in cluster if tale.family == CARD and tale.slot}
    found: dict[tuple[str, str], Cluster] = {}
    for tale in absent:
        place = same_place(tale.place)
        if place is None or (tale.family, place) in taken:
            continue
        # An empty PCIe slot counts only where cards are said to be in slots of such names.
        if tale.kind is ComponentKind.PCIE and _pattern(place) not in patterns:
            continue
        found.setdefault((tale.family, place), []).append(tale)
    return list(found.values())


def _pattern(place: str) -> str:
    return _DIGITS.sub("#", same_place(place) or "")
