"""How tests read one file with one parser."""

import msgspec

from reanimator_gql.domain.snapshot import Snapshot
from reanimator_gql.parsers.parser import File, Parser
from reanimator_gql.parsers.registry import ParsedBundle, parse


def sniffs(parser: Parser, content: bytes) -> bool:
    """Return whether a parser recognises one file."""
    return parser.sniff(File("", content))


def snapshots_of(parser: Parser, content: bytes) -> tuple[Snapshot, ...]:
    """Return what a parser reads in one file; raise what is wrong with it."""
    reading = parser.parse([File("", content)])
    for _, error in reading.bad:
        raise error
    return reading.snapshots


def without_origins(snapshot: Snapshot) -> Snapshot:
    """Return what a snapshot says, wherever it says it."""
    items = tuple(msgspec.structs.replace(item, origin=None) for item in snapshot.items)
    return msgspec.structs.replace(snapshot, items=items)


def bundle_of(content: bytes, filename: str | None = None) -> ParsedBundle:
    """Return what the parsers read in a bundle of one file."""
    return parse([File("", content)], filename=filename)
