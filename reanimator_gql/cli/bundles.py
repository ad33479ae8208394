"""What on the command line becomes one bundle: a file, a Redfish tree, or with `--bundle` each path as it stands.

A folder is archived in a reproducible way: the same files give the same bytes whoever archives them and when, so that
the same tree again is the same bundle.
"""

import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

_IN_MEMORY = 1 << 20
_PEEK = 1 << 16
_SERVICE_ROOT = re.compile(rb'"@odata\.id"\s*:\s*"/redfish/v1/?"')


@dataclass(frozen=True, slots=True)
class Bundle:
    """One upload to be: a file, or a folder with the files of it that belong together."""

    path: Path
    files: tuple[Path, ...] = ()

    @property
    def filename(self) -> str:
        """The name that the upload bears."""
        return f"{self.path.resolve().name}.tar" if self.files else self.path.name

    def modified_at(self) -> datetime:
        """Return the time of the newest file."""
        newest = max(one.lstat().st_mtime for one in self.files or (self.path,))
        return datetime.fromtimestamp(newest, UTC)

    def open(self) -> IO[bytes]:
        """Return the bytes to send. Raises OSError."""
        return _archived(self.path, self.files) if self.files else self.path.open("rb")


def bundles_of(paths: list[Path], *, whole: bool) -> Iterator[Bundle]:
    """Yield the bundles that the paths hold. `whole`: each path is one."""
    for path in paths:
        if not path.is_dir():
            yield Bundle(path)
        elif whole:
            if files := _files_below(path):
                yield Bundle(path, tuple(files))
        else:
            yield from _bundles_below(path)


def _files_below(folder: Path) -> list[Path]:
    """Return the files, and the links to files, below a folder."""
    return sorted(one for one in folder.rglob("*") if one.is_symlink() or one.is_file())


def _bundles_below(folder: Path) -> Iterator[Bundle]:
    """Yield each Redfish tree as one bundle in the place of its first file, every other file for itself."""
    files = [one for one in _files_below(folder) if one.is_file()]
    trees = {_tree_of(one) for one in files if _is_service_root(one)}
    told: set[Path] = set()
    for file in files:
        tree = next((one for one in file.parents if one in trees), None)
        if tree is None:
            yield Bundle(file)
        elif tree not in told:
            told.add(tree)
            yield Bundle(tree, tuple(one for one in files if tree in one.parents and _nearest(one, trees) == tree))


def _nearest(file: Path, trees: set[Path]) -> Path | None:
    return next((one for one in file.parents if one in trees), None)


def _tree_of(service_root: Path) -> Path:
    """Return the folder of a tree. A capture may begin at `redfish/v1`, with the list of versions above it."""
    folder = service_root.parent
    return folder.parent if folder.name == "v1" and folder.parent.name == "redfish" else folder


def _is_service_root(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_PEEK)
    if not _SERVICE_ROOT.search(head) or len(head) == _PEEK:
        return False
    try:
        document = json.loads(head)
    except ValueError:
        return False
    return isinstance(document, dict) and str(document.get("@odata.id")).rstrip("/") == "/redfish/v1"


def _archived(folder: Path, files: tuple[Path, ...]) -> IO[bytes]:
    spool: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - given to the caller
    with tarfile.open(fileobj=spool, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in files:
            archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_anonymous)
    spool.seek(0)
    return spool


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who owns a file and since when: it is no part of what a tool said."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o644
    return entry
