"""Rule C7: parts without identity are placeholders, told by one tool for each machine and family.

Another tool's places are mapped onto them once, for all time; a tool without a map says nothing of them.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from reanimator_gql.domain.identity.model import ItemRef, Part, SightingId
from reanimator_gql.domain.identity.part_facts import Fact
from reanimator_gql.domain.identity.place_names import NameWalk, Spot, in_natural_order, spots_of
from reanimator_gql.domain.kinds import source_rank


@dataclass(frozen=True, slots=True)
class Listing:
    """What sightings of one machine by one tool, all of the same items, list of a family.

    `facts` are the items that no identifier names; `identifies` says whether some other is named.
    """

    machine: str
    source: str
    family: str
    facts: tuple[Fact, ...]
    identifies: bool
    seen: tuple[tuple[datetime, SightingId], ...]


@dataclass(slots=True)
class Placeholders:
    """The placeholder of each item without identity, and the items that another tool tells better."""

    part_of: dict[ItemRef, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    ignored: frozenset[ItemRef] = frozenset()


class _Laid(NamedTuple):
    """The spots of a listing: the distinct ones in natural order, and that of each record."""

    spots: tuple[Spot, ...]
    of_facts: tuple[Spot, ...]


class _Named(NamedTuple):
    """A tool's listing at one time, each spot with its name."""

    t: datetime
    spots: tuple[Spot, ...]
    names: Mapping[Spot, str]
    items: Sequence[tuple[ItemRef, Spot]]

    @property
    def in_order(self) -> list[str]:
        return [self.names[spot] for spot in self.spots]


def resolve_placeholders(listings: Iterable[Listing]) -> Placeholders:
    """Return the placeholders of every machine and family."""
    groups: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for listing in listings:
        groups[listing.machine, listing.family].append(listing)
    result = Placeholders()
    ignored: set[ItemRef] = set()
    for (machine, family), members in sorted(groups.items(), key=lambda group: group[0]):
        if any(listing.facts for listing in members):
            _resolve_group(machine, family, members, result, ignored)
    result.ignored = frozenset(ignored)
    return result


def _resolve_group(
    machine: str, family: str, listings: Sequence[Listing], result: Placeholders, ignored: set[ItemRef]
) -> None:
    by_source: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        by_source[listing.source].append(listing)
    streams = {source: _stream(members) for source, members in by_source.items()}
    telling = _telling(listings)
    for source, stream in sorted(streams.items()):
        places = None if source == telling else _map(stream, streams[telling])
        if source != telling and not places:
            ignored.update(ref for named in stream for ref, _ in named.items)
            continue
        for named in stream:
            for ref, spot in named.items:
                name = named.names[spot]
                if places is not None:
                    name = places.get(name) or f"{name} of {source}"
                key = f"{machine}/{family}/{name}"
                result.part_of[ref] = key
                if key not in result.parts:
                    result.parts[key] = Part(key=key, family=family, machine=machine, place=name)


def _telling(listings: Sequence[Listing]) -> str:
    """The first source of those that identify parts of the family there; if none does, the first that lists it."""
    identifying = [listing.source for listing in listings if listing.identifies]
    return min(identifying or [listing.source for listing in listings], key=source_rank)


def _stream(listings: Sequence[Listing]) -> list[_Named]:
    """Return a tool's listings in order of time, each spot with its name; what it listed at one time is one listing."""
    at: dict[datetime, dict[tuple[Fact, ...], list[SightingId]]] = defaultdict(dict)
    for listing in listings:
        for t, sighting in listing.seen:
            at[t].setdefault(listing.facts, []).append(sighting)
    walk = NameWalk()
    laid: dict[tuple[Fact, ...], _Laid] = {}
    return [_named(t, at[t], walk, laid) for t in sorted(at)]


def _named(
    t: datetime,
    listed: Mapping[tuple[Fact, ...], list[SightingId]],
    walk: NameWalk,
    laid: dict[tuple[Fact, ...], _Laid],
) -> _Named:
    """Lay out what was listed at one time. The very same list told twice at one time is one list, told twice."""
    lists = sorted(listed, key=repr) if len(listed) > 1 else list(listed)
    facts = tuple(fact for one in lists for fact in one)
    if facts not in laid:
        spots = spots_of(facts)
        laid[facts] = _Laid(in_natural_order(spots), tuple(spots))
    # A list is a long key: it is looked up once and not for each of its facts.
    owners = ((sightings, fact.index) for one in lists for sightings in [listed[one]] for fact in one)
    items = [
        (ItemRef(sighting, index), spot)
        for (sightings, index), spot in zip(owners, laid[facts].of_facts, strict=True)
        for sighting in sightings
    ]
    return _Named(t, laid[facts].spots, walk.step(laid[facts].spots), items)


def _map(stream: Sequence[_Named], telling: Sequence[_Named]) -> dict[str, str] | None:
    """Map a tool's places onto the telling tool's, by the earliest listing beside which that one lists as many."""
    times = [named.t for named in telling]
    for named in stream:
        nearest = telling[max(bisect_right(times, named.t) - 1, 0)]
        if named.spots and len(named.spots) == len(nearest.spots):
            return dict(zip(named.in_order, nearest.in_order, strict=True))
    return None
