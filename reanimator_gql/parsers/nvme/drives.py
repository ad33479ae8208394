"""The controllers in nvme's JSON, and the drives that they are.

Old versions and `nvme list` without -v list namespaces, each with its drive's serial; with -v they list subsystems with
controllers with namespaces, and with multipath the namespaces stand beside the controllers. `id-ctrl` tells one
controller and no place, and of its many capabilities only what names it is taken.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from reanimator_gql.domain.identity.places import place_order
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, Origin
from reanimator_gql.parsers.json_values import entries, first_text, text, told, unknown, whole
from reanimator_gql.parsers.logical_drives import is_logical_drive
from reanimator_gql.parsers.pci import device_address

_NAMESPACE = re.compile(r"(.*nvme\d+)(?:c\d+)?n\d+$")
_KNOWN = frozenset(
    {
        "NameSpace", "Namespace", "DevicePath", "GenericPath", "Firmware", "ModelNumber", "SerialNumber", "UsedBytes",
        "MaximumLBA", "MaximiumLBA", "PhysicalSize", "SectorSize", "Index", "ProductName", "Controller", "Cntlid",
        "Transport", "Address", "State", "Slot", "Namespaces", "Paths", "HostNQN", "HostID", "Generic", "NSID",
    }
)  # fmt: skip
_LOCAL = frozenset({"pcie", "apple-nvme"})


class Seen(NamedTuple):
    """A drive as one entry tells it: the thing that makes entries one drive, the kernel's name, its namespaces."""

    drive: tuple[str, ...]
    name: str
    local: bool
    item: Item
    sizes: dict[str, int]
    used: dict[str, int]
    unknown: frozenset[str] = frozenset()


def listed(path: str, value: dict[str, Any]) -> list[Seen]:
    """Return what a list tells: an entry a namespace, or an entry a controller."""
    seen: list[Seen] = []
    for number, entry in entries(value, "Devices"):
        pointer = f"/Devices/{number}"
        if "Subsystems" in entry:
            for place, subsystem in entries(entry, "Subsystems"):
                seen += _subsystem(path, f"{pointer}/Subsystems/{place}", subsystem)
        elif "Controllers" in entry:
            seen += _subsystem(path, pointer, entry)
        else:
            seen.append(_namespace(path, pointer, entry))
    return seen


def _namespace(path: str, pointer: str, entry: dict[str, Any]) -> Seen:
    name = text(entry, "DevicePath") or ""
    match = _NAMESPACE.fullmatch(name)
    others = unknown(entry, _KNOWN)
    content = {"sector_size": whole(entry, "SectorSize"), "product_name": text(entry, "ProductName")}
    item = _item(entry, "Devices", name or None, Origin(file=path, pointer=pointer), {**others, **told(content)})
    drive = ("Devices", match.group(1) if match else name or f"{path}{pointer}", item.serial or "")
    local = not is_logical_drive(None, item.model)
    return Seen(drive, name, local, item, *_space([entry], name or pointer), frozenset(others))


def _subsystem(path: str, pointer: str, subsystem: dict[str, Any]) -> list[Seen]:
    shared = [namespace for _, namespace in entries(subsystem, "Namespaces")]
    return [
        _controller(path, f"{pointer}/Controllers/{number}", controller, shared, subsystem)
        for number, controller in entries(subsystem, "Controllers")
    ]


def _controller(
    path: str, pointer: str, entry: dict[str, Any], shared: list[dict[str, Any]], subsystem: dict[str, Any]
) -> Seen:
    name, transport = text(entry, "Controller") or "", (text(entry, "Transport") or "pcie").lower()
    address = device_address(text(entry, "Address"))
    namespaces = shared + [namespace for _, namespace in entries(entry, "Namespaces")]
    others = unknown(entry, _KNOWN)
    content = {
        "sector_size": next((size for one in namespaces if (size := whole(one, "SectorSize"))), None),
        "subsystem_nqn": text(subsystem, "SubsystemNQN"),
        "physical_slot": text(entry, "Slot"),
    }
    slot = f"pci@{address}" if address else f"/dev/{name}" if name else None
    item = _item(entry, "Subsystems", slot, Origin(file=path, pointer=pointer), {**others, **told(content)})
    # Two controllers of one subsystem with one serial are the two ports of a drive.
    place = text(subsystem, "SubsystemNQN") or f"{path}{pointer.rpartition('/Controllers')[0]}"
    drive = ("Subsystems", place, item.serial or f"{path}{pointer}")
    local = transport in _LOCAL and not is_logical_drive(None, item.model)
    return Seen(drive, name, local, item, *_space(namespaces, pointer), frozenset(others))


