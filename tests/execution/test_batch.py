"""A relation is asked once for all parents of a level, and fails where it fails only."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry

from reanimator_gql.execution.batch import BATCH, freeze, relation

CALLS: list[tuple[str, int, Any]] = []


@strawberry.input
class Range:
    """An argument that is no plain value."""

    low: int
    high: int = 9


@strawberry.type
class Leaf:
    """A thing at the end."""

    number: strawberry.Private[int]

    @relation(description="Twice the number.")
    @staticmethod
    async def double(parents: Sequence["Leaf"], info: strawberry.Info) -> list[int]:
        """Double all."""
        CALLS.append(("double", len(parents), None))
        await asyncio.sleep(0)
        return [2 * one.number for one in parents]


@strawberry.type
class Branch:
    """A thing with leaves."""

    number: strawberry.Private[int]

    @relation(description="As many leaves as its number.")
    @staticmethod
    async def leaves(
        parents: Sequence["Branch"], info: strawberry.Info, within: Range | None = None, times: list[int] | None = None
    ) -> list[list[Leaf]]:
        """Make leaves; the third branch is rotten."""
        CALLS.append(("leaves", len(parents), (within, times)))
        await asyncio.sleep(0)
        rotten: Any = ValueError("rotten")
        return [rotten if one.number == 3 else [Leaf(number=n) for n in range(one.number)] for one in parents]


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def branches(self, numbers: list[int]) -> list[Branch | None]:
        """Make branches."""
        return [Branch(number=n) for n in numbers]


@dataclass
class Request:
    """What a relation needs of a request."""

    loaders: dict[Any, Any] = field(default_factory=dict)


SCHEMA = strawberry.Schema(Query)


async def ask(document: str) -> Any:
    """Run a document and forget earlier calls."""
    CALLS.clear()
    return await SCHEMA.execute(document, context_value=Request())


async def test_each_level_is_one_call_whatever_the_shape_of_the_tree() -> None:
    result = await ask("{ branches(numbers: [0, 1, 2, 7]) { leaves { double } } }")
    assert result.errors is None
    assert [len(branch["leaves"]) for branch in result.data["branches"]] == [0, 1, 2, 7]
    assert CALLS == [("leaves", 4, (None, None)), ("double", 10, None)]


async def test_an_exception_in_a_slot_fails_that_slot_only() -> None:
    result = await ask("{ branches(numbers: [1, 3, 2]) { leaves { double } } }")
    assert result.data["branches"] == [
        {"leaves": [{"double": 0}]},
        None,
        {"leaves": [{"double": 0}, {"double": 2}]},
    ]
    assert [(error.message, error.path) for error in result.errors] == [("rotten", ["branches", 1, "leaves"])]


async def test_equal_arguments_share_a_call_and_others_do_not() -> None:
    await ask(
        """{ branches(numbers: [1]) { a: leaves(within: {low: 1}, times: [1, 2]) { double }
        b: leaves(within: {low: 1, high: 9}, times: [1, 2]) { double }
        c: leaves(within: {low: 2}, times: [1, 2]) { double } } }"""
    )
    leaves = [(count, given[0].low) for name, count, given in CALLS if name == "leaves"]
    assert sorted(leaves) == [(1, 2), (2, 1)]


def test_the_batch_resolver_stands_in_the_metadata_of_its_field() -> None:
    definition: Any = Leaf.__strawberry_definition__  # type: ignore[attr-defined]
    fields = {one.python_name: one for one in definition.fields}
    assert fields["double"].metadata[BATCH].__name__ == "double"


def test_arguments_of_equal_value_freeze_to_equal_keys() -> None:
    assert freeze({"a": [1, 2], "b": Range(low=1)}) == freeze({"b": Range(low=1), "a": [1, 2]})
    assert freeze(Range(low=1)) != freeze(Range(low=2))
    assert len({freeze([1, [2]]), freeze([1, [2]])}) == 1
