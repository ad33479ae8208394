"""Connections: lists that are read page by page, at the root and below many parents at once."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry

from reanimator_gql.execution.batch import relation
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.fields import field
from reanimator_gql.store.paging import (
    Ordering,
    Page,
    PageArguments,
    Source,
    count_rows,
    count_rows_of,
    read_page,
    read_pages,
)
from reanimator_gql.store.reader import Reader

T = TypeVar("T")

Make: TypeAlias = Callable[[Any], Any]
Counter: TypeAlias = Callable[[Reader, list[Any]], Awaitable[Mapping[Any, int]]]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(description="Whether the list has anything before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the page's first item.")
    end_cursor: str | None = strawberry.field(description="The cursor of the page's last item.")


@strawberry.type(description="One item of a page, with its place in the list.")
class Edge(Generic[T]):
    """An item and its cursor."""

    cursor: str = strawberry.field(description="The item's place, for `after` and `before`; only good for this list.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """Rows of a page; they are shown as nodes only where they are asked for."""

    page: strawberry.Private[Page]
    make: strawberry.Private[Make]
    counter: strawberry.Private[Counter]
    parent: strawberry.Private[Any]

    @field(description="The items of the page with their cursors, in the order of the list.")
    def edges(self) -> list[Edge[T]]:
        """Make nodes and cursors."""
        cursor = self.page.ordering.cursor
        return [Edge(cursor=cursor(row), node=self.make(row)) for row in self.page.rows]

    @field(description="The items of the page, in the order of the list.")
    def nodes(self) -> list[T]:
        """Make nodes."""
        return [self.make(row) for row in self.page.rows]

    @field(description="Where this page stands in the list.")
    def page_info(self) -> PageInfo:
        """Tell the page's ends."""
        rows, cursor = self.page.rows, self.page.ordering.cursor
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=cursor(rows[0]) if rows else None,
            end_cursor=cursor(rows[-1]) if rows else None,
        )

    @relation(description="How many items the whole list has; counted only when asked for.")
    @staticmethod
    async def total_count(parents: Sequence[Any], info: Info) -> list[int]:
        """Count the lists that were read together in one statement."""
        together: dict[int, list[Any]] = {}
        for one in parents:
            together.setdefault(id(one.counter), []).append(one)
        counted: dict[int, int] = {}
        for lists in together.values():
            counts = await lists[0].counter(info.context.reader, [one.parent for one in lists])
            counted |= {id(one): counts.get(one.parent, 0) for one in lists}
        return [counted[id(one)] for one in parents]


async def connect(info: Info, make: Make, statement: Any, ordering: Ordering, page: PageArguments) -> Connection[Any]:
    """Return the connection over one list."""

    async def count(reader: Reader, _parents: list[Any]) -> Mapping[Any, int]:
        return {None: await count_rows(reader, statement)}

    rows = await read_page(info.context.reader, statement, ordering, page)
    return Connection(page=rows, make=make, counter=count, parent=None)


async def connect_each(  # noqa: PLR0913 - a list of each parent
    info: Info,
    make: Make,
    source: Source,
    parent: str,
    parents: Sequence[int | None],
    ordering: Ordering,
    page: PageArguments,
) -> list[Any]:
    """Return the connection of each parent, by their ids in the column `parent`; None: an empty list."""
    known = sorted({key for key in parents if key is not None})
    pages = await read_pages(info.context.reader, source, parent, known, ordering, page) if known else {}
    empty = Page((), False, False, ordering)

    async def count(reader: Reader, keys: list[Any]) -> Mapping[Any, int]:
        return await count_rows_of(reader, source, parent, {key for key in keys if key is not None})

    return [
        Connection(page=empty if key is None else pages[key], make=make, counter=count, parent=key) for key in parents
    ]


_First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many items from the start of the list: 1 to 200; 50 if not given.")
]
_After: TypeAlias = Annotated[str | None, strawberry.argument(description="Only items after the one with this cursor.")]
_Last: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many items from the end of the list: 1 to 200. Not with `first`.")
]
_Before: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only items before the one with this cursor.")
]

_ARGUMENTS = {"first": _First, "after": _After, "last": _Last, "before": _Before}


def paged(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Give a resolver the four arguments of a page; it takes them as one `page`."""
    plain = function.__func__ if isinstance(function, staticmethod) else function

    async def resolve(
        *arguments: Any,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        **others: Any,
    ) -> Any:
        return await plain(*arguments, page=PageArguments(first, after, last, before), **others)

    signature = inspect.signature(plain)
    page = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in _ARGUMENTS.items()
    ]
    given = [one for one in signature.parameters.values() if one.name != "page"]
    before = [one for one in given if one.name in {"self", "parents", "info"}]
    after = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in given if one not in before]
    changed = signature.replace(parameters=[*before, *page, *after])
    resolve.__signature__ = changed  # type: ignore[attr-defined]
    annotations = {name: one.annotation for name, one in changed.parameters.items() if one.annotation is not one.empty}
    resolve.__annotations__ = annotations | {"return": changed.return_annotation}
    resolve.__name__, resolve.__module__, resolve.__doc__ = plain.__name__, plain.__module__, plain.__doc__
    return resolve


def connection(*, description: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Return a decorator for a connection below many parents: a batch resolver that takes a `page`."""
    return lambda function: relation(description=description)(paged(function))


def root_connection(*, description: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Return a decorator for a connection at the root: a resolver that takes a `page`."""
    return lambda function: strawberry.field(resolver=paged(function), description=description)
