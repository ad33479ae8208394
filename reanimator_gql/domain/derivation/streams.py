"""Streams: one asset seen by one source type, in order of time.

Snapshots of one stream at one instant are read as one: seen if any lists the part, covered if any covers. Where they
tell differently of one part, the snapshot with more observations counts, then the greater inventory digest.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from reanimator_gql.domain.derivation.model import PlacedSnapshot, Reading, Stream, Told
from reanimator_gql.domain.identity.places import normal_place


def build_streams(snapshots: Iterable[PlacedSnapshot]) -> list[Stream]:
    """Group placed snapshots into streams, sorted by asset and source."""
    grouped: dict[tuple[str, str], dict[datetime, list[PlacedSnapshot]]] = defaultdict(lambda: defaultdict(list))
    for snapshot in snapshots:
        grouped[snapshot.asset, snapshot.source][snapshot.t].append(snapshot)
    return [
        Stream(asset, source, tuple(_read_as_one(t, by_time[t]) for t in sorted(by_time)))
        for (asset, source), by_time in sorted(grouped.items())
    ]


def _read_as_one(t: datetime, snapshots: list[PlacedSnapshot]) -> Reading:
    heaviest_first = sorted(snapshots, key=lambda snapshot: snapshot.weight, reverse=True)
    told: dict[str, Told] = {}
    for snapshot in heaviest_first:
        told |= {part: said for part, said in snapshot.told.items() if part not in told}
    occupied = {(said.kind, place) for said in told.values() if (place := normal_place(said.slot))}
    empty = {
        (kind, place) for snapshot in snapshots for kind, slot in snapshot.empty_slots if (place := normal_place(slot))
    }
    coverage = frozenset(kind for snapshot in snapshots for kind in snapshot.coverage)
    return Reading(t, told, coverage, frozenset(empty - occupied))
