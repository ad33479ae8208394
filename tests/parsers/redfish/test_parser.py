"""Redfish: which files are read, the trees that they make, the machines in them and what names them."""

import json
import random
from typing import Any

import msgspec
import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import MachineIdentifiers, Origin
from reanimator_gql.parsers.parser import File
from reanimator_gql.parsers.redfish.parser import PARSER
from tests.parsers.redfish.trees import (
    ROOT,
    VALUES,
    chassis,
    cpu,
    dimm,
    drive,
    files,
    flat,
    link,
    links,
    of,
    places,
    psu,
    read,
    reading,
    resource,
    system,
    tree,
)

MACHINE = [
    system(Links={"Chassis": links("Chassis/1"), "ManagedBy": links("Managers/1")}, AssetTag="A-7", HostName="node7"),
    chassis("1", "1", SerialNumber="CHS0001"),
    dimm("A1"),
    dimm("A2"),
    cpu("CPU1"),
    resource("Managers/1", "Manager", ManagerType="BMC", Model="BMC 9", FirmwareVersion="4.0"),
    resource("Managers/1/EthernetInterfaces/1", "EthernetInterface", MACAddress="3C:EC:EF:00:00:01"),
]


def test_the_system_names_the_machine() -> None:
    snapshot = read(*MACHINE)
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Acme",
        product="Rack 9",
        system_serial="TAG0001",
        uuid="11112222-3333-4444-5555-666677778881",
        chassis_serial="CHS0001",
        bmc_mac="3C:EC:EF:00:00:01",
        asset_tag="A-7",
        host_name="node7",
    )
    assert (snapshot.source, snapshot.collected_at, snapshot.warnings) == ("redfish", None, ())


def test_blank_fields_are_no_values_and_fillers_are_kept() -> None:
    snapshot = read(system(SerialNumber="          ", SKU="To be filled by O.E.M.", AssetTag=""))
    assert (snapshot.machine.system_serial, snapshot.machine.asset_tag) == (None, None)
    assert snapshot.machine.sku == "To be filled by O.E.M."


def test_the_chassis_of_the_machine_is_none_of_those_inside_it() -> None:
    inside = [chassis("0", ChassisType="Module", SerialNumber="MOD0001"), chassis("00", ChassisType="StorageEnclosure")]
    assert read(system(), chassis("1", "1", SerialNumber="CHS0001"), *inside).machine.chassis_serial == "CHS0001"
    assert read(system(), *inside).machine.chassis_serial is None


def test_a_dell_keeps_its_serials_where_they_are_told() -> None:
    dell = system(Manufacturer="Dell Inc.", SerialNumber="CNCMU0005400IJ", SKU="FOOXD53", PartNumber="0R4CNNA00")
    snapshot = read(dell, chassis("1", "1", SKU="FOOXD53", SerialNumber="CNCMU0005400IJ"))
    told = snapshot.machine
    assert (told.system_serial, told.sku, told.board_serial) == ("CNCMU0005400IJ", "FOOXD53", None)
    assert told.chassis_serial == "FOOXD53"
    (board,) = snapshot.items
    assert (board.kind, board.serial, board.part_number) == (Kind.BOARD, "CNCMU0005400IJ", "0R4CNNA00")


@pytest.mark.parametrize(
    ("place", "oem"),
    [
        ("system", {"Hpe": {"PCASerialNumber": "BRD00001"}}),
        ("system", {"Hp": {"PCASerialNumber": "BRD00001"}}),
        ("system", {"Lenovo": {"SystemBoardSerialNumber": "BRD00001"}}),
        ("chassis", {"Supermicro": {"BoardSerialNumber": "BRD00001"}}),
        ("chassis", {"Lenovo": {"Chassis": {"SystemBoardSerialNumber": "BRD00001"}}}),
    ],
)
def test_makers_add_the_serial_of_the_board(place: str, oem: VALUES) -> None:
    own, around = (oem, {}) if place == "system" else ({}, oem)
    snapshot = read(system(Oem=own), chassis("1", "1", Oem=around))
    assert snapshot.machine.board_serial == "BRD00001"
    assert [item.serial for item in snapshot.items if item.kind is Kind.BOARD] == ["BRD00001"]


