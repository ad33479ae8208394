"""JSON, read strictly: what another reader might take for something else is refused, with the place named.

NaN, Infinity, numbers beyond a double, lone surrogates, trailing commas and comments are no JSON (orjson refuses them).
A key that stands twice in one object would silently lose a value, and nesting deeper than `MAX_DEPTH` is no hardware
log but an attack on whatever is recursive: both are refused here, and so are more values than any machine has.
"""

import json
from typing import Any, NamedTuple

import orjson

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.text import decode

MAX_DEPTH = 64
MAX_VALUES = 200_000

_REMEDY = "send the JSON as the tool wrote it"


class Loaded(NamedTuple):
    """The value and what had to be guessed to read the text."""

    value: Any
    warnings: tuple[Warn, ...]


def loads(content: bytes) -> Loaded:
    """Return the value of a JSON text in UTF-8 or UTF-16, with or without a byte order mark.

    Raises `ParseError`: with line and column where the text is no JSON, with the key where one stands twice.
    """
    text, warnings = decode(content)
    _check_size(text)
    # orjson stops at 1,024 levels by itself, so the depth of what it returns can be measured without recursion.
    _check_depth(_decode_orjson(text))
    # A second reading, because orjson keeps the last of two equal keys and rounds integers above 64 bits.
    return Loaded(_decode_pairs(text), warnings)


def _check_size(text: str) -> None:
    """Refuse what would fill the memory: an upper bound of the values is counted before any of them is made."""
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise ParseError(f"the JSON holds more than {MAX_VALUES} values", "send the output of one tool on one machine")


def _decode_orjson(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "depth" in error.msg or "recursion" in error.msg.lower():
            raise _too_deep() from None
        raise ParseError(f"not valid JSON: {error.msg}", _REMEDY, line=error.lineno, column=error.colno) from None


def _check_depth(value: Any) -> None:
    """Refuse nesting deeper than `MAX_DEPTH`, level by level."""
    level = _containers([value])
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [inner for outer in level for inner in _containers(outer)]
    if level:
        raise _too_deep()


def _containers(value: dict[str, Any] | list[Any]) -> list[dict[str, Any] | list[Any]]:
    inside = value.values() if isinstance(value, dict) else value
    return [one for one in inside if isinstance(one, dict | list)]


def _too_deep() -> ParseError:
    return ParseError(f"the JSON is nested deeper than {MAX_DEPTH} levels", _REMEDY)


def _decode_pairs(text: str) -> Any:
    try:
        return json.JSONDecoder(object_pairs_hook=_object).decode(text)
    except ParseError:
        raise
    except ValueError as error:  # an integer of more digits than Python converts
        raise ParseError(f"the JSON holds a number that cannot be read ({error})", _REMEDY) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _twice([key for key, _ in pairs])
    return value


def _twice(keys: list[str]) -> ParseError:
    seen: set[str] = set()
    key = next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return ParseError(
        f"the key {key!r} stands twice in one JSON object", "write each key once, or a value would be lost"
    )
