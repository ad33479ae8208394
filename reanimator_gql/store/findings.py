"""Findings: what needs a person's eye, with what they concern and what they rest on."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import ASSET
from reanimator_gql.store.paging import Ordering, Source, ascending
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import finding_snapshots, finding_subjects, findings

BY_TIME = ascending("findings", "since", "id")
ORDERINGS: dict[str, Ordering] = {
    "SINCE": BY_TIME,
    "CODE": ascending("findings.code", "code", "since", "id"),
}


async def by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return findings by id, also those resolved."""
    rows = await reader.rows_of(ids, lambda piece: reader.select(findings).where(one_of(findings.c.id, piece)))
    return {row.id: row for row in rows}


def listed(reader: Reader, codes: Sequence[str] | None = None, resolved: bool | None = None) -> Select[Any]:
    """Return the select over findings."""
    return reader.select(findings).where(*_conditions(codes, resolved))


def of_subjects(
    reader: Reader, subject_type: str, codes: Sequence[str] | None = None, resolved: bool | None = None
) -> Source:
    """Return the select over the findings that concern some assets or components."""
    joined = findings.join(finding_subjects, finding_subjects.c.finding_id == findings.c.id)
    statement = reader.select(joined, *findings.c, finding_subjects.c.subject_id).where(
        finding_subjects.c.subject_type == subject_type, *_conditions(codes, resolved)
    )
    return lambda piece: statement.where(one_of(finding_subjects.c.subject_id, piece))


def recorded_at_positions(reader: Reader) -> Source:
    """Return the select over the findings that some places in the feed brought."""
    return lambda piece: reader.select(findings).where(one_of(findings.c.position, piece))


async def concerns(connection: AsyncConnection, asset_id: int) -> bool:
    """Whether a finding that is not resolved concerns a machine."""
    open_ones = (
        select(finding_subjects.c.finding_id)
        .join(findings, findings.c.id == finding_subjects.c.finding_id)
        .where(
            finding_subjects.c.subject_type == ASSET,
            finding_subjects.c.subject_id == asset_id,
            findings.c.resolved_at.is_(None),
        )
    )
    return (await connection.execute(open_ones.limit(1))).first() is not None


async def subjects_of(reader: Reader, ids: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Return type and id of what each finding concerns."""
    table = finding_subjects
    rows = await reader.rows_of(
        ids,
        lambda piece: (
            reader.select(table)
            .where(one_of(table.c.finding_id, piece))
            .order_by(table.c.subject_type, table.c.subject_id)
        ),
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        found[row.finding_id].append((row.subject_type, row.subject_id))
    return found


async def evidence_of(reader: Reader, ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of the snapshots on which each finding rests."""
    table = finding_snapshots
    rows = await reader.rows_of(
        ids, lambda piece: reader.select(table).where(one_of(table.c.finding_id, piece)).order_by(table.c.snapshot_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[row.finding_id].append(row.snapshot_id)
    return found


def _conditions(codes: Sequence[str] | None, resolved: bool | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if codes is not None:
        conditions.append(findings.c.code.in_(list(codes)))
    if resolved is not None:
        conditions.append(findings.c.resolved_at.is_not(None) if resolved else findings.c.resolved_at.is_(None))
    return conditions
