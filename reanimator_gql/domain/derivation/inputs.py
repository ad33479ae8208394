"""The inputs of derivation: stored snapshots and recorded events, by the names that recorded events use for them."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reanimator_gql.domain.identity.model import Sighting
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.recorded_events import RecordedEvent
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers

FUTURE_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot as it is stored. `refs` names the observation of each item; `weight` see `PlacedSnapshot`."""

    id: str
    bundle: str
    source: str
    t: datetime
    machine: MachineIdentifiers
    items: tuple[Item, ...]
    refs: tuple[Hashable, ...]
    coverage: frozenset[ComponentKind]
    weight: tuple[int, str]

    def sighting(self, t: datetime) -> Sighting:
        """Return the snapshot as identity sees it, at the time where it is placed."""
        return Sighting(self.id, self.source, t, self.machine, self.items, self.bundle)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A set of inputs that no rule connects with any other, and the instant up to which they are in force."""

    snapshots: tuple[StoredSnapshot, ...]
    events: tuple[RecordedEvent, ...]
    now: datetime

    def reached(self, t: datetime) -> bool:
        """Whether an input of time t is in force: more than five minutes ahead of the clock it is inert."""
        return t - FUTURE_TOLERANCE <= self.now
