"""Looking up the sightings inside of a span that matter, until nothing new appears.

Between its first and its last sighting a span says nothing that matters, unless a foreign statement about the part
falls into it: a sighting in another asset, a loss in the same asset, something recorded. Then the span's sightings
nearest to that statement are looked up. Those are statements too, so it is repeated; where the serial proves to be on
two machines (rule C9), what others say after that proof no longer matters.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from reanimator_gql.domain.derivation.compressed import Ends, end_of
from reanimator_gql.domain.derivation.model import SNAPSHOT_RANK, Seen, Span, Told, Track
from reanimator_gql.domain.derivation.parts import proof_of_copies
from reanimator_gql.domain.derivation.thinning import next_to

Sightings = Callable[[Span], Sequence[datetime]]
"""The times of a span's sightings that were not read, in order."""


def settle(track: Track, newest: Ends, unread: Sightings, *, is_split: bool = False) -> Track:
    """Return the track with every sighting that matters. `is_split`: a person said that the part is one a machine."""
    told_in = _told_in(track)
    read: dict[Span, set[datetime]] = defaultdict(set)
    while True:
        fresh = [
            (span, t) for span, times in _looks(track, newest, unread, is_split=is_split) for t in times - read[span]
        ]
        if not fresh:
            return track
        for span, t in fresh:
            read[span].add(t)
        more = (Seen(t, SNAPSHOT_RANK, span.asset, span.source, told_in[span]) for span, t in fresh)
        track = Track((*track.seen, *more), track.lost, track.spans)


def _told_in(track: Track) -> dict[Span, Told]:
    first = {(seen.asset, seen.source, seen.t): seen.told for seen in track.seen if not seen.recorded}
    return {span: first[span.asset, span.source, span.first] for span in track.spans}


def _looks(track: Track, newest: Ends, unread: Sightings, *, is_split: bool) -> Iterable[tuple[Span, set[datetime]]]:
    """Yield the spans into which foreign statements fall, with their sightings nearest to those."""
    statements = _Statements(track, is_split=is_split)
    for span in track.spans:
        inside = statements.within(span, end_of(span, newest))
        if inside and (times := unread(span)):
            yield span, {times[at] for t in inside for at in next_to(times, t)}


class _Statements:
    """The statements about a part that are foreign to the spans of an asset, in order of time."""

    def __init__(self, track: Track, *, is_split: bool) -> None:
        proof = None if is_split else proof_of_copies(track)
        self._until = proof[-1].t if proof else None
        self._track = track
        self._of: dict[str, list[datetime]] = {}
        self._is_split = is_split

    def within(self, span: Span, end: datetime) -> list[datetime]:
        if span.asset not in self._of:
            self._of[span.asset] = sorted(self._foreign_to(span.asset))
        of = self._of[span.asset]
        return of[bisect_left(of, span.first) : bisect_right(of, end)]

    def _foreign_to(self, asset: str) -> set[datetime]:
        points = {loss.t for loss in self._track.lost if loss.recorded or loss.asset == asset}
        points |= {seen.t for seen in self._track.seen if seen.recorded}
        if not self._is_split:
            points |= {
                seen.t
                for seen in self._track.seen
                if seen.asset != asset and (self._until is None or seen.t <= self._until)
            }
        return points
