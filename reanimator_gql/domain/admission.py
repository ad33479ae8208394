"""What may come in: a snapshot needs a machine and a time, from the file or from beside the upload."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from reanimator_gql.domain.content import digest_of
from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.identifiers import BOARD, TAG, usable_identifiers
from reanimator_gql.domain.identity.naming import spellings
from reanimator_gql.domain.snapshot import Item, Snapshot, Warn

TEXT_LENGTH = 180
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

    def clamp(value: Any, path: str) -> Any:
        if isinstance(value, str) and len(value) > TEXT_LENGTH:
            cut.append(Warn(path, f"{len(value)} characters were cut to {TEXT_LENGTH}; the raw bundle has them all"))
            return f"{value[: TEXT_LENGTH - 34]}~{digest_of(value.encode('utf-8', 'surrogatepass')).hex()}"
        return value

    machine = type(snapshot.machine)(
        **{
            name: clamp(getattr(snapshot.machine, name), f"machine.{name}")
            for name in snapshot.machine.__struct_fields__
        }
    )
    items = tuple(_clamped_item(item, index, clamp) for index, item in enumerate(snapshot.items))
    if not cut:
        return snapshot
    return msgspec.structs.replace(snapshot, machine=machine, items=items, warnings=(*snapshot.warnings, *cut))


def _clamped_item(item: Item, index: int, clamp: Any) -> Item:
    texts = ("slot", "serial", "vendor", "model", "part_number", "firmware", "uuid", "wwn", "list")
    changes = {name: clamp(getattr(item, name), f"items[{index}].{name}") for name in texts}
    changes["macs"] = tuple(clamp(mac, f"items[{index}].macs") for mac in item.macs)
    return msgspec.structs.replace(item, **changes)


_SOURCE = re.compile(r"^[\w.:@+-]{1,100}$")


def is_source(text: str) -> bool:
    """Whether a text can be a source type: short, and without blanks or control characters."""
    return _SOURCE.match(text) is not None
