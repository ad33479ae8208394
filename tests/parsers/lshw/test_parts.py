"""Which nodes of lshw are drives, cards and power supplies, and which are no parts at all."""

from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from tests.parsers.lshw.nodes import NODE, disk, machine, nic, node, of, read, sata


@pytest.mark.parametrize("names", ["/dev/sda", ["/dev/sda", "/mnt"]])
def test_a_disk_is_read_and_the_kernels_names_are_telemetry(names: Any) -> None:
    (drive,) = of(Kind.STORAGE, sata(disk(logicalname=names, vendor="Acme")))
    assert (drive.list, drive.slot, drive.serial, drive.firmware) == ("disk", "scsi@4:0.0.0", "PHYF0001", "0110")
    assert (drive.model, drive.vendor) == ("SSDSC2KB48", "Acme")
    assert drive.attributes == {"interface": "ATA", "size_bytes": 480_103_981_056}
    assert drive.telemetry == {"logicalname": names if isinstance(names, list) else [names]}


@pytest.mark.parametrize(
    ("part", "interface"),
    [
        (sata(disk()), "ATA"),
        (node("storage", "storage", disk(), configuration={"driver": "ahci"}), "ATA"),
        (node("sas", "storage", disk(), businfo="pci@0000:01:00.0"), "SAS"),
        (node("sas", "storage", disk(description="ATA Disk"), businfo="pci@0000:01:00.0"), "ATA"),
        (node("scsi:0", "storage", disk(description="ATA Disk"), logicalname="scsi0"), "ATA"),
        (node("scsi:0", "storage", disk(description="SCSI Disk"), logicalname="scsi0"), None),
        (node("storage", "storage", disk(), product="SAS2308 Fusion-MPT", businfo="pci@0000:02:00.0"), "SAS"),
        (node("storage", "storage", disk(), product="C606 chipset SATA/SAS", businfo="pci@0000:00:1f.0"), None),
    ],
)
def test_a_disk_tells_its_interface_or_the_controller_above_it_does(part: NODE, interface: str | None) -> None:
    (drive,) = of(Kind.STORAGE, part)
    assert drive.attributes.get("interface") == interface


def test_a_disk_that_turns_says_so_among_its_capabilities() -> None:
    (drive,) = of(Kind.STORAGE, sata(disk(capabilities={"7200rpm": "7200 rotations per minute", "gpt-1.00": "GPT"})))
    assert (drive.attributes["media"], drive.attributes["rotation_rpm"]) == ("HDD", 7200)


def test_volumes_of_a_disk_are_no_drives() -> None:
    volume = node("volume:0", "volume", serial="5ac2c27f", size=1)
    assert len(of(Kind.STORAGE, sata({**disk(), "children": [volume]}))) == 1


def test_namespaces_fold_into_their_drive() -> None:
    namespaces = [
        node(f"namespace:{n}", "disk", size=100, units="bytes", configuration={"wwid": f"eui.00a075012aaaaaa{n}"})
        for n in (1, 2)
    ]
    (drive,) = of(
        Kind.STORAGE,
        node(
            "nvme",
            "storage",
            *namespaces,
            product="9300",
            vendor="Micron",
            serial="2027AAAA",
            version="11300DN0",
            businfo="pci@0000:45:00.0",
            logicalname="/dev/nvme0",
            configuration={"driver": "nvme"},
        ),
    )
    assert (drive.list, drive.slot, drive.serial, drive.model) == ("storage", "pci@0000:45:00", "2027AAAA", "9300")
    assert (drive.firmware, drive.wwn) == ("11300DN0", "00a075012aaaaaa1")
    assert drive.attributes == {"interface": "NVMe", "media": "SSD", "size_bytes": 200}


def test_an_nvme_drive_that_older_versions_list_without_serial_is_a_drive() -> None:
    old = node(
        "storage",
        "storage",
        product="NVMe SSD",
        businfo="pci@0000:45:00.0",
        version="00",
        configuration={"driver": "nvme"},
    )
    (drive,) = of(Kind.STORAGE, old)
    assert (drive.serial, drive.firmware, drive.slot) == (None, None, "pci@0000:45:00")


USB_HOST = {"configuration": {"driver": "usb-storage"}, "physid": "d"}


