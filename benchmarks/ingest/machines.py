"""One machine through the years: what it is told of next, by the kind of snapshot that is wanted."""

from collections.abc import Iterator
from random import Random

from benchmarks.ingest.worlds import Hardware, day, exchanged, flashed, hardware, report, without

UNCHANGED = "unchanged"
PART = "changed: a part"
FIRMWARE = "changed: a firmware"
LATE = "late, unchanged"
LATE_MISSING = "late, a part missing"
FLAP = "changed: the part that flaps"
STEADY_KINDS = (UNCHANGED, PART, FIRMWARE, LATE, LATE_MISSING)
FLAPPING_KINDS = (FLAP, UNCHANGED, LATE, LATE_MISSING)

_FLAPPING_SLOT, _MISSED_SLOT = 3, 5


class Machine:
    """A machine and what was told of it; `flapping`: the drive of one slot is there one day and missing the next."""

    def __init__(self, number: int, flapping: bool) -> None:
        self._number, self._days = number, 0
        self._flapping, self._listed = flapping, False
        self._as_it_is = hardware(number)
        self._rng = Random(number)
        self._news = 0

    def next(self, kind: str) -> bytes:
        """Return the next report of a kind."""
        if kind in {LATE, LATE_MISSING}:
            return self._late(missing=kind == LATE_MISSING)
        self._news += 1
        if kind == PART:
            self._as_it_is = exchanged(self._as_it_is, 1, f"S45NEW{self._number:05d}{self._news:05d}")
        elif kind == FIRMWARE:
            self._as_it_is = flashed(self._as_it_is, 2, f"HXT{self._news:05d}Q")
        elif kind == FLAP:
            self._listed = not self._listed
        self._days += 1
        return report(self._told(listed=self._listed), day(self._days))

    def history(self, behind: int) -> Iterator[bytes]:
        """Yield the reports of so many days."""
        for _ in range(behind):
            yield self.next(FLAP if self._flapping else UNCHANGED)

    def _told(self, *, listed: bool) -> Hardware:
        return self._as_it_is if listed or not self._flapping else without(self._as_it_is, _FLAPPING_SLOT)

    def _late(self, *, missing: bool) -> bytes:
        """Return a report of an hour between two days, as the machine was delivered."""
        number = self._rng.randrange(1, max(2, self._days // 2))  # before the exchanges that were measured
        told = hardware(self._number)
        if self._flapping and (missing or number % 2 == 0):
            told = without(told, _FLAPPING_SLOT)
        elif missing:
            told = without(told, _MISSED_SLOT)
        return report(told, day(number + self._rng.uniform(0.1, 0.9)))
