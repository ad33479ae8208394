"""Reanimator hardware JSON: coverage, source and time, with and without an envelope."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.hardware_json.parser import PARSER
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.hardware_json.texts import BOARD, read, refusal
from tests.parsers.reading import snapshots_of, sniffs

CARDS = {Kind.NIC, Kind.HBA, Kind.RAID, Kind.GPU, Kind.PCIE}


def test_every_told_list_is_covered_and_a_null_list_is_not() -> None:
    snapshot = read({"cpus": [], "memory": None, "storage": [{"slot": "1"}], "pcie_devices": []})
    assert snapshot.coverage == {Kind.CPU, Kind.STORAGE, *CARDS}


def test_coverage_names_the_lists_that_are_complete() -> None:
    lists = {"board": BOARD, "cpus": [], "memory": [], "power_supplies": []}
    assert read(lists, coverage=["memory", "board"]).coverage == {Kind.MEMORY, Kind.BOARD}
    assert read(lists, coverage=[]).coverage == {Kind.BOARD}
    assert read(lists, coverage=None).coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY, Kind.PSU}


def test_coverage_of_a_list_that_is_not_told_is_a_warning() -> None:
    snapshot = read({"memory": None}, coverage=["memory", "fans"])
    assert snapshot.coverage == frozenset()
    assert [warning.path for warning in snapshot.warnings] == ["coverage", "coverage"]


@pytest.mark.parametrize("coverage", ["memory", {"memory": True}, [1]])
def test_coverage_that_is_no_list_of_names_is_refused(coverage: Any) -> None:
    assert "no list of names" in refusal({}, coverage=coverage).reason


def test_the_collector_is_part_of_the_source() -> None:
    assert read({}).source == "hardware_json"
    assert read({}, collector="agentA").source == "hardware_json:agentA"
    assert read({}, collector=" ").source == "hardware_json"


def test_the_source_type_is_kept_and_changes_nothing() -> None:
    snapshot = read({"board": BOARD}, source_type="redfish", schema_version=1, filename="a.json")
    assert snapshot.source == "hardware_json"
    assert snapshot.items[0].attributes == {"source_type": "redfish"}
    assert snapshot.warnings == ()


@pytest.mark.parametrize(
    ("told", "time"),
    [
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31t12:00:00z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31 13:30:00.25+01:30", datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-01-31T12:00:00.123456789Z", datetime(2026, 1, 31, 12, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_the_time_of_collection_is_read_in_utc(told: str, time: datetime) -> None:
    snapshot = read({}, collected_at=told)
    assert snapshot.collected_at == time
    assert snapshot.collected_at.utcoffset() == UTC.utcoffset(None)


def test_a_file_may_state_no_time() -> None:
    assert read({}).collected_at is None
    assert read({}, collected_at=None).collected_at is None


def test_a_time_without_a_zone_is_refused_with_what_would_be_right() -> None:
    error = refusal({}, collected_at="2026-01-31T12:00:00")
    assert "no time zone" in error.reason
    assert "2026-01-31T12:00:00Z" in error.remedy
    assert error.path == "collected_at"


@pytest.mark.parametrize(
    "told",
    [
        "yesterday",
        "2026-02-30T12:00:00Z",
        "2026-01-31",
        1769860800,
        "2026-01-31T25:00:00Z",
        "0001-01-01T00:00:00+12:00",
        "",
    ],
)
def test_what_is_no_time_is_refused(told: Any) -> None:
    assert refusal({}, collected_at=told).path == "collected_at"


def test_the_envelope_is_optional() -> None:
    content = json.dumps({"board": BOARD, "memory": [{"slot": "A1"}]}).encode()
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    assert snapshot.machine.system_serial == "TAG0001"
    assert snapshot.coverage == {Kind.BOARD, Kind.MEMORY}
    assert snapshot.collected_at is None


def test_hardware_may_be_the_last_key_of_a_long_envelope() -> None:
    assert read({"memory": []}, filename="x" * 100_000).coverage == {Kind.MEMORY}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"inventory": {}}', b"hardware", b'["hardware"]', b"\xff\xfe"])
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


@pytest.mark.parametrize("content", [b"[]", b"1", b'{"x": 1}', b'{"hardware": null}', b'{"hardware": []}'])
def test_json_without_a_hardware_object_is_refused(content: bytes) -> None:
    with pytest.raises(ParseError, match="object"):
        snapshots_of(PARSER, content)


@pytest.mark.parametrize("first", [True, False])
def test_a_bare_object_may_hold_the_fields_of_the_envelope(first: bool) -> None:
    envelope = {"schema_version": "1", "collector": "agentA", "collected_at": "2026-01-31T12:00:00Z"}
    memory = {"memory": [{"slot": "A1"}]}
    content = json.dumps(envelope | memory if first else memory | envelope).encode()
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    assert (snapshot.source, snapshot.warnings) == ("hardware_json:agentA", ())
    assert snapshot.collected_at == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert snapshot.items[0].origin == Origin(pointer="/memory/0")
