"""Keyset pagination: a page is found by the values of its neighbour, never by counting rows.

An ordering names columns of a select, a unique one last; NULL is the smallest value, as both databases sort it. A
cursor holds the sort values of a row and the name of the ordering, so that one from elsewhere is told apart.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select

from reanimator_gql.store.cursors import Values, decode_cursor, encode_cursor
from reanimator_gql.store.reader import Reader

DEFAULT_SIZE, LARGEST_SIZE = 50, 200

_PLACE = "place_in_page"


class BadPage(ValueError):
    """The arguments of a page contradict each other or are out of bounds."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column of the select by which rows are sorted."""

    column: str
    descending: bool = False

    def reversed(self) -> "SortKey":
        """Return the same in the other direction."""
        return SortKey(self.column, not self.descending)


@dataclass(frozen=True, slots=True)
class Ordering:
    """A total order of rows. The name, with the direction, is written into cursors."""

    name: str
    keys: tuple[SortKey, ...]

    def reversed(self) -> "Ordering":
        """Return the opposite order."""
        return Ordering(self.name, tuple(key.reversed() for key in self.keys))

    def directed(self, descending: bool) -> "Ordering":
        """Return this order, or its opposite under a name of its own."""
        return Ordering(f"-{self.name}", self.reversed().keys) if descending else self

    def cursor(self, row: Row[Any]) -> str:
        """Return the cursor of a row."""
        return encode_cursor(self.name, [row._mapping[key.column] for key in self.keys])


def ascending(name: str, *columns: str) -> Ordering:
    """Return an ordering by columns, smallest first; the last one is unique."""
    return Ordering(name, tuple(SortKey(column) for column in columns))


@dataclass(frozen=True, slots=True)
class PageArguments:
    """What a client asks of a connection. Raises BadPage."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None:
            raise BadPage("give `first` or `last`, not both")
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 1 <= size <= LARGEST_SIZE:
                raise BadPage(f"`{name}` must be between 1 and {LARGEST_SIZE}, not {size}")

    @property
    def backward(self) -> bool:
        """Whether the end of the list is asked for."""
        return self.last is not None

    @property
    def size(self) -> int:
        """How many rows a page holds at most."""
        return self.last or self.first or DEFAULT_SIZE


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order of the list, with their cursors' ordering."""

    rows: Sequence[Row[Any]]
    has_previous: bool
    has_next: bool
    ordering: Ordering


Source = Callable[[list[int]], Select[Any]]
"""A select over the rows of some parents."""


async def read_page(reader: Reader, statement: Select[Any], ordering: Ordering, arguments: PageArguments) -> Page:
    """Read one page of a list."""
    walk = ordering.reversed() if arguments.backward else ordering
    bounded = _bounded(statement, ordering, arguments)
    rows = await reader.rows(bounded.order_by(*_order(bounded, walk)).limit(arguments.size + 1))
    return _page(rows, ordering, arguments)


async def read_pages(  # noqa: PLR0913 - a page of each parent
    reader: Reader,
    source: Source,
    parent: str,
    parents: Collection[int],
    ordering: Ordering,
    arguments: PageArguments,
) -> dict[int, Page]:
    """Read the same page of each parent's list, in one statement. `parent` names the column that holds its id."""
    found: dict[int, list[Row[Any]]] = {key: [] for key in parents}
    if len(found) == 1:
        (key,) = found
        return {key: await read_page(reader, source([key]), ordering, arguments)}
    walk = ordering.reversed() if arguments.backward else ordering

    def statement(piece: list[int]) -> Select[Any]:
        return _first_of_each(_bounded(source(piece), ordering, arguments), parent, walk, arguments.size + 1)

    for row in await reader.rows_of(found, statement):
        found[row._mapping[parent]].append(row)
    return {key: _page(rows, ordering, arguments) for key, rows in found.items()}


async def count_rows(reader: Reader, statement: Select[Any]) -> int:
    """Return how many rows a select has."""
    rows = await reader.rows(select(func.count().label("counted")).select_from(statement.subquery()))
    return int(rows[0].counted)


async def count_rows_of(reader: Reader, source: Source, parent: str, parents: Collection[int]) -> Mapping[int, int]:
    """Return how many rows each parent has, in one statement."""

    def statement(piece: list[int]) -> Select[Any]:
        rows = source(piece).subquery()
        counted = func.count().label("counted")
        return select(rows.c[parent].label("parent"), counted).group_by(rows.c[parent])

    counted = {row.parent: int(row.counted) for row in await reader.rows_of(parents, statement)}
    return {key: counted.get(key, 0) for key in parents}


def _first_of_each(statement: Select[Any], parent: str, walk: Ordering, size: int) -> Select[Any]:
    columns = statement.selected_columns
    place = func.row_number().over(partition_by=columns[parent], order_by=_order(statement, walk)).label(_PLACE)
    numbered = statement.add_columns(place).subquery()
    return select(numbered).where(numbered.c[_PLACE] <= size).order_by(numbered.c[parent], numbered.c[_PLACE])


def _page(rows: Sequence[Row[Any]], ordering: Ordering, arguments: PageArguments) -> Page:
    more, kept = len(rows) > arguments.size, rows[: arguments.size]
    if arguments.backward:
        return Page(kept[::-1], more, arguments.before is not None, ordering)
    return Page(kept, arguments.after is not None, more, ordering)


def _order(statement: Select[Any], ordering: Ordering) -> list[ColumnElement[Any]]:
    columns = statement.selected_columns
    return [columns[key.column].desc() if key.descending else columns[key.column] for key in ordering.keys]


def _bounded(statement: Select[Any], ordering: Ordering, arguments: PageArguments) -> Select[Any]:
    if arguments.after is not None:
        statement = statement.where(_beyond(statement, ordering, arguments.after, ordering))
    if arguments.before is not None:
        statement = statement.where(_beyond(statement, ordering, arguments.before, ordering.reversed()))
    return statement


def _beyond(statement: Select[Any], ordering: Ordering, cursor: str, walk: Ordering) -> ColumnElement[bool]:
    """The rows that a walk meets after the one that the cursor names."""
    columns = [statement.selected_columns[key.column] for key in walk.keys]
    values: Values = decode_cursor(cursor, ordering.name, columns)
    steps = []
    for index, key in enumerate(walk.keys):
        same = [_equal(column, value) for column, value in zip(columns[:index], values[:index], strict=True)]
        steps.append(and_(*same, _after(columns[index], values[index], descending=key.descending)))
    return or_(*steps)


def _equal(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _after(column: ColumnElement[Any], value: Any, *, descending: bool) -> ColumnElement[bool]:
    if descending:
        return false() if value is None else or_(column < value, column.is_(None))
    return column.is_not(None) if value is None else column > value
