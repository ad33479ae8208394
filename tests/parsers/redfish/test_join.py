"""Redfish: one part told by several resources is one item, and nothing is joined without proof."""

import itertools
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    places,
    read,
    reading,
    resource,
    system,
    tree,
)

pytestmark = pytest.mark.thorough

CARDS = frozenset({Kind.NIC, Kind.HBA, Kind.RAID, Kind.GPU, Kind.PCIE})


def device(name: str, **values: Any) -> VALUES:
    return resource(f"Chassis/1/PCIeDevices/{name}", "PCIeDevice", **values)


def function(name: str, device_class: str, **values: Any) -> VALUES:
    path = f"Chassis/1/PCIeDevices/{name}/PCIeFunctions/0"
    return resource(path, "PCIeFunction", DeviceClass=device_class, **values)


def adapter(name: str, **values: Any) -> VALUES:
    return resource(f"Chassis/1/NetworkAdapters/{name}", "NetworkAdapter", **values)


def hpe(name: str, **values: Any) -> VALUES:
    return resource(f"Chassis/1/Devices/{name}", "HpeServerDevice", **values)


def label(text: str) -> VALUES:
    return {"PartLocation": {"ServiceLabel": text}}


def cards(*resources: VALUES) -> list[Item]:
    return [item for item in read(system(), *resources).items if item.kind in CARDS]


def test_a_gpu_as_processor_and_as_device_is_one_by_its_link() -> None:
    gpu = cpu("GPU1", ProcessorType="GPU", Model="H100", Links={"PCIeDevice": link("Chassis/1/PCIeDevices/7")})
    told = device("7", Manufacturer="NVIDIA", Model="Other", FirmwareVersion="96", Slot={"Location": label("Slot 7")})
    (item,) = cards(gpu, told, function("7", "DisplayController"))
    # Of the processor what it tells, of the device the rest.
    assert (item.kind, item.model, item.vendor, item.firmware) == (Kind.GPU, "H100", "NVIDIA", "96")
    assert item.list == "/redfish/v1/Systems/1/Processors"


def test_a_gpu_is_one_by_its_serial() -> None:
    gpu = cpu("GPU1", ProcessorType="GPU", Model="A100", SerialNumber="1324120000001", PartNumber="900-21001")
    assert places(cards(gpu, device("1", SerialNumber="1324120000001 ", PartNumber="X"))) == [("GPU1", "1324120000001")]


def test_a_serial_that_one_list_has_twice_joins_no_gpus() -> None:
    gpus = [cpu(f"GPU{n}", ProcessorType="GPU", Model="GB200", SerialNumber="1650000000001") for n in (1, 2)]
    joined_by_link = device("1", SerialNumber="1650000000001")
    assert len(cards(*gpus)) == 2
    gpus[0]["Links"] = {"PCIeDevice": link("Chassis/1/PCIeDevices/1")}
    assert len(cards(*gpus, joined_by_link)) == 2


def test_a_controller_is_one_by_the_function_that_it_names() -> None:
    path = "Systems/1/Storage/RAID.Integrated.1-1"
    named = {"Links": {"PCIeFunctions": links("Chassis/1/PCIeDevices/23-0/PCIeFunctions/0")}, "MemberId": "0"}
    inline = resource(path, "Storage", Name="PERC H740P", StorageControllers=[{"Model": "PERC H740P", **named}])
    told = (device("23-0", Name="PERC H740P", Manufacturer="Broadcom"), function("23-0", "MassStorageController"))
    (item,) = cards(inline, *told)
    assert (item.kind, item.slot, item.vendor) == (Kind.RAID, "RAID.Integrated.1-1", "Broadcom")
    named_by_function = function(
        "23-0", "MassStorageController", Links={"StorageControllers": links(f"{path}#/StorageControllers/0")}
    )
    bare = resource(path, "Storage", StorageControllers=[{"Model": "PERC H740P", "MemberId": "0"}])
    assert len(cards(bare, told[0], named_by_function)) == 1


def test_the_collection_of_controllers_took_the_place_of_the_list() -> None:
    path = "Systems/1/Storage/1"
    inline = resource(
        path, "Storage", StorageControllers=[{"Model": "9460-8i"}], Controllers=link(f"{path}/Controllers")
    )
    own = resource(f"{path}/Controllers/0", "StorageController", Model="9460-8i", SerialNumber="SK000001")
    assert [item.serial for item in cards(inline, own)] == ["SK000001"]
    assert [item.model for item in cards(inline)] == ["9460-8i"]


