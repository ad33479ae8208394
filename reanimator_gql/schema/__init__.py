"""The graph: a file a noun, over the batched reads of the store and the use cases of the services."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from reanimator_gql.schema.context import RequestContext
from reanimator_gql.schema.errors import ErrorCodes
from reanimator_gql.schema.mutation import Mutation
from reanimator_gql.schema.query import Query
from reanimator_gql.schema.scalars import SCALARS

__all__ = ["RequestContext", "build_schema", "print_schema"]


class _Schema(strawberry.Schema):
    """A schema that leaves the logging of errors to the extension that knows which are unexpected."""

    def process_errors(self, *_: Any, **__: Any) -> None:
        """Log nothing."""


def build_schema() -> strawberry.Schema:
    """Return the graph. Limits on documents are added by the transport."""
    return _Schema(
        query=Query,
        mutation=Mutation,
        extensions=[ErrorCodes],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def print_schema() -> str:
    """Return the graph in the schema definition language, with an end of line."""
    return build_schema().as_str() + "\n"
