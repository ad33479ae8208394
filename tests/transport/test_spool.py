"""Bodies under a limit: announced, in pieces, compressed, in forms."""

import gzip
import hashlib
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reanimator_gql.transport.problems import HANDLERS
from reanimator_gql.transport.spool import spooled

pytestmark = pytest.mark.thorough

LIMIT = 3_000_000
BIG = bytes(range(256)) * 10_000


async def take(request: Request) -> Response:
    async with spooled(request, LIMIT) as upload:
        upload.file.seek(0)
        content = upload.file.read()
        return JSONResponse({"sha": hashlib.sha256(content).hexdigest(), "name": upload.filename})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Route("/", take, methods=["POST"])], exception_handlers=HANDLERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as made:
        yield made


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("content", [b"", b"x", BIG], ids=["empty", "small", "big"])
@pytest.mark.parametrize("encoding", [None, "identity", "gzip", "x-gzip", "GZIP"])
async def test_the_bytes_arrive_as_they_were(client: httpx.AsyncClient, content: bytes, encoding: str | None) -> None:
    packed = gzip.compress(content) if encoding and "zip" in encoding.lower() else content
    answer = await client.post("/", content=packed, headers={"Content-Encoding": encoding} if encoding else {})
    assert answer.json() == {"sha": sha(content), "name": None}


async def test_gzip_of_several_members_cut_anywhere(client: httpx.AsyncClient) -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two" * 1000)

    async def bytewise() -> AsyncIterator[bytes]:
        for byte in packed:
            yield bytes([byte])

    answer = await client.post("/", content=bytewise(), headers={"Content-Encoding": "gzip"})
    assert answer.json()["sha"] == sha(b"one" + b"two" * 1000)


async def test_a_form_with_a_file(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", files={"anything": ("hw.json", BIG)}, data={"note": "x"})
    assert answer.json() == {"sha": sha(BIG), "name": "hw.json"}


async def announced(client: httpx.AsyncClient, size: int) -> tuple[httpx.Response, int]:
    """Send a body that says its size, and count what of it was asked for."""
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        while read < size:
            read += 100_000
            yield b"x" * 100_000

    answer = await client.post("/", content=pieces(), headers={"Content-Length": str(size)})
    return answer, read


async def test_a_body_that_announces_too_much_is_not_read(client: httpx.AsyncClient) -> None:
    answer, read = await announced(client, 100_000_000)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(LIMIT) in answer.json()["detail"]
    assert read == 0


async def test_a_body_without_a_size_is_read_to_the_limit(client: httpx.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 100_000
            yield b"x" * 100_000

    answer = await client.post("/", content=endless())
    assert answer.status_code == 413
    assert read == LIMIT + 100_000


@pytest.mark.parametrize("form", [True, False])
async def test_a_bomb_stops_at_the_limit(client: httpx.AsyncClient, form: bool) -> None:
    content = b"0" * 300_000_000
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' if form else b""
    headers = {"Content-Encoding": "gzip"} | ({"Content-Type": "multipart/form-data; boundary=x"} if form else {})
    answer = await client.post("/", content=gzip.compress(head + content, 1), headers=headers)
    assert answer.status_code == 413


async def test_a_file_in_a_form_over_the_limit(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", files={"f": ("f", b"x" * (LIMIT + 1))})
    assert answer.status_code == 413


def damaged() -> Iterator[tuple[bytes, dict[str, str]]]:
    gzipped, form = {"Content-Encoding": "gzip"}, {"Content-Type": "multipart/form-data; boundary=x"}
    yield b"not gzip", gzipped
    yield gzip.compress(BIG)[:-5], gzipped
    yield gzip.compress(b"x") + b"tail", gzipped
    yield b"--x\r\nnonsense", form
    yield b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', form
    yield b"x", {"Content-Type": "multipart/form-data"}


@pytest.mark.parametrize(("content", "headers"), list(damaged()), ids=range(6))
async def test_what_cannot_be_decoded_is_refused(
    client: httpx.AsyncClient, content: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post("/", content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"].startswith("BAD_")


async def test_two_files_in_a_form(client: httpx.AsyncClient) -> None:
    assert (await client.post("/", files={"a": ("a", b"1"), "b": ("b", b"2")})).status_code == 400


async def test_another_encoding(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", content=b"x", headers={"Content-Encoding": "br"})
    assert answer.status_code == 415
    assert "gzip" in answer.json()["detail"]
