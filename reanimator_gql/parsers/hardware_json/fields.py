"""Reads the fields of one object of Reanimator hardware JSON, and keeps account of what was read.

Nothing is lost and nothing is an error here: a value of the wrong type and a field of an unknown name go to the item's
attributes, with a warning that names the path.
"""

import re
from typing import Any

from reanimator_gql.domain.snapshot import Origin, Warn
from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.pci import link_speed, link_width

_NO_VALUE = frozenset({"", "none", "null", "n/a", "na", "unknown", "0"})
_TELEMETRY = re.compile(
    r"temp(erature)?s?(_|$)|_errors?$|_error_count$|^uptime|_hours$|_count$|_counter$|percentage_used|_written|_read$"
    r"|^current_|^input_|^output_|_rpm$|utilization|life_left|wear",
    re.IGNORECASE,
)
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})
_ABSENT = frozenset({"absent", "not present", "notpresent", "not installed", "empty", "empty bay", "unpopulated"})


class Notes:
    """The warnings of one file: the same remark about one field of a list is made once, with a count."""

    def __init__(self) -> None:
        self._paths: dict[tuple[str, str, str], str] = {}
        self._counts: dict[tuple[str, str, str], int] = {}

    def add(self, path: str, message: str) -> None:
        """Note `message` about `path`."""
        name, _, rest = path.partition("[")
        key = (name, rest.partition("]")[2], message)  # without the number in the list
        self._paths.setdefault(key, path)
        self._counts[key] = self._counts.get(key, 0) + 1

    def warnings(self) -> tuple[Warn, ...]:
        """Return the warnings in the order of their first cause; the path is that of the first."""
        return tuple(
            Warn(path, key[2] if self._counts[key] == 1 else f"{key[2]} ({self._counts[key]} times)")
            for key, path in self._paths.items()
        )


class Fields:
    """One JSON object while it is read; `attributes` and `telemetry` collect what has no field of its own."""

    def __init__(self, value: Any, path: str, notes: Notes, pointer: str = "") -> None:
        if not isinstance(value, dict):
            raise ParseError(f"{path} is {type_name(value)}", "it must be a JSON object", path=path)
        self.path = path
        self.origin = Origin(pointer=pointer)
        self.notes = notes
        self.attributes: dict[str, Any] = {}
        self.telemetry: dict[str, Any] = {}
        self._rest: dict[str, Any] = dict(value)

    def path_of(self, name: str) -> str:
        """Return the JSON path of a field; those of the envelope stand at the top."""
        return f"{self.path}.{name}" if self.path else name

    def names(self) -> list[str]:
        """Return the names of the fields not yet taken."""
        return sorted(self._rest)

    def raw(self, name: str) -> Any:
        """Take the value of a field as it stands."""
        return self._rest.pop(name, None)

    def text(self, *names: str) -> str | None:
        """Take a text; a number counts as its digits, an empty text as none. Of several names the first told counts."""
        found: str | None = None
        for name in names:
            value = self.raw(name)
            if value is None or isinstance(value, str):
                found = found or value
            elif isinstance(value, int | float) and not isinstance(value, bool):
                found = found or _digits(value)
            else:
                self._odd(name, value, "a text")
        return found or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts; one text alone counts as a list of one."""
        value = self.raw(name)
        if value is None:
            return ()
        told = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in told):
            self._odd(name, value, "a list of texts")
            return ()
        return tuple(dict.fromkeys(one for one in told if one.strip()))

    def yes(self, name: str, default: bool) -> bool:
        """Take a truth value: true, 1, "yes" and their contraries."""
        value = self.raw(name)
        if value is None:
            return default
        told = str(value).strip().lower()
        if told in _YES or told in _NO:
            return told in _YES
        self._odd(name, value, "true or false")
        return default

    def present(self) -> bool:
        """Take `present`; where it is not told, a status (taken before) that says so makes a place empty."""
        status = self.attributes.get("status")
        return self.yes("present", not (isinstance(status, str) and status.strip().lower() in _ABSENT))

    def attribute(self, *names: str) -> None:
        """Take texts of content that have no field of their own."""
        for name in names:
            if (value := self.text(name)) is not None:
                self.attributes[name] = value

    def number(self, *names: str) -> None:
        """Take numbers of content: 12, 12.0 and "12" are one."""
        for name in names:
            if (value := self._number(name)) is not None:
                self.attributes[name] = value

    def measured(self, *names: str) -> None:
        """Take numbers of telemetry."""
        for name in names:
            if (value := self._number(name)) is not None:
                self.telemetry[name] = value

    def width(self, name: str) -> int | None:
        """Take a link width in lanes."""
        value = self.raw(name)
        width = link_width(value)
        if width is None and not _says_nothing(value):
            self._odd(name, value, "a number of lanes")
        return width

    def max_speed(self, name: str) -> float | None:
        """Take the highest link speed in GT/s; a text of the source is kept as an attribute."""
        return self._speed(name, self.attributes)

    def present_speed(self, name: str) -> None:
        """Take the present link speed: telemetry, and the text of the source too (it dips whenever a device idles)."""
        if (speed := self._speed(name, self.telemetry)) is not None:
            self.telemetry["link_speed_gts"] = speed

    def rest(self) -> None:
        """Take all fields that are left, with a warning: names the format does not know."""
        for name in sorted(self._rest):
            value = self._rest[name]
            self.notes.add(self.path_of(name), "unknown field, kept in the attributes")
            if value is not None:
                kept = self.telemetry if _TELEMETRY.search(name) and _is_number(value) else self.attributes
                kept[name] = value
        self._rest.clear()

    def _number(self, name: str) -> int | float | None:
        value = self.raw(name)
        number = to_number(value)
        if number is None and not _says_nothing(value):
            self._odd(name, value, "a number")
        return number

    def _speed(self, name: str, kept: dict[str, Any]) -> float | None:
        value = self.raw(name)
        speed = link_speed(value)
        if speed is None and not _says_nothing(value):
            self._note_odd(name, value, 'a link speed such as "16.0 GT/s" or "Gen4"')
            kept[name] = value
        elif isinstance(value, str) and speed is not None:
            kept[name] = value
        return speed

    def _odd(self, name: str, value: Any, expected: str) -> None:
        self._note_odd(name, value, expected)
        self.attributes[name] = value

    def _note_odd(self, name: str, value: Any, expected: str) -> None:
        self.notes.add(self.path_of(name), f"{type_name(value)} where {expected} was expected, kept as it stands")


def to_number(value: Any) -> int | float | None:
    """Return the number told as 12, 12.0, "12" or "12.0"; None for what is none."""
    if isinstance(value, str):
        if not re.fullmatch(r"\s*-?\d{1,18}(?:\.\d{1,18})?\s*", value):
            return None
        value = float(value) if "." in value else int(value)
    if not _is_number(value):
        return None
    number: int | float = value
    return int(number) if isinstance(number, float) and number.is_integer() else number


def type_name(value: Any) -> str:
    """Return what a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _says_nothing(value: Any) -> bool:
    return value is None or (not isinstance(value, bool | dict | list) and str(value).strip().lower() in _NO_VALUE)


def _digits(value: int | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
