"""From the bytes of an upload to snapshots that may stand: parsing, then admission, each refusal with its reason."""

import asyncio
from contextlib import closing
from datetime import datetime
from typing import IO

from reanimator_gql.domain.admission import NotAdmitted, admit
from reanimator_gql.domain.bundles import name_by_bundle, one_a_tool
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.bundle import parse_bundle
from reanimator_gql.parsers.limits import MAX_UNPACKED
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.peel import peel
from reanimator_gql.parsers.registry import Parsed, ParsedBundle, parsers
from reanimator_gql.store.content import content_of
from reanimator_gql.store.snapshots import NewSnapshot

MAX_SNAPSHOTS = 500


def parsers_version() -> int:
    """One number for all parsers together: it grows when any of them does."""
    return sum(parser.version for parser in parsers())


async def parse_upload(file: IO[bytes], filename: str | None) -> ParsedBundle:
    """Return what the parsers read in an upload, off the event loop. Raises ParseError."""
    return await asyncio.to_thread(read_upload, file, filename)


def read_upload(file: IO[bytes], filename: str | None) -> ParsedBundle:
    """Return what the parsers read in an upload, wrapped or not. Raises ParseError."""
    peeled = peel(file, limit=MAX_UNPACKED).file
    if peeled is file:
        return parse_bundle(peeled, filename)
    with closing(peeled):
        return parse_bundle(peeled, filename)


def admitted(
    parsed: ParsedBundle, asset: str | None, collected_at: datetime | None
) -> tuple[list[NewSnapshot], list[Warn]]:
    """The good snapshots of a bundle stand, with a warning for each other one; none at all: the bundle is refused."""
    new: list[NewSnapshot] = []
    refusals: list[NotAdmitted] = []
    warnings: list[Warn] = []
    for parser, version, snapshot in told_by(parsed, asset):
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


def told_by(parsed: ParsedBundle, asset: str | None) -> list[Parsed]:
    """Return the snapshots of a bundle, one a machine and tool, named by the bundle where nobody named an asset."""
    if len(parsed.snapshots) > MAX_SNAPSHOTS:
        raise NotAdmitted(
            f"the bundle holds {len(parsed.snapshots)} snapshots, more than {MAX_SNAPSHOTS}",
            "send fewer machines in one bundle",
        )
    snapshots = [one.snapshot for one in parsed.snapshots]
    named = snapshots if asset is not None else name_by_bundle(snapshots)
    keyed = [((one.parser, one.version), snapshot) for one, snapshot in zip(parsed.snapshots, named, strict=True)]
    return [Parsed(parser, version, snapshot) for (parser, version), snapshot in one_a_tool(keyed)]


def refusal_code(error: Exception) -> str:
    """Return the code of a refusal, for programs."""
    return "NOT_ADMITTED" if isinstance(error, NotAdmitted) else "UNREADABLE"


def place_of(error: ParseError | NotAdmitted) -> str:
    """Return the place in the file that a refusal names, ready to follow its reason."""
    return error.where() if isinstance(error, ParseError) else ""
