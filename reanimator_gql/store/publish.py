"""Publishing a derivation: only what differs from what is stored is written, and bears one place in the feed.

Beliefs given up move to their twin tables; events are marked superseded and never deleted. Row ids follow
`derivation.rekey`: they never come to mean another thing. Where nothing differs, no feed position is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.store.bulk import delete_in, insert_all, select_in
from reanimator_gql.store.difference import Difference, asset_values, component_values
from reanimator_gql.store.feed import Publication, next_publication
from reanimator_gql.store.lots import add_lots
from reanimator_gql.store.neighbourhood import id_in
from reanimator_gql.store.rows import EventRow, FindingRow, StoredRow
from reanimator_gql.store.standing import Ids, publish_standing, take_voided
from reanimator_gql.store.stored import read_stored
from reanimator_gql.store.tables import (
    asset_identifiers,
    assets,
    assets_past,
    component_identifiers,
    components,
    components_past,
    facts,
    facts_past,
    finding_snapshots,
    finding_subjects,
    findings,
    installations,
    installations_past,
    timeline_events,
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is published: a bundle, a recorded event, time that has come, a rebuild."""

    kind: str
    id: str | None = None


@dataclass(slots=True)
class Published:
    """What was published: the place in the feed, if one was taken, and the asset and component ids by key."""

    publication: Publication | None
    asset_ids: dict[str, int] = field(default_factory=dict)
    component_ids: dict[str, int] = field(default_factory=dict)


async def publish(  # noqa: PLR0913 - the seam between derivation and store
    connection: AsyncConnection,
    history: History,
    asset_ids: Iterable[int],
    snapshots: Mapping[int, Any],
    now: datetime,
    cause: Cause,
) -> Published:
    """Write the difference between a history and what is stored of the same machines and parts.

    `snapshots` are the rows of all snapshots from which the history follows, by id.
    """
    keys = set(history.assets) | {key for asset in history.assets.values() for key in asset.merged_keys}
    stored = await read_stored(connection, set(asset_ids), keys, history.components.keys(), set(snapshots))
    difference = Difference(history, stored)
    publication = None
    if difference.exists():
        publication = await next_publication(connection, now, cause.kind, cause.id)
        await _write(connection, difference, publication)
    effective_at = publication.recorded_at if publication else now
    await take_voided(connection, set(snapshots) - {id_in(name) for name in history.placements}, effective_at)
    sets = {row.id: row.identifier_set_id for row in snapshots.values()}
    ids = Ids(difference.asset_ids, difference.component_ids, sets)
    await publish_standing(connection, history, stored, ids, effective_at)
    return Published(publication, difference.asset_ids, difference.component_ids)


async def _write(connection: AsyncConnection, difference: Difference, publication: Publication) -> None:
    at = publication.recorded_at
    await _free_keys(connection, difference)
    await _write_values(connection, _ASSETS, difference, at)
    await _write_values(connection, _COMPONENTS, difference, at)
    changed = [difference.history.components[key] for key in difference.changed_components]
    await add_lots(connection, (component.derived_lot for component in changed))
    await _bury(connection, difference)
    difference.derive_rows()
    await replace_rows(
        connection, installations, installations_past, difference.stored.installations, difference.installations, at
    )
    await replace_rows(connection, facts, facts_past, difference.stored.facts, difference.facts, at)
    await write_events(connection, difference.stored.events, difference.events, publication)
    await _write_findings(connection, difference.stored.findings, difference.findings, publication)


@dataclass(frozen=True, slots=True)
class _Noun:
    table: Any
    past: Any
    identifiers: Any
    owner: str
    values: Any


_ASSETS = _Noun(assets, assets_past, asset_identifiers, "asset_id", asset_values)
_COMPONENTS = _Noun(components, components_past, component_identifiers, "component_id", component_values)


async def _free_keys(connection: AsyncConnection, difference: Difference) -> None:
    """Rows that change their key, or go into another, let go of it first, so that no two ever claim one."""
    for noun, stored, ids, gone in (
        (_ASSETS, difference.stored.assets, difference.asset_ids, difference.assets.went_into),
        (_COMPONENTS, difference.stored.components, difference.component_ids, difference.components.went_into),
    ):
        kept = {row_id: key for key, row_id in ids.items()}
        moving = [i for i, row in stored.items() if (i in kept and kept[i] != row.key) or gone.get(i) is not None]
        if moving:
            statement = update(noun.table).where(noun.table.c.id == bindparam("row"))
            await connection.execute(statement, [{"row": i, "key": f"~{i}"} for i in sorted(moving)])


