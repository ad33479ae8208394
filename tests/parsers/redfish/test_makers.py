"""Redfish as makers tell it: one machine each, made small, with what is peculiar to its service."""

from typing import Any

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Snapshot
from tests.parsers.redfish.trees import (
    ROOT,
    VALUES,
    chassis,
    cpu,
    dimm,
    drive,
    link,
    links,
    read,
    resource,
    system,
)


def parts(snapshot: Snapshot) -> list[tuple[str, bool, str | None, str | None]]:
    return [(str(item.kind), item.present, item.slot, item.serial) for item in snapshot.items]


D = "System.Embedded.1"
PERC = "RAID.Integrated.1-1"


def dell_storage() -> list[VALUES]:
    bay = f"Disk.Bay.0:Enclosure.Internal.0-1:{PERC}"
    names = {"MemberId": "0", "Name": "PERC H740P Mini", "Manufacturer": "DELL", "FirmwareVersion": "51.16.0-4076"}
    sata = "C620 Series Chipset Family SATA Controller [AHCI mode]"
    nvme = "Disk.Bay.21:Enclosure.Internal.0-1"
    of_device = {"PCIeFunctions": links(f"Systems/{D}/PCIeDevices/175-0/PCIeFunctions/175-0-0")}
    return [
        resource(
            f"Systems/{D}/Storage/{PERC}",
            "Storage",
            StorageControllers=[{**names, "SupportedDeviceProtocols": ["SAS", "SATA"]}],
            Controllers=link(f"Systems/{D}/Storage/{PERC}/Controllers"),
            Drives=links(f"Systems/{D}/Storage/{PERC}/Drives/{bay}"),
        ),
        resource(
            f"Systems/{D}/Storage/{PERC}/Controllers/{PERC}",
            "StorageController",
            Links={"PCIeFunctions": links(f"Systems/{D}/PCIeDevices/23-0/PCIeFunctions/23-0-0")},
            **{name: value for name, value in names.items() if name != "MemberId"},
        ),
        drive(f"Systems/{D}/Storage/{PERC}/Drives/{bay}", "S4LGNX0M700001", Name="Solid State Disk 0:1:0"),
        resource(
            f"Systems/{D}/Storage/AHCI.Embedded.1-1", "Storage", StorageControllers=[{"Name": sata, "Model": sata}]
        ),
        resource(f"Systems/{D}/Storage/CPU.1", "Storage", StorageControllers=[{"Name": "CPU.1"}], Name="CPU.1"),
        drive(f"Systems/{D}/Storage/CPU.1/Drives/{nvme}", "S39XNX0J600001", Protocol="PCIe", Links=of_device),
    ]


def dell_device(name: str, text: str, device_class: str | None = None, **values: Any) -> list[VALUES]:
    path = f"Systems/{D}/PCIeDevices/{name}"
    functions = [resource(f"{path}/PCIeFunctions/{name}-0", "PCIeFunction", DeviceClass=device_class)]
    return [resource(path, "PCIeDevice", Name=text, **values), *(functions if device_class else [])]


