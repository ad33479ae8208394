"""OpenStack Ironic: the inspector's introspection data, the inventory of ironic-python-agent, the API's node inventory.

It names the machine by `system_vendor` and `bmc_mac`, states no time and covers nothing. What it counts (CPUs, memory)
are no parts: CPUs are told only where their sockets are, memory modules never. Its `extra` data (hardware-detect) is
not read.
"""

import re
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin, Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.ironic.parts import cards, drives
from reanimator_gql.parsers.json_values import at, text, told, whole
from reanimator_gql.parsers.lshw.tree import without_sku
from reanimator_gql.parsers.parser import File, ParseError, Parser, one_by_one
from reanimator_gql.parsers.text import decode, peek

_INVENTORY = re.compile(r'"inventory"\s*:\s*\{')
_OWN = tuple(re.compile(rf'"{name}"\s*:') for name in ("system_vendor", "interfaces", "disks"))
_COUNTED = frozenset(
    {
        "inventory", "cpus", "cpu_arch", "memory_mb", "local_gb", "interfaces", "all_interfaces", "macs", "root_disk",
        "boot_interface", "boot_mode", "ipmi_address", "ipmi_v6address", "error", "valid_interfaces",
    }
)  # fmt: skip
_INVENTORY_KEYS = frozenset(
    {
        "interfaces", "cpu", "disks", "memory", "bmc_address", "bmc_v6address", "bmc_mac", "system_vendor", "boot",
        "hostname",
    }
)  # fmt: skip
_MOST_SOCKETS = 64
_REMEDY = "send the introspection data or the node's inventory as Ironic gave it"


def _sniff(file: File) -> bool:
    head = peek(file.content)
    if not head.startswith("{"):
        return False
    # Lists of hardware-detect may stand before the inventory.
    return _is_own(head) or (len(file.content) > len(head) and _is_own(decode(file.content).text))


def _is_own(content: str) -> bool:
    found = sum(key.search(content) is not None for key in _OWN)
    return found == len(_OWN) or (found > 0 and _INVENTORY.search(content) is not None)


def _parse(content: bytes) -> tuple[Snapshot, ...]:
    value, warnings = strict_json.loads(content)
    inventory, pointer = _inventory(value)
    notes = [*warnings, *_unread(value, inventory)]
    items = [
        *_board(inventory, pointer),
        *_cpus(inventory, pointer),
        *drives(inventory, pointer, notes),
        *cards(inventory, pointer, notes),
    ]
    return (
        Snapshot(
            source=PARSER.name,
            machine=_machine(inventory),
            items=tuple(items),
            coverage=frozenset(),
            warnings=tuple(notes),
        ),
    )


def _inventory(value: Any) -> tuple[dict[str, Any], str]:
    """Return the inventory and its JSON pointer: below `inventory`, or the whole document."""
    inventory = at(value, "inventory")
    if isinstance(inventory, dict):
        return inventory, "/inventory"
    if isinstance(value, dict) and "inventory" not in value:
        return value, ""
    raise ParseError("the JSON holds no inventory object", _REMEDY)


def _unread(value: dict[str, Any], inventory: dict[str, Any]) -> list[Warn]:
    """Return a warning for all data that are not read: hardware-detect's, other plug-ins', and unknown ones."""
    outside = [] if value is inventory else [name for name in value if name not in _COUNTED and value[name]]
    inside = [name for name in inventory if name not in _INVENTORY_KEYS and inventory[name]]
    return [Warn(name[:80], "not read, kept in the raw file only") for name in [*outside[:8], *inside[:8]]]


def _machine(inventory: dict[str, Any]) -> MachineIdentifiers:
    return MachineIdentifiers(
        manufacturer=text(inventory, "system_vendor", "manufacturer"),
        product=without_sku(text(inventory, "system_vendor", "product_name")),  # the agent has it from lshw
        system_serial=text(inventory, "system_vendor", "serial_number"),
        bmc_mac=text(inventory, "bmc_mac"),
        host_name=text(inventory, "hostname"),
    )


def _board(inventory: dict[str, Any], pointer: str) -> list[Item]:
    """Return the board where its BIOS is told: nothing else is known of it."""
    firmware = at(inventory, "system_vendor", "firmware")
    if (version := text(firmware, "version")) is None:
        return []
    bios = {"bios_vendor": text(firmware, "vendor"), "bios_date": text(firmware, "build_date")}
    return [
        Item(
            kind=ComponentKind.BOARD,
            list="system_vendor",
            firmware=version,
            attributes=told(bios),
            origin=Origin(pointer=f"{pointer}/system_vendor"),
        )
    ]


def _cpus(inventory: dict[str, Any], pointer: str) -> list[Item]:
    """Return a CPU for each socket; the number of processors that the kernel counts says nothing of sockets."""
    sockets, threads = whole(inventory, "cpu", "socket_count"), whole(inventory, "cpu", "count")
    if not sockets or sockets > _MOST_SOCKETS:
        return []
    each = threads // sockets if threads and threads % sockets == 0 else None
    cpu = Item(
        kind=ComponentKind.CPU,
        list="cpu",
        model=text(inventory, "cpu", "model_name"),
        attributes=told({"threads": each, "architecture": text(inventory, "cpu", "architecture")}),
        origin=Origin(pointer=f"{pointer}/cpu"),
    )
    return [cpu] * sockets


PARSER = Parser(
    name="ironic",
    version=2,
    expects="the introspection data of OpenStack Ironic, or the inventory of its agent, in JSON",
    sniff=_sniff,
    parse=one_by_one(_parse),
)
