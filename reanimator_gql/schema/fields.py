"""Fields of a node: a column of its row, or what a resolver makes of it."""

from collections.abc import Callable
from typing import Any

import strawberry


def field(*, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that makes a field of a resolver for one object."""
    return lambda resolver: strawberry.field(resolver=resolver, description=description)


def column(name: str, description: str, convert: Callable[[Any], Any] | None = None) -> Any:
    """Return a field that shows a column of the row, converted where it is not NULL."""

    def resolve(self: Any) -> Any:
        value = getattr(self.row, name)
        return value if convert is None or value is None else convert(value)

    return strawberry.field(resolver=resolve, description=description, metadata={"column": name, "convert": convert})
