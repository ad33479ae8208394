"""Snapshots: what was told, what it was taken for, whether anything had changed, and voids."""

from typing import Any

import orjson
import pytest

from reanimator_gql.domain.recorded_events import decode_event
from reanimator_gql.services.context import Context
from reanimator_gql.services.record import record
from tests.fixtures.world import Clock, day, drive, machine, send
from tests.schema.asking import ask

pytestmark = pytest.mark.thorough

SNAPSHOTS = """
query ($changed: Boolean, $source: SourceType) { asset(vendorSerial: "SRV0001") {
  snapshots(changed: $changed, source: $source) { totalCount
    nodes { id source collectedAt changed voided asset { vendorSerial } logBundle { id }
    observations { kind slot present identifiers { kind value } model firmware attributes source
      firstSeenAt lastSeenAt component { vendorSerial } } } } } }
"""


async def _snapshots(context: Context, **arguments: Any) -> list[dict[str, Any]]:
    found = (await ask(context, SNAPSHOTS, **arguments))["asset"]["snapshots"]
    assert found["totalCount"] == len(found["nodes"])
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


async def test_what_a_snapshot_lists_is_shown_with_what_it_was_taken_for(context: Context) -> None:
    listed = [drive("drive 0001", "1", firmware="7", color="red"), {"slot": "2", "present": False}]
    await send(context, machine("SRV0001", day(1), storage=listed))
    await send(context, machine("SRV0001", day(2), storage=listed))
    (first, second) = await _snapshots(context)
    told = {one["slot"]: one for one in second["observations"]}
    assert told["1"]["component"] == {"vendorSerial": "DRIVE0001"}
    assert told["1"]["identifiers"] == [{"kind": "serial", "value": "drive 0001"}]
    assert (told["1"]["model"], told["1"]["firmware"], told["1"]["source"]) == ("MZ7LH960", "7", "hardware_json")
    assert told["1"]["attributes"]["color"] == "red"
    assert (told["1"]["firstSeenAt"], told["1"]["lastSeenAt"]) == ("2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z")
    assert (told["2"]["present"], told["2"]["component"], told["2"]["firstSeenAt"]) == (False, None, None)
    assert [one["collectedAt"] for one in (first, second)] == ["2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z"]


async def test_changed_is_told_against_the_snapshot_before_in_its_stream(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRV0001", day(2), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRV0001", day(2.5), collector="other", storage=[drive("DRIVE0002")]))
    await send(context, machine("SRV0001", day(3), storage=[drive("DRIVE0002")]))
    assert [one["changed"] for one in await _snapshots(context)] == [True, False, True, True]
    assert [one["collectedAt"][:10] for one in await _snapshots(context, changed=False)] == ["2025-01-03"]
    assert len(await _snapshots(context, changed=True)) == 3
    assert len(await _snapshots(context, source="hardware_json", changed=True)) == 2
    assert len(await _snapshots(context, source="hardware_json:other")) == 1
    await send(context, machine("SRV0001", day(1.5), storage=[drive("DRIVE0009")]))
    assert [one["changed"] for one in await _snapshots(context, source="hardware_json")] == [True] * 4


async def test_a_void_shows_and_a_void_of_the_void_hides_it_again(context: Context, clock: Clock) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRV0001", day(2), storage=[drive("DRIVE0002")]))
    first, second = await _snapshots(context)
    document = "query ($id: ID!) { node(id: $id) { ... on Snapshot { voided changed asset { vendorSerial } } } }"

    async def voided(one: dict[str, Any]) -> tuple[bool, bool]:
        node = (await ask(context, document, id=one["id"]))["node"]
        return node["voided"], node["asset"] is None

    async def void(name: str, target: str) -> None:
        event = {"id": name, "kind": "void", "at": clock().isoformat(), "target": target}
        await record(context, decode_event(orjson.dumps(event)))

    assert await voided(second) == (False, False)
    await void("v1", second["id"])
    assert (await voided(first), await voided(second)) == ((False, False), (True, True))
    await void("v2", "v1")
    assert await voided(second) == (False, False)
    await void("v3", first["logBundle"]["id"])
    assert (await voided(first), await voided(second)) == ((True, True), (False, False))


