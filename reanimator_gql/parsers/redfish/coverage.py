"""Which classes a tree covers for a machine: those whose collections, with all their members, are in the bundle.

Every removal rests on it, so whatever is cut, linked but missing, or counted otherwise than listed covers nothing. No
machine runs without CPU, memory and power, no board without PCIe devices: an empty list of these was not read, and
covers nothing either.
"""

from collections.abc import Iterable

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.redfish.machine import Estate
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tree import Tree

_NEVER_EMPTY = frozenset({ComponentKind.CPU, ComponentKind.MEMORY, ComponentKind.PSU, ComponentKind.BMC})
_CHASSIS = "/redfish/v1/Chassis"
_HPE_DEVICES = (("Oem", "Hpe", "Links", "Devices"), ("Oem", "Hp", "Links", "Devices"))
_SMART_STORAGE = (("Oem", "Hpe", "Links", "SmartStorage"), ("Oem", "Hp", "Links", "SmartStorage"))


class Whole:
    """Which collections of a tree are whole: each is looked at once, whatever number of machines it serves."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[str, bool] = {}

    def is_whole(self, path: str) -> bool:
        """Return whether the collection is in the bundle, lists all its members, and each is in the bundle."""
        key = key_of(path)
        if key not in self._found:
            one = self._tree.get(path)
            self._found[key] = (
                one is not None and not missing_members(one, self._tree) and list_is_whole(one, "Members")
            )
        return self._found[key]


def coverage(
    estate: Estate, machine: Resource, items: Iterable[Item], unowned: set[ComponentKind], whole: Whole
) -> set[ComponentKind]:
    """Return the classes covered. Nothing follows of `unowned`, the kinds of parts whose machine is not certain."""
    told = _Collections(estate, machine, whole)
    covered = {ComponentKind.BOARD, ComponentKind.BMC}
    if told.all_of("Processors"):
        covered.add(ComponentKind.CPU)
    if told.all_of("Memory"):
        covered.add(ComponentKind.MEMORY)
    storage = told.storage()
    if storage:
        covered.add(ComponentKind.STORAGE)
    if told.whole_chassis() and told.power():
        covered.add(ComponentKind.PSU)
    listed = {item.kind for item in items if item.present}
    covered |= _cards(told, storage, ComponentKind.GPU in listed)
    return {kind for kind in covered - unowned if kind in listed or kind not in _NEVER_EMPTY}


def _cards(told: "_Collections", storage: bool, gpus: bool) -> set[ComponentKind]:
    """Return the kinds of card covered: by the list of all devices, and by the kind's own list if there is one."""
    if not told.whole_chassis() or not told.devices_are_whole():
        return set()
    # Processors without any GPU do not say that there is none in a slot; the list of devices does.
    covered = {ComponentKind.GPU} if told.all_of("Processors") and (gpus or told.lists_devices()) else set()
    if told.lists_devices():
        covered.add(ComponentKind.PCIE)
        covered |= {ComponentKind.NIC} if told.adapters() else set()
        covered |= {ComponentKind.RAID, ComponentKind.HBA} if storage and told.controllers() else set()
    return covered


