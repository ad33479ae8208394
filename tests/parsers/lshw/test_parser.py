"""lshw's tree: the machine, its board, CPUs and memory, and what the tree covers."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin
from reanimator_gql.parsers.lshw.parser import PARSER
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.lshw.nodes import NODE, bank, disk, machine, memory, nic, node, of, read, sata
from tests.parsers.reading import snapshots_of, sniffs


def test_the_root_names_the_machine() -> None:
    snapshot = read(machine())
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Acme",
        product="Rack 9",
        system_serial="TAG0001",
        uuid="11112222-3333-4444-5555-666677778888",
        board_serial="BRD0001",
        host_name="node7",
    )
    assert (snapshot.source, snapshot.collected_at, snapshot.warnings) == ("lshw", None, ())


def test_the_root_may_stand_in_a_list() -> None:
    in_list, alone = read([machine(memory(bank(1)))]), read(machine(memory(bank(1))))
    assert in_list.machine == alone.machine
    assert [item.serial for item in in_list.items] == [item.serial for item in alone.items]


def test_items_say_where_they_stand() -> None:
    dimm = of(Kind.MEMORY, memory(bank(1)))[0]
    assert dimm.origin == Origin(pointer="/children/0/children/1/children/0")
    board = read([machine()]).items[0]
    assert board.origin == Origin(pointer="/0/children/0")


@pytest.mark.parametrize(
    ("told", "product"),
    [
        ("Rack 9", "Rack 9"),
        ("Rack 9 (SKU=NotProvided;ModelName=Rack 9)", "Rack 9"),
        ("Rack 9 (second edition)", "Rack 9 (second edition)"),
    ],
)
def test_the_product_loses_its_sku_only(told: str, product: str) -> None:
    assert read(machine(product=told)).machine.product == product


def test_the_board_runs_the_bios() -> None:
    (board,) = of(Kind.BOARD)
    assert (board.list, board.serial, board.vendor, board.model) == ("bus", "BRD0001", "Acme", "RK-MB")
    assert board.firmware == "2.7"
    assert board.attributes == {"version": "A1", "bios_vendor": "Acme BIOS", "bios_date": "01/02/2024"}


def test_a_cpu_is_read_and_its_present_clock_is_telemetry() -> None:
    (cpu,) = of(
        Kind.CPU,
        node(
            "cpu:0",
            "processor",
            node("cache:0", "memory", description="L1 cache", size=1024),
            product="Xeon 9",
            vendor="Intel Corp.",
            slot="CPU1",
            businfo="cpu@0",
            version="6.85.7",
            size=2_500_000_000,
            capacity=3_900_000_000,
            clock=100_000_000,
            configuration={"cores": "16", "enabledcores": "16", "threads": "32", "microcode": "77"},
            capabilities={"fpu": True},
        ),
    )
    assert (cpu.list, cpu.slot, cpu.vendor, cpu.model) == ("processor", "CPU1", "Intel Corp.", "Xeon 9")
    assert cpu.attributes == {
        "cores": 16,
        "enabled_cores": 16,
        "threads": 32,
        "microcode": "77",
        "max_frequency_mhz": 3900,
        "version": "6.85.7",
    }
    assert cpu.telemetry == {"size_hz": 2_500_000_000, "clock_hz": 100_000_000}


def test_a_socket_without_a_cpu_is_empty_and_a_disabled_cpu_is_not() -> None:
    empty, unpopulated, disabled = of(
        Kind.CPU,
        node("cpu:0", "processor", description="CPU [empty]", slot="CPU1"),
        node("cpu:1", "processor", disabled=True, businfo="cpu@1"),
        node("cpu:2", "processor", disabled=True, product="Xeon 9", slot="CPU3"),
    )
    assert (empty.present, empty.slot) == (False, "CPU1")
    assert (unpopulated.present, unpopulated.slot) == (False, "cpu@1")
    assert disabled.present
    assert disabled.attributes["disabled"] is True


def test_a_scsi_processor_is_no_cpu() -> None:
    assert of(Kind.CPU, node("processor", "processor", product="Console", businfo="scsi@12:0.0.0")) == []


def test_the_product_of_a_module_is_its_part_number() -> None:
    (dimm,) = of(Kind.MEMORY, memory(bank(1)))
    assert (dimm.list, dimm.slot, dimm.serial, dimm.vendor) == ("memory", "A1", "80CE0131", "Samsung")
    assert (dimm.part_number, dimm.model) == ("M393A2K43DB3-CWE", None)
    # The clock of a bank is what SMBIOS rates the module for.
    assert dimm.attributes == {"size_mb": 16384, "type": "DDR4", "form_factor": "DIMM", "max_speed_mhz": 3200}
    assert dimm.telemetry == {}
    (slower,) = of(Kind.MEMORY, memory(bank(1, clock=2_666_666_666)))
    assert slower.attributes["max_speed_mhz"] == 2667


@pytest.mark.parametrize(
    "values",
    [
        {"description": "[empty]", "size": None, "serial": None},
        {"description": "DIMM [empty]", "size": None, "clock": None},
        {"description": "DIMM DDR4 [empty]", "size": None, "serial": "NO DIMM"},
        {"description": "DIMM DDR4 [empty]", "size": None, "serial": "00000000"},
        {"size": None, "serial": None, "product": None, "vendor": "NO DIMM"},
        {"product": "NO DIMM", "size": 0},
    ],
)
def test_an_empty_bank_says_its_place_and_nothing_else(values: NODE) -> None:
    assert of(Kind.MEMORY, memory(bank(1, **values))) == [
        Item(
            kind=Kind.MEMORY,
            list="memory",
            slot="A1",
            present=False,
            origin=Origin(pointer="/children/0/children/1/children/0"),
        )
    ]


def test_a_module_that_tells_its_serial_and_its_clock_is_present_though_lshw_read_no_size() -> None:
    (dimm,) = of(Kind.MEMORY, memory(bank(1, size=None, description="DIMM DDR4 Synchronous 2933 MHz (0.3 ns) [empty]")))
    assert (dimm.present, dimm.slot, dimm.serial) == (True, "A1", "80CE0131")
    assert dimm.attributes == {"type": "DDR4", "form_factor": "DIMM", "max_speed_mhz": 3200}


def test_caches_firmware_and_flash_are_no_modules() -> None:
    flash = memory(bank(1), node_id="flash")
    assert of(Kind.MEMORY, node("cache:0", "memory", size=1), flash, node("memory", "memory", size=1)) == []


def test_several_arrays_are_one_memory() -> None:
    assert len(of(Kind.MEMORY, memory(bank(1), node_id="memory:0"), memory(bank(2), node_id="memory:1"))) == 2


def test_what_was_listed_is_covered() -> None:
    assert read(machine()).coverage == {Kind.BOARD}
    assert read(machine(memory())).coverage == {Kind.BOARD}
    assert read(machine(memory(bank(1, size=None)))).coverage == {Kind.BOARD, Kind.MEMORY}
    whole = read(machine(memory(bank(1)), sata(disk()), nic()))
    assert whole.coverage == {Kind.BOARD, Kind.MEMORY, Kind.STORAGE, Kind.NIC}


def test_without_serial_and_uuid_nothing_is_covered_and_a_warning_says_so() -> None:
    snapshot = read(machine(memory(bank(1)), serial=None, configuration={"boot": "normal"}))
    assert snapshot.coverage == frozenset()
    assert "root" in snapshot.warnings[0].message
    assert read(machine(memory(bank(1)), serial=None)).coverage == {Kind.BOARD, Kind.MEMORY}


def test_a_list_of_some_classes_is_read_and_covers_nothing() -> None:
    snapshot = read([bank(1), bank(2)])
    assert [item.serial for item in snapshot.items] == ["80CE0131", "80CE0132"]
    assert snapshot.machine == MachineIdentifiers()
    assert snapshot.coverage == frozenset()


def test_a_nic_without_a_driver_takes_nics_out_of_the_coverage() -> None:
    snapshot = read(machine(nic(0), nic(1, businfo="pci@0000:02:00.0", serial=None, claimed=False)))
    assert Kind.NIC not in snapshot.coverage
    assert "no driver" in snapshot.warnings[0].message


def test_roots_with_commas_but_without_a_list_are_read_with_a_warning() -> None:
    text = json.dumps(bank(1)) + ",\n" + json.dumps(bank(2))
    (snapshot,) = snapshots_of(PARSER, text.encode())
    assert [(item.serial, item.origin) for item in snapshot.items] == [
        ("80CE0131", Origin(pointer="/0")),
        ("80CE0132", Origin(pointer="/1")),
    ]
    assert "several roots" in snapshot.warnings[0].message


@pytest.mark.parametrize("joint", ["", "\n", ",,"])
def test_roots_without_commas_and_a_trailing_comma_are_refused_with_line_and_column(joint: str) -> None:
    text = json.dumps(bank(1)) + joint + json.dumps(bank(2))
    for content in (text, json.dumps(bank(1)) + ",", json.dumps([bank(1)])[:-1] + ",]"):
        with pytest.raises(ParseError) as caught:
            snapshots_of(PARSER, content.encode())
        assert caught.value.line is not None


@pytest.mark.parametrize("claimed", [True, "true"])
def test_flags_and_numbers_may_be_texts(claimed: Any) -> None:
    (dimm,) = of(Kind.MEMORY, memory(bank(1, size=str(16 << 30), clock="3200000000", claimed=claimed)))
    assert (dimm.attributes["size_mb"], dimm.attributes["max_speed_mhz"]) == (16384, 3200)
    unclaimed = nic(0, claimed="false", serial=None)
    assert Kind.NIC not in read(machine(unclaimed)).coverage


@pytest.mark.parametrize("children", [{}, "x", 1, [1], [None], [[]]])
def test_children_that_are_no_nodes_are_refused(children: Any) -> None:
    with pytest.raises(ParseError):
        snapshots_of(PARSER, json.dumps({"id": "x", "class": "system", "children": children}).encode())


def test_values_of_odd_types_do_no_harm() -> None:
    odd: list[Any] = [None, 1, 1.5, True, [], {}, "", "x"]
    names = ("serial", "product", "vendor", "version", "slot", "businfo", "size", "logicalname", "configuration")
    for value in odd:
        for name in names:
            for part in (disk(), bank(1), nic()):
                snapshots_of(PARSER, json.dumps(machine(memory({**part, name: value}))).encode())
            snapshots_of(PARSER, json.dumps({**machine(), name: value}).encode())


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"hardware": {}}', b"<list><node id='1'>", b'{"id": 1, "class": 2}']
)
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)
