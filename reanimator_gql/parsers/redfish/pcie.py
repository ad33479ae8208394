"""What the lists of PCIe devices and slots tell: cards that nothing else lists, and more of those that something does.

Not parts: bridges and root ports, what a chipset or CPU has inside (SATA, USB, DMA engines), the BMC's video chip. A
device is a part that bears a serial or part number, stands in a slot, or is of a class that is plugged in as a card.
Lanes and speed of a slot are the slot's, never the card's.
"""

import re

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.pci import kind_of_class
from reanimator_gql.parsers.redfish.network import interface_macs
from reanimator_gql.parsers.redfish.place import is_absent, label, place_of
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tale import NUMBERS, Tale, chosen, health, numbers, pcie, present_speed
from reanimator_gql.parsers.redfish.tree import Tree

CLASSES = {
    "networkcontroller": ComponentKind.NIC,
    "wirelesscontroller": ComponentKind.NIC,
    "displaycontroller": ComponentKind.GPU,
    "massstoragecontroller": ComponentKind.HBA,
    "processingaccelerators": ComponentKind.PCIE,
    "coprocessor": ComponentKind.PCIE,
    "processor": ComponentKind.PCIE,
    "encryptioncontroller": ComponentKind.PCIE,
    "multimediacontroller": ComponentKind.PCIE,
}
# HPE and Dell put the base class into the last byte: 0x000002 is a network controller.
BASES = {
    1: "massstoragecontroller",
    2: "networkcontroller",
    3: "displaycontroller",
    6: "bridge",
    8: "systemperipheral",
    0x0B: "processor",
    0x0C: "serialbuscontroller",
    0x10: "encryptioncontroller",
    0x12: "processingaccelerators",
}
INSIDE = re.compile(
    r"ASPEED|Matrox|\bG200|Embedded Video|Integrated (?:Matrox|Graphics)|Pilot|Hi171\d|HiSilicon|iLO\b"
    r"|Root (?:Port|Complex)|\bbridge\b|chipset|\bPCH\b|\bAHCI\b|\bS?SATA\b|\bUSB\b|xHCI|\bVMD\b|\bIIO\b|\bDMA\b"
    r"|PCIe (?:Controller|Switch)|\bLPC\b|SMBus|Thermal|\bHECI\b|\bMEI?\b|Host Controller|Starship|Matisse"
    r"|Cryptographic",
    re.IGNORECASE,
)
_DRIVE = re.compile(r"NVMe|\bSSD\b|Solid State", re.IGNORECASE)
_EMPTY_NAME = re.compile(r"pcie? ?devices?|adapter|add-in card|function \d+|unknown|device \d+", re.IGNORECASE)
_CHIP_PLACE = re.compile(r"on-?board|embedded|integrated in", re.IGNORECASE)
_CONTENT = {"DeviceType": "device_type", "Description": "description", **NUMBERS}
_FUNCTION_CONTENT = {
    "VendorId": "vendor_id",
    "DeviceId": "device_id",
    "SubsystemVendorId": "subsystem_vendor_id",
    "SubsystemId": "subsystem_device_id",
    "DeviceClass": "device_class",
}


def devices(tree: Tree) -> list[Tale]:
    """Return what the PCIeDevice resources tell of cards."""
    functions: dict[str, list[Resource]] = {}
    for one in tree.of("PCIeFunction"):
        for key in {key_of(one.parent.rpartition("/")[0]), *map(key_of, one.links("Links", "PCIeDevice"))}:
            functions.setdefault(key, []).append(one)
    labels = _slot_labels(tree)
    found = [_device(one, functions.get(one.key, []), labels.get(one.key), tree) for one in tree.of("PCIeDevice")]
    return [tale for tale in found if tale is not None]


def _slot_labels(tree: Tree) -> dict[str, str]:
    """Return the labels of slots by the devices in them, where the slots tell."""
    labels: dict[str, str] = {}
    for slots in tree.of("PCIeSlots"):
        for slot in slots.elements("Slots", "PCIeSlot"):
            where = label(slot)
            for path in slot.links("Links", "PCIeDevice"):
                if where:
                    labels.setdefault(key_of(path), where)
    return labels