def test_an_nvme_drive_in_two_collections_and_as_a_device_is_one() -> None:
    named = {"Links": {"PCIeFunctions": links("Chassis/1/PCIeDevices/5/PCIeFunctions/0")}}
    one = drive("Systems/1/Storage/1/Drives/5", "S64GNE0R700001", Protocol="NVMe", Revision="GDC5", **named)
    other = drive("Chassis/BP1/Drives/5", "S64GNE0R700001", PhysicalLocation=label("Bay 5"))
    slot = {"Slot": {"Location": label("Slot 5")}}
    items = read(system(), one, other, device("5", Model="PM9A3", **slot), function("5", "MassStorageController")).items
    drives = [item for item in items if item.kind is not Kind.BOARD]
    assert [(item.kind, item.slot, item.firmware) for item in drives] == [(Kind.STORAGE, "Bay 5", "GDC5")]


def test_drives_behind_a_controller_that_name_its_function_are_no_part_of_it() -> None:
    named = {"Links": {"PCIeFunctions": links("Chassis/1/PCIeDevices/1/PCIeFunctions/0")}}
    controller = resource("Systems/1/Storage/1/Controllers/0", "StorageController", Model="SAS3508", **named)
    drives = [drive(f"Systems/1/Storage/1/Drives/{n}", f"S123456{n}", Protocol="NVMe", **named) for n in range(3)]
    items = read(
        system(), controller, *drives, device("1", Model="SAS3508"), function("1", "MassStorageController")
    ).items
    assert [item.kind for item in items] == [Kind.BOARD, *[Kind.STORAGE] * 3, Kind.HBA]


def test_drives_without_a_serial_are_one_by_their_wwn() -> None:
    name = {"Identifiers": [{"DurableName": "5000C500A0B0C0D0", "DurableNameFormat": "NAA"}]}
    one = drive("Systems/1/Storage/1/Drives/0", None, **name)
    other = drive("Chassis/BP1/Drives/0", None, **name)
    assert len(read(system(), one, other).items) == 2
    assert len(read(system(), one, drive("Systems/1/Storage/1/Drives/1", None, **name)).items) == 3


def test_the_same_serial_twice_in_one_list_is_no_identity() -> None:
    drives = [drive(f"Systems/1/Storage/1/Drives/{n}", "SAME1234") for n in range(2)]
    beside = drive("Chassis/BP1/Drives/0", "SAME1234")
    assert len(read(system(), *drives, beside).items) == 4


NIC = adapter("DE080000", Manufacturer="MLNX", Model="MCX512F", SerialNumber="ILC220027S", PartNumber="P13186-001")
MAC = "88:e9:a4:6b:a8:ac"


def test_a_network_card_of_hpe_is_one_of_five_tales() -> None:
    swapped = {"Model": "P13186-001   ", "Name": "MCX512F Adapter", "PartNumber": "P13186-001   ", "SKU": "P16004-001"}
    base = {"Location": "PCI-E Slot 1", "PartNumber": "P16004-001", "PhysicalPorts": [{"MacAddress": MAC}]}
    (item,) = cards(
        NIC,
        device("208", SerialNumber="ILC220027S     ", FirmwareVersion="16.35", **swapped),
        function("208", "NetworkController"),
        hpe(
            "1", DeviceType="LOM/NIC", SerialNumber="ILC220027S     ", Location="PCI-E Slot 1", PartNumber="P16004-001"
        ),
        resource("Systems/1/BaseNetworkAdapters/1", "HpeBaseNetworkAdapter", SerialNumber="ILC220027S     ", **base),
        resource("Systems/1/EthernetInterfaces/1", "EthernetInterface", MACAddress=MAC),
    )
    assert (item.kind, item.slot, item.serial) == (Kind.NIC, "PCI-E Slot 1", "ILC220027S")
    assert (item.part_number, item.model, item.firmware, item.macs) == ("P13186-001", "MCX512F", "16.35", (MAC,))


