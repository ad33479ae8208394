"""Taking bundles into the configured database: parsed in processes of their own, and taken in several at once.

Only so many are parsed ahead that all processors are busy; the order is that of the command line.
"""

import asyncio
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from reanimator_gql.cli.bundles import Bundle
from reanimator_gql.cli.running import open_context, progress
from reanimator_gql.cli.tally import Tally
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.registry import ParsedBundle
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.ingest import Given, Ingested, Sent, ingest_all
from reanimator_gql.services.parsing import read_upload
from reanimator_gql.store.bundles import made_by

# A process takes a second to start: below so many bundles it is not worth it.
_WORTH_A_POOL = 16
_AHEAD = 4

_TOGETHER = 50
_SENDER = "command line"

Reading: TypeAlias = ParsedBundle | ParseError | OSError
Parsed: TypeAlias = tuple[Bundle, Reading]


async def take_all(bundles: list[Bundle], asset: str | None, when: Callable[[Bundle], datetime | None]) -> Tally:
    """Take bundles in; return what became of them."""
    tally = Tally()
    taken: list[Ingested] = []
    async with open_context() as context:
        with progress("bundles") as bar:
            task = bar.add_task("taking in", total=len(bundles))
            async for parsed in _at_once(_parsed(bundles)):
                await _take(context, parsed, lambda one: Given(asset, when(one), one.filename, _SENDER), tally, taken)
                bar.advance(task, len(parsed))
        async with context.database.reading() as connection:
            made = await made_by(
                connection, [one.bundle_id for one in taken], [one.bundle_id for one in taken if one.created]
            )
        tally.machines, tally.parts, tally.events = made
    return tally


async def _at_once(parsed: AsyncIterator[Parsed]) -> AsyncIterator[list[Parsed]]:
    """Yield lists of bundles that are taken in together."""
    together: list[Parsed] = []
    async for one in parsed:
        together.append(one)
        if len(together) == _TOGETHER:
            yield together
            together = []
    if together:
        yield together


async def _take(
    context: Context, parsed: Sequence[Parsed], given: Callable[[Bundle], Given], tally: Tally, taken: list[Ingested]
) -> None:
    with ExitStack() as stack:
        sent: list[tuple[Bundle, Sent]] = []
        for bundle, reading in parsed:
            try:
                if isinstance(reading, OSError):
                    raise reading
                file = stack.enter_context(closing(bundle.open()))
            except OSError as error:
                tally.refuse(bundle, error)
            else:
                sent.append((bundle, Sent(file, given(bundle), reading)))
        outcomes = await ingest_all(context, [one for _, one in sent])
    for (bundle, one), outcome in zip(sent, outcomes, strict=True):
        if isinstance(outcome, Refused):
            tally.refuse(bundle, outcome)
        else:
            taken.append(outcome)
            _count(tally, bundle, one, created=outcome.created)


def _count(tally: Tally, bundle: Bundle, sent: Sent, *, created: bool) -> None:
    reading = sent.reading
    formats, warnings = (reading.formats, reading.warnings) if isinstance(reading, ParsedBundle) else ((), ())
    tally.take(bundle, created=created, formats=formats, warnings=warnings)


async def _parsed(bundles: list[Bundle]) -> AsyncIterator[Parsed]:
    """Yield each bundle with what parsing it gave, in order."""
    if len(bundles) < _WORTH_A_POOL:
        for bundle in bundles:
            yield bundle, await asyncio.to_thread(_parse, bundle)
        return
    workers = os.cpu_count() or 1
    # Not forked: this process has threads.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        async for parsed in _ahead(pool, bundles, workers * _AHEAD):
            yield parsed


async def _ahead(pool: Executor, bundles: Iterable[Bundle], ahead: int) -> AsyncIterator[Parsed]:
    loop = asyncio.get_running_loop()
    left = iter(bundles)
    waiting = deque((one, loop.run_in_executor(pool, _parse, one)) for one in islice(left, ahead))
    while waiting:
        bundle, reading = waiting.popleft()
        waiting.extend((one, loop.run_in_executor(pool, _parse, one)) for one in islice(left, 1))
        yield bundle, await reading


def _parse(bundle: Bundle) -> Reading:
    try:
        with closing(bundle.open()) as file:
            return read_upload(file, bundle.filename)
    except (ParseError, OSError) as error:
        return error
