"""Redfish: what each resource tells of its part."""

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item
from tests.parsers.redfish.trees import (
    ROOT,
    VALUES,
    cpu,
    dimm,
    drive,
    links,
    of,
    places,
    read,
    resource,
    system,
)


def test_a_module_tells_its_size_type_and_rated_speed() -> None:
    (item,) = of(Kind.MEMORY, dimm("A1", AllowedSpeedsMHz=[2400, 3200], OperatingSpeedMhz=2666, RankCount=2))
    assert (item.slot, item.serial, item.vendor, item.part_number) == ("A1", "80CE011A", "Samsung", "M393A2K43DB3-CWE")
    assert item.attributes == {"size_mb": 16384, "type": "DDR4", "max_speed_mhz": 3200, "ranks": 2}
    assert item.telemetry == {"speed_mhz": 2666, "state": "Enabled", "health": "OK"}


def test_the_maker_s_rated_speed_counts_before_those_allowed() -> None:
    oem = {"Hpe": {"MaxOperatingSpeedMTs": 3200, "VendorName": "Micron", "PartNumber": "P11443-091"}}
    (item,) = of(Kind.MEMORY, dimm("A1", Oem=oem, AllowedSpeedsMHz=[2933], Manufacturer=None))
    assert (item.attributes["max_speed_mhz"], item.vendor) == (3200, "Micron")
    assert item.attributes["oem_part_number"] == "P11443-091"


def test_the_modules_of_ilo_4_have_fields_of_their_own() -> None:
    told = {"SocketLocator": "PROC 1 DIMM 1", "SizeMB": 16384, "DIMMType": "DDR4", "MaximumFrequencyMHz": 2133}
    empty = {"SocketLocator": "PROC 1 DIMM 2", "DIMMStatus": "NotPresent", "SizeMB": 0}
    first, second = of(
        Kind.MEMORY,
        {"@odata.id": f"{ROOT}/Systems/1/Memory/p1", "@odata.type": "#HpMemory.1.0.0.HpMemory", **told},
        {"@odata.id": f"{ROOT}/Systems/1/Memory/p2", "@odata.type": "#HpMemory.1.0.0.HpMemory", **empty},
    )
    assert first.slot == "PROC 1 DIMM 1"
    assert first.attributes == {"size_mb": 16384, "type": "DDR4", "max_speed_mhz": 2133}
    assert (second.present, second.slot) == (False, "PROC 1 DIMM 2")


def test_memory_that_is_part_of_a_chip_is_no_module() -> None:
    assert of(Kind.MEMORY, dimm("G1", MemoryDeviceType="HBM3"), dimm("G2", BaseModuleType="Die")) == []


@pytest.mark.parametrize(
    ("values", "slot"),
    [
        ({"DeviceLocator": "DIMM A1", "Location": {"PartLocation": {"ServiceLabel": "L1"}}}, "DIMM A1"),
        ({"DeviceLocator": None, "Location": {"PartLocation": {"ServiceLabel": "L1"}}}, "L1"),
        ({"DeviceLocator": None, "Name": "DIMM Slot 1"}, "DIMM Slot 1"),
        ({"DeviceLocator": None, "Name": "Memory"}, "A1"),
    ],
)
def test_the_place_of_a_module_is_the_best_told(values: VALUES, slot: str) -> None:
    assert [item.slot for item in of(Kind.MEMORY, dimm("A1", **values))] == [slot]


def test_a_cpu_tells_its_cores_and_its_present_clock_is_telemetry() -> None:
    identity = {"VendorId": "GenuineIntel", "MicrocodeInfo": "0x429943", "ProtectedIdentificationNumber": "0xAB"}
    (item,) = of(Kind.CPU, cpu("CPU1", MaxSpeedMHz=4000, OperatingSpeedMHz=2333, ProcessorId=identity, PartNumber=""))
    assert (item.slot, item.model, item.serial, item.part_number) == ("CPU1", "Xeon 9", None, None)
    assert item.attributes == {
        "cores": 16,
        "threads": 32,
        "max_frequency_mhz": 4000,
        "vendor_id": "GenuineIntel",
        "microcode": "0x429943",
        "ppin": "0xAB",
    }
    assert item.telemetry == {"speed_mhz": 2333}


def test_cores_and_chips_inside_chips_are_no_parts() -> None:
    inside = resource("Systems/1/Processors/CPU1/SubProcessors/Core1", "Processor", ProcessorType="Core")
    fpga = cpu("F1", ProcessorType="FPGA", FPGA={"FpgaType": "Integrated"})
    nameless = cpu("F2", ProcessorType="FPGA", Model=None)
    assert [item.kind for item in of(Kind.PCIE, cpu("CPU1"), inside, fpga, nameless)] == []
    assert len(of(Kind.CPU, cpu("CPU1"), inside)) == 1