class _Collections:
    """The collections of one machine, and whether they are whole."""

    def __init__(self, estate: Estate, machine: Resource, whole: Whole) -> None:
        self._tree = estate.tree
        self._is_whole = whole.is_whole
        self._machine = machine
        self._systems = estate.systems_of(machine)
        self._chassis = estate.chassis_of(machine)
        self._named = [key_of(path) for path in machine.links("Links", "Chassis")]

    def all_of(self, name: str) -> bool:
        """Return whether the machine has this collection, and it and those of its modules are whole."""
        own = self._machine.links(name)
        paths = [path for one in self._systems for path in one.links(name)]
        return bool(own) and all(self._is_whole(path) for path in paths)

    def whole_chassis(self) -> bool:
        """Return whether all chassis are known that may hold parts of the machine."""
        if self._tree.get(_CHASSIS) is not None or self._tree.has_root():
            return self._is_whole(_CHASSIS)
        return bool(self._named) and all(self._tree.get(path) is not None for path in self._named)

    def power(self) -> bool:
        """Return whether the supplies of all its chassis are listed, by PowerSubsystem or by Power."""
        told = [self._power_of(one) for one in self._chassis if one.links("PowerSubsystem") or one.links("Power")]
        return bool(told) and all(told)

    def _power_of(self, chassis: Resource) -> bool:
        paths = [path for one in self._tree.followed(chassis, "PowerSubsystem") for path in one.links("PowerSupplies")]
        paths = paths or [f"{chassis.path}/PowerSubsystem/PowerSupplies"]
        # Where one supply of the subsystem is read, Power is not: then the subsystem has to be whole.
        if any(self._tree.below(path) for path in paths):
            return all(map(self._is_whole, paths))
        return any(list_is_whole(power, "PowerSupplies") for power in self._tree.followed(chassis, "Power"))

    def devices_are_whole(self) -> bool:
        """Return whether there are lists of PCIe devices, and all of them are whole."""
        of_systems = [self._devices_of(one) for one in self._systems if one.raw("PCIeDevices") is not None]
        of_chassis = [self._is_whole(path) for one in self._chassis for path in _device_lists(one)]
        return bool(of_systems or of_chassis) and all(of_systems) and all(of_chassis)

    def lists_devices(self) -> bool:
        """Return whether the machine lists PCIe devices itself: a module's list says nothing of the other cards."""
        own = [one for one in self._chassis if one.key in self._named[:1]]
        lists = [path for one in (self._machine, *own) for path in _device_lists(one)]
        in_system = self._machine.raw("PCIeDevices")
        return (isinstance(in_system, list) and bool(in_system)) or bool(self._members(lists))

    def _devices_of(self, system: Resource) -> bool:
        if isinstance(system.raw("PCIeDevices"), list):
            return self._links_are_whole(system, "PCIeDevices")
        return all(map(self._is_whole, system.links("PCIeDevices")))

    def _links_are_whole(self, one: Resource, name: str) -> bool:
        """Return whether a list of links is as long as told, and each leads to a resource of the bundle."""
        return list_is_whole(one, name) and all(
            isinstance(path := entry.get("@odata.id"), str) and self._tree.get(path) is not None
            for entry in one.objects(name)
        )

    def adapters(self) -> bool:
        """Return whether the network adapters of all its chassis are read, where there are such lists."""
        return all(self._is_whole(path) for one in self._chassis for path in one.links("NetworkAdapters"))

    def storage(self) -> bool:
        """Return whether all lists of drives are read: by Storage, by the chassis, by HPE's SmartStorage."""
        paths = [path for one in self._systems for path in one.links("Storage")]
        smart = [path for one in self._systems for name in _SMART_STORAGE for path in one.links(*name)]
        if not paths and not smart:
            paths = self._machine.links("SimpleStorage")
        return (
            bool(paths or smart)
            and all(map(self._is_whole, paths))
            and all(self._drives_of(one) for one in self._members(paths) if one.type != "SimpleStorage")
            and all(self._is_whole(path) for one in self._chassis for path in one.links("Drives"))
            and all(map(self._smart_storage, smart))
        )

    def controllers(self) -> bool:
        """Return whether the controllers of all storage subsystems are read, where they are a list of their own."""
        storages = self._members([path for one in self._systems for path in one.links("Storage")])
        return all(self._is_whole(path) for one in storages for path in one.links("Controllers"))

    def _members(self, paths: list[str]) -> list[Resource]:
        collections = [one for path in paths if (one := self._tree.get(path)) is not None]
        return [member for one in collections for member in self._tree.followed(one, "Members")]

    def _drives_of(self, storage: Resource) -> bool:
        if isinstance(storage.raw("Drives"), list):
            return self._links_are_whole(storage, "Drives")
        paths = storage.links("Drives")
        # A storage subsystem without drives may leave the list out; one that counts drives may not.
        return all(map(self._is_whole, paths)) if paths else not storage.whole("Drives@odata.count")

    def _smart_storage(self, path: str) -> bool:
        smart = self._tree.get(path)
        if smart is None:
            return False
        collections = [*smart.links("Links", "ArrayControllers"), *smart.links("Links", "HostBusAdapters")]
        drives = [path for one in self._members(collections) for path in one.links("Links", "PhysicalDrives")]
        return all(self._is_whole(path) for path in (*collections, *drives))


def _device_lists(one: Resource) -> list[str]:
    """Return the collections of devices, that of HPE among them: it lists the cards that the standard's lacks."""
    return [path for name in (("PCIeDevices",), *_HPE_DEVICES) for path in one.links(*name)]


def missing_members(collection: Resource, tree: Tree) -> list[str]:
    """Return the members to which the collection leads and which are not in the bundle."""
    return [path for path in collection.links("Members") if tree.get(path) is None]


def list_is_whole(one: Resource, name: str) -> bool:
    """Return whether a list holds objects only, as many as told, and no further page."""
    entries = one.raw(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return False
    if any(one.raw(f"{prefix}@odata.nextLink") is not None for prefix in (name, "")):
        return False
    if name in {"Members", "Drives", "PCIeDevices"} and not all(
        isinstance(entry.get("@odata.id"), str) for entry in entries
    ):
        return False
    count = one.raw(f"{name}@odata.count")
    return count is None or one.number(f"{name}@odata.count") == len(entries)
