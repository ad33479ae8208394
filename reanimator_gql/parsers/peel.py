"""Peels the outer compression layers of an upload: gzip, zstd, xz and bzip2, at most three.

The output is produced in small steps and stops at a limit in bytes, whatever the ratio of the input promises: a bomb
costs its limit and no more. Archives (tar, zip) are no layers: they hold files and stay closed here.
"""

import bz2
import lzma
import zlib
from collections.abc import Generator, Iterator
from typing import NamedTuple, Protocol

import zstandard

from reanimator_gql.parsers.parser import ParseError

MAX_LAYERS = 3

_STEP = 65_536
_MIB = 1 << 20
_DECODER_MEMORY = 128 * _MIB  # xz -9 needs 65 MiB, zstd --long=27 needs 128 MiB
_SMALLEST_WINDOW = 8 * _MIB  # an ordinary zstd level may declare it even for a small file


class TooLarge(ParseError):
    """What came out of a compression layer is larger than the limit."""


class Peeled(NamedTuple):
    """The bytes inside, and the layers taken off, outermost first."""

    content: bytes
    layers: tuple[str, ...]


class _Member(Protocol):
    """One compressed member (a gzip member, a zstd frame, an xz or bzip2 stream)."""

    step: int

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes) -> bytes: ...


class _Buffered:
    """The decompressors of bz2 and lzma, which keep what they have not yet looked at."""

    step = _STEP

    def __init__(self, inner: "bz2.BZ2Decompressor | lzma.LZMADecompressor") -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return self._inner.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes) -> bytes:
        return self._inner.decompress(data, _STEP)


class _Gzip:
    """zlib's decompressor, which hands back what it has not yet looked at."""

    step = _STEP

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, _STEP)


class _Zstd:
    """zstandard's decompressor: it limits no output, so it is fed little (a block of 4 bytes may become 128 KiB)."""

    step = 128
    needs_input = True

    def __init__(self, limit: int) -> None:
        window = max(_SMALLEST_WINDOW, min(limit, _DECODER_MEMORY))
        self._inner = zstandard.ZstdDecompressor(max_window_size=window).decompressobj()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes) -> bytes:
        return self._inner.decompress(data)


def peel(content: bytes, *, limit: int) -> Peeled:
    """Return the content without its outer compression layers.

    Raises `TooLarge` where a layer gives more than `limit` bytes, `ParseError` where one is damaged or cut.
    """
    layers: list[str] = []
    while len(layers) < MAX_LAYERS and (name := layer_of(content)):
        content = _unpack(content, name, limit)
        layers.append(name)
    return Peeled(content, tuple(layers))


def layer_of(content: bytes) -> str | None:
    """Return the name of the compression that the first bytes show, or None."""
    if content.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if content.startswith(b"\x28\xb5\x2f\xfd") or _zstd_skippable(content):
        return "zstd"
    if content.startswith(b"\xfd7zXZ\0"):
        return "xz"
    if content.startswith(b"BZh") and content[4:10] in {b"1AY&SY", b"\x17rE8P\x90"}:
        return "bzip2"
    return None


def _zstd_skippable(content: bytes) -> bool:
    return content[1:4] == b"\x2a\x4d\x18" and content[0] >> 4 == 5


def _unpack(content: bytes, name: str, limit: int) -> bytes:
    output = bytearray()
    try:
        for piece in _pieces(content, name, limit):
            output += piece
            if len(output) > limit:
                raise TooLarge(f"the {name} layer unpacks to more than {limit} bytes", "send the log in smaller files")
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, MemoryError) as error:
        raise ParseError(f"the {name} layer is damaged ({error})", "send the file again, or uncompressed") from None
    return bytes(output)


def _pieces(content: bytes, name: str, limit: int) -> Iterator[bytes]:
    """Yield the output of all members one after another; NULs between and after them are padding."""
    offset = 0
    while offset < len(content):
        offset = yield from _member_pieces(_open(name, limit), content, offset)
        while content[offset : offset + 1] == b"\0":
            offset += 1


def _open(name: str, limit: int) -> _Member:
    if name == "gzip":
        return _Gzip()
    if name == "zstd":
        return _Zstd(limit)
    if name == "xz":
        return _Buffered(lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_DECODER_MEMORY))
    return _Buffered(bz2.BZ2Decompressor())


def _member_pieces(member: _Member, content: bytes, offset: int) -> Generator[bytes, None, int]:
    """Yield the output of the member at `offset`; return where it ends."""
    while not member.eof:
        hungry = member.needs_input
        data = content[offset : offset + member.step] if hungry else b""
        offset += len(data)
        piece = member.decompress(data)
        if hungry and not data and not piece and not member.eof:
            raise EOFError("it ends too early")
        yield piece
    return offset - len(member.unused_data)
