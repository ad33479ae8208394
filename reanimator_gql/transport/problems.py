"""Errors outside of GraphQL: RFC 9457 problem documents, and the last catch for what nobody expected.

`Problem` is what an endpoint raises. A client sees its own mistake in full, and of ours the request id alone.
"""

import logging
from http import HTTPStatus
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reanimator_gql.observability import request_id

logger = logging.getLogger("reanimator_gql.errors")
MEDIA_TYPE = "application/problem+json"
UNEXPECTED = "something went wrong on the server: quote the request id to whoever runs it"


class Problem(Exception):
    """What an endpoint refuses: the status, a stable code, and a sentence with reason and remedy."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.more = more


class ProblemResponse(Response):
    """A problem document."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, headers: dict[str, str] | None = None) -> None:
        body = {
            "type": "about:blank",
            "title": HTTPStatus(problem.status).phrase,
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail,
            **{key: value for key, value in problem.more.items() if value is not None},
            "request_id": request_id(),
        }
        super().__init__(orjson.dumps(body), problem.status, headers)


async def on_problem(_: Request, error: Exception) -> Response:
    """Answer a Problem."""
    assert isinstance(error, Problem)
    return ProblemResponse(error)


async def on_http(_: Request, error: Exception) -> Response:
    """Answer what the router refuses: no such path, another method."""
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    problem = Problem(error.status_code, phrase.upper().replace(" ", "_"), str(error.detail))
    return ProblemResponse(problem, dict(error.headers or {}))


async def on_disconnect(_: Request, __: Exception) -> Response:
    """Close a request whose client went away while it sent; nobody reads the answer, the log does."""
    return ProblemResponse(Problem(400, "DISCONNECTED", "the client went away before the whole request was sent"))


HANDLERS = {Problem: on_problem, HTTPException: on_http, ClientDisconnect: on_disconnect}


class LastCatch:
    """Answers what nobody expected with a 500 that tells nothing, and logs all of it. The process stays up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            logger.exception("unexpected")
            if started or scope["type"] != "http":
                raise
            await ProblemResponse(Problem(500, "INTERNAL", UNEXPECTED))(scope, receive, send)
