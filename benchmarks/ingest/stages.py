"""The three stages of an ingestion, one after the other and each by itself: parse, keep raw, take in.

They are put together as `services.ingest.ingest` does, so that what is measured is what runs.
"""

import hashlib
import io
from dataclasses import dataclass
from time import perf_counter

from benchmarks.ingest.counting import Counter, Counts
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, keep, take_in
from reanimator_gql.services.parsing import admitted, parse_upload
from reanimator_gql.store.raw import Upload


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
    parsed = await parse_upload(io.BytesIO(content), None)
    new, warnings = admitted(parsed, None, None)
    parsed_at = perf_counter()
    counter.take()
    bundle_id = await _keep(context, content)
    kept_at, kept = perf_counter(), counter.take()
    await take_in(context, bundle_id, parsed, new, warnings)
    taken_at = perf_counter()
    stages = [1000 * (end - start) for start, end in ((started, parsed_at), (parsed_at, kept_at), (kept_at, taken_at))]
    return Cost(stages[0], stages[1], stages[2], kept, counter.take())


async def _keep(context: Context, content: bytes) -> int:
    digest = hashlib.sha256(content).digest()
    upload = Upload(io.BytesIO(content), len(content), digest, digest)
    return (await keep(context, upload, Given()))[0]