@pytest.mark.parametrize(
    "part",
    [
        node("scsi:0", "storage", disk(product="Virtual HDisk0", vendor="AMI", serial=None), **USB_HOST),
        node("scsi:0", "storage", disk(product="Flash Disk", serial="USB0001"), **USB_HOST),
        node("usb:0", "bus", disk(product="Flash Disk", serial="USB0001"), businfo="usb@1:5.1"),
        sata(node("cdrom", "disk", product="DVD-ROM", businfo="scsi@1:0.0.0")),
        sata(disk(size=None, capabilities={"removable": "support is removable"})),
        sata(disk(product="PERC H730P Mini", vendor="DELL", serial="00a1b2c3")),
        sata(disk(product="LOGICAL VOLUME", vendor="HPE", serial="PEYHC0")),
        sata(disk(product="LUN C-Mode", vendor="NETAPP")),
        sata(disk(product="Virtual disk", vendor="VMware")),
        sata(disk(product="MR9361-8i", vendor="AVAGO")),
        node("nvme", "storage", product="Dell BOSS-N1", serial="B1", businfo="pci@0000:45:00.0"),
        node("virtio0", "generic", disk(businfo="virtio@0")),
    ],
)
def test_virtual_removable_and_logical_media_are_no_drives(part: NODE) -> None:
    assert of(Kind.STORAGE, part) == []
    assert Kind.STORAGE not in read(machine(part)).coverage


def test_ports_of_one_card_are_one_nic_with_their_macs() -> None:
    (card,) = of(Kind.NIC, nic(0), nic(1))
    assert (card.list, card.slot, card.serial) == ("network", "pci@0000:01:00", None)
    assert card.macs == ("b4:96:91:aa:aa:a0", "b4:96:91:aa:aa:a1")
    assert (card.model, card.vendor) == ("Ethernet Controller X710 for 10GbE SFP+", "Intel Corporation")
    assert card.firmware == "6.01"
    assert card.attributes == {"version": "02"}
    assert card.telemetry == {
        "driver": "i40e",
        "driverversion": "2.8",
        "speed": "10Gbit/s",
        "link": "yes",
        "logicalname": ["eno1", "eno2"],
    }


@pytest.mark.parametrize(
    ("values", "speed"),
    [
        ({"units": "bit/s", "size": 10**9, "capacity": 25 * 10**9}, 25),
        ({"capacity": 10**9}, 1),
        ({"capacity": 2_500_000_000}, 2.5),
        ({"units": "bytes", "capacity": 10**9}, None),
        ({"size": 10**9}, None),
    ],
)
def test_the_highest_speed_of_a_port_is_its_capacity(values: NODE, speed: float | None) -> None:
    (card,) = of(Kind.NIC, nic(**values))
    assert card.attributes.get("port_speed_gbps") == speed


def test_a_link_that_goes_down_leaves_the_content_as_it_is() -> None:
    down = {"driver": "i40e", "driverversion": "3.0", "firmware": "6.01", "link": "no"}
    (up_card,), (down_card,) = of(Kind.NIC, nic()), of(Kind.NIC, nic(configuration=down, disabled=True))
    assert down_card.present
    fields = set(up_card.__struct_fields__) - {"telemetry"}
    assert all(getattr(up_card, field) == getattr(down_card, field) for field in fields)


def test_a_nic_listed_as_a_bridge_is_a_nic() -> None:
    bridge = node("bridge", "bridge", product="MCP55 Ethernet", businfo="pci@0000:00:08.0", serial="0c:c4:7a:00:00:01")
    (card,) = of(Kind.NIC, bridge, node("pci:0", "bridge", product="PCI bridge", businfo="pci@0000:00:01.0"))
    assert card.macs == ("0c:c4:7a:00:00:01",)


@pytest.mark.parametrize(
    "part",
    [
        node("network:0", "network", logicalname="bond0", serial="b4:96:91:aa:aa:a0"),
        node("network:1", "network", logicalname="enx1", businfo="usb@1:5.2", serial="ee:6b:75:00:00:01"),
        node("network", "network", businfo="virtio@0", serial="52:54:00:00:00:01"),
        nic(0, product="Ethernet Virtual Function 700 Series"),
    ],
)
def test_bonds_and_virtual_interfaces_are_no_parts(part: NODE) -> None:
    assert of(Kind.NIC, beside=(part,)) == []


def test_an_infiniband_address_is_neither_serial_nor_mac() -> None:
    address = "a0:00:02:20:fe:80:00:00:00:00:00:00:0c:c4:7a:00:00:00:00:01"
    (card,) = of(Kind.NIC, nic(serial=address))
    assert (card.serial, card.macs, card.telemetry["address"]) == (None, (), address)


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (node("raid", "storage", product="MegaRAID SAS-3 3108", businfo="pci@0000:02:00.0"), Kind.RAID),
        (node("sas", "storage", product="Smart Storage PQI 12G SAS/PCIe 3", businfo="pci@0000:02:00.0"), Kind.RAID),
        (node("sas", "storage", product="SAS3008 Fusion-MPT SAS-3 [1000:97]", businfo="pci@0000:02:00.0"), Kind.HBA),
        (node("scsi:0", "storage", product="SAS2008", businfo="pci@0000:02:00.0"), Kind.HBA),
        (node("storage", "storage", product="SAS2308 PCI-Express Fusion", businfo="pci@0000:02:00.0"), Kind.HBA),
        (node("fiber:0", "bus", product="QLE2692 Fibre Channel", businfo="pci@0000:02:00.0"), Kind.HBA),
        (node("display", "display", product="GA100 [A100]", vendor="NVIDIA", businfo="pci@0000:02:00.0"), Kind.GPU),
    ],
)
def test_discrete_cards_are_parts(part: NODE, kind: Kind) -> None:
    (card,) = of(kind, part)
    assert card.slot == "pci@0000:02:00"
    assert kind not in read(machine(part)).coverage