def test_dell_idrac_9() -> None:
    power = [
        {"MemberId": "PSU.Slot.1", "Name": "PS1 Status", "SerialNumber": "CNDED0000000A1", "PowerCapacityWatts": 750},
        {"MemberId": "PSU.Slot.2", "Name": "PS2 Status", "Status": {"State": "Absent"}},
    ]
    snapshot = read(
        system(D, Manufacturer="Dell Inc.", SerialNumber="CNIVC0095F0123", SKU="ABC1D23", PartNumber="0YWR7DA02"),
        chassis(D, D, SKU="ABC1D23", SerialNumber="CNIVC0095F0123"),
        chassis(f"Enclosure.Internal.0-1:{PERC}", ChassisType="StorageEnclosure", Name="BP14G+ 0:1"),
        resource("Managers/iDRAC.Embedded.1", "Manager", ManagerType="BMC", FirmwareVersion="6.10.30.00"),
        cpu("CPU.Socket.1", D),
        dimm("DIMM.Socket.A1", D, DeviceLocator="DIMM A1"),
        *dell_storage(),
        *dell_device("0-17", "C620 Series Chipset Family SSATA Controller [AHCI mode]"),
        *dell_device("3-0", "Integrated Matrox G200eW3 Graphics Controller", "DisplayController"),
        *dell_device("23-0", "PERC H740P Mini", "MassStorageController", Manufacturer="Broadcom / LSI"),
        *dell_device("59-0", "GV100GL [Tesla V100]", "DisplayController", SerialNumber="0323518012345"),
        *dell_device("94-0", "BCM57416 NetXtreme-E Ethernet", "NetworkController", Manufacturer="Broadcom"),
        *dell_device("175-0", "Express Flash NVMe 1.6TB SFF (PM1725a)", "MassStorageController"),
        resource(
            f"Chassis/{D}/NetworkAdapters/NIC.Integrated.1",
            "NetworkAdapter",
            Name="Network Adapter View",
            Manufacturer="Broadcom Inc. and subsidiaries",
            SerialNumber="VNFCIT4",
        ),
        resource(f"Chassis/{D}/Power", "Power", PowerSupplies=power),
        resource(f"Chassis/{D}/Thermal", "Thermal", Fans=[{"MemberId": "Fan.Embedded.1A", "Name": "Fan1A"}]),
    )
    assert parts(snapshot) == [
        ("BOARD", True, None, "CNIVC0095F0123"),
        ("BMC", True, "iDRAC.Embedded.1", None),
        ("CPU", True, "CPU.Socket.1", None),
        ("MEMORY", True, "DIMM A1", "80CE011A"),
        ("STORAGE", True, "Disk.Bay.21:Enclosure.Internal.0-1", "S39XNX0J600001"),
        ("STORAGE", True, f"Disk.Bay.0:Enclosure.Internal.0-1:{PERC}", "S4LGNX0M700001"),
        ("NIC", True, "NIC.Integrated.1", "VNFCIT4"),
        ("RAID", True, PERC, None),
        ("GPU", True, None, "0323518012345"),
        ("PSU", True, "PSU.Slot.1", "CNDED0000000A1"),
        ("PSU", False, "PSU.Slot.2", None),
        ("BACKPLANE", True, f"Enclosure.Internal.0-1:{PERC}", None),
    ]


def test_supermicro_x12() -> None:
    back = "Chassis/NVMeSSD.0.Group.0.StorageBackplane"
    nvme = {"MemberId": "0", "FirmwareVersion": "0D", "SupportedDeviceProtocols": ["NVMe"]}
    raid = {"Name": "AVAGO 3908", "Model": "AOC-S3908L-H8iR", "SerialNumber": "SMC0000AB1"}
    card = {"Links": {"PCIeDevices": links("Chassis/1/PCIeDevices/NIC1")}, "FirmwarePackageVersion": "1.2"}
    snapshot = read(
        system("1", Manufacturer="Supermicro", SerialNumber="S123456X0000001", Links={"Chassis": links("Chassis/1")}),
        chassis("1", "1", SerialNumber="C1170AK12345678", Oem={"Supermicro": {"BoardSerialNumber": "OM123S012345"}}),
        chassis(back[8:], ChassisType="Enclosure", Links={"ContainedBy": link("Chassis/1")}),
        drive(f"{back}/Drives/Disk.Bay.2", "Y1A0A0AAATP8", Protocol="NVMe"),
        resource(
            "Systems/1/Storage/NVMeSSD",
            "Storage",
            Name="NVMe Storage System",
            StorageControllers=[nvme],
            Drives=links(f"{back}/Drives/Disk.Bay.2"),
        ),
        resource("Systems/1/Storage/SATAEmbedded", "Storage", StorageControllers=[{"Name": "SATAEmbedded"}]),
        resource("Systems/1/Storage/HA-RAID", "Storage", StorageControllers=[raid]),
        resource("Systems/1/Processors/GPU1", "Processor", ProcessorType="GPU", SerialNumber="1324120000001"),
        resource("Chassis/1/PCIeDevices/GPU1", "PCIeDevice", Name="PCIe Device", SerialNumber="1324120000001"),
        resource("Chassis/1/PCIeDevices/NIC1", "PCIeDevice", Name="Onboard LAN", Manufacturer="Intel"),
        resource("Chassis/1/NetworkAdapters/1", "NetworkAdapter", SerialNumber="OA123S000123", Controllers=[card]),
    )
    assert snapshot.machine.board_serial == "OM123S012345"
    assert parts(snapshot) == [
        ("BOARD", True, None, "OM123S012345"),
        ("STORAGE", True, "Disk.Bay.2", "Y1A0A0AAATP8"),
        ("NIC", True, "1", "OA123S000123"),
        ("RAID", True, None, "SMC0000AB1"),
        ("GPU", True, "GPU1", "1324120000001"),
        ("BACKPLANE", True, "NVMeSSD.0.Group.0.StorageBackplane", None),
    ]


