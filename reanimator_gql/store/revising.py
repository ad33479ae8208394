"""Writing what changes in the beliefs about some parts: only rows that differ, all under one place in the feed.

What is given up must stand as it was derived. Where it does not, nothing is written, and the caller derives again all
that is connected.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import COMPONENT, ComponentBelief
from reanimator_gql.domain.derivation.part_rows import PartRows, RowsChanged
from reanimator_gql.store.bulk import insert_all, select_in
from reanimator_gql.store.difference import component_values
from reanimator_gql.store.feed import Publication
from reanimator_gql.store.lots import add_lots
from reanimator_gql.store.publish import keep_past, replace_rows, write_events
from reanimator_gql.store.rows import (
    EventRow,
    FactRow,
    Ids,
    InstallationRow,
    StoredRow,
    event_rows,
    fact_rows,
    installation_rows,
)
from reanimator_gql.store.tables import (
    component_identifiers,
    components,
    components_past,
    facts,
    facts_past,
    installations,
    installations_past,
    timeline_events,
)


class Mismatch(Exception):
    """What is stored is not what was derived before: derive all of it again."""


@dataclass(frozen=True, slots=True)
class Revised:
    """A component with what is believed of it now. `stored` is its row, None for a new one."""

    belief: ComponentBelief
    rows: RowsChanged
    stored: Any | None

    @property
    def differs(self) -> bool:
        """Whether the values shown differ from those stored."""
        values = component_values(self.belief)
        return self.stored is None or any(self.stored._mapping[name] != value for name, value in values.items())

    @property
    def derives_another_lot(self) -> bool:
        """Whether the LOT is another than the stored one."""
        return self.stored is None or self.stored.derived_lot != self.belief.derived_lot


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows to be given up, with what finds them."""

    installations: dict[InstallationRow, StoredRow]
    facts: dict[FactRow, StoredRow]
    events: dict[EventRow, int]


async def find_gone(connection: AsyncConnection, revised: Iterable[Revised], assets: Ids, parts: Ids) -> Gone:
    """Find the rows that are given up. Raises Mismatch where one of them does not stand."""
    rows = _joined(one.rows.gone for one in revised)
    stays = installation_rows(rows.installations, assets, parts)
    told = fact_rows(rows.facts, assets, parts)
    events = event_rows(rows.events, assets, parts)
    found = Gone(
        await _find(connection, InstallationRow, stays, _installations_begun, _stored_row),
        await _find(connection, FactRow, told, _facts_begun, _stored_row),
        await _find(connection, EventRow, events, _events_of_ids, lambda row: row.position),
    )
    if (len(found.installations), len(found.facts), len(found.events)) != (len(stays), len(told), len(events)):
        raise Mismatch
    return found


def _joined(rows: Iterable[PartRows]) -> PartRows:
    several = list(rows)
    return PartRows(
        frozenset().union(*(one.installations for one in several)),
        frozenset().union(*(one.facts for one in several)),
        frozenset().union(*(one.events for one in several)),
    )


async def _find(
    connection: AsyncConnection,
    row_type: Any,
    wanted: Collection[Any],
    statement: Callable[[Collection[Any]], Select[Any]],
    found_by: Callable[[Any], Any],
) -> dict[Any, Any]:
    """Return the rows that are stored, each with what finds it again."""
    if not wanted:
        return {}
    found = {}
    for row in (await connection.execute(statement(wanted))).all():
        belief = row_type(*(row._mapping[name] for name in row_type._fields))
        if row_type is EventRow:
            belief = belief._replace(event_id=bytes(belief.event_id))
        if belief in wanted:
            found[belief] = found_by(row)
    return found


def _stored_row(row: Any) -> StoredRow:
    return StoredRow(row.id, row.recorded_at)


def _installations_begun(rows: Collection[InstallationRow]) -> Select[Any]:
    keys = sorted({(row.component_id, row.installed_at) for row in rows})
    return select(installations).where(tuple_(installations.c.component_id, installations.c.installed_at).in_(keys))


def _facts_begun(rows: Collection[FactRow]) -> Select[Any]:
    keys = sorted({(row.subject_id, row.kind, row.start_at) for row in rows})
    return select(facts).where(
        facts.c.subject_type == COMPONENT, tuple_(facts.c.subject_id, facts.c.kind, facts.c.start_at).in_(keys)
    )


def _events_of_ids(rows: Collection[EventRow]) -> Select[Any]:
    ids = sorted({row.event_id for row in rows})
    return select(timeline_events).where(timeline_events.c.event_id.in_(ids), timeline_events.c.superseded_at.is_(None))


async def write_components(
    connection: AsyncConnection, revised: Sequence[Revised], publication: Publication
) -> dict[str, int]:
    """Write the values shown of components where they differ; return the ids of new components by key."""
    differing = [one for one in revised if one.differs]
    fresh_lots = {one.belief.derived_lot for one in differing if one.derives_another_lot}
    await add_lots(connection, fresh_lots)
    known = [one for one in differing if one.stored is not None]
    await keep_past(connection, components_past, [one.stored for one in known], publication.recorded_at)
    common = {"alive": True, "merged_into": None, "recorded_at": publication.recorded_at}
    updated = [component_values(one.belief) | common | {"row": one.stored.id} for one in known if one.stored]
    if updated:
        await connection.execute(update(components).where(components.c.id == bindparam("row")), updated)
    return await _insert_components(connection, [one.belief for one in differing if one.stored is None], common)


async def _insert_components(
    connection: AsyncConnection, beliefs: Sequence[ComponentBelief], common: dict[str, Any]
) -> dict[str, int]:
    if not beliefs:
        return {}
    fresh = {belief.key: belief for belief in beliefs}
    await insert_all(connection, components, [component_values(fresh[key]) | common for key in sorted(fresh)])
    rows = await select_in(
        connection, lambda keys: select(components.c.id, components.c.key).where(components.c.key.in_(keys)), fresh
    )
    ids: dict[str, int] = {row.key: row.id for row in rows}
    names = [
        {"component_id": ids[key], "kind": kind, "value": value}
        for key, belief in sorted(fresh.items())
        for kind, value in belief.identifiers
    ]
    await insert_all(connection, component_identifiers, names)
    return ids


async def write_rows(  # noqa: PLR0913 - what is given up, and what comes in its place
    connection: AsyncConnection,
    gone: Gone,
    revised: Iterable[Revised],
    assets: Ids,
    parts: Ids,
    publication: Publication,
) -> None:
    """Move what is given up to the twin tables, mark its events, and insert what is new."""
    rows, at = _joined(one.rows.fresh for one in revised), publication.recorded_at
    stays = installation_rows(rows.installations, assets, parts)
    await replace_rows(connection, installations, installations_past, gone.installations, stays, at)
    await replace_rows(connection, facts, facts_past, gone.facts, fact_rows(rows.facts, assets, parts), at)
    await write_events(connection, gone.events, event_rows(rows.events, assets, parts), publication)
