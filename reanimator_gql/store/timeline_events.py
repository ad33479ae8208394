"""Timeline events: of a subject, of a place in the feed, or all of them; believed in, or given up as well."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, or_

from reanimator_gql.store.paging import Ordering, Source, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import timeline_events

RANK = "rank_at_instant"

OF_SUBJECT = ascending("timeline", "timestamp", RANK, "event_id", "position")
"""What happened at one instant is told in the order in which a person would tell it."""

ORDERINGS: dict[str, Ordering] = {
    "TIMESTAMP": ascending("timeline_events", "timestamp", "event_id", "position"),
    "RECORDED_AT": ascending("timeline_events.recorded", "position", "event_id"),
}

_TOLD_FIRST = ("FIRST_SEEN", "MERGED", "SPLIT", "REMOVED", "MOVED", "INSTALLED")

EventKey = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list of events is narrowed by: kinds, times in [from, to), and whether those given up are shown too."""

    kinds: Sequence[str] | None = None
    from_: datetime | None = None
    to: datetime | None = None
    superseded: bool = False
    known_at: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on the table."""
        table = timeline_events.c
        conditions = _known(self.known_at, self.superseded)
        if self.kinds is not None:
            conditions.append(table.kind.in_(list(self.kinds)))
        if self.from_ is not None:
            conditions.append(table.timestamp >= self.from_)
        if self.to is not None:
            conditions.append(table.timestamp < self.to)
        return conditions


def _known(known_at: datetime | None, superseded: bool) -> list[ColumnElement[bool]]:
    table = timeline_events.c
    conditions: list[ColumnElement[bool]] = [] if known_at is None else [table.recorded_at <= known_at]
    if not superseded:
        given_up = table.superseded_at.is_(None)
        conditions.append(given_up if known_at is None else or_(given_up, table.superseded_at > known_at))
    return conditions


def _events(reader: Reader) -> Select[Any]:
    kind = timeline_events.c.kind
    rank = case({name: place for place, name in enumerate(_TOLD_FIRST)}, value=kind, else_=len(_TOLD_FIRST))
    return reader.select(timeline_events, *timeline_events.c, rank.label(RANK))


async def by_keys(reader: Reader, keys: Collection[EventKey]) -> dict[EventKey, Row[Any]]:
    """Return events by id and position."""
    rows = await reader.rows_of(
        {event_id for event_id, _ in keys}, lambda piece: _events(reader).where(timeline_events.c.event_id.in_(piece))
    )
    return {(bytes(row.event_id), row.position): row for row in rows}


def of_subjects(reader: Reader, subject_type: str, wanted: EventFilter) -> Source:
    """Return the select over the events of some assets or components."""
    table = timeline_events.c
    return lambda piece: _events(reader).where(
        table.subject_type == subject_type, one_of(table.subject_id, piece), *wanted.conditions()
    )


def recorded_at_positions(reader: Reader) -> Source:
    """Return the select over the events that some places in the feed brought."""
    return lambda piece: _events(reader).where(one_of(timeline_events.c.position, piece))


def listed(reader: Reader, wanted: EventFilter, subject: tuple[str, int] | None = None) -> Select[Any]:
    """Return the select over all events."""
    statement = _events(reader).where(*wanted.conditions())
    if subject is None:
        return statement
    subject_type, subject_id = subject
    table = timeline_events.c
    return statement.where(table.subject_type == subject_type, table.subject_id == subject_id)