def test_lenovo_xcc() -> None:
    raid = {"Model": "ThinkSystem RAID 930-8i", "SerialNumber": "V9NS12345678", "Location": {"Info": "Slot 5"}}
    snapshot = read(
        system(
            "1", Manufacturer="Lenovo", SerialNumber="J30AABBC", Oem={"Lenovo": {"SystemBoardSerialNumber": "A2WA1"}}
        ),
        chassis("1", "1"),
        chassis("3", ChassisType="Enclosure", Name="HDD_BP_1", SerialNumber="R1SH0CN0016"),
        resource("Systems/1/Storage/RAID_Slot5", "Storage", StorageControllers=[raid]),
        drive("Systems/1/Storage/RAID_Slot5/Drives/Disk.0", "S3PJNW0J500001", Location=[{"Info": "Slot 0"}]),
        resource("Chassis/1/PCIeDevices/slot_5", "PCIeDevice", Name="Adapter", SerialNumber="V9NS12345678"),
        resource("Chassis/1/PCIeDevices/ob_1", "PCIeDevice", Name="Intel X722 (onboard)"),
        resource("Chassis/1/NetworkAdapters/ob-1", "NetworkAdapter", Name="Intel X722 LOM", Manufacturer="Intel"),
    )
    assert parts(snapshot) == [
        ("BOARD", True, None, "A2WA1"),
        ("STORAGE", True, "Slot 0", "S3PJNW0J500001"),
        ("NIC", True, "ob-1", None),
        ("RAID", True, "Slot 5", "V9NS12345678"),
        ("BACKPLANE", True, "HDD_BP_1", "R1SH0CN0016"),
    ]


def test_hp_gen_9_with_ilo_4() -> None:
    controller = "Systems/1/SmartStorage/ArrayControllers/0"
    bios = {"Hp": {"PCASerialNumber": "PDNLH0BRH0001", "Bios": {"Current": {"VersionString": "P89"}}}}
    ports = [{"MacAddress": "14:02:ec:00:00:01"}, {"MacAddress": "14:02:ec:00:00:02"}]
    snapshot = read(
        system("1", Manufacturer="HPE", SerialNumber="CZJ1234567", BiosVersion="P89 v2.76", Oem=bios),
        resource(controller, "HpSmartStorageArrayController", Model="Smart Array P440ar", SerialNumber="PDNLH0BR"),
        resource(f"{controller}/DiskDrives/0", "HpSmartStorageDiskDrive", SerialNumber="KPG0A0AA", Location="1I:1:1"),
        resource(f"{controller}/StorageEnclosures/2", "HpSmartStorageStorageEnclosure", Location="1I:1", Model="BP"),
        resource(f"{controller}/StorageEnclosures/3", "HpSmartStorageStorageEnclosure", Location="1I:1", Model="BP"),
        resource(
            "Systems/1/NetworkAdapters/1",
            "HpBaseNetworkAdapter",
            Name="HP Ethernet 1Gb 4-port 331i Adapter",
            SerialNumber="N/A",
            Location="Embedded",
            PhysicalPorts=ports,
        ),
    )
    assert parts(snapshot) == [
        ("BOARD", True, None, "PDNLH0BRH0001"),
        ("STORAGE", True, "1I:1:1", "KPG0A0AA"),
        ("NIC", True, "Embedded", "N/A"),
        ("RAID", True, None, "PDNLH0BR"),
        ("BACKPLANE", True, "1I:1", None),
    ]
    assert snapshot.items[2].macs == ("14:02:ec:00:00:01", "14:02:ec:00:00:02")


