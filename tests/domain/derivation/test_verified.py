"""What an independent reading of the rule found: corners that need many statements about one instant."""

from dataclasses import replace
from itertools import permutations

import msgspec

from reanimator_gql.domain.derivation.beliefs import History
from tests.fixtures.stories import changes, codes, disk, history, kinds, said, saw, stays

MIN = 1 / 24 / 60


def _ids(told: History) -> list[object]:
    return [event.id for event in told.events]


def test_after_a_handover_the_part_was_where_its_stay_is() -> None:
    told = history(
        said("install", 1, asset="SRV2", component="DISK01"),
        saw("SRV3", 1 + 4 * MIN, disk()),
        saw("SRV2", 1 + 8 * MIN, disk()),
        saw("SRV1", 2, disk()),
        saw("SRV3", 2, disk()),
    )
    assert [stay[0] for stay in stays(told)] == ["SRV2", "SRV3", "SRV1"]


def test_a_machine_into_which_a_copied_serial_was_only_recorded_has_a_component_of_its_own() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        saw("SRV2", 2, disk()),
        saw("SRV3", 1, disk("DISK02")),
        saw("SRV1", 3, disk()),
        saw("SRV2", 4, disk()),
        said("install", 8, asset="SRV3", component="DISK01", slot="7"),
    )
    assert codes(told) == {"DUPLICATE_SERIAL"}
    assert {i.component for i in told.installations} == set(told.components)
    component = told.components["DRIVE:DISK01@tag:SRV3"]
    assert (component.vendor_serial, component.kind, component.model) == ("DISK01", "STORAGE", None)
    assert stays(told, "DISK01@tag:SRV3") == [("SRV3", "7", 8, 8, None, None)]


def test_a_recorded_split_gives_each_machine_its_part_even_where_no_tool_saw_it() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        saw("SRV2", 1, disk("DISK02")),
        said("split", 3, serial="DISK01"),
        said("install", 2, asset="SRV2", component="DISK01"),
    )
    assert {"DRIVE:DISK01@tag:SRV1", "DRIVE:DISK01@tag:SRV2"} <= set(told.components)


def test_a_reseat_recorded_at_the_instant_of_the_first_sighting_makes_events_with_ids_of_their_own() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        said("remove", 1, asset="SRV1", component="DISK01"),
        said("install", 1, asset="SRV1", component="DISK01"),
    )
    assert set(stays(told)) == {("SRV1", "0", None, 1, 1, 1), ("SRV1", None, 1, 1, None, None)}
    assert kinds(told, "DISK01") == [("INSTALLED", 1), ("INSTALLED", 1), ("REMOVED", 1)]
    assert len(set(_ids(told))) == len(told.events)


def test_coming_back_by_record_at_the_very_instant_makes_events_with_ids_of_their_own() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        saw("SRV2", 2, disk()),
        saw("SRV3", 2, disk()),
        said("install", 2, asset="SRV2", component="DISK01"),
    )
    assert kinds(told, "DISK01") == [("INSTALLED", 1), ("MOVED", 2), ("MOVED", 2), ("MOVED", 2)]
    assert len(set(_ids(told))) == len(told.events)


def test_of_two_snapshots_at_one_time_the_one_with_more_parts_counts_whatever_empty_slots_it_reports() -> None:
    empty = [disk(None, str(n), present=False) for n in range(4, 8)]
    more = (disk(firmware="f1"), disk("DISK02", "1"))
    told = history(
        saw("SRV1", 1, *more), saw("SRV1", 2, disk(firmware="f2"), *empty), saw("SRV1", 2, *more), saw("SRV1", 3, *more)
    )
    assert changes(told, "FIRMWARE_CHANGED") == []


def test_what_is_shown_of_a_machine_does_not_depend_on_the_order_of_snapshots_at_one_time() -> None:
    one, other = saw("SRV1", 1, disk()), saw("SRV1", 1, disk())
    other = replace(other, weight=one.weight)
    names = [
        replace(one, machine=msgspec.structs.replace(one.machine, host_name="alpha")),
        replace(other, machine=msgspec.structs.replace(other.machine, host_name="beta")),
    ]
    told = [history(*order).assets for order in permutations(names)]
    assert told[0] == told[1]


def test_the_firmware_shown_is_the_last_counted_even_where_it_changed_at_the_instant_of_the_first() -> None:
    told = history(saw("SRV1", 1, disk(firmware="f1")), saw("SRV2", 1, disk(firmware="f2")))
    assert changes(told, "FIRMWARE_CHANGED") == [(1, 1, "f1", "f2")]
    assert [component.firmware for component in told.components.values()] == ["f2"]


def test_a_copy_of_a_serial_can_be_named_by_its_key() -> None:
    key = "DRIVE:DISK01@tag:SRV1"
    told = history(
        *(saw(asset, day, disk()) for asset, day in (("SRV1", 1), ("SRV2", 2), ("SRV1", 3), ("SRV2", 4))),
        said("state", 5, component=key, state="FAILED"),
        said("remove", 6, asset="SRV1", component=key),
    )
    assert [(f.subject.key, f.value) for f in told.facts if f.kind == "STATE"] == [(key, "FAILED")]
    assert stays(told, key) == [("SRV1", "0", None, 1, 6, 6)]


def test_a_statement_about_a_copy_waits_while_the_serial_is_one_part() -> None:
    told = history(saw("SRV1", 1, disk()), said("state", 5, component="DRIVE:DISK01@tag:SRV1", state="FAILED"))
    assert not [f for f in told.facts if f.kind == "STATE"]


def test_a_merge_that_waits_for_its_machine_does_not_date_another() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        saw("SRV2", 2, disk()),
        said("same_asset", 3, asset="SRV1", with_asset="GHOST"),
        said("same_asset", 9, asset="SRV1", with_asset="SRV2"),
    )
    assert ("MERGED", 9) in kinds(told, "SRV1")


def test_saying_that_the_state_is_unknown_when_nobody_said_otherwise_changes_nothing() -> None:
    told = history(
        saw("SRV1", 1, disk()),
        said("state", 3, asset="SRV1", state="UNKNOWN"),
        said("state", 4, asset="SRV1", state="REPAIR"),
    )
    assert [kind for kind in kinds(told, "SRV1") if kind[0] == "STATE_CHANGED"] == [("STATE_CHANGED", 4)]
