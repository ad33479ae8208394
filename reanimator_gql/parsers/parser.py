"""What every parser is: a name, a version, a cheap test for its own files, and a function from files to snapshots.

A parser is pure: it sees peeled files, knows no database and no clock, and keeps values as the tool told them. It gets
all files of a bundle that it recognised, at once: a Redfish tree is many files, and all smartctl outputs of one bundle
are one snapshot. A format with one machine a file is read `one_by_one`. Whatever is wrong with a file is told by
`ParseError`; nothing else may leave `parse`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import msgspec

from reanimator_gql.domain.snapshot import Item, Origin, Snapshot, Warn


class File(NamedTuple):
    """One file of a bundle: its path in it, with slashes, and its bytes.

    The path is empty where the bundle is one file: what an upload happens to be called must not change its meaning.
    """

    path: str
    content: bytes


class ParseError(ValueError):
    """A file that cannot be read: what was wrong, where, and what would make it right.

    `line` and `column` count from 1; `path` is a JSON path such as ``hardware.memory[3]``.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        *,
        line: int | None = None,
        column: int | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy
        self.line = line
        self.column = column
        self.path = path

    def __str__(self) -> str:
        """Return one clear sentence."""
        return f"{self.reason}{self.where()}; {self.remedy}."

    def where(self) -> str:
        """Return the place in the file, ready to follow a sentence; empty where none is known."""
        if self.line is not None:
            return f" (line {self.line}, column {self.column})"
        return f" (at {self.path})" if self.path else ""


class BadFile(NamedTuple):
    """A file of a bundle that could not be read, by its path, and why."""

    path: str
    error: ParseError


class Reading(NamedTuple):
    """What a parser read in the files that it recognised: the good files stand beside the bad ones.

    `warnings` are those that belong to no snapshot.
    """

    snapshots: tuple[Snapshot, ...]
    bad: tuple[BadFile, ...] = ()
    warnings: tuple[Warn, ...] = ()


ReadFile: TypeAlias = Callable[[bytes], tuple[Snapshot, ...]]
ReadFiles: TypeAlias = Callable[[Sequence[File]], Reading]


def no_hint(_file: File) -> str | None:
    """Return no hint: what a parser does that cannot tell how near a foreign file came."""
    return None


@dataclass(frozen=True, slots=True)
class Parser:
    """One format.

    `name` is the source type, `version` rises when the same bytes come to mean something else, `expects` says what the
    format looks like. `sniff` is cheap and never raises; `parse` gets every file that `sniff` took. `near` may name
    what a file lacks that `sniff` refused (``JSON without `hardware```), or None where it is nothing like this format.
    """

    name: str
    version: int
    expects: str
    sniff: Callable[[File], bool]
    parse: ReadFiles
    near: Callable[[File], str | None] = no_hint


def one_by_one(read: ReadFile) -> ReadFiles:
    """Return the `parse` of a format with a machine a file, from a function that reads one file's bytes."""

    def parse(files: Sequence[File]) -> Reading:
        snapshots: list[Snapshot] = []
        bad: list[BadFile] = []
        for file in files:
            try:
                snapshots += [found_in(file.path, snapshot) for snapshot in read(file.content)]
            except ParseError as error:
                bad.append(BadFile(file.path, error))
        return Reading(tuple(snapshots), tuple(bad))

    return parse


def found_in(path: str, snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with the file named in its warnings and in the origins of its items."""
    if not path:
        return snapshot
    warnings = tuple(Warn(f"{path}: {one.path}" if one.path else path, one.message) for one in snapshot.warnings)
    items = tuple(_item_in(path, item) for item in snapshot.items)
    return msgspec.structs.replace(snapshot, items=items, warnings=warnings)


def _item_in(path: str, item: Item) -> Item:
    origin = msgspec.structs.replace(item.origin or Origin(), file=path)
    return msgspec.structs.replace(item, origin=origin)
