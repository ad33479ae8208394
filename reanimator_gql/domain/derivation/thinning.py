"""Which snapshots must be read one by one, and which only say again what their neighbours say.

A run is a row of snapshots of one tool, next to each other in time, that say the very same of the very same machine.
Its first and its last are read, and those next to another tool's news about the machine; the others stand beside them.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reanimator_gql.domain.derivation.inputs import Inputs, StoredSnapshot
from reanimator_gql.domain.identity.identifiers import link_values
from reanimator_gql.domain.identity.naming import spellings
from reanimator_gql.domain.identity.union import Union
from reanimator_gql.domain.recorded_events import AssignBundle, ClockOffset, SameAsset, voided_targets


@dataclass(frozen=True, slots=True)
class Thinned:
    """The snapshots to be read, and each other one with one of those, beside which it stands and which it repeats."""

    snapshots: tuple[StoredSnapshot, ...]
    repeats: tuple[tuple[StoredSnapshot, StoredSnapshot], ...] = ()


def thin(inputs: Inputs) -> Thinned:
    """Tell the snapshots that must be read from those that repeat them."""
    reached = [event for event in inputs.events if inputs.reached(event.at)]
    if any(isinstance(event, ClockOffset) for event in reached):
        return Thinned(inputs.snapshots)  # what is next to what is not known before the clocks are corrected
    voided = voided_targets(reached)
    assigned = {event.target for event in reached if isinstance(event, AssignBundle)}
    usual: list[StoredSnapshot] = []
    others: list[StoredSnapshot] = []
    for snapshot in inputs.snapshots:
        is_void = snapshot.id in voided or snapshot.bundle in voided
        is_usual = not is_void and snapshot.bundle not in assigned and inputs.reached(snapshot.t)
        (usual if is_usual else others).append(snapshot)
    merges = [event for event in reached if isinstance(event, SameAsset)]
    foreign = [snapshot.t for snapshot in others if snapshot.bundle in assigned]
    repeats = [pair for streams in _machines(usual, merges) for pair in _repeats(streams, foreign)]
    left_out = {repeat.id for repeat, _ in repeats}
    return Thinned(tuple(s for s in inputs.snapshots if s.id not in left_out), tuple(repeats))


def _machines(snapshots: Iterable[StoredSnapshot], merges: Iterable[SameAsset]) -> list[list[list[StoredSnapshot]]]:
    """Group snapshots by machine, as far as they could be of one, and then by source: no stream lies across groups."""
    union: Union[Hashable] = Union()
    for machine in {snapshot.machine for snapshot in snapshots}:
        for value in link_values(machine):
            union.join(machine, value)
    for merge in merges:
        for name in (merge.asset, merge.with_asset):
            for form in (*spellings(name), *spellings(name.partition(":")[2].partition("@")[0])):
                union.join(merge.id, form)
    groups: dict[Hashable, dict[str, list[StoredSnapshot]]] = defaultdict(lambda: defaultdict(list))
    for snapshot in snapshots:
        union.join(snapshot.machine, snapshot.machine)
        groups[union.find(snapshot.machine)][snapshot.source].append(snapshot)
    return [[sorted(of, key=lambda s: s.t) for of in by_source.values()] for by_source in groups.values()]


def _repeats(
    streams: Sequence[Sequence[StoredSnapshot]], foreign: Sequence[datetime]
) -> Iterator[tuple[StoredSnapshot, StoredSnapshot]]:
    """Yield the snapshots of one machine that need not be read, with the first of their run."""
    news = [[run[0].t for run in _runs(stream)] for stream in streams]
    for index, stream in enumerate(streams):
        elsewhere = [t for other, times in enumerate(news) if other != index for t in times]
        times = [snapshot.t for snapshot in stream]
        kept = {times[at] for t in (*elsewhere, *foreign) for at in next_to(times, t)}
        for run in _runs(stream):
            yield from ((snapshot, run[0]) for snapshot in run[1:-1] if snapshot.t not in kept)


def next_to(times: Sequence[datetime], t: datetime) -> set[int]:
    """Return the places of those at or before, at or after, and strictly before and after an instant."""
    left, right = bisect_left(times, t), bisect_right(times, t)
    return {at for at in (left - 1, left, right - 1, right) if 0 <= at < len(times)}


def _runs(stream: Sequence[StoredSnapshot]) -> list[list[StoredSnapshot]]:
    """Cut a stream where it says something else, and around several snapshots of one time."""
    at = Counter(snapshot.t for snapshot in stream)
    runs: list[list[StoredSnapshot]] = []
    before: Hashable = None
    for snapshot in stream:
        says = (snapshot.machine, snapshot.refs, snapshot.coverage) if at[snapshot.t] == 1 else snapshot.id
        if says != before:
            runs.append([])
            before = says
        runs[-1].append(snapshot)
    return runs
