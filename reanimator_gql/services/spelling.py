"""Recorded events name inputs, machines and parts for ever, so ids of rows are spelled out before they are kept.

The id of a log bundle or snapshot becomes its name as an input; that of a machine or part becomes its serial, or its
key where it has no serial of its own.
"""

from typing import Any

import msgspec

from reanimator_gql.domain.global_id import decode_id
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.recorded_events import AssignBundle, RecordedEvent, Void
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.store.neighbourhood import bundle_name, snapshot_name
from reanimator_gql.store.recorded_events import exists, named_row

_TARGETS = {"LogBundle": "bundle", "Snapshot": "snapshot"}
_FIX = "name it by the id that the API gives"


async def spelled(context: Context, event: RecordedEvent) -> RecordedEvent:
    """Return the event with every id spelled out. Raises Refused for an id of nothing."""
    changes: dict[str, Any] = {}
    for name in ("asset", "with_asset"):
        if row_id := _row_id(getattr(event, name, None), "Asset"):
            row = await _row(context, "Asset", row_id)
            changes[name] = row.key if "@" in row.key else row.vendor_serial
    if row_id := _row_id(getattr(event, "component", None), "Component"):
        changes |= _part(await _row(context, "Component", row_id))
    if isinstance(event, Void | AssignBundle):
        changes["target"] = await _target(context, event)
    return msgspec.structs.replace(event, **changes)


def _row_id(text: str | None, type_name: str) -> int | None:
    decoded = decode_id(text) if text else None
    return int(decoded[1]) if decoded and decoded[0] == type_name and decoded[1].isdecimal() else None


async def _row(context: Context, type_name: str, row_id: int) -> Any:
    async with context.database.reading() as connection:
        row = await named_row(connection, type_name, row_id)
    if row is None:
        raise Refused("NOT_FOUND", f"there is no {type_name} of the database id {row_id}", _FIX)
    return row


def _part(row: Any) -> dict[str, Any]:
    """A serial with its kind outlives a key; a key that tells several parts of one serial apart is kept."""
    if row.vendor_serial and row.key == f"{row.family}:{row.vendor_serial}":
        return {"component": row.vendor_serial, "component_kind": ComponentKind(row.kind)}
    return {"component": row.key}


async def _target(context: Context, event: Void | AssignBundle) -> str:
    """Spell a target as inputs are named: `bundle:12`, `snapshot:7`, or the id of a recorded event."""
    kind, name = _kind_of(event.target)
    if kind is not None:
        async with context.database.reading() as connection:
            if not await exists(connection, kind, int(name)):
                raise Refused("NOT_FOUND", f"there is no {kind} {event.target!r}", _FIX)
        return bundle_name(int(name)) if kind == "bundle" else snapshot_name(int(name))
    if isinstance(event, AssignBundle):
        raise Refused("NOT_FOUND", f"{event.target!r} is no log bundle", _FIX)
    return event.target


def _kind_of(text: str) -> tuple[str | None, str]:
    prefix, _, number = text.partition(":")
    if prefix in _TARGETS.values() and number.isdecimal():
        return prefix, number
    for type_name, kind in _TARGETS.items():
        if (row_id := _row_id(text, type_name)) is not None:
            return kind, str(row_id)
    return None, text
