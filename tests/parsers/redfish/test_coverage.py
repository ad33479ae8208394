"""Redfish: what a tree covers, and what it says of that which it lacks."""

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from tests.parsers.redfish.trees import (
    ROOT,
    VALUES,
    chassis,
    cpu,
    dimm,
    drive,
    files,
    link,
    links,
    psu,
    reading,
    resource,
    system,
    tree,
    without,
)

CARDS = {Kind.NIC, Kind.HBA, Kind.RAID, Kind.GPU, Kind.PCIE}
DRIVE = "Systems/1/Storage/1/Drives/1"


def whole() -> list[VALUES]:
    """Return the tree of a machine in which everything is there."""
    return tree(
        system(Links={"Chassis": links("Chassis/1")}),
        chassis("1", "1"),
        dimm("A1"),
        dimm("A2"),
        cpu("CPU1"),
        resource("Systems/1/Storage/1", "Storage", Drives=links(DRIVE), **{"Drives@odata.count": 1}),
        resource("Systems/1/Storage/1/Controllers/0", "StorageController", Model="9460-8i", SerialNumber="SK000001"),
        drive(DRIVE, "S1234567"),
        drive("Chassis/1/Drives/2", "S1234568"),
        psu("Chassis/1/PowerSubsystem/PowerSupplies/0", "PSU00001"),
        resource("Chassis/1/PowerSubsystem", "PowerSubsystem"),
        resource("Chassis/1/NetworkAdapters/1", "NetworkAdapter", SerialNumber="NIC00001"),
        resource("Chassis/1/PCIeDevices/1", "PCIeDevice", SerialNumber="NIC00001"),
        resource("Managers/1", "Manager", FirmwareVersion="1"),
    )


def covered(resources: list[VALUES]) -> frozenset[Kind]:
    return reading(files(resources)).snapshots[0].coverage


ALL = covered(whole())


def test_a_whole_tree_covers_all_classes() -> None:
    assert {Kind.BOARD, Kind.BMC, Kind.CPU, Kind.MEMORY, Kind.STORAGE, Kind.PSU, *CARDS} == ALL


@pytest.mark.parametrize(
    ("ending", "lost"),
    [
        ("/Systems/1/Memory", {Kind.MEMORY}),
        ("/Systems/1/Memory/A2", {Kind.MEMORY}),
        ("/Systems/1/Processors/CPU1", {Kind.CPU, Kind.GPU}),
        ("/Systems/1/Storage", {Kind.STORAGE, Kind.RAID, Kind.HBA}),
        ("/Systems/1/Storage/1", {Kind.STORAGE, Kind.RAID, Kind.HBA}),
        ("/Systems/1/Storage/1/Drives/1", {Kind.STORAGE, Kind.RAID, Kind.HBA}),
        ("/Systems/1/Storage/1/Controllers/0", {Kind.RAID, Kind.HBA}),
        ("/Chassis/1/Drives/2", {Kind.STORAGE, Kind.RAID, Kind.HBA}),
        ("/PowerSupplies", {Kind.PSU}),
        ("/PowerSupplies/0", {Kind.PSU}),
        ("/NetworkAdapters/1", {Kind.NIC}),
        ("/PCIeDevices", CARDS),
        ("/PCIeDevices/1", CARDS),
        ("/Managers/1", {Kind.BMC}),
        ("/v1/Chassis", {Kind.PSU, *CARDS}),
    ],
)
def test_what_is_missing_is_not_covered_and_nothing_else_is_lost(ending: str, lost: set[Kind]) -> None:
    assert ALL - covered(without(whole(), ending)) == lost


@pytest.mark.parametrize(
    "change",
    [
        {"Members@odata.count": 3},
        {"Members@odata.nextLink": "/redfish/v1/Systems/1/Memory?$skip=2"},
        {"@odata.nextLink": "/redfish/v1/Systems/1/Memory?$skip=2"},
        {"Members@odata.count": "two"},
        {"Members": None},
        {"Members": [None]},
        {"Members": [{}]},
        {"Members": [{"@odata.id": 1}]},
        {"Members": [{"@odata.id": "http://other/redfish/v1/Systems/1/Memory/A1"}]},
    ],
)
def test_a_list_that_contradicts_itself_covers_nothing(change: VALUES) -> None:
    resources = whole()
    (memory,) = [one for one in resources if one["@odata.id"] == f"{ROOT}/Systems/1/Memory"]
    if "Members" in change:
        del memory["Members@odata.count"]
    memory.update(change)
    assert ALL - covered(resources) == {Kind.MEMORY}


def test_without_a_count_the_members_decide() -> None:
    resources = whole()
    for one in resources:
        one.pop("Members@odata.count", None)
    assert covered(resources) == ALL


def test_the_count_of_the_drives_of_a_storage_must_be_right() -> None:
    resources = whole()
    (storage,) = [one for one in resources if one["@odata.id"] == f"{ROOT}/Systems/1/Storage/1"]
    storage["Drives@odata.count"] = 2
    assert Kind.STORAGE not in covered(resources)
    del storage["Drives"]
    assert Kind.STORAGE not in covered(resources)


def test_power_covers_where_there_is_no_power_subsystem() -> None:
    told = [{"MemberId": "0", "SerialNumber": "PSU00001"}]
    machine = (system(Links={"Chassis": links("Chassis/1")}), chassis("1", "1"))
    power = resource("Chassis/1/Power", "Power", PowerSupplies=told)
    assert Kind.PSU in covered(tree(*machine, power))
    assert Kind.PSU not in covered(tree(*machine, power | {"PowerSupplies@odata.count": 2}))
    assert Kind.PSU not in covered(tree(*machine, resource("Chassis/1/Power", "Power", Voltages=[])))
    assert Kind.PSU not in covered(tree(*machine))


