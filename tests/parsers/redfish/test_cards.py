"""Redfish: what the resources of cards, controllers, power supplies and other boards tell."""

from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item
from tests.parsers.redfish.trees import VALUES, chassis, drive, link, links, of, places, psu, read, resource, system


def storage(name: str, *controllers: VALUES, **values: Any) -> VALUES:
    return resource(f"Systems/1/Storage/{name}", "Storage", StorageControllers=[*controllers], **values)


def cards(*resources: VALUES) -> list[Item]:
    return [item for kind in (Kind.RAID, Kind.HBA) for item in of(kind, *resources)]


def test_a_raid_controller_is_told_from_an_hba() -> None:
    raid = {"Model": "9460-8i", "SerialNumber": "SK000001", "SupportedRAIDTypes": ["RAID1"], "SpeedGbps": 12}
    hba = {"Model": "HBA330", "SerialNumber": "SK000002", "SupportedDeviceProtocols": ["SAS"], "SupportedRAIDTypes": []}
    found = cards(storage("RAID.Slot.3-1", raid), storage("NonRAID.Slot.4-1", hba))
    assert [(item.kind, *place) for item, place in zip(found, places(found), strict=True)] == [
        (Kind.RAID, "RAID.Slot.3-1", "SK000001"),
        (Kind.HBA, "NonRAID.Slot.4-1", "SK000002"),
    ]
    assert found[0].attributes == {"speed_gbps": 12}
    assert found[1].attributes == {"bus": "SAS"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("AHCI.Embedded.1-1", {"Model": "C620 Series Chipset Family SSATA Controller [AHCI mode]"}),
        ("SATAEmbedded", {"Name": "SATAEmbedded", "SupportedDeviceProtocols": ["SATA"]}),
        ("CPU.1", {"Name": "CPU.1", "Manufacturer": "INTEL", "SupportedControllerProtocols": ["PCIe"]}),
        ("NVMeSSD", {"FirmwareVersion": "0D", "SupportedDeviceProtocols": ["NVMe"]}),
        ("1", {"Model": "PERC S140 Software RAID", "SupportedRAIDTypes": ["RAID1"]}),
        ("1", {"Name": None}),
        ("1", {"Name": "SAS Storage Controller 1"}),
        ("1", {"Model": "MZQL23T8HCLS", "SerialNumber": "S64GNE0R700001"}),  # the controller inside the drive
    ],
)
def test_what_is_no_card_is_no_controller(name: str, values: VALUES) -> None:
    nvme = drive("Chassis/1/Drives/1", "S64GNE0R700001", Protocol="NVMe")
    assert cards(storage(name, values, Name=None), nvme) == []


def test_a_boot_card_with_nvme_drives_only_is_a_card() -> None:
    told = {"Model": "NS204i-p", "SerialNumber": "PWXYZ001", "SupportedDeviceProtocols": ["NVMe"]}
    assert [item.kind for item in cards(storage("DA000000", told))] == [Kind.RAID]


def test_the_controllers_of_smart_storage_are_cards() -> None:
    told = {
        "Model": "Smart Array P440ar",
        "SerialNumber": "PDNLH0BR",
        "Location": "Slot 0",
        "ControllerPartNumber": "7",
    }
    path = "Systems/1/SmartStorage/ArrayControllers/0"
    (item,) = cards(resource(path, "HpSmartStorageArrayController", InternalPortCount=2, **told))
    assert (item.kind, item.slot, item.part_number, item.attributes["port_count"]) == (Kind.RAID, "Slot 0", "7", 2)


def test_the_serial_of_a_raid_card_may_stand_with_its_board() -> None:
    controller = {"Model": "SAS3508", "Oem": {"Huawei": {"AssociatedCard": link("Chassis/1/Boards/RAIDCard1")}}}
    board = {"DeviceType": "RAIDCard", "SerialNumber": "024ABC10J9", "DeviceLocator": "RAID Card1"}
    told = resource("Chassis/1/Boards/RAIDCard1", "Board", **board)
    assert places(cards(storage("RAIDStorage0", controller), told)) == [("RAID Card1", "024ABC10J9")]
    assert cards(told) == []


def adapter(name: str = "NIC1", **values: Any) -> VALUES:
    told: VALUES = {"Manufacturer": "Intel", "Model": "E810", "SerialNumber": "NIC00001"}
    return resource(f"Chassis/1/NetworkAdapters/{name}", "NetworkAdapter", **{**told, **values})


def function(
    number: int, permanent: str | None, present: str | None, adapter_name: str = "NIC1", **values: Any
) -> VALUES:
    macs = {"PermanentMACAddress": permanent, "MACAddress": present}
    path = f"Chassis/1/NetworkAdapters/{adapter_name}/NetworkDeviceFunctions/{number}"
    return resource(path, "NetworkDeviceFunction", Ethernet=macs, **values)


def port(number: int, **values: Any) -> VALUES:
    return resource(f"Chassis/1/NetworkAdapters/NIC1/Ports/{number}", "Port", **values)


