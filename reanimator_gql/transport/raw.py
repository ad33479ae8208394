"""Uploads given back byte for byte, streamed, or a part of one as text; never as anything that a browser would run."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reanimator_gql.transport.problems import Problem

LARGEST_ID = 2**63 - 1
_LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an upload: a file in it, and in that the value behind a JSON pointer, or some lines."""

    file: str = ""
    pointer: str | None = None
    lines: tuple[int, int] | None = None


OpenRaw: TypeAlias = Callable[[int], Awaitable[RawFile | None]]
OpenPart: TypeAlias = Callable[[int, Part], Awaitable[bytes | None]]


def raw_endpoint(open_raw: OpenRaw, open_part: OpenPart) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of `/log-bundles/{id}/raw`; both functions answer None where there is no such thing."""

    async def answer(request: Request) -> Response:
        bundle_id: int = request.path_params["id"]
        if part := _part(request):
            return await _answer_part(bundle_id, part, open_part)
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


def _part(request: Request) -> Part | None:
    """Return the part that is asked for; None: the whole upload. Raises Problem 400."""
    query = request.query_params
    unknown = set(query) - {"file", "pointer", "lines"}
    if unknown:
        raise Problem(400, "BAD_PARAMETER", f"there is no parameter {min(unknown)!r}; give file, pointer or lines")
    if not query:
        return None
    lines = _LINES.fullmatch(query["lines"]) if "lines" in query else None
    if "lines" in query and lines is None:
        raise Problem(400, "BAD_PARAMETER", f"lines={query['lines'][:40]!r} are no lines; write them as 12-34")
    span = (int(lines.group(1)), int(lines.group(2) or lines.group(1))) if lines else None
    return Part(query.get("file", ""), query.get("pointer"), span)


async def _answer_part(bundle_id: int, part: Part, open_part: OpenPart) -> Response:
    found = await open_part(bundle_id, part) if bundle_id <= LARGEST_ID else None
    if found is None:
        raise Problem(404, "NOT_FOUND", f"there is no such place in log bundle {bundle_id}")
    return Response(found, headers={**_SAFE, "Content-Disposition": "inline"}, media_type="text/plain; charset=utf-8")
