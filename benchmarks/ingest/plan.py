"""What is to be measured, and measuring it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.ingest.costs import costs
from benchmarks.ingest.databases import AIOMYSQL, ASYNCMY, ON_MARIADB, SQLITE, Kind
from benchmarks.ingest.disk import room
from benchmarks.ingest.targets import Figures
from benchmarks.ingest.throughput import throughput
from tests.fixtures.mariadb import Server

COSTS, THROUGHPUT, DISK = PARTS = ("costs", "throughput", "disk")
DRIVERS = (SQLITE, *ON_MARIADB)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured, and on what."""

    drivers: Sequence[str]
    parts: Sequence[str]
    behind: Sequence[int]
    repeats: int
    machines: int
    days: int
    runs: int
    disk_machines: int
    disk_days: int

    def command(self) -> str:
        """Return the command that measures the same. It names no address: one may hold a password."""
        return (
            f"python -m benchmarks.ingest --databases {','.join(self.drivers)} --parts {','.join(self.parts)}"
            f" --behind {','.join(map(str, self.behind))} --repeats {self.repeats} --machines {self.machines}"
            f" --days {self.days} --runs {self.runs} --disk-machines {self.disk_machines} --disk-days {self.disk_days}"
        )


async def measure(plan: Plan, server: Server | None) -> Figures:
    """Return the figures. aiomysql beside asyncmy is measured with the fleet and with the fewest snapshots behind."""
    figures = Figures()
    for driver in plan.drivers:
        kind = Kind(driver, None if driver == SQLITE else server)
        beside = driver == AIOMYSQL and ASYNCMY in plan.drivers
        if COSTS in plan.parts:
            for flapping in (False, True):
                behind = plan.behind[:1] if beside else plan.behind
                figures.groups += await costs(kind, behind, plan.repeats, flapping=flapping)
        if THROUGHPUT in plan.parts:
            figures.throughputs.append(await throughput(kind, plan.machines, plan.days, plan.runs))
        if DISK in plan.parts and not beside:  # the driver does not change what is stored
            figures.rooms += await room(kind, plan.disk_machines, plan.disk_days)
    return figures
