"""The board with its BIOS, the BMC, the TPM and the backplanes of a machine."""

import re
from typing import Any

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.redfish.identifiers import bmc_macs, board_serial, is_dell
from reanimator_gql.parsers.redfish.machine import Estate
from reanimator_gql.parsers.redfish.place import is_absent, label, place_of
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tale import NUMBERS, Tale, chosen, health, name_of, numbers
from reanimator_gql.parsers.redfish.tree import Tree

_BOARD_PART = (
    "PCAPartNumber",
    "SystemBoardPartNumber",
    "MainboardPartNumber",
    "BaseBoardPartNumber",
    "BoardPartNumber",
)
_BOARD_MODEL = ("BoardName", "MainboardModel", "BoardModel", "BaseBoardProductName", "BoardProductName")
_OEM = {"model": _BOARD_MODEL, "part_number": _BOARD_PART}
_BACKPLANE = re.compile(r"back ?plane|\bHDD_?BP|\bBP[_\d]|_BP_", re.IGNORECASE)
_OUTSIDE = re.compile(r"external|jbod", re.IGNORECASE)
_TPM = re.compile(r"\bTPM|trusted platform", re.IGNORECASE)
_OF_TPM = ("FirmwareVersion", "InterfaceType", "Manufacturer", "Model", "PartNumber", "SerialNumber")
_KINDS_OF_BOARD = (("backplane", ComponentKind.BACKPLANE), ("riser", ComponentKind.OTHER))


def boards(estate: Estate) -> list[Tale]:
    """Return the board of each machine. The BIOS version is the board's firmware."""
    return [tale for machine in estate.machines for tale in _board(estate, machine)]


def _board(estate: Estate, machine: Resource) -> list[Tale]:
    dell, main_boards = is_dell(machine), estate.main_boards_of(machine)
    places = (machine, *estate.chassis_of(machine))
    # Dell's system number and part number are those of its board.
    serial = machine.text("SerialNumber") if dell else board_serial(estate, machine)
    oem = {name: next((v for one in places if (v := one.oem_text(*names))), None) for name, names in _OEM.items()}
    assembly = next(iter(_assemblies(estate, machine)), None)
    system = {"system_model": machine.text("Model"), "system_sku": machine.text("SKU")}
    tale = Tale(
        ComponentKind.BOARD,
        "ComputerSystem",
        machine,
        machine.parent,
        serial=serial or (assembly.text("SerialNumber") if assembly else None),
        vendor=machine.text("Manufacturer"),
        model=oem["model"] or (assembly.text("Model") if assembly else None) or _model_of_chassis(estate, machine),
        part_number=(machine.text("PartNumber") if dell else None)
        or oem["part_number"]
        or (assembly.text("PartNumber") if assembly else None),
        firmware=machine.text("BiosVersion"),
        attributes=told(system),
        telemetry=health(machine) | told({"power_state": machine.text("PowerState")}),
        same=tuple(one.path for one in main_boards),
    )
    return [tale, *(_main_board(one) for one in main_boards)]


def _model_of_chassis(estate: Estate, machine: Resource) -> str | None:
    """Return the board's model as Supermicro tells it: as the chassis' model, beside the board's serial."""
    if maker(machine.text("Manufacturer"), "SYSTEM") != "supermicro":
        return None
    models = (one.text("Model") for one in estate.chassis_of(machine) if one.oem_text("BoardSerialNumber"))
    return next((model for model in models if model and model != machine.text("Model")), None)


def _assemblies(estate: Estate, machine: Resource) -> list[Resource]:
    """Return what the chassis' Assembly tells of the system board."""
    assemblies = (one for chassis in estate.chassis_of(machine) for one in estate.tree.below(chassis.path))
    return [
        one
        for assembly in assemblies
        if assembly.type == "Assembly"
        for one in assembly.elements("Assemblies", "AssemblyData")
        if (one.text("PhysicalContext") or "").casefold() == "systemboard"
    ]


def _main_board(one: Resource) -> Tale:
    named = numbers(one)
    named["model"] = one.text("BoardName") or named["model"]
    content = chosen(one, {"PCBVersion": "pcb_version", "CPLDVersion": "cpld_version"})
    return Tale(ComponentKind.BOARD, "Board", one, one.parent, attributes=content, telemetry=health(one), **named)


def other_boards(tree: Tree) -> list[Tale]:
    """Return the other boards that Huawei and xFusion list: backplanes, risers, RAID cards that controllers name."""
    cards = {key_of(path) for one in tree.of("Storage") for path in _card_links(one)}
    found: list[Tale] = []
    for one in tree.of("Board", "HwBoards", "Boards"):
        words = (one.text("DeviceType", "Name") or "").casefold()
        kind = next((kind for word, kind in _KINDS_OF_BOARD if word in words), None)
        if kind is None and one.key not in cards:
            continue
        named = numbers(one)
        named["model"] = one.text("BoardName") or named["model"]
        slot, present = one.text("DeviceLocator") or place_of(one), not is_absent(one)
        teller = "Board" if kind else "RaidBoard"
        found.append(Tale(kind or ComponentKind.RAID, teller, one, one.parent, slot=slot, present=present, **named))
    return found


