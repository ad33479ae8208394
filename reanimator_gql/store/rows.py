"""Rows of beliefs by row ids, as they are compared and published. Two rows are one belief if all columns are equal."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from reanimator_gql.domain.derivation.beliefs import EventBelief, FactBelief, InstallationBelief


class StoredRow(NamedTuple):
    """Which row holds a belief, and since when it is believed."""

    id: int
    recorded_at: datetime


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


Ids = Mapping[str, int]


def installation_rows(beliefs: Iterable[InstallationBelief], assets: Ids, components: Ids) -> set[InstallationRow]:
    """Return installations by the row ids of their assets and components."""
    return {InstallationRow(components[i.component], assets[i.asset], *i[2:]) for i in beliefs}


def fact_rows(beliefs: Iterable[FactBelief], assets: Ids, components: Ids) -> set[FactRow]:
    """Return facts by row ids."""
    of = {"asset": assets, "component": components}
    return {
        FactRow(f.subject.type, of[f.subject.type][f.subject.key], f.kind, assets[f.asset] if f.asset else None, *f[3:])
        for f in beliefs
    }


def event_rows(beliefs: Iterable[EventBelief], assets: Ids, components: Ids) -> set[EventRow]:
    """Return events by row ids."""
    of = {"asset": assets, "component": components}
    return {
        EventRow(
            e.id.bytes, e.subject.type, of[e.subject.type][e.subject.key], e.kind, e.timestamp, e.not_before,
            assets[e.asset] if e.asset else None, components[e.component] if e.component else None,
            e.slot, e.details, e.source,
        )
        for e in beliefs
    }  # fmt: skip


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
