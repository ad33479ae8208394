"""The figures as they are written down."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from statistics import median

import sqlalchemy

from benchmarks.ingest.costs import Group
from benchmarks.ingest.disk import Room
from benchmarks.ingest.figures import of, p50, p95
from benchmarks.ingest.tables import table
from benchmarks.ingest.targets import Figures, targets_table, verdicts
from benchmarks.ingest.throughput import Throughput


def written(figures: Figures, command: str, mariadb: str | None) -> str:
    """Return everything in Markdown; `mariadb` is its version."""
    pieces = [f"# What taking in a log bundle costs\n\n`{command}` on {_machine(mariadb)}."]
    if figures.groups:
        pieces += ["## One more snapshot of a machine of 30 parts", _costs(figures.groups, flapping=False)]
        pieces += [
            "## The same where a drive is there one day and missing the next",
            _costs(figures.groups, flapping=True),
        ]
    if figures.throughputs:
        pieces += ["## A fleet, half of it changed each day", _throughputs(figures.throughputs)]
    if figures.rooms:
        pieces += ["## One unchanged day of a machine on disk", _rooms(figures.rooms)]
    return "\n\n".join([*pieces, "## Targets", targets_table(verdicts(figures))])


def _costs(groups: Sequence[Group], *, flapping: bool) -> str:
    """Return what snapshots cost to take in, once parsed and kept."""
    heads = ["database", "snapshot", "behind", "statements", "BEGIN…COMMIT", "rows", "bytes sent",
             "take in p50 ms", "p95 ms", "parse ms", "keep raw ms"]  # fmt: skip
    rows = [
        (
            group.database,
            group.kind,
            group.behind,
            int(p50(of(group, lambda cost: cost.taken.statements))),
            int(p50(of(group, lambda cost: cost.taken.control))),
            int(p50(of(group, lambda cost: cost.taken.rows))),
            int(p50(of(group, lambda cost: cost.taken.bytes))),
            p50(of(group, lambda cost: cost.take_ms)),
            p95(of(group, lambda cost: cost.take_ms)),
            p50(of(group, lambda cost: cost.parse_ms)),
            p50(of(group, lambda cost: cost.keep_ms)),
        )
        for group in groups
        if group.flapping == flapping
    ]
    return table(heads, rows)


def _throughputs(results: Sequence[Throughput]) -> str:
    """Return how fast a fleet is taken in, and the floor."""
    heads = ["database", "bundles/s", "floor bundles/s", "ingest:floor", "rows a bundle", "first of a machine ms",
             "later ms", "known ms", "known:first", "known:later"]  # fmt: skip
    return table(heads, [_throughput(one) for one in results])


def _throughput(one: Throughput) -> list[object]:
    real, floor = median(one.real_s), median(one.floor_s)
    machine, later, known = median(one.machine_ms), median(one.later_ms), median(one.known_ms)
    speeds = [one.bundles / real, one.bundles / floor, real / floor, one.rows / one.bundles]
    return [one.database, *speeds, machine, later, known, known / machine, known / later]


def _rooms(rooms: Sequence[Room]) -> str:
    """Return what an unchanged day takes on disk."""
    heads = ["database", "tool", "bundles", "file bytes", "raw bytes", "derived bytes", "together"]
    return table(
        heads,
        [
            (r.database, r.tool, r.bundles, r.file_bytes, int(r.raw), int(r.derived), int(r.raw + r.derived))
            for r in rooms
        ],
    )


def _machine(mariadb: str | None) -> str:
    """Return what was measured on, in words without names or places."""
    parts = [
        f"{os.cpu_count()} cores",
        f"Python {platform.python_version()}",
        f"SQLAlchemy {sqlalchemy.__version__}",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    return ", ".join([*parts, *([f"MariaDB {mariadb}"] if mariadb else [])])
