"""Redfish trees as services tell them, made small: resources by their paths, with the collections around them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, Snapshot
from reanimator_gql.parsers.parser import File, Reading
from reanimator_gql.parsers.redfish.parser import PARSER

VALUES = dict[str, Any]
ROOT = "/redfish/v1"


def link(path: str) -> VALUES:
    return {"@odata.id": path if path.startswith("/") else f"{ROOT}/{path}"}


def links(*paths: str) -> list[VALUES]:
    return [link(path) for path in paths]


def resource(path: str, type_name: str, **values: Any) -> VALUES:
    told = {"@odata.id": link(path)["@odata.id"], "@odata.type": f"#{type_name}.v1_9_0.{type_name}"}
    told |= {"Id": path.rsplit("/", 1)[-1], "Name": type_name, **values}
    return {name: value for name, value in told.items() if value is not None}


def system(name: str = "1", **values: Any) -> VALUES:
    told: VALUES = {
        "SystemType": "Physical",
        "Manufacturer": "Acme",
        "Model": "Rack 9",
        "SerialNumber": f"TAG000{name}",
        "UUID": f"11112222-3333-4444-5555-66667777888{name[-1]}",
        "BiosVersion": "2.7",
        **values,
    }
    return resource(f"Systems/{name}", "ComputerSystem", **told)


def chassis(name: str = "1", *systems: str, **values: Any) -> VALUES:
    told: VALUES = {"ChassisType": "RackMount", "Links": {"ComputerSystems": links(*(f"Systems/{s}" for s in systems))}}
    return resource(f"Chassis/{name}", "Chassis", **{**told, **values})


def dimm(name: str, owner: str = "1", **values: Any) -> VALUES:
    told: VALUES = {
        "DeviceLocator": name,
        "SerialNumber": f"80CE01{name[-1]}A",
        "Manufacturer": "Samsung",
        "PartNumber": "M393A2K43DB3-CWE",
        "CapacityMiB": 16384,
        "MemoryDeviceType": "DDR4",
        "Status": {"State": "Enabled", "Health": "OK"},
        **values,
    }
    return resource(f"Systems/{owner}/Memory/{name}", "Memory", **told)


def cpu(name: str, owner: str = "1", **values: Any) -> VALUES:
    told: VALUES = {"Socket": name, "ProcessorType": "CPU", "Model": "Xeon 9", "TotalCores": 16, "TotalThreads": 32}
    return resource(f"Systems/{owner}/Processors/{name}", "Processor", **{**told, **values})


def drive(path: str, serial: str | None, **values: Any) -> VALUES:
    told: VALUES = {"SerialNumber": serial, "Model": "MZ7LH480", "Protocol": "SATA", "CapacityBytes": 480_103_981_056}
    return resource(path, "Drive", **{**told, **values})


def psu(path: str, serial: str, **values: Any) -> VALUES:
    return resource(path, "PowerSupply", SerialNumber=serial, PowerCapacityWatts=800, **values)


def tree(*resources: VALUES, root: bool = True) -> list[VALUES]:
    """Return the resources with a collection around those that stand in one, linked from what is above it."""
    found = {one["@odata.id"]: dict(one) for one in resources}
    for path in list(found):
        parent = path.rsplit("/", 1)[0]
        if parent != ROOT and parent not in found and parent.count("/") > 2:
            found[parent] = _collection(parent, [other for other in found if other.rsplit("/", 1)[0] == parent])
    if root:
        found[ROOT] = resource(ROOT, "ServiceRoot", RedfishVersion="1.9.0")
    for path, values in found.items():
        above, _, name = path.rpartition("/")
        if above in found and "Members" not in found[above] and name not in found[above]:
            found[above][name] = link(path)
        del values
    return list(found.values())


def _collection(path: str, members: list[str]) -> VALUES:
    name = path.rsplit("/", 1)[-1]
    singular = {"Chassis": "Chassis", "Processors": "Processor", "Systems": "ComputerSystem"}.get(name, name)
    told = {"Members": links(*members), "Members@odata.count": len(members)}
    return {"@odata.id": path, "@odata.type": f"#{singular}Collection.{singular}Collection", "Name": name, **told}


def without(resources: Iterable[VALUES], *endings: str) -> list[VALUES]:
    return [one for one in resources if not one["@odata.id"].endswith(endings)]


def files(resources: Iterable[Mapping[str, Any]], folder: str = "") -> list[File]:
    """Return the resources as a nested capture: `redfish/v1/Systems/1/index.json`."""
    start = f"{folder}/" if folder else ""
    return [File(f"{start}{one['@odata.id'].strip('/')}/index.json", json.dumps(one).encode()) for one in resources]


def flat(resources: Iterable[Mapping[str, Any]], prefix: str = "") -> list[File]:
    """Return the resources as a flat capture: `_redfish_v1_Systems_1.json`."""
    return [File(f"{prefix}{one['@odata.id'].replace('/', '_')}.json", json.dumps(one).encode()) for one in resources]


def reading(content: Iterable[File]) -> Reading:
    given = list(content)
    assert all(PARSER.sniff(file) for file in given)
    return PARSER.parse(given)


def read(*resources: VALUES) -> Snapshot:
    """Return the only snapshot of a tree of these resources, with their collections around them."""
    (snapshot,) = reading(files(tree(*resources))).snapshots
    return snapshot


def of(kind: Kind, *resources: VALUES) -> list[Item]:
    """Return the items of one kind in the tree of a machine with these resources."""
    return [item for item in read(system(), *resources).items if item.kind is kind]


def places(items: Iterable[Item]) -> list[tuple[str | None, str | None]]:
    return [(item.slot, item.serial) for item in items]
