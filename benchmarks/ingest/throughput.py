"""Bundles a second of a whole fleet, beside the floor under them; and what a bundle costs that is known already.

Every machine is reported once before anything is measured; then daily, half of the machines changed by one part or
firmware. Runs of the real thing and of the floor take turns, so that another load on the machine hits both.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from benchmarks.ingest.databases import Kind, sizes
from benchmarks.ingest.floor import Transaction, give_ids, recording, replay
from benchmarks.ingest.telling import Telling
from benchmarks.ingest.worlds import day, exchanged, flashed, hardware, report
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, ingest


@dataclass(frozen=True, slots=True)
class Fleet:
    """The first report of each machine, and those of the days after."""

    first: list[bytes]
    later: list[bytes]


@dataclass(slots=True)
class Throughput:
    """Seconds of each run over `bundles` bundles, and the milliseconds of each.

    `machine_ms` are those of a machine's first bundle, `later_ms` those of the measured ones, `known_ms` those of the
    same ones sent again.
    """

    database: str
    machines: int
    bundles: int
    rows: int = 0
    real_s: list[float] = field(default_factory=list)
    floor_s: list[float] = field(default_factory=list)
    machine_ms: list[float] = field(default_factory=list)
    later_ms: list[float] = field(default_factory=list)
    known_ms: list[float] = field(default_factory=list)


def fleet(machines: int, days: int) -> Fleet:
    """Return the reports of a fleet; the same for the same numbers."""
    rng = Random(machines)
    now = [hardware(number) for number in range(machines)]
    first = [report(machine, day(0)) for machine in now]
    later: list[bytes] = []
    for number in range(1, days + 1):
        for place in rng.sample(range(machines), machines // 2):
            slot = rng.randrange(8)
            if rng.random() < 0.5:
                now[place] = exchanged(now[place], slot, f"S45NEW{place:05d}{number:03d}")
            else:
                now[place] = flashed(now[place], slot, f"HXT{number:04d}Q")
        later += [report(machine, day(number)) for machine in now]
    return Fleet(first, later)


async def throughput(kind: Kind, machines: int, days: int, runs: int) -> Throughput:
    """Return what a fleet costs."""
    told = fleet(machines, days)
    result = Throughput(kind.title, machines, len(told.later))
    before, after = await _recorded(kind, told, result)
    for number in range(runs):
        telling = Telling(f"{kind.title}, run {number + 1} of {runs} of a fleet", len(told.first) + 2 * len(told.later))
        async with kind.at_head() as context:
            result.machine_ms += await _ingest(context, told.first, telling)
            later = await _ingest(context, told.later, telling)
            result.later_ms += later
            result.real_s.append(sum(later) / 1000)
            result.known_ms += await _ingest(context, told.later, telling)
            expected = await sizes(context.database)
        async with kind.at_head() as context:
            await replay(context.database, before)
            started = perf_counter()
            await replay(context.database, after)
            result.floor_s.append(perf_counter() - started)
            if (found := await sizes(context.database)) != expected:
                raise RuntimeError(f"the floor wrote other rows than the real run: {found} instead of {expected}")
    return result


async def _recorded(kind: Kind, told: Fleet, result: Throughput) -> tuple[list[Transaction], list[Transaction]]:
    """Return the transactions that the first reports make, and those of the later ones."""
    telling = Telling(f"{kind.title}, recording a fleet", len(told.first) + len(told.later))
    async with kind.at_head() as context:
        with recording(context.database.engine) as recorder:
            await _ingest(context, told.first, telling)
            cut = len(recorder.transactions)
            await _ingest(context, told.later, telling)
        await give_ids(context.database, recorder.transactions)
    after = recorder.transactions[cut:]
    result.rows = sum(max(1, len(step.rows)) for transaction in after for step in transaction)
    return recorder.transactions[:cut], after


async def _ingest(context: Context, contents: Sequence[bytes], telling: Telling) -> list[float]:
    """Return the milliseconds of each."""
    took = []
    for content in contents:
        started = perf_counter()
        await ingest(context, io.BytesIO(content), Given())
        took.append(1000 * (perf_counter() - started))
        telling.step()
    return took
