"""GraphQL over HTTP: statuses, media types, what is refused, and what never shows."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Any

import httpx
import pytest
import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from strawberry.scalars import JSON

from reanimator_gql.observability import RequestLog
from reanimator_gql.transport.graphql import GraphQLEndpoint
from reanimator_gql.transport.limits import Limits
from reanimator_gql.transport.problems import HANDLERS, LastCatch

GRAPHQL = "application/graphql-response+json"
ran: list[str] = []


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("SELECT secret FROM /srv/file.py")

    @strawberry.field
    def dead(self) -> str:
        raise RuntimeError("SELECT secret FROM /srv/file.py")

    @strawberry.field
    def known(self) -> str | None:
        raise GraphQLError("no such thing", extensions={"code": "NOT_FOUND", "hint": 1})

    @strawberry.field
    async def slow(self) -> str:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ran.append("cancelled")
            raise
        return "late"

    @strawberry.field
    def anything(self) -> JSON:
        big: Any = {"big": 2**70}
        return big  # type: ignore[no-any-return]

    @strawberry.field
    def me(self) -> "Query":
        return Query()


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def change(self) -> bool:
        await asyncio.sleep(0.3)
        ran.append("changed")
        return True


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    ran.clear()
    schema = strawberry.Schema(Query, Mutation)
    limits = Limits(body_bytes=100_000, timeout_s=0.2)
    endpoint = GraphQLEndpoint(schema, limits, lambda _: nullcontext(), page="<p>send a query</p>")
    app = Starlette(
        routes=[Route("/graphql", endpoint)],
        middleware=[Middleware(RequestLog), Middleware(LastCatch)],
        exception_handlers=HANDLERS,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as made:
        yield made


async def post(client: httpx.AsyncClient, body: Any, accept: str = GRAPHQL, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = {"Content-Type": "application/json", "Accept": accept} | headers
    return await client.post("/graphql", content=content, headers=sent)


def code(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    assert error["extensions"]["request_id"] == answer.headers["x-request-id"]
    return str(error["extensions"]["code"])


@pytest.mark.parametrize("accept", [GRAPHQL, "application/json"])
async def test_a_query_answers_in_the_media_type_asked_for(client: httpx.AsyncClient, accept: str) -> None:
    answer = await post(client, {"query": "query($n: String!) {hello(name: $n)}", "variables": {"n": "Ёж"}}, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert answer.json() == {"data": {"hello": "hello Ёж"}}


REFUSED = {
    "syntax": ({"query": "{hello"}, "GRAPHQL_PARSE_FAILED"),
    "unknown field": ({"query": "{helo}"}, "BAD_USER_INPUT"),
    "missing variable": ({"query": "query($n: String!) {hello(name: $n)}"}, "BAD_USER_INPUT"),
    "wrong variable": ({"query": "query($n: String!) {hello(name: $n)}", "variables": {"n": {}}}, "BAD_USER_INPUT"),
    "which operation": ({"query": "query A{hello} query B{hello}"}, "BAD_USER_INPUT"),
    "no such operation": ({"query": "query A{hello}", "operationName": "C"}, "BAD_USER_INPUT"),
    "no operation": ({"query": "fragment F on Query {hello}"}, "BAD_USER_INPUT"),
    "too deep": ({"query": "{me" * 16 + "{hello}" + "}" * 16}, "QUERY_TOO_DEEP"),
    "too large": ({"query": "{hello" + " " * 70_000 + "}"}, "QUERY_TOO_LARGE"),
    "circular fragments": ({"query": "{...A} fragment A on Query {...B} fragment B on Query {...A}"}, "BAD_USER_INPUT"),
}


@pytest.mark.parametrize(("body", "expected"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_executed_has_no_data(client: httpx.AsyncClient, body: Any, expected: str) -> None:
    answer = await post(client, body)
    assert answer.status_code == 400
    assert "data" not in answer.json()
    assert code(answer) == expected
    assert (await post(client, body, "application/json")).status_code == 200


MALFORMED = {
    "not JSON": (b'{"query": ', 400, "BAD_JSON"),
    "a lone surrogate": (b'{"query": "{hello(name: \\"\\ud83d\\")}"}', 400, "BAD_JSON"),
    "not a number": (b'{"query": "{hello}", "variables": {"a": NaN}}', 400, "BAD_JSON"),
    "empty": (b"", 400, "BAD_JSON"),
    "no query": (b"{}", 400, "BAD_USER_INPUT"),
    "a query that is none": (b'{"query": 1}', 400, "BAD_USER_INPUT"),
    "variables": (b'{"query": "{hello}", "variables": []}', 400, "BAD_USER_INPUT"),
    "name": (b'{"query": "{hello}", "operationName": 1}', 400, "BAD_USER_INPUT"),
    "a value": (b"3", 400, "BAD_USER_INPUT"),
    "a batch": (b'[{"query": "{hello}"}, {"query": "{hello}"}]', 400, "BATCH_REFUSED"),
    "deep": (b'{"query": "{hello}", "variables": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}", 400, "BAD_USER_INPUT"),
    "deeper": (b'{"query": "{hello}", "variables": {"a": ' + b"[" * 9999 + b"]" * 9999 + b"}}", 400, "BAD_JSON"),
    "large": (b'{"query": "' + b" " * 100_000 + b'"}', 413, "TOO_LARGE"),
}


@pytest.mark.parametrize("accept", [GRAPHQL, "application/json"])
@pytest.mark.parametrize(("body", "status", "expected"), MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_request(
    client: httpx.AsyncClient, body: bytes, status: int, expected: str, accept: str
) -> None:
    answer = await post(client, body, accept)
    assert answer.status_code == status
    assert code(answer) == expected
    assert (await post(client, {"query": "{hello}"})).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/json; charset=latin1"])
async def test_forms_of_other_sites_are_refused(client: httpx.AsyncClient, kind: str) -> None:
    answer = await post(client, {"query": "mutation {change}"}, **{"Content-Type": kind})
    assert answer.status_code == 415
    assert not ran


async def test_get_runs_queries(client: httpx.AsyncClient) -> None:
    params = {"query": "query($n: String!) {hello(name: $n)}", "variables": '{"n": "you"}'}
    answer = await client.get("/graphql", params=params)
    assert answer.json() == {"data": {"hello": "hello you"}}
    assert (await client.get("/graphql", params=params | {"variables": "{"})).status_code == 400


@pytest.mark.parametrize("query", ["mutation {change}", "query A{hello} mutation B{change}"])
async def test_get_never_mutates(client: httpx.AsyncClient, query: str) -> None:
    params = {"query": query, "operationName": "B"} if "B" in query else {"query": query}
    answer = await client.get("/graphql", params=params, headers={"Accept": "application/json"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert not ran


async def test_other_methods(client: httpx.AsyncClient) -> None:
    answer = await client.put("/graphql", content=b"{}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_a_browser_gets_the_page_and_a_picture_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.text == "<p>send a query</p>"
    refused = await client.get("/graphql", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_fault_of_ours_shows_nothing(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = await post(client, {"query": "{hello broken}"}, **{"X-Request-ID": "r-1"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] == {"hello": "hello world", "broken": None}
    assert code(answer) == "INTERNAL"
    assert body["errors"][0]["path"] == ["broken"]
    assert "SELECT" not in answer.text
    assert ".py" not in answer.text
    assert "SELECT secret" in caplog.text
    assert answer.headers["x-request-id"] == "r-1"


async def test_a_fault_that_takes_all_data_was_still_executed(client: httpx.AsyncClient) -> None:
    answer = await post(client, {"query": "{dead}"})
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert code(answer) == "INTERNAL"


async def test_an_error_made_on_purpose_passes_whole(client: httpx.AsyncClient) -> None:
    (error,) = (await post(client, {"query": "{known}"})).json()["errors"]
    assert error["message"] == "no such thing"
    assert error["extensions"].items() >= {"code": "NOT_FOUND", "hint": 1}.items()


async def test_at_most_five_errors_and_no_suggestions(client: httpx.AsyncClient) -> None:
    answer = await post(client, {"query": "{" + " ".join(f"hell{i}" for i in range(20)) + "}"})
    assert len(answer.json()["errors"]) == 5
    assert "Did you mean" not in answer.text


async def test_a_query_over_its_time_is_cancelled_and_a_mutation_is_not(client: httpx.AsyncClient) -> None:
    answer = await post(client, {"query": "{slow}"})
    assert answer.status_code == 503
    assert code(answer) == "TIMEOUT"
    assert ran == ["cancelled"]
    assert (await post(client, {"query": "mutation {change}"})).json() == {"data": {"change": True}}


async def test_an_integer_of_any_size(client: httpx.AsyncClient) -> None:
    assert (await post(client, {"query": "{anything}"})).json()["data"]["anything"] == {"big": 2**70}


async def test_an_id_of_a_request_that_is_no_plain_word_is_replaced(client: httpx.AsyncClient) -> None:
    answer = await post(client, {"query": "{hello}"}, **{"X-Request-ID": "a b;<script>"})
    assert len(answer.headers["x-request-id"]) == 32