def test_a_network_adapter_tells_its_firmware_ports_and_permanent_macs() -> None:
    chip = {
        "FirmwarePackageVersion": "4.20",
        "PCIeInterface": {"LanesInUse": 8, "MaxLanes": 16, "MaxPCIeType": "Gen4", "PCIeType": "Gen3"},
        "Location": {"PartLocation": {"ServiceLabel": "AIOM SLOT1"}},
    }
    (item,) = of(
        Kind.NIC,
        adapter(Controllers=[chip], SKU="X"),
        function(0, "88:e9:a4:6b:a8:ac", "88:e9:a4:6b:a8:ac"),
        function(1, "88:e9:a4:6b:a8:ad", "88:e9:a4:6b:a8:ac"),
        port(0, MaxSpeedGbps=25, CurrentSpeedGbps=10, Ethernet={"AssociatedMACAddresses": ["88:e9:a4:6b:a8:ae"]}),
        port(1, LinkConfiguration=[{"CapableLinkSpeedGbps": [10, 100]}]),
    )
    assert (item.slot, item.serial, item.firmware) == ("AIOM SLOT1", "NIC00001", "4.20")
    assert item.macs == ("88:e9:a4:6b:a8:ac", "88:e9:a4:6b:a8:ad")
    assert (item.link_width, item.max_link_width, item.max_link_speed_gts) == (8, 16, 16.0)
    assert item.attributes == {"ports": 2, "port_speed_gbps": 100, "sku": "X"}
    assert item.telemetry["link_speed_gts"] == 8.0


def test_the_macs_of_ports_count_where_no_permanent_one_is_told() -> None:
    told = {"Ethernet": {"AssociatedMACAddresses": ["88:E9:A4:6B:A8:AE", "00:00:00:00:00:00", "x"]}}
    (item,) = of(Kind.NIC, adapter(), function(0, None, "88:e9:a4:6b:a8:ac"), port(0, **told))
    assert item.macs == ("88:E9:A4:6B:A8:AE",)


def test_the_older_ports_tell_their_speed_in_mbps() -> None:
    told = {"SupportedLinkCapabilities": [{"CapableLinkSpeedMbps": [1000, 25000]}], "CurrentLinkSpeedMbps": 1000}
    path = "Chassis/1/NetworkAdapters/NIC1/NetworkPorts/1"
    (item,) = of(Kind.NIC, adapter(), resource(path, "NetworkPort", **told))
    assert item.attributes == {"ports": 1, "port_speed_gbps": 25}


def test_an_adapter_for_fibre_channel_alone_is_an_hba() -> None:
    (item,) = of(Kind.HBA, adapter(), function(0, None, None, NetDevFuncType="FibreChannel"))
    assert item.attributes["bus"] == "FC"


def interface(name: str, mac: str, **values: Any) -> VALUES:
    return resource(f"Systems/1/EthernetInterfaces/{name}", "EthernetInterface", MACAddress=mac, **values)


INTERFACES = (
    interface("1", "ac:1f:6b:18:a4:5a", Name="OnBoard LAN 1", Status={"State": "Disabled"}),
    interface("NIC.Slot.2-1-1", "ac:1f:6b:18:a4:5b", PermanentMACAddress="ac:1f:6b:18:a4:5c"),
    interface("VLAN1", "ac:1f:6b:18:a4:5a", Links={"RelatedInterfaces": links("Systems/1/EthernetInterfaces/1")}),
    interface("ToManager", "be:3a:f2:b6:05:9f", Links={"HostInterface": link("Managers/1/HostInterfaces/1")}),
    interface("bond0", "ac:1f:6b:18:a4:5d"),
    interface("9", "ac:1f:6b:18:a4:5e", EthernetInterfaceType="Virtual"),
    interface("10", ""),
)


def test_interfaces_are_cards_only_where_no_card_is_listed() -> None:
    found = of(Kind.NIC, *INTERFACES)
    assert [(item.slot, item.macs) for item in found] == [
        ("OnBoard LAN 1", ("ac:1f:6b:18:a4:5a",)),
        ("NIC.Slot.2-1-1", ("ac:1f:6b:18:a4:5c",)),
    ]
    assert places(of(Kind.NIC, *INTERFACES, adapter())) == [("NIC1", "NIC00001")]


def power(*supplies: VALUES, **values: Any) -> VALUES:
    return resource("Chassis/1/Power", "Power", PowerSupplies=[*supplies], **values)


