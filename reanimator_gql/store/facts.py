"""Facts: values in force for an interval of time, of an asset or a component."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import FromClause, Row

from reanimator_gql.domain.derivation.beliefs import ASSET, COMPONENT
from reanimator_gql.store.known import AsOf, believed, in_force
from reanimator_gql.store.reader import Reader, one_of
from reanimator_gql.store.tables import facts, facts_past

SLOT, FIRMWARE, STATE, LOT = "SLOT", "FIRMWARE", "STATE", "LOT"

__all__ = ["ASSET", "COMPONENT", "FIRMWARE", "LOT", "SLOT", "STATE", "slot_facts", "values_of"]


async def values_of(reader: Reader, subject_type: str, ids: Collection[int], kind: str, as_of: AsOf) -> dict[int, str]:
    """Return the value in force of each subject that has one; without an instant the last one."""

    def narrow(piece: list[int]) -> Any:
        return lambda table: [
            *_of(table, subject_type, piece, kind),
            *in_force(as_of.at, table.c.start_at, table.c.end_at),
        ]

    rows = await reader.rows_of(ids, lambda piece: believed(reader, facts, facts_past, as_of.known_at, narrow(piece)))
    return {row.subject_id: row.value for row in sorted(rows, key=lambda row: (row.start_at, row.id))}


async def slot_facts(reader: Reader, component_ids: Collection[int], as_of: AsOf) -> list[Row[Any]]:
    """Return every slot told of the components, up to the instant asked about."""

    def narrow(piece: list[int]) -> Any:
        def conditions(table: FromClause) -> list[Any]:
            told = _of(table, COMPONENT, piece, SLOT)
            return told if as_of.at is None else [*told, table.c.start_at <= as_of.at]

        return conditions

    return await reader.rows_of(
        component_ids, lambda piece: believed(reader, facts, facts_past, as_of.known_at, narrow(piece))
    )


def _of(table: FromClause, subject_type: str, ids: list[int], kind: str) -> list[Any]:
    return [table.c.subject_type == subject_type, one_of(table.c.subject_id, ids), table.c.kind == kind]
