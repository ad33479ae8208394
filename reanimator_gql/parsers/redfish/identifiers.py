"""What names a machine: its serials, its UUID, and the MAC of its BMC, as told.

Which serial of a Dell is the board's and which the service tag is decided by rule A1, so both stay where they are told.
"""

import re

from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.snapshot import MachineIdentifiers
from reanimator_gql.parsers.redfish.machine import Estate
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tree import Tree

_NO_OWN_PORT = re.compile(r"host|usb|vnic|virtual|loopback|^lo$", re.IGNORECASE)
_INSIDE = frozenset({"module", "component", "storageenclosure", "enclosure"})
_BOARD_SERIAL = (
    "PCASerialNumber",
    "SystemBoardSerialNumber",
    "MainboardSerialNumber",
    "MainBoardSerialNumber",
    "BaseBoardSerialNumber",
    "BaseboardSerialNumber",
    "MotherboardSerialNumber",
    "BoardSerialNumber",
)


def identifiers(estate: Estate, machine: Resource) -> MachineIdentifiers:
    """Return what names the machine."""
    chassis = _main_chassis(estate, machine)
    managers = estate.managers_of(machine)
    return MachineIdentifiers(
        manufacturer=machine.text("Manufacturer") or (chassis.text("Manufacturer") if chassis else None),
        product=machine.text("Model") or (chassis.text("Model") if chassis else None),
        system_serial=machine.text("SerialNumber"),
        sku=machine.text("SKU"),
        uuid=machine.text("UUID"),
        board_serial=board_serial(estate, machine),
        chassis_serial=_chassis_serial(machine, chassis),
        bmc_mac=next((mac for one in managers[:1] for mac in bmc_macs(estate.tree, one)), None),
        asset_tag=machine.text("AssetTag") or (chassis.text("AssetTag") if chassis else None),
        host_name=machine.text("HostName"),
    )


def is_dell(system: Resource) -> bool:
    """Return whether Dell made the system: its serial is the board's, its SKU the service tag."""
    return maker(system.text("Manufacturer"), "SYSTEM") == "dell"


def board_serial(estate: Estate, machine: Resource) -> str | None:
    """Return the board's serial where a maker adds it; a Dell's is the system's `SerialNumber`."""
    if is_dell(machine):
        return None
    places = (machine, *estate.chassis_of(machine))
    told = next((serial for one in places if (serial := one.oem_text(*_BOARD_SERIAL))), None)
    return told or next((one.text("SerialNumber") for one in estate.main_boards_of(machine)), None)


def _main_chassis(estate: Estate, machine: Resource) -> Resource | None:
    """Return the chassis that the machine names, else the first that is no module and no enclosure of drives."""
    own = estate.chassis_of(machine)
    named = {key_of(path) for path in machine.links("Links", "Chassis")}
    return next((one for one in own if one.key in named or not _is_inside(one)), None)


def _is_inside(chassis: Resource) -> bool:
    return (chassis.text("ChassisType") or "").casefold() in _INSIDE


def _chassis_serial(machine: Resource, chassis: Resource | None) -> str | None:
    if is_dell(machine):
        # As with the system: the serial of a Dell's chassis is a board's, the tag stands elsewhere.
        return machine.oem_text("ChassisServiceTag") or (chassis.text("SKU") if chassis else None)
    return chassis.text("SerialNumber") if chassis else None


def bmc_macs(tree: Tree, manager: Resource) -> tuple[str, ...]:
    """Return the MACs of the BMC's own ports: not those towards its host, nor what lies on another interface."""
    paths = manager.links("EthernetInterfaces") or [f"{manager.path}/EthernetInterfaces"]
    ports = [one for path in paths for one in tree.below(path) if one.type == "EthernetInterface" and _is_own_port(one)]
    macs = [one.text("PermanentMACAddress", "MACAddress") for one in sorted(ports, key=Resource.order)]
    return tuple(dict.fromkeys(mac for mac in macs if mac))


def _is_own_port(port: Resource) -> bool:
    if port.links("Links", "HostInterface") or port.links("Links", "RelatedInterfaces"):
        return False
    if (port.text("EthernetInterfaceType") or "physical").casefold() != "physical":
        return False
    return not any(_NO_OWN_PORT.search(text) for text in (port.id, port.text("Name") or ""))
