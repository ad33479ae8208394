"""LOTs in the graph, and the merged view of a part that they follow from."""

from typing import Any

import pytest

from reanimator_gql.services.context import Context
from reanimator_gql.services.rebuild import digest
from tests.fixtures.world import day, dimm, drive, machine, send
from tests.schema.asking import answer, ask, code_of

pytestmark = pytest.mark.thorough

SSD = {"type": "SSD", "interface": "SATA"}
PART = """query ($s: String, $at: DateTime, $known: DateTime) { component(vendorSerial: $s) {
  attributes lot(at: $at, knownAt: $known) { id code kind description }
  telemetry { source collectedAt values } maxLinkSpeedGts } }"""


async def part(context: Context, serial: str = "DRIVE0001", **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await ask(context, PART, s=serial, **variables))["component"]
    return found


async def lot(context: Context, serial: str = "DRIVE0001", **variables: Any) -> str | None:
    found = (await part(context, serial, **variables))["lot"]
    return found["code"] if found else None


async def test_a_part_has_the_lot_that_follows_from_what_all_tools_say(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), collector="a", storage=[drive("DRIVE0001", size_gb=480)]))
    assert await lot(context) == "DRIVE_00.48TB"
    await send(context, machine("SRV0001", day(2), collector="b", storage=[drive("DRIVE0001", **SSD)]))
    assert await lot(context) == "SSD_SATA_00.48TB"


async def test_tools_that_take_turns_never_change_it(context: Context) -> None:
    tellings = [("a", {"size_gb": 480}), ("b", SSD)]
    for number in range(6):
        collector, told = tellings[number % 2]
        await send(context, machine("SRV0001", day(number), collector, storage=[drive("DRIVE0001", **told)]))
        if number:
            assert await lot(context) == "SSD_SATA_00.48TB"


async def test_the_lot_is_known_as_it_was_known_then(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), collector="a", storage=[drive("DRIVE0001", size_gb=480)]))
    before = context.clock()
    await send(context, machine("SRV0001", day(2), collector="b", storage=[drive("DRIVE0001", **SSD)]))
    assert await lot(context, known=before.isoformat()) == "DRIVE_00.48TB"
    assert await lot(context, at=day(3).isoformat()) == "SSD_SATA_00.48TB"
    assert await lot(context, at=day(0).isoformat()) is None


async def test_lots_are_listed_with_their_parts_and_found_by_code_and_id(context: Context) -> None:
    memory = [dimm("80CE0001", "A1", type="DDR4", max_speed_mhz=2667), dimm("80CE0002", "A2", type="DDR4")]
    await send(context, machine("SRV0001", day(1), memory=memory, storage=[drive("DRIVE0001", size_gb=480, **SSD)]))
    document = "{ lots { totalCount nodes { id code kind description components { nodes { vendorSerial } } } } }"
    listed = (await ask(context, document))["lots"]
    assert [(one["code"], one["kind"], one["description"]) for one in listed["nodes"]] == [
        ("DIMM_DDR4_016GB", "MEMORY", "DDR4 16 GB"),
        ("DIMM_DDR4_016GB_2666", "MEMORY", "DDR4 16 GB 2666"),
        ("SSD_SATA_00.48TB", "STORAGE", "SSD SATA 0.48 TB"),
    ]
    assert listed["nodes"][2]["components"]["nodes"] == [{"vendorSerial": "DRIVE0001"}]
    by_code = "query ($c: String) { lot(code: $c) { id code } }"
    one = (await ask(context, by_code, c="SSD_SATA_00.48TB"))["lot"]
    by_id = "query ($i: ID!) { lot(id: $i) { code } node(id: $i) { ... on Lot { code } } }"
    assert await ask(context, by_id, i=one["id"]) == {
        "lot": {"code": "SSD_SATA_00.48TB"}, "node": {"code": "SSD_SATA_00.48TB"}
    }  # fmt: skip
    assert (await ask(context, by_code, c="SSD_SAS_99.99TB"))["lot"] is None
    narrowed = await ask(context, "{ lots(filter: {kinds: [STORAGE]}) { totalCount } }")
    assert narrowed["lots"]["totalCount"] == 1
    filtered = '{ components(filter: {lot: "DIMM_DDR4_016GB"}) { nodes { vendorSerial } } }'
    assert (await ask(context, filtered))["components"]["nodes"] == [{"vendorSerial": "80CE0002"}]


async def test_a_lot_is_asked_for_by_one_name(context: Context) -> None:
    assert await code_of(context, "{ lot { code } }") == "BAD_USER_INPUT"
    assert (await answer(context, '{ lot(id: "x") { code } }')).errors


async def test_each_attribute_says_which_source_tells_it(context: Context) -> None:
    told = {"a": {"size_gb": 480, "status": "OK"}, "b": {"status": "Warning", "interface": "SATA", "color": "N/A"}}
    for collector in ("b", "a"):
        await send(context, machine("SRV0001", day(1), collector, storage=[drive("DRIVE0001", **told[collector])]))
    attributes = (await part(context))["attributes"]
    assert attributes["size_gb"] == {"value": 480, "source": "hardware_json:a"}
    assert attributes["status"] == {"value": "OK", "source": "hardware_json:a"}
    assert attributes["interface"] == {"value": "SATA", "source": "hardware_json:b"}
    assert "color" not in attributes


async def test_the_latest_telemetry_is_shown_of_each_stream(context: Context) -> None:
    for number, (collector, hours) in enumerate([("a", 1), ("b", 7), ("a", 3)]):
        disk = drive("DRIVE0001", power_on_hours=hours)
        await send(context, machine("SRV0001", day(number), collector, storage=[disk]))
    assert (await part(context))["telemetry"] == [
        {"source": "hardware_json:b", "collectedAt": "2025-01-02T00:00:00Z", "values": {"power_on_hours": 7}},
        {"source": "hardware_json:a", "collectedAt": "2025-01-03T00:00:00Z", "values": {"power_on_hours": 3}},
    ]


async def test_telemetry_is_no_part_of_the_derived_state(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001", power_on_hours=1)]))
    before = await digest(context)
    await send(context, machine("SRV0001", day(2), storage=[drive("DRIVE0001", power_on_hours=9)]))
    assert await digest(context) == before
