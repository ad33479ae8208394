"""Drives and storage controllers, by the standard's resources and by HPE's SmartStorage.

A controller is a part where it is a card or a chip of a card. Not parts: volumes, the chipset's SATA ports, software
RAID, the CPU as an NVMe drive's controller, and the controller inside a drive (it bears the drive's serial).
"""

import re
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.redfish.network import Ports
from reanimator_gql.parsers.redfish.place import is_absent, is_numbered, label, place_of
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tale import (
    NUMBERS,
    Tale,
    chosen,
    health,
    name_of,
    numbers,
    pcie,
    present_speed,
)
from reanimator_gql.parsers.redfish.tree import Tree

_INTERFACES = {"pcie": "NVMe", "nvme": "NVMe", "sas": "SAS", "sata": "SATA"}
_DRIVE_CONTENT = {
    "DriveFormFactor": "form_factor",
    "BlockSizeBytes": "block_size_bytes",
    "CapableSpeedGbs": "capable_speed_gbps",
    "EncryptionAbility": "encryption_ability",
    "HotPluggable": "hot_pluggable",
    **NUMBERS,
}
_DRIVE_TELEMETRY = {
    "PredictedMediaLifeLeftPercent": "life_left_pct",
    "FailurePredicted": "failure_predicted",
    "NegotiatedSpeedGbs": "negotiated_speed_gbps",
    "PowerOnHours": "power_on_hours",
    "SSDEnduranceUtilizationPercentage": "endurance_used_pct",
    "CurrentTemperatureCelsius": "temperature_c",
}
_WWN_FORMATS = frozenset({"naa", "eui", "nguid", "wwn"})
_WWN = re.compile(r"(?:0x|naa\.|eui\.)?(?:[0-9a-f]{16}|[0-9a-f]{32}|(?:[0-9a-f]{2}[:-]){7}[0-9a-f]{2})", re.IGNORECASE)

_RAID_NAME = re.compile(
    r"(?<!non)(?<!non-)raid|\bPERC\b|Smart ?Array|\bBOSS\b|\bSR\d{3}|\bMR\d{3}|\bP\d{3}i?\b|NS204", re.IGNORECASE
)
_ON_CHIP = re.compile(
    r"chipset|\bPCH\b|\bS?SATA|\bAHCI\b|Rapid Storage|\bVMD\b|PCIe (?:Extender|SSD)|Volume Management|^CPU(?:[ .]|$)"
    r"|\bFCH\b|NVM(?:e|Express)",
    re.IGNORECASE,
)
_SOFTWARE = re.compile(r"\bPERC S\d|\bVROC\b|\bVMD\b|software raid|chipset|Rapid Storage|\bAHCI\b", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:local|integrated|embedded|on-?board)? ?(?:hardware|raid|sas|sata|nvme)? ?(?:disk )?"
    r"(?:storage|controller|storage (?:controller|system|subsystem)) ?\d*",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"(?=.* )(?=.*\d).+")
_CARD_ID = re.compile(r"\.(?:slot|integrated|mezzanine|sl)\.", re.IGNORECASE)
_CONTROLLER_CONTENT = {
    # Of the whole controller towards drives of several protocols, so no speed of a port.
    "SpeedGbps": "speed_gbps",
    "CacheSummary.TotalCacheSizeMiB": "cache_mb",
    "HardwareRevision": "version",
    "InternalPortCount": "internal_ports",
    "ExternalPortCount": "external_ports",
    **NUMBERS,
}


def drives(tree: Tree) -> list[Tale]:
    """Return the drives and empty bays."""
    storages = {one.key for one in tree.of("Storage")}
    protocols = _only_protocols(tree)
    found = [_drive(one, storages, protocols.get(one.key)) for one in tree.of("Drive")]
    found += [_smart_drive(one) for one in tree.of("HpeSmartStorageDiskDrive")]
    simple = [device for one in tree.of("SimpleStorage") for device in one.elements("Devices", "SimpleStorageDevice")]
    return found + [_simple_drive(device) for device in simple]


def _only_protocols(tree: Tree) -> dict[str, str]:
    """Return the protocol of the drives whose controllers know only one; one for SAS takes SATA drives as well."""
    found: dict[str, str] = {}
    for storage in tree.of("Storage"):
        protocols = {text for one in (_listed(storage, tree) or _inline(storage, tree)) for text in _protocols(one)}
        if len(protocols) == 1 and "SAS" not in protocols:
            found |= {key_of(path): only for only in protocols for path in storage.links("Drives")}
    return found


