"""The drives and network cards in an inventory of Ironic.

It lists ports, not cards. Where it tells their PCI address, ports of one device are one card. Where it does not, ports
of one maker and product with neighbouring MACs may be one card or several: such a row is told as one card with the
first MAC, the others are attributes. So it never doubles a card that another tool tells with its MACs, nor joins two.
"""

import re
from typing import Any

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.places import place_order
from reanimator_gql.domain.kinds import DRIVE, ComponentKind
from reanimator_gql.domain.snapshot import Item, Origin, Warn
from reanimator_gql.parsers.json_values import entries, text, told, unknown, whole
from reanimator_gql.parsers.logical_drives import is_logical_drive
from reanimator_gql.parsers.pci import device_address, fold_functions, is_mac

_NO_DRIVE = re.compile(r"/dev/(?:vd|xvd|md|dm-|loop|ram|zram|nbd|sr|fd|pmem|rbd|drbd)")
_VIRTIO = re.compile(r"(?:0x)?1af4", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:eui|naa|t10)\.", re.IGNORECASE)
_NEIGHBOURS = 16
_DISK = frozenset(
    {
        "name", "model", "size", "rotational", "wwn", "serial", "vendor", "wwn_with_extension", "wwn_vendor_extension",
        "hctl", "by_path", "logical_sectors", "physical_sectors", "uuid", "partuuid",
    }
)  # fmt: skip
_PORT = frozenset(
    {
        "name", "mac_address", "ipv4_address", "ipv6_address", "has_carrier", "lldp", "vendor", "product", "client_id",
        "biosdevname", "speed_mbps", "pci_address", "driver",
    }
)  # fmt: skip


def drives(inventory: dict[str, Any], pointer: str, notes: list[Warn]) -> list[Item]:
    """Return the drives; a drive that two paths show is one."""
    found: dict[object, Item] = {}
    others: list[str] = []
    disks = entries(inventory, "disks")
    _note_unknown("inventory.disks", disks, _DISK, notes)
    for number, disk in sorted(disks, key=lambda one: (place_order(text(one[1], "name") or ""), one[0])):
        if _is_drive(disk):
            item = _drive(disk, f"{pointer}/disks/{number}")
            found.setdefault(_identity(item) or number, item)
        else:
            others.append(text(disk, "name") or f"disks[{number}]")
    if others:
        notes.append(Warn("inventory.disks", f"logical, virtual or on USB, so no drives: {_named(others)}"))
    return list(found.values())


def _note_unknown(
    path: str, told_of: list[tuple[int, dict[str, Any]]], known: frozenset[str], notes: list[Warn]
) -> None:
    if names := sorted({name for _, one in told_of for name in unknown(one, known)}):
        notes.append(Warn(path, f"unknown fields, kept in the attributes: {_named(names)}"))


def _named(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names[:8]) + (" ..." if len(names) > 8 else "")


def _is_drive(disk: dict[str, Any]) -> bool:
    name, by_path = text(disk, "name") or "", text(disk, "by_path") or ""
    vendor = text(disk, "vendor")
    if _NO_DRIVE.match(name) or "-usb-" in by_path or (vendor and _VIRTIO.fullmatch(vendor)):
        return False
    return not is_logical_drive(vendor, text(disk, "model"))


def _identity(item: Item) -> object:
    serial, wwn = normal.serial(item.serial, DRIVE), normal.wwn(item.wwn)
    return (serial, wwn) if serial and wwn else None


def _drive(disk: dict[str, Any], pointer: str) -> Item:
    rotational, wwn = disk.get("rotational"), text(disk, "wwn")
    interface = _interface(disk)
    media = "SSD" if interface == "NVMe" or rotational is False else "HDD" if rotational is True else None
    name = text(disk, "name")
    return Item(
        kind=ComponentKind.STORAGE,
        list="inventory.disks",
        slot=text(disk, "by_path") or text(disk, "hctl") or name,
        serial=text(disk, "serial"),
        vendor=text(disk, "vendor"),
        model=text(disk, "model"),
        wwn=_PREFIX.sub("", wwn) if wwn else None,
        attributes={
            **unknown(disk, _DISK),
            **told({"interface": interface, "media": media, "size_bytes": whole(disk, "size") or None}),
        },
        telemetry=told({"device_path": name, "hctl": text(disk, "hctl")}),
        origin=Origin(pointer=pointer),
    )