def gpu(number: int) -> list[VALUES]:
    serial, own = f"165042300000{number}", f"Chassis/HGX_GPU_SXM_{number}"
    link_data = {"PCIeType": "Gen1", "MaxPCIeType": "Gen5", "MaxLanes": 16, "LanesInUse": 16}
    return [
        chassis(own[8:], ChassisType="Component", Links={"ContainedBy": link("Chassis/HGX_Chassis_0")}),
        resource(
            f"Systems/HGX_Baseboard_0/Processors/GPU_SXM_{number}",
            "Processor",
            ProcessorType="GPU",
            Model="H100 80GB HBM3",
            SerialNumber=serial,
            PartNumber="2330-885-A1",
            UUID=f"abcd0000-0000-1111-2222-33334444555{number}",
            Location={"PartLocation": {"ServiceLabel": f"SXM{number}"}},
            Links={"PCIeDevice": link(f"{own}/PCIeDevices/GPU_SXM_{number}")},
            SystemInterface={"InterfaceType": "PCIe", "PCIe": link_data},
        ),
        resource(f"{own}/PCIeDevices/GPU_SXM_{number}", "PCIeDevice", SerialNumber=serial, PartNumber="692-2G520"),
    ]


def test_nvidia_hgx_in_a_server() -> None:
    board = {"SerialNumber": "1580323000001", "Links": {"Chassis": links("Chassis/HGX_Chassis_0")}, "BiosVersion": None}
    snapshot = read(
        system("System_0", Manufacturer="Supermicro", Links={"Chassis": links("Chassis/Chassis_0")}),
        system("HGX_Baseboard_0", Manufacturer="NVIDIA", **board),
        chassis("Chassis_0", "System_0"),
        chassis("HGX_Chassis_0", "HGX_Baseboard_0", ChassisType="Module", SerialNumber="1580323000001"),
        *gpu(1),
        *gpu(2),
        resource("Systems/HGX_Baseboard_0/Memory/GPU_SXM_1_DRAM_0", "Memory", MemoryDeviceType="HBM3"),
        resource("Systems/HGX_Baseboard_0/Processors/FPGA_0", "Processor", ProcessorType="FPGA"),
        resource("Managers/HGX_FabricManager_0", "Manager", ManagerType="Service"),
        cpu("CPU_0", "System_0"),
    )
    assert parts(snapshot) == [
        ("BOARD", True, None, None),
        ("CPU", True, "CPU_0", None),
        ("GPU", True, "SXM1", "1650423000001"),
        ("GPU", True, "SXM2", "1650423000002"),
    ]
    item = snapshot.items[2]
    assert (item.part_number, item.max_link_speed_gts, item.link_width) == ("2330-885-A1", 32.0, 16)
    assert item.telemetry == {"link_speed_gts": 2.5}
    assert snapshot.machine.system_serial == "TAG000System_0"


def test_cisco_cimc() -> None:
    raid = {"Name": "Cisco 12G Modular Raid Controller", "Model": "UCSC-RAID-M5", "SerialNumber": "SK12345678"}
    power = [{"MemberId": "1", "Name": "PSU1", "SerialNumber": "ART2340F0AA"}, {"Name": "PSU2", "Status": ABSENT}]
    snapshot = read(
        system("WZP23400AK4", Manufacturer="Cisco Systems Inc", SerialNumber="WZP23400AK4"),
        chassis("1", "WZP23400AK4", ChassisType="Rack"),
        resource("Systems/WZP23400AK4/Storage/MRAID", "Storage", StorageControllers=[raid]),
        drive("Systems/WZP23400AK4/Storage/MRAID/Drives/9", "PHYG0001", Name="PD-9"),
        resource("Chassis/1/Power", "Power", PowerSupplies=power),
    )
    assert parts(snapshot) == [
        ("BOARD", True, None, None),
        ("STORAGE", True, "9", "PHYG0001"),
        ("RAID", True, None, "SK12345678"),
        ("PSU", True, "PSU1", "ART2340F0AA"),
        ("PSU", False, "PSU2", None),
    ]


ABSENT = {"State": "Absent"}