async def test_all_snapshots_are_listed_by_time(context: Context) -> None:
    await send(context, machine("SRV0001", day(3), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRV0002", day(1), collector="other", storage=[drive("DRIVE0002")]))
    asset = (await ask(context, '{ asset(vendorSerial: "SRV0001") { id } }'))["asset"]["id"]
    document = "query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { asset { vendorSerial } } } }"
    for where, expected in (
        ({}, ["SRV0002", "SRV0001"]), ({"assetId": asset}, ["SRV0001"]), ({"source": "hardware_json"}, ["SRV0001"]),
        ({"from": "2025-01-03T00:00:00Z"}, ["SRV0001"]), ({"to": "2025-01-03T00:00:00Z"}, ["SRV0002"]),
    ):  # fmt: skip
        found = (await ask(context, document, filter=where))["snapshots"]["nodes"]
        assert [one["asset"]["vendorSerial"] for one in found] == expected, where


async def test_what_was_told_of_a_part_comes_in_stretches(context: Context) -> None:
    for number, firmware in ((1, "1"), (2, "1"), (3, "2")):
        await send(context, machine("SRV0001", day(number), storage=[drive("DRIVE0001", firmware=firmware)]))
    document = """query ($first: Int, $after: String) { component(vendorSerial: "DRIVE0001") {
        firstSeenAt lastSeenAt observations(first: $first, after: $after) { totalCount pageInfo { hasNextPage }
        edges { cursor node { firmware firstSeenAt lastSeenAt component { vendorSerial } } } } } }"""
    part = (await ask(context, document))["component"]
    assert (part["firstSeenAt"], part["lastSeenAt"]) == ("2025-01-02T00:00:00Z", "2025-01-04T00:00:00Z")
    told = [edge["node"] for edge in part["observations"]["edges"]]
    assert [(one["firmware"], one["firstSeenAt"][:10], one["lastSeenAt"][:10]) for one in told] == [
        ("1", "2025-01-02", "2025-01-03"), ("2", "2025-01-04", "2025-01-04"),
    ]  # fmt: skip
    assert {one["component"]["vendorSerial"] for one in told} == {"DRIVE0001"}
    first = (await ask(context, document, first=1))["component"]["observations"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    rest = (await ask(context, document, after=first["edges"][0]["cursor"]))["component"]["observations"]
    assert [edge["node"] for edge in rest["edges"]] == told[1:]


async def test_link_fields_tell_what_a_part_could_and_does(context: Context) -> None:
    card = {"slot": "1", "device_class": "NetworkController", "manufacturer": "Intel", "serial_number": "CARD0001"}
    link = {"link_width": 4, "max_link_width": 8, "link_speed": "Gen3", "max_link_speed": "16.0 GT/s PCIe"}
    await send(context, machine("SRV0001", day(1), pcie_devices=[card | link]))
    document = """{ component(vendorSerial: "CARD0001") {
        linkWidth maxLinkWidth linkSpeedGts maxLinkSpeedGts linkDegraded } }"""
    assert (await ask(context, document))["component"] == {
        "linkWidth": 4, "maxLinkWidth": 8, "linkSpeedGts": 8.0, "maxLinkSpeedGts": 16.0, "linkDegraded": True,
    }  # fmt: skip
    await send(context, machine("SRV0001", day(2), pcie_devices=[card | link | {"link_speed": "Gen1"}]))
    assert (await ask(context, document))["component"]["linkSpeedGts"] == 2.5
    await send(context, machine("SRV0001", day(3), pcie_devices=[]))
    gone = (await ask(context, document))["component"]
    assert (gone["linkSpeedGts"], gone["linkWidth"]) == (None, 4)
