"""GraphQL over HTTP: POST with a JSON body, and GET for queries only.

Status codes follow the specification: `application/graphql-response+json` answers 400 to a request that cannot be
executed and 200 to every one that was; `application/json` answers 200 to both. Batches are refused. A query that takes
longer than its time is cancelled with its SQL; a mutation runs to its end.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from graphql import GraphQLError, GraphQLSyntaxError, OperationType
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.schema import BaseSchema

from reanimator_gql.transport import errors
from reanimator_gql.transport.limits import Checked, Limits, OverLimit, check, too_deep
from reanimator_gql.transport.negotiate import GRAPHQL, HTML, JSON, choose
from reanimator_gql.transport.problems import Problem
from reanimator_gql.transport.spool import body

MakeContext: TypeAlias = Callable[[Request], AbstractAsyncContextManager[Any]]
_METHODS = "GET, HEAD, POST"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


class Refusal(Exception):
    """A request that is not executed. `well_formed`: it was GraphQL over HTTP, so JSON clients get 200."""

    def __init__(self, status: int, shown: list[dict[str, Any]], *, well_formed: bool = False) -> None:
        super().__init__(shown[0]["message"])
        self.status = status
        self.shown = shown
        self.well_formed = well_formed


class GraphQLEndpoint:
    """The endpoint as an ASGI application. `context` holds what resolvers see, for one request."""

    def __init__(self, schema: BaseSchema, limits: Limits, context: MakeContext, page: str = "") -> None:
        self.schema = schema
        self.limits = limits
        self.context = context
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive, send)
        response = await self.respond(request)
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Answer a request. Raises Problem 406."""
        browsing = self.page and request.method in {"GET", "HEAD"} and "query" not in request.query_params
        media_type = choose(request.headers.get("accept"), [GRAPHQL, JSON, *([HTML] if browsing else [])])
        if media_type is None:
            raise Problem(406, "NOT_ACCEPTABLE", f"the Accept header takes neither {GRAPHQL} nor {JSON}")
        if media_type == HTML:
            return HTMLResponse(self.page)
        try:
            return _encoded(await self._run(request), media_type)
        except Refusal as refusal:
            status = 200 if refusal.well_formed and media_type == JSON else refusal.status
            headers = {"Allow": "POST" if request.method == "GET" else _METHODS} if status == 405 else None
            return _encoded({"errors": refusal.shown}, media_type, status, headers)

    async def _run(self, request: Request) -> dict[str, Any]:
        asked = await self._asked(request)
        checked = self._checked(asked.query)
        kind = checked.kind(asked.operation_name)
        if kind is None:
            raise _refused(
                400, "BAD_USER_INPUT", '"operationName" must name one operation of the query', well_formed=True
            )
        if request.method != "POST" and kind is not OperationType.QUERY:
            raise _refused(405, "METHOD_NOT_ALLOWED", f"GET runs queries only; send a {kind.value} by POST")
        if kind is OperationType.SUBSCRIPTION:
            raise _refused(400, "BAD_USER_INPUT", "a subscription needs a connection that stays open", well_formed=True)
        return await self._executed(asked, request, kind)

    async def _asked(self, request: Request) -> Asked:
        if request.method == "POST":
            return asked(await self._json(request))
        if request.method not in {"GET", "HEAD"}:
            raise _refused(405, "METHOD_NOT_ALLOWED", f"{request.method} is not served here; use POST or GET")
        given: dict[str, Any] = dict(request.query_params)
        for name in {"variables", "extensions"} & given.keys():
            given[name] = _loads(given[name].encode(), f"the parameter {name}") if given[name] else None
        return asked(given)

    async def _json(self, request: Request) -> Any:
        kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
        if kind.strip() != JSON or ("charset=" in parameters and "utf-8" not in parameters):
            raise _refused(415, "UNSUPPORTED_MEDIA_TYPE", f"send the request as {JSON} in UTF-8")
        try:
            raw = b"".join([piece async for piece in body(request, self.limits.body_bytes)])
        except Problem as problem:
            raise _refused(problem.status, problem.code, problem.detail) from problem
        return _loads(raw, "the body")

    def _checked(self, query: str) -> Checked:
        try:
            return check(query, self.limits)
        except OverLimit as error:
            raise _refused(400, error.code, str(error), well_formed=True) from error
        except GraphQLSyntaxError as error:
            raise Refusal(400, errors.of_request([error]), well_formed=True) from error

    async def _executed(self, asked: Asked, request: Request, kind: OperationType) -> dict[str, Any]:
        try:
            async with asyncio.timeout(None if kind is OperationType.MUTATION else self.limits.timeout_s) as timer:
                async with self.context(request) as context:
                    result = await self.schema.execute(
                        asked.query, asked.variables, context, operation_name=asked.operation_name
                    )
        except TimeoutError as error:
            if not timer.expired():
                raise
            raise _refused(
                503,
                "TIMEOUT",
                f"the query took longer than {self.limits.timeout_s:g} s; ask for less",
                well_formed=True,
            ) from error
        return _answer(result.data, result.errors or [], result.extensions)


def _answer(data: Any, failed: list[GraphQLError], extensions: dict[str, Any] | None) -> dict[str, Any]:
    """An error without a path was found before any field ran: such an answer has no data at all."""
    if data is None and failed and all(error.path is None for error in failed):
        raise Refusal(400, errors.of_request(failed), well_formed=True)
    answer = {"data": data}
    if failed:
        answer["errors"] = errors.of_execution(failed)
    return answer | ({"extensions": extensions} if extensions else {})


def asked(given: Any) -> Asked:
    """Check the members of a request. Raises Refusal."""
    if isinstance(given, list):
        raise _refused(400, "BATCH_REFUSED", "a request holds one operation, not a list of them")
    if not isinstance(given, dict):
        raise _refused(400, "BAD_USER_INPUT", 'the body must be an object: {"query": "…", "variables": {…}}')
    _check(isinstance(given.get("query"), str), 'a request needs the string "query"')
    _check(isinstance(given.get("variables"), dict | None), '"variables" must be an object')
    _check(isinstance(given.get("extensions"), dict | None), '"extensions" must be an object')
    _check(isinstance(given.get("operationName"), str | None), '"operationName" must be a string')
    _check(not too_deep(given.get("variables")), '"variables" nests too deeply')
    return Asked(given["query"], given.get("variables"), given.get("operationName") or None)


def _check(right: bool, message: str) -> None:
    if not right:
        raise _refused(400, "BAD_USER_INPUT", message)


def _loads(raw: bytes, what: str) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _refused(400, "BAD_JSON", f"{what} is not JSON: {error}") from error


def _refused(status: int, code: str, message: str, *, well_formed: bool = False) -> Refusal:
    return Refusal(status, [errors.made(code, message)], well_formed=well_formed)


def _encoded(
    answer: dict[str, Any], media_type: str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    try:
        encoded = orjson.dumps(answer)
    except TypeError:  # an integer beyond 64 bits, from a JSON scalar
        encoded = json.dumps(answer, ensure_ascii=False, allow_nan=False).encode(errors="replace")
    return Response(encoded, status, {**(headers or {}), "Vary": "Accept"}, f"{media_type}; charset=utf-8")
