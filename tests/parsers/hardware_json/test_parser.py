"""Reanimator hardware JSON: what the fields of each list become."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import MachineIdentifiers
from reanimator_gql.parsers.hardware_json.parser import PARSER
from tests.parsers.hardware_json.texts import BOARD, one, read
from tests.parsers.reading import snapshots_of


def test_the_board_names_the_machine() -> None:
    machine = read({"board": BOARD}, target_host="node7").machine
    assert machine == MachineIdentifiers(
        manufacturer="Acme",
        product="Rack 9",
        system_serial="TAG0001",
        uuid="11112222-3333-4444-5555-666677778888",
        board_serial="BRD0001",
        chassis_serial="CHS0001",
        asset_tag="INV 7",
        host_name="node7",
    )


def test_the_board_is_a_part_with_the_bios_as_its_firmware() -> None:
    firmware = [{"device_name": "BIOS", "version": "2.1"}, {"device_name": "CPLD", "version": "0.9"}]
    snapshot = read({"board": BOARD, "firmware": firmware})
    (board,) = snapshot.items
    assert (board.kind, board.serial, board.vendor, board.model) == (Kind.BOARD, "BRD0001", "Acme", "Rack 9")
    assert (board.part_number, board.firmware) == ("RK-9", "2.1")
    assert board.attributes == {"firmware": [{"device_name": "CPLD", "version": "0.9"}]}
    assert snapshot.coverage == {Kind.BOARD}


def test_a_board_of_serial_number_and_uuid_alone_is_no_part() -> None:
    assert read({"board": {"serial_number": "TAG0001", "uuid": "x"}}).items == ()


@pytest.mark.parametrize("name", ["BIOS", "System BIOS", "UEFI firmware", "System ROM"])
def test_the_bios_is_known_by_its_names(name: str) -> None:
    assert read({"board": BOARD, "firmware": [{"device_name": name, "version": "2"}]}).items[0].firmware == "2"


def test_a_backup_copy_of_the_bios_is_not_what_runs() -> None:
    entries = [{"device_name": "Backup BIOS", "version": "1"}, {"device_name": "BIOS", "version": "2"}]
    assert read({"board": BOARD, "firmware": entries}).items[0].firmware == "2"


@pytest.mark.parametrize("name", ["BMC", "iDRAC9", "iLO 5", "Baseboard Management Controller"])
def test_the_bmc_is_a_part_with_its_firmware(name: str) -> None:
    snapshot = read({"firmware": [{"device_name": name, "version": "7.10"}]})
    (bmc,) = snapshot.items
    assert (bmc.kind, bmc.serial, bmc.firmware) == (Kind.BMC, None, "7.10")
    assert snapshot.coverage == {Kind.BMC}


def test_firmware_of_a_slot_goes_to_the_part_in_it() -> None:
    snapshot = read(
        {
            "board": BOARD,
            "firmware": [
                {"device_name": "NIC", "version": "22.1", "component_slot": "slot 3"},
                {"device_name": "Disk", "version": "9.9", "component_slot": "Bay 1"},
                {"device_name": "Riser", "version": "1.0", "component_slot": "Riser 1"},
            ],
            "pcie_devices": [{"slot": "Slot 3", "device_class": "Ethernet controller"}],
            "storage": [{"slot": "Bay 1", "firmware": "A1"}],
        }
    )
    board, drive, card = snapshot.items
    assert (card.firmware, drive.firmware) == ("22.1", "A1")
    assert [entry["device_name"] for entry in board.attributes["firmware"]] == ["Disk", "Riser"]


def test_firmware_without_a_board_to_keep_it_with_is_a_warning() -> None:
    snapshot = read({"firmware": [{"device_name": "CPLD", "version": "1"}]})
    assert snapshot.items == ()
    assert snapshot.warnings[0].path == "hardware.firmware"


def test_a_cpu_is_read_and_its_present_clock_is_telemetry() -> None:
    cpu = one(
        "cpus",
        socket="CPU0",
        manufacturer="Intel",
        model="Xeon 9",
        serial_number="C1",
        cores=32,
        threads="64",
        frequency_mhz=2400,
        max_frequency_mhz=3900,
        microcode="0x2b",
        status="OK",
    )
    assert (cpu.kind, cpu.slot, cpu.vendor, cpu.model, cpu.serial) == (Kind.CPU, "CPU0", "Intel", "Xeon 9", "C1")
    assert cpu.attributes == {
        "cores": 32,
        "threads": 64,
        "max_frequency_mhz": 3900,
        "microcode": "0x2b",
        "status": "OK",
    }
    assert cpu.telemetry == {"frequency_mhz": 2400}


def test_a_memory_module_is_read_and_its_present_clock_is_telemetry() -> None:
    dimm = one(
        "memory",
        slot="A1",
        present=True,
        size_mb=32768.0,
        type="DDR5",
        manufacturer="Samsung",
        part_number="M321R4GA3BB6-CQKVG ",
        serial_number="80CE0132",
        max_speed_mhz="4800",
        current_speed_mhz=4400,
        status="OK",
    )
    assert (dimm.kind, dimm.slot, dimm.serial, dimm.vendor) == (Kind.MEMORY, "A1", "80CE0132", "Samsung")
    assert dimm.part_number == "M321R4GA3BB6-CQKVG "  # as told; normal forms are made later
    assert dimm.attributes == {"size_mb": 32768, "type": "DDR5", "max_speed_mhz": 4800, "status": "OK"}
    assert dimm.telemetry == {"current_speed_mhz": 4400}


def test_a_drive_is_read_with_its_link() -> None:
    drive = one(
        "storage",
        slot="Bay 1",
        device_path="/dev/nvme0n1",
        type="SSD",
        interface="NVMe",
        manufacturer="Micron",
        model="9300",
        part_number="MTFD",
        serial_number="2027AAAA",
        wwn="eui.00A075012AAAAAAA",
        firmware="11300DN0",
        size_gb=3840.8,
        power_on_hours=12000,
        life_left_pct=97,
        link_width=4,
        link_speed="8.0 GT/s PCIe",
        max_link_width="x4",
        max_link_speed="16.0 GT/s PCIe",
        status="OK",
    )
    assert (drive.kind, drive.slot, drive.serial, drive.wwn) == (
        Kind.STORAGE,
        "Bay 1",
        "2027AAAA",
        "eui.00A075012AAAAAAA",
    )
    assert (drive.link_width, drive.max_link_width, drive.max_link_speed_gts) == (4, 4, 16.0)
    assert drive.attributes == {
        "type": "SSD",
        "interface": "NVMe",
        "status": "OK",
        "size_gb": 3840.8,
        "max_link_speed": "16.0 GT/s PCIe",
    }
    assert drive.telemetry == {
        "power_on_hours": 12000,
        "life_left_pct": 97,
        "device_path": "/dev/nvme0n1",
        "link_speed": "8.0 GT/s PCIe",
        "link_speed_gts": 8.0,
    }


def test_a_drive_without_a_slot_stands_at_its_device_path() -> None:
    assert one("storage", device_path="/dev/sda").slot == "/dev/sda"


def test_a_card_is_read() -> None:
    card = one(
        "pcie_devices",
        slot="Slot 3",
        bdf="0000:3b:00.0",
        device_class="Ethernet controller",
        vendor_id="0x8086",
        device_id="0x1592",
        subsystem_vendor_id="0x8086",
        subsystem_device_id="0x0002",
        manufacturer="Intel",
        model="E810",
        part_number="K1",
        serial_number="B49691AAAAAA",
        firmware="4.2",
        uuid="GPU-1",
        mac_addresses=["b4:96:91:aa:aa:aa", "b4:96:91:aa:aa:ab"],
        link_width=8,
        link_speed="Gen3",
        max_link_width=16,
        max_link_speed=16,
    )
    assert (card.kind, card.slot, card.serial, card.firmware, card.uuid) == (
        Kind.NIC,
        "Slot 3",
        "B49691AAAAAA",
        "4.2",
        "GPU-1",
    )
    assert card.macs == ("b4:96:91:aa:aa:aa", "b4:96:91:aa:aa:ab")
    assert (card.link_width, card.max_link_width, card.max_link_speed_gts) == (8, 16, 16.0)
    assert card.telemetry == {"bdf": "0000:3b:00.0", "link_speed": "Gen3", "link_speed_gts": 8.0}
    assert card.attributes["device_class"] == "Ethernet controller"
    assert card.attributes["subsystem_device_id"] == "0x0002"


def test_a_dip_of_the_present_link_speed_leaves_the_content_as_it_is() -> None:
    def card(**link: Any) -> dict[str, Any]:
        item = one("pcie_devices", slot="1", max_link_speed="Gen4", **link)
        return {field: getattr(item, field) for field in item.__struct_fields__ if field != "telemetry"}

    assert card(link_speed="16.0 GT/s PCIe") == card(link_speed="2.5 GT/s PCIe") == card(link_speed=5) == card()


@pytest.mark.parametrize("nothing", [None, "", "None", "Unknown", 0, "0", "N/A"])
def test_missing_link_data_stays_missing(nothing: Any) -> None:
    fields = ("link_width", "link_speed", "max_link_width", "max_link_speed")
    card = one("pcie_devices", slot="1", **dict.fromkeys(fields, nothing))
    assert (card.link_width, card.max_link_width, card.max_link_speed_gts) == (None, None, None)
    assert card.telemetry == {}
    assert "max_link_speed" not in card.attributes


@pytest.mark.parametrize("told", ["Gen4", "16.0 GT/s PCIe", 16, "16", 16.0])
def test_spellings_of_one_speed_are_the_same(told: Any) -> None:
    card = one("pcie_devices", slot="1", max_link_speed=told, link_speed=told)
    assert card.max_link_speed_gts == card.telemetry["link_speed_gts"] == 16.0
    assert card.attributes.get("max_link_speed") == (told if isinstance(told, str) else None)


def test_functions_of_one_device_are_one_card() -> None:
    snapshot = read(
        {
            "pcie_devices": [
                {"bdf": "3b:00.0", "device_class": "0x020000", "mac_addresses": ["0c:c4:7a:00:00:01"]},
                {"bdf": "3b:00.1", "device_class": "0x020000", "mac_addresses": ["0c:c4:7a:00:00:02"], "slot": "S2"},
                {"bdf": "5e:00.0", "device_class": "0x030000"},
                {"bdf": "5e:00.1", "device_class": "0x040300"},
            ]
        }
    )
    nic, gpu = snapshot.items
    assert (nic.kind, nic.macs) == (Kind.NIC, ("0c:c4:7a:00:00:01", "0c:c4:7a:00:00:02"))
    assert (gpu.kind, gpu.slot) == (Kind.GPU, "0000:5e:00")


def test_a_slot_that_any_function_tells_is_the_cards() -> None:
    functions = [{"bdf": "3b:00.0"}, {"bdf": "3b:00.1", "slot": "Slot 2"}]
    (card,) = read({"pcie_devices": functions}).items
    assert card.slot == "Slot 2"


def test_a_power_supply_is_read_and_vendor_is_its_maker_too() -> None:
    psu = one(
        "power_supplies",
        slot="PSU1",
        vendor="Delta",
        model="DPS-800",
        part_number="P1",
        serial_number="PSU0001",
        firmware="1.1",
        wattage_w="800",
        status="OK",
    )
    assert (psu.kind, psu.slot, psu.vendor, psu.model) == (Kind.PSU, "PSU1", "Delta", "DPS-800")
    assert (psu.part_number, psu.serial, psu.firmware) == ("P1", "PSU0001", "1.1")
    assert psu.attributes == {"status": "OK", "wattage_w": 800}


def test_an_empty_slot_is_kept_as_absent() -> None:
    assert not one("memory", slot="A2", present=False).present
    assert not one("power_supplies", slot="PSU2", status="Absent").present
    assert one("memory", slot="A2", size_mb=0).present  # a size of 0 alone proves nothing


@pytest.mark.parametrize("prefix", ["/hardware", ""])
def test_every_item_knows_its_place_in_the_file(prefix: str) -> None:
    hardware = {
        "board": BOARD,
        "firmware": [{"device_name": "BMC", "version": "2"}],
        "memory": [{"slot": "A1"}, {"slot": "A2"}],
        "pcie_devices": [{"bdf": "3b:00.0"}, {"bdf": "3b:00.1"}, {"bdf": "41:00.0"}],
    }
    document = {"hardware": hardware} if prefix else hardware
    (snapshot,) = snapshots_of(PARSER, json.dumps(document).encode())
    assert [item.origin and item.origin.pointer for item in snapshot.items] == [
        f"{prefix}/{place}"
        for place in ("board", "firmware/0", "memory/0", "memory/1", "pcie_devices/0", "pcie_devices/2")
    ]
