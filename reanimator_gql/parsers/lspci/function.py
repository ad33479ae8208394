"""One PCI function as lspci tells it, whatever the form of its output, and the item that it makes.

An NVMe controller is a drive only with a serial of its own: without one it would double the drive that other tools
identify. A `Device Serial Number` made of a MAC (ff-ff or ff-fe in its middle) is the card's MAC, which some of Intel's
cards spell backwards; any other names neither drive nor card for certain, and is kept as an attribute.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, Origin
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.pci import device_address, link_speed, link_width
from reanimator_gql.parsers.pci_parts import Function, card_bus, card_kind, card_speed

_NVME = "0108"
_CODE = re.compile(r"[0-9a-f]{4}")
_EUI_OF_MAC = re.compile(r"((?:[0-9a-f]{2}-){3})ff-f[ef]-((?:[0-9a-f]{2}-){2}[0-9a-f]{2})", re.IGNORECASE)
# The families of the drivers i40e and ice.
_BACKWARDS = re.compile(r"\bX(?:L|XV)?7\d\d\b|\bE8[0-3]\d\b")
_CODES = {
    "scsi storage controller": "0100",
    "raid bus controller": "0104",
    "sata controller": "0106",
    "serial attached scsi controller": "0107",
    "non-volatile memory controller": _NVME,
    "ethernet controller": "0200",
    "infiniband controller": "0207",
    "fabric controller": "0208",
    "network controller": "0280",
    "vga compatible controller": "0300",
    "3d controller": "0302",
    "display controller": "0380",
    "fibre channel": "0c04",
    "infiniband": "0c06",
    "processing accelerators": "1200",
}


@dataclass(slots=True)
class Told:
    """What lspci tells of one function; `vpd` holds the texts of its vital product data by their keywords."""

    slot: str
    class_words: str = ""
    class_id: str | None = None
    vendor: str | None = None
    device: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    subsystem: dict[str, str] = field(default_factory=dict)
    revision: str | None = None
    physical_slot: str | None = None
    driver: str | None = None
    device_serial: str | None = None
    vpd: dict[str, str] = field(default_factory=dict)
    max_link: tuple[str, str] | None = None
    link: tuple[str, str] | None = None
    origin: Origin | None = None

    @property
    def code(self) -> str:
        """The class as four hex digits; empty where neither number nor known words tell it."""
        words = self.class_words.strip().lower()
        return (self.class_id or "").lower() or (words if _CODE.fullmatch(words) else _CODES.get(words, ""))


def item_of(function: Told) -> tuple[str, Item] | None:
    """Return the address of the device and the item of this function; None where it is no part."""
    address = device_address(function.slot)
    if address is None:
        return None
    pci = Function(function.code, address, function.vendor or "", function.device or "", _number(function))
    kind = ComponentKind.STORAGE if function.code == _NVME and function.vpd.get("SN") else card_kind(pci)
    if kind is None:
        return None
    mac = _mac(function) if kind is not ComponentKind.STORAGE else None
    item = Item(
        kind=kind,
        list="lspci",
        slot=f"pci@{address}",
        serial=function.vpd.get("SN"),
        vendor=function.vendor,
        model=function.device,
        part_number=function.vpd.get("PN"),
        firmware=function.vpd.get("RM"),
        macs=(mac,) if mac else (),
        attributes=_attributes(function, pci, kind),
        telemetry=told({"driver": function.driver, **_present_speed(function)}),
        origin=function.origin,
        **_link(function),
    )
    return address, item


def _number(function: Told) -> int | None:
    vendor_id = function.ids.get("vendor_id")
    return int(vendor_id, 16) if vendor_id else None


def _mac(function: Told) -> str | None:
    """Return the MAC that a serial number of eight bytes was made of."""
    match = _EUI_OF_MAC.fullmatch(function.device_serial or "")
    if match is None:
        return None
    pairs = (match.group(1) + match.group(2)).lower().split("-")
    if function.driver in {"i40e", "ice"} or _BACKWARDS.search(function.device or ""):
        pairs.reverse()
    return ":".join(pairs)


def _attributes(function: Told, pci: Function, kind: ComponentKind) -> dict[str, Any]:
    drive = kind is ComponentKind.STORAGE
    return told(
        {
            "device_class": function.class_words or function.class_id,
            **function.ids,
            **function.subsystem,
            "revision": function.revision,
            "physical_slot": function.physical_slot,
            "device_serial_number": function.device_serial,
            "vpd_product_name": function.vpd.get("name"),
            "engineering_changes": function.vpd.get("EC"),
            "interface": "NVMe" if drive else None,
            "media": "SSD" if drive else None,
            "bus": card_bus(pci) if kind in {ComponentKind.HBA, ComponentKind.RAID} else None,
            "port_speed_gbps": card_speed(pci) if kind is ComponentKind.HBA else None,
            "max_link_speed": function.max_link[0] if function.max_link and link_speed(function.max_link[0]) else None,
        }
    )


def _link(function: Told) -> dict[str, Any]:
    max_speed, max_width = function.max_link or ("", "")
    return {
        "link_width": link_width(function.link[1]) if function.link else None,
        "max_link_width": link_width(max_width),
        "max_link_speed_gts": link_speed(max_speed),
    }


def _present_speed(function: Told) -> dict[str, Any]:
    if function.link is None or (speed := link_speed(function.link[0])) is None:
        return {}
    return {"link_speed": function.link[0], "link_speed_gts": speed}
