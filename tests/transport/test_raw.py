"""Uploads given back byte for byte."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from reanimator_gql.transport.health import healthz, readyz
from reanimator_gql.transport.problems import HANDLERS
from reanimator_gql.transport.raw import Part, RawFile, raw_endpoint

CONTENT = bytes(range(256)) * 100


async def open_raw(bundle_id: int) -> RawFile | None:
    async def chunks() -> AsyncIterator[bytes]:
        yield CONTENT[:1000]
        yield CONTENT[1000:]

    names = {1: 'ünder "the" sea\r\nX-Evil: 1.json', 2: None}
    return RawFile(len(CONTENT), names[bundle_id], chunks()) if bundle_id in names else None


async def open_part(bundle_id: int, part: Part) -> bytes | None:
    return repr(part).encode() if bundle_id == 1 and part.file != "nowhere" else None


async def not_ready() -> str | None:
    return "the schema is behind"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    routes = [
        Route("/raw/{id:int}", raw_endpoint(open_raw, open_part)),
        Route("/healthz", healthz),
        Route("/readyz", readyz(not_ready)),
    ]
    app = Starlette(routes=routes, exception_handlers=HANDLERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as made:
        yield made


async def test_the_bytes_with_their_size_and_name(client: httpx.AsyncClient) -> None:
    answer = await client.get("/raw/1")
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["x-content-type-options"] == "nosniff"
    named = "attachment; filename*=UTF-8''%C3%BCnder%20%22the%22%20sea%0D%0AX-Evil%3A%201.json"
    assert answer.headers["content-disposition"] == named
    assert "log-bundle-2" in (await client.get("/raw/2")).headers["content-disposition"]


async def test_head_tells_the_size_alone(client: httpx.AsyncClient) -> None:
    answer = await client.head("/raw/1")
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize("name", ["3", "9" * 30, "x"])
async def test_what_is_not_there(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/raw/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_alive_but_not_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "the schema is behind"


async def test_a_part_is_shown_as_text_that_no_browser_runs(client: httpx.AsyncClient) -> None:
    answer = await client.get("/raw/1", params={"file": "a/b.json", "pointer": "/x/0"})
    assert answer.text == repr(Part("a/b.json", "/x/0"))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("lines", "span"), [("3", (3, 3)), ("3-17", (3, 17))])
async def test_lines_are_asked_for_as_a_span(client: httpx.AsyncClient, lines: str, span: tuple[int, int]) -> None:
    assert (await client.get("/raw/1", params={"lines": lines})).text == repr(Part(lines=span))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/raw/1?file=nowhere", 404),
        ("/raw/2?pointer=", 404),
        ("/raw/1?lines=x", 400),
        ("/raw/1?lines=1-2-3", 400),
        ("/raw/1?lines=99999999999", 400),
        ("/raw/1?page=1", 400),
        (f"/raw/{2**63}?lines=1", 404),
    ],
)
async def test_a_part_that_is_not_there_is_told(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(path)).status_code == status
