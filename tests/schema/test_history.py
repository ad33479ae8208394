"""What was true then (`at`), and what the server believed then (`knownAt`), through the real ingestion."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from reanimator_gql.domain.recorded_events import decode_event
from reanimator_gql.schema.scalars import write_instant
from reanimator_gql.services.context import Context
from reanimator_gql.services.record import record
from tests.fixtures.world import Clock, day, drive, machine, send
from tests.schema.asking import ask, code_of

pytestmark = pytest.mark.thorough

INSTALLED = """
query ($serial: String!, $at: DateTime, $knownAt: DateTime) { asset(vendorSerial: $serial) {
  installed(at: $at, knownAt: $knownAt, kinds: [STORAGE]) { id slot active installedAt removedAt
    component { vendorSerial firmware(at: $at, knownAt: $knownAt) } }
  firmware(at: $at, knownAt: $knownAt) { version component { vendorSerial } } } }
"""


async def _tell(context: Context, clock: Clock, serial: str, number: float, *drives: dict[str, Any]) -> datetime:
    """Ingest what a machine lists on a day; return an instant just after the server learned it."""
    clock.now += timedelta(days=1)
    await send(context, machine(serial, day(number), storage=list(drives)))
    clock.now += timedelta(seconds=1)
    return clock.now


async def _record(context: Context, clock: Clock, **event: Any) -> None:
    clock.now += timedelta(days=1)
    await record(context, decode_event(orjson.dumps({"id": f"e{clock.now.timestamp()}", **event})))


async def _serials(context: Context, serial: str, **when: Any) -> list[str]:
    data = await ask(context, INSTALLED, serial=serial, **{key: write_instant(value) for key, value in when.items()})
    return [one["component"]["vendorSerial"] for one in data["asset"]["installed"]]


@pytest.fixture
async def moved(context: Context, clock: Clock) -> dict[str, datetime]:
    """A drive goes from one machine to another on day 5; the log of day 3, that misses it there already, comes last."""
    told = {"first": await _tell(context, clock, "SRV0001", 1, drive("DRIVE0001", "1"), drive("DRIVE0002", "2"))}
    told["gone"] = await _tell(context, clock, "SRV0001", 5, drive("DRIVE0002", "2"))
    told["there"] = await _tell(context, clock, "SRV0002", 6, drive("DRIVE0001", "9"))
    told["late"] = await _tell(context, clock, "SRV0001", 3, drive("DRIVE0002", "2"))
    return told


async def test_at_asks_what_was_true_then(context: Context, moved: dict[str, datetime]) -> None:
    assert await _serials(context, "SRV0001") == ["DRIVE0002"]
    assert await _serials(context, "SRV0001", at=day(2)) == ["DRIVE0001", "DRIVE0002"]
    assert await _serials(context, "SRV0001", at=day(0.5)) == []
    assert await _serials(context, "SRV0002", at=day(5.5)) == []
    assert await _serials(context, "SRV0002") == ["DRIVE0001"]


async def test_late_evidence_counts_for_at_but_not_for_known_at(context: Context, moved: dict[str, datetime]) -> None:
    assert await _serials(context, "SRV0001", at=day(4)) == ["DRIVE0002"]
    assert await _serials(context, "SRV0001", at=day(4), knownAt=moved["there"]) == ["DRIVE0001", "DRIVE0002"]
    assert await _serials(context, "SRV0001", knownAt=moved["first"]) == ["DRIVE0001", "DRIVE0002"]
    assert await _serials(context, "SRV0001", knownAt=moved["gone"]) == ["DRIVE0002"]
    assert await _serials(context, "SRV0001", at=day(2), knownAt=day(0)) == []


async def test_the_history_of_stays_is_that_of_the_knowledge_asked_for(
    context: Context, moved: dict[str, datetime]
) -> None:
    document = """query ($knownAt: DateTime) { component(vendorSerial: "DRIVE0001") {
        installations(knownAt: $knownAt) { totalCount nodes { id asset { vendorSerial } installedAt removedAt active } }
        installation(at: "2025-01-05T00:00:00Z", knownAt: $knownAt) { asset { vendorSerial } } } }"""
    now = (await ask(context, document))["component"]
    assert [one["removedAt"] for one in now["installations"]["nodes"]] == ["2025-01-04T00:00:00Z", None]
    assert now["installation"] is None
    then = (await ask(context, document, knownAt=write_instant(moved["there"])))["component"]
    assert [one["removedAt"] for one in then["installations"]["nodes"]] == ["2025-01-06T00:00:00Z", None]
    assert then["installation"] == {"asset": {"vendorSerial": "SRV0001"}}
    assert then["installations"]["totalCount"] == 2


async def test_a_belief_given_up_answers_by_its_id(context: Context, moved: dict[str, datetime]) -> None:
    data = await ask(
        context, INSTALLED, serial="SRV0001", at="2025-01-05T00:00:00Z", knownAt=write_instant(moved["there"])
    )
    old = data["asset"]["installed"][0]
    document = """query ($id: ID!) { node(id: $id) { id ... on Installation {
        slot active removedAt component { vendorSerial } } } }"""
    again = (await ask(context, document, id=old["id"]))["node"]
    assert again == {
        "id": old["id"], "slot": "1", "active": False, "removedAt": "2025-01-06T00:00:00Z",
        "component": {"vendorSerial": "DRIVE0001"},
    }  # fmt: skip


async def test_firmware_is_that_of_the_time_asked_about(context: Context, clock: Clock) -> None:
    first = await _tell(context, clock, "SRV0001", 1, drive("DRIVE0001", firmware="1.0"))
    await _tell(context, clock, "SRV0001", 3, drive("DRIVE0001", firmware="2.0"))
    now = await ask(context, INSTALLED, serial="SRV0001")
    assert now["asset"]["firmware"] == [{"version": "2.0", "component": {"vendorSerial": "DRIVE0001"}}]
    then = await ask(context, INSTALLED, serial="SRV0001", at=write_instant(day(2)))
    assert then["asset"]["installed"][0]["component"]["firmware"] == "1.0"
    assert [one["version"] for one in then["asset"]["firmware"]] == ["1.0"]
    known = await ask(context, INSTALLED, serial="SRV0001", knownAt=write_instant(first))
    assert known["asset"]["installed"][0]["component"]["firmware"] == "1.0"


async def test_the_slot_is_the_one_told_last_and_an_instant_is_asked_of_the_field_itself(
    context: Context, clock: Clock
) -> None:
    await _tell(context, clock, "SRV0001", 1, drive("DRIVE0001", "1"))
    await _tell(context, clock, "SRV0001", 3, drive("DRIVE0001", "7"))
    document = """query ($at: DateTime) { asset(vendorSerial: "SRV0001") {
        installed(at: $at, kinds: [STORAGE]) { id slot early: slot(at: "2025-01-02T12:00:00Z") }
        installations(at: $at, kinds: [STORAGE]) { nodes { slot } } } }"""
    now, then = await ask(context, document), await ask(context, document, at=write_instant(day(2)))
    (stay,) = now["asset"]["installed"]
    assert (stay["slot"], stay["early"]) == ("7", "1")
    # Nothing is inherited: a client's cache knows a field by its object and arguments.
    assert then == now


async def test_slots_come_in_natural_order(context: Context, clock: Clock) -> None:
    await _tell(
        context, clock, "SRV0001", 1, *[drive(f"DRIVE000{n}", f"Bay {n}") for n in (1, 2)], drive("DRIVEXXX", "Bay 10")
    )
    data = await ask(context, INSTALLED, serial="SRV0001")
    assert [one["slot"] for one in data["asset"]["installed"]] == ["Bay 1", "Bay 2", "Bay 10"]


async def test_state_is_what_people_recorded(context: Context, clock: Clock) -> None:
    await _tell(context, clock, "SRV0001", 1, drive("DRIVE0001"))
    document = """query ($at: DateTime) { asset(vendorSerial: "SRV0001") { state(at: $at)
        installed(kinds: [STORAGE]) { component { state(at: $at) } } }
        assets(filter: {state: REPAIR}) { totalCount } unknown: assets(filter: {state: UNKNOWN}) { totalCount } }"""
    before = await ask(context, document)
    assert (before["asset"]["state"], before["assets"]["totalCount"], before["unknown"]["totalCount"]) == (
        "UNKNOWN",
        0,
        1,
    )
    await _record(context, clock, kind="state", at="2025-01-03T00:00:00Z", asset="SRV0001", state="REPAIR")
    await _record(context, clock, kind="state", at="2025-01-03T00:00:00Z", component="DRIVE0001", state="FAILED")
    after, then = await ask(context, document), await ask(context, document, at=write_instant(day(1.5)))
    assert after["asset"] == {"state": "REPAIR", "installed": [{"component": {"state": "FAILED"}}]}
    assert (after["assets"]["totalCount"], after["unknown"]["totalCount"]) == (1, 0)
    assert then["asset"] == {"state": "UNKNOWN", "installed": [{"component": {"state": "UNKNOWN"}}]}


async def test_the_timeline_shows_what_is_believed_and_what_was(context: Context, moved: dict[str, datetime]) -> None:
    document = """query ($knownAt: DateTime, $filter: TimelineFilter) { component(vendorSerial: "DRIVE0001") {
        timeline(knownAt: $knownAt, filter: $filter) { totalCount nodes {
            kind timestamp notBefore supersededAt details asset { vendorSerial }
            installation { asset { vendorSerial } removedAt } subject { ... on Component { vendorSerial } } } } } }"""
    now = (await ask(context, document))["component"]["timeline"]
    assert [(one["kind"], one["timestamp"][:10]) for one in now["nodes"]] == [
        ("INSTALLED", "2025-01-02"), ("REMOVED", "2025-01-04"), ("INSTALLED", "2025-01-07"),
    ]  # fmt: skip
    assert [one["installation"]["asset"]["vendorSerial"] for one in now["nodes"]] == ["SRV0001", "SRV0001", "SRV0002"]
    assert {one["subject"]["vendorSerial"] for one in now["nodes"]} == {"DRIVE0001"}
    then = (await ask(context, document, knownAt=write_instant(moved["there"])))["component"]["timeline"]
    assert [one["timestamp"][:10] for one in then["nodes"]] == ["2025-01-02", "2025-01-06", "2025-01-07"]
    every = (await ask(context, document, filter={"superseded": True}))["component"]["timeline"]
    assert [one["supersededAt"] is None for one in every["nodes"]] == [True, True, False, True]
    assert every["totalCount"] == 4
    some = {"kinds": ["INSTALLED"], "from": write_instant(day(2)), "to": write_instant(day(7))}
    assert (await ask(context, document, filter=some))["component"]["timeline"]["totalCount"] == 1


async def test_an_instant_without_a_zone_is_refused(context: Context) -> None:
    for text in ("2025-01-01T00:00:00", "2025-01-01", "now", "2025-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"):
        assert await code_of(context, INSTALLED, serial="X", at=text) == "BAD_USER_INPUT", text
    literal = '{ asset(vendorSerial: "X") { installed(at: "2025-01-01T00:00:00") { id } } }'
    assert await code_of(context, literal) == "BAD_USER_INPUT"


async def test_offsets_are_understood_and_answers_end_with_z(context: Context, moved: dict[str, datetime]) -> None:
    data = await ask(context, INSTALLED, serial="SRV0001", at="2025-01-02T05:00:00.5+05:00")
    assert [one["installedAt"] for one in data["asset"]["installed"]] == ["2025-01-02T00:00:00Z"] * 2
    data = await ask(context, INSTALLED, serial="SRV0001", at="2025-01-02T05:00:00+05:01")
    assert data["asset"]["installed"] == []
