"""dmidecode's text: what each structure becomes, and what a cut or mended text still says."""

from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot
from reanimator_gql.parsers.dmidecode.parser import PARSER
from reanimator_gql.parsers.dmidecode.text import MAX_STRUCTURES
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.reading import snapshots_of, sniffs, without_origins

HEAD = "# dmidecode 3.3\nGetting SMBIOS data from sysfs.\nSMBIOS 3.2.0 present.\nTable at 0x000E0000.\n\n"
END = "Handle 0x7F00, DMI type 127, 4 bytes\nEnd Of Table\n\n"


def structure(number: int, handle: int, title: str, **fields: Any) -> str:
    lines = [f"Handle 0x{handle:04X}, DMI type {number}, 42 bytes", title]
    for name, value in fields.items():
        key = name.replace("__", "-").replace("_", " ")
        if isinstance(value, list):
            lines += [f"\t{key}:", *(f"\t\t{entry}" for entry in value)]
        else:
            lines.append(f"\t{key}: {value}")
    return "\n".join(lines) + "\n\n"


BIOS = structure(
    0, 0, "BIOS Information", Vendor="Acme BIOS", Version="2.7", Release_Date="01/02/2024", ROM_Size="16 MB"
)
SYSTEM = structure(
    1, 1, "System Information", Manufacturer="Acme", Product_Name="Rack 9", Version="A", Serial_Number="TAG0001",
    UUID="11112222-3333-4444-5555-666677778888", SKU_Number="RK9", Family="Racks",
)  # fmt: skip
BOARD = structure(
    2, 2, "Base Board Information", Manufacturer="Acme", Product_Name="RK-MB", Version="1.0", Serial_Number="BRD0001",
    Asset_Tag="Not Specified", Features=["Board is a hosting board", "Board is replaceable"],
    Location_In_Chassis="Slot 1", Chassis_Handle="0x0003", Type="Motherboard",
)  # fmt: skip
CHASSIS = structure(3, 3, "Chassis Information", Manufacturer="Acme", Serial_Number="CHS0001", Asset_Tag="INV 7")
CPU = structure(
    4, 4, "Processor Information", Socket_Designation="CPU1", Type="Central Processor", Family="Xeon",
    Manufacturer="Intel", Flags=["FPU (Floating-point unit on-chip)"], Version="Intel(R) Xeon(R) 9", Voltage="1.6 V",
    External_Clock="100 MHz", Max_Speed="4000 MHz", Current_Speed="2100 MHz", Status="Populated, Enabled",
    L1_Cache_Handle="0x0010", Serial_Number="CPUS1", Asset_Tag="Unknown", Part_Number="CPUP1", Core_Count="16",
    Core_Enabled="16", Thread_Count="32",
)  # fmt: skip


def dimm(handle: int = 0x11, **fields: Any) -> str:
    told = {
        "Array_Handle": "0x0010",
        "Size": "16384 MB",
        "Form_Factor": "DIMM",
        "Set": "1",
        "Locator": "A1",
        "Bank_Locator": "BANK 0",
        "Type": "DDR4",
        "Speed": "3200 MT/s",
        "Manufacturer": "Samsung",
        "Serial_Number": "80CE0132",
        "Asset_Tag": "012149",
        "Part_Number": "M393A2K43DB3-CWE    ",
        "Rank": "2",
        "Configured_Memory_Speed": "2933 MT/s",
        "Configured_Voltage": "1.2 V",
    }
    return structure(17, handle, "Memory Device", **{**told, **fields})


def psu(handle: int = 0x27, **fields: Any) -> str:
    told = {
        "Power_Unit_Group": "1",
        "Location": "PSU1",
        "Name": "PWS-504P-1R",
        "Manufacturer": "Acme Power",
        "Serial_Number": "PSU0001",
        "Model_Part_Number": "PWS-504P",
        "Revision": "1.4",
        "Max_Power_Capacity": "500 W",
        "Status": "Present, OK",
        "Plugged": "Yes",
        "Hot_Replaceable": "Yes",
    }
    return structure(39, handle, "System Power Supply", **{**told, **fields})


FULL = HEAD + BIOS + SYSTEM + BOARD + CHASSIS + CPU + dimm() + psu() + END


def read(text: str | bytes) -> Snapshot:
    content = text.encode() if isinstance(text, str) else text
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    return without_origins(snapshot)


