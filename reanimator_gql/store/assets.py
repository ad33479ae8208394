"""Assets: machines, as they are believed to be now, found by id, by name or by what they are."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select

from reanimator_gql.domain.derivation.beliefs import ASSET
from reanimator_gql.domain.identity.identifiers import RANKS
from reanimator_gql.domain.identity.naming import spellings
from reanimator_gql.domain.recorded_events import LifecycleState
from reanimator_gql.store.facts import STATE
from reanimator_gql.store.paging import Ordering, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import asset_identifiers, assets, facts, streams

ORDERINGS: dict[str, Ordering] = {
    "VENDOR_SERIAL": ascending("assets", "vendor_serial", "id"),
    "FIRST_SEEN_AT": ascending("assets.first_seen_at", "first_seen_at", "id"),
    "MANUFACTURER": ascending("assets.manufacturer", "manufacturer", "model", "id"),
    "MODEL": ascending("assets.model", "model", "id"),
    "NAME": ascending("assets.name", "name", "id"),
}


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return assets by id, also those merged or believed in no more."""
    rows = await reader.rows_of(ids, lambda piece: reader.select(assets).where(one_of(assets.c.id, piece)))
    return {row.id: row for row in rows}


async def named(reader: Reader, text: str) -> list[int]:
    """Return the ids of the assets that a text names: by their serial, else by the strongest identifier it is of."""
    forms = sorted({text, *spellings(text)})
    identifiers = asset_identifiers
    statement = (
        reader.select(assets, assets.c.id, assets.c.vendor_serial, identifiers.c.kind)
        .outerjoin(identifiers, (identifiers.c.asset_id == assets.c.id) & identifiers.c.value.in_(forms))
        .where(assets.c.alive, _named(forms))
    )
    rank = {kind: place for place, kind in enumerate(RANKS)}
    found: dict[int, set[int]] = defaultdict(set)
    for row in await reader.rows(statement):
        found[-1 if row.vendor_serial in forms else rank.get(row.kind, len(rank))].add(row.id)
    return sorted(found[min(found)]) if found else []


def listed(  # noqa: PLR0913 - what a list can be narrowed by
    reader: Reader,
    vendor_serial: str | None = None,
    manufacturer: str | None = None,
    model: str | None = None,
    state: LifecycleState | None = None,
    search: str | None = None,
) -> Select[Any]:
    """Return the select over the assets believed in now."""
    conditions: list[ColumnElement[bool]] = [assets.c.alive]
    if vendor_serial is not None:
        conditions.append(_named(sorted({vendor_serial, *spellings(vendor_serial)})))
    if manufacturer is not None:
        conditions.append(assets.c.manufacturer == manufacturer)
    if model is not None:
        conditions.append(assets.c.model == model)
    if state is not None:
        conditions.append(_in_state(state))
    if search is not None:
        conditions.append(_begins(search))
    return reader.select(assets).where(*conditions)


async def identifiers_of(reader: Reader, ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """Return the identifiers of each asset, strongest kind first."""
    rank = {kind: place for place, kind in enumerate(RANKS)}
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    rows = await reader.rows_of(
        ids, lambda piece: reader.select(asset_identifiers).where(one_of(asset_identifiers.c.asset_id, piece))
    )
    for row in sorted(rows, key=lambda row: (rank.get(row.kind, len(rank)), row.value)):
        found[row.asset_id].append(row)
    return found


async def last_seen(reader: Reader, ids: Collection[int]) -> dict[int, Any]:
    """Return the time of the newest snapshot of each asset."""
    newest = func.max(streams.c.newest_t, type_=streams.c.newest_t.type)
    rows = await reader.rows_of(
        ids,
        lambda piece: (
            reader.select(streams, streams.c.asset_id, newest.label("newest_t"))
            .where(one_of(streams.c.asset_id, piece))
            .group_by(streams.c.asset_id)
        ),
    )
    return {row.asset_id: row.newest_t for row in rows}


def _named(forms: list[str]) -> ColumnElement[bool]:
    bearers = select(asset_identifiers.c.asset_id).where(asset_identifiers.c.value.in_(forms))
    return or_(assets.c.vendor_serial.in_(forms), assets.c.id.in_(bearers))


def _in_state(state: LifecycleState) -> ColumnElement[bool]:
    said = exists().where(
        facts.c.subject_type == ASSET,
        facts.c.subject_id == assets.c.id,
        facts.c.kind == STATE,
        facts.c.end_at.is_(None),
    )
    if state is LifecycleState.UNKNOWN:
        return or_(~said, said.where(facts.c.value == state.value))
    return said.where(facts.c.value == state.value)


def _begins(text: str) -> ColumnElement[bool]:
    bearers = select(asset_identifiers.c.asset_id).where(
        asset_identifiers.c.value.startswith(text.strip().upper(), autoescape=True)
    )
    words = (assets.c.name, assets.c.manufacturer, assets.c.model, assets.c.asset_tag)
    begin = [func.lower(word).startswith(text.strip().lower(), autoescape=True) for word in words]
    return or_(assets.c.id.in_(bearers), *begin)
