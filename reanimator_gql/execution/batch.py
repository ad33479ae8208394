"""A relation is declared once, as a batch resolver over all parents of one level.

`async (parents, info, **arguments) -> list` gives as many results as parents, in their order; an Exception in a slot
fails that slot only. The interpreter reaches it through a DataLoader, one for each relation and its arguments in a
request. The batch resolver itself stands in the field's metadata for an executor that goes breadth first.
"""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Protocol, TypeAlias, get_args

import strawberry
from strawberry.dataloader import DataLoader

BatchResolver: TypeAlias = Callable[..., Awaitable[Sequence[Any]]]

BATCH = "batch"
"""Where a field's metadata holds its batch resolver."""


class HoldsLoaders(Protocol):
    """What the context of a request must offer."""

    loaders: dict[Hashable, DataLoader[Any, Any]]


def relation(*, description: str, name: str | None = None) -> Callable[[BatchResolver], Any]:
    """Return a decorator that makes a field of a batch resolver. Its return annotation is `list[type of the field]`."""

    def declare(declared: BatchResolver) -> Any:
        batch = declared.__func__ if isinstance(declared, staticmethod) else declared
        return strawberry.field(
            resolver=_resolver_over(batch), description=description, name=name, metadata={BATCH: batch}
        )

    return declare


def _resolver_over(batch: BatchResolver) -> Callable[..., Any]:
    """Return what the interpreter calls for each parent: a plain function, so that a level loads in one tick."""

    def resolve(self: Any, info: strawberry.Info[Any, Any], **arguments: Any) -> Awaitable[Any]:
        return _loader(batch, info, arguments).load(self)

    signature = inspect.signature(batch)
    _, info, *rest = signature.parameters.values()
    (result,) = get_args(signature.return_annotation)
    parent = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    resolve.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[parent, info, *rest], return_annotation=result
    )
    resolve.__annotations__ = {one.name: one.annotation for one in (info, *rest)} | {"return": result}
    resolve.__name__, resolve.__module__, resolve.__doc__ = batch.__name__, batch.__module__, batch.__doc__
    return resolve


def _loader(batch: BatchResolver, info: Any, arguments: dict[str, Any]) -> DataLoader[Any, Any]:
    """Return the request's loader for a relation with these arguments.

    It only gathers parents: the same parent asked twice is answered twice, so a mutation never reads an old answer.
    """
    loaders: dict[Hashable, DataLoader[Any, Any]] = info.context.loaders
    key: Hashable = (batch, freeze(arguments)) if arguments else batch
    if key not in loaders:

        async def load(parents: list[Any]) -> Sequence[Any]:
            return await batch(parents, info, **arguments)

        loaders[key] = DataLoader(load_fn=load, cache=False)
    return loaders[key]


def freeze(value: Any) -> Hashable:
    """Return a hashable value that is equal for equal arguments."""
    if isinstance(value, dict):
        return tuple(sorted((key, freeze(one)) for key, one in value.items()))
    if isinstance(value, list | tuple):
        return tuple(freeze(one) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(freeze(getattr(value, field.name)) for field in dataclasses.fields(value))
    frozen: Hashable = value
    return frozen
