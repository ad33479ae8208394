"""Rows of beliefs by row ids, as they are compared and published. Two rows are one belief if all columns are equal."""

from datetime import datetime
from typing import NamedTuple


class InstallationRow(NamedTuple):
    """A row of `installations` without id and times of recording."""

    component_id: int
    asset_id: int
    slot: str | None
    installed_after: datetime | None
    installed_at: datetime
    removed_after: datetime | None
    removed_at: datetime | None


class FactRow(NamedTuple):
    """A row of `facts`."""

    subject_type: str
    subject_id: int
    kind: str
    asset_id: int | None
    start_after: datetime | None
    start_at: datetime
    end_at: datetime | None
    value: str


class EventRow(NamedTuple):
    """A row of `timeline_events` that is believed in."""

    event_id: bytes
    subject_type: str
    subject_id: int
    kind: str
    timestamp: datetime
    not_before: datetime | None
    asset_id: int | None
    component_id: int | None
    slot: str | None
    details: str
    source: str | None


class FindingRow(NamedTuple):
    """A row of `findings` that is not resolved, with what it concerns and rests on."""

    code: str
    value: str
    sentence: str
    since: datetime
    subjects: frozenset[tuple[str, int]]
    snapshots: frozenset[int]


class SpanRow(NamedTuple):
    """A row of `spans`; the stream by asset and source. `also` is JSON, `flags` see `domain.derivation.compressed`."""

    component_id: int
    asset_id: int
    source: str
    first_t: datetime
    last_t: datetime | None
    observation_id: int
    also: str | None
    missing_before: datetime | None
    missing_after: datetime | None
    flags: int
