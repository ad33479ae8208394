"""HPE's own lists of what is plugged in: `Chassis/1/Devices`, and `Systems/1/PCIDevices` of older iLOs.

They say less than the standard's resources, and the second knows no serials; they name the slots best.
"""

import re

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.redfish.pcie import BASES, CLASSES, INSIDE
from reanimator_gql.parsers.redfish.place import is_absent
from reanimator_gql.parsers.redfish.resource import Resource
from reanimator_gql.parsers.redfish.tale import Tale, chosen, health, numbers
from reanimator_gql.parsers.redfish.tree import Tree

_HAS_NUMBER = re.compile(r"\d")
_KINDS = (
    (re.compile(r"battery", re.IGNORECASE), ComponentKind.BATTERY),
    (re.compile(r"backplane", re.IGNORECASE), ComponentKind.BACKPLANE),
    (re.compile(r"nvme|drive|disk", re.IGNORECASE), ComponentKind.STORAGE),
    (re.compile(r"lom|nic|network|ocp", re.IGNORECASE), ComponentKind.NIC),
    (re.compile(r"gpu|graphics", re.IGNORECASE), ComponentKind.GPU),
    (re.compile(r"smart storage|raid|array", re.IGNORECASE), ComponentKind.RAID),
    (re.compile(r"fibre|fc |hba|storage", re.IGNORECASE), ComponentKind.HBA),
)


def devices(tree: Tree) -> list[Tale]:
    """Return what HPE's list of devices tells (`Chassis/1/Devices`), empty slots among it."""
    found = [_device(one) for one in tree.of("HpeServerDevice")]
    return [tale for tale in found if tale is not None]


def _device(one: Resource) -> Tale | None:
    words = one.text("DeviceType") or ""
    kind = next((kind for pattern, kind in _KINDS if pattern.search(words)), ComponentKind.PCIE)
    place = one.text("Location")
    slot = place if place and _HAS_NUMBER.search(place) else None
    if is_absent(one):
        return Tale(ComponentKind.PCIE, "HpeServerDevice", one, one.parent, slot=slot, present=False) if slot else None
    named = numbers(one)
    named["model"] = one.text("Name")
    named["part_number"] = one.text("ProductPartNumber", "PartNumber")
    tale = Tale(
        kind,
        "HpeServerDevice",
        one,
        one.parent,
        slot=slot,
        firmware=one.text("FirmwareVersion"),
        attributes=chosen(
            one, {"DeviceType": "device_type", "ProductVersion": "version", "PartNumber": "spare_part_number"}
        ),
        telemetry=health(one),
        **named,
    )
    is_card = kind is not ComponentKind.PCIE or (slot is not None and not INSIDE.search(named["model"] or ""))
    return tale if tale.normal_serial() is not None or is_card else None


def pci_devices(tree: Tree) -> list[Tale]:
    """Return what the list of PCI devices tells of cards in slots."""
    found = [_pci_device(one) for one in tree.of("HpeServerPciDevice")]
    return [tale for tale in found if tale is not None]


def _pci_device(one: Resource) -> Tale | None:
    base, sub, name, slot = (
        one.number("ClassCode"),
        one.number("SubclassCode"),
        one.text("Name"),
        one.text("DeviceLocation"),
    )
    kind = CLASSES.get(BASES.get(int(base), "")) if base is not None else None
    if base == 1 and sub == 4:
        kind = ComponentKind.RAID
    if base == 1 and sub == 8:
        return None  # an NVMe drive: it bears no serial here
    if (base, sub) == (12, 4):
        kind = ComponentKind.HBA
    if kind is None or slot is None or not _HAS_NUMBER.search(slot) or (name and INSIDE.search(name)):
        return None
    return Tale(kind, "HpeServerPciDevice", one, one.parent, slot=slot, model=name)
