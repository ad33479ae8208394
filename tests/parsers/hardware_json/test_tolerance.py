"""Reanimator hardware JSON of unknown fields and wrong types: kept with a warning, or refused with a path."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.snapshot import Snapshot
from reanimator_gql.parsers.hardware_json.parser import PARSER
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.hardware_json.texts import one
from tests.parsers.reading import snapshots_of


def read(hardware: Any, **envelope: Any) -> Snapshot:
    (snapshot,) = snapshots_of(PARSER, json.dumps({**envelope, "hardware": hardware}).encode())
    return snapshot


def test_unknown_fields_are_kept_and_listed_with_their_path() -> None:
    snapshot = read({"memory": [{"slot": "A1", "rank": 2, "spd": {"bytes": [1, 2]}, "nothing": None}]})
    assert snapshot.items[0].attributes == {"rank": 2, "spd": {"bytes": [1, 2]}}
    assert [warning.path for warning in snapshot.warnings] == [
        "hardware.memory[0].nothing",
        "hardware.memory[0].rank",
        "hardware.memory[0].spd",
    ]


def test_one_unknown_field_of_many_parts_is_one_warning() -> None:
    snapshot = read({"memory": [{"slot": str(number), "rank": 2} for number in range(24)]})
    (warning,) = snapshot.warnings
    assert warning.path == "hardware.memory[0].rank"
    assert "(24 times)" in warning.message


def test_unknown_lists_and_envelope_fields_are_warnings() -> None:
    snapshot = read({"fans": [{"slot": "F1"}], "memory": []}, site="west")
    assert [warning.path for warning in snapshot.warnings] == ["site", "hardware.fans"]


def test_unknown_fields_of_the_board_are_kept_with_it() -> None:
    snapshot = read({"board": {"product_name": "X", "revision": "B"}})
    assert snapshot.items[0].attributes == {"revision": "B"}
    assert snapshot.warnings[0].path == "hardware.board.revision"


@pytest.mark.parametrize("name", ["temperature_c", "media_errors", "power_cycle_count", "input_power_w", "uptime_s"])
def test_unknown_counters_and_temperatures_are_telemetry(name: str) -> None:
    (item,) = read({"storage": [{"slot": "1", name: 31}]}).items
    assert item.attributes == {}
    assert item.telemetry == {name: 31}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("memory", "size_mb", "abc"),
        ("memory", "size_mb", True),
        ("memory", "max_speed_mhz", "fast"),
        ("memory", "serial_number", True),
        ("memory", "slot", ["A1"]),
        ("memory", "present", "perhaps"),
        ("cpus", "cores", {"count": 8}),
        ("storage", "max_link_width", "wide"),
        ("storage", "max_link_speed", "ludicrous"),
        ("pcie_devices", "mac_addresses", {"1": "x"}),
        ("pcie_devices", "mac_addresses", [1]),
    ],
)
def test_a_wrong_type_is_kept_as_it_stands_with_a_warning(name: str, field: str, value: Any) -> None:
    snapshot = read({name: [{field: value}]})
    (item,) = snapshot.items
    assert item.attributes == {field: value}
    assert [warning.path for warning in snapshot.warnings] == [f"hardware.{name}[0].{field}"]
    assert item.present


def test_a_present_speed_that_cannot_be_read_stays_out_of_the_content() -> None:
    (item,) = read({"pcie_devices": [{"link_speed": "ludicrous"}]}).items
    assert item.attributes == {}
    assert item.telemetry == {"link_speed": "ludicrous"}


def test_numbers_may_stand_for_texts() -> None:
    (item,) = read({"memory": [{"slot": 3, "serial_number": 12345678.0}]}).items
    assert (item.slot, item.serial) == ("3", "12345678")


def test_one_mac_may_stand_for_a_list() -> None:
    (item,) = read({"pcie_devices": [{"mac_addresses": "0c:c4:7a:00:00:01"}]}).items
    assert item.macs == ("0c:c4:7a:00:00:01",)


@pytest.mark.parametrize("told", [False, "false", "no", 0, "0"])
def test_spellings_of_not_present(told: Any) -> None:
    assert not read({"memory": [{"slot": "A1", "present": told}]}).items[0].present


@pytest.mark.parametrize("name", ["cpus", "memory", "storage", "pcie_devices", "power_supplies", "firmware"])
@pytest.mark.parametrize("value", [{}, "x", 1, True])
def test_a_list_that_is_no_list_is_refused_with_its_path(name: str, value: Any) -> None:
    with pytest.raises(ParseError) as caught:
        read({name: value})
    assert caught.value.path == f"hardware.{name}"


@pytest.mark.parametrize("value", [None, 1, "x", []])
def test_an_item_that_is_no_object_is_refused_with_its_path(value: Any) -> None:
    with pytest.raises(ParseError) as caught:
        read({"memory": [{"slot": "A1"}, value]})
    assert caught.value.path == "hardware.memory[1]"
    assert "hardware.memory[1]" in str(caught.value)


def test_a_board_that_is_no_object_is_refused_with_its_path() -> None:
    with pytest.raises(ParseError) as caught:
        read({"board": []})
    assert caught.value.path == "hardware.board"


def test_the_same_bytes_give_the_same_snapshot() -> None:
    content = json.dumps({"hardware": {"memory": [{"b": 1, "a": {"z": 1, "y": 2}}]}}).encode()
    assert snapshots_of(PARSER, content) == snapshots_of(PARSER, content)


def test_an_empty_text_is_no_value() -> None:
    item = one("memory", slot="A1", serial_number="", manufacturer="", status="")
    assert (item.serial, item.vendor, item.attributes) == (None, None, {})
