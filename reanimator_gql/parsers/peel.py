"""Peels the outer compression layers of an upload: gzip, zstd, xz and bzip2, at most three.

The output is produced in small steps and stops at a limit in bytes, whatever the ratio of the input promises: a bomb
costs its limit and no more, on disk and not in memory. Archives (tar, zip) are no layers: they hold files and stay
closed here.
"""

import bz2
import lzma
import zlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, Protocol

import zstandard

from reanimator_gql.parsers.parser import ParseError

MAX_LAYERS = 3
MAX_RATIO = 200
MIN_BOMB = 4 << 20
IN_MEMORY = 1 << 20

_STEP = 65_536
_FIRST_STEP = 1_024
_MIB = 1 << 20
_DECODER_MEMORY = 128 * _MIB  # xz -9 needs 65 MiB, zstd --long=27 needs 128 MiB
_SMALLEST_WINDOW = 8 * _MIB  # an ordinary zstd level may declare it even for a small file


class TooLarge(ParseError):
    """What came out of a compression layer is larger than the limit."""


class Peeled(NamedTuple):
    """A file with the bytes inside, and the layers taken off, outermost first."""

    file: IO[bytes]
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


def peel(source: IO[bytes], *, limit: int) -> Peeled:
    """Return the content without its outer compression layers: `source` itself, or a temporary file.

    Raises `TooLarge` where a layer gives more than `limit` bytes, `ParseError` where one is damaged, cut, or gives so
    much more than it holds that it can only be a bomb.
    """
    layers: list[str] = []
    while len(layers) < MAX_LAYERS and (name := layer_of(beginning(source))):
        outer, source = source, _unpack(source, name, limit)
        if layers:
            outer.close()
        layers.append(name)
    source.seek(0)
    return Peeled(source, tuple(layers))


def beginning(file: IO[bytes], size: int = 512) -> bytes:
    """Return the first bytes of a file."""
    file.seek(0)
    return file.read(size)


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


def _unpack(packed: IO[bytes], name: str, limit: int) -> IO[bytes]:
    source = _Source(packed)
    output: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - given to the caller
    try:
        for piece in _pieces(source, name, limit):
            output.write(piece)
            _check(output.tell(), source.taken, name, limit)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, MemoryError) as error:
        output.close()
        raise ParseError(f"the {name} layer is damaged ({error})", "send the file again, or uncompressed") from None
    except ParseError:
        output.close()
        raise
    return output


def _check(given: int, taken: int, name: str, limit: int) -> None:
    if given > limit:
        raise TooLarge(f"the {name} layer unpacks to more than {limit} bytes", "send the log in smaller files")
    if is_bomb(given, taken):
        raise ParseError(
            f"the {name} layer unpacks to more than {MAX_RATIO} times its size", "send a tool's own output"
        )


def is_bomb(given: int, taken: int) -> bool:
    """Return whether `taken` packed bytes gave more than a log ever does: real ones give up to 60 times their size."""
    return given > MIN_BOMB and given > taken * MAX_RATIO


class _Source:
    """Packed bytes, read in steps that a decoder may hand back in part."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self._file = file
        self._waiting = b""
        self.taken = 0

    def take(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end."""
        if not self._waiting:
            self._waiting = self._file.read(_STEP)
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        self.taken += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        """Put bytes back that were taken too many."""
        self.taken -= len(data)
        self._waiting = data + self._waiting

    def skip_padding(self) -> bool:
        """Skip NULs; return whether anything follows."""
        while data := self.take(_STEP):
            if rest := data.lstrip(b"\0"):
                self.give_back(rest)
                return True
        return False


def _pieces(source: _Source, name: str, limit: int) -> Iterator[bytes]:
    """Yield the output of all members one after another; NULs between and after them are padding."""
    while source.skip_padding():
        yield from _member_pieces(_open(name, limit), source)


def _open(name: str, limit: int) -> _Member:
    if name == "gzip":
        return _Gzip()
    if name == "zstd":
        return _Zstd(limit)
    if name == "xz":
        return _Buffered(lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_DECODER_MEMORY))
    return _Buffered(bz2.BZ2Decompressor())


def _member_pieces(member: _Member, source: _Source) -> Iterator[bytes]:
    """Yield the output of the member that begins here; leave the source behind its end."""
    step = _FIRST_STEP
    while not member.eof:
        hungry = member.needs_input
        data = source.take(min(step, member.step)) if hungry else b""
        step *= 2  # many small members: what is handed back of each must stay small
        piece = member.decompress(data)
        if hungry and not data and not piece and not member.eof:
            raise EOFError("it ends too early")
        yield piece
    source.give_back(member.unused_data)
