"""What every parser is: a name, a version, a cheap test for its own format, and a function from bytes to snapshots.

A parser is pure: it sees one peeled file, knows no database and no clock, and keeps values as the tool told them.
Whatever is wrong with a file is told by `ParseError`; nothing else may leave `parse`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reanimator_gql.domain.snapshot import Snapshot


def no_hint(_content: bytes) -> str | None:
    """Return no hint: what a parser does that cannot tell how near a foreign file came."""
    return None


@dataclass(frozen=True, slots=True)
class Parser:
    """One format.

    `name` is the source type, `version` rises when the same bytes come to mean something else, `expects` says what the
    format looks like. `sniff` is cheap and never raises; `parse` raises `ParseError` only. `near` may name what a file
    lacks that `sniff` refused (``JSON without `hardware```), or None where it is nothing like this format.
    """

    name: str
    version: int
    expects: str
    sniff: Callable[[bytes], bool]
    parse: Callable[[bytes], tuple[Snapshot, ...]]
    near: Callable[[bytes], str | None] = no_hint


class ParseError(ValueError):
    """A file that cannot be read: what was wrong, where, and what would make it right.

    `line` and `column` count from 1; `path` is a JSON path such as ``hardware.memory[3]``.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        *,
        line: int | None = None,
        column: int | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy
        self.line = line
        self.column = column
        self.path = path

    def __str__(self) -> str:
        """Return one clear sentence."""
        return f"{self.reason}{self.where()}; {self.remedy}."

    def where(self) -> str:
        """Return the place in the file, ready to follow a sentence; empty where none is known."""
        if self.line is not None:
            return f" (line {self.line}, column {self.column})"
        return f" (at {self.path})" if self.path else ""