def _interface(disk: dict[str, Any]) -> str | None:
    # A controller that speaks SCSI for an NVMe drive says so as its maker.
    if (text(disk, "name") or "").startswith("/dev/nvme") or text(disk, "vendor") == "NVMe":
        return "NVMe"
    if text(disk, "vendor") == "ATA" or "-ata-" in (text(disk, "by_path") or ""):
        return "ATA"
    return "SAS" if "-sas-" in (text(disk, "by_path") or "") else None


def cards(inventory: dict[str, Any], pointer: str, notes: list[Warn]) -> list[Item]:
    """Return the network cards."""
    ports: list[Item] = []
    others: list[str] = []
    interfaces = entries(inventory, "interfaces")
    _note_unknown("inventory.interfaces", interfaces, _PORT, notes)
    for number, port in interfaces:
        if _is_port(port):
            ports.append(_port(port, f"{pointer}/interfaces/{number}"))
        else:
            others.append(text(port, "name") or f"interfaces[{number}]")
    if others:
        notes.append(Warn("inventory.interfaces", f"virtual or without a MAC, so no cards: {_named(others)}"))
    placed = [(device_address(one.telemetry.get("pci_address")), one) for one in ports]
    known = fold_functions((address, one) for address, one in placed if address)
    return known + _rows([one for address, one in placed if not address])


def _is_port(port: dict[str, Any]) -> bool:
    """Return whether an interface is a port of a card: an interface without a PCI device has a vendor of null."""
    vendor = text(port, "vendor")
    on_pci = vendor is not None or "vendor" not in port or text(port, "pci_address") is not None
    return on_pci and is_mac(text(port, "mac_address") or "") and not (vendor and _VIRTIO.fullmatch(vendor))


def _port(port: dict[str, Any], pointer: str) -> Item:
    address = device_address(text(port, "pci_address"))
    name = text(port, "name")
    return Item(
        kind=ComponentKind.NIC,
        list="inventory.interfaces",
        slot=f"pci@{address}" if address else text(port, "biosdevname") or name,
        macs=(text(port, "mac_address") or "",),
        attributes={
            **unknown(port, _PORT),
            **told({"vendor_id": text(port, "vendor"), "device_id": text(port, "product")}),
        },
        telemetry=told(
            {
                "pci_address": text(port, "pci_address"),
                "logicalname": [name] if name else None,
                "speed_mbps": whole(port, "speed_mbps"),
                "driver": text(port, "driver"),
            }
        ),
        origin=Origin(pointer=pointer),
    )


def _rows(ports: list[Item]) -> list[Item]:
    """Return the ports without an address, of each row of neighbours the first; its other MACs are attributes."""
    kept: list[Item] = []
    last: tuple[object, int] | None = None
    for port in sorted(ports, key=lambda one: (str(one.attributes), _number(one.macs[0]))):
        card, number = tuple(port.attributes.items()), _number(port.macs[0])
        if last and last[0] == card and number - last[1] <= _NEIGHBOURS:
            if number != last[1]:
                kept[-1].attributes.setdefault("further_macs", []).append(port.macs[0])
            kept[-1].telemetry.setdefault("logicalname", []).extend(port.telemetry.get("logicalname", []))
        else:
            kept.append(port)
        last = card, number
    return sorted(kept, key=lambda one: place_order(one.slot or ""))


def _number(mac: str) -> int:
    return int(re.sub(r"[^0-9a-f]", "", mac.lower()), 16)
