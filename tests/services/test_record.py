"""Recorded events, on every database: what people state, kept under their id, and what follows from it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from reanimator_gql.domain.global_id import encode_id
from reanimator_gql.domain.recorded_events import BadEvent, decode_event
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.rebuild import rebuild, verify
from reanimator_gql.services.record import record
from reanimator_gql.store.tables import assets, components, facts, findings, installations, placements, timeline_events
from tests.fixtures.rows import rows
from tests.fixtures.world import Clock, day, drive, machine, send

pytestmark = pytest.mark.thorough


def event(kind: str, at: float, **fields: Any) -> Any:
    """Return a recorded event as a line of JSON would be read."""
    return decode_event(orjson.dumps({"id": f"{kind}-{at}", "kind": kind, "at": day(at).isoformat(), **fields}))


async def _stays(context: Context, serial: str) -> list[tuple[Any, ...]]:
    statement = (
        select(assets.c.vendor_serial, installations.c.installed_at, installations.c.removed_at)
        .join_from(installations, assets, assets.c.id == installations.c.asset_id)
        .join(components, components.c.id == installations.c.component_id)
        .where(components.c.vendor_serial == serial)
        .order_by(installations.c.installed_at)
    )
    return [tuple(row) for row in await rows(context, statement)]


async def test_an_install_that_a_person_records_is_exact(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[]))
    await record(context, event("install", 2, asset="SRV0001", component="S4EVNF0M1", slot="3"))
    assert await _stays(context, "S4EVNF0M1") == []  # the part is not known yet: the event waits
    await send(context, machine("SRV0001", day(3), storage=[drive("S4EVNF0M1")]))
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(2), None)]
    await record(context, event("remove", 4, asset="SRV0001", component="s4evnf0m1"))
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(2), day(4))]


async def test_a_part_taken_out_and_put_back_at_the_instant_of_its_first_sighting_has_two_stays(
    context: Context,
) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await record(context, event("remove", 1, asset="SRV0001", component="S4EVNF0M1"))
    await record(context, event("install", 1, asset="SRV0001", component="S4EVNF0M1"))
    assert sorted(await _stays(context, "S4EVNF0M1"), key=repr) == [
        ("SRV0001", day(1), None),
        ("SRV0001", day(1), day(1)),
    ]
    assert await verify(context) == []


async def test_the_same_event_again_is_known_and_another_under_its_id_is_refused(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    first = event("state", 2, asset="SRV0001", state="REPAIR")
    assert (await record(context, first)).created
    assert not (await record(context, first)).created
    with pytest.raises(Refused) as refusal:
        await record(context, event("state", 2, asset="SRV0001", state="FAILED"))
    assert refusal.value.code == "IDEMPOTENCY_MISMATCH"
    states = await rows(context, select(facts.c.value).where(facts.c.kind == "STATE"))
    assert [row.value for row in states] == ["REPAIR"]


async def test_a_voided_bundle_is_as_if_it_had_never_come(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    wrong = await send(context, machine("SRV0001", day(2), storage=[]))
    assert (await _stays(context, "S4EVNF0M1"))[0][2] == day(2)
    await record(context, event("void", 3, target=f"bundle:{wrong.bundle_id}"))
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(1), None)]
    await record(context, event("void", 4, target="void-3"))
    assert (await _stays(context, "S4EVNF0M1"))[0][2] == day(2)
    assert await verify(context) == []


async def test_a_voided_snapshot_keeps_the_instant_at_which_it_took_effect(context: Context) -> None:
    sent = await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    before = await rows(context, select(placements.c.effective_at))
    await record(context, event("void", 3, target=f"bundle:{sent.bundle_id}"))
    assert await rows(context, select(placements.c.effective_at)) == before
    await rebuild(context)
    assert await rows(context, select(placements.c.effective_at)) == before


async def test_two_machines_that_are_one_merge_and_come_apart_when_the_merge_is_voided(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await send(context, machine("SRV0002", day(5), storage=[drive("S4EVNF0M1")]))
    ids = {row.vendor_serial: row.id for row in await rows(context, select(assets))}
    await record(context, event("same_asset", 6, asset="SRV0001", with_asset="SRV0002"))
    merged = {row.id: row for row in await rows(context, select(assets))}
    assert (merged[ids["SRV0001"]].alive, merged[ids["SRV0002"]].alive) == (True, False)
    assert merged[ids["SRV0002"]].merged_into == ids["SRV0001"]
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(1), None)]
    await record(context, event("void", 7, target="same_asset-6"))
    assert [stay[0] for stay in await _stays(context, "S4EVNF0M1")] == ["SRV0001", "SRV0002"]
    assert await verify(context) == []


async def test_a_cloned_serial_becomes_two_parts_and_a_finding(context: Context) -> None:
    for t in (1, 2, 3):
        await send(context, machine("SRV0001", day(t), storage=[drive("S4EVNF0M1")]))
        await send(context, machine("SRV0002", day(t + 0.5), storage=[drive("S4EVNF0M1")]))
    found = await rows(context, select(findings.c.code).where(findings.c.resolved_at.is_(None)))
    assert [row.code for row in found if row.code != "SUGGEST_SAME_ASSET"] == ["DUPLICATE_SERIAL"]
    assert len(await _stays(context, "S4EVNF0M1")) == 2
    parts = await rows(context, select(components).where(components.c.vendor_serial == "S4EVNF0M1"))
    assert len([part for part in parts if part.alive]) == 2


async def test_a_recorded_split_makes_two_parts_without_a_finding(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await send(context, machine("SRV0002", day(2), storage=[drive("S4EVNF0M1")]))
    await record(context, event("split", 3, serial="S4EVNF0M1"))
    assert [stay[2] for stay in await _stays(context, "S4EVNF0M1")] == [None, None]
    kinds = {
        row.kind
        for row in await rows(context, select(timeline_events).where(timeline_events.c.superseded_at.is_(None)))
    }
    assert "SPLIT" in kinds
    assert "MOVED" not in kinds


async def test_a_wrong_clock_is_set_right(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await record(
        context, event("clock_offset", 0, asset="SRV0001", until=day(2).isoformat(), add_minutes=-60, source=None)
    )
    assert (await _stays(context, "S4EVNF0M1"))[0][1] == day(1 - 1 / 24)


async def test_a_bundle_is_assigned_to_the_machine_that_it_is_of(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    stray = await send(context, machine("SRV0009", day(2), storage=[drive("S4EVNF0M2", "1")]))
    await record(context, event("assign_bundle", 3, target=f"bundle:{stray.bundle_id}", asset="SRV0001"))
    assert [stay[0] for stay in await _stays(context, "S4EVNF0M2")] == ["SRV0001"]
    assert await verify(context) == []


async def test_states_and_places_are_facts_with_intervals(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[]))
    await record(context, event("state", 2, asset="SRV0001", state="PRODUCTION"))
    await record(context, event("state", 5, asset="SRV0001", state="REPAIR"))
    await record(context, event("move", 3, asset="SRV0001", location="FRA1/R12", project="web"))
    told = await rows(context, select(facts).where(facts.c.subject_type == "asset").order_by(facts.c.start_at))
    assert [(row.kind, row.value, row.start_at, row.end_at) for row in told if row.kind == "STATE"] == [
        ("STATE", "PRODUCTION", day(2), day(5)),
        ("STATE", "REPAIR", day(5), None),
    ]
    assert {(row.kind, row.value) for row in told if row.kind != "STATE"} == {
        ("LOCATION", "FRA1/R12"),
        ("PROJECT", "web"),
    }


async def test_an_event_from_the_future_waits_for_its_time(context: Context, clock: Clock) -> None:
    clock.now = day(2)
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await record(context, event("remove", 10, asset="SRV0001", component="S4EVNF0M1"))
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(1), None)]
    clock.now = day(12)
    await send(context, machine("SRV0005", day(1), storage=[]))
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(1), day(10))]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "1", "kind": "explode", "at": "2025-01-01T00:00:00Z"}', "explode"),
        (b'{"id": "1", "kind": "state", "at": "2025-01-01T00:00:00", "asset": "A", "state": "REPAIR"}', "zone"),
        (b'{"id": "1", "kind": "state", "at": "2025-01-01T00:00:00Z", "state": "REPAIR"}', "exactly one"),
        (b'{"id": "1", "kind": "move", "at": "2025-01-01T00:00:00Z", "asset": "A"}', "location"),
        (b'{"id": " ", "kind": "move", "at": "2025-01-01T00:00:00Z", "asset": "A", "project": "p"}', "id"),
        (b'{"id": "1", "kind": "void", "at": "2025-01-01T00:00:00Z", "tarrget": "x"}', "tarrget"),
        (b'{"id": "1", "kind": "void", "at": "0001-01-01T00:00:00+14:00", "target": "x"}', "years"),
        (b'{"id": "1", "kind": "void", "at": "0001-01-01T00:00:00Z", "target": "x"}', "years"),
        (b'{"id": "1", "kind": "void", "at": "9999-01-01T00:00:00Z", "target": "x"}', "years"),
        (
            b'{"id": "1", "kind": "clock_offset", "at": "2025-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z",'
            b' "asset": "A", "add_minutes": 99999999999}',
            "add_minutes",
        ),
        (
            b'{"id": "1", "kind": "move", "at": "2025-01-01T00:00:00Z", "asset": "A", "location": "'
            + b"L" * 181
            + b'"}',
            "`location` has 181 characters",
        ),
        (b"{", "JSON"),
    ],
)
def test_a_bad_event_says_what_is_wrong(line: bytes, words: str) -> None:
    with pytest.raises(BadEvent, match=words):
        decode_event(line)


async def test_machines_parts_and_bundles_are_named_by_the_ids_of_the_api_too(context: Context) -> None:
    sent = await send(context, machine("SRV0001", day(1), cpus=[{"socket": "CPU1"}], storage=[drive("S4EVNF0M1")]))
    asset = encode_id("Asset", (await rows(context, select(assets)))[0].id)
    ids = {row.key: encode_id("Component", row.id) for row in await rows(context, select(components))}
    await record(context, event("remove", 2, asset=asset, component=ids["DRIVE:S4EVNF0M1"]))
    await record(context, event("state", 3, component=ids["tag:SRV0001/CPU/CPU1"], state="FAILED"))
    assert await _stays(context, "S4EVNF0M1") == [("SRV0001", day(1), day(2))]
    states = await rows(context, select(facts.c.value).where(facts.c.kind == "STATE"))
    assert [row.value for row in states] == ["FAILED"]
    await record(context, event("void", 4, target=encode_id("LogBundle", sent.bundle_id)))
    assert await _stays(context, "S4EVNF0M1") == []
    assert await verify(context) == []
    with pytest.raises(Refused, match="there is no Asset"):
        await record(context, event("state", 5, asset=encode_id("Asset", 99), state="REPAIR"))


async def test_a_void_of_a_bundle_that_is_not_there_is_refused(context: Context) -> None:
    with pytest.raises(Refused) as refusal:
        await record(context, event("void", 1, target="bundle:77"))
    assert refusal.value.code == "NOT_FOUND"
