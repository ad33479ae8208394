"""Runs a stored document against the schema, in process. Errors come back as problems.

The documents are the `.graphql` files beside this one; they are read once, and must be valid when the server starts.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import cache
from importlib.resources import files
from typing import Any

import strawberry
from graphql import GraphQLError, parse, validate

from reanimator_gql.rest.shape import row_id
from reanimator_gql.transport import errors
from reanimator_gql.transport.problems import UNEXPECTED, Problem

_STATUS = {"INTERNAL": 500, "AMBIGUOUS": 409, "NOT_FOUND": 404}


@cache
def documents() -> dict[str, str]:
    """Return every stored document by its name."""
    folder = files("reanimator_gql.rest") / "documents"
    return {
        file.name.removesuffix(".graphql"): file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".graphql")
    }


class Runner:
    """The schema, and a fresh request context for each document. `timeout_s` holds for what only reads."""

    def __init__(
        self, schema: strawberry.Schema, context: Callable[[], AbstractAsyncContextManager[Any]], timeout_s: float
    ) -> None:
        self.schema = schema
        self.context = context
        self.timeout_s = timeout_s
        check_documents(schema)

    async def read(self, name: str, /, **variables: Any) -> dict[str, Any]:
        """Run a query and return its data. Raises Problem."""
        try:
            async with asyncio.timeout(self.timeout_s) as timer:
                return await self.write(name, **variables)
        except TimeoutError as error:
            if not timer.expired():
                raise
            detail = f"the answer took longer than {self.timeout_s:g} s; ask for less"
            raise Problem(503, "TIMEOUT", detail) from error

    async def write(self, name: str, /, **variables: Any) -> dict[str, Any]:
        """Run a mutation to its end and return its data. Raises Problem."""
        async with self.context() as context:
            result = await self.schema.execute(documents()[name], variables, context)
        if result.errors:
            raise problem_of(result.errors)
        assert result.data is not None
        return result.data


def check_documents(schema: strawberry.Schema) -> None:
    """Raise ValueError for a document that does not fit the schema."""
    for name, text in documents().items():
        for error in validate(schema._schema, parse(text)):
            raise ValueError(f"the stored document {name} does not fit the schema: {error.message}")


def problem_of(found: Iterable[GraphQLError]) -> Problem:
    """Return the first error as a problem document."""
    shown = errors.of_execution(found)[0]
    extensions = dict(shown["extensions"])
    code = extensions.pop("code")
    extensions.pop("request_id")
    if "ids" in extensions:
        extensions["ids"] = [row_id(text) for text in extensions["ids"]]
    status = _STATUS.get(code, 400)
    return Problem(status, code, UNEXPECTED if status == 500 else shown["message"], **extensions)
