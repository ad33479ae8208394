"""Parts without identity (rule C7): one tool tells them, others are read onto its places once."""

from tests.domain.identity.sightings import cpus, dimm, drive, groups, names, resolved, saw, spelled


def test_places_in_other_case_and_spacing_are_the_same_placeholder() -> None:
    result = resolved(
        saw("a", "dmidecode", 0, cpus("CPU 1", "CPU 2")), saw("b", "dmidecode", 9, cpus("cpu  2 ", "Cpu 1"))
    )
    assert groups(result) == {"tag:m1/CPU/CPU 1": ["a.0", "b.1"], "tag:m1/CPU/CPU 2": ["a.1", "b.0"]}
    part = result.parts["tag:m1/CPU/CPU 1"]
    assert (part.machine, part.place, part.identifiers, part.is_placeholder) == ("tag:m1", "CPU 1", (), True)


def test_two_machines_never_share_a_placeholder() -> None:
    result = resolved(saw("a", "lshw", 0, cpus("CPU1")), saw("b", "lshw", 0, cpus("CPU1"), on="m2"))
    assert sorted(groups(result)) == ["tag:m1/CPU/CPU1", "tag:m2/CPU/CPU1"]


def test_missing_and_repeated_places_are_numbered_and_never_collide_with_a_place() -> None:
    result = resolved(saw("a", "dmidecode", 0, cpus(None, "no.1", "N/A", "#1", "P0", "P0", "P0 no.2")))
    assert names(result, "a", 7) == ["no.1", "NO.1", "no.2", "#1", "P0 no.1", "P0 no.2", "P0 NO.2"]
    assert len(groups(result)) == 7


def test_a_place_in_two_lists_is_one_place() -> None:
    items = [drive(None, "Bay 1", list="Chassis"), drive(None, "Bay 1", list="Storage")]
    assert groups(resolved(saw("a", "redfish", 0, items))) == {"tag:m1/DRIVE/BAY 1": ["a.0", "a.1"]}


def test_a_tool_that_lists_as_many_is_read_onto_the_telling_tools_places_in_natural_order() -> None:
    result = resolved(saw("d", "dmidecode", 5, cpus("Proc 10", "Proc 9")), saw("l", "lshw", 0, cpus("cpu:0", "cpu:1")))
    assert groups(result) == {"tag:m1/CPU/PROC 9": ["d.1", "l.0"], "tag:m1/CPU/PROC 10": ["d.0", "l.1"]}


def test_a_map_once_found_holds_for_all_time_and_other_places_are_the_tools_own() -> None:
    result = resolved(
        saw("l0", "lshw", 0, cpus("cpu:0")),
        saw("d", "dmidecode", 1, cpus("P0", "P1")),
        saw("l1", "lshw", 2, cpus("cpu:0", "cpu:1")),
        saw("l2", "lshw", 3, cpus("cpu:1", "cpu:2", "P0")),
    )
    assert groups(result) == {
        "tag:m1/CPU/P0": ["d.0", "l0.0", "l1.0"],
        "tag:m1/CPU/P1": ["d.1", "l1.1", "l2.0"],
        "tag:m1/CPU/CPU:2 of lshw": ["l2.1"],
        "tag:m1/CPU/P0 of lshw": ["l2.2"],
    }


def test_the_map_is_read_from_the_listing_at_or_before_the_other_tools() -> None:
    result = resolved(
        saw("d0", "dmidecode", 0, cpus("P0", "P1")),
        saw("d1", "dmidecode", 6, cpus("P2")),
        saw("l", "lshw", 5, cpus("cpu:0")),
        saw("m", "lshw", 6, cpus("cpu:0")),
    )
    assert groups(result)["tag:m1/CPU/P2"] == ["d1.0", "l.0", "m.0"]


def test_a_tool_without_a_map_says_nothing() -> None:
    result = resolved(
        saw("d", "dmidecode", 0, cpus("P0", "P1")), saw("l", "lshw", 1, cpus("cpu:0")), saw("i", "ironic", 1, cpus())
    )
    assert spelled(result.ignored) == ["l.0"]
    assert spelled(result.part_of) == ["d.0", "d.1"]


