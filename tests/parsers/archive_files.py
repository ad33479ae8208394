"""Archives of a test's own making, honest and hostile."""

import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.bundle import parse_bundle
from reanimator_gql.parsers.peel import peel
from reanimator_gql.parsers.registry import ParsedBundle


def tar(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    """Return a tar archive of files."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for path, content in files.items():
            # Of no time: the same files make the same bytes.
            archive.writestr(zipfile.ZipInfo(path), content, compression)
    return target.getvalue()


def special_tar(**fields: object) -> bytes:
    """Return a tar with one member that is no plain file."""
    entry = tarfile.TarInfo("odd")
    for name, value in fields.items():
        setattr(entry, name, value)
    return entry.tobuf() + bytes(1024)


def zip_of_many(count: int) -> bytes:
    """Return a zip whose directory lists one empty file under many names, far smaller than a real one would be."""
    header = b"PK\x03\x04" + struct.pack("<5H3I2H", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    entries = [
        b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0) + b"%07d" % number
        for number in range(count)
    ]
    directory = b"".join(entries)
    shown = min(count, 0xFFFF)
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, shown, shown, len(directory), len(header), 0)
    return header + directory + end


def read(upload: bytes) -> ParsedBundle:
    """Return what the parsers read in an upload."""
    with peel(io.BytesIO(upload), limit=200 << 20).file as file:
        return parse_bundle(file)


def messages(warnings: tuple[Warn, ...]) -> dict[str, str]:
    """Return warnings by their paths."""
    return {warning.path: warning.message for warning in warnings}