def test_a_gpu_is_a_processor_with_a_link_and_a_uuid() -> None:
    interface = {"PCIe": {"PCIeType": "Gen1", "MaxPCIeType": "Gen5", "LanesInUse": 8, "MaxLanes": 16}}
    told = {"ProcessorType": "GPU", "Name": "GPU of tray 1", "Model": "H100", "UUID": "abcd0000-1111-2222-3333-4444"}
    (item,) = of(Kind.GPU, cpu("GPU1", SystemInterface=interface, FirmwareVersion="96.00", **told))
    assert (item.model, item.uuid, item.firmware) == ("H100", "abcd0000-1111-2222-3333-4444", "96.00")
    assert (item.link_width, item.max_link_width, item.max_link_speed_gts) == (8, 16, 32.0)
    assert (item.telemetry["link_speed_gts"], item.attributes["name"]) == (2.5, "GPU of tray 1")


def test_an_fpga_on_a_card_is_a_card() -> None:
    host = {"InterfaceType": "PCIe", "PCIe": {"MaxPCIeType": "Gen4", "MaxLanes": 8}}
    (item,) = of(Kind.PCIE, cpu("FPGA1", ProcessorType="FPGA", Model="Stratix 10", FPGA={"HostInterface": host}))
    assert (item.model, item.max_link_width, item.max_link_speed_gts) == ("Stratix 10", 8, 16.0)


def test_link_data_that_is_not_told_stays_missing() -> None:
    for told in ({}, {"PCIe": None}, {"PCIe": {"LanesInUse": 0, "MaxPCIeType": "None", "MaxLanes": None}}):
        (item,) = of(Kind.GPU, cpu("GPU1", ProcessorType="GPU", SystemInterface=told))
        assert (item.link_width, item.max_link_width, item.max_link_speed_gts) == (None, None, None)
        assert "link_speed_gts" not in item.telemetry


def test_a_drive_tells_all_that_a_technician_asks() -> None:
    (item,) = of(
        Kind.STORAGE,
        drive(
            "Systems/1/Storage/1/Drives/0",
            "S64GNE0R700001",
            Manufacturer="Samsung",
            Model="MZQL23T8HCLS",
            Protocol="PCIe",
            MediaType="SSD",
            Revision="GDC5",
            RotationSpeedRPM=0,
            CapacityBytes=3_840_755_982_336,
            PhysicalLocation={"PartLocation": {"ServiceLabel": "Bay 3", "LocationOrdinalValue": 3}},
            Identifiers=[
                {"DurableNameFormat": "NQN", "DurableName": "nqn.1994-11.com.samsung:x"},
                {"DurableNameFormat": "EUI", "DurableName": "36344730527000010025384100000001"},
            ],
            PCIeInterface={"LanesInUse": 4, "MaxLanes": 4, "PCIeType": "Gen4", "MaxPCIeType": "Gen4"},
            PredictedMediaLifeLeftPercent=99,
            CapableSpeedGbs=15.75,
        ),
    )
    assert (item.slot, item.serial, item.vendor, item.firmware) == ("Bay 3", "S64GNE0R700001", "Samsung", "GDC5")
    assert item.wwn == "36344730527000010025384100000001"
    assert (item.link_width, item.max_link_width, item.max_link_speed_gts) == (4, 4, 16.0)
    assert item.attributes == {
        "interface": "NVMe",
        "media": "SSD",
        "rotation_rpm": 0,
        "size_bytes": 3_840_755_982_336,
        "capable_speed_gbps": 15.75,
    }
    assert item.telemetry == {"life_left_pct": 99, "link_speed_gts": 16.0}
    assert item.list == "/redfish/v1/Systems/1/Storage"


def test_of_two_versions_the_field_made_for_it_counts() -> None:
    (item,) = of(Kind.STORAGE, drive("Chassis/1/Drives/1", "S1234567", Revision="A0", FirmwareVersion="GDC5"))
    assert item.firmware == "GDC5"


BAY_0 = {"LocationType": "Bay", "LocationOrdinalValue": 0}


@pytest.mark.parametrize(
    ("values", "slot"),
    [
        ({"Id": "Disk.Bay.0:RAID.Slot.1-1", "Name": "Solid State Disk 0:1:0"}, "Disk.Bay.0:RAID.Slot.1-1"),
        ({"Id": "0", "Location": [{"Info": "Slot 0", "InfoFormat": "Slot Number"}]}, "Slot 0"),
        ({"Id": "9", "Name": "Samsung SSD"}, "9"),
        ({"Id": "9", "PhysicalLocation": {"PartLocation": BAY_0}}, "Bay 0"),
        ({"Id": "32ADF365C6C1B7BD", "Name": "Drive Sample"}, None),
        ({"Id": "S1234567"}, None),
    ],
)
def test_the_place_of_a_drive_is_told_in_many_ways(values: VALUES, slot: str | None) -> None:
    assert [item.slot for item in of(Kind.STORAGE, drive("Chassis/1/Drives/1", "S1234567", **values))] == [slot]


