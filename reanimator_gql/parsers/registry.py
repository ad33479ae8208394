"""Finds the parsers and the one that reads a file.

A parser is an entry point of the group `reanimator_gql.parsers` whose object is a `Parser`: an outside package adds a
format by declaring one, without a change here. Parsers are tried in the order of their names.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple

from reanimator_gql.domain.snapshot import Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.foreign import foreign_kind
from reanimator_gql.parsers.parser import BadFile, File, ParseError, Parser, Reading
from reanimator_gql.parsers.peel import layer_of
from reanimator_gql.parsers.text import looks_like_json

GROUP = "reanimator_gql.parsers"
MAX_WARNINGS = 200


class Parsed(NamedTuple):
    """One snapshot, and the parser that read it."""

    parser: str
    version: int
    snapshot: Snapshot


class ParsedBundle(NamedTuple):
    """What the files of one bundle gave. `warnings` are those of the files, not those of the snapshots."""

    snapshots: tuple[Parsed, ...]
    warnings: tuple[Warn, ...]

    @property
    def formats(self) -> tuple[str, ...]:
        """Return the names of the parsers that read something, sorted."""
        return tuple(sorted({one.parser for one in self.snapshots}))


@cache
def parsers() -> tuple[Parser, ...]:
    """Return all installed parsers in the order of their names.

    Raises `TypeError` for an entry point that is no `Parser`, `ValueError` for two parsers of one name: both are faults
    of the installation and show at its start.
    """
    found: dict[str, Parser] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        parser = entry.load()
        if not isinstance(parser, Parser):
            raise TypeError(f"the entry point {entry.name} = {entry.value} of {GROUP} is no Parser")
        if found.setdefault(parser.name, parser) is not parser:
            raise ValueError(f"two parsers are named {parser.name}")
    return tuple(found[name] for name in sorted(found))


def parse(files: Sequence[File], *, filename: str | None = None) -> ParsedBundle:
    """Return what the parsers read in the files of a bundle; compression and archives must be opened before.

    A file goes to the first parser that recognises it, and to the next where that one cannot read it. What no parser
    reads is a warning beside good files; where nothing at all is read, `ParseError` says why of the first.
    """
    left = {file.path: file for file in files}
    refused: dict[str, ParseError] = {}
    snapshots: list[Parsed] = []
    warnings: list[Warn] = []
    for parser in parsers():
        if not (taken := [file for file in left.values() if parser.sniff(file)]):
            continue
        reading = _read(parser, taken)
        snapshots += [Parsed(parser.name, parser.version, snapshot) for snapshot in reading.snapshots]
        warnings += reading.warnings
        # The first parser that recognised a file knows best what is wrong with it.
        bad = dict(reading.bad)
        refused = bad | refused
        for file in taken:
            if file.path not in bad:
                del left[file.path]
    if not snapshots:
        raise _nothing_read(list(left.values()), refused, filename)
    return ParsedBundle(tuple(snapshots), (*warnings, *_not_read(left.values(), refused)))


def recognised(file: File) -> bool:
    """Return whether any parser takes the file."""
    return any(parser.sniff(file) for parser in parsers())


def _read(parser: Parser, files: list[File]) -> Reading:
    try:
        return parser.parse(files)
    except ParseError as error:
        return Reading((), tuple(BadFile(file.path, error) for file in files))


def _nothing_read(left: list[File], refused: dict[str, ParseError], filename: str | None) -> ParseError:
    """Return why a bundle gave nothing: of its files the first that some parser recognised, else the first."""
    if not left:
        return about(filename, ParseError("the bundle holds no file that is read", "send a tool's whole output"))
    first = next((file for file in left if file.path in refused), left[0])
    name = " ".join(filter(None, [filename, first.path]))
    error = refused.get(first.path) or unknown(first)
    others = f", nor could its {len(left) - 1} other files" if len(left) > 1 else ""
    if others:
        error = ParseError(error.reason + error.where() + others, error.remedy)
    return about(name, error)


def _not_read(left: Iterable[File], refused: dict[str, ParseError]) -> list[Warn]:
    """Return a warning a file that was not read, the first few hundred of them."""
    return most([_bad(file, refused[file.path]) if file.path in refused else not_known(file) for file in left])


def not_known(file: File) -> Warn:
    """Return the warning for a file in a bundle that no parser takes."""
    return _bad(file, _no_known_format(file))


def _bad(file: File, error: ParseError) -> Warn:
    return Warn(file.path, f"not read: {error}")


def most(warnings: list[Warn]) -> list[Warn]:
    """Return the first few hundred warnings, and how many more there were."""
    more = len(warnings) - MAX_WARNINGS
    return [*warnings[:MAX_WARNINGS], Warn("", f"{more} more warnings are not shown")] if more > 0 else warnings


def about(filename: str | None, error: ParseError) -> ParseError:
    """Return the error with the file named in its reason."""
    if not filename:
        return error
    name = " ".join(filename.split())
    return ParseError(f"{name}: {error.reason}", error.remedy, line=error.line, column=error.column, path=error.path)


def unknown(file: File) -> ParseError:
    """Return why no parser knows this file: which came nearest and what it expects, or else all that is accepted."""
    if found := _foreign(file):
        return found
    for parser in parsers():
        if hint := parser.near(file):
            return ParseError(f"no known format, nearest to {parser.name} ({hint})", f"send {parser.expects}")
    accepted = "; ".join(f"{parser.name}: {parser.expects}" for parser in parsers())
    return ParseError("no known format", f"send one of the formats accepted ({accepted})")


def _no_known_format(file: File) -> ParseError:
    """Return the same in fewer words, for a file among others."""
    error = unknown(file)
    return error if error.reason != "no known format" else ParseError(error.reason, "leave it out")


def _foreign(file: File) -> ParseError | None:
    """Return what is wrong with a file that is nothing of ours: another kind of file, or JSON that cannot be read."""
    if kind := _other_kind(file.content):
        return ParseError(f"no known format ({kind})", "send a tool's own output")
    if looks_like_json(file.content):
        try:
            strict_json.loads(file.content)
        except ParseError as error:
            return error
    return None


def _other_kind(content: bytes) -> str | None:
    if not content.strip(b"\0 \t\r\n"):
        return "the file is empty"
    if layer := layer_of(content):
        return f"it is still compressed with {layer}: send the file itself"
    return foreign_kind(content)
