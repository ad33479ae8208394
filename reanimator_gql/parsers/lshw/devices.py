"""Which nodes of lshw are drives and cards, and what they tell.

Volumes, logical drives, bonds, virtual functions and anything on USB (media of a BMC above all) are no parts. A place
is the bus address (`pci@0000:41:00` without function, `scsi@4:0.0.0`).
"""

import re
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.logical_drives import is_logical_drive
from reanimator_gql.parsers.lshw.tree import Node
from reanimator_gql.parsers.pci import device_address, fold_functions, is_mac
from reanimator_gql.parsers.pci_parts import Function, card_bus, card_kind, card_speed

_EUI = re.compile(r"(?:eui\.|naa\.|0x)?([0-9a-f]{16}|[0-9a-f]{32})", re.IGNORECASE)
_RPM = re.compile(r"(\d{4,5})rpm")
_ATA_DRIVERS = frozenset({"ahci", "ata_piix"})
_STORAGE_CODES = {"raid": "0104", "sas": "0107", "scsi": "0100"}


def drives(nodes: list[Node]) -> list[Item]:
    """Return the physical drives: SCSI and SATA disks, and NVMe controllers with their namespaces folded in."""
    return [_nvme(node) if _is_nvme(node) else _disk(node) for node in nodes if _is_drive(node)]


def _is_drive(node: Node) -> bool:
    if not (_is_nvme(node) or _is_disk(node)):
        return False
    return not is_logical_drive(node.text("vendor"), node.text("product"))


def _is_nvme(node: Node) -> bool:
    on_pci = device_address(node.text("businfo")) is not None
    return node.node_class == "storage" and on_pci and (node.id == "nvme" or node.setting("driver") == "nvme")


def _is_disk(node: Node) -> bool:
    if node.node_class != "disk" or node.id != "disk" or _on_usb(node) or _inside_drive(node):
        return False
    is_virtio = (node.text("businfo") or "").startswith("virtio@")
    return not is_virtio and not (node.can("removable") and node.number("size") is None)


def _on_usb(node: Node) -> bool:
    chain = [node, *node.ancestors()]
    return any(
        (one.text("businfo") or "").startswith("usb@") or one.setting("driver") in {"usb-storage", "uas"}
        for one in chain
    )


def _inside_drive(node: Node) -> bool:
    """Return whether the node is a medium or namespace of a drive that is listed itself."""
    return node.parent is not None and (node.parent.node_class == "disk" or _is_nvme(node.parent))


def _disk(node: Node) -> Item:
    rotation = next((int(match.group(1)) for name in node.capabilities() if (match := _RPM.fullmatch(name))), None)
    content = {
        "interface": _interface(node),
        "media": "HDD" if rotation else None,
        "rotation_rpm": rotation,
        "size_bytes": node.number("size"),
        "logical_sector_size": node.setting_number("logicalsectorsize"),
        "sector_size": node.setting_number("sectorsize"),
    }
    return Item(
        kind=ComponentKind.STORAGE,
        list=node.node_class,
        slot=node.text("businfo"),
        serial=node.text("serial"),
        vendor=node.vendor(),
        model=node.model(),
        firmware=node.text("version"),
        attributes=told(content),
        telemetry=_names(node),
        origin=node.origin,
    )


def _interface(node: Node) -> str | None:
    """Return how a disk is attached: lshw says ATA of a disk itself, SAS only of the controller above it."""
    parent = node.parent
    if (node.text("description") or "").startswith("ATA ") or node.text("vendor") == "ATA":
        return "ATA"
    if parent is None or parent.node_class != "storage":
        return None
    if parent.id in {"sata", "ide"} or parent.setting("driver") in _ATA_DRIVERS:
        return "ATA"
    return "SAS" if parent.id == "sas" or _is_sas_hba(parent) else None


def _is_sas_hba(node: Node) -> bool:
    function = _function(node)
    return function is not None and card_kind(function) is ComponentKind.HBA and card_bus(function) == "SAS"