def test_a_card_is_one_by_the_mac_of_an_interface() -> None:
    told = adapter("1", Manufacturer="Intel", Model="X710", SerialNumber="NIC00001")
    path = "Chassis/1/NetworkAdapters/1/NetworkDeviceFunctions/0"
    mac = resource(path, "NetworkDeviceFunction", Ethernet={"PermanentMACAddress": MAC.upper()})
    seen = resource("Systems/1/EthernetInterfaces/1", "EthernetInterface", MACAddress=MAC)
    leads = function("4", "NetworkController", Links={"EthernetInterfaces": links("Systems/1/EthernetInterfaces/1")})
    found = cards(told, mac, seen, device("4", Name="Ethernet Controller X710", Manufacturer="Intel"), leads)
    assert places(found) == [("1", "NIC00001")]


def test_where_a_part_number_stands_in_the_model_s_place_the_name_is_the_model() -> None:
    told = {"Model": "K53978-005", "PartNumber": "K53978-005", "Name": "Intel I350T4 OCPv3", "SerialNumber": "NIC00001"}
    assert [item.model for item in cards(device("210", **told))] == ["Intel I350T4 OCPv3"]


def test_a_device_that_may_be_a_card_told_elsewhere_is_left_out() -> None:
    poor = (device("4", Name="Ethernet Controller", Manufacturer="Mellanox"), function("4", "NetworkController"))
    assert places(cards(NIC, *poor)) == [("DE080000", "ILC220027S")]
    assert len(cards(*poor)) == 1


@pytest.mark.parametrize(
    ("values", "other"),
    [
        ({"Manufacturer": "Broadcom Inc. and subsidiaries"}, {}),
        ({"Slot": {"Location": label("PCIe Slot 3")}}, {"Location": label("Slot 1")}),
    ],
)
def test_a_maker_or_a_slot_that_contradicts_proves_two_cards(values: VALUES, other: VALUES) -> None:
    told = adapter("1", Manufacturer="Intel", Model="X710", SerialNumber="NIC00001", **other)
    assert len(cards(told, device("4", Name="Ethernet Controller", **values), function("4", "NetworkController"))) == 2


def test_a_second_chip_of_a_card_is_no_second_card() -> None:
    path = "Chassis/1/PCIeDevices"
    told = adapter("1", Manufacturer="Broadcom", SerialNumber="NIC00001", Links={"PCIeDevices": links(f"{path}/4")})
    chips = [device(n, Name="NetXtreme Ethernet", Manufacturer="Broadcom") for n in ("4", "5")]
    assert len(cards(told, *chips, *(function(n, "NetworkController") for n in ("4", "5")))) == 1


def test_functions_of_one_card_in_one_list_are_one_card() -> None:
    found = cards(*(device(n, Name="Ethernet 25G", SerialNumber="NIC00001") for n in ("4-0", "4-1")))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("values", "device_class"),
    [
        ({"Name": "Integrated Matrox G200eW3 Graphics Controller"}, "DisplayController"),
        ({"Name": "ASPEED Graphics Family", "Manufacturer": "ASPEED Technology, Inc."}, "DisplayController"),
        ({"Name": "Embedded Video Controller", "Model": ""}, "DisplayController"),
        ({"Name": "C620 Series Chipset Family SATA Controller [AHCI mode]"}, "MassStorageController"),
        ({"Name": "C620 Series Chipset Family USB 3.0 xHCI Controller"}, "SerialBusController"),
        ({"Name": "PCIe Controller", "Model": ""}, "Bridge"),
        ({"Name": "Advanced Micro Devices, Inc. [AMD]", "Slot": {}}, None),
        ({"Name": "X722 10GbE (onboard)", "Slot": {"Location": {"Info": "OnBoard"}}}, None),
        ({"Name": "Express Flash NVMe 1.6TB"}, "MassStorageController"),
    ],
)
def test_what_cannot_be_exchanged_is_no_card(values: VALUES, device_class: str | None) -> None:
    functions = [function("3", device_class)] if device_class else []
    assert [item.kind for item in read(system(), device("3", **values), *functions).items] == [Kind.BOARD]