def test_huawei_and_xfusion_ibmc() -> None:
    raid = {"Model": "SAS3508", "Oem": {"Huawei": {"AssociatedCard": link("Chassis/1/Boards/RAIDCard1")}}}
    place = {"Oem": {"Huawei": {"DeviceLocator": "PSU1", "Position": "chassis"}}}
    snapshot = read(
        system("1", Manufacturer="Huawei", SerialNumber="2102311XBS"),
        chassis("1", "1"),
        resource("Chassis/1/Boards/mainboard", "Board", DeviceType="MainBoard", SerialNumber="022HLV10J9"),
        resource("Chassis/1/Boards/RAIDCard1", "Board", DeviceType="RAIDCard", SerialNumber="024ABC10J9"),
        resource("Systems/1/Storages/RAIDStorage0", "Storage", StorageControllers=[raid]),
        drive("Chassis/1/Drives/HDDPlaneDisk0", "WD0001234", Name="Disk0"),
        resource("Chassis/1/Power", "Power", PowerSupplies=[{"Name": "PS1", "SerialNumber": "2102312QQY", **place}]),
        resource("Chassis/1/NetworkAdapters/mainboardLOM", "NetworkAdapter", Oem={"Huawei": {"DeviceLocator": "LOM"}}),
    )
    assert parts(snapshot) == [
        ("BOARD", True, None, "022HLV10J9"),
        ("STORAGE", True, "HDDPlaneDisk0", "WD0001234"),
        ("NIC", True, "LOM", None),
        ("RAID", True, "RAIDCard1", "024ABC10J9"),
        ("PSU", True, "PSU1", "2102312QQY"),
    ]


def test_gigabyte_and_ami_repeat_the_filler_for_serials() -> None:
    filler = {"SerialNumber": "01234567890123456789AB"}
    snapshot = read(
        system("Self", Manufacturer="GIGABYTE", **filler),
        chassis("Self", "Self", **filler),
        dimm("1", "Self", DeviceLocator="DIMM_P0_A0", SerialNumber="Unknown", Status={"State": "Absent"}),
        dimm("2", "Self", DeviceLocator="DIMM_P0_A1", CapacityMiB=0, Status={"State": "Absent"}),
        dimm("3", "Self", DeviceLocator="DIMM_P0_B0"),
    )
    assert snapshot.machine.system_serial == "01234567890123456789AB"
    assert parts(snapshot)[1:] == [
        ("MEMORY", False, "DIMM_P0_A0", None),
        ("MEMORY", False, "DIMM_P0_A1", None),
        ("MEMORY", True, "DIMM_P0_B0", "80CE013A"),
    ]


def test_openbmc_tells_its_parts_below_its_chassis() -> None:
    snapshot = read(
        system("system", Manufacturer="Acme", Links={"Chassis": links("Chassis/Rack")}),
        chassis(
            "Rack", "system", Links={"Contains": links("Chassis/Baseboard"), "ComputerSystems": links("Systems/system")}
        ),
        chassis("Baseboard", ChassisType="Module", Links={"ContainedBy": link("Chassis/Rack")}),
        resource("Managers/bmc", "Manager", ManagerType="BMC", FirmwareVersion="2.14"),
        resource("Managers/bmc/EthernetInterfaces/eth0", "EthernetInterface", MACAddress="3C:EC:EF:00:00:01"),
        resource("Managers/bmc/EthernetInterfaces/usb0", "EthernetInterface", MACAddress="02:EC:EF:00:00:01"),
        drive("Chassis/Baseboard/Drives/nvme0", "PHLN0001", Protocol="NVMe"),
        resource("Chassis/Rack/PowerSubsystem/PowerSupplies/psu0", "PowerSupply", SerialNumber="PSU00001"),
        {
            "@odata.id": f"{ROOT}/Systems/system/Memory/dimm0",
            "@odata.type": "#Memory.v1_7_0.Memory",
            "Name": "DIMM Slot",
        },
    )
    assert snapshot.machine.bmc_mac == "3C:EC:EF:00:00:01"
    assert parts(snapshot) == [
        ("BOARD", True, None, None),
        ("BMC", True, "bmc", None),
        ("MEMORY", True, "dimm0", None),
        ("STORAGE", True, "nvme0", "PHLN0001"),
        ("PSU", True, "psu0", "PSU00001"),
    ]
    assert [item.macs for item in snapshot.items if item.kind is Kind.BMC] == [("3C:EC:EF:00:00:01",)]
