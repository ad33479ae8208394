"""Places in raw uploads: the file, the place in it, and a link that opens the bytes there."""

from collections.abc import Sequence
from urllib.parse import urlencode

import strawberry

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.errors import Code, Problem
from reanimator_gql.schema.fields import field
from reanimator_gql.services.places import places_in
from reanimator_gql.store import log_bundles
from reanimator_gql.store.observations import Listing

MOST_BUNDLES = 20


@strawberry.type(description="A place in an upload.")
class RawLocation:
    """An origin in a bundle."""

    origin: strawberry.Private[Origin]
    bundle_id: strawberry.Private[int]
    filename: strawberry.Private[str | None]

    @field(description="The path of the file in an archive; the name of the upload where that is one file.")
    def file(self) -> str | None:
        """Name the file."""
        return self.origin.file or self.filename

    @field(description="The place in JSON, as a JSON pointer (RFC 6901); empty: the whole document.")
    def pointer(self) -> str | None:
        """Tell the pointer."""
        return self.origin.pointer

    @field(description="The first line in a text, counted from 1.")
    def line(self) -> int | None:
        """Tell the line."""
        return self.origin.line

    @field(description="The last line in a text.")
    def last_line(self) -> int | None:
        """Tell the line."""
        return self.origin.last_line

    @field(description="Where the text at this place can be fetched.")
    def url(self) -> str:
        """Name the path beside the graph."""
        told = {"file": self.origin.file or None, "pointer": self.origin.pointer, "lines": self._lines()}
        query = urlencode({name: value for name, value in told.items() if value is not None})
        return f"/log-bundles/{self.bundle_id}/raw" + (f"?{query}" if query else "")

    def _lines(self) -> str | None:
        first, last = self.origin.line, self.origin.last_line
        return f"{first}-{last or first}" if first is not None else None


async def raw_locations(info: Info, listings: Sequence[Listing | None]) -> list[RawLocation | None]:
    """Return the place of each listed item; None where it is not found. Raises BAD_USER_INPUT for too many bundles."""
    bundles = {one.bundle_id for one in listings if one is not None}
    if len(bundles) > MOST_BUNDLES:
        raise Problem(
            Code.BAD_USER_INPUT,
            f"`rawLocation` is asked for in {len(bundles)} uploads: ask for those of {MOST_BUNDLES} at most",
        )
    places = await places_in(info.context.context, bundles)
    rows = await log_bundles.by_ids(info.context.reader, bundles)
    found: list[RawLocation | None] = []
    for one in listings:
        of_snapshot = places[one.bundle_id].get(one.snapshot_id, ()) if one else ()
        origin = of_snapshot[one.place] if one and one.place < len(of_snapshot) else None
        if one is None or origin is None:
            found.append(None)
            continue
        found.append(RawLocation(origin=origin, bundle_id=one.bundle_id, filename=rows[one.bundle_id].filename))
    return found
