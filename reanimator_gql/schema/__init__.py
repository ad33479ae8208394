"""The graph: a file a noun, over the batched reads of the store and the use cases of the services."""

from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLNamedType, GraphQLObjectType, Undefined
from strawberry.schema.config import StrawberryConfig

from reanimator_gql.schema.context import RequestContext
from reanimator_gql.schema.errors import ErrorCodes
from reanimator_gql.schema.mutation import Mutation
from reanimator_gql.schema.query import Query
from reanimator_gql.schema.scalars import SCALARS

__all__ = ["RequestContext", "build_schema", "print_schema"]


class _Schema(strawberry.Schema):
    """A schema that leaves the logging of errors to the extension that knows which are unexpected."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for kind in self._schema.type_map.values():
            _forget_null_defaults(kind)

    def process_errors(self, *_: Any, **__: Any) -> None:
        """Log nothing."""


def _forget_null_defaults(kind: GraphQLNamedType) -> None:
    """An argument or input field that may be left out has no default, instead of the default null."""
    fields = kind.fields.values() if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType) else ()
    for field in fields:
        for given in field.args.values() if isinstance(field, GraphQLField) else (field,):
            if given.default_value is None:
                given.default_value = Undefined


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
