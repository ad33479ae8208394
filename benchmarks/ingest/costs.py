"""What one more snapshot of a machine costs, by what it tells and by how many are behind it.

A machine with few snapshots behind it would have many after all repeats, so then the repeats go to several machines.
The history behind is put there through the ingestion itself. One snapshot of each kind comes before those that are
timed: it warms what is compiled once, and the rows that it wrote are counted in the tables.
"""

import io
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from benchmarks.ingest.counting import Counter, counting
from benchmarks.ingest.databases import Kind
from benchmarks.ingest.machines import FLAPPING_KINDS, STEADY_KINDS, Machine
from benchmarks.ingest.stages import Cost, cost_of, rows_of
from benchmarks.ingest.telling import Telling
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, ingest

_GROWTH = 5  # after all repeats of a kind a machine has at most a fifth more behind it


@dataclass(frozen=True, slots=True)
class Group:
    """The costs of the repeats of one kind of snapshot."""

    database: str
    flapping: bool
    behind: int
    kind: str
    rows: int
    costs: list[Cost]


@dataclass(frozen=True, slots=True)
class Place:
    """A database with so many snapshots behind each of its machines."""

    behind: int
    machines: list[Machine]
    context: Context
    counter: Counter

    async def rows(self, kind: str) -> int:
        """Return how many rows one more snapshot writes."""
        return await rows_of(self.context, self.counter, self.machines[0].next(kind))

    async def cost(self, kind: str, number: int) -> Cost:
        """Return what one more snapshot costs, of the machine whose turn it is."""
        return await cost_of(self.context, self.counter, self.machines[number % len(self.machines)].next(kind))


async def costs(kind: Kind, behind: Sequence[int], repeats: int, *, flapping: bool) -> list[Group]:
    """Return what snapshots of each kind cost with so many behind them.

    Databases with few and with many behind take turns, so that another load on the machine hits all.
    """
    title = f"{kind.title}{', one part flaps' if flapping else ''}"
    async with AsyncExitStack() as stack:
        places = [await _place(stack, kind, many, repeats, f"{title}, {many} behind", flapping) for many in behind]
        found = []
        for told in FLAPPING_KINDS if flapping else STEADY_KINDS:
            rows = [await place.rows(told) for place in places]
            timed = await _repeat(places, told, Telling(f"{title}: {told}", repeats))
            found += [
                Group(kind.title, flapping, place.behind, told, rows_of_one, of_place)
                for place, rows_of_one, of_place in zip(places, rows, timed, strict=True)
            ]
        return found


async def _place(stack: AsyncExitStack, kind: Kind, behind: int, repeats: int, title: str, flapping: bool) -> Place:
    context = await stack.enter_async_context(kind.at_head())
    machines = [Machine(number, flapping) for number in range(max(1, -(-_GROWTH * repeats // behind)))]
    telling = Telling(f"{title}: history", behind * len(machines))
    for machine in machines:
        for content in machine.history(behind):
            await ingest(context, io.BytesIO(content), Given())
            telling.step()
    return Place(behind, machines, context, stack.enter_context(counting(context.database.engine)))


async def _repeat(places: list[Place], kind: str, telling: Telling) -> list[list[Cost]]:
    found: list[list[Cost]] = [[] for _ in places]
    for number in range(telling.total):
        for place, told in zip(places, found, strict=True):
            told.append(await place.cost(kind, number))
        telling.step()
    return found
