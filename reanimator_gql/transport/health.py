"""Whether the process lives, and whether it can serve."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reanimator_gql.transport.problems import Problem

WhyNot: TypeAlias = Callable[[], Awaitable[str | None]]


async def healthz(_: Request) -> Response:
    """Answer as long as the process does."""
    return JSONResponse({"status": "ok"})


def readyz(why_not: WhyNot) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that asks `why_not`: a sentence, or None when everything is there."""

    async def answer(_: Request) -> Response:
        reason = await why_not()
        if reason is not None:
            raise Problem(503, "NOT_READY", reason)
        return JSONResponse({"status": "ready"})

    return answer