def test_supplies_that_are_read_must_be_whole_whatever_the_older_list_tells() -> None:
    power = resource("Chassis/1/Power", "Power", PowerSupplies=[{"SerialNumber": "A1234"}, {"SerialNumber": "B1234"}])
    both = [psu(f"Chassis/1/PowerSubsystem/PowerSupplies/{n}", f"{n}1234") for n in "AB"]
    machine = (system(Links={"Chassis": links("Chassis/1")}), chassis("1", "1"), power)
    resources = tree(*machine, resource("Chassis/1/PowerSubsystem", "PowerSubsystem"), *both)
    assert Kind.PSU in covered(resources)
    assert Kind.PSU not in covered(without(resources, "/PowerSupplies/B"))
    assert Kind.PSU in covered(without(resources, "/PowerSupplies/A", "/PowerSupplies/B"))


def test_empty_lists_of_what_no_machine_lacks_were_not_read() -> None:
    resources = tree(
        system(
            Links={"Chassis": links("Chassis/1")}, Memory=link("Systems/1/Memory"), Storage=link("Systems/1/Storage")
        ),
        chassis("1", "1"),
        resource("Chassis/1/Power", "Power", PowerSupplies=[]),
        resource("Systems/1/Memory", "MemoryCollection", Members=[]),
        resource("Systems/1/Storage", "StorageCollection", Members=[]),
    )
    assert covered(resources) == {Kind.BOARD, Kind.STORAGE}


def test_simple_storage_covers_drives_where_the_machine_has_no_storage() -> None:
    simple = resource("Systems/1/SimpleStorage/1", "SimpleStorage", Devices=[{"Name": "Bay 1", "Model": "X"}])
    assert Kind.STORAGE in covered(tree(system(), simple))
    assert Kind.STORAGE not in covered(tree(system(Storage=link("Systems/1/Storage")), simple))


def test_smart_storage_must_be_whole_where_the_system_leads_to_it() -> None:
    named = {"Links": {"SmartStorage": link("Systems/1/SmartStorage")}}
    controller = "Systems/1/SmartStorage/ArrayControllers/0"
    resources = tree(
        system(Oem={"Hp": named}),
        resource("Systems/1/SmartStorage", "HpSmartStorage", Links={"ArrayControllers": link(controller[:-2])}),
        resource(
            controller, "HpSmartStorageArrayController", Links={"PhysicalDrives": link(f"{controller}/DiskDrives")}
        ),
        resource(f"{controller}/DiskDrives/0", "HpSmartStorageDiskDrive", SerialNumber="KPG0A0AA"),
    )
    assert Kind.STORAGE in covered(resources)
    for ending in ("/SmartStorage", "/ArrayControllers", "/ArrayControllers/0", "/DiskDrives", "/DiskDrives/0"):
        assert Kind.STORAGE not in covered(without(resources, ending))


def test_the_devices_may_be_a_list_of_the_system() -> None:
    path = "Systems/1/PCIeDevices/1-0"
    named: VALUES = {"PCIeDevices": links(path), "PCIeDevices@odata.count": 1, "Links": {"Chassis": links("Chassis/1")}}
    device = resource(path, "PCIeDevice", SerialNumber="NIC00001")
    resources = tree(system(**named), chassis("1", "1"), device, cpu("CPU1"))
    assert covered(resources) >= {Kind.PCIE, Kind.NIC, Kind.GPU}
    assert not covered(without(resources, "/1-0")) & CARDS
    (told,) = [one for one in resources if one["@odata.id"] == f"{ROOT}/Systems/1"]
    told["PCIeDevices@odata.count"] = 2
    assert not covered(resources) & CARDS


def test_the_list_of_a_module_says_nothing_of_the_other_cards() -> None:
    gpu = {"ProcessorType": "GPU", "Model": "H100", "SerialNumber": "1650000000001"}
    named = {"Links": {"Chassis": links("Chassis/HGX_1")}, "SerialNumber": "1580000000001"}
    resources = tree(
        system("1", Links={"Chassis": links("Chassis/1")}),
        chassis("1", "1"),
        cpu("CPU1"),
        system("HGX_Baseboard_0", **named),
        chassis("HGX_1", "HGX_Baseboard_0", ChassisType="Module", SerialNumber="1580000000001"),
        cpu("GPU_1", "HGX_Baseboard_0", **gpu),
        resource("Chassis/HGX_1/PCIeDevices/GPU_1", "PCIeDevice", SerialNumber="1650000000001"),
    )
    assert covered(resources) & CARDS == {Kind.GPU}
    assert not covered(without(resources, "/Processors/GPU_1")) & {Kind.CPU, Kind.GPU}


def test_a_lone_system_covers_its_board_only() -> None:
    assert covered([system(Memory=link("Systems/1/Memory"))]) == {Kind.BOARD}


def test_parts_of_a_machine_covered_without_a_root() -> None:
    resources = without(whole(), "/redfish/v1", "/v1/Chassis", "/v1/Systems", "/v1/Managers")
    assert covered(resources) == ALL


def test_missing_members_are_named_once() -> None:
    resources = without(whole(), "/Memory/A1", "/Memory/A2", "/CPU1")
    (warning,) = reading(files(resources)).snapshots[0].warnings
    assert warning.message.startswith(
        "3 members of collections are not in the bundle, the first: /redfish/v1/Systems/1/"
    )


def test_missing_logs_and_sensors_are_not_missed() -> None:
    resources = [*whole(), resource("Chassis/1/Sensors", "SensorCollection", Members=links("Chassis/1/Sensors/1"))]
    assert reading(files(resources)).snapshots[0].warnings == ()