def test_the_main_board_may_be_a_resource_of_its_own() -> None:
    main = {"DeviceType": "MainBoard", "BoardName": "BC11SPSC", "SerialNumber": "022HLV10J9", "PartNumber": "03024JMS"}
    back = {
        "DeviceType": "DiskBackplane",
        "BoardName": "BC11THBQ",
        "SerialNumber": "023ABC10J9",
        "DeviceLocator": "BP1",
    }
    snapshot = read(
        system(),
        chassis("1", "1"),
        resource("Chassis/1/Boards/mainboard", "Board", **main),
        resource("Chassis/1/Boards/disk1", "Board", **back),
    )
    board, backplane = snapshot.items
    assert (board.kind, board.serial, board.model, board.firmware) == (Kind.BOARD, "022HLV10J9", "BC11SPSC", "2.7")
    assert snapshot.machine.board_serial == "022HLV10J9"
    assert (backplane.kind, backplane.slot, backplane.serial) == (Kind.BACKPLANE, "BP1", "023ABC10J9")


def test_the_mac_of_the_bmc_is_that_of_a_port_of_its_own() -> None:
    towards_host = {"Links": {"HostInterface": link("Managers/1/HostInterfaces/1")}, "MACAddress": "02:00:00:00:00:01"}
    snapshot = read(
        system(),
        resource("Managers/1", "Manager", Links={"ManagerForServers": links("Systems/1")}),
        resource("Managers/1/EthernetInterfaces/0host", "EthernetInterface", **towards_host),
        resource("Managers/1/EthernetInterfaces/1usb0", "EthernetInterface", MACAddress="02:00:00:00:00:02"),
        resource("Managers/1/EthernetInterfaces/2vlan", "EthernetInterface", EthernetInterfaceType="Virtual"),
        resource(
            "Managers/1/EthernetInterfaces/3",
            "EthernetInterface",
            MACAddress="3C:EC:EF:00:00:99",
            PermanentMACAddress="3C:EC:EF:00:00:01",
        ),
        resource("Managers/1/EthernetInterfaces/3/SD", "EthernetInterface", MACAddress="3C:EC:EF:00:00:77"),
    )
    assert snapshot.machine.bmc_mac == "3C:EC:EF:00:00:01"


def test_an_item_says_where_it_was_found() -> None:
    power = resource("Chassis/1/Power", "Power", PowerSupplies=[{"MemberId": "0", "SerialNumber": "PSU00001"}])
    snapshot = read(*MACHINE, power)
    origins = {item.kind: item.origin for item in snapshot.items}
    assert origins[Kind.CPU] == Origin(file="redfish/v1/Systems/1/Processors/CPU1/index.json", pointer="")
    assert origins[Kind.PSU] == Origin(file="redfish/v1/Chassis/1/Power/index.json", pointer="/PowerSupplies/0")
    lists = {item.kind: item.list for item in snapshot.items}
    assert lists[Kind.MEMORY] == "/redfish/v1/Systems/1/Memory"
    assert lists[Kind.PSU] == "/redfish/v1/Chassis/1/Power#/PowerSupplies"


def _shape(given: list[File]) -> list[Any]:
    """Return what the files give, without the names of files."""
    found = reading(given)
    assert not found.bad
    no_file = [[msgspec.structs.replace(item, origin=None) for item in snapshot.items] for snapshot in found.snapshots]
    return [[snapshot.machine for snapshot in found.snapshots], no_file, [s.coverage for s in found.snapshots]]


def test_file_names_do_not_matter() -> None:
    resources = tree(*MACHINE)
    nested = _shape(files(resources))
    assert nested == _shape(flat(resources))
    assert nested == _shape(files(resources, "captures/node7"))
    assert nested == _shape([File(f"{n}.json", json.dumps(one).encode()) for n, one in enumerate(resources)])


def test_the_order_of_files_does_not_matter() -> None:
    given = files(tree(*MACHINE, drive("Chassis/1/Drives/1", "S1"), drive("Systems/1/Storage/1/Drives/1", "S1")))
    expected = reading(given)
    for seed in range(20):
        random.Random(seed).shuffle(given)
        assert reading(given) == expected


