"""The snapshots that were not read, because they only repeat others: where they stand, and when they list a part."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reanimator_gql.domain.derivation.beliefs import Placement
from reanimator_gql.domain.derivation.compressed import Ends, StreamKey, end_of
from reanimator_gql.domain.derivation.model import PlacedSnapshot, Span, Stream, Told, Track
from reanimator_gql.domain.derivation.settling import settle
from reanimator_gql.domain.derivation.standing import Standing
from reanimator_gql.domain.derivation.thinning import Thinned


class Unread:
    """What is known of snapshots that were not read from those that they repeat."""

    def __init__(self, thinned: Thinned, placements: Mapping[Hashable, Placement]) -> None:
        self._thinned, self._placements = thinned, placements

    def placements(self) -> dict[Hashable, Placement]:
        """Return where every snapshot stands."""
        beside: dict[Hashable, Placement] = {
            repeat.id: self._placements[read.id]._replace(t=repeat.t) for repeat, read in self._thinned.repeats
        }
        return {**self._placements, **beside}

    def standing(self, standing: Standing) -> Standing:
        """Return what stands, with the snapshots whose like needs no question."""
        plain = {repeat.id for repeat, read in self._thinned.repeats if read.id in standing.plain}
        return replace(standing, plain=standing.plain | plain)

    def settle(
        self,
        tracks: Mapping[str, Track],
        snapshots: Iterable[PlacedSnapshot],
        streams: Iterable[Stream],
        splits: Collection[str],
    ) -> Mapping[str, Track]:
        """Return the tracks with every sighting that matters."""
        if not self._thinned.repeats:
            return tracks
        newest: Ends = {(stream.asset, stream.source): stream.readings[-1].t for stream in streams}
        listings = _Listings(self._thinned, self._placements, snapshots, newest)
        return {
            part: settle(track, newest, listings.of(part), is_split=part in splits)
            if listings.may_matter(track)
            else track
            for part, track in tracks.items()
        }


class _Listings:
    """When snapshots that were not read list a part."""

    def __init__(
        self,
        thinned: Thinned,
        placements: Mapping[Hashable, Placement],
        snapshots: Iterable[PlacedSnapshot],
        newest: Ends,
    ) -> None:
        told: Mapping[Hashable, Mapping[str, Told]] = {snapshot.id: snapshot.told for snapshot in snapshots}
        self._newest = newest
        self._of: dict[StreamKey, list[tuple[datetime, Mapping[str, Told]]]] = defaultdict(list)
        for repeat, read in sorted(thinned.repeats, key=lambda pair: pair[0].t):
            placement = placements[read.id]
            if placement.asset is not None:
                self._of[placement.asset, placement.source].append((repeat.t, told[read.id]))

    def may_matter(self, track: Track) -> bool:
        """Whether several streams, or people, tell of a part: within one stream nothing is foreign."""
        streams = {(span.asset, span.source) for span in track.spans}
        recorded = any(seen.recorded for seen in track.seen) or any(loss.recorded for loss in track.lost)
        return (len(streams) > 1 or recorded) and any(stream in self._of for stream in streams)

    def of(self, part: str) -> "_Sightings":
        return _Sightings(part, self._of, self._newest)


class _Sightings:
    """The unread sightings of a part inside of a span, found when first asked for."""

    def __init__(
        self, part: str, of: Mapping[StreamKey, Sequence[tuple[datetime, Mapping[str, Told]]]], newest: Ends
    ) -> None:
        self._part, self._of, self._newest = part, of, newest
        self._found: dict[Span, list[datetime]] = {}

    def __call__(self, span: Span) -> Sequence[datetime]:
        if span not in self._found:
            end = end_of(span, self._newest)
            self._found[span] = [
                t
                for t, told in self._of.get((span.asset, span.source), ())
                if span.first < t < end and self._part in told
            ]
        return self._found[span]
