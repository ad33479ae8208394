"""`python -m benchmarks.ingest`: what taking in log bundles costs, on SQLite and MariaDB."""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from benchmarks.ingest.databases import SQLITE
from benchmarks.ingest.plan import DRIVERS, PARTS, Plan, measure
from benchmarks.ingest.report import written
from benchmarks.ingest.targets import verdicts
from tests.fixtures.mariadb import NoServer, serving


def main(
    databases: Annotated[str, typer.Option(help="Those to measure.")] = ",".join(DRIVERS),
    parts: Annotated[str, typer.Option(help="What to measure.")] = ",".join(PARTS),
    behind: Annotated[str, typer.Option(help="How many snapshots are behind a machine.")] = "10,1000,10000",
    repeats: Annotated[int, typer.Option(min=30, help="How often each kind of snapshot is taken in.")] = 40,
    machines: Annotated[int, typer.Option(min=2, help="Machines of the fleet.")] = 200,
    days: Annotated[int, typer.Option(min=1, help="Days of the fleet that are measured.")] = 2,
    runs: Annotated[int, typer.Option(min=1, help="Runs of the fleet and of the floor under it.")] = 3,
    disk_machines: Annotated[int, typer.Option(min=1, help="Machines whose room on disk is measured.")] = 100,
    disk_days: Annotated[int, typer.Option(min=2, help="Days of theirs.")] = 365,
    dsn: Annotated[str | None, typer.Option(help="An idle MariaDB, instead of a private one.")] = None,
    write: Annotated[Path | None, typer.Option(help="A file for the figures, in Markdown.")] = None,
) -> None:
    """Measure what taking in log bundles costs: statements, rows, bytes, time, and room on disk.

    Beside asyncmy, aiomysql is measured with the fleet and with the fewest snapshots behind only.

    Example: `python -m benchmarks.ingest --behind 10,100 --databases sqlite --parts costs`
    """
    plan = Plan(
        _among(databases, DRIVERS, "--databases"), _among(parts, PARTS, "--parts"), _numbers(behind), repeats,
        machines, days, runs, disk_machines, disk_days,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the private server ends too
    started = monotonic()
    told, met = _measure(plan, dsn)
    typer.echo(told)
    if write is not None:
        write.write_text(told + "\n")
    where = f"; written to {write}" if write is not None else ""
    typer.echo(f"\n{met} targets met, in {(monotonic() - started) / 60:.1f} minutes{where}")


def _measure(plan: Plan, dsn: str | None) -> tuple[str, str]:
    """Return the figures as they are written down, and how many targets are met."""
    logging.getLogger("asyncmy").setLevel(logging.ERROR)  # the server's notes on the migrations
    try:
        with nullcontext() if plan.drivers == [SQLITE] else serving(dsn) as server:
            figures = asyncio.run(measure(plan, server))
            found = verdicts(figures)
            told = written(figures, plan.command(), server.version if server else None)
    except NoServer as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    return told, f"{sum(one.met for one in found)} of {len(found)}"


def _numbers(told: str) -> list[int]:
    pieces = told.split(",")
    if not all(piece.strip().isdigit() and int(piece) > 0 for piece in pieces):
        raise typer.BadParameter(f"--behind {told!r}: write whole numbers with commas between, like 10,1000")
    return sorted({int(piece) for piece in pieces})


def _among(told: str, known: Sequence[str], option: str) -> list[str]:
    pieces = [piece.strip() for piece in told.split(",")]
    if unknown := [piece for piece in pieces if piece not in known]:
        raise typer.BadParameter(f"{option}: {unknown[0]!r} is none of {', '.join(known)}")
    return [one for one in known if one in pieces]


if __name__ == "__main__":
    typer.run(main)
