"""What captures of real machines taught: each peculiarity made small, in a tree of our own."""

from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item
from tests.parsers.redfish.trees import (
    VALUES,
    chassis,
    cpu,
    drive,
    files,
    link,
    links,
    of,
    places,
    read,
    reading,
    resource,
    system,
    tree,
)


def collection(path: str, *members: str) -> VALUES:
    return {**resource(path, "Collection"), "Members": links(*members), "Members@odata.count": len(members)}


def adapter(name: str, **values: Any) -> VALUES:
    return resource(f"Chassis/1/NetworkAdapters/{name}", "NetworkAdapter", **values)


def function(name: str, **values: Any) -> VALUES:
    return resource(f"Chassis/1/NetworkAdapters/{name}/NetworkDeviceFunctions/1", "NetworkDeviceFunction", **values)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"NetDevFuncCapabilities": ["FibreChannel"]}, Kind.HBA),
        ({"NetDevFuncCapabilities": ["Disabled", "FibreChannel"]}, Kind.HBA),
        ({"NetDevFuncCapabilities": ["Ethernet", "FibreChannelOverEthernet"]}, Kind.NIC),
        ({"NetDevFuncCapabilities": ["FibreChannel"], "NetDevFuncType": "Ethernet"}, Kind.NIC),
    ],
)
def test_what_a_function_is_capable_of_counts_where_its_type_is_not_told(values: VALUES, kind: Kind) -> None:
    found = of(kind, chassis("1", "1"), adapter("1", Model="QLE2742", SerialNumber="FC000001"), function("1", **values))
    assert places(found) == [("1", "FC000001")]
    assert kind is Kind.NIC or found[0].attributes["bus"] == "FC"


def test_a_world_wide_name_in_the_place_of_a_mac_is_no_mac() -> None:
    port = resource(
        "Chassis/1/NetworkAdapters/1/Ports/1", "Port", Ethernet={"AssociatedMACAddresses": ["51:40:2E:C0:20:82:C2:2A"]}
    )
    (item,) = of(Kind.NIC, chassis("1", "1"), adapter("1", SerialNumber="FC000001"), port)
    assert item.macs == ()


def test_an_adapter_of_which_all_is_null_is_the_bmc_s_own() -> None:
    null = dict.fromkeys(("Manufacturer", "Model", "PartNumber", "SerialNumber"))
    told = {**adapter("Rmp"), "Name": "rack1/rmp Network Adapter", **null}
    assert of(Kind.NIC, chassis("1", "1"), told) == []
    placed = {**told, "Location": {"PartLocation": {"ServiceLabel": "OCP 1"}}}
    assert places(of(Kind.NIC, chassis("1", "1"), placed)) == [("OCP 1", None)]
    with_mac = function("Rmp", Ethernet={"PermanentMACAddress": "7C:A6:2A:41:36:92"})
    assert [item.macs for item in of(Kind.NIC, chassis("1", "1"), told, with_mac)] == [("7C:A6:2A:41:36:92",)]


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"FirmwareVersion": "Unknown", "InterfaceType": None, "Status": {"State": "Disabled"}}, 0),
        ({"FirmwareVersion": "7.2.3.1", "InterfaceType": "TPM2_0", "Status": {"State": "Disabled"}}, 1),
        ({"FirmwareVersion": "Unknown", "Status": {"State": "Enabled"}}, 1),
    ],
)
def test_a_disabled_tpm_of_which_nothing_is_told_is_none(values: VALUES, count: int) -> None:
    told = [item for item in read(system(TrustedModules=[values])).items if item.kind is Kind.TPM]
    assert len(told) == count


def processor(name: str, **values: Any) -> VALUES:
    return resource(f"Systems/1/Processors/{name}", "Processor", **values)


def test_a_chip_named_by_fillers_is_no_card() -> None:
    told = {"Model": "NA", "PartNumber": "NA", "SerialNumber": "NA", "FirmwareVersion": "2.05"}
    assert of(Kind.PCIE, processor("FPGA_0", ProcessorType="FPGA", **told)) == []


def test_a_place_is_no_name_of_a_gpu() -> None:
    told = {"ProcessorType": "GPU", "Model": "MI250X", "SerialNumber": "GPU00001"}
    (placed,) = of(Kind.GPU, processor("A", Name="GPU 0", **told))
    (named,) = of(Kind.GPU, processor("A", Name="AMD Instinct MI250X OAM", **told))
    assert "name" not in placed.attributes
    assert named.attributes["name"] == "AMD Instinct MI250X OAM"


def test_a_tachometer_with_a_place_is_a_sensor() -> None:
    label = {"PartLocation": {"ServiceLabel": "Fan 1"}}
    tachometers = [{"Name": f"Fan1 {side} Tach", "Location": label, "Reading": 6000} for side in ("Front", "Rear")]
    real = {"Name": "Fan 2", "Model": "02PJ123", "Location": {"PartLocation": {"ServiceLabel": "Fan 2"}}}
    thermal = resource("Chassis/1/Thermal", "Thermal", Fans=[*tachometers, real])
    assert places(of(Kind.FAN, chassis("1", "1"), thermal)) == [("Fan 2", None)]


