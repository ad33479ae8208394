"""Finds the parsers and the one that reads a file.

A parser is an entry point of the group `reanimator_gql.parsers` whose object is a `Parser`: an outside package adds a
format by declaring one, without a change here. Parsers are tried in the order of their names.
"""

from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple

from reanimator_gql.domain.snapshot import Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.parser import ParseError, Parser
from reanimator_gql.parsers.peel import layer_of
from reanimator_gql.parsers.text import looks_like_json

GROUP = "reanimator_gql.parsers"


class ParsedBundle(NamedTuple):
    """What one file gave. `warnings` are those of all its snapshots, in order."""

    parser_name: str
    parser_version: int
    snapshots: tuple[Snapshot, ...]
    warnings: tuple[Warn, ...]


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


def parse(content: bytes, *, filename: str | None = None) -> ParsedBundle:
    """Return what the first parser that recognises `content` reads in it; compression must be peeled before.

    Raises `ParseError` where no parser knows the format, or where those that recognise it cannot read it.
    """
    refusals: list[ParseError] = []
    for parser in parsers():
        if not parser.sniff(content):
            continue
        try:
            return _bundle(parser, parser.parse(content))
        except ParseError as error:
            refusals.append(error)
    # The first that recognised the file knows best what is wrong with it.
    raise _about(filename, refusals[0]) if refusals else _unknown(content, filename)


def _bundle(parser: Parser, snapshots: tuple[Snapshot, ...]) -> ParsedBundle:
    warnings = tuple(warning for snapshot in snapshots for warning in snapshot.warnings)
    return ParsedBundle(parser.name, parser.version, snapshots, warnings)


def _about(filename: str | None, error: ParseError) -> ParseError:
    """Return the error with the file named in its reason."""
    if not filename:
        return error
    name = " ".join(filename.split())
    return ParseError(f"{name}: {error.reason}", error.remedy, line=error.line, column=error.column, path=error.path)


def _unknown(content: bytes, filename: str | None) -> ParseError:
    """Return why no parser knows this file: how near it came, and what would be accepted."""
    nearest = _other_kind(content)
    if nearest is None and looks_like_json(content):
        try:
            strict_json.loads(content)
        except ParseError as error:
            return _about(filename, error)
    nearest = nearest or next((hint for parser in parsers() if (hint := parser.near(content))), None)
    reason = "no known format" + (f" ({nearest})" if nearest else "")
    accepted = "; ".join(f"{parser.name}: {parser.expects}" for parser in parsers())
    return _about(filename, ParseError(reason, f"send one of the formats accepted ({accepted})"))


def _other_kind(content: bytes) -> str | None:
    if not content.strip(b"\0 \t\r\n"):
        return "the file is empty"
    if layer := layer_of(content):
        return f"it is still compressed with {layer}: send the file itself"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "a zip archive: send the file in it itself"
    if content[257:262] == b"ustar":
        return "a tar archive: send the file in it itself"
    return None
