"""Which systems of a tree are machines, and to which machine a resource belongs.

No machines: a system that is not physical, and one that describes a module of another (a GPU board: its serial is that
of a Module or Component chassis, rule A1). The parts of a module belong to the machine around it; those of a virtual
machine are none. A part belongs to the system whose links or path lead to it, else to that of its chassis. What stands
in a chassis of several machines (the power supplies of a blade enclosure) belongs to none of them with certainty.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from reanimator_gql.domain.identity import normal
from reanimator_gql.parsers.redfish.resource import Resource, key_of
from reanimator_gql.parsers.redfish.tree import Tree

_MODULES = frozenset({"module", "component"})
_ENCLOSURES = frozenset({"enclosure", "rack", "shelf", "pod", "row", "zone", "cartridge", "storageenclosure"})
_MODULE_NAME = re.compile(r"^hgx_|baseboard", re.IGNORECASE)
_PHYSICAL = frozenset({"physical", "physicallypartitioned"})
# Where a composition service keeps what it makes machines of: a system there is no machine of its own.
_BLOCK = "/resourceblocks/"
_BMC_TYPES = frozenset({"bmc", "managementcontroller"})
# The links that lead from a system's resources to its parts elsewhere, and its collections: members may lie elsewhere.
_WAYS_OUT = (("Drives",), ("PCIeDevices",), ("Links", "NetworkAdapter"), ("Links", "PCIeDevice"))
_COLLECTIONS = ("Processors", "Memory", "Storage")
_MAX_WAY = 16

Keys = frozenset[str]
_NONE: Keys = frozenset()


class Estate:
    """The machines of one tree, and the owners of its resources."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._systems = tree.of("ComputerSystem")
        physical = [one for one in self._systems if _is_physical(one)]
        modules = {serial for one in tree.of("Chassis") if _is_module(one) and (serial := _serial(one))}
        named = [one for one in physical if _serial(one) not in modules]
        # The name of a module counts only beside a machine: a lone system is one, whatever it is called.
        self.machines: list[Resource] = [one for one in named if not _is_inner(one)] or named
        self._machine_keys = frozenset(one.key for one in self.machines)
        self._unreal = frozenset(one.key for one in self._systems) - {one.key for one in physical}
        self._linked = self._linked_from_systems()

    def owners(self, resource: Resource) -> Keys:
        """Return the machines to which a resource may belong: one where that is certain."""
        if not self.machines:
            return _NONE
        return self._linked.get(resource.key) or self._by_path(resource) or self._by_relation(resource)

    def is_unreal(self, resource: Resource) -> bool:
        """Return whether a resource stands below a virtual machine, an operating system or a card's own system."""
        return bool(self._unreal) and any(place in self._unreal for place in _upwards(resource))

    def systems_of(self, machine: Resource) -> list[Resource]:
        """Return the machine's system and those that describe modules of it."""
        return [machine, *self._modules.get(machine.key, ())]

    def chassis_of(self, machine: Resource) -> list[Resource]:
        """Return the chassis that belong to the machine alone, those first that it names itself, in its order."""
        return _named_first(self._own_chassis.get(machine.key, []), machine.links("Links", "Chassis"))

    def managers_of(self, machine: Resource) -> list[Resource]:
        """Return the BMCs of the machine alone, its own before those of its modules."""
        return _named_first(self._own_managers.get(machine.key, []), machine.links("Links", "ManagedBy"))

    def main_boards_of(self, machine: Resource) -> list[Resource]:
        """Return the main board where it is a resource of its own (Huawei, xFusion: `Chassis/1/Boards`)."""
        return self._main_boards.get(machine.key, [])

    def bmcs(self) -> list[Resource]:
        """Return the managers that are BMCs: not those of an enclosure or a fabric."""
        return [one for one in self.tree.of("Manager") if (one.text("ManagerType") or "bmc").casefold() in _BMC_TYPES]

    @cached_property
    def _modules(self) -> dict[str, list[Resource]]:
        return _sorted_out((one for one in self._systems if one.key in self._inner), lambda one: self._inner[one.key])

    @cached_property
    def _own_chassis(self) -> dict[str, list[Resource]]:
        return _sorted_out(self.tree.of("Chassis"), self.owners)

    @cached_property
    def _own_managers(self) -> dict[str, list[Resource]]:
        return _sorted_out(self.bmcs(), self._of_manager)

    @cached_property
    def _main_boards(self) -> dict[str, list[Resource]]:
        boards = self.tree.of("Board", "HwBoards", "Boards")
        main = (one for one in boards if "main" in (one.text("DeviceType", "Name") or "").casefold())
        return _sorted_out(main, self.owners)

    @cached_property
    def _inner(self) -> dict[str, Keys]:
        """Return the machines around the systems that are none."""
        others = [one for one in self._systems if one.key not in self._machine_keys]
        return {one.key: self._around(one) for one in others}

    def _around(self, system: Resource) -> Keys:
        """Return the machine around a system that is none: by its chassis, else the only one."""
        found = {owner for path in system.links("Links", "Chassis") for owner in self._of_chassis(key_of(path))}
        return frozenset(found) or (self._machine_keys if len(self.machines) == 1 else _NONE)

    @cached_property
    def _up(self) -> dict[str, str]:
        """Return the chassis around each chassis, told by either of them."""
        up: dict[str, str] = {}
        for one in self.tree.of("Chassis"):
            for outer in one.links("Links", "ContainedBy")[:1]:
                up[one.key] = key_of(outer)
            for inner in one.links("Links", "Contains"):
                up.setdefault(key_of(inner), one.key)
        return up

    @cached_property
    def _named_chassis(self) -> dict[str, Keys]:
        """Return the machines that each chassis names, and that name it."""
        owners: dict[str, set[str]] = {}
        for machine in self.machines:
            for path in machine.links("Links", "Chassis"):
                owners.setdefault(key_of(path), set()).add(machine.key)
        for chassis in self.tree.of("Chassis"):
            for path in chassis.links("Links", "ComputerSystems"):
                if key_of(path) in self._machine_keys:
                    owners.setdefault(chassis.key, set()).add(key_of(path))
        return {key: frozenset(machines) for key, machines in owners.items()}

    @cached_property
    def _inside(self) -> dict[str, Keys]:
        """Return the machines whose chassis stand inside each chassis."""
        inside: dict[str, set[str]] = {}
        for own, owners in self._named_chassis.items():
            for outer in self._above(own):
                inside.setdefault(outer, set()).update(owners)
        return {key: frozenset(machines) for key, machines in inside.items()}

    def _above(self, chassis: str) -> list[str]:
        """Return the chassis around a chassis, the nearest first, in a circle of links too."""
        found: list[str] = []
        while (chassis := self._up.get(chassis, "")) and chassis not in found and len(found) < _MAX_WAY:
            found.append(chassis)
        return found

    def _linked_from_systems(self) -> dict[str, Keys]:
        """Return the resources outside their own paths to which machines lead: drives, devices, adapters."""
        owners: dict[str, set[str]] = {}
        for one in self.tree.of("Storage", "NetworkInterface", "Processor", "ComputerSystem"):
            if owner := self._by_path(one):
                for path in (*_ways_out(one), *self._members_of(one)):
                    owners.setdefault(key_of(path), set()).update(owner)
        return {key: frozenset(machines) for key, machines in owners.items()}

    def _members_of(self, system: Resource) -> Iterator[str]:
        """Yield what the collections of a system list."""
        for name in _COLLECTIONS if system.type == "ComputerSystem" and system.key not in self._unreal else ():
            for collection in self.tree.followed(system, name):
                yield from collection.links("Members")

    def _by_path(self, resource: Resource) -> Keys:
        for place in _upwards(resource):
            above = self.tree.get(place)
            if place in self._machine_keys:
                return frozenset({place})
            if above is None:
                continue
            if above.type == "ComputerSystem":
                return self._inner.get(above.key, _NONE)
            if above.type == "Chassis":
                return self._of_chassis(above.key)
            if above.type == "Manager":
                return self._of_manager(above)
        return _NONE

    def _of_chassis(self, key: str) -> Keys:
        """Return the machines of a chassis: those it names, else those of the chassis around it, or inside it."""
        named = next((one for one in (key, *self._above(key)) if one in self._named_chassis), None)
        if named is not None:
            return self._named_chassis[named]
        inside = self._inside.get(key, _NONE)
        return _NONE if len(inside) == 1 and self._is_around(key) else inside

    def _is_around(self, key: str) -> bool:
        """Return whether a chassis is an enclosure into which machines are put, and which they do not name."""
        one = self.tree.get(key)
        if one is None or one.type != "Chassis" or one.key in self._named_chassis:
            return False
        return one.key in self._inside and (one.text("ChassisType") or "").casefold() in _ENCLOSURES

    def _of_manager(self, manager: Resource) -> Keys:
        told = {key_of(path) for path in manager.links("Links", "ManagerForServers")}
        found = (told & self._machine_keys) | self._managed_by.get(manager.key, set())
        for key in told:
            found |= self._inner.get(key, _NONE)
        if found or told - self._machine_keys - self._inner.keys():
            return frozenset(found)
        return self._machine_keys if len(self.machines) == 1 else _NONE

    @cached_property
    def _managed_by(self) -> dict[str, set[str]]:
        """Return the machines that name each manager."""
        found: dict[str, set[str]] = {}
        for machine in self.machines:
            for path in machine.links("Links", "ManagedBy"):
                found.setdefault(key_of(path), set()).add(machine.key)
        return found

    def _by_relation(self, resource: Resource) -> Keys:
        """Return the machines of what a resource names as related; else the only machine of the tree."""
        if self._is_in_unknown_system(resource):
            return _NONE
        found: set[str] = set()
        for path in (*resource.links("Links", "Chassis"), *resource.links("Links", "ComputerSystems")):
            key = key_of(path)
            found |= {key} if key in self._machine_keys else self._of_chassis(key)
        if found:
            return frozenset(found)
        foreign = any(self._is_around(place) for place in _upwards(resource))
        return self._machine_keys if len(self.machines) == 1 and not foreign else _NONE

    def _is_in_unknown_system(self, resource: Resource) -> bool:
        """Return whether the path leads through a system that is not in the bundle: it may be another machine."""
        segments = resource.key.partition("#")[0].split("/")
        if "systems" not in segments[:-2]:
            return False
        return self.tree.get("/".join(segments[: segments.index("systems") + 2])) is None


