"""Uploads by REST: new and seen before, every way of sending, every reason to refuse, and a process that stays up."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import update

from reanimator_gql.store.database import Database
from reanimator_gql.store.tables import raw_part
from tests.fixtures.world import day, dimm, drive, machine
from tests.parsers.archive_files import tar
from tests.rest.conftest import UPLOAD_LIMIT

pytestmark = pytest.mark.thorough

FIRST = machine("MACH0001", day(0), memory=[dimm("DIMM0001")], storage=[drive("DISK0001")])
SECOND = machine("MACH0001", day(7), memory=[dimm("DIMM0002")], storage=[drive("DISK0001")])


async def upload(client: httpx.AsyncClient, content: bytes, path: str = "/ingest/logbundle", **more: Any) -> Any:
    return await client.post(path, content=content, **more)


async def test_a_new_bundle_tells_what_it_made(client: httpx.AsyncClient) -> None:
    answer = await upload(client, FIRST)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {
        "id", "digest", "created", "status", "format", "snapshots", "observations", "events", "assets", "timeline",
        "findings", "warnings",
    }  # fmt: skip
    assert isinstance(body["id"], int)
    assert body["digest"] == hashlib.sha256(FIRST).hexdigest()
    assert (body["created"], body["status"], body["snapshots"]) == (True, "DONE", 1)
    assert body["observations"] == 3
    assert body["events"] == len(body["timeline"]) > 0
    (asset,) = body["assets"]
    assert asset["vendor_serial"] == "MACH0001"
    assert asset["url"] == f"/assets/{asset['id']}"
    assert (await client.get(asset["url"])).json()["vendor_serial"] == "MACH0001"
    event = body["timeline"][0]
    assert {"kind", "timestamp", "not_before", "recorded_at", "details", "asset", "component"} <= set(event)
    assert event["timestamp"] == "2025-01-01T00:00:00Z"


async def test_seen_before_is_the_same_but_for_created(client: httpx.AsyncClient) -> None:
    first, again = await upload(client, SECOND), await upload(client, SECOND)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"created": False}


async def test_a_change_is_in_the_answer(client: httpx.AsyncClient) -> None:
    await upload(client, FIRST)
    kinds = [event["kind"] for event in (await upload(client, SECOND)).json()["timeline"]]
    assert "REMOVED" in kinds
    assert "INSTALLED" in kinds


async def test_every_way_of_sending_is_the_same_bundle(client: httpx.AsyncClient) -> None:
    first = (await upload(client, FIRST)).json()
    ways = [
        await upload(client, gzip.compress(FIRST), headers={"Content-Encoding": "gzip"}),
        await client.post("/ingest/logbundle", files={"bundle": ("hw.json", FIRST)}),
        await upload(client, FIRST, "/ingest/hardware", headers={"Content-Type": "application/json"}),
        await upload(client, FIRST, params={"filename": "other.json"}),
    ]
    for way in ways:
        assert way.status_code == 200
        assert way.json() == first | {"created": False}


async def test_the_raw_bytes_come_back(client: httpx.AsyncClient) -> None:
    body = (await client.post("/ingest/logbundle", files={"bundle": ("мой лог.json", FIRST)})).json()
    answer = await client.get(f"/log-bundles/{body['id']}/raw")
    assert answer.content == FIRST
    assert answer.headers["content-length"] == str(len(FIRST))
    assert "%D0%BC%D0%BE%D0%B9" in answer.headers["content-disposition"]
    assert (await client.get("/log-bundles/999/raw")).status_code == 404
    assert (await client.get(f"/log-bundles/{'9' * 25}/raw")).status_code == 404


async def test_machine_and_time_may_stand_beside_the_bytes(client: httpx.AsyncClient) -> None:
    bare = orjson.dumps({"hardware": {"memory": [dimm("DIMM0001")]}})
    params = {"asset": "MACH0009", "collected_at": "2025-01-01T03:00:00+03:00", "filename": "x.json"}
    answer = await upload(client, bare, "/ingest/hardware", params=params)
    assert answer.status_code == 201
    assert answer.json()["assets"][0]["vendor_serial"] == "MACH0009"
    assert {event["timestamp"] for event in answer.json()["timeline"]} == {"2025-01-01T00:00:00Z"}
    form = await client.post(
        "/ingest/logbundle",
        files={"f": ("x", bare)},
        data={"asset": "MACH0009", "collected_at": "2025-01-01T00:00:00Z"},
    )
    assert form.json() == answer.json() | {"created": False}
    now = await upload(client, bare, params={"asset": "MACH0008", "collected_at": "now"})
    assert now.status_code == 201


def unreadable() -> Iterator[Any]:
    yield pytest.param(b'{"hardware": {\n  "board": }', ["line 2", "column"], id="malformed JSON")
    yield pytest.param(FIRST[:-30], ["line 1", "column"], id="truncated JSON")
    yield pytest.param(b"\x00\x01\x02 what is this", [], id="unknown format")
    yield pytest.param(b"", [], id="empty")
    yield pytest.param(FIRST.replace(b"16384", b"NaN"), [], id="not a number")
    yield pytest.param(FIRST.replace(b"16384", b"1e400"), [], id="infinite")
    yield pytest.param(b'{"hardware": ' + b"[" * 100 + b"]" * 100 + b"}", [], id="100 deep")
    yield pytest.param(FIRST.replace(b'"DIMM0001"', b'"\\ud800"'), [], id="a lone surrogate")
    yield pytest.param(b'{"a": 1, "a": 2}', [], id="duplicate keys")
    yield pytest.param(gzip.compress(FIRST)[:-20], [], id="damaged gzip")
    no_machine = orjson.dumps({"collected_at": "2025-01-01T00:00:00Z", "hardware": {"memory": [dimm("DIMM0001")]}})
    yield pytest.param(no_machine, ["asset"], id="no machine")
    no_time = orjson.dumps({"hardware": {"board": {"serial_number": "MACH0001"}}})
    yield pytest.param(no_time, ["collected"], id="no time")


@pytest.mark.parametrize(("content", "told"), list(unreadable()))
async def test_what_cannot_be_taken_is_kept_and_told(
    embedded: httpx.AsyncClient, content: bytes, told: list[str]
) -> None:
    answer = await upload(embedded, content, params={"filename": "odd.log"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] in {"UNREADABLE", "NOT_ADMITTED"}
    assert "odd.log" in body["detail"]
    for words in told:
        assert words in body["detail"]
    kept = await embedded.get(f"/log-bundles/{body['log_bundle']}/raw")
    assert kept.content == content
    again = await upload(embedded, content, params={"filename": "odd.log"})
    assert again.status_code == 422
    assert again.json()["log_bundle"] == body["log_bundle"]
    assert (await upload(embedded, FIRST)).status_code == 201
    assert (await embedded.get("/assets")).json()["total"] == 1


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"collected_at": "yesterday"}, "collected"),
        ({"collected_at": "2025-01-01T00:00:00"}, "zone"),
        ({"colected_at": "now"}, "colected_at"),
    ],
)
async def test_wrong_parameters(embedded: httpx.AsyncClient, params: dict[str, str], name: str) -> None:
    answer = await upload(embedded, FIRST, params=params)
    assert answer.status_code == 400
    assert name in answer.json()["detail"]
    assert (await embedded.get("/assets")).json()["total"] == 0


async def test_too_large_however_it_comes(embedded: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 100_000

    big = b" " * (UPLOAD_LIMIT + 1)
    bomb = gzip.compress(b" " * 50_000_000)
    answers = [
        await upload(embedded, big),
        await embedded.post("/ingest/logbundle", content=endless()),
        await upload(embedded, gzip.compress(big), headers={"Content-Encoding": "gzip"}),
        await embedded.post("/ingest/logbundle", files={"f": ("f", big)}),
        await upload(embedded, bomb),
    ]
    assert [answer.status_code for answer in answers] == [413] * 5
    assert {answer.json()["code"] for answer in answers} == {"TOO_LARGE"}
    assert (await upload(embedded, FIRST)).status_code == 201


async def test_another_encoding_is_not_read(embedded: httpx.AsyncClient) -> None:
    assert (await upload(embedded, FIRST, headers={"Content-Encoding": "zstd"})).status_code == 415


async def test_twenty_at_once_make_one_bundle(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(upload(client, FIRST) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_the_link_of_an_observation_opens_what_the_tool_said(embedded: httpx.AsyncClient) -> None:
    body = tar({"host/hw.json": machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])})
    answer = await embedded.post("/ingest/logbundle", content=body)
    assert (answer.status_code, answer.json()["format"]) == (201, "hardware_json")
    query = "{ snapshots { nodes { observations { kind rawLocation { url } } } } }"
    found = (await embedded.post("/graphql", json={"query": query})).json()["data"]["snapshots"]["nodes"]
    (url,) = [one["rawLocation"]["url"] for one in found[0]["observations"] if one["kind"] == "STORAGE"]
    opened = await embedded.get(url)
    assert (opened.status_code, opened.json()["serial_number"]) == (200, "S4EVNF0M1")
    assert (await embedded.get("/log-bundles/1/raw?file=host/hw.json")).json()["hardware"]
    assert (await embedded.get("/log-bundles/1/raw?file=nowhere")).status_code == 404
    assert (await embedded.get("/log-bundles/1/raw")).content == body


async def test_a_damaged_upload_says_so(client: httpx.AsyncClient, database: Database) -> None:
    await client.post("/ingest/logbundle", content=machine("SRV0001", day(1), storage=[]))
    async with database.reading() as connection:
        await connection.execute(update(raw_part).values(data=b"x"))
        await connection.commit()
    for path in ("/log-bundles/1/raw", "/log-bundles/1/raw?pointer="):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (500, "DAMAGED")
