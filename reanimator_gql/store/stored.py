"""What is believed now, read from the tables: of some machines and parts for a difference, or whole for a digest."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import ASSET, COMPONENT
from reanimator_gql.store.bulk import select_in
from reanimator_gql.store.rows import EventRow, FactRow, FindingRow, InstallationRow, SpanRow, StoredRow
from reanimator_gql.store.tables import (
    asset_identifiers,
    assets,
    component_identifiers,
    components,
    facts,
    finding_snapshots,
    finding_subjects,
    findings,
    installations,
    spans,
    streams,
    timeline_events,
)

Identifiers = dict[int, frozenset[tuple[str, str]]]


@dataclass(slots=True)
class Stored:
    """Rows with their ids. Rows of machines and parts that are alive or whose key was asked for."""

    assets: dict[int, Any] = field(default_factory=dict)
    components: dict[int, Any] = field(default_factory=dict)
    asset_identifiers: Identifiers = field(default_factory=dict)
    component_identifiers: Identifiers = field(default_factory=dict)
    installations: dict[InstallationRow, StoredRow] = field(default_factory=dict)
    facts: dict[FactRow, StoredRow] = field(default_factory=dict)
    events: dict[EventRow, int] = field(default_factory=dict)
    findings: dict[FindingRow, int] = field(default_factory=dict)
    streams: dict[tuple[int, str], Any] = field(default_factory=dict)
    spans: set[SpanRow] = field(default_factory=set)


async def read_stored(
    connection: AsyncConnection,
    asset_ids: Collection[int],
    asset_keys: Collection[str],
    component_keys: Collection[str],
    snapshot_ids: Collection[int],
) -> Stored:
    """Read what is believed of the machines with these ids or keys, of their parts, and of parts with these keys."""
    stored = Stored()
    await _read_assets(connection, stored, asset_ids, asset_keys)
    await _read_spans(connection, stored)
    await _read_components(connection, stored, component_keys)
    await _read_installations(connection, stored)
    await _read_facts(connection, stored)
    await _read_events(connection, stored)
    await _read_findings(connection, stored, snapshot_ids)
    return stored


async def _read_assets(
    connection: AsyncConnection, stored: Stored, ids: Collection[int], keys: Collection[str]
) -> None:
    rows = await select_in(connection, lambda piece: select(assets).where(assets.c.id.in_(piece)), ids)
    rows += await select_in(connection, lambda piece: select(assets).where(assets.c.key.in_(piece)), keys)
    stored.assets = {row.id: row for row in rows}
    stored.asset_identifiers = await identifiers_of(connection, asset_identifiers, "asset_id", stored.assets)


async def identifiers_of(connection: AsyncConnection, table: Any, column: str, ids: Collection[int]) -> Identifiers:
    """Return the identifiers of some assets or components."""
    owner = table.c[column]
    rows = await select_in(connection, lambda piece: select(table).where(owner.in_(piece)), ids)
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        found[row._mapping[column]].add((row.kind, row.value))
    return {owner_id: frozenset(values) for owner_id, values in found.items()}


async def _read_spans(connection: AsyncConnection, stored: Stored) -> None:
    rows = await select_in(
        connection, lambda piece: select(streams).where(streams.c.asset_id.in_(piece)), stored.assets
    )
    by_id = {row.id: row for row in rows}
    stored.streams = {(row.asset_id, row.source): row for row in rows}
    rows = await select_in(connection, lambda piece: select(spans).where(spans.c.stream_id.in_(piece)), by_id)
    stored.spans = {span_row(row, by_id[row.stream_id]) for row in rows}


def span_row(row: Any, stream: Any) -> SpanRow:
    """Return a row of `spans` with the asset and source of its stream."""
    named = {"asset_id": stream.asset_id, "source": stream.source}
    return SpanRow(*(named.get(name) or row._mapping[name] for name in SpanRow._fields))


async def _read_components(connection: AsyncConnection, stored: Stored, keys: Collection[str]) -> None:
    ids = {span.component_id for span in stored.spans}
    rows = await select_in(connection, lambda piece: select(components).where(components.c.id.in_(piece)), ids)
    rows += await select_in(connection, lambda piece: select(components).where(components.c.key.in_(piece)), keys)
    stored.components = {row.id: row for row in rows}
    stored.component_identifiers = await identifiers_of(
        connection, component_identifiers, "component_id", stored.components
    )


async def _read_installations(connection: AsyncConnection, stored: Stored) -> None:
    column = installations.c.component_id
    rows = await select_in(connection, lambda piece: select(installations).where(column.in_(piece)), stored.components)
    for row in rows:
        belief = InstallationRow(*(row._mapping[name] for name in InstallationRow._fields))
        stored.installations[belief] = StoredRow(row.id, row.recorded_at)


async def _read_facts(connection: AsyncConnection, stored: Stored) -> None:
    for row in await _of_subjects(connection, stored, facts, select(facts)):
        belief = FactRow(*(row._mapping[name] for name in FactRow._fields))
        stored.facts[belief] = StoredRow(row.id, row.recorded_at)


async def _read_events(connection: AsyncConnection, stored: Stored) -> None:
    believed = select(timeline_events).where(timeline_events.c.superseded_at.is_(None))
    for row in await _of_subjects(connection, stored, timeline_events, believed):
        values = (row._mapping[name] for name in EventRow._fields[1:])
        stored.events[EventRow(bytes(row.event_id), *values)] = row.position


async def _of_subjects(connection: AsyncConnection, stored: Stored, table: Any, statement: Select[Any]) -> list[Any]:
    rows: list[Any] = []
    for subject_type, ids in ((ASSET, stored.assets), (COMPONENT, stored.components)):
        of_type = statement.where(table.c.subject_type == subject_type)
        rows += await select_in(connection, lambda piece, s=of_type: s.where(table.c.subject_id.in_(piece)), ids)  # type: ignore[misc]
    return rows


async def _read_findings(connection: AsyncConnection, stored: Stored, snapshot_ids: Collection[int]) -> None:
    ids: set[int] = {
        row.finding_id for row in await _of_subjects(connection, stored, finding_subjects, select(finding_subjects))
    }
    column = finding_snapshots.c.snapshot_id
    rows = await select_in(connection, lambda piece: select(finding_snapshots).where(column.in_(piece)), snapshot_ids)
    ids |= {row.finding_id for row in rows}
    await _take_findings(connection, stored, ids)


async def _take_findings(connection: AsyncConnection, stored: Stored, ids: Collection[int]) -> None:
    rows = await select_in(
        connection,
        lambda piece: select(findings).where(findings.c.id.in_(piece), findings.c.resolved_at.is_(None)),
        ids,
    )
    open_ids = {row.id for row in rows}
    subjects: dict[int, set[tuple[str, int]]] = defaultdict(set)
    owner = finding_subjects.c.finding_id
    for row in await select_in(connection, lambda p: select(finding_subjects).where(owner.in_(p)), open_ids):
        subjects[row.finding_id].add((row.subject_type, row.subject_id))
    evidence: dict[int, set[int]] = defaultdict(set)
    holder = finding_snapshots.c.finding_id
    for row in await select_in(connection, lambda p: select(finding_snapshots).where(holder.in_(p)), open_ids):
        evidence[row.finding_id].add(row.snapshot_id)
    for row in rows:
        belief = FindingRow(
            row.code, row.value, row.sentence, row.since, frozenset(subjects[row.id]), frozenset(evidence[row.id])
        )
        stored.findings[belief] = row.id


async def read_everything(connection: AsyncConnection) -> Stored:
    """Read everything that is believed now."""
    asset_ids = (await connection.execute(select(assets.c.id).where(assets.c.alive))).scalars().all()
    component_keys = (await connection.execute(select(components.c.key).where(components.c.alive))).scalars().all()
    stored = await read_stored(connection, asset_ids, (), component_keys, ())
    unresolved = (await connection.execute(select(findings.c.id).where(findings.c.resolved_at.is_(None)))).scalars()
    await _take_findings(connection, stored, set(unresolved) - set(stored.findings.values()))
    return stored


def alive(rows: Iterable[Any]) -> list[Any]:
    """Return the rows of things that are believed in."""
    return [row for row in rows if row.alive]
