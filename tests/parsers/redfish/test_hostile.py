"""Redfish: links that lead astray, files cut and changed, errors saved as resources, and trees of any size."""

import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Snapshot
from reanimator_gql.parsers.parser import File, Reading
from reanimator_gql.parsers.redfish.parser import PARSER
from tests.parsers.redfish.trees import (
    VALUES,
    chassis,
    cpu,
    dimm,
    drive,
    files,
    link,
    links,
    psu,
    read,
    reading,
    resource,
    system,
    tree,
)

pytestmark = pytest.mark.thorough

SECONDS = 2


def attempt(content: list[File]) -> Reading:
    """Return what the files give; fail on slowness and on what cannot be stored."""
    start = time.process_time()
    found = PARSER.parse([file for file in content if PARSER.sniff(file)])
    assert time.process_time() - start < SECONDS
    for snapshot in found.snapshots:
        assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot
    for bad in found.bad:
        assert "\n" not in str(bad.error)
    return found


def test_an_error_saved_as_a_resource_is_told_and_the_rest_stands() -> None:
    error = {
        "error": {
            "code": "iLO.0.10.ExtendedInfo",
            "message": "See @Message.\nExtendedInfo",
            "@Message.ExtendedInfo": [],
        }
    }
    saved = File("redfish/v1/Systems/1/Memory/index.json", json.dumps(error).encode())
    found = reading([*files(tree(system(), cpu("CPU1"))), saved])
    assert len(found.snapshots) == 1
    (bad,) = found.bad
    assert bad.path == saved.path
    assert "the service answered with an error: See @Message. ExtendedInfo" in str(bad.error)
    for odd in ({"error": None}, {"error": [1]}, {"error": {"message": 1}}):
        (bad,) = reading([File("", json.dumps(odd | {"@odata.etag": "1"}).encode())]).bad
        assert "answered with an error" in str(bad.error)


def test_bad_json_is_told_with_its_line_and_column() -> None:
    found = reading([*files([system()]), File("x.json", b'{"@odata.id": "/redfish/v1/Systems/2",}')])
    assert len(found.snapshots) == 1
    assert "line 1, column" in str(found.bad[0].error)


def test_resources_without_machine_and_part_are_refused_with_the_way_out() -> None:
    (bad,) = reading(files([resource("Systems/1/LogServices/1", "LogService")])).bad
    assert "tell of no machine and no part" in str(bad.error)
    (bad,) = reading([File("", b'{"x": {"@odata.id": "/redfish/v1/Systems/1"}}')]).bad
    assert "holds no Redfish resource" in str(bad.error)


@pytest.mark.parametrize("path", ["", " ", "/", "http://other/redfish/v1/Systems/1", "#", "redfish"])
def test_an_id_that_is_no_path_is_no_resource(path: str) -> None:
    assert reading([File("", json.dumps(system() | {"@odata.id": path}).encode())]).snapshots == ()


def test_links_that_run_in_a_circle_or_leave_the_tree_do_no_harm() -> None:
    around = [
        chassis(
            n, ChassisType="Enclosure", Links={"ContainedBy": link(f"Chassis/{outer}"), "Contains": links("Chassis/1")}
        )
        for n, outer in (("1", "2"), ("2", "3"), ("3", "1"))
    ]
    astray = links("http://other/redfish/v1/Chassis/1", "/redfish/v1/Nowhere")
    own = system(Links={"Chassis": astray, "ManagedBy": [None, 1, {"@odata.id": None}]}, Memory={"@odata.id": []})
    snapshot = read(own, *around, dimm("A1"), psu("Chassis/2/PowerSubsystem/PowerSupplies/1", "PSU00001"))
    assert [item.kind for item in snapshot.items] == [Kind.BOARD, Kind.MEMORY, Kind.PSU]
    itself = read(
        system(Links={"Chassis": links("Systems/1")}), chassis("1", Links={"ComputerSystems": links("Chassis/1")})
    )
    assert [item.kind for item in itself.items] == [Kind.BOARD]


