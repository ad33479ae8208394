"""Reading request bodies under a limit, decoded while they arrive, into files that stay in memory while small.

The limit holds for what was sent and for what comes out of `Content-Encoding: gzip`. A body that announces too much is
refused before it is read, one that announces nothing at the byte that is too many.
"""

import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from reanimator_gql.transport.problems import Problem

IN_MEMORY = 1 << 20
_GZIP = 31  # zlib's window bits for a gzip header
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Spooled:
    """An uploaded file; of a multipart form also the name it gave, and its other fields."""

    file: IO[bytes]
    filename: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def spooled(request: Request, limit: int) -> AsyncIterator[Spooled]:
    """Yield the uploaded file, which is closed afterwards. Raises Problem 400, 413, 415."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data":
        async with _from_form(request, limit) as upload:
            yield upload
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        async for chunk in body(request, limit):
            file.write(chunk)
        yield Spooled(file)


@asynccontextmanager
async def _from_form(request: Request, limit: int) -> AsyncIterator[Spooled]:
    parser = MultiPartParser(request.headers, body(request, limit + _STEP), max_files=1, max_fields=20)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Problem(400, "BAD_FORM", f"the multipart form cannot be read: {error.message}; send one file") from error
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            raise Problem(400, "BAD_FORM", "the multipart form holds no file; send one file field, any name")
        if (files[0].size or 0) > limit:
            raise too_large(limit)
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        yield Spooled(files[0].file, files[0].filename or None, fields)
    finally:
        await form.close()


async def body(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the decoded body in pieces. Raises Problem 400, 413, 415."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise Problem(415, "UNSUPPORTED_ENCODING", f"the encoding {encoding!r} is not supported; send gzip or none")
    _check_announced(request, limit)
    counted = _counted(request, limit)
    total = 0
    async for piece in _gunzipped(counted) if encoding.endswith("gzip") else counted:
        total += len(piece)
        if total > limit:
            raise too_large(limit)
        yield piece


def too_large(limit: int) -> Problem:
    """Return the refusal of a body over the limit."""
    return Problem(413, "TOO_LARGE", f"the upload is larger than {limit} bytes; send smaller files, one machine each")


def _check_announced(request: Request, limit: int) -> None:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and announced.isascii() and int(announced[:20]) > limit:
        raise too_large(limit)


async def _counted(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit:
            raise too_large(limit)
        if chunk:
            yield chunk


async def _gunzipped(chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """A bomb comes out in small pieces, so that the limit stops it; several members follow one another as in files."""
    decoder = zlib.decompressobj(_GZIP)
    started = False
    async for chunk in chunks:
        rest = chunk
        while rest:
            if decoder.eof:
                decoder = zlib.decompressobj(_GZIP)
            started = True
            try:
                piece = decoder.decompress(rest, _STEP)
            except zlib.error as error:
                raise _damaged() from error
            rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            if piece:
                yield piece
    if started and not decoder.eof:
        for piece in _last(decoder):
            yield piece


def _last(decoder: "zlib._Decompress") -> list[bytes]:
    """What the decoder still holds; a stream without its end is damaged."""
    pieces = []
    while piece := decoder.decompress(b"", _STEP):
        pieces.append(piece)
    if not decoder.eof:
        raise _damaged()
    return pieces


def _damaged() -> Problem:
    return Problem(400, "BAD_ENCODING", "the body is not whole gzip although Content-Encoding says so; send it again")
