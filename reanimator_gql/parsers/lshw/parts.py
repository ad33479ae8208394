"""Which nodes of lshw are board, CPUs, memory modules and power supplies, and what they tell.

A technician's eye decides: what can be exchanged by itself is a part. Caches and flash chips are not.
"""

import re

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import DIMM, ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.lshw.tree import Node

_MIB = 1 << 20
_UNKNOWN_POWER = 0x8000  # SMBIOS says so of a power supply that does not tell its power

_MEMORY_TYPE = re.compile(r"\bL?P?DDR\d?[A-Z]?\b|\bSDRAM\b")
_FORM_FACTOR = re.compile(r"\b(?:SO|RI|FB-|LR|R)?DIMM\b")


def board(core: Node | None) -> Item | None:
    """Return the board (the node `core`) with its BIOS (the node `firmware` in it)."""
    if core is None:
        return None
    bios = next((child for child in core.children if child.id == "firmware" and child.node_class == "memory"), None)
    content = {
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
        attributes=told(content),
        origin=core.origin,
    )


def cpus(nodes: list[Node]) -> list[Item]:
    """Return the sockets; a CPU that firmware disabled is present, a socket without one is not."""
    return [_cpu(node) for node in nodes if node.node_class == "processor" and node.id == "cpu"]


def _cpu(node: Node) -> Item:
    slot = node.text("slot") or node.text("businfo")
    if "[empty]" in (node.text("description") or "") or (node.disabled and not node.model()):
        return _absent(ComponentKind.CPU, node, slot)
    version = node.text("version")
    content = {
        "cores": node.setting_number("cores"),
        "enabled_cores": node.setting_number("enabledcores"),
        "threads": node.setting_number("threads"),
        "microcode": node.setting("microcode"),
        "max_frequency_mhz": _mhz(node.number("capacity")),
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
        attributes=told(content),
        telemetry=told({"size_hz": node.number("size"), "clock_hz": node.number("clock")}),
        origin=node.origin,
    )


def memory(nodes: list[Node]) -> list[Item]:
    """Return the banks of the system memory; flash and video memory have arrays of other ids."""
    banks = [node for node in nodes if node.node_class == "memory" and node.id == "bank"]
    return [_bank(node) for node in banks if node.parent is None or node.parent.id == "memory"]


def _bank(node: Node) -> Item:
    description, size = node.text("description") or "", node.number("size")
    if _is_empty(node):
        return _absent(ComponentKind.MEMORY, node, node.text("slot"))
    content = {
        "size_mb": size // _MIB if size is not None else None,
        "type": _found(_MEMORY_TYPE, description),
        "form_factor": _found(_FORM_FACTOR, description),
        "max_speed_mhz": _mhz(node.number("clock")),  # what SMBIOS rates the module for
    }
    return Item(
        kind=ComponentKind.MEMORY,
        list=node.node_class,
        slot=node.text("slot"),
        serial=node.text("serial"),
        vendor=node.text("vendor"),
        part_number=node.text("product"),  # lshw's product of a module is its part number
        attributes=told(content),
        origin=node.origin,
    )


def _is_empty(node: Node) -> bool:
    """Return whether no module is in a bank.

    lshw writes `[empty]` behind every bank whose size it cannot read, of some BIOSes all of them; an empty slot has
    no serial of a module and no clock.
    """
    if "NO DIMM" in (node.text("product") or "").upper():
        return True
    if node.number("size") is not None and "[empty]" not in (node.text("description") or ""):
        return False
    return normal.serial(node.text("serial"), DIMM) is None or not node.number("clock")


def _absent(kind: ComponentKind, node: Node, slot: str | None) -> Item:
    return Item(kind=kind, list=node.node_class, slot=slot, present=False, origin=node.origin)


def _mhz(hertz: int | None) -> int | None:
    return round(hertz / 1_000_000) or None if hertz else None


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
            attributes=told({"version": node.text("version"), **_power(node)}),
            origin=node.origin,
        )
        for node in nodes
        if node.node_class == "power" and node.id == "power" and node.text("serial")
    ]


def _power(node: Node) -> dict[str, int | None]:
    """Return the rated power; lshw prints SMBIOS' watts as mWh, so only a name that says as much makes them watts."""
    capacity = node.number("capacity")
    if not capacity or capacity == _UNKNOWN_POWER:
        return {}
    names = f"{node.text('description')} {node.text('product')}"
    is_watts = node.text("units") in {"W", "watts"} or re.search(rf"(?<!\d){capacity} ?W(?:atts?)?\b", names)
    return {"wattage_w" if is_watts else "capacity": capacity}


def _found(words: re.Pattern[str], text: str) -> str | None:
    match = words.search(text)
    return match.group() if match else None
