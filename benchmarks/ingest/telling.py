"""Telling on standard error how far slow work has come, once it has taken two seconds."""

import sys
from time import monotonic

_FIRST_S, _NEXT_S = 2.0, 5.0


class Telling:
    """Counts the steps of one piece of work."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self.total, self._done = what, total, 0
        self._started = monotonic()
        self._due = self._started + _FIRST_S

    def step(self, steps: int = 1) -> None:
        """Count steps."""
        self._done += steps
        if (now := monotonic()) >= self._due:
            self._due = now + _NEXT_S
            sys.stderr.write(f"{self._what}: {self._done} of {self.total}, {now - self._started:.0f} s\n")
