"""Places: compared within one tool only; kernel names and renamings are no moves."""

import pytest

from reanimator_gql.domain.identity.places import is_kernel_name, is_renaming, normal_place, place_order


def test_case_and_blanks_do_not_make_another_place() -> None:
    assert normal_place(" Proc  1 Dimm 3 ") == normal_place("PROC 1 DIMM 3")
    assert normal_place("Not Specified") is None


@pytest.mark.parametrize(
    "place", ["/dev/sda", "sdb", "scsi@4:0.0.0", "4:0:0:0", "nvme0", "nvme1n1", "physid:3", "megaraid,4"]
)
def test_names_that_change_at_every_boot_are_kernel_names(place: str) -> None:
    assert is_kernel_name(place)


@pytest.mark.parametrize("place", ["DIMM_A1", "0", "Bay 3", "pci@0000:12:00", "PSU1", "CPU0", "1I:1:1"])
def test_names_that_a_board_or_bus_gives_are_places(place: str) -> None:
    assert not is_kernel_name(place)


def test_places_are_counted_as_a_person_counts() -> None:
    assert sorted(["DIMM10", "DIMM2", "DIMM1"], key=place_order) == ["DIMM1", "DIMM2", "DIMM10"]


def test_the_same_parts_in_places_of_other_names_are_renamed() -> None:
    assert is_renaming({"p": "A1", "q": "A2"}, {"p": "P0_A1", "q": "P0_A2"})


def test_a_swap_a_single_part_or_other_parts_are_no_renaming() -> None:
    assert not is_renaming({"p": "A1", "q": "A2"}, {"p": "A2", "q": "A1"})
    assert not is_renaming({"p": "A1"}, {"p": "B1"})
    assert not is_renaming({"p": "A1", "q": "A2"}, {"p": "B1", "r": "B2"})
    assert not is_renaming({"p": "A1", "q": None}, {"p": "B1", "q": None})


def test_places_of_more_digits_than_python_reads_have_an_order_too() -> None:
    long, longer = "9" * 5_000, "8" * 5_001
    assert sorted([f"A{longer}", "A10", f"A{long}", "A9"], key=place_order) == ["A9", "A10", f"A{long}", f"A{longer}"]