def test_members_may_be_written_out_in_their_collection() -> None:
    resources = tree(*MACHINE)
    by_path = {one["@odata.id"]: one for one in resources}
    memory = by_path[f"{ROOT}/Systems/1/Memory"]
    memory["Members"] = [by_path.pop(one["@odata.id"]) for one in memory["Members"]]
    del memory["Members"][0]["@odata.type"]
    snapshot = reading(files(by_path.values())).snapshots[0]
    modules = [item for item in snapshot.items if item.kind is Kind.MEMORY]
    assert places(modules) == [("A1", "80CE011A"), ("A2", "80CE012A")]
    assert Kind.MEMORY in snapshot.coverage
    assert modules[1].origin == Origin(file="redfish/v1/Systems/1/Memory/index.json", pointer="/Members/1")


def test_ids_are_compared_without_case_and_slashes_at_the_end() -> None:
    resources = tree(*MACHINE)
    for one in resources:
        if "Members" in one:
            one["Members"] = [{"@odata.id": link["@odata.id"].lower() + "/"} for link in one["Members"]]
    assert Kind.MEMORY in reading(files(resources)).snapshots[0].coverage


def test_the_type_may_be_told_by_the_path_alone() -> None:
    resources = [{k: v for k, v in one.items() if k != "@odata.type"} for one in tree(*MACHINE)]
    assert _shape(files(resources)) == _shape(files(tree(*MACHINE)))


def test_each_service_root_is_a_tree_of_its_own() -> None:
    one, other = tree(system("1")), tree(system("1", SerialNumber="OTHER001", UUID=None), dimm("A1"))
    for given in ([*files(one, "a"), *files(other, "b")], [*flat(one, "a"), *flat(other, "b")]):
        snapshots = reading(given).snapshots
        assert [snapshot.machine.system_serial for snapshot in snapshots] == ["TAG0001", "OTHER001"]
        assert [len(snapshot.items) for snapshot in snapshots] == [1, 2]


def test_a_tree_below_another_is_its_own_where_they_contradict() -> None:
    outer, inner = tree(system("1")), tree(system("1", SerialNumber="OTHER001"), root=False)
    snapshots = reading([*flat(outer), *flat(inner, "b/")]).snapshots
    assert sorted(str(one.machine.system_serial) for one in snapshots) == ["OTHER001", "TAG0001"]


def test_without_a_root_the_paths_tell_trees_apart() -> None:
    one, other = tree(system("1"), root=False), tree(system("1", SerialNumber="OTHER001"), root=False)
    snapshots = reading([*files(one, "x/a"), *files(other, "x/b")]).snapshots
    assert [snapshot.machine.system_serial for snapshot in snapshots] == ["TAG0001", "OTHER001"]


def test_a_lone_system_is_a_machine_and_a_lone_part_has_none() -> None:
    (snapshot,) = reading(files([system()])).snapshots
    assert snapshot.machine.system_serial == "TAG0001"
    assert snapshot.coverage == {Kind.BOARD}
    for one in (dimm("A1"), cpu("CPU1"), drive("Systems/1/Storage/1/Drives/1", "S123456"), psu("Chassis/1/P/1", "P1")):
        (snapshot,) = reading([File("", json.dumps(one).encode())]).snapshots
        assert (snapshot.machine, len(snapshot.items), snapshot.coverage) == (MachineIdentifiers(), 1, frozenset())
        assert snapshot.items[0].origin == Origin(pointer="")


def test_loose_resources_are_one_snapshot_without_a_machine() -> None:
    (snapshot,) = reading(files([dimm("A1", "7"), dimm("A2", "8"), cpu("CPU1", "7")])).snapshots
    assert (snapshot.machine, len(snapshot.items)) == (MachineIdentifiers(), 3)