async def _write_values(connection: AsyncConnection, noun: _Noun, difference: Difference, at: datetime) -> None:
    if noun is _ASSETS:
        beliefs: Mapping[str, Any] = difference.history.assets
        changed, ids, stored = difference.changed_assets, difference.asset_ids, difference.stored.assets
    else:
        beliefs = difference.history.components
        changed, ids, stored = difference.changed_components, difference.component_ids, difference.stored.components
    await keep_past(connection, noun.past, [stored[ids[key]] for key in changed if ids[key] > 0], at)
    common = {"alive": True, "merged_into": None, "recorded_at": at}
    fresh = [noun.values(beliefs[key]) | common for key in sorted(changed) if ids[key] < 0]
    await insert_all(connection, noun.table, fresh)
    updated = [noun.values(beliefs[key]) | common | {"row": ids[key]} for key in sorted(changed) if ids[key] > 0]
    if updated:
        await connection.execute(update(noun.table).where(noun.table.c.id == bindparam("row")), updated)
    await _learn_ids(connection, noun, ids)
    owners = {ids[key]: beliefs[key].identifiers for key in changed}
    await delete_in(connection, noun.identifiers, noun.owner, owners)
    rows = [
        {noun.owner: owner, "kind": kind, "value": value}
        for owner, identifiers in sorted(owners.items())
        for kind, value in identifiers
    ]
    await insert_all(connection, noun.identifiers, rows)


async def keep_past(connection: AsyncConnection, past: Any, rows: list[Any], at: datetime) -> None:
    """Keep the values shown until now in the twin table."""
    columns = [column.name for column in past.columns if column.name != "superseded_at"]
    values = [{name: row._mapping[name] for name in columns} | {"superseded_at": at} for row in rows if row.alive]
    await insert_all(connection, past, values)


async def _learn_ids(connection: AsyncConnection, noun: _Noun, ids: dict[str, int]) -> None:
    new = [key for key, row_id in ids.items() if row_id < 0]
    table = noun.table
    for row in await select_in(connection, lambda p: select(table.c.id, table.c.key).where(table.c.key.in_(p)), new):
        ids[row.key] = row.id


async def _bury(connection: AsyncConnection, difference: Difference) -> None:
    """Rows that went into another answer with it for ever; rows of which nothing speaks any more stay, not alive."""
    for noun, gone, ids in (
        (_ASSETS, difference.dead_assets, difference.asset_ids),
        (_COMPONENTS, difference.dead_components, difference.component_ids),
    ):
        rows = [{"row": i, "alive": False, "merged_into": ids[key] if key else None} for i, key in sorted(gone.items())]
        if rows:
            await connection.execute(update(noun.table).where(noun.table.c.id == bindparam("row")), rows)


async def replace_rows(  # noqa: PLR0913 - a table and its twin
    connection: AsyncConnection, table: Any, past: Any, old: Mapping[Any, StoredRow], new: set[Any], at: datetime
) -> None:
    """Move what is believed no more to the twin, and insert what is new."""
    gone = {old[row]: row for row in old.keys() - new}
    twins = [row._asdict() | stored._asdict() | {"superseded_at": at} for stored, row in sorted(gone.items())]
    await insert_all(connection, past, twins)
    await delete_in(connection, table, "id", [stored.id for stored in gone])
    fresh = sorted(new - old.keys(), key=repr)
    await insert_all(connection, table, [row._asdict() | {"recorded_at": at} for row in fresh])


async def write_events(
    connection: AsyncConnection, old: Mapping[EventRow, int], new: set[EventRow], publication: Publication
) -> None:
    """Mark events superseded that are believed no more, and insert those that are new or come back."""
    gone = old.keys() - new
    values = {"superseded_at": publication.recorded_at, "superseded_position": publication.position}
    superseded = [{"event": row.event_id, "place": old[row]} | values for row in sorted(gone, key=repr)]
    if superseded:
        statement = update(timeline_events).where(
            timeline_events.c.event_id == bindparam("event"), timeline_events.c.position == bindparam("place")
        )
        await connection.execute(statement, superseded)
    replaced = {(row.subject_type, row.subject_id, row.kind, row.timestamp): row.event_id for row in gone}
    rows = []
    for row in sorted(new - old.keys(), key=repr):
        before = replaced.get((row.subject_type, row.subject_id, row.kind, row.timestamp))
        rows.append(
            row._asdict()
            | {"position": publication.position, "recorded_at": publication.recorded_at}
            | {"replaces": before if before != row.event_id else None}
        )
    await insert_all(connection, timeline_events, rows)


async def _write_findings(
    connection: AsyncConnection, old: Mapping[FindingRow, int], new: set[FindingRow], publication: Publication
) -> None:
    gone = [old[row] for row in old.keys() - new]
    if gone:
        resolved = update(findings).where(findings.c.id.in_(gone))
        await connection.execute(resolved.values(resolved_at=publication.recorded_at))
    for row in sorted(new - old.keys(), key=lambda one: (one.code, one.value, one.since)):
        result = await connection.execute(
            insert(findings).values(
                code=row.code,
                value=row.value,
                sentence=row.sentence,
                since=row.since,
                recorded_at=publication.recorded_at,
                position=publication.position,
            )
        )
        finding_id = result.inserted_primary_key[0]  # type: ignore[index]
        subjects = [
            {"finding_id": finding_id, "subject_type": kind, "subject_id": subject}
            for kind, subject in sorted(row.subjects)
        ]
        await insert_all(connection, finding_subjects, subjects)
        evidence = [{"finding_id": finding_id, "snapshot_id": snapshot} for snapshot in sorted(row.snapshots)]
        await insert_all(connection, finding_snapshots, evidence)
