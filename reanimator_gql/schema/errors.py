"""Errors as clients see them: each with a code, none with anything of the inside.

A Problem and the typed errors of the store keep their message. What is raised before execution is the client's to
mend. Everything else is logged and answered as INTERNAL.
"""

import logging
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from reanimator_gql.store.cursors import BadCursor
from reanimator_gql.store.paging import BadPage

_log = logging.getLogger(__name__)


class Code(StrEnum):
    """What `extensions.code` of an error holds."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    BAD_ID = "BAD_ID"
    BAD_CURSOR = "BAD_CURSOR"
    AMBIGUOUS = "AMBIGUOUS"
    INTERNAL = "INTERNAL"


class Problem(GraphQLError):
    """An error whose message is meant for the client; `more` stands beside the code."""

    def __init__(self, code: Code, message: str, **more: Any) -> None:
        super().__init__(message, extensions={"code": code.value, **more})


_STORE_CODES: dict[type[Exception], Code] = {BadCursor: Code.BAD_CURSOR, BadPage: Code.BAD_USER_INPUT}


class ErrorCodes(SchemaExtension):
    """Gives every error of a result its code, and hides what is unexpected."""

    def on_operation(self) -> Iterator[None]:
        """Look at the errors when the operation has ended."""
        yield
        result: Any = self.execution_context.result
        if result is not None and getattr(result, "errors", None):
            result.errors = [shown(error) for error in result.errors]


def shown(error: GraphQLError) -> GraphQLError:
    """Return an error as it may leave the server."""
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    if isinstance(original, Problem) or isinstance(error, Problem):
        return error
    for kind, code in _STORE_CODES.items():
        if isinstance(original, kind):
            return _coded(error, code, error.message)
    if error.path is None or original is None or isinstance(original, GraphQLError):
        return _coded(error, Code.BAD_USER_INPUT, error.message)
    _log.error("an unexpected error at %s", error.path, exc_info=original)
    return _coded(error, Code.INTERNAL, "Something went wrong on the server.")


def _coded(error: GraphQLError, code: Code, message: str) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**(error.extensions or {}), "code": code.value},
    )
