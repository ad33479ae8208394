"""The rows that follow from the history of one part: its installations, its facts, its events and those it makes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reanimator_gql.domain.derivation.beliefs import (
    COMPONENT,
    EventBelief,
    FactBelief,
    InstallationBelief,
    Subject,
)
from reanimator_gql.domain.derivation.model import Fact, PartHistory
from reanimator_gql.domain.derivation.timeline import part_events


class PartRows(NamedTuple):
    """What is believed of one part, as rows."""

    installations: frozenset[InstallationBelief] = frozenset()
    facts: frozenset[FactBelief] = frozenset()
    events: frozenset[EventBelief] = frozenset()


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """The rows that are believed no more, and those that are new."""

    gone: PartRows
    fresh: PartRows

    def __bool__(self) -> bool:
        return any(self.gone) or any(self.fresh)


def rows_of(part: str, history: PartHistory, more_facts: Iterable[Fact] = ()) -> PartRows:
    """Return the rows of a part, with facts that follow from what is shown of it."""
    return PartRows(
        frozenset(
            InstallationBelief(part, s.asset, s.slot, s.installed_after, s.installed_at, s.removed_after, s.removed_at)
            for s in history.stays
        ),
        frozenset(fact_row(Subject(COMPONENT, part), fact) for fact in (*history.facts, *more_facts)),
        frozenset(part_events(part, history)),
    )


def fact_row(subject: Subject, fact: Fact) -> FactBelief:
    """Return the row of a fact."""
    return FactBelief(subject, fact.kind, fact.asset, fact.after, fact.start, fact.end, str(fact.value))


def changed(old: PartRows, new: PartRows) -> RowsChanged:
    """Return what differs."""
    return RowsChanged(_without(old, new), _without(new, old))


def _without(rows: PartRows, others: PartRows) -> PartRows:
    return PartRows(rows.installations - others.installations, rows.facts - others.facts, rows.events - others.events)