def _ways_out(one: Resource) -> Iterator[str]:
    return (path for way in _WAYS_OUT for path in one.links(*way))


def _is_physical(system: Resource) -> bool:
    return (system.text("SystemType") or "physical").casefold() in _PHYSICAL


def _is_inner(system: Resource) -> bool:
    """Return whether a system is called a module, or stands in a block of resources."""
    return _BLOCK in system.key or (_serial(system) is None and _MODULE_NAME.search(system.id) is not None)


def _is_module(chassis: Resource) -> bool:
    return (chassis.text("ChassisType") or "").casefold() in _MODULES


def _serial(resource: Resource) -> str | None:
    return normal.serial(resource.text("SerialNumber"))


def _upwards(resource: Resource) -> Iterator[str]:
    """Yield the path of a resource and the paths above it, the nearest first."""
    key = resource.key.partition("#")[0]
    while key.count("/") > 1:
        yield key
        key = key.rpartition("/")[0]


def _named_first(resources: list[Resource], paths: list[str]) -> list[Resource]:
    order = {key_of(path): number for number, path in reversed(list(enumerate(paths)))}
    return sorted(resources, key=lambda one: (order.get(one.key, len(order)), one.order()))


def _sorted_out(resources: Iterable[Resource], owners: Callable[[Resource], Keys]) -> dict[str, list[Resource]]:
    """Return the resources by the machine that alone owns them."""
    found: dict[str, list[Resource]] = {}
    for one in resources:
        if (owner := sole(owners(one))) is not None:
            found.setdefault(owner, []).append(one)
    return found


def sole(owners: Iterable[str]) -> str | None:
    """Return the only owner, None where there are several or none."""
    found = list(owners)
    return found[0] if len(found) == 1 else None
