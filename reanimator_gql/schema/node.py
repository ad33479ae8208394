"""Nodes: everything that has a global id, and how it is loaded by it.

A noun registers its type with the function that reads its rows. So relations load other nouns by name, and no file of
a noun needs to import another only to point back at it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry

from reanimator_gql.domain.global_id import decode_id, encode_id
from reanimator_gql.schema.context import Info
from reanimator_gql.schema.errors import Code, Problem
from reanimator_gql.schema.fields import field
from reanimator_gql.store.reader import Reader

N = TypeVar("N", bound=type)

_LARGEST_ID = 2**63 - 1


@strawberry.interface(description="Anything that can be fetched again by its id.")
class Node:
    """A row and the type it is shown as."""

    row: strawberry.Private[Any]

    @field(description="The global id, opaque and stable: `node(id:)` finds the object again by it.")
    def id(self) -> strawberry.ID:
        """Encode type and key."""
        return strawberry.ID(encode_id(type(self).__name__, self.key()))

    def key(self) -> int | str:
        """Return what names the row among those of its type."""
        key: int = self.row.id
        return key


Read = Callable[[Reader, Collection[Any]], Awaitable[Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True)
class _Noun:
    type: Any
    read: Read
    parse: Callable[[str], Any]


_nouns: dict[str, _Noun] = {}


def _row_id(text: str) -> int | None:
    """Return the row id in a global id; None where no row can have it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= _LARGEST_ID else None


def loadable(read: Read, parse: Callable[[str], Any] = _row_id) -> Callable[[N], N]:
    """Return a class decorator: the type is loaded by `read`; `parse` gives the key in an id, None for a bad one."""

    def register(cls: N) -> N:
        _nouns[cls.__name__] = _Noun(cls, read, parse)
        return cls

    return register


async def load(info: Info, type_name: str, keys: Sequence[Any]) -> list[Any]:
    """Return the node of each key in order, None where there is none; one statement for all."""
    noun = _nouns[type_name]
    rows = await noun.read(info.context.reader, {key for key in keys if key is not None})
    return [noun.type(row=rows[key]) if key in rows else None for key in keys]


def make(type_name: str, row: Any) -> Any:
    """Return a row as a node of a type."""
    return _nouns[type_name].type(row=row)


async def load_mixed(info: Info, wanted: Sequence[tuple[str, Any]]) -> list[Any]:
    """Return nodes of several types in order; one statement a type."""
    found: dict[tuple[str, Any], Any] = {}
    for type_name in sorted({name for name, _ in wanted}):
        keys = [key for name, key in wanted if name == type_name]
        for key, node in zip(keys, await load(info, type_name, keys), strict=True):
            found[type_name, key] = node
    return [found[one] for one in wanted]


def read_id(text: str) -> tuple[str, Any]:
    """Return type name and key of a global id. Raises BAD_ID."""
    decoded = decode_id(text)
    noun = _nouns.get(decoded[0]) if decoded else None
    key = noun.parse(decoded[1]) if decoded and noun else None
    if decoded is None or key is None:
        raise Problem(Code.BAD_ID, "this is no id of this server: take one from the `id` field of an object")
    return decoded[0], key


def key_of(text: str | None, *type_names: str) -> Any:
    """Return the key in a global id of one of the types; None for None. Raises BAD_ID."""
    if text is None:
        return None
    type_name, key = read_id(text)
    if type_name not in type_names:
        raise Problem(Code.BAD_ID, f"this is the id of a {type_name}; here belongs one of a {' or '.join(type_names)}")
    return key


async def only(
    info: Info, type_name: str, key: int | None, name: str | None, named: Callable[[Reader, str], Awaitable[list[int]]]
) -> int | None:
    """Return the key that an id or a name means; None where nothing bears the name. Raises AMBIGUOUS."""
    if (key is None) == (name is None):
        raise Problem(Code.BAD_USER_INPUT, "give exactly one of `id` and `vendorSerial`")
    if name is None:
        return key
    keys = await named(info.context.reader, name)
    if len(keys) > 1:
        ids = [encode_id(type_name, one) for one in keys]
        raise Problem(Code.AMBIGUOUS, f"{len(keys)} bear the name {name!r}: ask for one of them by its id", ids=ids)
    return keys[0] if keys else None
