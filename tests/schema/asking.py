"""Asking the graph in tests: one request as a server would run it, and the statements that it sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from reanimator_gql.schema import RequestContext, build_schema
from reanimator_gql.services.context import Context
from reanimator_gql.store.reader import Reader

SCHEMA = build_schema()


async def answer(context: Context, document: str, **variables: Any) -> Any:
    """Return the whole result of a request."""
    async with Reader(context.database) as reader:
        request = RequestContext(context, reader)
        return await SCHEMA.execute(document, variable_values=variables, context_value=request)


async def ask(context: Context, document: str, **variables: Any) -> Any:
    """Return the data of a request that must have no errors."""
    result = await answer(context, document, **variables)
    assert result.errors is None, result.errors
    return result.data


async def code_of(context: Context, document: str, **variables: Any) -> str:
    """Return the code of the one error of a request."""
    result = await answer(context, document, **variables)
    (error,) = result.errors
    code: str = error.extensions["code"]
    return code


@contextmanager
def statements(context: Context) -> Iterator[list[str]]:
    """Collect the statements that the database is sent."""
    sent: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement != "BEGIN":
            sent.append(statement)

    engine = context.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)
