"""Where observations stand in the raw uploads: found by parsing an upload again, and kept nowhere."""

import asyncio
from collections.abc import Collection
from contextlib import closing

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.bundle import file_in_bundle
from reanimator_gql.parsers.limits import MAX_UNPACKED
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.peel import peel
from reanimator_gql.parsers.places import text_at
from reanimator_gql.services.context import Context
from reanimator_gql.services.place_cache import Places
from reanimator_gql.services.raw import stored_upload
from reanimator_gql.services.reading import read_again
from reanimator_gql.store.bundles import find_bundle
from reanimator_gql.store.raw import DamagedBlob
from reanimator_gql.store.snapshots import contents_of


async def places_in(context: Context, bundle_ids: Collection[int]) -> dict[int, Places]:
    """Return the places of the observations of each bundle; none for one that can no longer be read as it was."""
    return {bundle_id: await _places(context, bundle_id) for bundle_id in sorted(bundle_ids)}


async def _places(context: Context, bundle_id: int) -> Places:
    known = context.places.get(bundle_id)
    if known is None:
        known = await _find(context, bundle_id)
        context.places.put(bundle_id, known)
    return known


async def _find(context: Context, bundle_id: int) -> Places:
    async with context.database.reading() as connection:
        bundle = await find_bundle(connection, bundle_id)
        if bundle is None:
            return {}
        stored = await contents_of(connection, bundle_id)
    try:
        new = await read_again(context, bundle)
    except DamagedBlob:
        new = None
    return {
        stored[one.stored_content()]: tuple(item.origin for item in one.content.items)
        for one in new or ()
        if one.stored_content() in stored
    }


async def open_place(context: Context, bundle_id: int, place: Origin) -> bytes | None:
    """Return the text at a place in an upload; None where there is none. Raises DamagedBlob."""
    async with context.database.reading() as connection:
        bundle = await find_bundle(connection, bundle_id)
    if bundle is None:
        return None
    async with stored_upload(context, bundle.blob_id) as stored:

        def read() -> bytes | None:
            try:
                with closing(peel(stored, limit=MAX_UNPACKED).file) as file:
                    content = file_in_bundle(file, place.file)
            except ParseError:
                return None
            text = text_at(content, place) if content is not None else None
            return text.encode("utf-8", "replace") if text is not None else None

        return await asyncio.to_thread(read)