def test_each_system_of_a_tree_is_a_machine_with_its_own_parts() -> None:
    nodes = [system(n, Links={"Chassis": links(f"Chassis/Node{n}")}) for n in ("1", "2")]
    own = [chassis(f"Node{n}", n, ChassisType="Blade") for n in ("1", "2")]
    parts = [dimm("A1", n, SerialNumber=f"80CE010{n}") for n in ("1", "2")]
    drives = [drive(f"Chassis/Node{n}/Drives/1", f"DRIVE00{n}") for n in ("1", "2")]
    found = reading(files(tree(*nodes, *own, *parts, *drives))).snapshots
    assert [[item.serial for item in one.items] for one in found] == [
        [None, "80CE0101", "DRIVE001"],
        [None, "80CE0102", "DRIVE002"],
    ]


ENCLOSURE = [
    *[system(n, Links={"Chassis": links(f"Chassis/Node{n}")}) for n in ("1", "2")],
    *[chassis(f"Node{n}", n, ChassisType="Blade") for n in ("1", "2")],
    chassis("Encl", ChassisType="Enclosure", Links={"Contains": links("Chassis/Node1", "Chassis/Node2")}),
]


def test_what_stands_in_the_chassis_of_several_machines_belongs_to_none() -> None:
    power = resource("Chassis/Encl/Power", "Power", PowerSupplies=[{"SerialNumber": "PSU00001"}, {"MemberId": "1"}])
    found = reading(files(tree(*ENCLOSURE, power))).snapshots
    assert [[item.kind for item in one.items] for one in found] == [[Kind.BOARD], [Kind.BOARD]]
    assert all(Kind.PSU not in one.coverage for one in found)
    (warning,) = found[0].warnings
    assert "left out: 2 (the first: /redfish/v1/Chassis/Encl/Power#/PowerSupplies/0)" in warning.message
    assert found[1].warnings == ()


def test_an_enclosure_around_the_only_machine_told_is_shared_too() -> None:
    power = resource("Chassis/Encl/Power", "Power", PowerSupplies=[{"SerialNumber": "PSU00001"}])
    one_blade = [one for one in ENCLOSURE if not one["@odata.id"].endswith("2")]
    snapshot = read(*one_blade, power)
    assert [item.kind for item in snapshot.items] == [Kind.BOARD]


def test_a_drive_in_a_shared_chassis_belongs_to_the_system_whose_storage_leads_to_it() -> None:
    own = [resource(f"Systems/{n}/Storage/1", "Storage", Drives=links(f"Chassis/Encl/Drives/{n}")) for n in ("1", "2")]
    drives = [drive(f"Chassis/Encl/Drives/{n}", f"DRIVE00{n}") for n in ("1", "2")]
    found = reading(files(tree(*ENCLOSURE, *own, *drives))).snapshots
    assert [[item.serial for item in one.items if item.serial] for one in found] == [["DRIVE001"], ["DRIVE002"]]


def test_a_card_in_a_shared_chassis_belongs_to_the_system_that_tells_of_it_too() -> None:
    shared = resource("Chassis/Encl/NetworkAdapters/1", "NetworkAdapter", SerialNumber="NIC00001", Model="X710")
    own = resource(
        "Systems/2/BaseNetworkAdapters/1", "HpeBaseNetworkAdapter", SerialNumber="NIC00001", Location="Mezz 1"
    )
    first, second = reading(files(tree(*ENCLOSURE, shared, own))).snapshots
    assert [item.kind for item in first.items] == [Kind.BOARD]
    assert [(item.kind, item.slot, item.model) for item in second.items[1:]] == [(Kind.NIC, "Mezz 1", "X710")]


def test_parts_below_a_system_that_is_not_in_the_bundle_belong_to_no_other() -> None:
    snapshot = read(system("1"), dimm("A1", "2"))
    assert [item.kind for item in snapshot.items] == [Kind.BOARD]
    assert [warning.message[:39] for warning in snapshot.warnings] == ["parts of no certain machine, left out: "]


