"""The canonical snapshot: what one tool saw of one machine at one time.

Values are kept as the tool told them; their normal forms and the rule for fake values belong to `identity.normal`.
Telemetry (counters, temperatures, present clocks and link speeds) is kept apart from content, because content decides
whether a machine has changed.
"""

from datetime import datetime
from typing import Any

import msgspec

from reanimator_gql.domain.kinds import ComponentKind


class MachineIdentifiers(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a sighting says of the machine itself. `named` is what the uploader gave beside the upload."""

    manufacturer: str | None = None
    product: str | None = None
    system_serial: str | None = None
    sku: str | None = None
    uuid: str | None = None
    board_serial: str | None = None
    chassis_serial: str | None = None
    bmc_mac: str | None = None
    named: str | None = None
    asset_tag: str | None = None
    host_name: str | None = None


class Origin(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where in a log bundle something stands.

    `file` is the path in the bundle, empty where the bundle is one file. In JSON `pointer` says the place (RFC 6901,
    empty for the whole document), in other texts the lines from `line` to `last_line`, counted from 1.
    """

    file: str = ""
    pointer: str | None = None
    line: int | None = None
    last_line: int | None = None


class Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One part in one place as one tool told it.

    `list` names the list or collection in which the item stands (`hardware.memory`, a Redfish collection's id).
    Link widths are lanes, speeds GT/s. `attributes` holds every other field of content under the tool's own names;
    `telemetry` holds what changes although nothing was exchanged, `link_speed_gts` (the present speed) among it.
    `origin` is where a parser found it; it is no content, and stored nowhere: parsing again finds it.
    """

    kind: ComponentKind
    list: str = ""
    slot: str | None = None
    serial: str | None = None
    vendor: str | None = None
    model: str | None = None
    part_number: str | None = None
    firmware: str | None = None
    uuid: str | None = None
    wwn: str | None = None
    macs: tuple[str, ...] = ()
    link_width: int | None = None
    max_link_width: int | None = None
    max_link_speed_gts: float | None = None
    present: bool = True
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    telemetry: dict[str, Any] = msgspec.field(default_factory=dict)
    origin: Origin | None = None


class Warn(msgspec.Struct, frozen=True):
    """Something in the upload that was kept but not understood: where it stands, and what it is."""

    path: str
    message: str


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One tool's view of one machine. `collected_at` is UTC, or None where the format states no time of its own."""

    source: str
    machine: MachineIdentifiers
    items: tuple[Item, ...]
    coverage: frozenset[ComponentKind]
    collected_at: datetime | None = None
    warnings: tuple[Warn, ...] = ()