def test_every_item_knows_the_lines_of_its_structure() -> None:
    for text in (FULL, "root@node:~# dmidecode\n\n" + FULL, FULL.replace("\n", "\r\n")):
        lines = text.splitlines()
        (snapshot,) = snapshots_of(PARSER, text.encode())
        for item in snapshot.items:
            assert item.origin is not None
            assert item.origin.line is not None
            told = "\n".join(lines[item.origin.line - 1 : item.origin.last_line])
            assert told.startswith("Handle 0x")
            assert told.count("Handle 0x") == 1
            assert not item.serial or item.serial in told


def only(kind: Kind, text: str) -> Item:
    (item,) = [item for item in read(text).items if item.kind is kind]
    return item


def test_the_machine_is_named_by_system_board_and_chassis() -> None:
    assert read(FULL).machine == MachineIdentifiers(
        manufacturer="Acme",
        product="Rack 9",
        system_serial="TAG0001",
        uuid="11112222-3333-4444-5555-666677778888",
        board_serial="BRD0001",
        chassis_serial="CHS0001",
        asset_tag="INV 7",
    )


def test_it_states_no_time_and_no_warning() -> None:
    snapshot = read(FULL)
    assert snapshot.source == "dmidecode"
    assert snapshot.collected_at is None
    assert snapshot.warnings == ()


def test_a_whole_table_covers_board_cpu_and_memory_but_no_power_supplies() -> None:
    assert read(FULL).coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY}


def test_a_class_that_is_not_in_the_table_is_not_covered() -> None:
    assert read(HEAD + SYSTEM + CPU + END).coverage == {Kind.CPU}
    assert read(HEAD + SYSTEM + BOARD + dimm() + END).coverage == {Kind.BOARD, Kind.MEMORY}


def test_the_board_runs_the_bios() -> None:
    board = only(Kind.BOARD, FULL)
    assert (board.list, board.serial, board.vendor, board.model) == ("base_board", "BRD0001", "Acme", "RK-MB")
    assert (board.slot, board.firmware) == (None, "2.7")
    assert board.attributes == {
        "version": "1.0",
        "location_in_chassis": "Slot 1",
        "type": "Motherboard",
        "bios_vendor": "Acme BIOS",
        "bios_release_date": "01/02/2024",
        "system_sku_number": "RK9",
        "system_family": "Racks",
        "system_version": "A",
    }


def test_a_bios_without_a_board_structure_still_has_a_board() -> None:
    board = only(Kind.BOARD, HEAD + BIOS + SYSTEM + END)
    assert (board.serial, board.model, board.firmware) == (None, None, "2.7")


def test_the_hosting_board_is_the_machines_board_and_named_others_are_parts() -> None:
    riser = structure(
        2, 8, "Base Board Information", Manufacturer="Acme", Product_Name="RK-RISER", Serial_Number="RIS0001",
        Features=["Board is removable"], Type="Interconnect Board",
    )  # fmt: skip
    nameless = structure(
        2, 9, "Base Board Information", Product_Name="Not Specified", Serial_Number="X1", Type="Interconnect Board"
    )
    snapshot = read(HEAD + riser + nameless + SYSTEM + BOARD + END)
    assert snapshot.machine.board_serial == "BRD0001"
    assert [(item.kind, item.serial) for item in snapshot.items] == [(Kind.BOARD, "BRD0001"), (Kind.OTHER, "RIS0001")]


def test_the_chassis_is_the_one_that_the_board_names() -> None:
    enclosure = structure(3, 9, "Chassis Information", Serial_Number="ENC0001")
    assert read(HEAD + SYSTEM + enclosure + BOARD + CHASSIS + END).machine.chassis_serial == "CHS0001"
    assert read(HEAD + SYSTEM + enclosure + CHASSIS + END).machine.chassis_serial == "ENC0001"


def test_a_cpu_is_read_with_clocks_and_voltage_as_telemetry() -> None:
    cpu = only(Kind.CPU, FULL)
    assert (cpu.list, cpu.slot, cpu.vendor, cpu.model) == ("processor", "CPU1", "Intel", "Intel(R) Xeon(R) 9")
    assert (cpu.serial, cpu.part_number) == ("CPUS1", "CPUP1")
    assert cpu.attributes == {
        "type": "Central Processor",
        "family": "Xeon",
        "max_speed": "4000 MHz",
        "status": "Populated, Enabled",
        "cores": 16,
        "enabled_cores": 16,
        "threads": 32,
    }
    assert cpu.telemetry == {"current_speed": "2100 MHz", "external_clock": "100 MHz", "voltage": "1.6 V"}