def test_a_power_supply_tells_its_rated_watts_and_its_output_is_telemetry() -> None:
    told: VALUES = {
        "MemberId": "0",
        "Name": "HpeServerPowerSupply",
        "Oem": {"Hpe": {"BayNumber": 1}},
        "SerialNumber": "PSU00001",
    }
    told |= {
        "PowerCapacityWatts": 800,
        "SparePartNumber": "866793-001",
        "LineInputVoltage": 207,
        "FirmwareVersion": "2",
    }
    (item,) = of(
        Kind.PSU, chassis("1", "1"), power({**told, "LastPowerOutputWatts": 75, "Status": {"State": "Enabled"}})
    )
    assert (item.slot, item.serial, item.part_number, item.firmware) == ("Bay 1", "PSU00001", "866793-001", "2")
    assert item.attributes == {"wattage_w": 800, "spare_part_number": "866793-001"}
    assert item.telemetry == {"input_voltage": 207, "output_w": 75, "state": "Enabled"}


@pytest.mark.parametrize(
    ("values", "slot"),
    [
        ({"MemberId": "PSU.Slot.1", "Name": "PS1 Status"}, "PSU.Slot.1"),
        ({"MemberId": "0", "Name": "Power Supply Bay 1"}, "Power Supply Bay 1"),
        ({"MemberId": "0", "Name": "PSU1"}, "PSU1"),
        ({"MemberId": "0", "Name": "Delta"}, "0"),
        ({"MemberId": "0", "Name": "PS1", "Oem": {"Huawei": {"DeviceLocator": "PSU1"}}}, "PSU1"),
    ],
)
def test_the_bay_of_a_power_supply_is_told_in_many_ways(values: VALUES, slot: str) -> None:
    assert [item.slot for item in of(Kind.PSU, power({**values, "SerialNumber": "PSU00001"}))] == [slot]


def test_the_power_subsystem_took_the_place_of_power() -> None:
    new = psu("Chassis/1/PowerSubsystem/PowerSupplies/Bay1", "PSU00001")
    assert places(of(Kind.PSU, power({"MemberId": "0", "SerialNumber": "OLD00001"}), new)) == [("Bay1", "PSU00001")]
    assert places(of(Kind.PSU, power({"MemberId": "0", "SerialNumber": "OLD00001"}))) == [("0", "OLD00001")]


def test_a_fan_is_a_part_where_more_is_told_than_a_reading() -> None:
    thermal = resource("Chassis/1/Thermal", "Thermal", Fans=[{"Name": "FAN1", "Reading": 4000, "MemberId": "0"}])
    part = resource("Chassis/1/ThermalSubsystem/Fans/Bay1", "Fan", Name="Fan Bay 1", SerialNumber="FAN00001")
    assert places(of(Kind.FAN, thermal, part)) == [("Fan Bay 1", "FAN00001")]


def test_batteries_stand_in_the_power_subsystem_or_with_hpe_s_chassis() -> None:
    told = {"SerialNumber": "BAT00001", "Model": "P02377-B21", "FirmwareVersion": "0.70", "ChargeLevelPercent": 100}
    hpe = chassis("1", "1", Oem={"Hpe": {"SmartStorageBattery": [told]}})
    (item,) = of(Kind.BATTERY, hpe)
    assert (item.serial, item.firmware, item.telemetry) == ("BAT00001", "0.70", {"charge_pct": 100})
    assert item.origin is not None
    assert item.origin.pointer == "/Oem/Hpe/SmartStorageBattery/0"
    new = resource("Chassis/1/PowerSubsystem/Batteries/Module1", "Battery", SerialNumber="BAT00002")
    assert [one.serial for one in of(Kind.BATTERY, new)] == ["BAT00002"]


@pytest.mark.parametrize(
    "values",
    [
        {"ChassisType": "StorageEnclosure", "Name": "BP14G+ 0:1"},
        {"ChassisType": "Enclosure", "Name": "HDD_BP_1"},
        {"ChassisType": "Module", "Name": "Rear backplane 2"},
        {"ChassisType": None, "Location": {"PartLocation": {"LocationType": "Backplane"}}},
    ],
)
def test_a_backplane_is_a_chassis_of_its_own(values: VALUES) -> None:
    (item,) = of(Kind.BACKPLANE, chassis("1", "1"), chassis("3", SerialNumber="BP000001", **values))
    assert (item.serial, item.list) == ("BP000001", "/redfish/v1/Chassis")
    assert (
        of(Kind.BACKPLANE, chassis("1", "1"), chassis("E", ChassisType="StorageEnclosure", Name="External JBOD")) == []
    )


def test_a_tpm_is_told_with_the_system_or_with_the_chassis() -> None:
    modules = [{"FirmwareVersion": "7.2", "InterfaceType": "TPM2_0"}]
    tpm = resource("Chassis/1/TrustedComponents/TPM", "TrustedComponent", UUID="d0810be9-eb91-4ce2-bade-42b42326700c")
    rot = resource("Chassis/1/TrustedComponents/RoT0", "TrustedComponent", TrustedComponentType="Discrete")
    found = [item for item in read(system(TrustedModules=modules), tpm, rot).items if item.kind is Kind.TPM]
    assert [(item.firmware, item.uuid) for item in found] == [("7.2", "d0810be9-eb91-4ce2-bade-42b42326700c")]
    assert len(of(Kind.TPM, tpm, rot)) == 1
