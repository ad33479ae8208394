"""Bytes to text, for formats that are text or JSON.

Tools write UTF-8 with or without a byte order mark, UTF-16 (PowerShell's `>`), and now and then Latin-1 from a BIOS.
None of these is a reason to refuse a file; what was guessed is said in a warning.
"""

import codecs
from functools import lru_cache
from typing import NamedTuple

from reanimator_gql.domain.snapshot import Warn

PEEK_BYTES = 65_536

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Decoded(NamedTuple):
    """A text and what had to be guessed to get it."""

    text: str
    warnings: tuple[Warn, ...]


def decode(content: bytes) -> Decoded:
    """Return the text of `content`, without its byte order mark and without NULs; never raises."""
    body, encoding = _split_bom(content)
    try:
        text, guessed = body.decode(encoding), None
    except UnicodeDecodeError:
        text, guessed = _fallback(body, encoding)
    warnings = [Warn("", f"the text is not valid {encoding.upper()}; read as {guessed}")] if guessed else []
    if "\0" in text:
        text = text.replace("\0", "")
        warnings.append(Warn("", "the text holds NUL characters; they were left out"))
    return Decoded(text, tuple(warnings))


@lru_cache(maxsize=2)  # every parser looks at the same file; more would hold large files in memory
def peek(content: bytes) -> str:
    """Return the beginning of the text for sniffing, without byte order mark and leading blanks; never raises."""
    body, encoding = _split_bom(content[:PEEK_BYTES])
    return body.decode(encoding, "replace").lstrip(" \t\r\n\0")


def looks_like_json(content: bytes) -> bool:
    """Return whether the text begins as a JSON object or list does."""
    return peek(content)[:1] in {"{", "["}


def _split_bom(content: bytes) -> tuple[bytes, str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :], encoding
    # ASCII text in UTF-16 without a mark: every other byte of the first two characters is NUL.
    if len(content) >= 4 and content[0] and not content[1] and content[2] and not content[3]:
        return content, "utf-16-le"
    if len(content) >= 4 and not content[0] and content[1] and not content[2] and content[3]:
        return content, "utf-16-be"
    return content, "utf-8"


def _fallback(body: bytes, encoding: str) -> tuple[str, str]:
    if encoding != "utf-8":
        return body.decode(encoding, "replace"), f"{encoding.upper()} with replacement characters"
    try:
        return body.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "Latin-1"
