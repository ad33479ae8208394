"""Parts with identity (rules C1 to C6): one component until the sightings prove several."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reanimator_gql.domain.identity.model import Identifier, Sighting
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers
from tests.domain.identity.sightings import START, cpus, dimm, drive, flagged, gpu, groups, nic, resolved, saw, spelled

WWN, OTHER_WWN = "5000c500a1b2c3d4", "5000c500a1b2c3d8"
MAC, SECOND_MAC, THIRD_MAC = "b8:3f:d2:11:22:30", "b8:3f:d2:11:22:31", "b8:3f:d2:11:22:32"
UUID = "GPU-0a1b2c3d-1111-2222-3333-444455556666"
OTHER_UUID = "GPU-0a1b2c3d-1111-2222-3333-444455557777"


def test_a_serial_is_one_part_whatever_slot_vendor_and_machine_are_told() -> None:
    result = resolved(
        saw("a", "dmidecode", 0, [dimm("0x3a10bc7", "A1", "Micron Technology")]),
        saw("b", "redfish", 9, [dimm("03A10BC7", "DIMM.Socket.B2", "Dell")], on="m2"),
    )
    assert groups(result) == {"DIMM:03A10BC7": ["a.0", "b.0"]}
    assert result.parts["DIMM:03A10BC7"].identifiers == (Identifier("serial", "03A10BC7"),)
    assert result.flags == ()


def test_absent_items_and_sightings_without_a_machine_make_no_part() -> None:
    result = resolved(
        saw("a", "lshw", 0, [dimm("3A10BC77", "A1", present=False), *cpus("CPU1")]),
        saw("lost", "lshw", 0, [dimm("3A10BC78", "A1")], on=""),
    )
    assert groups(result) == {"tag:m1/CPU/CPU1": ["a.1"]}
    assert result.ignored == frozenset()


def test_a_serial_in_two_lists_of_one_sighting_is_one_part() -> None:
    items = [drive("ZA1XYZ9K", "Bay 3", list="Chassis"), drive("ZA1XYZ9K", "1I:1:3", list="Storage")]
    assert groups(resolved(saw("a", "redfish", 0, items))) == {"DRIVE:ZA1XYZ9K": ["a.0", "a.1"]}


def test_a_serial_repeated_in_a_list_is_void_on_that_machine_only_and_for_all_time() -> None:
    result = resolved(
        saw("old", "lshw", 0, [dimm("3A10BC77", "A1")]),
        saw("twice", "dmidecode", 5, [dimm("3A10BC77", "A1"), dimm("3A10BC77", "A2")]),
        saw("else", "dmidecode", 9, [dimm("3A10BC77", "A1")], on="m2"),
    )
    assert groups(result)["DIMM:3A10BC77"] == ["else.0"]
    assert flagged(result) == {("REPEATED_SERIAL", "DIMM:3A10BC77"): ["old.0", "twice.0", "twice.1"]}
    assert groups(result)["tag:m1/DIMM/A2"] == ["twice.1"]


def test_a_record_told_twice_at_one_place_is_no_repetition() -> None:
    result = resolved(saw("a", "redfish", 0, [drive("ZA1XYZ9K", "Bay 3"), drive("ZA1XYZ9K", "bay  3")]))
    assert groups(result) == {"DRIVE:ZA1XYZ9K": ["a.0", "a.1"]}


def test_a_void_serial_leaves_a_drive_to_its_wwn() -> None:
    items = [drive("ZA1XYZ9K", "Bay 1", wwn=WWN), drive("ZA1XYZ9K", "Bay 2", wwn=OTHER_WWN)]
    result = resolved(saw("a", "redfish", 0, items))
    assert groups(result) == {f"DRIVE:wwn:{WWN}": ["a.0"], f"DRIVE:wwn:{OTHER_WWN}": ["a.1"]}
    assert flagged(result) == {("REPEATED_SERIAL", "DRIVE:ZA1XYZ9K"): ["a.0", "a.1"]}


def test_functions_of_one_card_share_its_serial_and_macs() -> None:
    items = [nic("MT2130X00123", "0000:3b:00.0", MAC), nic("MT2130X00123", "0000:3b:00.1", MAC, SECOND_MAC)]
    later = nic(None, "enp59s0f0", MAC)
    result = resolved(saw("a", "lspci", 0, items), saw("b", "lshw", 1, [later]))
    assert groups(result) == {"CARD:MT2130X00123": ["a.0", "a.1", "b.0"]}
    assert result.parts["CARD:MT2130X00123"].identifiers == (
        Identifier("mac", "b83fd2112230"),
        Identifier("mac", "b83fd2112231"),
        Identifier("serial", "MT2130X00123"),
    )


def test_two_gpus_that_share_a_serial_without_uuids_are_known_by_place() -> None:
    result = resolved(saw("a", "redfish", 0, [gpu("1324623011823", "1"), gpu("1324623011823", "2")]))
    assert sorted(groups(result)) == ["tag:m1/CARD/1", "tag:m1/CARD/2"]
    assert flagged(result) == {("REPEATED_SERIAL", "CARD:1324623011823"): ["a.0", "a.1"]}


def test_a_serial_with_two_gpu_uuids_is_that_of_their_module() -> None:
    result = resolved(
        saw("n", "nvidia-smi", 0, [gpu("1324623011823", "1", UUID), gpu("1324623011823", "2", OTHER_UUID)]),
        saw("r", "redfish", 1, [Item(kind=ComponentKind.PCIE, serial="1324623011823", slot="Slot 4")]),
        saw("u", "nvidia-smi", 2, [gpu(None, "1", UUID)]),
    )
    first, second = (f"CARD:gpu:0a1b2c3d11112222333344445555{end}" for end in ("6666", "7777"))
    assert groups(result) == {first: ["n.0", "u.0"], second: ["n.1"], "CARD:1324623011823": ["r.0"]}
    assert result.flags == ()


def test_a_gpu_without_serial_is_found_by_its_uuid() -> None:
    result = resolved(
        saw("a", "nvidia-smi", 0, [gpu("1324623011823", "1", UUID)]),
        saw("b", "nvidia-smi", 1, [gpu("N/A", "1", UUID)]),
    )
    assert groups(result) == {"CARD:1324623011823": ["a.0", "b.0"]}


def test_contradicting_makers_split_a_serial_and_the_unknown_goes_with_its_machine() -> None:
    result = resolved(
        saw("a", "lshw", 0, [dimm("3A10BC77", "A1", "Samsung")]),
        saw("b", "lshw", 0, [dimm("3A10BC77", "A1", "Micron")], on="m2"),
        saw("h", "redfish", 4, [dimm("3A10BC77", "A1", "HPE")], on="m2"),
        saw("c", "ironic", 5, [dimm("3A10BC77", "A1")], on="m3"),
        saw("c2", "ironic", 6, [dimm("3A10BC77", "A1")], on="m3"),
    )
    assert groups(result) == {
        "DIMM:3A10BC77|samsung": ["a.0"],
        "DIMM:3A10BC77|micron": ["b.0", "h.0"],
        "DIMM:3A10BC77@tag:m3": ["c.0", "c2.0"],
    }
    assert flagged(result) == {("AMBIGUOUS_SERIAL", "DIMM:3A10BC77"): ["c.0", "c2.0"]}


def test_one_machine_with_both_makers_leaves_the_unknown_alone() -> None:
    result = resolved(
        saw("a", "lshw", 0, [dimm("3A10BC77", "A1", "Samsung")]),
        saw("b", "lshw", 9, [dimm("3A10BC77", "A1", "Micron")]),
        saw("c", "ironic", 5, [dimm("3A10BC77", "A1")]),
    )
    assert groups(result)["DIMM:3A10BC77@tag:m1"] == ["c.0"]


def _module(part_number: str | None, vendor: str = "Samsung") -> list[Item]:
    return [dimm("3A10BC77", "A1", vendor, part_number=part_number)]


def test_part_numbers_of_makers_form_split_a_serial_and_a_sellers_number_goes_with_its_machine() -> None:
    result = resolved(
        saw("r1", "redfish", 0, _module("M393A2K43DB3-CWE")),
        saw("d1", "dmidecode", 1, _module("840757-091", "HP")),
        saw("r2", "redfish", 0, _module("M393A4K40DB3-CWE"), on="m2"),
        saw("d2", "dmidecode", 1, _module("840758-091", "HP"), on="m2"),
        saw("d3", "dmidecode", 1, _module("840758-091", "HP"), on="m3"),
    )
    assert groups(result) == {
        "DIMM:3A10BC77|M393A2K43DB3-CWE": ["d1.0", "r1.0"],
        "DIMM:3A10BC77|M393A4K40DB3-CWE": ["d2.0", "r2.0"],
        "DIMM:3A10BC77@tag:m3": ["d3.0"],
    }


def test_sellers_numbers_contradict_only_those_of_the_same_tool() -> None:
    one_each = resolved(
        saw("d", "dmidecode", 0, _module("840757-091")), saw("r", "redfish", 1, _module("P06189-001"), on="m2")
    )
    assert list(groups(one_each)) == ["DIMM:3A10BC77"]
    same_tool = resolved(
        saw("d", "dmidecode", 0, _module("840757-091")),
        saw("e", "dmidecode", 1, _module("P06189-001"), on="m2"),
        saw("r", "redfish", 2, _module("M393A2K43DB3-CWE"), on="m2"),
    )
    assert groups(same_tool) == {"DIMM:3A10BC77|840757-091": ["d.0"], "DIMM:3A10BC77|P06189-001": ["e.0", "r.0"]}


def test_a_stub_that_begins_two_part_numbers_says_nothing() -> None:
    result = resolved(
        saw("a", "lshw", 0, _module("M393A2K43DB3-CWE")),
        saw("b", "lshw", 0, _module("M393A4K40DB3-CWE"), on="m2"),
        saw("b2", "dmidecode", 1, _module("M393A4K40DB3"), on="m1"),
        saw("s", "dmidecode", 2, _module("M393A"), on="m2"),
    )
    assert groups(result) == {
        "DIMM:3A10BC77|M393A2K43DB3-CWE": ["a.0"],
        "DIMM:3A10BC77|M393A4K40DB3-CWE": ["b.0", "b2.0", "s.0"],
    }


def test_makers_and_part_numbers_split_one_serial_together() -> None:
    result = resolved(
        saw("a", "lshw", 0, _module("M393A2K43DB3-CWE")),
        saw("b", "lshw", 0, _module("M393A4K40DB3-CWE"), on="m2"),
        saw("c", "lshw", 0, _module("36ASF2G72PZ-2G1B1", "Micron"), on="m3"),
    )
    assert sorted(groups(result)) == [
        "DIMM:3A10BC77|micron",
        "DIMM:3A10BC77|samsung|M393A2K43DB3-CWE",
        "DIMM:3A10BC77|samsung|M393A4K40DB3-CWE",
    ]


def test_part_numbers_of_other_families_contradict_nothing() -> None:
    result = resolved(
        saw("a", "redfish", 0, [drive("ZA1XYZ9K", "1", part_number="9ZM175-003")]),
        saw("b", "redfish", 5, [drive("ZA1XYZ9K", "1", part_number="872738-001")]),
    )
    assert list(groups(result)) == ["DRIVE:ZA1XYZ9K"]


def test_a_drive_without_serial_is_the_one_serial_seen_with_its_wwn_anywhere() -> None:
    result = resolved(
        saw("a", "smartctl", 0, [drive("ZA1XYZ9K", "/dev/sda", wwn="0x5000C500A1B2C3D4")]),
        saw("b", "ironic", 9, [drive(f"3{WWN}", "/dev/sdb"), drive(None, "/dev/sdc", wwn=OTHER_WWN)], on="m2"),
    )
    assert groups(result) == {"DRIVE:ZA1XYZ9K": ["a.0", "b.0"], f"DRIVE:wwn:{OTHER_WWN}": ["b.1"]}


def test_a_wwn_seen_with_two_serials_names_nothing() -> None:
    result = resolved(
        saw("a", "smartctl", 0, [drive("ZA1XYZ9K", "/dev/sda", wwn=WWN)]),
        saw("b", "smartctl", 5, [drive("ZA1XYZ8J", "/dev/sda", wwn=WWN)]),
        saw("c", "ironic", 9, [drive(WWN, "/dev/sda")], on="m2"),
    )
    assert groups(result)["tag:m2/DRIVE//DEV/SDA"] == ["c.0"]
    assert flagged(result) == {("AMBIGUOUS_ID", f"wwn:{WWN}"): ["c.0"]}
    assert result.parts["DRIVE:ZA1XYZ9K"].identifiers == (Identifier("serial", "ZA1XYZ9K"),)


def test_a_wwn_at_two_places_of_one_list_is_dropped_there_and_only_there() -> None:
    result = resolved(
        saw("a", "smartctl", 0, [drive("ZA1XYZ9K", "0", wwn=WWN), drive("ZA1XYZ8J", "1", wwn=WWN)]),
        saw("b", "smartctl", 5, [drive("ZA1XYZ7H", "0", wwn=WWN)], on="m2"),
        saw("c", "ironic", 9, [drive(None, "/dev/sda", wwn=WWN)], on="m2"),
    )
    assert groups(result)["DRIVE:ZA1XYZ7H"] == ["b.0", "c.0"]
    assert result.flags == ()


def test_cards_that_share_a_mac_are_one_named_by_the_smallest() -> None:
    result = resolved(
        saw("a", "lshw", 0, [nic(None, "pci@0", SECOND_MAC, THIRD_MAC)]),
        saw("b", "ironic", 1, [nic(None, "eth0", THIRD_MAC), nic(None, "eth1", MAC)], on="m2"),
        saw("c", "lshw", 2, [nic(None, "pci@0", MAC, SECOND_MAC)]),
    )
    assert groups(result) == {"CARD:mac:b83fd2112230": ["a.0", "b.0", "b.1", "c.0"]}


def test_cards_joined_by_a_mac_take_the_serial_of_either() -> None:
    result = resolved(
        saw("r", "redfish", 0, [nic("MT2130X00123", "1", MAC)]),
        saw("l", "lshw", 1, [nic(None, "pci@0", MAC, SECOND_MAC)]),
        saw("i", "ironic", 2, [nic(None, "eth1", SECOND_MAC)]),
    )
    assert list(groups(result)) == ["CARD:MT2130X00123"]


def test_a_mac_told_with_two_cards_joins_neither() -> None:
    result = resolved(
        saw("r", "redfish", 0, [nic("MT2130X00123", "1", MAC), nic("MT2130X00456", "2", SECOND_MAC)]),
        saw("l", "lshw", 1, [nic(None, "pci@0", MAC, THIRD_MAC), nic(None, "pci@1", SECOND_MAC)]),
        saw("b", "lshw", 2, [nic(None, "pci@1", SECOND_MAC, THIRD_MAC)], on="m2"),
        saw("i", "ironic", 3, [nic(None, "eth1", THIRD_MAC)], on="m3"),
        saw("x", "ironic", 3, [nic(None, "eth1", MAC, SECOND_MAC)], on="m4"),
    )
    found = groups(result)
    assert found["CARD:MT2130X00123"] == ["l.0", "r.0"]
    assert found["CARD:MT2130X00456"] == ["b.0", "l.1", "r.1"]
    assert flagged(result) == {
        ("AMBIGUOUS_ID", "mac:b83fd2112230"): ["x.0"],
        ("AMBIGUOUS_ID", "mac:b83fd2112231"): ["x.0"],
        ("AMBIGUOUS_ID", "mac:b83fd2112232"): ["i.0"],
    }


def test_a_mac_finds_its_component_of_a_split_serial() -> None:
    result = resolved(
        saw("a", "redfish", 0, [nic("A00123", "1", MAC, vendor="Intel")]),
        saw("b", "redfish", 0, [nic("A00123", "1", SECOND_MAC, vendor="Broadcom")], on="m2"),
        saw("c", "ironic", 9, [nic(None, "eth0", SECOND_MAC)], on="m3"),
    )
    assert groups(result) == {"CARD:A00123|intel": ["a.0"], "CARD:A00123|broadcom": ["b.0", "c.0"]}


def test_a_nic_whose_serial_is_its_mac_is_known_by_it() -> None:
    result = resolved(
        saw("r", "redfish", 0, [nic("507C6F139096", "1"), nic("507C6F139096", "2")]),
        saw("l", "lshw", 5, [nic(None, "pci@0", "50:7c:6f:13:90:96")]),
        saw("v", "lshw", 6, [nic("EE6B7558E887", "virtual")], on="m2"),
    )
    assert groups(result) == {"CARD:mac:507c6f139096": ["l.0", "r.0", "r.1"], "tag:m2/CARD/VIRTUAL": ["v.0"]}


def test_a_mac_of_bonded_ports_in_place_of_their_serials_names_neither() -> None:
    bonded = [nic("50:7C:6F:13:90:96", "pci@0"), nic("50:7C:6F:13:90:96", "pci@1")]
    result = resolved(saw("l", "lshw", 0, bonded))
    assert sorted(groups(result)) == ["tag:m1/CARD/PCI@0", "tag:m1/CARD/PCI@1"]


def test_a_board_item_repeating_the_system_serial_is_known_by_place() -> None:
    board = Item(kind=ComponentKind.BOARD, serial="J9F7KX3")
    dell = Item(kind=ComponentKind.BOARD, serial=".J9F7KX3.CNWS3001AB00XY.")
    result = resolved(
        saw("a", "dmidecode", 0, [board], system_serial="J9F7KX3"),
        saw("b", "dmidecode", 5, [dell], system_serial="J9F7KX3", on="m2"),
    )
    assert groups(result) == {"tag:m1/BOARD/no.1": ["a.0"], "BOARD:CNWS3001AB00XY": ["b.0"]}


_SERIALS = st.sampled_from([None, "3A10BC77", "3A10BC78", "N/A"])
_SLOTS = st.sampled_from([None, "A1", "A2", "B1", "B2"])
_DIMMS = st.builds(
    dimm,
    _SERIALS,
    _SLOTS,
    st.sampled_from([None, "Samsung", "Micron", "HP"]),
    part_number=st.sampled_from([None, "M393A", "M393A2K43DB3-CWE", "M393A4K40DB3-CWE", "840757-091", "P06189-001"]),
)
_DRIVES = st.builds(drive, st.sampled_from([None, "ZA1XYZ9K", WWN]), _SLOTS, wwn=st.sampled_from([None, WWN]))
_NICS = st.builds(
    nic,
    st.sampled_from([None, "MT2130X00123", "MT2130X00456", "B83FD2112230"]),
    _SLOTS,
    st.sampled_from([MAC, SECOND_MAC]),
    st.sampled_from([SECOND_MAC, THIRD_MAC]),
)
_GPUS = st.builds(gpu, st.sampled_from([None, "1324623011823"]), _SLOTS, st.sampled_from([None, UUID, OTHER_UUID]))
_ITEMS = st.lists(st.one_of(_DIMMS, _DRIVES, _NICS, _GPUS, st.builds(lambda slot: cpus(slot)[0], _SLOTS)), max_size=6)
_SIGHTINGS = st.lists(
    st.tuples(
        st.sampled_from(["redfish", "dmidecode", "lshw", "ironic"]),
        st.integers(0, 4),
        _ITEMS,
        st.sampled_from(["m1", "m2", ""]),
    ),
    max_size=8,
)


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(_SIGHTINGS, st.randoms(use_true_random=False))
def test_the_answer_depends_on_the_set_of_sightings_only(
    told: list[tuple[str, int, list[Item], str]], order: random.Random
) -> None:
    sightings = [saw(f"s{i}", source, t, items, on=on) for i, (source, t, items, on) in enumerate(told)]
    shuffled = order.sample(sightings, len(sightings))
    result = resolved(*sightings)
    assert resolved(*shuffled) == result
    seen = {f"{s.id}.{i}" for s in sightings if s.bundle for i in range(len(s.items))}
    assert set(spelled(result.part_of)) | set(spelled(result.ignored)) == seen
    assert not set(result.part_of) & result.ignored
    assert set(result.part_of.values()) == set(result.parts)


def test_the_board_of_a_dell_is_one_though_its_redfish_tells_the_boards_serial_as_the_systems() -> None:
    def board(serial: str) -> Item:
        return Item(kind=ComponentKind.BOARD, serial=serial)

    def sighting(name: str, source: str, serial: str, **machine: str) -> Sighting:
        told = MachineIdentifiers(manufacturer="Dell Inc.", **machine)
        return Sighting(name, source, START, told, (board(serial),), "m1")

    found = resolved(
        sighting("r", "redfish", "CNCMU0005400IJ", system_serial="CNCMU0005400IJ", sku="F00XD53"),
        sighting("l", "lshw", ".F00XD53.CNCMU0005400IJ.", system_serial="F00XD53"),
    )
    assert list(groups(found).values()) == [["l.0", "r.0"]]