def _drive(one: Resource, storages: set[str], only_protocol: str | None) -> Tale:
    where, slot = _list_of(one, storages), place_of(one)
    if is_absent(one):
        return Tale(ComponentKind.STORAGE, "Drive", one, where, slot=slot, present=False)
    protocol = one.text("Protocol") or only_protocol
    content = {
        "interface": _INTERFACES.get(protocol.casefold(), protocol) if protocol else None,
        "media": one.text("MediaType"),
        "rotation_rpm": _rpm(one, "RotationSpeedRPM"),
        "size_bytes": one.whole("CapacityBytes"),
    }
    return Tale(
        ComponentKind.STORAGE,
        "Drive",
        one,
        where,
        slot=slot,
        firmware=one.text("FirmwareVersion", "Revision"),
        wwn=_wwn(one),
        attributes=told(content) | chosen(one, _DRIVE_CONTENT),
        telemetry=health(one) | chosen(one, _DRIVE_TELEMETRY) | present_speed(one, "PCIeInterface"),
        # A drive behind a controller may name the controller's function.
        same=_devices(one) if content["interface"] == "NVMe" else (),
        **numbers(one),
        **pcie(one, "PCIeInterface"),
    )


def _devices(one: Resource) -> tuple[str, ...]:
    card = one.links("Oem", "Huawei", "AssociatedCard")
    return (*one.links("Links", "PCIeFunctions"), *one.links("Links", "PCIeDevice"), *card)


def _list_of(drive: Resource, storages: set[str]) -> str:
    """Return the list: all drives of all storage subsystems of a system are one, those of a chassis another."""
    place = drive.parent
    while place.count("/") > 1:
        if key_of(place) in storages or key_of(place).rpartition("/")[2] == "storage":
            return place if key_of(place).endswith("/storage") else place.rpartition("/")[0]
        place = place.rpartition("/")[0]
    return drive.parent


def _wwn(one: Resource) -> str | None:
    """Return the durable name that is a WWN, an EUI-64 or an NGUID; a UUID or NQN is none."""
    for identifier in one.objects("Identifiers"):
        name, form = identifier.get("DurableName"), identifier.get("DurableNameFormat")
        known = not isinstance(form, str) or form.casefold() in _WWN_FORMATS
        if isinstance(name, str) and known and _WWN.fullmatch(name.strip()):
            return name
    return None


def _rpm(one: Resource, *way: str) -> int | None:
    """Return the rotation; 0 where the drive says that it does not turn, which in ATA is 1."""
    rpm = one.number(*way)
    return (int(rpm) if rpm > 1 else 0) if rpm is not None and rpm >= 0 else None


def _smart_drive(one: Resource) -> Tale:
    if is_absent(one):
        place = place_of(one)
        return Tale(ComponentKind.STORAGE, "HpeSmartStorageDiskDrive", one, one.parent, slot=place, present=False)
    blocks, block, mib = one.whole("CapacityLogicalBlocks"), one.whole("BlockSizeBytes"), one.whole("CapacityMiB")
    decimal = one.whole("CapacityGB")
    size = blocks * block if blocks and block else (mib << 20 if mib else decimal and decimal * 10**9)
    content = {
        "interface": one.text("InterfaceType"),
        "media": one.text("MediaType"),
        "rotation_rpm": _rpm(one, "RotationalSpeedRpm"),
        "size_bytes": size,
    }
    return Tale(
        ComponentKind.STORAGE,
        "HpeSmartStorageDiskDrive",
        one,
        one.parent,
        slot=label(one) or place_of(one),
        firmware=one.text("FirmwareVersion"),
        attributes=told(content) | chosen(one, {"BlockSizeBytes": "block_size_bytes"}),
        telemetry=health(one) | chosen(one, _DRIVE_TELEMETRY),
        **numbers(one),
    )


def _simple_drive(one: Resource) -> Tale:
    where, slot = one.path.partition("#")[0].rpartition("/")[0], one.text("Name")
    if is_absent(one):
        return Tale(ComponentKind.STORAGE, "SimpleStorage", one, where, slot=slot, present=False)
    return Tale(
        ComponentKind.STORAGE,
        "SimpleStorage",
        one,
        where,
        slot=slot,
        firmware=one.text("FirmwareVersion", "Revision"),
        attributes=told({"size_bytes": one.whole("CapacityBytes")}),
        telemetry=health(one),
        **numbers(one),
    )