def _nvme(node: Node) -> Item:
    sizes = [size for child in node.children if (size := child.number("size"))]
    wwids = [match.group(1) for child in node.children if (match := _EUI.fullmatch(child.setting("wwid") or ""))]
    return Item(
        kind=ComponentKind.STORAGE,
        list=node.node_class,
        slot=_place(node),
        serial=node.text("serial"),
        vendor=node.vendor(),
        model=node.model(),
        firmware=node.text("version") if node.text("serial") else None,  # without a serial: the PCI revision
        wwn=wwids[0] if wwids else None,
        attributes=told({"interface": "NVMe", "media": "SSD", "size_bytes": sum(sizes) or None}),
        telemetry=_names(node),
        origin=node.origin,
    )


def cards(nodes: list[Node]) -> list[Item]:
    """Return the cards: NICs, RAID controllers, HBAs and GPUs, one for each PCI device whatever its functions."""
    functions = [(node, function) for node in nodes if (function := _function(node))]
    return fold_functions(
        (function.address, _card(node, function, kind))
        for node, function in functions
        if (kind := card_kind(function)) is not None
    )


def is_nic(node: Node) -> bool:
    """Return whether the node is a function of a network card; some NICs are listed as a bridge."""
    function = _function(node)
    return function is not None and card_kind(function) is ComponentKind.NIC


def _function(node: Node) -> Function | None:
    """Return the PCI function of a node, its class as the code that lshw made its words from."""
    address = device_address(node.text("businfo"))
    if address is None or (code := _code(node)) is None:
        return None
    return Function(code, address, node.text("vendor") or "", node.text("product") or "")


def _code(node: Node) -> str | None:
    if node.node_class == "network" or (node.node_class == "bridge" and is_mac(node.text("serial") or "")):
        return "0200"
    if node.node_class == "display":
        return "0300"
    if node.node_class == "storage" and not _is_nvme(node):
        return _STORAGE_CODES.get(node.id) or _code_by_product(node)
    return "0c04" if node.node_class == "bus" and node.id in {"fiber", "fibre"} else None


def _code_by_product(node: Node) -> str | None:
    """Return the class of a card that lshw calls just `storage`, as old versions call SAS controllers too."""
    product = node.text("product") or ""
    if re.search(r"raid|Smart (?:Array|Storage)", product, re.IGNORECASE):
        return "0104"
    return "0107" if re.search(r"\bSAS", product) else None


def _card(node: Node, function: Function, kind: ComponentKind) -> Item:
    nic, serial = kind is ComponentKind.NIC, node.text("serial")
    # A NIC's `serial` is its address: a MAC, or InfiniBand's address, which changes at boots.
    mac = serial if nic and serial is not None and is_mac(serial) else None
    telemetry = {name: node.setting(name) for name in ("driver", "driverversion", "speed", "link")} if nic else {}
    if nic and serial and not mac:
        telemetry["address"] = serial
    content = {
        "version": node.text("version"),
        "port_speed_gbps": _port_speed(node) if nic else card_speed(function) if kind is ComponentKind.HBA else None,
        "bus": card_bus(function) if kind in {ComponentKind.HBA, ComponentKind.RAID} else None,
    }
    return Item(
        kind=kind,
        list=node.node_class,
        slot=_place(node),
        serial=None if nic else serial,
        vendor=node.vendor(),
        model=node.model(),
        firmware=node.setting("firmware") if nic else None,
        macs=(mac,) if mac else (),
        attributes=told(content),
        telemetry={**told(telemetry), **_names(node)},
        origin=node.origin,
    )


def _port_speed(node: Node) -> int | float | None:
    """Return the highest speed of a port in Gbit/s; `size` is the present one."""
    capacity = node.number("capacity")
    if not capacity or node.text("units") not in {None, "bit/s"}:
        return None
    return capacity // 10**9 if capacity % 10**9 == 0 else capacity / 10**9


def _place(node: Node) -> str | None:
    address = device_address(node.text("businfo"))
    return f"pci@{address}" if address else node.text("businfo")


def _names(node: Node) -> dict[str, Any]:
    """Return the kernel's names: they change at boots, so they are telemetry."""
    return {"logicalname": names} if (names := node.names()) else {}
