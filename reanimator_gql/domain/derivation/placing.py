"""Where each snapshot stands: voids and clock offsets first, then identity."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reanimator_gql.domain.derivation.beliefs import Placement
from reanimator_gql.domain.derivation.inputs import Inputs, StoredSnapshot
from reanimator_gql.domain.derivation.model import PlacedSnapshot, Told
from reanimator_gql.domain.derivation.telling import empty_slots, told_by
from reanimator_gql.domain.identity.model import AssignBundle as Assignment
from reanimator_gql.domain.identity.model import ItemRef, Resolution
from reanimator_gql.domain.identity.model import SameAsset as Merge
from reanimator_gql.domain.identity.naming import machine_named
from reanimator_gql.domain.identity.resolve import resolve
from reanimator_gql.domain.recorded_events import (
    AssignBundle,
    ClockOffset,
    RecordedEvent,
    SameAsset,
    Void,
    voided_targets,
)


@dataclass(frozen=True, slots=True)
class Placed:
    """What is in force: snapshots with their placements, events, and who is who.

    `corrected` are the snapshots of machines whose clocks somebody corrected, at whatever times.
    """

    snapshots: tuple[StoredSnapshot, ...]
    placements: Mapping[Hashable, Placement]
    events: tuple[RecordedEvent, ...]
    resolution: Resolution
    corrected: frozenset[Hashable] = frozenset()

    def effective(self) -> list[tuple[StoredSnapshot, Placement]]:
        """Return the snapshots that are not from the future, with their placements."""
        pairs = [(snapshot, self.placements[snapshot.id]) for snapshot in self.snapshots]
        return [(snapshot, placement) for snapshot, placement in pairs if placement.effective]


def place(inputs: Inputs) -> Placed:
    """Drop what is voided, correct the clocks, and ask identity which machine each snapshot is of."""
    reached = [event for event in inputs.events if inputs.reached(event.at)]
    voided = voided_targets(reached)
    events = tuple(event for event in reached if event.id not in voided and not isinstance(event, Void))
    snapshots = tuple(s for s in inputs.snapshots if s.id not in voided and s.bundle not in voided)
    times, corrected = _corrected_times(snapshots, [event for event in events if isinstance(event, ClockOffset)])
    resolution = resolve(
        [s.sighting(times[s.id]) for s in snapshots if inputs.reached(times[s.id])],
        same_assets=[Merge(e.asset, e.with_asset) for e in events if isinstance(e, SameAsset)],
        assignments=[Assignment(e.target, e.asset, (e.at, e.id)) for e in events if isinstance(e, AssignBundle)],
    )
    placements: dict[Hashable, Placement] = {
        s.id: Placement(resolution.machine_of.get(s.id), s.source, times[s.id], inputs.reached(times[s.id]))
        for s in snapshots
    }
    return Placed(snapshots, placements, events, resolution, corrected)


def _corrected_times(
    snapshots: tuple[StoredSnapshot, ...], offsets: list[ClockOffset]
) -> tuple[dict[str, datetime], frozenset[Hashable]]:
    """Offsets name the machine as it was named at upload, so they are read before merges and by uploaded times."""
    times = {s.id: s.t for s in snapshots}
    corrected: set[Hashable] = set()
    if not offsets:
        return times, frozenset()
    before_merges = resolve(s.sighting(s.t) for s in snapshots)
    for offset in offsets:
        machine = machine_named(before_merges, offset.asset)
        concerned = [s for s in snapshots if machine is not None and before_merges.machine_of.get(s.id) == machine]
        corrected |= {s.id for s in concerned}
        for s in concerned:
            if offset.source in {None, s.source} and offset.at <= s.t < offset.until:
                times[s.id] += timedelta(minutes=offset.add_minutes)
    return times, frozenset(corrected)


def placed_snapshots(placed: Placed) -> list[PlacedSnapshot]:
    """Return the snapshots that have a machine, each with what it tells of each part."""
    return [
        PlacedSnapshot(
            id=snapshot.id,
            asset=placement.asset,
            source=snapshot.source,
            t=placement.t,
            told=_told(snapshot, placed.resolution),
            coverage=snapshot.coverage,
            empty_slots=empty_slots(snapshot.items),
            weight=(sum(item.present for item in snapshot.items), snapshot.weight[1]),
        )
        for snapshot, placement in placed.effective()
        if placement.asset is not None
    ]


def _told(snapshot: StoredSnapshot, resolution: Resolution) -> dict[str, Told]:
    return told_by(snapshot.items, snapshot.refs, lambda index: resolution.part_of.get(ItemRef(snapshot.id, index)))
