"""`{id}` of a path: the integer id or a vendor serial. Digits are an id first, then a serial."""

from typing import Any

from starlette.requests import Request

from reanimator_gql.domain.global_id import encode_id
from reanimator_gql.rest.run import Runner
from reanimator_gql.transport.problems import Problem

LARGEST_ID = 2**63 - 1


async def find(runner: Runner, document: str, type_name: str, request: Request, **variables: Any) -> Any:
    """Return the `found` of a document for the object that the path names. Raises Problem 404."""
    named: str = request.path_params["id"]
    if named.isascii() and named.isdecimal() and int(named[:20]) <= LARGEST_ID:
        data = await runner.read(document, id=encode_id(type_name, int(named)), **variables)
        if data["found"] is not None:
            return data["found"]
    data = await runner.read(document, serial=named, **variables)
    if data["found"] is None:
        raise Problem(404, "NOT_FOUND", f"there is no {type_name.lower()} with the id or vendor serial {named!r}")
    return data["found"]
