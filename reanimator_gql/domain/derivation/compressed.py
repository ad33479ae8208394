"""The rule read from spans instead of single sightings: a part that did not change costs two of them, not thousands.

Where a foreign statement about the part falls into a span, its ends do not suffice: see `settling`. Flags say so.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntFlag
from operator import itemgetter

from reanimator_gql.domain.derivation.model import SNAPSHOT_RANK, Lost, Seen, Span, Told, Track

StreamKey = tuple[str, str]
Ends = Mapping[StreamKey, datetime]
"""The newest time of each stream, by asset and source."""


class Flags(IntFlag):
    """What must be known of a span before a shorter way may be taken."""

    CONTESTED = 1  # open, and its stream's newest time is not later than every foreign statement
    INSIDE = 2  # a foreign statement falls between its first and its last sighting
    COPY = 4  # of one of several parts that bear one serial
    STATED = 8  # of a part that somebody recorded something about
    TAIL = 16  # the stream fell silent about the part: neither seen nor missed since


NONE = Flags(0)


def end_of(span: Span, newest: Ends) -> datetime:
    """Return the time of a span's last sighting."""
    return span.last if span.last is not None else newest[span.asset, span.source]


def track_of(spans: Iterable[Span], newest: Ends, told_of: Callable[[Span], Told]) -> Track:
    """Return the track that the spans tell: each one's first and last sighting, and the losses."""
    spans = tuple(spans)
    seen: list[Seen] = []
    lost: list[Lost] = []
    for span in spans:
        told = told_of(span)
        seen.append(Seen(span.first, SNAPSHOT_RANK, span.asset, span.source, told, span.missing_before))
        if (end := end_of(span, newest)) != span.first:
            seen.append(Seen(end, SNAPSHOT_RANK, span.asset, span.source, told))
        if span.missing_after is not None:
            lost.append(Lost(span.missing_after, SNAPSHOT_RANK, span.asset, span.source))
    return Track(tuple(seen), tuple(lost), spans)


def flags_of(spans: Sequence[Span], track: Track, newest: Ends, common: Flags = NONE) -> dict[Span, Flags]:
    """Return the flags of a part's spans. `track` tells at least the ends of all its spans and what was recorded."""
    stretches = _Stretches(spans, newest)
    points = _Points(track)
    return {span: common | _flags(span, stretches, points, end_of(span, newest)) for span in spans}


def _flags(span: Span, stretches: "_Stretches", points: "_Points", end: datetime) -> Flags:
    found = NONE
    if span.first < end and (points.fall_into(span, end) or stretches.fall_into(span, end)):
        found |= Flags.INSIDE
    if span.last is None:
        latest = max(filter(None, (points.latest(span.asset), stretches.latest(span.asset))), default=None)
        return found | (Flags.CONTESTED if latest is not None and end <= latest else NONE)
    return found | (Flags.TAIL if stretches.is_tail(span) else NONE)


class _Stretches:
    """The stretches of time over which each stream listed a part, found by bisection: a part may have thousands."""

    def __init__(self, spans: Sequence[Span], newest: Ends) -> None:
        self._of: dict[StreamKey, list[tuple[datetime, datetime]]] = defaultdict(list)
        for span in sorted(spans, key=lambda one: one.first):
            self._of[span.asset, span.source].append((span.first, end_of(span, newest)))

    def is_tail(self, span: Span) -> bool:
        return span.missing_after is None and self._of[span.asset, span.source][-1][0] == span.first

    def latest(self, asset: str) -> datetime | None:
        """Return the last sighting in any other asset."""
        return max((of[-1][1] for (where, _), of in self._of.items() if where != asset), default=None)

    def fall_into(self, span: Span, end: datetime) -> bool:
        return any(
            where != span.asset and (at := bisect_right(of, end, key=itemgetter(0))) > 0 and of[at - 1][1] >= span.first
            for (where, _), of in self._of.items()
        )


class _Points:
    """Losses by asset, and what was recorded of the part anywhere."""

    def __init__(self, track: Track) -> None:
        self._recorded = sorted(
            [s.t for s in track.seen if s.recorded] + [loss.t for loss in track.lost if loss.recorded]
        )
        self._losses: dict[str, list[datetime]] = defaultdict(list)
        for loss in sorted(track.lost, key=lambda one: one.t):
            self._losses[loss.asset].append(loss.t)

    def latest(self, asset: str) -> datetime | None:
        return max((of[-1] for of in (self._recorded, self._losses.get(asset)) if of), default=None)

    def fall_into(self, span: Span, end: datetime) -> bool:
        return any(
            of and bisect_left(of, span.first) < bisect_right(of, end)
            for of in (self._recorded, self._losses.get(span.asset))
        )
