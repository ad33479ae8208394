"""Values of a JSON document whose shape nobody warrants: each is asked for by its path, and is missing or of its type.

For tools that write JSON themselves (smartctl, nvme, Ironic): there a value of another type than the tool writes is no
news about hardware, so it counts as missing, without a remark.
"""

import re
from typing import Any

_WHOLE = re.compile(r"\s*\d{1,19}(?:\.0{1,6})?\s*")
_LARGEST = (1 << 63) - 1


def at(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys; None where any of them is missing."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: Any, *path: str) -> str | None:
    """Return the text at a path, without the blanks that pad it; None where it is missing, empty or no text."""
    found = at(value, *path)
    return found.strip() or None if isinstance(found, str) else None


def first_text(value: Any, *names: str) -> str | None:
    """Return the first text that one of several names tells."""
    return next((found for name in names if (found := text(value, name)) is not None), None)


def whole(value: Any, *path: str) -> int | None:
    """Return the number at a path, told as 12, 12.0 or "12"; None for what is none, is negative or needs 64 bits."""
    found = at(value, *path)
    if isinstance(found, str):
        found = int(found.partition(".")[0]) if _WHOLE.fullmatch(found) else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    is_number = isinstance(found, int) and not isinstance(found, bool)
    return found if is_number and 0 <= found <= _LARGEST else None


def entries(value: Any, *path: str) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects of the list at a path with their numbers in it; other members are left out."""
    found = at(value, *path)
    if not isinstance(found, list):
        return []
    return [(number, one) for number, one in enumerate(found) if isinstance(one, dict)]


def unknown(value: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Return the plain values under names that are not known: texts, whole numbers and truth values."""
    others = {name: one for name, one in value.items() if name not in known}
    return {name: one for name, one in others.items() if _is_plain(one)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, bool) or (isinstance(value, int) and -_LARGEST <= value <= _LARGEST)


def told(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are not None."""
    return {name: one for name, one in values.items() if one is not None}
