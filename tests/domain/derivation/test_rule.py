"""The rule, clause by clause: what follows from what was seen, read with a technician's eye."""

from datetime import timedelta

from reanimator_gql.domain.recorded_events import voided_targets
from reanimator_gql.domain.snapshot import Item
from tests.fixtures.stories import K, changes, codes, disk, history, kinds, said, saw, stays
from tests.fixtures.world import DAY_0

MIN = 1 / 24 / 60


def test_the_first_sighting_is_an_installation_without_a_lower_bound() -> None:
    assert stays(history(saw("SRV1", 1, disk()))) == [("SRV1", "0", None, 1, None, None)]


def test_silence_however_long_removes_nothing() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV1", 500, covers=()), saw("SRV1", 900, disk()))
    assert stays(told) == [("SRV1", "0", None, 1, None, None)]


def test_a_loss_and_a_return_are_two_stays_and_the_last_miss_bounds_the_return() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV1", 2), saw("SRV1", 5), saw("SRV1", 6, disk()))
    assert stays(told) == [("SRV1", "0", None, 1, 1, 2), ("SRV1", "0", 5, 6, None, None)]


def test_the_other_tool_does_not_lose_what_it_never_saw() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV1", 2, tool="lshw"), saw("SRV1", 3, tool="lshw"))
    assert stays(told) == [("SRV1", "0", None, 1, None, None)]


def test_a_slot_reported_empty_removes_without_coverage_only_the_part_last_told_there() -> None:
    empty = disk(None, "0", present=False)
    told = history(
        saw("SRV1", 1, disk(), disk("DISK02", "1"), covers=()),
        saw("SRV1", 2, empty, covers=()),
    )
    assert stays(told) == [("SRV1", "0", None, 1, 1, 2)]
    assert stays(told, "DISK02") == [("SRV1", "1", None, 1, None, None)]


def test_a_slot_that_is_told_both_empty_and_occupied_is_occupied() -> None:
    told = history(
        saw("SRV1", 1, disk()), saw("SRV1", 2, disk("DISK02", "0"), disk(None, "0", present=False), covers=())
    )
    assert stays(told) == [("SRV1", "0", None, 1, None, None)]


def test_a_move_in_silence_lies_between_the_two_sightings() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV2", 5, disk(slot="3")))
    assert stays(told) == [("SRV1", "0", None, 1, 1, 5), ("SRV2", "3", 1, 5, None, None)]
    assert kinds(told, "DISK01") == [("INSTALLED", 1), ("MOVED", 5)]
    assert ("REMOVED", 5) in kinds(told, "SRV1")
    assert ("INSTALLED", 5) in kinds(told, "SRV2")


def test_a_move_after_a_loss_is_a_removal_and_an_installation() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV1", 2), saw("SRV2", 5, disk()))
    assert kinds(told, "DISK01") == [("INSTALLED", 1), ("REMOVED", 2), ("INSTALLED", 5)]


def test_what_the_target_missed_bounds_the_installation_from_below() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV2", 4), saw("SRV2", 5, disk()))
    assert stays(told)[1] == ("SRV2", "0", 4, 5, None, None)


def test_a_miss_by_another_tool_is_no_bound() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV2", 4, tool="lshw"), saw("SRV2", 5, disk()))
    assert stays(told)[1] == ("SRV2", "0", 1, 5, None, None)


def test_what_a_person_recorded_is_exact_at_both_ends() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        saw("SRV2", 1),
        said("install", 3, asset="SRV2", component="DISK01", slot="7"),
        said("remove", 8, asset="SRV2", component="DISK01"),
    )
    assert stays(told) == [("SRV1", "0", None, 1, 3, 3), ("SRV2", "7", 3, 3, 8, 8)]
    assert ("MOVED", 3) in kinds(told, "DISK01")


def test_a_removal_that_a_person_recorded_of_another_machine_changes_nothing() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV2", 1), said("remove", 3, asset="SRV2", component="DISK01"))
    assert stays(told) == [("SRV1", "0", None, 1, None, None)]


def test_a_removal_and_an_install_of_one_instant_in_one_machine_are_two_stays() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        said("remove", 3, asset="SRV1", component="DISK01"),
        said("install", 3, asset="SRV1", component="DISK01", slot="5"),
    )
    assert stays(told) == [("SRV1", "0", None, 1, 3, 3), ("SRV1", "5", 3, 3, None, None)]


def test_sightings_of_one_instant_begin_where_the_part_was() -> None:
    told = history(saw("SRV2", 1, disk()), saw("SRV1", 2, disk()), saw("SRV2", 2, disk()))
    assert [stay[0] for stay in stays(told)] == ["SRV2", "SRV1"]


