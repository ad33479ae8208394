"""Changes of a part: slot and link width (one stream, one stay), firmware and a placeholder's model (one source type).

Several tools tell one change: taken by time, then source, a change whose interval overlaps one already counted of
another source is that change (rule S4), at the earliest end, after the latest beginning; unless both tell the same
value before and different ones after. Nor is one counted if the last counted is another source's, to the same value.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from reanimator_gql.domain.derivation.model import Change, Fact, Seen, Stay
from reanimator_gql.domain.identity.places import is_kernel_name, normal_place
from reanimator_gql.domain.kinds import source_rank

SLOT, LINK, FIRMWARE, MODEL = "SLOT", "LINK", "FIRMWARE", "MODEL"

Renamings = Callable[[str, str, datetime, datetime], bool]
"""Whether a source renamed the places of the part's family in an asset within (after, at]: rule S2."""


def slot_changes(stay: Stay, renamed: Renamings) -> list[Change]:
    """Return the moves within one stay. Kernel names and renamings make none (rules S2, S3)."""
    candidates = [
        change
        for change in _differences(SLOT, stay.seen, lambda s: s.told.slot, key=normal_place)
        if not (is_kernel_name(change.old) or is_kernel_name(change.new))
        and not renamed(stay.asset, change.source, change.after, change.at)
    ]
    return count_once(candidates)


def link_changes(stay: Stay) -> list[Change]:
    """Return the changes of link width within one stay."""
    return count_once(_differences(LINK, stay.seen, lambda s: s.told.link_width))


def firmware_changes(seen: Sequence[Seen]) -> list[Change]:
    """Return the changes of firmware, compared within one source type on any asset."""
    return count_once(_differences(FIRMWARE, seen, lambda s: s.told.firmware))


def model_changes(seen: Sequence[Seen]) -> list[Change]:
    """Return the exchanges of a placeholder: its model, compared within one source type."""
    return count_once(_differences(MODEL, seen, lambda s: s.told.model, key=_caseless))


def _caseless(text: str) -> str:
    return " ".join(text.split()).casefold()


def _differences(
    kind: str, seen: Iterable[Seen], value: Callable[[Seen], Any], key: Callable[[Any], Any] = lambda told: told
) -> list[Change]:
    """Each two consecutive sightings of one source that tell the value and differ in it."""
    by_source: Mapping[str, list[Seen]] = defaultdict(list)
    for sighting in seen:
        if not sighting.recorded and value(sighting) is not None:
            by_source[sighting.source].append(sighting)
    return [
        Change(kind, y.asset, source, x.t, y.t, value(x), value(y))
        for source, told in by_source.items()
        for x, y in pairwise(told)
        if key(value(x)) != key(value(y))
    ]


def count_once(candidates: Iterable[Change]) -> list[Change]:
    """Join what several sources tell of one change (rule S4)."""
    counted: list[Change] = []
    for change in sorted(candidates, key=lambda c: (c.at, source_rank(c.source), c.after)):
        same = next((i for i in reversed(range(len(counted))) if _is_same(counted[i], change)), None)
        if same is not None:
            counted[same] = counted[same]._replace(after=max(counted[same].after, change.after))
        elif not (counted and counted[-1].source != change.source and counted[-1].new == change.new):
            counted.append(change)
    return counted


def _is_same(counted: Change, change: Change) -> bool:
    overlap = max(counted.after, change.after) < min(counted.at, change.at)
    contradict = counted.old == change.old and counted.new != change.new
    return counted.source != change.source and overlap and not contradict


def value_facts(
    kind: str, seen: Sequence[Seen], value: Callable[[Seen], Any], changes: Sequence[Change], stay: Stay | None = None
) -> list[Fact]:
    """Return the intervals of a value: the one first told (time, then source), then each counted change.

    With a stay, the value is one of that stay and ends with it.
    """
    told = [s for s in seen if value(s) is not None]
    if not told:
        return []
    first = min(told, key=lambda s: (s.t, source_rank(s.source)))
    asset, close = (stay.asset, stay.removed_at) if stay else (None, None)
    starts = [(None, first.t, value(first))] + [(change.after, change.at, change.new) for change in changes]
    ends = [start for _, start, _ in starts[1:]] + [close]
    return [
        Fact(kind, asset, after, start, end, told_value)
        for (after, start, told_value), end in zip(starts, ends, strict=True)
    ]
