"""Everything with an id is found again by it; ids that mean nothing are told apart from ids of nothing."""

from typing import Any

import orjson

from reanimator_gql.domain.global_id import encode_id
from reanimator_gql.domain.recorded_events import decode_event
from reanimator_gql.services.context import Context
from reanimator_gql.services.record import record
from reanimator_gql.store.bulk import insert_all
from reanimator_gql.store.tables import asset_identifiers
from tests.fixtures.world import Clock, day, drive, machine, send
from tests.schema.asking import answer, ask, code_of
from tests.schema.fleet import write_fleet

IDS = """{
  assets { nodes { id } } components { nodes { id } } installations { nodes { id } } logBundles { nodes { id } }
  snapshots { nodes { id } } timelineEvents { nodes { id } } findings { nodes { id } } }
"""
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"

TYPES = {"Asset", "Component", "Installation", "LogBundle", "Snapshot", "TimelineEvent", "Finding"}


async def _ids(context: Context) -> list[str]:
    data = await ask(context, IDS)
    return [node["id"] for one in data.values() for node in one["nodes"]]


async def test_everything_is_found_again_by_its_id(context: Context) -> None:
    await write_fleet(context, 2)
    ids = await _ids(context)
    assert len(set(ids)) == len(ids)
    found = (await ask(context, NODES, ids=ids[:200]))["nodes"]
    assert [one["id"] for one in found] == ids
    assert {one["__typename"] for one in found} == TYPES
    for one in {node["__typename"]: node for node in found}.values():
        assert (await ask(context, NODE, id=one["id"]))["node"] == one


async def test_ids_of_nothing_are_null(context: Context) -> None:
    nothing = [encode_id(name, 12345) for name in sorted(TYPES - {"TimelineEvent"})]
    nothing += [encode_id("TimelineEvent", "00" * 16 + ".1"), encode_id("Asset", 2**63 - 1), encode_id("Asset", 0)]
    assert (await ask(context, NODES, ids=nothing))["nodes"] == [None] * len(nothing)
    assert (await ask(context, "query ($id: ID) { asset(id: $id) { id } }", id=nothing[0]))["asset"] is None


async def test_ids_that_no_object_can_have_are_a_typed_error(context: Context) -> None:
    bad = [
        "", "x", "äöü", "12", encode_id("Nothing", 1), encode_id("Asset", "x"), encode_id("Asset", 2**63),
        encode_id("Asset", "-1"), encode_id("Asset", "٣"), encode_id("Asset", "1" * 5_000),
        encode_id("TimelineEvent", 1), encode_id("TimelineEvent", "zz.1"), encode_id("TimelineEvent", "00.1"),
        encode_id("TimelineEvent", "00" * 16 + ".-1"), encode_id("TimelineEvent", "00" * 16 + f".{2**64}"),
    ]  # fmt: skip
    for one in bad:
        assert await code_of(context, NODE, id=one) == "BAD_ID", one
    filtered = "query ($id: ID) { installations(filter: {assetId: $id}) { nodes { id } } }"
    assert await code_of(context, filtered, id=encode_id("Component", 1)) == "BAD_ID"
    assert await code_of(context, filtered, id="x") == "BAD_ID"
    assert await code_of(context, "query ($id: ID) { asset(id: $id) { id } }", id=encode_id("Component", 1)) == "BAD_ID"


async def test_a_list_of_ids_has_a_bound(context: Context) -> None:
    assert await code_of(context, NODES, ids=[encode_id("Asset", n) for n in range(201)]) == "BAD_USER_INPUT"


async def test_a_machine_is_found_by_any_of_its_names_in_any_spelling(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001")]))
    document = "query ($name: String!) { asset(vendorSerial: $name) { vendorSerial identifiers { kind value } } }"
    for name in ("SRV0001", "srv0001", " srv 0001 ", "S/N: SRV0001"):
        assert (await ask(context, document, name=name))["asset"]["vendorSerial"] == "SRV0001", name
    assert (await ask(context, document, name="OTHER"))["asset"] is None
    assert (await ask(context, document, name=""))["asset"] is None
    both = "query ($id: ID, $name: String) { asset(id: $id, vendorSerial: $name) { id } }"
    assert await code_of(context, both) == "BAD_USER_INPUT"
    assert await code_of(context, both, id=encode_id("Asset", 1), name="SRV0001") == "BAD_USER_INPUT"


async def test_a_serial_of_several_parts_is_an_error_that_names_them(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("SAME0001", manufacturer="Samsung")]))
    await send(context, machine("SRV0002", day(1), memory=[{"slot": "A1", "serial_number": "SAME0001"}]))
    document = "query ($name: String) { component(vendorSerial: $name) { id } }"
    result = await answer(context, document, name="same0001")
    (error,) = result.errors
    assert error.extensions["code"] == "AMBIGUOUS"
    parts: Any = (await ask(context, '{ components(filter: {vendorSerial: "SAME0001"}) { nodes { id } } }'))[
        "components"
    ]
    assert sorted(error.extensions["ids"]) == sorted(node["id"] for node in parts["nodes"])
    for one in error.extensions["ids"]:
        assert (await ask(context, "query ($id: ID) { component(id: $id) { id } }", id=one))["component"]["id"] == one


