"""Which nodes of lshw are parts, and what they tell.

A technician's eye decides: what can be exchanged by itself is a part. Caches, bridges, chipset functions (AHCI, VMD),
the BMC's video chip, graphics inside a CPU, volumes, logical drives, virtual functions, bonds and anything on USB
(media of a BMC above all) are not. A place is the bus address (`pci@0000:41:00` without function, `scsi@4:0.0.0`).
"""

import re
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.lshw_tree import Node
from reanimator_gql.parsers.pci import device_address, fold_functions, is_mac

_MIB = 1 << 20

_MEMORY_TYPE = re.compile(r"\bL?P?DDR\d?[A-Z]?\b|\bSDRAM\b")
_FORM_FACTOR = re.compile(r"\b(?:SO|RI|FB-|LR|R)?DIMM\b")
_LOGICAL_DRIVE = re.compile(
    r"^(?:PERC|LOGICAL VOLUME|RAID|ServeRAID|MR\d{4}|MR-|SMC\d{4}|RM?S\d[A-Z]|UCSC-|BOSS|DELLBOSS|LUN\b|FlashArray"
    r"|SYMMETRIX|VRAID|VV$|MSA |Virtual)|MegaRAID|Logical Drive|VBOX|QEMU|VMware",
    re.IGNORECASE,
)
_ARRAY_VENDOR = re.compile(
    r"^(?:LSI|AVAGO|BROADCOM|ASR\d|Adaptec|Areca|3ware|AMCC|MSCC|NETAPP|PURE|3PARdata|DGC|EMC|IET|LIO-ORG|Linux|Msft|QEMU)",
    re.IGNORECASE,
)
_RAID_CARD = re.compile(r"raid|Smart (?:Array|Storage)", re.IGNORECASE)
_CHIPSET = re.compile(r"chipset|\bPCH\b|SATA|Rapid Storage|\bVMD\b|Volume Management", re.IGNORECASE)
_BOARD_VIDEO = re.compile(
    r"ASPEED|\bG200|XGI|Renesas|ServerEngines|Pilot|Hi171\d|Hibmc|HiSilicon|Integrated Lights|iLO|Cirrus|VMware|QXL"
    r"|Virtio|Bochs|VirtualBox",
    re.IGNORECASE,
)
_EUI = re.compile(r"(?:eui\.|naa\.|0x)?([0-9a-f]{16}|[0-9a-f]{32})", re.IGNORECASE)


def board(core: Node | None) -> Item | None:
    """Return the board (the node `core`) with its BIOS (the node `firmware` in it)."""
    if core is None:
        return None
    bios = next((child for child in core.children if child.id == "firmware" and child.node_class == "memory"), None)
    told = {
        "version": core.text("version"),
        "bios_vendor": bios.text("vendor") if bios else None,
        "bios_date": bios.text("date") if bios else None,
    }
    return Item(
        kind=ComponentKind.BOARD,
        list=core.node_class,
        serial=core.text("serial"),
        vendor=core.text("vendor"),
        model=core.model(),
        firmware=bios.text("version") if bios else None,
        attributes=_told(told),
    )


def cpus(nodes: list[Node]) -> list[Item]:
    """Return the sockets; a CPU that firmware disabled is present, a socket without one is not."""
    return [_cpu(node) for node in nodes if node.node_class == "processor" and node.id == "cpu"]


def _cpu(node: Node) -> Item:
    slot = node.text("slot") or node.text("businfo")
    if "[empty]" in (node.text("description") or "") or (node.disabled and not node.model()):
        return Item(kind=ComponentKind.CPU, list=node.node_class, slot=slot, present=False)
    version = node.text("version")
    content = {
        "cores": node.setting_number("cores"),
        "enabled_cores": node.setting_number("enabledcores"),
        "threads": node.setting_number("threads"),
        "microcode": node.setting("microcode"),
        "capacity_hz": node.number("capacity"),
        "version": version if version != node.text("product") else None,
        "disabled": node.disabled or None,
    }
    return Item(
        kind=ComponentKind.CPU,
        list=node.node_class,
        slot=slot,
        serial=node.text("serial"),
        vendor=node.text("vendor"),
        model=node.model(),
        attributes=_told(content),
        telemetry=_told({"size_hz": node.number("size"), "clock_hz": node.number("clock")}),
    )


def memory(nodes: list[Node]) -> list[Item]:
    """Return the banks of the system memory; flash and video memory have arrays of other ids."""
    banks = [node for node in nodes if node.node_class == "memory" and node.id == "bank"]
    return [_bank(node) for node in banks if node.parent is None or node.parent.id == "memory"]


def _bank(node: Node) -> Item:
    description, size = node.text("description") or "", node.number("size")
    if size is None or "[empty]" in description or "NO DIMM" in (node.text("product") or "").upper():
        return Item(kind=ComponentKind.MEMORY, list=node.node_class, slot=node.text("slot"), present=False)
    content = {
        "size_mb": size // _MIB,
        "type": _found(_MEMORY_TYPE, description),
        "form_factor": _found(_FORM_FACTOR, description),
    }
    return Item(
        kind=ComponentKind.MEMORY,
        list=node.node_class,
        slot=node.text("slot"),
        serial=node.text("serial"),
        vendor=node.text("vendor"),
        part_number=node.text("product"),  # lshw's product of a module is its part number
        attributes=_told(content),
        telemetry=_told({"clock_hz": node.number("clock")}),
    )


def drives(nodes: list[Node]) -> list[Item]:
    """Return the physical drives: SCSI and SATA disks, and NVMe controllers with their namespaces folded in."""
    return [_nvme(node) if _is_nvme(node) else _disk(node) for node in nodes if _is_nvme(node) or _is_drive(node)]