def _space(namespaces: list[dict[str, Any]], unnamed: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return size and used bytes of each namespace by its name: with multipath one may stand twice."""
    named = [
        (first_text(one, "DevicePath", "NameSpace", "Namespace") or f"{unnamed}/{number}", one)
        for number, one in enumerate(namespaces)
    ]
    sizes = {name: size for name, one in named if (size := whole(one, "PhysicalSize"))}
    return sizes, {name: used for name, one in named if (used := whole(one, "UsedBytes")) is not None}


def identified(path: str, value: dict[str, Any]) -> Seen:
    """Return the controller of `id-ctrl`. It does not tell how it was reached: what it calls itself must say."""
    oui = whole(value, "ieee")
    content = {
        "size_bytes": whole(value, "tnvmcap") or None,
        "pci_vendor_id": _pci_id(whole(value, "vid")),
        "pci_subsystem_vendor_id": _pci_id(whole(value, "ssvid")),
        "ieee_oui": f"{oui:06x}" if oui is not None else None,
        "nvme_version": _version(whole(value, "ver")),
        "subsystem_nqn": text(value, "subnqn"),
    }
    item = _item(value, "id-ctrl", None, Origin(file=path, pointer=""), told(content))
    over_network = whole(value, "vid") == 0 or is_logical_drive(None, item.model)
    drive = ("id-ctrl", item.model or "", item.serial or path)
    return Seen(drive, item.model or "", not over_network, item, {}, {})


def _item(entry: dict[str, Any], in_list: str, slot: str | None, origin: Origin, content: dict[str, Any]) -> Item:
    return Item(
        kind=ComponentKind.STORAGE,
        list=in_list,
        slot=slot,
        serial=first_text(entry, "SerialNumber", "sn"),
        model=first_text(entry, "ModelNumber", "mn"),
        firmware=first_text(entry, "Firmware", "fr"),
        attributes={**content, "interface": "NVMe", "media": "SSD"},
        origin=origin,
    )


def _pci_id(number: int | None) -> str | None:
    return f"0x{number:04x}" if number is not None else None


def _version(number: int | None) -> str | None:
    """Return the version of NVMe in a register's number: 66304 is 1.3.0."""
    return f"{number >> 16}.{number >> 8 & 255}.{number & 255}" if number else None


def drives_of(seen: Iterable[Seen]) -> list[Item]:
    """Return one item for each drive, in the natural order of their places."""
    drives: dict[tuple[str, ...], list[Seen]] = {}
    for one in seen:
        drives.setdefault(one.drive, []).append(one)
    items = [_drive(together) for together in drives.values()]
    return sorted(_with_details(items), key=lambda item: (item.list, place_order(item.slot or ""), item.serial or ""))


def _drive(together: list[Seen]) -> Item:
    first = together[0].item
    sizes = {name: size for one in together for name, size in one.sizes.items()}
    used = {name: amount for one in together for name, amount in one.used.items()}
    # `id-ctrl` tells no name.
    names = sorted({one.name for one in together if one.name and one.item.slot}, key=place_order)
    attributes = {**first.attributes, **({"size_bytes": sum(sizes.values())} if sizes else {})}
    telemetry = told({"used_bytes": sum(used.values()) if used else None, "names": names or None})
    return msgspec.structs.replace(first, attributes=attributes, telemetry=telemetry)


def _with_details(items: list[Item]) -> list[Item]:
    """Return the items, those of `id-ctrl` as details of the one listed with the same serial and model."""
    kept = [item for item in items if item.list != "id-ctrl"]
    listed_by = {(item.serial, item.model): number for number, item in enumerate(kept)}
    for item in items:
        if item.list != "id-ctrl":
            continue
        if item.serial is None or (number := listed_by.get((item.serial, item.model))) is None:
            kept.append(item)
        else:
            attributes = {**item.attributes, **kept[number].attributes}
            kept[number] = msgspec.structs.replace(kept[number], attributes=attributes)
    return kept
