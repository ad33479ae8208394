"""The three stages of an ingestion, one after the other and each by itself: parse, keep raw, take in.

They are put together as `services.ingest.ingest` does, so that what is measured is what runs.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

from benchmarks.ingest.counting import Counter, Counts
from benchmarks.ingest.databases import sizes
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.services.context import Context
from reanimator_gql.services.incoming import Incoming
from reanimator_gql.services.ingest import Given, keep
from reanimator_gql.services.parsing import admitted, parse_upload
from reanimator_gql.services.taking_in import take_in
from reanimator_gql.store.raw import Upload
from reanimator_gql.store.snapshots import NewSnapshot


class Read(NamedTuple):
    """What was read in an upload."""

    formats: Sequence[str]
    new: Sequence[NewSnapshot]
    warnings: Sequence[Warn]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one bundle cost: milliseconds by stage, and what was sent to keep it and to take it in."""

    parse_ms: float
    keep_ms: float
    take_ms: float
    kept: Counts
    taken: Counts


async def cost_of(context: Context, counter: Counter, content: bytes) -> Cost:
    """Take a bundle in and return what it cost."""
    started = perf_counter()
    read = await parsed(content)
    parsed_at = perf_counter()
    counter.take()
    incoming = await kept(context, content, read)
    kept_at, sent = perf_counter(), counter.take()
    await take_in(context, [incoming])
    taken_at = perf_counter()
    stages = [1000 * (end - start) for start, end in ((started, parsed_at), (parsed_at, kept_at), (kept_at, taken_at))]
    return Cost(stages[0], stages[1], stages[2], sent, counter.take())


async def rows_of(context: Context, counter: Counter, content: bytes) -> int:
    """Take a bundle in and return how many rows that wrote, once it was parsed and kept."""
    incoming = await kept(context, content, await parsed(content))
    before = sum((await sizes(context.database)).values())
    counter.take()
    await take_in(context, [incoming])
    sent = counter.take()
    grown = sum((await sizes(context.database)).values()) - before
    return grown + 2 * sent.deleted + sent.updated  # what was deleted hides as much that was inserted


async def parsed(content: bytes) -> Read:
    """Return what the parsers and admission make of an upload."""
    bundle = await parse_upload(io.BytesIO(content), None)
    return Read(bundle.formats, *admitted(bundle, None, None))


async def kept(context: Context, content: bytes, read: Read) -> Incoming:
    """Commit the bytes of an upload."""
    digest = hashlib.sha256(content).digest()
    upload = Upload(io.BytesIO(content), len(content), digest, digest)
    bundle_id = (await keep(context, upload, Given())).bundle_id
    return Incoming(bundle_id, read.formats, read.new, read.warnings)
