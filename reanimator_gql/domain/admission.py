"""What may come in: a snapshot needs a machine and a time, from the file or from beside the upload."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from reanimator_gql.domain.content import digest_of
from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.identifiers import BOARD, TAG, usable_identifiers
from reanimator_gql.domain.identity.naming import spellings
from reanimator_gql.domain.snapshot import Item, Snapshot, Warn

# Of a text in upper case, which may be longer (ß becomes SS): keys are made of several of them.
TEXT_LENGTH = 100
MAX_ITEMS = 2_000
_SOURCE_LENGTH = 60
_DIGEST_LENGTH = 33
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class NotAdmitted(ValueError):
    """The snapshot cannot stand anywhere; `reason` says why, `remedy` what would make it right."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy


def admit(snapshot: Snapshot, asset: str | None, collected_at: datetime | None) -> tuple[Snapshot, datetime]:
    """Return the snapshot as it will be kept, and its time. Raises NotAdmitted.

    `asset` beside an upload speaks only for a file without a machine of its own; judged on the file alone.
    """
    at = collected_at or snapshot.collected_at
    if at is None:
        raise NotAdmitted(
            f"{snapshot.source} output states no time of collection",
            "give `collected_at` beside the upload, an instant with a zone like 2026-01-31T08:00:00Z, or `now`",
        )
    if at < EARLIEST:
        raise NotAdmitted(
            f"the time of collection {at:%Y-%m-%dT%H:%M:%SZ} lies before any server was built",
            "set the clock of the collector right, or give `collected_at` beside the upload",
        )
    if at >= LATEST:
        raise NotAdmitted(
            f"the time of collection {at:%Y-%m-%dT%H:%M:%SZ} will not be reached by anybody who reads this",
            "set the clock of the collector right, or give `collected_at` beside the upload",
        )
    if len(snapshot.items) > MAX_ITEMS:
        raise NotAdmitted(
            f"the {snapshot.source} output tells of {len(snapshot.items)} parts, more than {MAX_ITEMS}",
            "send the output of one machine",
        )
    snapshot = clamped(snapshot)
    machine = msgspec.structs.replace(snapshot.machine, named=_name_for(snapshot, asset))
    return msgspec.structs.replace(snapshot, machine=machine), at


def _name_for(snapshot: Snapshot, asset: str | None) -> str | None:
    own = usable_identifiers(snapshot.machine, snapshot.source)
    if asset is None:
        if not own:
            raise NotAdmitted(
                f"the {snapshot.source} output names no machine: it has no valid serial, board serial or UUID",
                "give `asset` beside the upload, the machine's service tag or board serial",
            )
        return None
    if normal.serial(asset) is None:
        raise NotAdmitted(
            f"`asset` {asset[:TEXT_LENGTH]!r} is no serial", "give the machine's service tag or board serial"
        )
    stated = {value for kind, value in own if kind in {TAG, BOARD}}
    if stated and not stated & spellings(asset):
        raise NotAdmitted(
            f"the file states {' and '.join(sorted(stated))} as its machine, not {asset[:TEXT_LENGTH]!r}",
            "send it without `asset`, or with the serial that it states",
        )
    return None if stated else normal.text(asset)


def clamped(snapshot: Snapshot) -> Snapshot:
    """Cut texts that no column holds; what is cut keeps a digest of the whole, so that two stay two."""
    cut: list[Warn] = []

    def clamp(value: Any, path: str, length: int = TEXT_LENGTH) -> Any:
        if not isinstance(value, str) or len(value.upper()) <= length:
            return value
        cut.append(Warn(path, f"{len(value)} characters were cut to {length}; the raw bundle has them all"))
        beginning = value[: length - _DIGEST_LENGTH] if value.isascii() else ""
        return f"{beginning}~{digest_of(value.encode('utf-8', 'surrogatepass')).hex()}"

    told = {name: getattr(snapshot.machine, name) for name in snapshot.machine.__struct_fields__}
    machine = type(snapshot.machine)(**{name: clamp(value, f"machine.{name}") for name, value in told.items()})
    items = tuple(_clamped_item(item, index, clamp) for index, item in enumerate(snapshot.items))
    source = clamp(snapshot.source, "collector", _SOURCE_LENGTH)
    if not cut:
        return snapshot
    warnings = (*snapshot.warnings, *cut)
    return msgspec.structs.replace(snapshot, source=source, machine=machine, items=items, warnings=warnings)


def _clamped_item(item: Item, index: int, clamp: Any) -> Item:
    texts = ("slot", "serial", "vendor", "model", "part_number", "firmware", "uuid", "wwn", "list")
    changes = {name: clamp(getattr(item, name), f"items[{index}].{name}") for name in texts}
    changes["macs"] = tuple(clamp(mac, f"items[{index}].macs") for mac in item.macs)
    return msgspec.structs.replace(item, **changes)
