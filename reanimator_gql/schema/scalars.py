"""Scalars: instants with a zone, and names of formats that come from outside."""

import re
from datetime import UTC, datetime
from typing import IO, Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

SourceType = NewType("SourceType", str)
Bytes = NewType("Bytes", IO[bytes])

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?")


def write_instant(value: datetime) -> str:
    """Return an instant as RFC 3339 in UTC, with `Z`."""
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def read_instant(value: Any) -> datetime:
    """Return the instant in a text. Raises GraphQLError in words that say what would be right."""
    matched = _RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        raise GraphQLError(f"not an instant: {value!r}; write it like 2026-01-31T08:00:00Z")
    if matched["zone"] is None:
        raise GraphQLError(f"the instant {value!r} has no zone; write it like 2026-01-31T08:00:00Z")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GraphQLError(f"not an instant: {value!r}; {error}") from error


def _read_source(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("a source type is a text like hardware_json")
    return value


def _read_file(value: Any) -> IO[bytes]:
    if isinstance(value, str | int | float | bool | list | dict) or not hasattr(value, "read"):
        raise GraphQLError("an open file can be given in process only; send the bytes as `content`, in Base64")
    file: IO[bytes] = value
    return file


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, RFC 3339 with a zone; answers are in UTC and end with `Z`. Microseconds are kept.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=write_instant,
        parse_value=read_instant,
    ),
    SourceType: strawberry.scalar(
        name="SourceType",
        description="The format a snapshot was read from, with its collector after a colon where the file names one: "
        "`hardware_json`, `lshw`, `hardware_json:agentA`. Formats come from outside, so the list is open.",
        serialize=str,
        parse_value=_read_source,
    ),
    Bytes: strawberry.scalar(
        name="Bytes",
        description="An open file, handed over in process. No client can write one.",
        parse_value=_read_file,
    ),
}
