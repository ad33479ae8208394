"""The floor under an ingestion: the same rows in the same transactions, without parsing, deriving or looking up.

A real run's writes are recorded transaction by transaction. Rows for one table are put together, and rows that an
INSERT left alone because they were there already are left out. Replayed on an empty database they make the same tables.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, Delete, Executable, Insert, Table, Update, event, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reanimator_gql.store.database import Database

Row: TypeAlias = Mapping[str, Any]
Listener: TypeAlias = Callable[..., None]


@dataclass(slots=True)
class Step:
    """One statement: rows for a table, or an UPDATE or DELETE with its sets of parameters."""

    statement: Executable
    rows: list[Row]
    table: Table


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
            self._insert(connection, clause, rows or ([clause.compile().params] if clause.select is None else []))
        elif isinstance(clause, Update | Delete):
            self._steps(connection).append(Step(clause, rows, _table(clause)))

    def _insert(self, connection: Connection, clause: Insert, rows: list[Row]) -> None:
        table, text = _table(clause), str(clause.compile(dialect=connection.dialect))
        updates = "DO UPDATE" in text or "VALUES(" in text.partition("ON DUPLICATE KEY")[2]
        if updates or clause.select is not None:
            self._steps(connection).append(Step(clause, rows, table))
            return
        if "ON CONFLICT" in text or "ON DUPLICATE KEY" in text:
            rows = [row for row in rows if self._is_new(table, row)]
        _add(self._steps(connection), table, rows)

    def _is_new(self, table: Table, row: Row) -> bool:
        names = ["digest"] if "digest" in row else [c.name for c in table.primary_key if c.name in row] or sorted(row)
        key = (table.name, *(row[name] for name in names))
        new = key not in self._seen
        self._seen.add(key)
        return new

    def _steps(self, connection: Connection) -> Transaction:
        return self._open.setdefault(connection, [])

    def committed(self, connection: Connection) -> None:
        """Close a transaction; one that wrote nothing is none."""
        if steps := self._open.pop(connection, None):
            self.transactions.append(steps)

    def rolled_back(self, connection: Connection) -> None:
        """Forget a transaction."""
        self._open.pop(connection, None)


def _table(clause: Insert | Update | Delete) -> Table:
    assert isinstance(clause.table, Table), "the store writes into tables only"
    return clause.table


def _add(steps: Transaction, table: Table, rows: list[Row]) -> None:
    """Put rows to those that the transaction inserts into the table already, unless it changed the table since."""
    for row in rows:
        last = next((step for step in reversed(steps) if step.table is table), None)
        if last is not None and isinstance(last.statement, Insert) and last.rows[0].keys() == row.keys():
            last.rows.append(row)
        else:
            steps.append(Step(insert(table), [row], table))


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


async def replay(database: Database, transactions: Sequence[Transaction]) -> None:
    """Write recorded transactions, each in one of its own."""
    for steps in transactions:

        async def work(connection: AsyncConnection, steps: Transaction = steps) -> None:
            for step in steps:
                await connection.execute(step.statement, step.rows or None)

        await database.write(work)
