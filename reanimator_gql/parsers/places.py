"""Finds the text at a place in a file again: the value behind a JSON pointer (RFC 6901), or some lines.

The JSON is walked as text, so that what is shown is what was uploaded: blanks, order and spelling of numbers too.
"""

import re
from json import JSONDecodeError, JSONDecoder

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.text import decode

_BLANKS = re.compile(r"[ \t\r\n]*")
_decoder = JSONDecoder()


def text_at(content: bytes, place: Origin) -> str | None:
    """Return the text at a place in a file; None where the file has no such place."""
    text = decode(content).text
    if place.pointer is not None:
        return _json_at(text, place.pointer)
    if place.line is not None:
        return _lines(text, place.line, place.last_line or place.line)
    return text


def _lines(text: str, first: int, last: int) -> str | None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(lines[first - 1 : last]) if 1 <= first <= last <= len(lines) else None


def _json_at(text: str, pointer: str) -> str | None:
    if pointer and not pointer.startswith("/"):
        return None
    at = _after_blanks(text, 0)
    try:
        for token in pointer.split("/")[1:]:
            found = _inside(text, at, token.replace("~1", "/").replace("~0", "~"))
            if found is None:
                return None
            at = found
        return text[at : _end_of_value(text, at)]
    except (JSONDecodeError, IndexError, RecursionError):
        return None


def _inside(text: str, at: int, token: str) -> int | None:
    """Return where the value of a key or index of the container at `at` begins."""
    if text[at] == "{":
        return _member(text, at, token)
    return _element(text, at, int(token)) if text[at] == "[" and token.isdecimal() and len(token) < 10 else None


def _member(text: str, at: int, name: str) -> int | None:
    at = _after_blanks(text, at + 1)
    while text[at] == '"':
        key, at = _decoder.raw_decode(text, at)
        at = _after_blanks(text, _after_blanks(text, at) + 1)  # over the colon
        if key == name:
            return at
        at = _after_value(text, at)
    return None


def _element(text: str, at: int, index: int) -> int | None:
    at = _after_blanks(text, at + 1)
    while text[at] != "]":
        if index == 0:
            return at
        index -= 1
        at = _after_value(text, at)
    return None


def _after_value(text: str, at: int) -> int:
    """Return where the next member of a container begins, or the container's end stands."""
    at = _after_blanks(text, _end_of_value(text, at))
    return _after_blanks(text, at + 1) if text[at] == "," else at


def _end_of_value(text: str, at: int) -> int:
    _, end = _decoder.raw_decode(text, at)
    return end


def _after_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at
