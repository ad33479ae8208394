"""What one more snapshot of a machine costs, by what it tells and by how many are behind it.

A machine with few snapshots behind it would have many after all repeats, so then the repeats go to several machines.
The history behind is put there through the ingestion itself. One snapshot of each kind comes before those that are
timed: it warms what is compiled once, and the rows that it wrote are counted in the tables.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.ingest.counting import Counter, counting
from benchmarks.ingest.databases import KEPT, Kind, sizes
from benchmarks.ingest.stages import Cost, cost_of
from benchmarks.ingest.telling import Telling
from benchmarks.ingest.worlds import Hardware, day, exchanged, flashed, hardware, report, without
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, ingest

UNCHANGED = "unchanged"
PART = "changed: a part"
FIRMWARE = "changed: a firmware"
LATE = "late, unchanged"
LATE_MISSING = "late, a part missing"
FLAP = "changed: the part that flaps"
STEADY_KINDS = (UNCHANGED, PART, FIRMWARE, LATE, LATE_MISSING)
FLAPPING_KINDS = (FLAP, UNCHANGED, LATE, LATE_MISSING)

_GROWTH = 5  # after all repeats of a kind a machine has at most a fifth more behind it
_FLAPPING_SLOT, _MISSED_SLOT = 3, 5


@dataclass(frozen=True, slots=True)
class Group:
    """The costs of the repeats of one kind of snapshot."""

    database: str
    flapping: bool
    behind: int
    kind: str
    rows: int
    costs: list[Cost]


class Machine:
    """A machine and what was told of it; `flapping`: the drive of one slot is there one day and missing the next."""

    def __init__(self, number: int, flapping: bool) -> None:
        self._number, self._days = number, 0
        self._flapping, self._listed = flapping, False
        self._as_it_is = hardware(number)
        self._rng = Random(number)
        self._news = 0

    def next(self, kind: str) -> bytes:
        """Return the next report of a kind."""
        if kind in {LATE, LATE_MISSING}:
            return self._late(missing=kind == LATE_MISSING)
        self._news += 1
        if kind == PART:
            self._as_it_is = exchanged(self._as_it_is, 1, f"S45NEW{self._number:05d}{self._news:05d}")
        elif kind == FIRMWARE:
            self._as_it_is = flashed(self._as_it_is, 2, f"HXT{self._news:05d}Q")
        elif kind == FLAP:
            self._listed = not self._listed
        self._days += 1
        return report(self._told(listed=self._listed), day(self._days))

    def history(self, behind: int) -> Iterator[bytes]:
        """Yield the reports of so many days."""
        for _ in range(behind):
            yield self.next(FLAP if self._flapping else UNCHANGED)

    def _told(self, *, listed: bool) -> Hardware:
        return self._as_it_is if listed or not self._flapping else without(self._as_it_is, _FLAPPING_SLOT)

    def _late(self, *, missing: bool) -> bytes:
        """Return a report of an hour between two days, as the machine was delivered."""
        number = self._rng.randrange(1, max(2, self._days // 2))  # before the exchanges that were measured
        told = hardware(self._number)
        if self._flapping and (missing or number % 2 == 0):
            told = without(told, _FLAPPING_SLOT)
        elif missing:
            told = without(told, _MISSED_SLOT)
        return report(told, day(number + self._rng.uniform(0.1, 0.9)))


async def costs(kind: Kind, behind: int, repeats: int, *, flapping: bool) -> list[Group]:
    """Return what snapshots of each kind cost with so many behind them."""
    machines = [Machine(number, flapping) for number in range(max(1, -(-_GROWTH * repeats // behind)))]
    kinds = FLAPPING_KINDS if flapping else STEADY_KINDS
    title = f"{kind.title}, {behind} behind{', one part flaps' if flapping else ''}"
    async with kind.at_head() as context:
        await _put_behind(context, machines, behind, title)
        with counting(context.database.engine) as counter:
            return [
                Group(
                    kind.title,
                    flapping,
                    behind,
                    told,
                    await _rows(context, counter, machines[0].next(told)),
                    await _repeat(context, counter, machines, told, Telling(f"{title}: {told}", repeats)),
                )
                for told in kinds
            ]


async def _put_behind(context: Context, machines: list[Machine], behind: int, title: str) -> None:
    telling = Telling(f"{title}: history", behind * len(machines))
    for machine in machines:
        for content in machine.history(behind):
            await ingest(context, io.BytesIO(content), Given())
            telling.step()


async def _rows(context: Context, counter: Counter, content: bytes) -> int:
    """Return how many rows taking a snapshot in wrote, those apart that keep its bundle."""
    before = await sizes(context.database)
    cost = await cost_of(context, counter, content)
    after = await sizes(context.database)
    grown = sum(after[name] - before[name] for name in after if not name.startswith(KEPT))
    return grown + 2 * cost.taken.deleted + cost.taken.updated  # what was deleted hides as much that was inserted


async def _repeat(
    context: Context, counter: Counter, machines: list[Machine], kind: str, telling: Telling
) -> list[Cost]:
    found = []
    for number in range(telling.total):
        found.append(await cost_of(context, counter, machines[number % len(machines)].next(kind)))
        telling.step()
    return found
