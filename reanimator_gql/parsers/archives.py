"""Opens archives (tar, zip) as streams of members; nothing is ever written under the name that a member bears.

A member is offered with its path and a function that opens its bytes. What is no plain file in a plain place (a link,
a device, a path that climbs out, an encrypted entry) is offered as a warning instead.
"""

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple, Protocol, cast

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.limits import MAX_FILE, MAX_MEMBERS, MAX_PATH, Budget, OverLimit
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.peel import is_bomb

# What the readers below raise on damaged archives, whatever the bytes.
DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, MemoryError,
           NotImplementedError, RuntimeError, IndexError)  # fmt: skip

_END_OF_ZIP = b"PK\x05\x06"
_LOCATOR_OF_ZIP64 = b"PK\x06\x07"
_LONGEST_NAME = 300
_DEVICES = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
}


class Body(Protocol):
    """The bytes of a member."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""

    def close(self) -> None:
        """Close it."""


class Member(NamedTuple):
    """A plain file in an archive. What `open` gives is read before the next member is asked for."""

    path: str
    open: Callable[[], Body]


def archive_of(head: bytes) -> str | None:
    """Return the kind of archive that the first 512 bytes show, or None."""
    if head.startswith((b"PK\x03\x04", _END_OF_ZIP)):
        return "zip"
    return "tar" if _is_tar(head) else None


def _is_tar(head: bytes) -> bool:
    if len(head) < tarfile.BLOCKSIZE:
        return False
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def members_of(file: IO[bytes], kind: str, budget: Budget) -> Iterator[Member | Warn]:
    """Yield the members of an archive. Raises `OverLimit`, and `ParseError` for an archive that cannot be opened."""
    return _members_of_zip(file, budget) if kind == "zip" else _members_of_tar(file, budget)


def _members_of_tar(file: IO[bytes], budget: Budget) -> Iterator[Member | Warn]:
    file.seek(0)
    found = 0
    try:
        with tarfile.open(fileobj=cast(IO[bytes], _Guarded(file)), mode="r:") as archive:
            while (entry := archive.next()) is not None:
                budget.member()
                found += 1
                if (told := _tar_member(archive, entry)) is not None:
                    yield told
            file.seek(archive.offset)
            if file.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                raise tarfile.ReadError("it has no end mark")
    except OverLimit:
        raise
    except DAMAGED as error:
        yield Warn("", f"the tar archive is cut or damaged after {found} members ({_words(error)})")


def _tar_member(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Member | Warn | None:
    path = clean_path(entry.name)
    if entry.isdir():
        return None
    if path is None:
        return Warn(_shown(entry.name), "not read: its path climbs out of the archive, or is none")
    if not entry.isreg() or entry.issparse():
        return Warn(path, f"not read: {_DEVICES.get(entry.type, 'no plain file')}")

    def opened() -> Body:
        body = archive.extractfile(entry)
        assert body is not None, "a regular file has a body"
        return body

    return Member(path, opened)


class _Guarded:
    """A file for tarfile, which reads a long name or a header of any announced length whole into memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        """Read as the file does, but nothing of an impossible length."""
        if size < 0 or size > MAX_FILE:
            raise tarfile.ReadError(f"a header announces {size} bytes")
        return self._file.read(size)

    def close(self) -> None:
        """Leave the file open: it is the caller's."""


def _members_of_zip(file: IO[bytes], budget: Budget) -> Iterator[Member | Warn]:
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise ParseError(f"the zip archive is cut or damaged ({_words(error)})", "send it again") from None
    with archive:
        for entry in archive.infolist():
            budget.member()
            if (told := _zip_member(archive, entry)) is not None:
                yield told


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a directory of too many entries before it is read: it is read whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(_END_OF_ZIP)
    if at < 0:
        raise ParseError("the zip archive is cut: it has no directory", "send it again")
    end = tail[at : at + 22]
    entries = int.from_bytes(end[10:12], "little")
    length = int.from_bytes(end[12:16], "little")
    if entries > MAX_MEMBERS or length > MAX_MEMBERS * _LONGEST_NAME or _LOCATOR_OF_ZIP64 in tail[max(0, at - 20) : at]:
        raise OverLimit(f"the zip archive holds more than {MAX_MEMBERS} members", "send fewer machines in one bundle")


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member | Warn | None:
    path = clean_path(entry.filename)
    if entry.filename.endswith("/"):  # `is_dir` fails for a name of nothing
        return None
    if path is None:
        return Warn(_shown(entry.filename), "not read: its path climbs out of the archive, or is none")
    if entry.flag_bits & 1:
        return Warn(path, "not read: it is encrypted")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return Warn(path, "not read: a link or no plain file")
    return Member(path, lambda: _Watched(archive.open(entry), entry.compress_size))


class _Watched:
    """The bytes of a zip's entry, stopped where they are more than an entry of this size can honestly hold."""

    def __init__(self, body: IO[bytes], packed: int) -> None:
        self._body = body
        self._packed = packed
        self._given = 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes. Raises OverLimit for a bomb."""
        data = self._body.read(size)
        self._given += len(data)
        if is_bomb(self._given, self._packed):
            raise OverLimit("an entry of the zip archive is a bomb", "send a tool's own output")
        return data

    def close(self) -> None:
        """Close the entry."""
        self._body.close()


def clean_path(name: str) -> str | None:
    """Return a member's path with slashes, without a leading one; None where it climbs out or is no path.

    Bytes that are no UTF-8 become replacement characters: the path is only ever shown and compared.
    """
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\\", "/")
    parts = [part for part in text.split("/") if part not in {"", "."}]
    if not parts or ".." in parts or len(text) > MAX_PATH:
        return None
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in "/".join(parts))


def _shown(name: str) -> str:
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)[:100]


def _words(error: BaseException) -> str:
    return str(error)[:100] or type(error).__name__
