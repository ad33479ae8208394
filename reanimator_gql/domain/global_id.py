"""Opaque ids outside, row ids inside: `base64("Asset:12")`, as Relay's clients expect."""

import base64
import binascii


def encode_id(type_name: str, row_id: int | str) -> str:
    """Return the global id of a row."""
    return base64.b64encode(f"{type_name}:{row_id}".encode()).decode()


def decode_id(text: str) -> tuple[str, str] | None:
    """Return type name and row id; None where the text is no global id."""
    try:
        decoded = base64.b64decode(text.encode(), validate=True).decode()
    except (binascii.Error, UnicodeError):
        return None
    type_name, colon, row_id = decoded.partition(":")
    return (type_name, row_id) if colon and type_name and row_id else None
