"""What can be read by REST: lists, one thing by id or serial, what was when, and every wrong question."""

from typing import Any

import httpx
import pytest

from tests.fixtures.world import day, dimm, drive, machine

pytestmark = pytest.mark.thorough


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a client of a server that knows two machines; a drive moved from the first to the second."""
    uploads = [
        machine(
            "MACH0001", day(0), memory=[dimm("DIMM0001")], storage=[drive("DISK0001", "0"), drive("DISK0002", "1")]
        ),
        machine("7740291", day(1), memory=[dimm("DIMM0003")]),
        machine("MACH0001", day(7), memory=[dimm("DIMM0001")], storage=[drive("DISK0001", "0")]),
        machine("7740291", day(8), memory=[dimm("DIMM0003")], storage=[drive("DISK0002", "5")]),
    ]
    for content in uploads:
        assert (await client.post("/ingest/logbundle", content=content)).status_code == 201
    return client


async def get(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def test_lists_page_by_cursor(filled: httpx.AsyncClient) -> None:
    first = await get(filled, "/assets", limit=1)
    assert first["total"] == 2
    second = await get(filled, "/assets", limit=1, cursor=first["next_cursor"])
    assert second["next_cursor"] is None
    assert {one["vendor_serial"] for page in (first, second) for one in page["items"]} == {"MACH0001", "7740291"}
    assert isinstance(first["items"][0]["id"], int)


async def test_filters(filled: httpx.AsyncClient) -> None:
    assert (await get(filled, "/assets", vendor_serial="mach0001"))["total"] == 1
    assert (await get(filled, "/assets", manufacturer="nobody"))["items"] == []
    assert (await get(filled, "/assets", state="unknown"))["total"] == 2
    assert (await get(filled, "/components", kind="storage"))["total"] == 2
    m1 = await get(filled, "/assets/MACH0001")
    drives = await get(filled, "/components", kind="STORAGE", asset_id=m1["id"])
    assert [one["vendor_serial"] for one in drives["items"]] == ["DISK0001"]
    assert (await get(filled, "/components", installed="false", kind="memory"))["total"] == 0


async def test_one_machine_by_id_and_by_serial(filled: httpx.AsyncClient) -> None:
    by_serial = await get(filled, "/assets/MACH0001")
    assert by_serial == await get(filled, f"/assets/{by_serial['id']}")
    assert by_serial["state"] == "UNKNOWN"
    assert by_serial["first_seen_at"] == "2025-01-01T00:00:00Z"
    digits = await get(filled, "/assets/7740291")
    assert digits["vendor_serial"] == "7740291"


async def test_what_is_in_a_machine_now_and_then(filled: httpx.AsyncClient) -> None:
    now = await get(filled, "/assets/MACH0001/components", kind="storage")
    assert [(one["slot"], one["vendor_serial"]) for one in now["items"]] == [("0", "DISK0001")]
    assert now["total"] == 1
    assert {"id", "kind", "model", "installed_at", "installed_after"} <= set(now["items"][0])
    then = await get(filled, "/assets/MACH0001/components", kind="storage", at="2025-01-03T00:00:00+00:00")
    assert [one["vendor_serial"] for one in then["items"]] == ["DISK0001", "DISK0002"]
    before = await get(filled, "/assets/MACH0001/components", known_at="2000-01-01T00:00:00Z")
    assert before["items"] == []


async def test_timelines(filled: httpx.AsyncClient) -> None:
    whole = await get(filled, "/assets/MACH0001/timeline", limit=200)
    assert whole["total"] == len(whole["items"])
    some = await get(filled, "/assets/MACH0001/timeline", limit=2)
    rest = await get(filled, "/assets/MACH0001/timeline", limit=200, cursor=some["next_cursor"])
    assert some["items"] + rest["items"] == whole["items"]
    moved = await get(filled, "/components/DISK0002/timeline", kind="moved,removed,installed")
    assert [event["kind"] for event in moved["items"]] == ["INSTALLED", "REMOVED", "INSTALLED"]
    assert [event["asset"]["vendor_serial"] for event in moved["items"]] == ["MACH0001", "MACH0001", "7740291"]
    assert (await get(filled, "/assets/MACH0001/timeline", to="2000-01-01T00:00:00Z"))["total"] == 0


async def test_one_part_and_where_it_is(filled: httpx.AsyncClient) -> None:
    part = await get(filled, "/components/DISK0002")
    assert part["installation"]["asset"]["vendor_serial"] == "7740291"
    assert part["installation"]["slot"] == "5"
    assert part == await get(filled, f"/components/{part['id']}")


ABSENT = ["/assets/NOPE", "/assets/999999", f"/assets/{'9' * 30}", "/assets/NOPE/components", "/assets/NOPE/timeline",
          "/components/NOPE", "/components/999999/timeline"]  # fmt: skip


async def test_what_is_not_there(embedded: httpx.AsyncClient) -> None:
    for path in ABSENT:
        answer = await embedded.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "NOT_FOUND"


WRONG_PAGES = [
    {"limit": "0"}, {"limit": "-1"}, {"limit": "201"}, {"limit": str(2**31)}, {"limit": str(2**63)}, {"limit": "x"},
    {"cursor": "forged"}, {"cursor": "AAAA"}, {"cursor": "é"}, {"limits": "1"},
]  # fmt: skip
WRONG_VALUES = [
    ("/assets/MACH0001/components", {"at": "yesterday"}),
    ("/assets/MACH0001/components", {"known_at": "2025-01-01T00:00:00"}),
    ("/assets/MACH0001/components", {"kind": "wheel"}),
    ("/assets", {"state": "lost"}),
    ("/components", {"installed": "maybe"}),
    ("/components", {"asset_id": "x"}),
]


async def test_wrong_questions(embedded: httpx.AsyncClient) -> None:
    await embedded.post("/ingest/logbundle", content=machine("MACH0001", day(0), memory=[dimm("D1"), dimm("D2", "2")]))
    lists = ["/assets", "/components", "/assets/MACH0001/timeline"]
    cursor = (await get(embedded, "/components", limit=1))["next_cursor"]
    wrong = [(path, params) for path in lists for params in WRONG_PAGES] + WRONG_VALUES
    for path, params in [*wrong, ("/assets", {"cursor": cursor})]:
        answer = await embedded.get(path, params=params)
        assert answer.status_code == 400, (path, params, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"]
        assert "Traceback" not in answer.text


async def test_one_name_of_several_parts(client: httpx.AsyncClient) -> None:
    both = machine("MACH0001", day(0), memory=[dimm("SAME0001")], storage=[drive("SAME0001")])
    await client.post("/ingest/logbundle", content=both)
    answer = await client.get("/components/SAME0001")
    assert answer.status_code == 409
    body = answer.json()
    assert body["code"] == "AMBIGUOUS"
    for one in body["ids"]:
        assert (await client.get(f"/components/{one}")).status_code == 200