DRIVE = "Systems/1/Storage/1/Drives/1"
ABSENT = {"State": "Absent"}
WHOLE = tree(
    system(Links={"Chassis": links("Chassis/1"), "ManagedBy": links("Managers/1")}, TrustedModules=[{"Name": "T"}]),
    chassis("1", "1", Oem={"Hpe": {"SmartStorageBattery": [{"SerialNumber": "BAT00001"}]}}),
    dimm("A1", Oem={"Hpe": {"MaxOperatingSpeedMTs": 3200}}, AllowedSpeedsMHz=[3200]),
    cpu("CPU1"),
    cpu("GPU1", ProcessorType="GPU", SystemInterface={"PCIe": {"MaxPCIeType": "Gen5", "LanesInUse": 16}}),
    resource("Systems/1/Storage/1", "Storage", Drives=links(DRIVE), StorageControllers=[{"Model": "X"}]),
    drive(DRIVE, "S1", Identifiers=[{"DurableName": "5000C500A0B0C0D0"}], Location=[{"Info": "1"}]),
    resource("Chassis/1/Power", "Power", PowerSupplies=[{"InputRanges": [{"OutputWattage": 5}]}]),
    resource("Chassis/1/Thermal", "Thermal", Fans=[{"Name": "1", "PartNumber": "F"}]),
    resource("Chassis/1/NetworkAdapters/1", "NetworkAdapter", Controllers=[{"FirmwarePackageVersion": "1"}]),
    resource("Chassis/1/NetworkAdapters/1/Ports/1", "Port", LinkConfiguration=[{"CapableLinkSpeedGbps": [1]}]),
    resource("Chassis/1/PCIeDevices/1", "PCIeDevice", Slot={"Location": {"PartLocation": {"ServiceLabel": "Slot 1"}}}),
    resource("Chassis/1/PCIeDevices/1/PCIeFunctions/1", "PCIeFunction", ClassCode="0x020000"),
    resource("Chassis/1/PCIeSlots", "PCIeSlots", Slots=[{"Location": {"Info": "Slot 2"}, "Status": ABSENT}]),
    resource("Chassis/1/Devices/1", "HpeServerDevice", FirmwareVersion={"Current": {"VersionString": "1"}}),
    resource("Systems/1/EthernetInterfaces/1", "EthernetInterface", MACAddress="ac:1f:6b:18:a4:5a"),
    resource("UpdateService/FirmwareInventory/1", "SoftwareInventory", RelatedItem=links("Chassis/1"), Version="1"),
    resource("Managers/1", "Manager", FirmwareVersion="1"),
    resource("Managers/1/EthernetInterfaces/1", "EthernetInterface", MACAddress="ac:1f:6b:18:a4:5f"),
)
_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["/redfish/v1/Systems/1", "Absent", "N/A", "Gen4", "A" * 10_000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@odata.id", "Current", "PartLocation", "Info", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def _changed(value: Any, where: int, junk: Any) -> tuple[Any, int]:
    """Return the value with the `where`-th value inside it replaced; the number left to count where it is shorter."""
    if where < 0:
        return value, where
    if where == 0:
        return junk, -1
    where -= 1
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(inside):
        changed, where = _changed(inner, where, junk)
        if where < 0:
            copy = value.copy()
            copy[key] = changed
            return copy, where
    return value, where


@given(st.lists(st.tuples(st.sampled_from(range(len(WHOLE))), st.integers(1, 30), _JUNK), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_values_of_any_type_in_any_field_do_no_harm(changes: list[tuple[int, int, Any]]) -> None:
    resources: list[VALUES] = list(WHOLE)
    for number, where, junk in changes:
        resources[number] = _changed(resources[number], where, junk)[0]
    attempt([File(f"{n}.json", json.dumps(one).encode()) for n, one in enumerate(resources)])


def test_files_cut_anywhere_are_refused_and_the_others_stand() -> None:
    content = files(WHOLE)
    for number, file in enumerate(content):
        for cut in range(0, len(file.content), 29):
            some = [*content[:number], file._replace(content=file.content[:cut]), *content[number + 1 :]]
            assert len(attempt(some).bad) <= 1


def test_long_and_strange_texts_are_kept() -> None:
    serial = "S" * 10_000
    _board, item = read(system(), dimm("A1", SerialNumber=serial, Manufacturer="a\u202eb\x01")).items
    assert (item.serial, item.vendor) == (serial, "a\u202eb\x01")


def _devices(count: int) -> list[VALUES]:
    told = {"Model": "X", "Manufacturer": "Acme"}
    return [
        resource(f"Chassis/1/PCIeDevices/{n}", "PCIeDevice", Slot={"Location": {"Info": f"Slot {n}"}}, **told)
        for n in range(count)
    ] + [
        resource(f"Chassis/1/NetworkAdapters/{n}", "NetworkAdapter", Location={"Info": f"Slot {n}"}, **told)
        for n in range(count)
    ]


def _nodes(count: int) -> list[VALUES]:
    told = [{"Links": {"ManagerForServers": links(f"Systems/{n}")}} for n in range(count)]
    return [
        *(system(str(n), Links={"Chassis": links(f"Chassis/{n}")}) for n in range(count)),
        *(chassis(str(n), Links={"ContainedBy": link(f"Chassis/{(n + 1) % count}")}) for n in range(count)),
        *(resource(f"Managers/{n}", "Manager", **told[n]) for n in range(count)),
    ]


MANY = {
    "modules": [system(), *(dimm(f"D{n}") for n in range(5_000))],
    "one serial": [system(), *(drive(f"Chassis/1/Drives/{n}", "SAME1234") for n in range(5_000))],
    "devices": [system(), *_devices(2_500)],
    "machines": _nodes(1_600),
    "one link": [
        system(),
        *(
            cpu(f"{n}", ProcessorType="GPU", Links={"PCIeDevice": link("Chassis/1/PCIeDevices/1")})
            for n in range(5_000)
        ),
    ],
}


@pytest.mark.parametrize("name", MANY)
def test_thousands_of_resources_are_read_in_time(name: str) -> None:
    found = attempt(files(tree(*MANY[name])))
    assert sum(len(one.items) for one in found.snapshots) > 1_500
