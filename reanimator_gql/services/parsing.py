"""From the bytes of an upload to snapshots that may stand: parsing, then admission, each refusal with its reason."""

from datetime import datetime

from reanimator_gql.domain.admission import NotAdmitted, admit
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.peel import peel
from reanimator_gql.parsers.registry import ParsedBundle, parse, parsers
from reanimator_gql.store.content import content_of
from reanimator_gql.store.snapshots import NewSnapshot


def parsers_version() -> int:
    """One number for all parsers together: it grows when any of them does."""
    return sum(parser.version for parser in parsers())


def parse_content(content: bytes, filename: str | None) -> ParsedBundle:
    """Return what a parser reads in peeled content. Raises ParseError."""
    peel(content, limit=len(content) * 1000)  # raises what is wrong with a damaged wrapper
    return parse([File("", content)], filename=filename)


def admitted(
    parsed: ParsedBundle, asset: str | None, collected_at: datetime | None
) -> tuple[list[NewSnapshot], list[Warn]]:
    """The good snapshots of a bundle stand, with a warning for each other one; none at all: the bundle is refused."""
    new: list[NewSnapshot] = []
    refusals: list[NotAdmitted] = []
    warnings: list[Warn] = []
    for parser, version, snapshot in parsed.snapshots:
        try:
            standing, at = admit(snapshot, asset, collected_at)
        except NotAdmitted as error:
            refusals.append(error)
        else:
            new.append(NewSnapshot(content_of(standing), at, parser, version))
            warnings += standing.warnings
    if not new:
        raise refusals[0] if refusals else NotAdmitted("the file holds no machine", "send a whole output of the tool")
    return new, [*parsed.warnings, *warnings] + [Warn("", str(refusal)) for refusal in refusals]


def refusal_code(error: Exception) -> str:
    """Return the code of a refusal, for programs."""
    return "NOT_ADMITTED" if isinstance(error, NotAdmitted) else "UNREADABLE"


def place_of(error: ParseError | NotAdmitted) -> str:
    """Return the place in the file that a refusal names, ready to follow its reason."""
    return error.where() if isinstance(error, ParseError) else ""