def test_an_unpopulated_socket_is_empty() -> None:
    cpu = only(Kind.CPU, FULL.replace("Populated, Enabled", "Unpopulated"))
    assert (cpu.slot, cpu.present, cpu.serial) == ("CPU1", False, None)


@pytest.mark.parametrize("status", ["Populated, Idle", "Populated, Disabled By BIOS", "Unknown"])
def test_an_idle_or_disabled_cpu_is_present(status: str) -> None:
    assert only(Kind.CPU, FULL.replace("Populated, Enabled", status)).present


def test_a_coprocessor_is_no_cpu() -> None:
    snapshot = read(FULL.replace("Type: Central Processor", "Type: DSP Processor"))
    assert Kind.CPU not in snapshot.coverage
    assert all(item.kind is not Kind.CPU for item in snapshot.items)


def test_a_module_is_read_with_present_clock_and_voltage_as_telemetry() -> None:
    item = only(Kind.MEMORY, FULL)
    assert (item.list, item.slot, item.serial, item.vendor) == ("memory_device", "A1", "80CE0132", "Samsung")
    assert item.part_number == "M393A2K43DB3-CWE"
    assert item.attributes == {
        "form_factor": "DIMM",
        "bank_locator": "BANK 0",
        "type": "DDR4",
        "max_speed_mhz": 3200,
        "asset_tag": "012149",
        "rank": "2",
        "size_mb": 16384,
    }
    assert item.telemetry == {"configured_memory_speed": "2933 MT/s", "configured_voltage": "1.2 V"}


@pytest.mark.parametrize(
    ("told", "size"),
    [("16384 MB", 16384), ("32 GB", 32768), ("16 GiB", 16384), ("1 TB", 1048576), ("2048 kB", 2), ("0 MB", 0)],
)
def test_sizes_of_all_units_are_mebibytes(told: str, size: int) -> None:
    item = only(Kind.MEMORY, HEAD + dimm(Size=told) + END)
    assert item.attributes["size_mb"] == size
    assert item.present  # a size of 0 alone proves nothing


def test_a_size_that_cannot_be_read_is_kept_as_told() -> None:
    assert only(Kind.MEMORY, HEAD + dimm(Size="Big") + END).attributes["size"] == "Big"
    assert only(Kind.MEMORY, HEAD + dimm(Size="Unknown") + END).present


def test_an_empty_memory_slot_says_its_place_and_nothing_else() -> None:
    empty = only(Kind.MEMORY, HEAD + dimm(Size="No Module Installed", Serial_Number="NO DIMM") + END)
    assert empty == Item(
        kind=Kind.MEMORY,
        list="memory_device",
        slot="A1",
        present=False,
        attributes={"bank_locator": "BANK 0"},
    )


def test_flash_chips_are_no_modules() -> None:
    snapshot = read(HEAD + SYSTEM + dimm(Type="Flash", Size="16 MB") + END)
    assert snapshot.items == ()
    assert snapshot.coverage == frozenset()


def test_values_are_kept_as_told_even_if_fake() -> None:
    item = only(Kind.MEMORY, HEAD + dimm(Serial_Number="Not Specified", Manufacturer="NO DIMM") + END)
    assert (item.serial, item.vendor) == ("Not Specified", "NO DIMM")


def test_a_power_supply_is_read() -> None:
    item = only(Kind.PSU, FULL)
    assert (item.list, item.slot, item.serial) == ("power_supply", "PSU1", "PSU0001")
    assert (item.vendor, item.model, item.part_number) == ("Acme Power", "PWS-504P-1R", "PWS-504P")
    assert item.attributes["wattage_w"] == 500
    assert item.telemetry == {"plugged": "Yes"}


def test_a_power_supply_that_is_not_present_is_an_empty_place() -> None:
    empty = only(Kind.PSU, HEAD + psu(Status="Not Present") + END)
    assert (empty.slot, empty.serial, empty.present) == ("PSU1", None, False)


def test_a_place_told_as_the_name_of_a_power_supply_is_its_place() -> None:
    item = only(Kind.PSU, HEAD + psu(Location="Not Specified", Name="Power Supply 2") + END)
    assert (item.slot, item.model) == ("Power Supply 2", None)