@pytest.mark.parametrize(
    ("values", "code", "kind"),
    [
        ({"Name": "ConnectX-6"}, "0x020000", Kind.NIC),
        ({"Name": "ConnectX-6"}, "0x000002", Kind.NIC),  # HPE and Dell: the base class in the last byte
        ({"Name": "MegaRAID 9560-8i"}, "0x010700", Kind.RAID),
        ({"Name": "SAS3816 HBA"}, "0x010700", Kind.HBA),
        ({"Name": "Fibre Channel Adapter LPe35002"}, "0x0C0400", Kind.HBA),
        ({"Name": "A100", "SerialNumber": "1324120000001"}, "0x030200", Kind.GPU),
        ({"Name": "NVSwitch", "SerialNumber": "1324120000002"}, "0x068000", Kind.PCIE),
        ({"Name": "Alveo U50", "Slot": {"Location": label("Slot 4")}}, "0x120000", Kind.PCIE),
    ],
)
def test_the_kind_of_a_device_is_that_of_its_class(values: VALUES, code: str, kind: Kind) -> None:
    leads = resource("Chassis/1/PCIeDevices/3/PCIeFunctions/0", "PCIeFunction", ClassCode=code)
    assert [item.kind for item in cards(device("3", **values), leads)] == [kind]


def test_lanes_and_speed_of_a_slot_are_not_those_of_the_card() -> None:
    slot = {"Lanes": 16, "PCIeType": "Gen5", "Location": label("Slot 4")}
    (item,) = cards(device("3", Model="E810", SerialNumber="NIC00001", Slot=slot))
    assert (item.slot, item.link_width, item.max_link_width, item.max_link_speed_gts) == ("Slot 4", None, None, None)


def slots(*told: VALUES) -> VALUES:
    return resource("Chassis/1/PCIeSlots", "PCIeSlots", Slots=[*told])


def test_a_slot_may_tell_which_device_is_in_it() -> None:
    leads = {"Location": label("PCIe 3"), "Links": {"PCIeDevice": links("Chassis/1/PCIeDevices/slot_3")}}
    assert places(cards(device("slot_3", SerialNumber="NIC00001"), slots(leads))) == [("PCIe 3", "NIC00001")]


def test_an_empty_slot_counts_where_cards_are_in_slots_of_such_names() -> None:
    empty = [{"Location": label(text), "Status": {"State": "Absent"}} for text in ("PCI-E Slot 2", "NVMe Slot 32")]
    taken = hpe("1", DeviceType="LOM/NIC", SerialNumber="NIC00001", Location="PCI-E Slot 1")
    listed = hpe("2", Name="Empty slot 2", Location="PCI-E Slot 2", Status={"State": "Absent"})
    found = cards(slots(*empty), taken, listed)
    assert [(item.kind, item.slot, item.present) for item in found] == [
        (Kind.NIC, "PCI-E Slot 1", True),
        (Kind.PCIE, "PCI-E Slot 2", False),
    ]
    assert cards(slots(*empty)) == []


def test_a_backplane_with_two_controllers_is_one() -> None:
    own = chassis("DE00A000", ChassisType="StorageEnclosure", Location=label("Slot=12:Port=2I:Box=1"), Model="UBM6")
    halves = [hpe(n, DeviceType="Backplane PIC", Location="Slot=12:Port=2I:Box=1", FirmwareVersion="1") for n in "78"]
    enclosures = [
        resource(f"Systems/1/SmartStorage/ArrayControllers/12/StorageEnclosures/{n}", "HpeSmartStorageStorageEnclosure")
        for n in (2, 3)
    ]
    items = read(system(), own, *halves, *enclosures).items
    assert [(item.kind, item.firmware) for item in items] == [(Kind.BOARD, "2.7"), (Kind.BACKPLANE, "1")]


def pci(name: str, base: int, slot: str, sub: int = 0, **values: Any) -> VALUES:
    told = {"ClassCode": base, "SubclassCode": sub, "DeviceLocation": slot, **values}
    return resource(f"Systems/1/PCIDevices/{name}", "HpServerPciDevice", **told)


