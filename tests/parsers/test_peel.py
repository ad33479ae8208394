"""Peeling: layers come off, bombs stop at the limit, damage is told."""

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
import zipfile
import zlib

import pytest
import zstandard

from reanimator_gql.parsers import peel as peeling
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.peel import TooLarge

pytestmark = pytest.mark.thorough

LIMIT = 1 << 20
PACK = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


def peel(content: bytes, *, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Return the content without its layers, and their names."""
    peeled = peeling.peel(io.BytesIO(content), limit=limit)
    with peeled.file as file:
        return file.read(), peeled.layers


@pytest.mark.parametrize("name", PACK)
def test_a_layer_comes_off(name: str) -> None:
    assert peel(PACK[name](b"text " * 50_000), limit=LIMIT) == (b"text " * 50_000, (name,))


def test_plain_bytes_stay_as_they_are() -> None:
    assert peel(b"Handle", limit=1) == (b"Handle", ())


def test_empty_content_has_no_layers() -> None:
    assert peel(b"", limit=1) == (b"", ())


def test_the_content_of_a_layer_may_be_empty() -> None:
    assert peel(gzip.compress(b""), limit=0) == (b"", ("gzip",))


def test_three_layers_come_off_and_a_fourth_stays() -> None:
    inner = gzip.compress(b"x")
    peeled = peel(bz2.compress(lzma.compress(zstandard.ZstdCompressor().compress(inner))), limit=LIMIT)
    assert peeled == (inner, ("bzip2", "xz", "zstd"))


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_is_stopped_at_the_limit(name: str) -> None:
    bomb = PACK[name](bytes(64 << 20))
    tracemalloc.start()
    with pytest.raises(TooLarge) as caught:
        peel(bomb, limit=LIMIT)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(LIMIT) in str(caught.value)
    assert most < 16 << 20


def test_a_content_of_exactly_the_limit_is_read() -> None:
    assert peel(gzip.compress(bytes(LIMIT)), limit=LIMIT)[0] == bytes(LIMIT)


@pytest.mark.parametrize("name", PACK)
def test_a_cut_layer_is_an_error(name: str) -> None:
    packed = PACK[name](bytes(range(256)) * 100)
    with pytest.raises(ParseError, match=f"the {name} layer is damaged"):
        peel(packed[:-10], limit=LIMIT)


@pytest.mark.parametrize("name", ["gzip", "xz", "bzip2"])
def test_a_changed_byte_is_an_error(name: str) -> None:
    packed = bytearray(PACK[name](bytes(range(256)) * 100))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(ParseError, match="damaged"):
        peel(bytes(packed), limit=LIMIT)


@pytest.mark.parametrize("name", PACK)
def test_members_one_after_another_are_one_content(name: str) -> None:
    assert peel(PACK[name](b"one ") + PACK[name](b"two"), limit=LIMIT)[0] == b"one two"


def test_padding_behind_the_last_member_is_no_damage() -> None:
    assert peel(gzip.compress(b"one") + bytes(512), limit=LIMIT)[0] == b"one"


def test_other_bytes_behind_the_last_member_are_damage() -> None:
    with pytest.raises(ParseError):
        peel(gzip.compress(b"one") + b"junk", limit=LIMIT)


def test_an_archive_is_no_layer() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("a.txt", "a")
    assert peel(archive.getvalue(), limit=LIMIT)[1] == ()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a"))
    assert peel(archive.getvalue(), limit=LIMIT)[1] == ()


def test_a_gzip_with_a_wrong_checksum_is_damaged() -> None:
    packed = gzip.compress(b"text")
    wrong = packed[:-8] + zlib.crc32(b"other").to_bytes(4, "little") + packed[-4:]
    with pytest.raises(ParseError, match="damaged"):
        peel(wrong, limit=LIMIT)