def test_a_tool_that_knows_serials_tells_before_a_better_one_that_does_not() -> None:
    result = resolved(
        saw("r", "redfish", 0, [dimm(None, "Slot 1"), dimm(None, "Slot 2")]),
        saw("l", "lshw", 0, [dimm("3A10BC77", "A0"), dimm(None, "A1"), dimm(None, "A2")]),
    )
    assert groups(result) == {
        "DIMM:3A10BC77": ["l.0"],
        "tag:m1/DIMM/A1": ["l.1", "r.0"],
        "tag:m1/DIMM/A2": ["l.2", "r.1"],
    }


def test_a_tool_is_mapped_only_where_the_telling_tool_has_unidentified_items() -> None:
    result = resolved(
        saw("s", "smartctl", 0, [drive("ZA1XYZ9K", "/dev/sda")]), saw("i", "ironic", 1, [drive(None, "/dev/sda")])
    )
    assert groups(result) == {"DRIVE:ZA1XYZ9K": ["s.0"]}
    assert spelled(result.ignored) == ["i.0"]


def test_families_have_their_own_telling_tools() -> None:
    result = resolved(
        saw("r", "redfish", 0, [*cpus("CPU1"), dimm(None, "Slot 1")]),
        saw("l", "lshw", 0, [*cpus("cpu:0"), dimm("3A10BC77", "A1")]),
    )
    assert groups(result) == {"tag:m1/CPU/CPU1": ["l.0", "r.0"], "DIMM:3A10BC77": ["l.1"]}


def test_several_sightings_of_one_tool_at_one_time_are_one_listing() -> None:
    result = resolved(
        saw("d", "smartctl", 0, [drive(None, "1")]),
        saw("e", "smartctl", 0, [drive(None, "2")]),
        saw("i", "ironic", 0, [drive(None, "sda"), drive(None, "sdb")]),
    )
    assert groups(result) == {"tag:m1/DRIVE/1": ["d.0", "i.0"], "tag:m1/DRIVE/2": ["e.0", "i.1"]}


def test_one_listing_told_twice_at_one_time_is_not_doubled() -> None:
    once, twice = (saw(name, "dmidecode", 0, cpus("P0", None)) for name in ("a", "b"))
    assert groups(resolved(once, twice)) == {"tag:m1/CPU/P0": ["a.0", "b.0"], "tag:m1/CPU/no.1": ["a.1", "b.1"]}


def test_a_renaming_of_all_places_and_the_way_back_leave_the_placeholders_as_they_were() -> None:
    result = resolved(
        saw("a", "dmidecode", 0, cpus("CPU1", "CPU2")),
        saw("b", "dmidecode", 1, cpus("Proc 1", "Proc 2")),
        saw("c", "dmidecode", 2, cpus("Proc 2")),
        saw("d", "dmidecode", 3, cpus("CPU1", "CPU2")),
        saw("l", "lshw", 1, cpus("cpu:0", "cpu:1")),
    )
    assert groups(result) == {
        "tag:m1/CPU/CPU1": ["a.0", "b.0", "d.0", "l.0"],
        "tag:m1/CPU/CPU2": ["a.1", "b.1", "c.0", "d.1", "l.1"],
    }


def test_an_old_name_beside_a_renamed_placeholder_is_a_placeholder_of_its_own() -> None:
    result = resolved(
        saw("a", "dmidecode", 0, cpus("CPU1", "CPU2")),
        saw("b", "dmidecode", 1, cpus("Proc 1", "Proc 2")),
        saw("c", "dmidecode", 2, cpus("Proc 1", "Proc 2", "CPU2")),
    )
    assert names(result, "c", 3) == ["CPU1", "CPU2", "CPU2 naming.1"]


def test_places_partly_in_common_are_no_renaming() -> None:
    result = resolved(saw("a", "dmidecode", 0, cpus("P0", "P1")), saw("b", "dmidecode", 1, cpus("P1", "P2")))
    assert names(result, "b", 2) == ["P1", "P2"]


def test_a_mapped_tool_keeps_its_map_through_its_own_renaming() -> None:
    result = resolved(
        saw("d", "dmidecode", 0, cpus("P0", "P1")),
        saw("l", "lshw", 1, cpus("cpu:0", "cpu:1")),
        saw("m", "lshw", 2, cpus("socket0", "socket1")),
    )
    assert groups(result) == {"tag:m1/CPU/P0": ["d.0", "l.0", "m.0"], "tag:m1/CPU/P1": ["d.1", "l.1", "m.1"]}
