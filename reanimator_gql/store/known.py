"""Reading beliefs: of which instant, and as known when. The present asks one table, the past both in one UNION ALL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, or_, union_all

from reanimator_gql.store.reader import Reader

Narrow = Callable[[FromClause], Sequence[ColumnElement[bool]]]
"""The conditions on a table or its twin, which have the same columns."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The instant that is asked about, and the instant whose knowledge answers; None: now."""

    at: datetime | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether the present is asked about."""
        return self.at is None and self.known_at is None


NOW = AsOf()


def believed(reader: Reader, present: Table, past: Table, known_at: datetime | None, narrow: Narrow) -> Select[Any]:
    """Return a select over what is believed, or was believed at an instant: the columns of the present table."""
    if known_at is None:
        return reader.select(present).where(*narrow(present))
    columns = [past.c[column.name] for column in present.c]
    still = reader.select(present).where(present.c.recorded_at <= known_at, *narrow(present))
    given_up = reader.select(past, *columns).where(
        past.c.recorded_at <= known_at, past.c.superseded_at > known_at, *narrow(past)
    )
    return reader.select(union_all(still, given_up).subquery())


def in_force(at: datetime | None, start: ColumnElement[Any], end: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions that a half-open interval holds an instant; no instant: that it has no end."""
    if at is None:
        return [end.is_(None)]
    return [start <= at, or_(end.is_(None), end > at)]
