"""The answer of a document as a body of the REST interface: snake_case, integer ids, lists as pages.

Only names change. What stands in a JSON scalar is data, and stays as it is.
"""

import re
from typing import Any

from reanimator_gql.domain.global_id import decode_id

_VERBATIM = {"attributes", "details"}
_RENAMED = {"databaseId": "id", "totalCount": "total"}
_UPPER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(name: str) -> str:
    """Return a name of GraphQL as one of REST."""
    return _RENAMED.get(name) or _UPPER.sub("_", name).lower()


def shaped(value: Any) -> Any:
    """Return a value of an answer under the names of REST."""
    if isinstance(value, list):
        return [shaped(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "pageInfo" in value:
        return page(value)
    return {snake(key): inner if key in _VERBATIM else shaped(inner) for key, inner in value.items()}


def page(connection: dict[str, Any]) -> dict[str, Any]:
    """Return a connection as a page: `next_cursor` is null on the last one."""
    info = connection["pageInfo"]
    return {
        "items": shaped(connection["nodes"]),
        "total": connection["totalCount"],
        "next_cursor": info["endCursor"] if info["hasNextPage"] else None,
    }


def whole(items: list[Any]) -> dict[str, Any]:
    """Return a list that has no pages as the one page of it."""
    return {"items": items, "total": len(items), "next_cursor": None}


def row_id(global_id: str) -> int:
    """Return the integer id in a global one."""
    decoded = decode_id(global_id)
    assert decoded is not None, "the schema made it"
    return int(decoded[1])
