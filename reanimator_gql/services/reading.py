"""Reading a stored upload again, as today's parsers do."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from reanimator_gql.domain.admission import NotAdmitted
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.services.context import Context
from reanimator_gql.services.parsing import admitted, parse_upload
from reanimator_gql.services.raw import stored_upload
from reanimator_gql.store.bundles import given_of
from reanimator_gql.store.snapshots import NewSnapshot


async def read_again(context: Context, bundle: Row[Any]) -> Sequence[NewSnapshot] | None:
    """Return what is in a bundle; None where today's parsers can no longer read it. Raises DamagedBlob."""
    asset, collected_at = given_of(bundle)
    try:
        async with stored_upload(context, bundle.blob_id) as file:
            parsed = await parse_upload(file, bundle.filename)
        return admitted(parsed, asset, collected_at)[0]
    except (ParseError, NotAdmitted):
        return None
