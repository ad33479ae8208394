"""Counts what an engine sends to its database: statements and bytes; BEGIN, COMMIT and ROLLBACK apart.

A bulk INSERT is one statement, as the drivers send it; any other statement with many sets of parameters is sent once
for each. Bytes are those of the statement's text and of its parameters. Rows that were inserted are not counted here:
of an INSERT that leaves rows alone that are there already, MariaDB's drivers do not tell how many it wrote.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(slots=True)
class Counts:
    """What was sent, and the rows that were updated and deleted by it."""

    statements: int = 0
    control: int = 0
    bytes: int = 0
    updated: int = 0
    deleted: int = 0


class Counter:
    """Counts from the moment it was last asked."""

    def __init__(self) -> None:
        self._now = Counts()

    def take(self) -> Counts:
        """Return what was counted since the last call."""
        taken, self._now = self._now, Counts()
        return taken

    def executed(self, _c: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        """Count a statement that was sent."""
        verb = statement.split(None, 1)[0].upper()
        if verb == "BEGIN":
            return  # counted as the event that sent it
        sets = parameters if many else [parameters]
        self._now.statements += 1 if verb == "INSERT" else len(sets)
        self._now.bytes += len(statement.encode()) + sum(_size(value) for one in sets for value in _values(one))
        if verb == "UPDATE":
            self._now.updated += cursor.rowcount
        elif verb == "DELETE":
            self._now.deleted += cursor.rowcount

    def controlled(self, _connection: Any) -> None:
        """Count the begin or the end of a transaction."""
        self._now.control += 1


def _values(parameters: Any) -> Any:
    return parameters.values() if isinstance(parameters, dict) else parameters or ()


def _size(value: object) -> int:
    if isinstance(value, bytes | bytearray | memoryview):
        return len(value)
    if isinstance(value, datetime):
        return 26
    return 4 if value is None else len(str(value).encode())


@contextmanager
def counting(engine: AsyncEngine) -> Iterator[Counter]:
    """Yield a counter of what is sent through an engine."""
    counter = Counter()
    listeners: list[tuple[str, Callable[..., None]]] = [("after_cursor_execute", counter.executed)]
    listeners += [(name, counter.controlled) for name in ("begin", "commit", "rollback")]
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield counter
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)
