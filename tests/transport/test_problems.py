"""Problem documents, and the last catch."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from reanimator_gql.observability import RequestLog
from reanimator_gql.transport.problems import HANDLERS, LastCatch, Problem


async def broken(_: Request) -> Response:
    raise RuntimeError("SELECT secret")


async def refused(_: Request) -> Response:
    raise Problem(422, "UNREADABLE", "not JSON at line 1; send JSON", log_bundle=3, empty=None)


async def gone(_: Request) -> Response:
    raise ClientDisconnect


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(
        routes=[Route("/broken", broken), Route("/refused", refused), Route("/gone", gone)],
        middleware=[Middleware(RequestLog), Middleware(LastCatch)],
        exception_handlers=HANDLERS,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as made:
        yield made


async def test_a_problem_says_what_and_how(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused", headers={"X-Request-ID": "r1"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "UNREADABLE",
        "detail": "not JSON at line 1; send JSON",
        "log_bundle": 3,
        "request_id": "r1",
    }


async def test_what_nobody_expected_tells_the_request_id_alone(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "SELECT" not in answer.text
    assert "SELECT secret" in caplog.text


async def test_the_router_answers_problems_too(client: httpx.AsyncClient) -> None:
    absent, wrong = await client.get("/absent"), await client.post("/broken")
    assert (absent.status_code, absent.json()["code"]) == (404, "NOT_FOUND")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_a_client_that_went_away_is_no_fault_of_ours(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await client.get("/gone")).json()["code"] == "DISCONNECTED"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
