"""SUGGEST_SAME_ASSET: two machines that look like one. It is never done without a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import combinations

from reanimator_gql.domain.identity.identifiers import identify
from reanimator_gql.domain.identity.model import Flag, Sighting, SightingId
from reanimator_gql.domain.identity.part_serials import memory_and_drives

# A serial on more machines than this is no sign that two of them are one.
COMMON = 8

_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def suggest_same(sightings: Iterable[Sighting], machine_of: Mapping[SightingId, str]) -> list[Flag]:
    """Return the pairs that share a board serial or UUID, or follow one another in time, and half of their parts."""
    facts: dict[str, _Facts] = defaultdict(_Facts)
    for sighting in sightings:
        if machine := machine_of.get(sighting.id):
            facts[machine].learn(sighting)
    shared: Counter[tuple[str, str]] = Counter()
    for holders in _holders(facts).values():
        if 1 < len(holders) <= COMMON:
            shared.update(combinations(sorted(holders), 2))
    return [
        Flag("SUGGEST_SAME_ASSET", f"{a} {b}", machines=frozenset({a, b}), sightings=facts[a].edge | facts[b].edge)
        for (a, b), common in sorted(shared.items())
        if 2 * common >= min(len(facts[a].parts), len(facts[b].parts)) and facts[a].may_be(facts[b])
    ]


class _Facts:
    """What a machine is known by, what it held, and when it was seen."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.parts: set[str] = set()
        self.first = _LATEST
        self.last = _EARLIEST
        self.edge: frozenset[SightingId] = frozenset()

    def learn(self, sighting: Sighting) -> None:
        """Take in one sighting."""
        identity = identify(sighting.machine, sighting.source)
        self.names |= {name for name in (identity.board, identity.uuid) if name}
        self.parts |= memory_and_drives(sighting.items)
        if sighting.t < self.first:
            self.first, self.edge = sighting.t, frozenset()
        if sighting.t == self.first:
            self.edge |= {sighting.id}
        self.last = max(self.last, sighting.t)

    def may_be(self, other: "_Facts") -> bool:
        """Whether they share a name, or the older is silent since the newer is seen."""
        if self.names & other.names:
            return True
        return self.last < other.first or other.last < self.first


def _holders(facts: Mapping[str, _Facts]) -> Mapping[str, set[str]]:
    holders: dict[str, set[str]] = defaultdict(set)
    for machine, known in facts.items():
        for serial in known.parts:
            holders[serial].add(machine)
    return holders
