"""The words of the rule: readings of a stream, sightings and losses of a part, stays and changes.

All instants are UTC datetimes; intervals are half-open. `asset` and `part` are natural keys as identity gives them.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from reanimator_gql.domain.kinds import ComponentKind

RECORDED = "recorded"

SNAPSHOT_RANK, REMOVAL_RANK, INSTALL_RANK = 0, 1, 2


class Told(NamedTuple):
    """What one reading says of one part. None: not told.

    `ref` finds the observation it came from, `also` those of other records of the part in the same snapshot.
    """

    kind: ComponentKind
    slot: str | None = None
    firmware: str | None = None
    link_width: int | None = None
    model: str | None = None
    ref: Hashable = None
    also: tuple[Hashable, ...] = ()

    def filled(self, other: "Told") -> "Told":
        """Keep what this says; a value that it does not tell comes from the other."""
        return self._replace(
            also=(*self.also, other.ref),
            slot=self.slot if self.slot is not None else other.slot,
            firmware=self.firmware if self.firmware is not None else other.firmware,
            link_width=self.link_width if self.link_width is not None else other.link_width,
            model=self.model if self.model is not None else other.model,
        )


@dataclass(frozen=True, slots=True)
class PlacedSnapshot:
    """A snapshot whose machine, time and parts are known.

    `weight` decides between snapshots of one stream at one time: more observations, then the greater digest.
    `empty_slots` are (kind, slot) pairs reported empty.
    """

    id: Hashable
    asset: str
    source: str
    t: datetime
    told: Mapping[str, Told]
    coverage: frozenset[ComponentKind]
    empty_slots: frozenset[tuple[ComponentKind, str]] = frozenset()
    weight: tuple[int, str] = (0, "")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one stream said at one instant."""

    t: datetime
    told: Mapping[str, Told]
    coverage: frozenset[ComponentKind]
    empty_slots: frozenset[tuple[ComponentKind, str]]


@dataclass(frozen=True, slots=True)
class Stream:
    """One asset seen by one source type, its readings in order of time."""

    asset: str
    source: str
    readings: tuple[Reading, ...]


class Seen(NamedTuple):
    """A sighting of a part: by a snapshot (rank 0), or by a recorded install (rank 2).

    `missing_before`: the last reading of this stream after its previous sighting that missed the part.
    """

    t: datetime
    rank: int
    asset: str
    source: str
    told: Told
    missing_before: datetime | None = None

    @property
    def moment(self) -> tuple[datetime, int]:
        """The place in the order of statements."""
        return self.t, self.rank

    @property
    def recorded(self) -> bool:
        """Whether a person said it."""
        return self.rank == INSTALL_RANK


class Lost(NamedTuple):
    """A step from seen to missing inside one stream (rank 0), or a recorded removal (rank 1)."""

    t: datetime
    rank: int
    asset: str
    source: str

    @property
    def moment(self) -> tuple[datetime, int]:
        """The place in the order of statements."""
        return self.t, self.rank

    @property
    def recorded(self) -> bool:
        """Whether a person said it."""
        return self.rank == REMOVAL_RANK


class Span(NamedTuple):
    """A longest row of sightings with the same observation in one stream; `last` None: listed in its newest reading.

    `missing_before`: the last reading after the previous sighting in this stream that missed the part;
    `missing_after`: the first after `last`, and before the next sighting, that did.
    """

    asset: str
    source: str
    first: datetime
    last: datetime | None
    ref: Hashable
    also: tuple[Hashable, ...] = ()
    missing_before: datetime | None = None
    missing_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """All that is said of one part: sightings and losses of every stream, and what people recorded."""

    seen: tuple[Seen, ...]
    lost: tuple[Lost, ...]
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """A part in an asset for an interval of time, with the interval in which each end lies."""

    asset: str
    slot: str | None
    installed_after: datetime | None
    installed_at: datetime
    removed_after: datetime | None
    removed_at: datetime | None
    seen: tuple[Seen, ...] = ()


class Change(NamedTuple):
    """A value that differs from the one told before, somewhere in (after, at]."""

    kind: str
    asset: str
    source: str
    after: datetime
    at: datetime
    old: Any
    new: Any


class Fact(NamedTuple):
    """A value in force over [start, end); it began somewhere in (after, start]."""

    kind: str
    asset: str | None
    after: datetime | None
    start: datetime
    end: datetime | None
    value: Any


@dataclass(frozen=True, slots=True)
class PartHistory:
    """What follows for one part."""

    stays: tuple[Stay, ...]
    changes: tuple[Change, ...]
    facts: tuple[Fact, ...]
    spans: tuple[Span, ...]