def controllers(tree: Tree, ports: Ports, drive_serials: set[str]) -> list[Tale]:
    """Return the storage controllers; `drive_serials` tells the controllers inside drives."""
    found: list[Tale] = []
    for storage in tree.of("Storage"):
        found += [_controller(one, storage, "StorageControllers", ports) for one in _inline(storage, tree)]
    found += [_controller(one, one, "StorageController", ports) for one in tree.of("StorageController")]
    for one in tree.of("HpeSmartStorageArrayController", "HpeSmartStorageHostBusAdapter"):
        found.append(_controller(one, one, "HpeSmartStorageArrayController", ports))
    return [tale for tale in found if _is_part(tale, drive_serials)]


def _inline(storage: Resource, tree: Tree) -> list[Resource]:
    """Return the controllers told inside a Storage resource, where its own collection of them is not read.

    The collection took the place of the list in the standard: both tell of the same controllers.
    """
    return [] if _listed(storage, tree) else storage.elements("StorageControllers", "StorageController")


def _listed(storage: Resource, tree: Tree) -> list[Resource]:
    return [one for listing in tree.followed(storage, "Controllers") for one in tree.followed(listing, "Members")]


def _controller(one: Resource, storage: Resource, teller: str, ports: Ports) -> Tale:
    where = storage.parent if teller == "StorageControllers" else one.parent
    protocols = _protocols(one)
    raid = any("RAID" in text.upper() for text in _texts(one, "SupportedRAIDTypes"))
    named = numbers(one)
    named["part_number"] = named["part_number"] or one.text("ControllerPartNumber")
    # Without a model of its own the name of the storage subsystem says what card it is.
    described = (name_of(one), name_of(storage))
    named["model"] = named["model"] or next((n for n in described if n and not _NO_NAME.fullmatch(n)), None)
    own_name = next((n for n in described[:1] if n and not _NO_NAME.fullmatch(n)), None)
    names = (named["model"], own_name, one.id, storage.id, storage.text("Name"))
    raid = raid or any(_RAID_NAME.search(name) for name in names if name)
    # A RAID controller that serves several protocols is bought by its name, an HBA by its bus.
    only_sas = not raid and "SAS" in protocols and "NVME" not in protocols
    content = {
        "bus": "SAS" if only_sas else None,
        "port_count": len(ports.ports(one)) or _port_count(one),
        "name": own_name if own_name != named["model"] and _says_more(own_name) else None,
    }
    return Tale(
        ComponentKind.RAID if raid else ComponentKind.HBA,
        teller,
        one,
        where,
        slot=_controller_place(one, storage),
        firmware=one.text("FirmwareVersion"),
        present=not is_absent(one),
        attributes=told(content) | chosen(one, _CONTROLLER_CONTENT),
        telemetry=health(one) | present_speed(one, "PCIeInterface"),
        same=_devices(one),
        **named,
        **pcie(one, "PCIeInterface"),
    )


def _says_more(name: str | None) -> bool:
    """Return whether a name is a product's: words with a number, and not that of a place."""
    return name is not None and _PRODUCT.fullmatch(name) is not None and not is_numbered(name)


def _controller_place(one: Resource, storage: Resource) -> str | None:
    """Return the slot; an id such as `RAID.Slot.3-1` is one, a member number is none."""
    told_place = label(one) or one.oem_text("PCISlot", "DeviceLocator", "SlotNumber")
    names = (storage.text("Id"), one.text("Id", "MemberId"))
    return told_place or next((name for name in names if name and _CARD_ID.search(name)), None)


def _texts(one: Resource, *way: str) -> list[str]:
    value: Any = one.raw(*way)
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _protocols(one: Resource) -> set[str]:
    return {text.upper() for text in _texts(one, "SupportedDeviceProtocols")}


def _port_count(one: Resource) -> int | None:
    counts = [number for name in ("InternalPortCount", "ExternalPortCount") if (number := one.whole(name))]
    return sum(counts) or None


def _is_part(tale: Tale, drive_serials: set[str]) -> bool:
    serial, protocols = tale.normal_serial(), _protocols(tale.resource)
    if serial is not None:
        return serial not in drive_serials
    if not tale.present or not (tale.model or tale.part_number):
        return False
    if tale.kind is ComponentKind.RAID or _CARD_ID.search(tale.slot or ""):
        return _SOFTWARE.search(f"{tale.model}") is None
    if protocols and (protocols <= {"NVME", "PCIE"} or protocols == {"SATA"}):
        return False
    # A card may well have SATA in its name, if it does SAS too.
    does_sas = "SAS" in protocols or "SAS" in (tale.model or "")
    return does_sas or _ON_CHIP.search(f"{tale.model} {tale.resource.id}") is None