@pytest.mark.parametrize(
    ("product", "speed"),
    [("SAS3008 PCI-Express Fusion-MPT SAS-3", 12), ("SAS2308 Fusion-MPT SAS-2", 6), ("SAS3008", None)],
)
def test_an_hba_has_the_speed_of_the_generation_in_its_name(product: str, speed: int | None) -> None:
    (_, card) = read(machine(node("sas", "storage", product=product, businfo="pci@0000:02:00.0"))).items
    assert card.attributes.get("port_speed_gbps") == speed


@pytest.mark.parametrize(
    ("part", "bus"),
    [
        (node("sas", "storage", product="SAS3008", businfo="pci@0000:02:00.0"), "SAS"),
        (node("raid", "storage", product="MegaRAID SAS-3 3108", businfo="pci@0000:02:00.0"), "SAS"),
        (node("raid", "storage", product="Smart Array P420i", businfo="pci@0000:02:00.0"), None),
        (node("fiber:0", "bus", product="QLE2692", businfo="pci@0000:02:00.0"), "FC"),
    ],
)
def test_a_storage_card_says_which_bus_it_serves(part: NODE, bus: str | None) -> None:
    (_, card) = read(machine(part)).items
    assert card.attributes.get("bus") == bus


def test_numeric_ids_are_no_part_of_a_model() -> None:
    numeric = {"product": "SAS3008 [1000:97]", "vendor": "Broadcom / LSI [1000]"}
    (card,) = of(Kind.HBA, node("sas", "storage", businfo="pci@0000:02:00.0", **numeric))
    assert (card.model, card.vendor) == ("SAS3008", "Broadcom / LSI")


@pytest.mark.parametrize(
    "part",
    [
        sata(),
        node("raid", "storage", product="C600/X79 series chipset SATA RAID Controller", businfo="pci@0000:00:1f.2"),
        node("raid", "storage", product="Volume Management Device NVMe RAID Controller", businfo="pci@0000:5d:05.5"),
        node("scsi:0", "storage", logicalname="scsi4", capabilities={"emulated": "Emulated device"}),
        node("scsi", "storage", product="Virtio SCSI", businfo="pci@0000:02:00.0"),
        node("display", "display", product="ASPEED Graphics Family", businfo="pci@0000:04:00.0"),
        node("display", "display", product="Integrated Matrox G200eW3", businfo="pci@0000:c2:00.0"),
        node("display", "display", product="UHD 630", vendor="Intel Corporation", businfo="pci@0000:00:02.0"),
    ],
)
def test_functions_of_chipset_board_and_cpu_are_no_parts(part: NODE) -> None:
    assert [item.kind for item in read(machine(part)).items] == [Kind.BOARD]


def test_a_power_supply_has_its_part_number_as_product() -> None:
    supply = node(
        "power:0", "power", description="PWR SPLY,550W", product="0NCNFF", vendor="DELL", serial="CN1", capacity=550
    )
    battery = node("battery", "power", serial="BAT1")
    (psu,) = of(Kind.PSU, beside=(supply, battery, node("power:1", "power", product="none")))
    assert (psu.list, psu.serial, psu.model, psu.part_number) == ("power", "CN1", "PWR SPLY,550W", "0NCNFF")
    # lshw prints watts as mWh; the name says that they are watts.
    assert psu.attributes == {"wattage_w": 550}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"description": "PSU", "capacity": 550, "units": "mWh"}, {"capacity": 550}),
        ({"description": "PWR SPLY,1550W", "capacity": 550}, {"capacity": 550}),
        ({"description": "PWR SPLY 550 Watt", "capacity": 550}, {"wattage_w": 550}),
        ({"description": "PSU", "capacity": 550, "units": "W"}, {"wattage_w": 550}),
        ({"description": "PSU", "capacity": 32768, "units": "mWh"}, {}),
        ({"description": "PSU", "capacity": 0}, {}),
    ],
)
def test_the_power_of_a_power_supply_is_watts_only_where_that_is_plain(values: NODE, told: NODE) -> None:
    (psu,) = of(Kind.PSU, beside=(node("power", "power", serial="CN1", **values),))
    assert psu.attributes == told
