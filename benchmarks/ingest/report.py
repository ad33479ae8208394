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

_OF_COSTS = (
    "Counted and timed from the parsed snapshot on; `parse` and `keep raw` come before that. `rows` are those written, "
    "inserted, updated or deleted. `behind`: snapshots of the machine before; a part that flaps changed as often. "
    "Databases with few and with many behind take turns."
)
_OF_THROUGHPUT = (
    "One process, one bundle after the other, from the file's bytes to the commit. The floor writes the same rows in "
    "the same transactions in bulk. `known`: the same bytes again. Medians; the runs of both take turns."
)
_OF_ROOM = (
    "What the tables grew by between an early and the last day, a bundle: SQLite's pages; MariaDB's `data_length + "
    "index_length` after ANALYZE TABLE (no OPTIMIZE), without its logs. `raw`: the bytes and the bundle's own rows."
)


def written(figures: Figures, command: str, mariadb: str | None) -> str:
    """Return everything in Markdown; `mariadb` is its version."""
    pieces = [f"# What taking in a log bundle costs\n\n`{command}`\n\non {_machine(mariadb)}."]
    if figures.groups:
        pieces += ["## One more snapshot of a machine of 30 parts", _OF_COSTS, _costs(figures.groups, flapping=False)]
        pieces += ["### Where one drive is missing every other day", _costs(figures.groups, flapping=True)]
    if figures.throughputs:
        pieces += ["## A fleet, half of it changed each day", _OF_THROUGHPUT, _throughputs(figures.throughputs)]
    if figures.rooms:
        pieces += ["## One unchanged day of a machine on disk", _OF_ROOM, _rooms(figures.rooms)]
    return "\n\n".join([*pieces, "## Targets", targets_table(verdicts(figures))])


def _costs(groups: Sequence[Group], *, flapping: bool) -> str:
    heads = ["database", "snapshot", "behind", "statements", "BEGIN…COMMIT", "rows", "bytes sent",
             "take in p50 ms", "p95 ms", "parse ms", "keep raw ms"]  # fmt: skip
    rows = [
        (
            group.database,
            group.kind,
            group.behind,
            int(p50(of(group, lambda cost: cost.taken.statements))),
            int(p50(of(group, lambda cost: cost.taken.control))),
            group.rows,
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
    heads = ["database", "bundles/s", "floor bundles/s", "ingest:floor", "rows a bundle", "a machine's first ms",
             "later ms", "known ms", "known:later"]  # fmt: skip
    return table(heads, [_throughput(one) for one in results])


def _throughput(one: Throughput) -> list[object]:
    real, floor = median(one.real_s), median(one.floor_s)
    machine, later, known = median(one.machine_ms), median(one.later_ms), median(one.known_ms)
    speeds = [one.bundles / real, one.bundles / floor, real / floor, one.rows / one.bundles]
    return [one.database, *speeds, machine, later, known, known / later]


def _rooms(rooms: Sequence[Room]) -> str:
    heads = ["database", "tool", "bundles", "file bytes", "raw bytes", "derived bytes", "together"]
    return table(
        heads,
        [
            (r.database, r.tool, r.bundles, r.file_bytes, int(r.raw), int(r.derived), int(r.raw + r.derived))
            for r in rooms
        ],
    )


def _machine(mariadb: str | None) -> str:
    parts = [
        f"{os.cpu_count()} cores",
        f"Python {platform.python_version()}",
        f"SQLAlchemy {sqlalchemy.__version__}",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    return ", ".join([*parts, *([f"MariaDB {mariadb.partition('-')[0]}"] if mariadb else [])])
