"""Tracks: for each part, its sightings, losses and spans, read out of the streams.

In each reading a part is *seen* (listed), *missing* (not listed, and its class is covered, or the slot this stream
last told of it is reported empty) or *silent*. A loss is the step from seen to missing inside one stream.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from reanimator_gql.domain.derivation.model import (
    SNAPSHOT_RANK,
    Lost,
    Reading,
    Seen,
    Span,
    Stream,
    Told,
    Track,
)
from reanimator_gql.domain.identity.places import normal_place


def build_tracks(
    streams: Iterable[Stream], recorded: Mapping[str, tuple[Iterable[Seen], Iterable[Lost]]]
) -> dict[str, Track]:
    """Return the track of every part that a stream listed or a person installed."""
    walks: dict[str, list[_Walk]] = defaultdict(list)
    for stream in streams:
        for part in sorted({part for reading in stream.readings for part in reading.told}):
            walks[part].append(_walk(stream, part))
    parts = set(walks) | {part for part, (installs, _) in recorded.items() if installs}
    return {part: _join(walks.get(part, []), recorded.get(part, ((), ()))) for part in sorted(parts)}


@dataclass(slots=True)
class _Walk:
    """One part followed through one stream."""

    seen: list[Seen] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def extend(self, stream: Stream, t: datetime, told: Told, missing: datetime | None) -> None:
        """Go on with the span of the same observation; another one, or a miss in between, begins a new span."""
        before = self.spans[-1] if self.spans else None
        if before and missing is None and (before.ref, before.also) == (told.ref, told.also):
            self.spans[-1] = before._replace(last=t)
        else:
            self.spans.append(Span(stream.asset, stream.source, t, t, told.ref, told.also, missing))

    def lose(self, stream: Stream, t: datetime) -> None:
        """Keep the step from seen to missing."""
        self.lost.append(Lost(t, SNAPSHOT_RANK, stream.asset, stream.source))
        self.spans[-1] = self.spans[-1]._replace(missing_after=t)


def _walk(stream: Stream, part: str) -> _Walk:
    walk = _Walk()
    first = next(reading.told[part] for reading in stream.readings if part in reading.told)
    last: Told | None = None
    missing: datetime | None = None
    for reading in stream.readings:
        told = reading.told.get(part)
        if told is not None:
            walk.seen.append(Seen(reading.t, SNAPSHOT_RANK, stream.asset, stream.source, told, missing))
            walk.extend(stream, reading.t, told, missing)
            last, missing = _remember(last, told), None
        elif _is_missing(reading, last, first):
            if last is not None and missing is None:
                walk.lose(stream, reading.t)
            missing = reading.t
    if part in stream.readings[-1].told:
        walk.spans[-1] = walk.spans[-1]._replace(last=None)
    return walk


def _remember(last: Told | None, told: Told) -> Told:
    """The slot that counts is the one last told; a reading that tells none leaves it."""
    return told if last is None or told.slot is not None else told._replace(slot=last.slot)


def _is_missing(reading: Reading, last: Told | None, first: Told) -> bool:
    """Before its first sighting in a stream, only coverage can miss a part, under the class told there."""
    if (last or first).kind in reading.coverage:
        return True
    return last is not None and (last.kind, normal_place(last.slot)) in reading.empty_slots


def _join(walks: list[_Walk], recorded: tuple[Iterable[Seen], Iterable[Lost]]) -> Track:
    installs, removals = recorded
    return Track(
        seen=tuple(chain.from_iterable(walk.seen for walk in walks)) + tuple(installs),
        lost=tuple(chain.from_iterable(walk.lost for walk in walks)) + tuple(removals),
        spans=tuple(chain.from_iterable(walk.spans for walk in walks)),
    )