async def test_lists_are_narrowed_by_what_machines_and_parts_are(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001"), drive("DRIVE0002", "2")]))
    await send(context, machine("SRV0001", day(2), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRX0002", day(2), storage=[drive("DRIVE0003", model="Other")]))
    document = "query ($filter: %sFilter) { %s(filter: $filter) { totalCount nodes { vendorSerial } } }"

    async def found(kind: str, field: str, **where: Any) -> list[str]:
        data = (await ask(context, document % (kind, field), filter=where))[field]
        assert data["totalCount"] == len(data["nodes"])
        return [node["vendorSerial"] for node in data["nodes"]]

    assert await found("Asset", "assets", search="sr") == ["SRV0001", "SRX0002"]
    assert await found("Asset", "assets", search="srv") == ["SRV0001"]
    assert await found("Asset", "assets", search="poweredge") == ["SRV0001", "SRX0002"]
    assert await found("Asset", "assets", search="%") == []
    assert await found("Asset", "assets", vendorSerial="srx0002", model="PowerEdge R640") == ["SRX0002"]
    assert await found("Asset", "assets", manufacturer="Nobody") == []
    drives: dict[str, Any] = {"kinds": ["STORAGE"]}
    assert await found("Component", "components", **drives) == ["DRIVE0001", "DRIVE0002", "DRIVE0003"]
    assert await found("Component", "components", installed=False) == ["DRIVE0002"]
    assert await found("Component", "components", installed=True, **drives) == ["DRIVE0001", "DRIVE0003"]
    assert await found("Component", "components", model="Other") == ["DRIVE0003"]
    assert await found("Component", "components", vendorSerial="drive0002") == ["DRIVE0002"]
    asset = (await ask(context, '{ asset(vendorSerial: "SRV0001") { id } }'))["asset"]["id"]
    assert await found("Component", "components", assetId=asset, **drives) == ["DRIVE0001"]
    stays = """query ($filter: InstallationFilter) { installations(filter: $filter) { totalCount } }"""
    for where, count in (
        ({"assetId": asset, **drives}, 2), ({"active": False}, 1), ({"active": True, **drives}, 2),
        ({"to": "2025-01-02T00:00:00Z"}, 0), ({"from": "2025-01-03T00:00:00Z", **drives}, 2),
    ):  # fmt: skip
        assert (await ask(context, stays, filter=where))["installations"]["totalCount"] == count, where


async def test_a_merged_machine_answers_by_its_id_with_the_one_it_went_into(context: Context, clock: Clock) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRV0002", day(2), storage=[drive("DRIVE0002")]))
    old = (await ask(context, '{ asset(vendorSerial: "SRV0002") { id } }'))["asset"]["id"]
    same = {"id": "m1", "kind": "same_asset", "at": clock().isoformat(), "asset": "SRV0001", "with_asset": "SRV0002"}
    await record(context, decode_event(orjson.dumps(same)))
    document = """query ($id: ID, $name: String) { asset(id: $id, vendorSerial: $name) {
        vendorSerial mergedInto { vendorSerial } } }"""
    found = (await ask(context, document, id=old))["asset"]
    assert found == {"vendorSerial": "SRV0002", "mergedInto": {"vendorSerial": "SRV0001"}}
    assert (await ask(context, document, name="SRV0002"))["asset"] == {"vendorSerial": "SRV0001", "mergedInto": None}
    assert (await ask(context, "{ assets { totalCount } }"))["assets"]["totalCount"] == 1


async def test_a_name_of_several_machines_is_an_error_that_names_them(context: Context) -> None:
    await write_fleet(context, 3, parts=1)
    shared: list[dict[str, Any]] = [{"asset_id": n, "kind": "chassis", "value": "CHASSIS1"} for n in (1, 2)]
    strong: list[dict[str, Any]] = [{"asset_id": 3, "kind": "board", "value": "SRV00001"}]
    await context.database.write(lambda connection: insert_all(connection, asset_identifiers, shared + strong))
    result = await answer(context, '{ asset(vendorSerial: "chassis1") { id } }')
    assert result.errors[0].extensions == {"code": "AMBIGUOUS", "ids": [encode_id("Asset", n) for n in (1, 2)]}
    own = await ask(context, '{ asset(vendorSerial: "SRV00001") { id } }')
    assert own["asset"]["id"] == encode_id("Asset", 1), "its own serial counts before another machine's board"
