"""The lists of Reanimator hardware JSON: one function a list, from the object of one part to an item.

Places that the kernel gives (`device_path`, `bdf`) change at boots: they are telemetry, and hold a place only where
the file names none.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.hardware_json.fields import Fields, Notes, type_name
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.pci import device_address, fold_functions, kind_of_class

CARDS = frozenset({ComponentKind.NIC, ComponentKind.HBA, ComponentKind.RAID, ComponentKind.GPU, ComponentKind.PCIE})
COVERED_BY = {
    "cpus": frozenset({ComponentKind.CPU}),
    "memory": frozenset({ComponentKind.MEMORY}),
    "storage": frozenset({ComponentKind.STORAGE}),
    "pcie_devices": CARDS,
    "power_supplies": frozenset({ComponentKind.PSU}),
}


def read_list(hardware: Fields, name: str, notes: Notes) -> list[Item] | None:
    """Return the items of one list, or None where the file does not tell it (missing or null)."""
    entries = entries_of(hardware, name, notes)
    if entries is None:
        return None
    if name == "pcie_devices":
        return [_placed(card) for card in fold_functions([_card(fields) for fields in entries])]
    return [_READERS[name](fields) for fields in entries]


def entries_of(hardware: Fields, name: str, notes: Notes) -> list[Fields] | None:
    """Return the objects of a list; None for null. Anything else is refused with its path."""
    value, path = hardware.raw(name), hardware.path_of(name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise ParseError(f"{path} is {type_name(value)}", "it must be a list, or null where it was not read", path=path)
    pointer = f"{hardware.origin.pointer}/{name}"
    return [Fields(entry, f"{path}[{number}]", notes, f"{pointer}/{number}") for number, entry in enumerate(value)]


def _cpu(fields: Fields) -> Item:
    fields.attribute("microcode", "status")
    fields.number("cores", "threads", "max_frequency_mhz")
    fields.measured("frequency_mhz")
    return _item(fields, ComponentKind.CPU, "cpus", slot=fields.text("socket", "slot"))


def _memory(fields: Fields) -> Item:
    fields.attribute("type", "status")
    fields.number("size_mb", "max_speed_mhz")
    fields.measured("current_speed_mhz")
    return _item(fields, ComponentKind.MEMORY, "memory", slot=fields.text("slot"))


def _drive(fields: Fields) -> Item:
    fields.attribute("type", "media", "interface", "status")
    fields.number("size_gb", "size_bytes", "rotation_rpm")
    fields.measured("power_on_hours", "life_left_pct")
    slot, path = fields.text("slot"), fields.text("device_path")
    if path:
        fields.telemetry["device_path"] = path
    return _item(fields, ComponentKind.STORAGE, "storage", slot=slot or path, wwn=fields.text("wwn"), **_link(fields))


def _card(fields: Fields) -> tuple[str | None, Item]:
    """Return the address of the device and the item of one of its functions."""
    fields.attribute("vendor_id", "device_id", "subsystem_vendor_id", "subsystem_device_id", "bus", "name", "status")
    fields.number("port_speed_gbps", "ports")
    device_class = fields.text("device_class")
    if device_class is not None:
        fields.attributes["device_class"] = device_class
    slot, bdf = fields.text("slot"), fields.text("bdf")
    if bdf:
        fields.telemetry["bdf"] = bdf
    item = _item(
        fields,
        kind_of_class(device_class),
        "pcie_devices",
        slot=slot or None,
        uuid=fields.text("uuid"),
        macs=fields.texts("mac_addresses"),
        **_link(fields),
    )
    return device_address(bdf), item


def _placed(card: Item) -> Item:
    """Return the card in its slot; where no function tells one, at its device address."""
    bdf = card.telemetry.get("bdf")
    return msgspec.structs.replace(card, slot=card.slot or device_address(bdf) or bdf)


def _psu(fields: Fields) -> Item:
    fields.attribute("name", "status")
    fields.number("wattage_w")
    return _item(fields, ComponentKind.PSU, "power_supplies", slot=fields.text("slot"))


def _link(fields: Fields) -> dict[str, Any]:
    fields.present_speed("link_speed")
    return {
        "link_width": fields.width("link_width"),
        "max_link_width": fields.width("max_link_width"),
        "max_link_speed_gts": fields.max_speed("max_link_speed"),
    }


def _item(fields: Fields, kind: ComponentKind, name: str, **values: Any) -> Item:
    """Return the item with the fields that all lists share; whatever is left is kept with a warning."""
    present = fields.present()
    vendor = fields.text("manufacturer", "vendor")
    model, part_number = fields.text("model"), fields.text("part_number")
    serial, firmware = fields.text("serial_number"), fields.text("firmware")
    fields.rest()
    return Item(
        kind=kind,
        list=f"hardware.{name}",
        serial=serial,
        vendor=vendor,
        model=model,
        part_number=part_number,
        firmware=firmware,
        present=present,
        attributes=fields.attributes,
        telemetry=fields.telemetry,
        origin=fields.origin,
        **values,
    )


_READERS: dict[str, Callable[[Fields], Item]] = {
    "cpus": _cpu,
    "memory": _memory,
    "storage": _drive,
    "power_supplies": _psu,
}
