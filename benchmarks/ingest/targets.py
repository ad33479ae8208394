"""What the figures are held against."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from benchmarks.ingest.costs import Group
from benchmarks.ingest.disk import Room
from benchmarks.ingest.figures import of, p50, p95
from benchmarks.ingest.machines import FLAP, LATE, LATE_MISSING, PART, UNCHANGED
from benchmarks.ingest.stages import Cost
from benchmarks.ingest.tables import table
from benchmarks.ingest.throughput import Throughput

# Fewer bundles would be lost in the extents of 1 MB that MariaDB allots.
_ENOUGH = 3_000


@dataclass(slots=True)
class Figures:
    """Everything that was measured."""

    groups: list[Group] = field(default_factory=list)
    throughputs: list[Throughput] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)


class Verdict(NamedTuple):
    """One target on one database."""

    target: str
    database: str
    limit: float
    found: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether the figure keeps within the limit."""
        return self.found <= self.limit


def verdicts(figures: Figures) -> list[Verdict]:
    """Return every target that the figures can speak of."""
    return [*_of_groups(figures.groups), *_of_throughputs(figures.throughputs), *_of_rooms(figures.rooms)]


def _of_throughputs(throughputs: Sequence[Throughput]) -> Iterator[Verdict]:
    for one in throughputs:
        yield Verdict("ingest : floor (wished: 3)", one.database, 5, median(one.real_s) / median(one.floor_s), "")
        yield Verdict("known : first", one.database, 0.1, median(one.known_ms) / median(one.later_ms), "")


def _of_rooms(rooms: Sequence[Room]) -> Iterator[Verdict]:
    for one in rooms:
        if one.database != "SQLite" and one.bundles >= _ENOUGH:
            yield Verdict(f"unchanged day of {one.tool} on disk", one.database, 1000, one.raw + one.derived, "B")


def _of_groups(groups: Sequence[Group]) -> Iterator[Verdict]:
    for database in dict.fromkeys(group.database for group in groups):
        most = max(group.behind for group in groups if group.database == database)
        least = min(group.behind for group in groups if group.database == database)
        steady = _finder(groups, database, flapping=False)
        flapping = _finder(groups, database, flapping=True)
        yield from _unchanged(database, steady(UNCHANGED, least), steady(UNCHANGED, most), steady(PART, most))
        for find, where in ((steady, ""), (flapping, ", one part flaps")):
            for kind in (LATE, LATE_MISSING):
                if group := find(kind, most):
                    yield Verdict(f"{kind}, {most:,} behind{where}: p95", database, 200, p95(of(group, _ms)), "ms")
        if group := flapping(FLAP, most):
            yield Verdict(
                f"changed newest on a part with {most:,} changes: p95", database, 20, p95(of(group, _ms)), "ms"
            )


def _unchanged(database: str, few: Group | None, many: Group | None, part: Group | None) -> Iterator[Verdict]:
    if few is None or many is None:
        return
    statements = [cost.taken.statements for group in (few, many) for cost in group.costs]
    yield Verdict("unchanged: statements", database, 12, max(statements), "")
    if many is not few:
        growth = p95(of(many, _ms)) / p95(of(few, _ms))
        yield Verdict(f"unchanged: p95 with {many.behind:,} behind : {few.behind:,}", database, 1.2, growth, "")
    if part is not None:
        yield Verdict("unchanged : changed, p50", database, 0.3, p50(of(many, _ms)) / p50(of(part, _ms)), "")


def _finder(groups: Sequence[Group], database: str, *, flapping: bool) -> Callable[[str, int], Group | None]:
    known = {(one.kind, one.behind): one for one in groups if (one.database, one.flapping) == (database, flapping)}
    return lambda kind, behind: known.get((kind, behind))


def _ms(cost: Cost) -> float:
    return cost.take_ms


def targets_table(found: Sequence[Verdict]) -> str:
    """Return the targets with what was found."""
    heads = ["target", "database", "at most", "found", "unit", "verdict"]
    return table(heads, [(v.target, v.database, v.limit, v.found, v.unit, "met" if v.met else "MISSED") for v in found])
