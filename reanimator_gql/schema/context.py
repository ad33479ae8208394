"""What every field of one request can reach."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from reanimator_gql.services.context import Context
from reanimator_gql.store.reader import Reader


@dataclass(slots=True)
class RequestContext:
    """One a request: the services' context, the connection to read with, and the loaders of relations."""

    context: Context
    reader: Reader
    loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)


Info: TypeAlias = strawberry.Info[RequestContext, None]
