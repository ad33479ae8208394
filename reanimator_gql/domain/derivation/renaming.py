"""Renamings of places (rule S2): decided once for each stream, family and time, and read by the slot rule."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from reanimator_gql.domain.derivation.model import Stream
from reanimator_gql.domain.identity.places import is_renaming


class Renamings:
    """The times at which a stream renamed all places of a family, found when first asked for."""

    def __init__(self, streams: Iterable[Stream], family_of: Mapping[str, str]) -> None:
        self._streams = {(stream.asset, stream.source): stream for stream in streams}
        self._family_of = family_of
        self._found: dict[tuple[str, str], Mapping[str, list[datetime]]] = {}

    def times(self) -> dict[tuple[str, str], Mapping[str, list[datetime]]]:
        """Return all renamings: for each stream (asset, source), the times by family."""
        return {key: self._times(*key) for key in self._streams}

    def of_family(self, family: str) -> Callable[[str, str, datetime, datetime], bool]:
        """Return a function that says whether a source renamed the family's places in an asset within (after, at]."""

        def renamed(asset: str, source: str, after: datetime, at: datetime) -> bool:
            return any(after < t <= at for t in self._times(asset, source).get(family, ()))

        return renamed

    def _times(self, asset: str, source: str) -> Mapping[str, list[datetime]]:
        if (asset, source) not in self._found:
            self._found[asset, source] = self._read(self._streams[asset, source])
        return self._found[asset, source]

    def _read(self, stream: Stream) -> Mapping[str, list[datetime]]:
        times: dict[str, list[datetime]] = defaultdict(list)
        before: dict[str, dict[str, str | None]] = {}
        for reading in stream.readings:
            places: dict[str, dict[str, str | None]] = defaultdict(dict)
            for part, told in reading.told.items():
                places[self._family_of[part]][part] = told.slot
            for family, now in places.items():
                if family in before and is_renaming(before[family], now):
                    times[family].append(reading.t)
            before.update(places)
        return times
