"""Working on bundles that were kept: they are parsed, admitted, and taken in, or refused with a reason.

The queue is in the database: any process may go on with what another left.
"""

import logging
from typing import IO, Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.admission import NotAdmitted
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.registry import ParsedBundle
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.incoming import Incoming, refusal
from reanimator_gql.services.parsing import admitted, parse_upload, parsers_version, place_of, refusal_code
from reanimator_gql.services.raw import stored_upload
from reanimator_gql.services.taking_in import take_in
from reanimator_gql.store.bundles import DONE, REFUSED, claim_bundles, given_of, mark, pending, read_bundle

_AT_ONCE = 50

logger = logging.getLogger(__name__)


async def work_on(
    context: Context,
    bundle_id: int,
    file: IO[bytes] | None = None,
    reading: ParsedBundle | ParseError | None = None,
) -> None:
    """Parse, place, derive and publish a bundle that is pending, or refused by an older parser."""
    if incoming := await read_in(context, bundle_id, file, reading):
        await take_in(context, [incoming])


async def read_in(
    context: Context,
    bundle_id: int,
    file: IO[bytes] | None = None,
    reading: ParsedBundle | ParseError | None = None,
) -> Incoming | None:
    """Return what a bundle that is to be worked on holds; None where that is done. Raises Refused."""
    async with context.database.reading() as connection:
        bundle = await read_bundle(connection, bundle_id)
    if bundle.status == DONE:
        return None
    if bundle.status == REFUSED and bundle.parser_version == parsers_version():
        raise Refused(bundle.code, bundle.reason, bundle.remedy, bundle_id)
    asset, collected_at = given_of(bundle)
    try:
        parsed = reading or await _parse(context, bundle, file)
        if isinstance(parsed, ParseError):
            raise parsed
        new, warnings = admitted(parsed, asset, collected_at)
    except (ParseError, NotAdmitted) as error:
        reason = _reason(bundle.filename, error)
        await _refuse(context, bundle_id, reason, error)
        raise Refused(refusal_code(error), reason, error.remedy, bundle_id) from error
    return Incoming(bundle_id, parsed.formats, new, warnings)


def _reason(filename: str | None, error: ParseError | NotAdmitted) -> str:
    """What was wrong with which file, and where in it. A parser may have named the file by itself."""
    reason = error.reason + place_of(error)
    name = " ".join((filename or "").split())
    return reason if not name or reason.startswith(f"{name}: ") else f"{name}: {reason}"


async def _refuse(context: Context, bundle_id: int, reason: str, error: ParseError | NotAdmitted) -> None:
    async def work(connection: AsyncConnection) -> None:
        if await claim_bundles(connection, [bundle_id]):
            await mark(connection, [refusal(bundle_id, refusal_code(error), reason, error.remedy)])

    await context.database.write(work)


async def _parse(context: Context, bundle: Row[Any], file: IO[bytes] | None) -> ParsedBundle:
    if file is not None:
        return await parse_upload(file, bundle.filename)
    async with stored_upload(context, bundle.blob_id) as stored:
        return await parse_upload(stored, bundle.filename)


async def resume(context: Context) -> int:
    """Work on the bundles that a crash left pending, several at once; return how many there were."""
    async with context.database.reading() as connection:
        waiting = await pending(connection, _AT_ONCE)
    incoming = [one for bundle_id in waiting if (one := await _read_in(context, bundle_id))]
    try:
        await take_in(context, incoming)
    except Exception:
        # One bundle that cannot be worked on must not hold up those behind it; it stays pending.
        logger.exception("bundles could not be worked on together: each is tried by itself")
        for one in incoming:
            await _take_in_alone(context, one)
    return len(waiting)


async def _read_in(context: Context, bundle_id: int) -> Incoming | None:
    try:
        return await read_in(context, bundle_id)
    except Refused:
        return None  # its reason is kept with it
    except Exception:
        logger.exception("bundle %s could not be read", bundle_id)
        return None


async def _take_in_alone(context: Context, incoming: Incoming) -> None:
    try:
        await take_in(context, [incoming])
    except Exception:
        logger.exception("bundle %s could not be worked on", incoming.bundle_id)