def test_a_serial_that_two_machines_go_on_listing_is_two_parts() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV2", 2, disk()), saw("SRV1", 3, disk()), saw("SRV2", 4, disk()))
    assert stays(told) == [("SRV1", "0", None, 1, None, None), ("SRV2", "0", None, 2, None, None)]
    assert codes(told) == {"DUPLICATE_SERIAL"}
    (finding,) = (f for f in told.findings if f.code == "DUPLICATE_SERIAL")
    assert finding.since.day == 5  # the fourth day after the first of January completed the proof


def test_an_event_that_names_a_machine_not_seen_yet_waits_for_it() -> None:
    install = said("install", 3, asset="SRV2", component="DISK01")
    assert stays(history(saw("SRV1", 1, disk()), install)) == [("SRV1", "0", None, 1, None, None)]
    assert [stay[0] for stay in stays(history(saw("SRV1", 1, disk()), install, saw("SRV2", 9, covers=())))] == [
        "SRV1",
        "SRV2",
    ]


def test_a_late_miss_undoes_the_proof() -> None:
    told = history(
        saw("SRV1", 1, disk()), saw("SRV2", 2, disk()), saw("SRV1", 2.5), saw("SRV1", 3, disk()), saw("SRV2", 4, disk())
    )
    assert codes(told) == set()
    assert [stay[0] for stay in stays(told)] == ["SRV1", "SRV2", "SRV1", "SRV2"]


def test_a_recorded_install_elsewhere_undoes_the_proof() -> None:
    inputs = [saw("SRV1", 1, disk()), saw("SRV2", 2, disk()), saw("SRV1", 3, disk()), saw("SRV2", 4, disk())]
    assert codes(history(*inputs, said("install", 1.5, asset="SRV2", component="DISK01"))) == set()


def test_two_nodes_of_one_enclosure_share_its_power_supply() -> None:
    def psu() -> Item:
        return Item(kind=K.PSU, serial="PSU00001", slot="1")

    told = history(*(saw(f"NODE{t % 2}", t, psu(), chassis="CHASSIS1") for t in range(4)))
    assert codes(told) == {"SHARED_PART"}


def test_clocks_that_differ_by_less_than_ten_minutes_make_no_copy_and_no_stay() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        saw("SRV2", 2, disk()),
        saw("SRV1", 2 + 8 * MIN, disk()),
        saw("SRV2", 3, disk()),
    )
    assert stays(told) == [("SRV1", "0", None, 1, 1, 2), ("SRV2", "0", 1, 2, None, None)]
    assert codes(told) == set()


def test_the_slot_changes_within_a_stay_and_not_between_tools() -> None:
    told = history(
        saw("SRV1", 1, disk(slot="1")),
        saw("SRV1", 2, disk(slot="Bay 1"), tool="redfish"),
        saw("SRV1", 3, disk(slot="4")),
        saw("SRV1", 4, disk(slot="Bay 4"), tool="redfish"),
    )
    assert changes(told, "SLOT_CHANGED") == [(2, 3, "1", "4")]


def test_a_new_stay_in_another_slot_is_no_change_of_slot() -> None:
    told = history(saw("SRV1", 1, disk(slot="1")), saw("SRV1", 2), saw("SRV1", 3, disk(slot="4")))
    assert changes(told, "SLOT_CHANGED") == []
    assert [stay[1] for stay in stays(told)] == ["1", "4"]


def test_two_tools_that_tell_the_same_before_and_different_values_after_both_count() -> None:
    told = history(
        saw("SRV1", 1, disk(firmware="A1")),
        saw("SRV1", 1.5, disk(firmware="A1"), tool="redfish"),
        saw("SRV1", 3, disk(firmware="B1")),
        saw("SRV1", 3.5, disk(firmware="B2"), tool="redfish"),
    )
    assert changes(told, "FIRMWARE_CHANGED") == [(1, 3, "A1", "B1"), (1.5, 3.5, "A1", "B2")]


def test_a_change_to_the_value_that_another_tool_told_last_is_not_counted_again() -> None:
    told = history(
        saw("SRV1", 1, disk(firmware="A1")),
        saw("SRV1", 1, disk(firmware="a-1"), tool="redfish"),
        saw("SRV1", 2, disk(firmware="B1")),
        saw("SRV1", 3, disk(firmware="a-1"), tool="redfish"),
        saw("SRV1", 4, disk(firmware="B1"), tool="redfish"),
    )
    assert changes(told, "FIRMWARE_CHANGED") == [(1, 2, "A1", "B1")]


def test_a_link_that_lost_width_is_a_change_within_a_stay() -> None:
    def card(width: int | None) -> Item:
        return Item(kind=K.NIC, serial="CARD0001", slot="PCIe 1", link_width=width, max_link_width=8)

    told = history(saw("SRV1", 1, card(8)), saw("SRV1", 2, card(None)), saw("SRV1", 3, card(4)))
    assert changes(told, "LINK_CHANGED") == [(1, 3, 8, 4)]
    (component,) = told.components.values()
    assert (component.link_width, component.max_link_width) == (4, 8)


