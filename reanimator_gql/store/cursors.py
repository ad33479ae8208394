"""Cursors: opaque to clients, checked like any other input. Whatever a client makes up is a BadCursor."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement

from reanimator_gql.store.types import UtcDateTime

Values: TypeAlias = Sequence[int | str | bytes | datetime | None]

_VERSION = 1
_LONGEST = 4_000
_INTEGERS = range(-(2**63), 2**63)


class BadCursor(ValueError):
    """The text is no cursor of this list and order."""


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    version: int
    ordering: str
    values: list[int | str | None]


def encode_cursor(ordering: str, values: Values) -> str:
    """Return the cursor of a row from the values that it is sorted by."""
    told: list[int | str | None] = [_plain(value) for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode(_Cursor(_VERSION, ordering, told))).decode()


def decode_cursor(text: str, ordering: str, columns: Sequence[ColumnElement[Any]]) -> Values:
    """Return the sort values in a cursor. Raises BadCursor."""
    cursor = _decode(text)
    if (cursor.version, cursor.ordering, len(cursor.values)) != (_VERSION, ordering, len(columns)):
        raise BadCursor("the cursor comes from another list or another order: take one from this list")
    return [_typed(value, column) for value, column in zip(cursor.values, columns, strict=True)]


def _decode(text: str) -> _Cursor:
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        return msgspec.json.decode(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True), type=_Cursor)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise BadCursor("this is no cursor: take one that the server gave") from error


def _plain(value: Any) -> int | str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    plain: int | str | None = value
    return plain


def _typed(value: int | str | None, column: ColumnElement[Any]) -> int | str | bytes | datetime | None:
    if value is None:
        return None
    try:
        return _read(value, datetime if isinstance(column.type, UtcDateTime) else column.type.python_type)
    except (ValueError, OverflowError, TypeError) as error:
        raise BadCursor("the cursor was changed: take one that the server gave") from error


def _read(value: int | str, kind: type) -> int | str | bytes | datetime:
    if kind is int:
        if not isinstance(value, int) or value not in _INTEGERS:
            raise ValueError(value)
        return value
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    if kind is datetime:
        return _instant(value)
    return bytes.fromhex(value) if kind is bytes else value


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)