def hgx(**values: Any) -> list[VALUES]:
    told = {"SerialNumber": "1580323000001", "Links": {"Chassis": links("Chassis/HGX_Chassis_0")}, **values}
    gpu = {"ProcessorType": "GPU", "Model": "H100", "SerialNumber": "1650423000001", "Name": "GPU"}
    return [
        system("HGX_Baseboard_0", Manufacturer="NVIDIA", **told),
        chassis("HGX_Chassis_0", "HGX_Baseboard_0", ChassisType="Module", SerialNumber="1580323000001"),
        resource("Systems/HGX_Baseboard_0/Processors/GPU_SXM_1", "Processor", **gpu),
        resource("Managers/HGX_BMC_0", "Manager", Links={"ManagerForServers": links("Systems/HGX_Baseboard_0")}),
    ]


@pytest.mark.parametrize("values", [{}, {"SerialNumber": None, "Links": {}}])
def test_a_system_that_describes_a_module_is_no_machine_and_its_parts_are_those_of_the_machine(values: VALUES) -> None:
    bmc = resource("Managers/BMC_0", "Manager", Links={"ManagerForServers": links("Systems/1")}, FirmwareVersion="1")
    snapshot = read(system("1"), chassis("1", "1"), bmc, *hgx(**values))
    assert snapshot.machine.system_serial == "TAG0001"
    kinds = [(item.kind, item.slot) for item in snapshot.items]
    assert kinds == [(Kind.BOARD, None), (Kind.BMC, "BMC_0"), (Kind.BMC, "HGX_BMC_0"), (Kind.GPU, "GPU_SXM_1")]


def test_the_tree_of_a_module_alone_names_no_machine() -> None:
    snapshot = read(*hgx())
    assert snapshot.machine == MachineIdentifiers()
    assert [item.kind for item in snapshot.items] == [Kind.BMC, Kind.GPU]


@pytest.mark.parametrize("kind", ["Virtual", "OS", "DPU"])
def test_what_is_not_physical_is_no_machine_and_has_no_parts(kind: str) -> None:
    snapshot = read(system("1"), dimm("A1"), system("vm", SystemType=kind), dimm("A1", "vm", SerialNumber="80CE0199"))
    assert snapshot.machine.system_serial == "TAG0001"
    assert [item.serial for item in snapshot.items if item.kind is Kind.MEMORY] == ["80CE011A"]
    assert reading(files([system("vm", SystemType=kind)])).snapshots == ()


def test_virtual_media_volumes_settings_and_logs_are_no_parts() -> None:
    snapshot = read(
        {**system(), "@Redfish.Settings": {"SettingsObject": link("Systems/1/Pending")}},
        system("1/Settings"),
        resource("Systems/1/Pending", "ComputerSystem", SerialNumber="OTHER001"),
        resource("Systems/1/VirtualMedia/1", "VirtualMedia", MediaTypes=["CD"]),
        resource("Systems/1/Storage/1/Volumes/1", "Volume", CapacityBytes=1),
        resource("Systems/1/LogServices/Log1/Entries/1", "LogEntry", Message="x"),
    )
    assert [item.kind for item in snapshot.items] == [Kind.BOARD]


def test_managers_of_enclosures_and_fabrics_are_no_bmcs() -> None:
    kinds = ("EnclosureManager", "RackManager", "Service", "AuxiliaryController")
    managers = [resource(f"Managers/{kind}", "Manager", ManagerType=kind, FirmwareVersion="1") for kind in kinds]
    assert of(Kind.BMC, *managers) == []


def test_other_documents_of_a_service_are_passed_over() -> None:
    service = {"@odata.context": "/redfish/v1/$metadata", "value": [{"name": "Service", "url": "/redfish/v1/"}]}
    registry = {"@odata.type": "#MessageRegistry.v1_0_0.MessageRegistry", "Id": "Base", "Messages": {}}
    given = [*files(tree(*MACHINE)), File("odata.json", json.dumps(service).encode())]
    found = reading([*given, File("base.json", json.dumps(registry).encode())])
    assert (len(found.snapshots), found.bad) == (1, ())


def test_other_json_is_not_recognised() -> None:
    for content in (b'{"hardware": {}}', b"[]", b"", b"@odata.id", b"<x/>", b'{"id": "core", "class": "bus"}'):
        assert not PARSER.sniff(File("", content))
    assert PARSER.near(File("", b'{"@odata": 1}')) is not None
    assert PARSER.near(File("", b"{}")) is None