def test_another_processor_in_a_socket_is_a_replacement() -> None:
    def cpu(model: str) -> Item:
        return Item(kind=K.CPU, slot="CPU1", model=model)

    told = history(
        saw("SRV1", 1, cpu("Xeon Gold 6230"), covers=(K.CPU,)),
        saw("SRV1", 2, cpu("XEON  Gold 6230"), covers=(K.CPU,)),
        saw("SRV1", 3, cpu("Xeon Gold 6248"), covers=(K.CPU,)),
    )
    assert changes(told, "REPLACED") == [(2, 3, "XEON Gold 6230", "Xeon Gold 6248")]


def test_a_bios_that_renames_all_places_moves_nothing() -> None:
    told = history(
        saw("SRV1", 1, disk(slot="A1"), disk("DISK02", "A2")),
        saw("SRV1", 2, disk(slot="P0_A1"), disk("DISK02", "P0_A2")),
    )
    assert changes(told, "SLOT_CHANGED") == []


def test_kernel_names_move_nothing() -> None:
    told = history(saw("SRV1", 1, disk(slot="/dev/sda")), saw("SRV1", 2, disk(slot="/dev/sdb")))
    assert changes(told, "SLOT_CHANGED") == []


def test_snapshots_of_one_stream_at_one_time_are_read_as_one() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV1", 2), saw("SRV1", 2, disk()), saw("SRV1", 3, disk()))
    assert stays(told) == [("SRV1", "0", None, 1, None, None)]


def test_an_offset_moves_what_one_source_told_of_the_machine_named_at_upload() -> None:
    inputs = [saw("SRV1", 1, disk()), saw("SRV1", 2, disk(), tool="lshw")]
    until = "2030-01-01T00:00:00Z"
    told = history(*inputs, said("clock_offset", 0, asset="SRV1", until=until, add_minutes=60, source="dmidecode"))
    assert stays(told)[0][3] == round(1 + 1 / 24, 6)


def test_a_void_of_a_void_brings_back_what_was_voided() -> None:
    wrong = saw("SRV1", 2)
    void = said("void", 3, target=wrong.id)
    inputs = [saw("SRV1", 1, disk()), wrong, void]
    assert stays(history(*inputs)) == [("SRV1", "0", None, 1, None, None)]
    assert stays(history(*inputs, said("void", 4, target=void.id))) == [("SRV1", "0", None, 1, 1, 2)]


def test_a_snapshot_from_the_future_is_a_finding_on_the_machine_that_it_names() -> None:
    told = history(saw("SRV1", 1, disk()), saw("SRV1", 90), now=DAY_0 + timedelta(days=2))
    assert stays(told) == [("SRV1", "0", None, 1, None, None)]
    (finding,) = told.findings
    assert (finding.code, [subject.key for subject in finding.subjects]) == ("FROM_FUTURE", ["tag:SRV1"])


def test_a_void_stated_for_an_earlier_day_than_its_target_counts_all_the_same() -> None:
    wrong = saw("SRV1", 2)
    void = said("void", 5, target=wrong.id)
    inputs = [saw("SRV1", 1, disk()), wrong, void, said("void", 3, target=void.id)]
    assert stays(history(*inputs)) == [("SRV1", "0", None, 1, 1, 2)]


def test_of_voids_that_name_one_another_the_latest_is_in_force() -> None:
    earlier, later = said("void", 4, id="v1", target="v2"), said("void", 5, id="v2", target="v1")
    assert voided_targets([earlier, later]) == {"v1"}
    assert voided_targets([earlier, later, said("void", 1, id="v3", target="v2")]) == {"v2"}


def test_snapshots_of_one_time_tell_of_a_part_what_the_heavier_one_tells_whole() -> None:
    told = history(
        saw("SRV1", 1, disk(firmware="A1", slot=None), disk("DISK02", "1")),
        saw("SRV1", 1, disk(firmware="B1", slot="7")),
    )
    assert stays(told) == [("SRV1", None, None, 1, None, None)]


def test_a_merge_unites_two_histories_under_the_survivor() -> None:
    told = history(
        saw("SRV1", 1, disk()), saw("SRV2", 5, disk()), said("same_asset", 6, asset="SRV2", with_asset="SRV1")
    )
    assert stays(told) == [("SRV2", "0", None, 1, None, None)]
    assert ("MERGED", 6) in kinds(told, "SRV2")


def test_what_is_shown_is_each_sources_latest_in_the_order_of_sources() -> None:
    told = history(
        saw("SRV1", 1, disk(model="MODEL FROM LSHW", vendor="Samsung"), tool="lshw"),
        saw("SRV1", 2, disk(model="MODEL OF YESTERDAY"), tool="redfish"),
        saw("SRV1", 3, disk(model="MODEL FROM REDFISH"), tool="redfish"),
    )
    (component,) = told.components.values()
    assert (component.model, component.manufacturer) == ("MODEL FROM REDFISH", "Samsung")
