"""The floor under an ingestion: the same rows in the same transactions, without parsing, deriving or looking up.

A real run's writes are recorded transaction by transaction. Rows for one table are put together, and rows that an
INSERT left alone because they were there already are left out; those that it wrote get the ids that they got then, for
others name them. Replayed on an empty database they make the same tables.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, Delete, Executable, Insert, Table, UniqueConstraint, Update, event, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reanimator_gql.store.database import Database

Row: TypeAlias = Mapping[str, Any]
Listener: TypeAlias = Callable[..., None]


@dataclass(slots=True)
class Step:
    """One statement: rows for a table, or an UPDATE or DELETE with its sets of parameters.

    `missing`: rows that were there already were left alone.
    """

    statement: Executable
    rows: list[Row]
    table: Table
    missing: bool = False


Transaction: TypeAlias = list[Step]


@dataclass(slots=True)
class Recorder:
    """Records what is committed through an engine."""

    transactions: list[Transaction] = field(default_factory=list)
    _open: dict[Connection, Transaction] = field(default_factory=dict)
    _seen: set[tuple[Any, ...]] = field(default_factory=set)

    def executed(
        self, connection: Connection, clause: Any, many: Sequence[Row], one: Row, _options: Any, _result: Any
    ) -> None:
        """Note a statement that wrote something."""
        rows: list[Row] = [dict(row) for row in many] or ([dict(one)] if one else [])
        if isinstance(clause, Insert):
            step = _inserted(clause, str(clause.compile(dialect=connection.dialect)), rows)
        elif isinstance(clause, Update | Delete):
            step = Step(clause, rows, _table(clause))
        else:
            return
        self._open.setdefault(connection, []).append(step)

    def committed(self, connection: Connection) -> None:
        """Close a transaction; one that wrote nothing is none."""
        steps: Transaction = []
        for step in self._open.pop(connection, []):
            rows = [row for row in step.rows if self._is_new(step.table, row)] if step.missing else step.rows
            if isinstance(step.statement, Insert) and rows:
                _add(steps, Step(step.statement, rows, step.table))
            elif not isinstance(step.statement, Insert):
                steps.append(step)
        if steps:
            self.transactions.append(steps)

    def rolled_back(self, connection: Connection) -> None:
        """Forget a transaction."""
        self._open.pop(connection, None)

    def _is_new(self, table: Table, row: Row) -> bool:
        key = (table.name, *_values(row, natural_key(table)))
        new = key not in self._seen
        self._seen.add(key)
        return new


def _inserted(clause: Insert, text: str, rows: list[Row]) -> Step:
    """Return an INSERT of rows; one that changes rows which are there stays as it is."""
    if clause.select is not None:
        raise RuntimeError(f"an INSERT from a SELECT has no rows to replay: {text}")
    rows = rows or [clause.compile().params]
    missing = "ON CONFLICT" in text or "ON DUPLICATE KEY" in text
    if "DO UPDATE" in text or "VALUES(" in text.partition("ON DUPLICATE KEY")[2]:
        return Step(clause, rows, _table(clause))
    return Step(insert(_table(clause)), rows, _table(clause), missing)


def natural_key(table: Table) -> list[str]:
    """Return the columns that name a row without its number."""
    unique = next((one for one in table.constraints if isinstance(one, UniqueConstraint)), table.primary_key)
    return [column.name for column in unique.columns]


def _values(row: Row, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(bytes(row[name]) if isinstance(row[name], bytearray | memoryview) else row[name] for name in names)


def _table(clause: Insert | Update | Delete) -> Table:
    assert isinstance(clause.table, Table), "the store writes into tables only"
    return clause.table


def _add(steps: Transaction, new: Step) -> None:
    """Put rows to those that the transaction inserts into the table already, unless it changed the table since."""
    last = next((step for step in reversed(steps) if step.table is new.table), None)
    if last is not None and _alike(last, new):
        last.rows += new.rows
    else:
        steps.append(Step(new.statement, list(new.rows), new.table))


def _alike(one: Step, other: Step) -> bool:
    return str(one.statement) == str(other.statement) and one.rows[0].keys() == other.rows[0].keys()


@contextmanager
def recording(engine: AsyncEngine) -> Iterator[Recorder]:
    """Yield a recorder of what is written through an engine."""
    recorder = Recorder()
    listeners: list[tuple[str, Listener]] = [
        ("after_execute", recorder.executed),
        ("commit", recorder.committed),
        ("rollback", recorder.rolled_back),
    ]
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield recorder
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)


async def give_ids(database: Database, transactions: Sequence[Transaction]) -> None:
    """Give the recorded rows of inputs the ids that they have in the database where they were recorded."""
    for table in {step.table for steps in transactions for step in steps if "digest" in step.table.c}:
        names = natural_key(table)
        async with database.reading() as connection:
            rows = (await connection.execute(select(table))).mappings().all()
        ids = {_values(dict(row), names): row["id"] for row in rows}
        for step in (step for steps in transactions for step in steps if step.table is table):
            step.rows = [{**row, "id": ids[_values(row, names)]} for row in step.rows]


async def replay(database: Database, transactions: Sequence[Transaction]) -> None:
    """Write recorded transactions, each in one of its own."""
    for steps in transactions:

        async def work(connection: AsyncConnection, steps: Transaction = steps) -> None:
            for step in steps:
                await connection.execute(step.statement, step.rows or None)

        await database.write(work)