def test_smart_storage_tells_drives_in_its_own_words() -> None:
    told = {
        "SerialNumber": "KPG0A0AA",
        "Model": "EG0600FBVFP",
        "Location": "1I:1:1",
        "InterfaceType": "SAS",
        "MediaType": "HDD",
        "RotationalSpeedRpm": 10000,
        "CapacityMiB": 572325,
        "FirmwareVersion": {"Current": {"VersionString": "HPDC"}},
        "PowerOnHours": 5991,
    }
    path = "Systems/1/SmartStorage/ArrayControllers/0/DiskDrives/0"
    (item,) = of(Kind.STORAGE, resource(path, "HpSmartStorageDiskDrive", **told))
    assert (item.slot, item.serial, item.firmware) == ("1I:1:1", "KPG0A0AA", "HPDC")
    assert item.attributes == {"interface": "SAS", "media": "HDD", "rotation_rpm": 10000, "size_bytes": 572325 << 20}
    assert item.telemetry == {"power_on_hours": 5991}


def simple(*devices: VALUES) -> VALUES:
    return resource("Systems/1/SimpleStorage/1", "SimpleStorage", Devices=[*devices])


def test_simple_storage_counts_only_where_nothing_better_lists_drives() -> None:
    bays = simple({"Name": "SATA Bay 1", "Model": "3000GT8"}, {"Name": "SATA Bay 2", "Status": {"State": "Absent"}})
    assert [(item.slot, item.present) for item in of(Kind.STORAGE, bays)] == [
        ("SATA Bay 1", True),
        ("SATA Bay 2", False),
    ]
    assert places(of(Kind.STORAGE, bays, drive("Chassis/1/Drives/1", "S1234567"))) == [("1", "S1234567")]


@pytest.mark.parametrize(
    ("values", "present"),
    [
        ({"Status": {"State": "Absent"}}, False),
        ({"Name": "Empty Bay"}, False),
        ({"Name": "Empty slot 2"}, False),
        ({"Manufacturer": "NO DIMM"}, False),
        ({"PartNumber": "Not Present"}, False),
        ({"Status": {"State": "StandbyOffline"}}, True),
        ({"Status": {"State": "Disabled"}}, True),
        ({"Status": {"State": "Starting"}}, True),
        ({"Status": {"State": None}}, True),
        ({"Status": None}, True),
        ({"CapacityMiB": 0, "SerialNumber": None}, True),
    ],
)
def test_absent_is_said_not_guessed(values: VALUES, present: bool) -> None:
    (item,) = of(Kind.MEMORY, dimm("A1", **values))
    assert (item.slot, item.present) == ("A1", present)
    if not present:
        assert item == Item(
            kind=Kind.MEMORY, list="/redfish/v1/Systems/1/Memory", slot="A1", present=False, origin=item.origin
        )


def test_a_place_that_is_empty_by_one_tale_and_taken_by_another_is_taken() -> None:
    empty = drive("Chassis/1/Drives/1", None, Name="Empty Bay", Id="Bay 1", Status={"State": "Absent"})
    taken = drive("Systems/1/Storage/1/Drives/a", "S1234567", Id="bay  1")
    assert [(item.slot, item.present) for item in of(Kind.STORAGE, empty, taken)] == [("bay  1", True)]
    twice = drive("Systems/1/Storage/1/Drives/a", None, Id="Bay 1", Status={"State": "Absent"})
    assert [(item.slot, item.present) for item in of(Kind.STORAGE, empty, twice)] == [("Bay 1", False)]


def software(name: str, version: str, *related: str) -> VALUES:
    items = links(*related)
    return resource(f"UpdateService/FirmwareInventory/{name}", "SoftwareInventory", Version=version, RelatedItem=items)


def test_the_installed_version_of_the_inventory_counts_where_a_part_tells_none() -> None:
    path = "Chassis/1/Drives/1"
    inventory = (
        software("Installed-1", "GDC5", path),
        software("Previous-1", "GDC4", path),
        software("Available-1", "GDC6", path),
        software("BMC", "9", "Managers/1"),
        software("Other", "8"),
    )
    assert [item.firmware for item in of(Kind.STORAGE, drive(path, "S1234567"), *inventory)] == ["GDC5"]
    assert [item.firmware for item in of(Kind.STORAGE, drive(path, "S1234567", Revision="A"), *inventory)] == ["A"]
    two = software("Installed-2", "GDC7", path)
    assert [item.firmware for item in of(Kind.STORAGE, drive(path, "S1234567"), *inventory, two)] == [None]


def test_the_version_of_the_bios_is_not_that_of_another_chip_of_the_board() -> None:
    inventory = (software("CPLD", "1", "Systems/1"), software("BIOS", "2.8", "Systems/1"))
    assert [item.firmware for item in read(system(BiosVersion=None), *inventory).items] == ["2.8"]


def test_licence_keys_and_passwords_go_nowhere() -> None:
    secret = "AAAAA-BBBBB-SECRET"
    manager = resource(
        "Managers/1", "Manager", Oem={"Hpe": {"License": {"LicenseKey": secret}}}, Password=secret, FirmwareVersion="1"
    )
    assert secret not in str(read(system(Oem={"X": {"LicenseKey": secret}}, AdminPassword=secret), manager))
