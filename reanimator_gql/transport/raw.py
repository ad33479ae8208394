"""Uploads given back byte for byte, streamed, and never as anything that a browser would run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reanimator_gql.transport.problems import Problem

LARGEST_ID = 2**63 - 1
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True, slots=True)
class RawFile:
    """An upload: its size in bytes, the name its sender gave, and its pieces."""

    size: int
    filename: str | None
    chunks: AsyncIterator[bytes]


OpenRaw: TypeAlias = Callable[[int], Awaitable[RawFile | None]]


def raw_endpoint(open_raw: OpenRaw) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of `/log-bundles/{id}/raw`; `open_raw` answers None where there is no such bundle."""

    async def answer(request: Request) -> Response:
        bundle_id: int = request.path_params["id"]
        file = await open_raw(bundle_id) if bundle_id <= LARGEST_ID else None
        if file is None:
            raise Problem(404, "NOT_FOUND", f"there is no log bundle {bundle_id}")
        named = quote(file.filename or f"log-bundle-{bundle_id}", safe="")
        headers = {
            **_SAFE,
            "Content-Length": str(file.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{named}",
        }
        if request.method == "HEAD":
            return Response(headers=headers, media_type="application/octet-stream")
        return StreamingResponse(file.chunks, headers=headers, media_type="application/octet-stream")

    return answer