def storage(name: str, *controllers: VALUES, **values: Any) -> VALUES:
    return resource(f"Systems/1/Storage/{name}", "Storage", StorageControllers=list(controllers), **values)


def test_a_controller_whose_model_is_its_chip_is_known_by_its_name() -> None:
    told = {"Model": "SAS3916", "Name": "ThinkSystem RAID 940-16i 8GB Flash Adapter", "SerialNumber": "SR000001"}
    (item,) = of(Kind.RAID, storage("slot1", told))
    assert (item.model, item.attributes["name"]) == ("SAS3916", "ThinkSystem RAID 940-16i 8GB Flash Adapter")


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"Model": "HBA 430-8i", "Name": "HBA 430-8i"}, None),
        ({"Model": "HBA 430-8i", "Name": "SAS Controller"}, None),
        ({"Model": "HBA 430-8i", "Name": "Slot 4"}, None),
        ({"Model": "HBA 430-8i", "Name": "AcmeStorageController"}, None),
        ({"Model": "HBA 430-8i", "Name": "Hpe Smart Storage Array Controller"}, None),
        ({"Model": None, "Name": "HBA 430-8i"}, None),
        ({"Model": "SAS3408", "Name": "ThinkSystem 430-8i SAS HBA"}, "ThinkSystem 430-8i SAS HBA"),
    ],
)
def test_the_name_of_a_controller_is_kept_where_it_says_more(told: VALUES, name: str | None) -> None:
    (item,) = of(Kind.HBA, storage("slot1", {**told, "SerialNumber": "SR000001"}, Name=None))
    assert item.attributes.get("name") == name


@pytest.mark.parametrize(
    ("protocols", "told", "interface"),
    [
        (["NVMe"], None, "NVMe"),
        (["SATA"], None, "SATA"),
        (["SAS", "SATA"], None, None),
        (["SAS"], None, None),  # it takes SATA drives as well
        ([], None, None),
        (["SAS"], "SATA", "SATA"),
    ],
)
def test_a_drive_without_a_protocol_has_the_only_one_of_its_controllers(
    protocols: list[str], told: str | None, interface: str | None
) -> None:
    path = "Systems/1/Storage/1/Drives/1"
    disk = drive(path, "S4YNNE0N800001", Protocol=told)
    (item,) = of(Kind.STORAGE, disk, storage("1", {"SupportedDeviceProtocols": protocols}, Drives=links(path)))
    assert item.attributes.get("interface") == interface


@pytest.mark.parametrize(
    ("maker", "model", "expected"),
    [
        ("Supermicro", "X13DEG-OAD", "X13DEG-OAD"),
        ("Supermicro", "SYS-2029U-TN24R4T", None),  # the machine's own
        ("Lenovo", "7D77CTO1WW", None),  # a machine type
    ],
)
def test_a_supermicro_chassis_tells_the_model_of_the_board(maker: str, model: str, expected: str | None) -> None:
    machine = system(Manufacturer=maker, Model="SYS-2029U-TN24R4T", Links={"Chassis": links("Chassis/1")})
    around = chassis("1", "1", Manufacturer=maker, Model=model, Oem={maker: {"BoardSerialNumber": "NM000001"}})
    (board,) = (item for item in read(machine, around).items if item.kind is Kind.BOARD)
    assert board.model == expected


def whole(*more: VALUES, **values: Any) -> list[VALUES]:
    return tree(
        system(Links={"Chassis": links("Chassis/1")}, Storage=link("Systems/1/Storage")),
        chassis("1", "1", PCIeDevices=link("Chassis/1/PCIeDevices"), **values),
        cpu("CPU1"),
        collection("Systems/1/Storage"),
        *more,
    )


CARDS = {Kind.NIC, Kind.HBA, Kind.RAID, Kind.PCIE, Kind.GPU}
HPE = {"Oem": {"Hpe": {"Links": {"Devices": link("Chassis/1/Devices")}}}}


def covered(resources: list[VALUES]) -> set[Kind]:
    return set(reading(files(resources)).snapshots[0].coverage & CARDS)


def test_an_empty_list_of_devices_was_not_read() -> None:
    device = resource("Chassis/1/PCIeDevices/1", "PCIeDevice", SerialNumber="NIC00001")
    assert covered(whole(device)) == CARDS
    assert covered(whole(collection("Chassis/1/PCIeDevices"))) == set()
    listed = [one | {"PCIeDevices": []} if one["@odata.id"].endswith("/Systems/1") else one for one in whole()]
    assert covered([*listed, collection("Chassis/1/PCIeDevices")]) == set()