def _device(one: Resource, functions: list[Resource], where: str | None, tree: Tree) -> Tale | None:
    first = functions[0] if functions else None
    kind, device_class = _kind(one, functions)
    named = numbers(one)
    named["model"] = _model(one)
    slot = where or _slot(one)
    if is_absent(one):
        return Tale(kind, "PCIeDevice", one, one.parent, slot=slot, present=False) if slot else None
    tale = Tale(
        kind,
        "PCIeDevice",
        one,
        one.parent,
        slot=slot,
        firmware=one.text("FirmwareVersion"),
        uuid=one.text("UUID"),
        macs=tuple(mac for function in functions for mac in interface_macs(tree, function)),
        attributes=chosen(one, _CONTENT) | (chosen(first, _FUNCTION_CONTENT) if first else {}),
        telemetry=health(one) | present_speed(one, "PCIeInterface"),
        same=tuple(path for function in functions for path in _made_by(function)),
        **named,
        **pcie(one, "PCIeInterface"),
    )
    return tale if _is_part(tale, device_class) else None


def _made_by(function: Resource) -> list[str]:
    """Return the resources that are the same part as a function's device, and the function itself."""
    names = ("StorageControllers", "Drives", "Processor", "NetworkDeviceFunctions")
    return [function.path, *(path for name in names for path in function.links("Links", name))]


def _kind(one: Resource, functions: list[Resource]) -> tuple[ComponentKind, str]:
    """Return the kind, by the class of the functions, else by the words of the name."""
    classes = [_class(function) for function in functions]
    told_class = next((each for each in classes if each in CLASSES), next(iter(classes), ""))
    words = f"{one.text('Name') or ''} {one.text('Description') or ''} {one.text('Model') or ''}"
    by_name = kind_of_class(words)
    if told_class == "massstoragecontroller" and by_name is ComponentKind.RAID:
        return by_name, told_class
    if told_class in {"massstoragecontroller", ""} and by_name is not ComponentKind.NIC and _DRIVE.search(words):
        return ComponentKind.STORAGE, told_class
    if told_class == "serialbuscontroller" and by_name in {ComponentKind.HBA, ComponentKind.NIC}:
        return by_name, ""  # Fibre Channel is a serial bus, like USB
    return CLASSES.get(told_class, by_name if not told_class else ComponentKind.PCIE), told_class


def _class(function: Resource) -> str:
    if told_class := function.text("DeviceClass"):
        return told_class.casefold()
    code = function.text("ClassCode") or ""
    digits = code.casefold().removeprefix("0x")
    if not re.fullmatch(r"[0-9a-f]{6}", digits):
        return ""
    return BASES.get(int(digits[:2], 16) or int(digits[4:], 16), "")


def _model(one: Resource) -> str | None:
    """Return the model, or the name where a part number stands in the model's place."""
    model, name = one.text("Model"), one.text("Name")
    others = {(one.text(field) or "").strip().casefold() for field in ("PartNumber", "SKU", "SparePartNumber")}
    if model and model.strip().casefold() not in others:
        return model
    return name if name and not _EMPTY_NAME.fullmatch(name) else model


def _slot(one: Resource) -> str | None:
    """Return the slot of a card: its label, or its kind and number; a chip on the board has none."""
    slot = one.raw("Slot")
    if isinstance(slot, dict) and slot:
        place = place_of(one.element(slot, "/Slot", "PCIeSlot"))
        if place:
            return None if _CHIP_PLACE.search(place) else place
    place = label(one) or one.oem_text("DeviceLocator", "SlotNumber")
    if place is None and re.fullmatch(r"(?:pcie?[ _-]?)?slot[ _-]?\d+", one.id, re.IGNORECASE):
        place = one.id
    return place if place and not _CHIP_PLACE.search(place) else None


def _is_part(tale: Tale, device_class: str) -> bool:
    words = f"{tale.resource.text('Name') or ''} {tale.model or ''} {tale.vendor or ''}"
    if tale.normal_serial() is not None:
        return True
    if tale.kind is ComponentKind.STORAGE or _CHIP_PLACE.search(words):
        return False
    if INSIDE.search(words) and "SAS" not in words:
        return False
    if device_class in {"bridge", "systemperipheral", "serialbuscontroller", "memorycontroller"}:
        return False
    if tale.slot is not None:
        return True
    # Without a serial and a slot only a card's class tells a card from a function inside the CPU.
    return tale.kind is not ComponentKind.PCIE and bool(tale.model)


def empty_slots(tree: Tree) -> list[Tale]:
    """Return the slots that are told to be empty."""
    found: list[Tale] = []
    for slots in tree.of("PCIeSlots"):
        for one in slots.elements("Slots", "PCIeSlot"):
            slot = label(one)
            if slot and is_absent(one):
                where = f"{slots.path}#/Slots"
                found.append(Tale(ComponentKind.PCIE, "PCIeSlots", one, where, slot=slot, present=False))
    return found
