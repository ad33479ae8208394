"""Installations: stays of components in assets, as believed now or as known earlier."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Row, Select, or_, select

from reanimator_gql.store.facts import slot_facts
from reanimator_gql.store.known import AsOf, believed, in_force
from reanimator_gql.store.paging import Ordering, Source, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import components, installations, installations_past

BY_TIME = ascending("installations", "installed_at", "id")
ORDERINGS: dict[str, Ordering] = {
    "INSTALLED_AT": BY_TIME,
    "REMOVED_AT": ascending("installations.removed_at", "removed_at", "id"),
}


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return beliefs by id, also those given up."""
    rows = await reader.rows_of(
        ids, lambda piece: reader.select(installations).where(one_of(installations.c.id, piece))
    )
    found = {row.id: row for row in rows}
    columns = [installations_past.c[column.name] for column in installations.c]
    rows = await reader.rows_of(
        set(ids) - found.keys(),
        lambda piece: reader.select(installations_past, *columns).where(one_of(installations_past.c.id, piece)),
    )
    return found | {row.id: row for row in rows}


async def installed(
    reader: Reader, parent: str, ids: Collection[int], as_of: AsOf, kinds: Sequence[str] | None = None
) -> dict[int, list[Row[Any]]]:
    """Return the stays in force of each asset or component (`parent`: `asset_id` or `component_id`)."""

    def narrow(piece: list[int]) -> Any:
        return lambda table: [
            one_of(table.c[parent], piece),
            *in_force(as_of.at, table.c.installed_at, table.c.removed_at),
            *_of_kinds(table, kinds),
        ]

    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in await reader.rows_of(
        ids, lambda piece: believed(reader, installations, installations_past, as_of.known_at, narrow(piece))
    ):
        found[row._mapping[parent]].append(row)
    return found


def history_of(
    reader: Reader, parent: str, as_of: AsOf, kinds: Sequence[str] | None = None, active: bool | None = None
) -> Source:
    """Return the select over all stays of some assets or components; with an instant those in force then."""

    def source(piece: list[int]) -> Select[Any]:
        def narrow(table: FromClause) -> list[Any]:
            then = in_force(as_of.at, table.c.installed_at, table.c.removed_at) if as_of.at else []
            return [one_of(table.c[parent], piece), *then, *_of_kinds(table, kinds), *_active(table, active)]

        return believed(reader, installations, installations_past, as_of.known_at, narrow)

    return source


def listed(  # noqa: PLR0913 - what a list can be narrowed by
    reader: Reader,
    active: bool | None = None,
    kinds: Sequence[str] | None = None,
    asset_id: int | None = None,
    component_id: int | None = None,
    from_: datetime | None = None,
    to: datetime | None = None,
) -> Select[Any]:
    """Return the select over the stays believed now that touch the interval [from, to)."""
    table = installations
    conditions = [*_active(table, active), *_of_kinds(table, kinds)]
    if asset_id is not None:
        conditions.append(table.c.asset_id == asset_id)
    if component_id is not None:
        conditions.append(table.c.component_id == component_id)
    if from_ is not None:
        conditions.append(or_(table.c.removed_at.is_(None), table.c.removed_at > from_))
    if to is not None:
        conditions.append(table.c.installed_at < to)
    return reader.select(table).where(*conditions)


async def told_slots(reader: Reader, stays: Iterable[Any], as_of: AsOf) -> dict[int, str | None]:
    """Return the slot of each stay: the one told last within it up to the instant asked about, else its first."""
    stays = list(stays)
    told: dict[tuple[int, int], list[Row[Any]]] = defaultdict(list)
    for fact in await slot_facts(reader, {stay.component_id for stay in stays}, as_of):
        told[fact.subject_id, fact.asset_id].append(fact)
    return {stay.id: _slot(stay, told[stay.component_id, stay.asset_id]) for stay in stays}


def _slot(stay: Any, told: list[Row[Any]]) -> str | None:
    within = [
        (fact.start_at, fact.value)
        for fact in told
        if fact.start_at >= stay.installed_at and (stay.removed_at is None or fact.start_at < stay.removed_at)
    ]
    slot: str | None = max(within)[1] if within else stay.slot
    return slot


def _of_kinds(table: FromClause, kinds: Sequence[str] | None) -> list[Any]:
    if kinds is None:
        return []
    return [table.c.component_id.in_(select(components.c.id).where(components.c.kind.in_(list(kinds))))]


def _active(table: FromClause, active: bool | None) -> list[Any]:
    if active is None:
        return []
    return [table.c.removed_at.is_(None) if active else table.c.removed_at.is_not(None)]