def test_the_pci_devices_of_older_ilos_tell_cards_that_nothing_else_lists() -> None:
    listed = [
        pci("1", 3, "Embedded", Name="Embedded Video Controller"),
        pci("2", 3, "PCI-E Slot 2", Name="NVIDIA Tesla M60"),
        pci("3", 6, "PCI-E Slot 3", Name="PCIe Bridge"),
        pci("4", 1, "PCI-E Slot 4", 4, Name="Smart Array P841"),
        pci("5", 12, "PCI-E Slot 5", 4, Name="QLogic FC"),
        pci("6", 1, "NVMe Slot 6", 8, Name="NVMe"),
        pci("7", 2, "OCP Slot 10", Name="I350"),
    ]
    found = cards(*listed)
    assert [(item.kind, item.slot) for item in found] == [
        (Kind.NIC, "OCP Slot 10"),
        (Kind.HBA, "PCI-E Slot 5"),
        (Kind.RAID, "PCI-E Slot 4"),
        (Kind.GPU, "PCI-E Slot 2"),
    ]
    nic = hpe("3", DeviceType="LOM/NIC", SerialNumber="NIC00001", Location="OCP 3.0 Slot 10")
    assert places(item for item in cards(*listed, nic) if item.kind is Kind.NIC) == [("OCP 3.0 Slot 10", "NIC00001")]


def test_a_battery_told_twice_is_one() -> None:
    told = {"SerialNumber": "BAT00001", "Model": "P02377-B21"}
    own = chassis("1", "1", Oem={"Hpe": {"SmartStorageBattery": [told]}})
    listed = hpe("4", DeviceType="Smart Storage Battery", SerialNumber="BAT00001", Location="Embedded Device")
    assert [item.kind for item in read(system(), own, listed).items] == [Kind.BOARD, Kind.BATTERY]


def test_a_filler_does_not_hide_what_another_resource_tells() -> None:
    told = adapter("1", SerialNumber="NIC00001", Model="N/A", PartNumber="Unknown")
    (item,) = cards(told, device("4", SerialNumber="NIC00001", Model="E810", PartNumber="K91258"))
    assert (item.model, item.part_number) == ("E810", "K91258")


WHOLE = tree(
    system(),
    chassis("1", "1"),
    cpu("CPU1"),
    cpu("GPU1", ProcessorType="GPU", Model="H100", SerialNumber="1650000000001"),
    drive("Systems/1/Storage/1/Drives/1", "S1234567"),
    drive("Chassis/1/Drives/1", "S1234567", PhysicalLocation=label("Bay 1")),
    NIC,
    device("1", SerialNumber="1650000000001", FirmwareVersion="96"),
    device("2", SerialNumber="ILC220027S", PartNumber="P16004-001"),
    device("3", Name="Ethernet Controller"),
    function("3", "NetworkController"),
    hpe("1", SerialNumber="ILC220027S", PartNumber="P16004-001", Location="PCI-E Slot 1"),
    hpe("2", Location="PCI-E Slot 2", Status={"State": "Absent"}),
)


@given(st.permutations(range(len(WHOLE))), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_order_and_no_name_of_files_changes_what_is_read(order: list[int], renamed: bool) -> None:
    content = files(WHOLE)
    expected = [item for one in reading(content).snapshots for item in one.items]
    if renamed:
        content = [file._replace(path=f"{order[number]}.json") for number, file in enumerate(content)]
    (found,) = reading([content[number] for number in order]).snapshots
    assert [(one.kind, one.slot, one.serial, one.part_number, one.attributes) for one in found.items] == [
        (one.kind, one.slot, one.serial, one.part_number, one.attributes) for one in expected
    ]
    assert [item.kind for item in expected].count(Kind.NIC) == 1


def test_two_files_that_tell_one_path_differently_are_read_in_a_fixed_way_with_a_warning() -> None:
    one, other = system(), system(SerialNumber="OTHER001", AssetTag="A-7")
    given_files = [file._replace(path=f"{n}.json") for n, file in enumerate(files([one, other]))]
    for some in itertools.permutations(given_files):
        (snapshot,) = reading(some).snapshots
        assert snapshot.machine.system_serial == "OTHER001"  # the richer one
        (warning,) = snapshot.warnings
        assert "told differently by 2 files (1.json, 0.json)" in warning.message


def test_the_same_file_twice_is_no_contradiction() -> None:
    content = json.dumps(system()).encode()
    named = [file._replace(path=name) for file in files([system()]) for name in ("a.json", "b.json")]
    random.Random(1).shuffle(named)
    (snapshot,) = reading(named).snapshots
    assert (snapshot.warnings, named[0].content) == ((), content)