def test_tpm_and_battery_are_parts() -> None:
    tpm = structure(43, 5, "TPM Device", Vendor_ID="IFX", Specification_Version="2.0", Firmware_Revision="5.63")
    battery = structure(
        22, 6, "Portable Battery", Location="Rear", Manufacturer="Acme", Serial_Number="BAT1", Name="BBU"
    )
    snapshot = read(HEAD + SYSTEM + tpm + battery + END)
    assert [(item.kind, item.serial, item.vendor, item.firmware) for item in snapshot.items] == [
        (Kind.BATTERY, "BAT1", "Acme", None),
        (Kind.TPM, None, "IFX", "5.63"),
    ]


@pytest.mark.parametrize("blanks", ["        ", "    ", "  ", " "])
def test_blanks_in_place_of_tabs_change_nothing(blanks: str) -> None:
    assert read(FULL.replace("\t", blanks)) == read(FULL)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends_change_nothing(newline: str) -> None:
    assert read(FULL.replace("\n", newline)) == read(FULL)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_change_nothing(encoding: str) -> None:
    assert read(FULL.encode(encoding)) == read(FULL)


def test_a_text_without_its_head_is_read_whole() -> None:
    assert read(FULL.removeprefix(HEAD)) == read(FULL)


def test_a_prompt_before_the_text_changes_nothing() -> None:
    assert read("root@node:~# dmidecode\n" + FULL) == read(FULL)


def test_remarks_of_dmidecode_between_structures_are_no_parts() -> None:
    remark = "Invalid entry length (0). DMI table is broken! Stop.\n\n"
    assert read(FULL.replace(END, dimm().strip("\n") + "\n" + remark + END)).items == read(FULL).items


def test_the_same_output_twice_is_one_machine_with_each_part_once() -> None:
    assert read(FULL + FULL).items == read(FULL).items


def test_the_tables_of_two_machines_in_one_text_are_refused() -> None:
    with pytest.raises(ParseError, match="several machines"):
        read(FULL + FULL.replace("TAG0001", "TAG0002"))


def test_a_value_that_ends_with_a_colon_is_kept() -> None:
    assert only(Kind.MEMORY, HEAD + dimm(Asset_Tag="shelf:") + END).attributes["asset_tag"] == "shelf"


def test_text_that_is_not_utf8_is_read_with_a_warning() -> None:
    snapshot = read(FULL.replace("Samsung", "Sams\xfcng").encode("latin-1"))
    assert [item.vendor for item in snapshot.items if item.kind is Kind.MEMORY] == ["Samsüng"]
    assert len(snapshot.warnings) == 1


def test_a_cut_text_covers_nothing_and_says_so() -> None:
    snapshot = read(FULL.removesuffix(END))
    assert snapshot.coverage == frozenset()
    assert "End Of Table" in snapshot.warnings[0].message
    assert snapshot.items == read(FULL).items


def test_text_behind_the_end_of_the_table_means_that_it_was_not_the_end() -> None:
    assert read(FULL + psu(0x99)).coverage == frozenset()


def test_half_a_serial_is_never_a_serial() -> None:
    for cut in range(len(FULL.encode())):
        content = FULL.encode()[:cut]
        if not sniffs(PARSER, content):
            continue
        (snapshot,) = snapshots_of(PARSER, content)
        assert snapshot.machine.system_serial in {None, "TAG0001"}
        assert snapshot.machine.board_serial in {None, "BRD0001"}
        assert {item.serial for item in snapshot.items} <= {None, "BRD0001", "CPUS1", "80CE0132", "PSU0001"}
        assert all(item.serial for item in snapshot.items if item.kind in {Kind.MEMORY, Kind.PSU})


def test_a_partial_output_names_no_machine_and_lists_its_parts() -> None:
    snapshot = read("# dmidecode -t39\n" + HEAD + psu())
    assert snapshot.machine == MachineIdentifiers()
    assert [item.serial for item in snapshot.items] == ["PSU0001"]
    assert snapshot.coverage == frozenset()


def test_an_output_without_structures_is_an_empty_snapshot_with_a_warning() -> None:
    snapshot = read(HEAD)
    assert snapshot.items == ()
    assert "root" in snapshot.warnings[0].message


@pytest.mark.parametrize("content", [b"", b"{}", b"Handle with care", b"BIOS Information\n\tVendor: X\n", b"\xff" * 99])
def test_other_texts_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


def test_more_structures_than_any_machine_has_are_refused_before_they_are_read() -> None:
    with pytest.raises(ParseError, match="10000 structures"):
        snapshots_of(PARSER, (HEAD + dimm() * (MAX_STRUCTURES + 1)).encode())