def test_hpe_s_own_list_of_devices_is_one_and_must_be_whole() -> None:
    empty = collection("Chassis/1/PCIeDevices")
    device = resource("Chassis/1/Devices/1", "HpeServerDevice", SerialNumber="NIC00001", DeviceType="NIC/LOM")
    assert covered(whole(empty, device, **HPE)) == CARDS
    cut = collection("Chassis/1/Devices", "Chassis/1/Devices/1", "Chassis/1/Devices/2")
    assert covered(whole(empty, device, cut, **HPE)) == set()
    listed = resource("Chassis/1/PCIeDevices/1", "PCIeDevice", SerialNumber="NIC00001")
    assert covered(whole(listed, device, cut, **HPE)) == set()


def perc(**values: Any) -> list[VALUES]:
    told = {"Model": "PERC H740P Adapter", "Manufacturer": "DELL", "FirmwareVersion": "51.16.0", "Links": {}}
    poor = {"Name": "PERC H740P Adapter", "Manufacturer": "Broadcom / LSI", **values}
    path = "Chassis/1/PCIeDevices/25-0"
    return [
        chassis("1", "1"),
        storage("RAID.Slot.6-1", told),
        resource(path, "PCIeDevice", **poor),
        resource(f"{path}/PCIeFunctions/0", "PCIeFunction", DeviceClass="MassStorageController"),
    ]


def cards(*resources: VALUES) -> list[Item]:
    return [item for item in read(system(), *resources).items if item.kind in CARDS]


def test_a_card_is_left_out_where_its_very_name_is_told_by_another_maker() -> None:
    assert [(item.kind, item.slot) for item in cards(*perc())] == [(Kind.RAID, "RAID.Slot.6-1")]
    assert len(cards(*perc(Name="HBA330 Adapter"))) == 2
    assert len(cards(*perc(Slot={"Location": {"PartLocation": {"ServiceLabel": "PCIe Slot 3"}}}))) == 2


def test_the_version_in_the_spare_flash_is_not_the_installed_one() -> None:
    path = "UpdateService/FirmwareInventory"
    entries = [
        resource(
            f"{path}/{n}", "SoftwareInventory", Version=n, RelatedItem=links("Managers/1"), Status={"State": state}
        )
        for n, state in (("1.0", "StandbySpare"), ("2.0", "Enabled"))
    ]
    assert [one.firmware for one in of(Kind.BMC, resource("Managers/1", "Manager"), *entries)] == ["2.0"]


def test_a_serial_in_the_place_of_the_sku_is_no_number_of_the_maker() -> None:
    disk = drive("Systems/1/Storage/1/Drives/1", "S76TNA0X602703", SKU="S76TNA0X602703")
    (item,) = of(Kind.STORAGE, disk)
    assert item.part_number is None
    assert "sku" not in item.attributes


@pytest.mark.parametrize(
    "values",
    [{"MemoryDeviceType": "Logical"}, {"DeviceLocator": "PROC 1 Logical NVDIMM 1"}, {"Name": "Logical NVDIMM 1"}],
)
def test_memory_set_aside_from_other_modules_is_no_module(values: VALUES) -> None:
    told = {"CapacityMiB": 32768, "MemoryType": "NVDIMM_N", "Manufacturer": "HPE", **values}
    assert of(Kind.MEMORY, resource("Systems/1/Memory/n1", "Memory", **told)) == []


@pytest.mark.parametrize(
    ("name", "model"), [("HpeSmartStorageEnclosure", None), ("4 SFF HDD BP", "4 SFF HDD BP"), ("HDD_BP_1", "HDD_BP_1")]
)
def test_the_name_of_a_type_is_no_model(name: str, model: str | None) -> None:
    path = "Systems/1/SmartStorage/ArrayControllers/12/StorageEnclosures/1"
    told = resource(path, "HpeSmartStorageStorageEnclosure", Location="2I:0", DriveBayCount=4, Model="")
    (item,) = of(Kind.BACKPLANE, {**told, "Name": name})
    assert (item.slot, item.model, item.attributes["bays"]) == ("2I:0", model, 4)


def test_a_link_that_is_no_path_joins_nothing() -> None:
    function = {"PCIeFunctions": [{"@odata.id": "F0"}]}
    first = {"Model": "HPE SR932i-p", "SerialNumber": "SK000001", "Links": function}
    second = resource("Chassis/1/NetworkAdapters/1", "NetworkAdapter", Model="X710", Links=function)
    hba = resource("Systems/1/SmartStorage/HostBusAdapters/1", "HpeSmartStorageHostBusAdapter", Model="SAS 9300")
    found = cards(chassis("1", "1"), storage("DE1", first), second, {**hba, "Links": function})
    assert sorted(item.kind for item in found) == [Kind.HBA, Kind.NIC, Kind.RAID]


@pytest.mark.parametrize(("told", "rpm"), [(1, 0), (0, 0), (7200, 7200), (-1, None), (None, None)])
def test_one_turn_a_minute_is_what_ata_calls_no_rotation(told: int | None, rpm: int | None) -> None:
    (item,) = of(Kind.STORAGE, drive("Chassis/1/Drives/1", "S1234567", RotationSpeedRPM=told))
    assert item.attributes.get("rotation_rpm") == rpm
