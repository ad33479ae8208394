"""GraphQL errors as a client may see them: each with a code and the request id, none with anything of the inside.

An error that the schema made on purpose carries `extensions.code` and passes. What graphql-core says of the request
passes without its suggestions. Anything else is a fault of ours: it is logged whole and shown as INTERNAL.
"""

import logging
import re
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from reanimator_gql.observability import request_id
from reanimator_gql.transport.problems import UNEXPECTED

logger = logging.getLogger("reanimator_gql.errors")
MAX_REQUEST_ERRORS = 5
_SUGGESTION = re.compile(r"\s*Did you mean [^?]*\?")


def of_request(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Return the errors of a request that was not executed, at most five."""
    return [_shown(error) for error in list(errors)[:MAX_REQUEST_ERRORS]]


def of_execution(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Return the errors of fields."""
    return [_shown(error) for error in errors]


def made(code: str, message: str) -> dict[str, Any]:
    """Return an error of the transport itself."""
    return {"message": message, "extensions": {"code": code, "request_id": request_id()}}


def _shown(error: GraphQLError) -> dict[str, Any]:
    message, extensions = _text(error)
    shown = made(str(extensions["code"]), message)
    shown["extensions"] = {**extensions, **shown["extensions"]}
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    return shown


def _text(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    for inner in _chain(error):
        if isinstance(inner, GraphQLError) and (inner.extensions or {}).get("code"):
            return _plain(inner.message, error), dict(inner.extensions or {})
    if isinstance(error, GraphQLSyntaxError):
        return error.message, {"code": "GRAPHQL_PARSE_FAILED"}
    if error.path is None or all(isinstance(inner, GraphQLError) for inner in _chain(error)):
        return _plain(error.message, error), {"code": "BAD_USER_INPUT"}
    cause = error.original_error
    logger.error("a field failed", exc_info=cause, extra={"fields": {"path": error.path}})
    return UNEXPECTED, {"code": "INTERNAL"}


def _chain(error: GraphQLError) -> Iterable[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.original_error if isinstance(current, GraphQLError) else None


def _plain(message: str, error: GraphQLError) -> str:
    return message if error.path is not None else _SUGGESTION.sub("", message)