def _card_links(storage: Resource) -> list[str]:
    controllers = storage.elements("StorageControllers", "StorageController")
    return [path for one in controllers for path in one.links("Oem", "Huawei", "AssociatedCard")]


def bmcs(estate: Estate) -> list[Tale]:
    """Return the BMCs of each machine."""
    owned = [one for machine in estate.machines for one in estate.managers_of(machine)]
    return [_bmc(one, estate) for one in (owned if estate.machines else estate.bmcs())]


def _bmc(one: Resource, estate: Estate) -> Tale:
    return Tale(
        ComponentKind.BMC,
        "Manager",
        one,
        one.parent,
        slot=one.text("Id") or one.id,
        firmware=one.text("FirmwareVersion"),
        uuid=one.text("UUID"),
        macs=bmc_macs(estate.tree, one),
        telemetry=health(one),
        attributes=chosen(one, NUMBERS),
        **numbers(one),
    )


def trusted_modules(tree: Tree) -> list[Tale]:
    """Return the TPMs. A root of trust that is a chip of the board or of a CPU is no part."""
    found: list[Tale] = []
    inline = [one for system in tree.of("ComputerSystem") for one in system.elements("TrustedModules", "TrustedModule")]
    present = [one for one in inline if not is_absent(one) and not _is_no_tpm(one)]
    components = [one for one in tree.of("TrustedComponent") if _is_tpm(one) and not is_absent(one)]
    # One told by the system and one by the chassis: the same, and which is which of several nobody says.
    pair = len(present) == 1 and len(components) == 1
    same = tuple(one.path for one in components) if pair else ()
    found += [_tpm(one, "TrustedModules", same) for one in present]
    if pair or not present:
        found += [_tpm(one, "TrustedComponent", ()) for one in components]
    return found


def _is_no_tpm(one: Resource) -> bool:
    """Return whether a module is disabled and nothing of it is known: a socket without one is told so, too."""
    known = any(normal.value(one.text(name)) for name in _OF_TPM)
    return not known and (one.state() or "").casefold() == "disabled"


def _is_tpm(one: Resource) -> bool:
    words = (one.id, one.text("Name"), one.text("Description"), one.text("Model"))
    integrated = (one.text("TrustedComponentType") or "").casefold() == "integrated"
    return not integrated and any(_TPM.search(word) for word in words if word)


def _tpm(one: Resource, teller: str, same: tuple[str, ...]) -> Tale:
    where = one.path.rpartition("/")[0] if teller == "TrustedModules" else one.parent
    content: dict[str, Any] = chosen(one, {"InterfaceType": "interface", "TrustedComponentType": "type"})
    named = numbers(one)
    named["vendor"] = named["vendor"] or one.oem_text("VendorName")
    return Tale(
        ComponentKind.TPM,
        teller,
        one,
        where,
        firmware=one.text("FirmwareVersion"),
        uuid=one.text("UUID"),
        attributes=content,
        telemetry=health(one),
        same=same,
        **named,
    )


def backplanes(estate: Estate) -> list[Tale]:
    """Return the drive backplanes: chassis of their own, or HPE's enclosures where no such chassis is told."""
    own = {key_of(path) for machine in estate.machines for path in machine.links("Links", "Chassis")[:1]}
    found = [_backplane(one, "Chassis") for one in estate.tree.of("Chassis") if one.key not in own and _is_one(one)]
    if found:
        return found
    smart = estate.tree.of("HpeSmartStorageStorageEnclosure")
    return [_backplane(one, "HpeSmartStorageStorageEnclosure") for one in smart]


def _is_one(chassis: Resource) -> bool:
    words = f"{chassis.id} {chassis.text('Name') or ''} {chassis.text('Model') or ''}"
    if _OUTSIDE.search(words):
        return False
    kind = (chassis.text("ChassisType") or "").casefold()
    location = (chassis.text_at("Location", "PartLocation", "LocationType") or "").casefold()
    if kind == "storageenclosure" or location == "backplane":
        return True
    return kind in {"enclosure", "module", "component", "other"} and _BACKPLANE.search(words) is not None


def _backplane(one: Resource, teller: str) -> Tale:
    named = numbers(one)
    named["model"] = named["model"] or name_of(one)
    return Tale(
        ComponentKind.BACKPLANE,
        teller,
        one,
        one.parent,
        slot=label(one) or place_of(one) or one.text("Name"),
        firmware=one.text("FirmwareVersion") or one.oem_text("FirmwareVersion"),
        present=not is_absent(one),
        attributes=chosen(one, {"DriveBayCount": "bays", **NUMBERS}),
        telemetry=health(one),
        **named,
    )