def _is_nvme(node: Node) -> bool:
    on_pci = device_address(node.text("businfo")) is not None
    return node.node_class == "storage" and on_pci and (node.id == "nvme" or node.setting("driver") == "nvme")


def _is_drive(node: Node) -> bool:
    if node.node_class != "disk" or node.id != "disk" or _on_usb(node):
        return False
    if (node.text("businfo") or "").startswith("virtio@") or (node.can("removable") and node.number("size") is None):
        return False
    return not _is_logical_drive(node) and not _inside_drive(node)


def _is_logical_drive(node: Node) -> bool:
    """Return whether the disk is what a RAID controller or a storage array shows instead of its drives."""
    return bool(_LOGICAL_DRIVE.search(node.text("product") or "") or _ARRAY_VENDOR.search(node.text("vendor") or ""))


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
    content = {
        "size_bytes": node.number("size"),
        "logical_sector_size": node.setting_number("logicalsectorsize"),
        "sector_size": node.setting_number("sectorsize"),
    }
    return Item(
        kind=ComponentKind.STORAGE,
        list=node.node_class,
        slot=node.text("businfo"),
        serial=node.text("serial"),
        vendor=node.text("vendor"),
        model=node.model(),
        firmware=node.text("version"),
        attributes=_told(content),
        telemetry=_names(node),
    )


def _nvme(node: Node) -> Item:
    sizes = [size for child in node.children if (size := child.number("size"))]
    wwids = [match.group(1) for child in node.children if (match := _EUI.fullmatch(child.setting("wwid") or ""))]
    return Item(
        kind=ComponentKind.STORAGE,
        list=node.node_class,
        slot=_place(node),
        serial=node.text("serial"),
        vendor=node.text("vendor"),
        model=node.model(),
        firmware=node.text("version") if node.text("serial") else None,  # without a serial: the PCI revision
        wwn=wwids[0] if wwids else None,
        attributes=_told({"size_bytes": sum(sizes) or None}),
        telemetry=_names(node),
    )


def cards(nodes: list[Node]) -> list[Item]:
    """Return the cards: NICs, RAID controllers, HBAs and GPUs, one for each PCI device whatever its functions."""
    functions = [(device_address(node.text("businfo")), node, _card_kind(node)) for node in nodes]
    return fold_functions(
        (address, _card(node, kind)) for address, node, kind in functions if address is not None and kind is not None
    )


def is_nic(node: Node) -> bool:
    """Return whether the node is a function of a network card; some NICs are listed as a bridge."""
    if device_address(node.text("businfo")) is None or "Virtual Function" in (node.text("product") or ""):
        return False
    return node.node_class == "network" or (node.node_class == "bridge" and is_mac(node.text("serial") or ""))


def _card_kind(node: Node) -> ComponentKind | None:
    product = node.text("product") or ""
    if is_nic(node):
        return ComponentKind.NIC
    if node.node_class == "display":
        return None if _is_board_video(node) else ComponentKind.GPU
    if node.node_class == "storage" and not _is_nvme(node) and not _CHIPSET.search(product):
        if node.id == "raid" or _RAID_CARD.search(product):
            return ComponentKind.RAID
        if node.id in {"sas", "scsi"} and not product.casefold().startswith("virtio"):
            return ComponentKind.HBA
    if node.node_class == "bus" and node.id in {"fiber", "fibre"}:
        return ComponentKind.HBA
    return None


def _is_board_video(node: Node) -> bool:
    """Return whether a display is a chip of the board: the BMC's, an emulated one, or graphics inside an Intel CPU."""
    vendor, product = node.text("vendor") or "", node.text("product") or ""
    on_root_bus = (device_address(node.text("businfo")) or "").startswith("0000:00:")
    return bool(_BOARD_VIDEO.search(f"{vendor} {product}")) or (on_root_bus and vendor.startswith("Intel"))


def _card(node: Node, kind: ComponentKind) -> Item:
    nic, serial = kind is ComponentKind.NIC, node.text("serial")
    # A NIC's `serial` is its address: a MAC, or InfiniBand's address, which changes at boots.
    mac = serial if nic and serial is not None and is_mac(serial) else None
    telemetry = {name: node.setting(name) for name in ("driver", "driverversion", "speed", "link")} if nic else {}
    if nic and serial and not mac:
        telemetry["address"] = serial
    return Item(
        kind=kind,
        list=node.node_class,
        slot=_place(node),
        serial=None if nic else serial,
        vendor=node.text("vendor"),
        model=node.model(),
        firmware=node.setting("firmware") if nic else None,
        macs=(mac,) if mac else (),
        attributes=_told({"version": node.text("version")}),
        telemetry={**_told(telemetry), **_names(node)},
    )


def power_supplies(nodes: list[Node]) -> list[Item]:
    """Return the power supplies with a serial: description is the name, product the part number."""
    return [
        Item(
            kind=ComponentKind.PSU,
            list=node.node_class,
            slot=node.text("slot"),
            serial=node.text("serial"),
            vendor=node.text("vendor"),
            model=node.text("description"),
            part_number=node.text("product"),
            attributes=_told({"version": node.text("version"), "capacity_w": node.number("capacity")}),
        )
        for node in nodes
        if node.node_class == "power" and node.id == "power" and node.text("serial")
    ]


def _place(node: Node) -> str | None:
    address = device_address(node.text("businfo"))
    return f"pci@{address}" if address else node.text("businfo")


def _names(node: Node) -> dict[str, Any]:
    """Return the kernel's names: they change at boots, so they are telemetry."""
    return {"logicalname": names} if (names := node.names()) else {}


def _found(words: re.Pattern[str], text: str) -> str | None:
    match = words.search(text)
    return match.group() if match else None


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
