"""The measurements of ingestion measure what they say: the counts are the server's, the floor is the same history."""

import io
from collections import Counter as Tally
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from benchmarks.ingest.__main__ import main
from benchmarks.ingest.counting import counting
from benchmarks.ingest.floor import give_ids, recording, replay
from benchmarks.ingest.machines import FLAP, LATE, LATE_MISSING, PART, UNCHANGED, Machine
from benchmarks.ingest.stages import cost_of
from benchmarks.ingest.texts import dmidecode, lshw
from benchmarks.ingest.throughput import fleet
from benchmarks.ingest.worlds import day, hardware, report
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.services.context import Context
from reanimator_gql.services.parsing import read_upload
from reanimator_gql.services.rebuild import digest, verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from tests.fixtures.databases import AIOMYSQL, ASYNCMY, SQLITE, make_dsn
from tests.fixtures.world import send

ON_ALL = [SQLITE, *(pytest.param(name, marks=pytest.mark.mariadb) for name in (AIOMYSQL, ASYNCMY))]


def test_a_measured_machine_has_thirty_parts() -> None:
    (told,) = read_upload(io.BytesIO(report(hardware(7), day(1))), None).snapshots
    kinds = Tally(item.kind for item in told.snapshot.items)
    assert kinds == {
        ComponentKind.BOARD: 1,
        ComponentKind.CPU: 2,
        ComponentKind.MEMORY: 12,
        ComponentKind.STORAGE: 8,
        ComponentKind.NIC: 4,
        ComponentKind.RAID: 1,
        ComponentKind.PSU: 2,
    }


@pytest.mark.parametrize(("tool", "parts"), [(dmidecode, 17), (lshw, 28)])
def test_other_tools_tell_of_the_same_machine_and_drives(tool: type, parts: int) -> None:
    (told,) = read_upload(io.BytesIO(tool(hardware(7), day(1))), None).snapshots
    assert told.snapshot.machine.system_serial == "BN00007"
    assert len(told.snapshot.items) == parts
    assert told.snapshot.warnings == ()


@pytest.mark.mariadb
@pytest.mark.parametrize("driver", [AIOMYSQL, ASYNCMY])
async def test_statements_are_counted_as_the_server_counts_them(
    request: pytest.FixtureRequest, tmp_path: Path, driver: str
) -> None:
    machine, kinds = Machine(1, flapping=True), (UNCHANGED, PART, FLAP, UNCHANGED, LATE, LATE_MISSING)
    async with _at_head(make_dsn(request, driver, tmp_path)) as context:
        with counting(context.database.engine) as counter:
            before = await _asked(context.database)
            costs = [await cost_of(context, counter, machine.next(kind)) for kind in kinds]
            asked = await _asked(context.database) - before
        assert sum(cost.taken.statements + cost.kept.statements for cost in costs) == asked


@asynccontextmanager
async def _at_head(dsn: str) -> AsyncIterator[Context]:
    database = Database(dsn)
    try:
        await upgrade(database)
        yield Context(database)
    finally:
        await database.close()


async def _asked(database: Database) -> int:
    """Return how many statements came through the one connection that is used when nobody else asks."""
    names = ", ".join(f"'Com_{verb}'" for verb in ("select", "insert", "update", "delete"))
    async with database.reading() as connection:
        rows = await connection.execute(text(f"SHOW SESSION STATUS WHERE Variable_name IN ({names})"))
        return sum(int(row[1]) for row in rows)


@pytest.mark.parametrize("driver", ON_ALL)
async def test_the_floor_leaves_the_history_of_the_real_run(
    request: pytest.FixtureRequest, tmp_path: Path, driver: str
) -> None:
    told = fleet(3, 2)
    async with _at_head(make_dsn(request, driver, tmp_path)) as real:
        with recording(real.database.engine) as recorder:
            for content in [*told.first, *told.later]:
                await send(real, content)
        await give_ids(real.database, recorder.transactions)
        expected = await digest(real)
    async with _at_head(make_dsn(request, driver, tmp_path)) as floor:
        await replay(floor.database, recorder.transactions)
        assert await verify(floor) == []
        assert await digest(floor) == expected


@pytest.mark.thorough
@pytest.mark.parametrize("parts", ["throughput,disk", pytest.param("costs,throughput,disk", marks=pytest.mark.slow)])
def test_the_command_prints_and_writes_the_figures_and_says_how_many_targets_are_met(
    tmp_path: Path, parts: str
) -> None:
    app, path = typer.Typer(), tmp_path / "figures.md"
    app.command()(main)
    sizes = "--behind 2 --repeats 30 --machines 2 --days 1 --runs 1 --disk-machines 1 --disk-days 2"
    result = CliRunner().invoke(app, [*sizes.split(), "--databases", "sqlite", "--parts", parts, "--write", str(path)])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].endswith(f"written to {path}")
    written = path.read_text()
    assert "## A fleet, half of it changed each day" in written
    assert str(path) not in written


@pytest.mark.parametrize("options", [["--behind", "ten"], ["--databases", "oracle"], ["--parts", "everything"]])
def test_options_that_make_no_sense_are_refused_with_what_would(options: list[str]) -> None:
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 2
    assert options[1] in result.output
