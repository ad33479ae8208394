"""Query parameters: known names only, each at most once but for lists. Values are checked by the schema.

A misspelt filter must not answer with everything, so an unknown name is refused.
"""

import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MultiDict
from starlette.requests import Request

from reanimator_gql.transport.problems import Problem

_ZONE_AFTER_SPACE = re.compile(r" (?=\d\d:?\d\d$)")
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


class Parameters:
    """The query parameters of a request. Raises Problem 400 for names that the endpoint does not know."""

    def __init__(self, request: Request, *known: str) -> None:
        self.known = known
        self.given = MultiDict(request.query_params.multi_items())
        for name in self.given:
            if name not in known:
                detail = f"there is no parameter {name!r} here; there are {', '.join(known) or 'none'}"
                raise Problem(400, "UNKNOWN_PARAMETER", detail)

    def fill(self, fields: Mapping[str, str]) -> None:
        """Take from the fields of a form what the query did not give; forms may hold other things too."""
        for name in self.known:
            if name not in self.given and name in fields:
                self.given[name] = fields[name]

    def text(self, name: str) -> str | None:
        """Return a value; None where it is missing or empty."""
        values = self.given.getlist(name)
        if len(values) > 1:
            raise Problem(400, "BAD_PARAMETER", f"the parameter {name!r} is given {len(values)} times; give it once")
        return values[0] if values and values[0] else None

    def integer(self, name: str) -> int | None:
        """Return a whole number."""
        text = self.text(name)
        if text is not None and not _INTEGER.fullmatch(text):
            raise Problem(400, "BAD_PARAMETER", f"the parameter {name!r} must be a whole number, not {text!r}")
        return None if text is None else int(text)

    def flag(self, name: str) -> bool | None:
        """Return true or false."""
        text = self.text(name)
        if text not in {None, "true", "false"}:
            raise Problem(400, "BAD_PARAMETER", f"the parameter {name!r} must be true or false, not {text!r}")
        return None if text is None else text == "true"

    def instant(self, name: str) -> str | None:
        """Return an instant as text; a `+` that became a space on its way is put back."""
        text = self.text(name)
        return None if text is None else _ZONE_AFTER_SPACE.sub("+", text)

    def word(self, name: str) -> str | None:
        """Return the value of an enum, which is in capitals."""
        text = self.text(name)
        return None if text is None else text.upper()

    def words(self, name: str) -> list[str] | None:
        """Return a list: values separated by commas, the parameter repeated, or both; in capitals, as enums are."""
        values = [word.strip().upper() for value in self.given.getlist(name) for word in value.split(",")]
        return [word for word in values if word] or None


def given_only(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that were given."""
    return {key: value for key, value in values.items() if value is not None}
