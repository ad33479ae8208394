"""What changes in the beliefs about one part when its spans change: the rule before and after, and the difference.

A part of thousands of spans is looked at through a window of them around the change. The same spans stand before and
after at the window's open edges, so what is wrong there is wrong in both and cancels out; where it would not, the
answer is `Unsure`, and the part is looked at whole.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from reanimator_gql.domain.derivation.beliefs import ComponentBelief
from reanimator_gql.domain.derivation.changes import FIRMWARE, LINK, MODEL, SLOT
from reanimator_gql.domain.derivation.compressed import NONE, Ends, Flags, end_of, flags_of, track_of
from reanimator_gql.domain.derivation.model import Fact, PartHistory, Seen, Span, Told, Track
from reanimator_gql.domain.derivation.order import CLOCK_TOLERANCE
from reanimator_gql.domain.derivation.part_rows import RowsChanged, changed, rows_of
from reanimator_gql.domain.derivation.parts import Renamed, derive_part, proof_of_copies
from reanimator_gql.domain.derivation.shown import latest_items, lot_facts, most_specific, show_component
from reanimator_gql.domain.derivation.weaving import Unsure
from reanimator_gql.domain.identity.model import Part
from reanimator_gql.domain.snapshot import Item


@dataclass(frozen=True, slots=True)
class Window:
    """Whether the spans of a part that are looked at lack earlier ones, and later ones."""

    lacks_earlier: bool = False
    lacks_later: bool = False

    def __bool__(self) -> bool:
        return self.lacks_earlier or self.lacks_later


WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Case:
    """One part whose spans in one stream change.

    `old` and `new` are the stream's spans in the window, before and after; `others` are all spans of other streams.
    `shown` is what is believed of the part, None for a part never seen.
    """

    part: Part
    old: Sequence[Span]
    new: Sequence[Span]
    others: Sequence[Span] = ()
    shown: ComponentBelief | None = None
    window: Window = WHOLE
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """What is believed of a part now, which rows changed, and the flags of the spans that have any."""

    belief: ComponentBelief
    rows: RowsChanged
    flags: dict[Span, Flags]


@dataclass(frozen=True, slots=True)
class Known:
    """What a revision reads: what an observation told, the item it is, renamings by family, and the streams' ends."""

    told_of: Callable[[Span], Told]
    item_of: Callable[[Span], Item]
    renamed_in: Callable[[str], Renamed]
    before: Ends
    after: Ends


def revise(case: Case, known: Known) -> Revision:
    """Return what changes. Raises Unsure where more than these spans would have to be read."""
    if case.window and case.others:
        _check_elsewhere(case, known)
    others = () if case.window else case.others
    old, new = _track((*case.old, *others), known.before, known), _track((*case.new, *others), known.after, known)
    if not case.is_copy and proof_of_copies(new) is not None:
        raise Unsure("one serial on two machines")
    flags = flags_of(new.spans, new, known.after, Flags.COPY if case.is_copy else NONE)
    if any(flag & Flags.INSIDE for flag in flags.values()) or _lies_inside(old, known.before):
        raise Unsure("foreign statements inside of a span")
    _check_edges(old, new, case.window)
    before, after = (_derive(case, track, known) for track in (old, new))
    if case.window and len(_sources(case)) > 1 and (before.changes or after.changes):
        raise Unsure("a change that several tools may tell")
    belief = _shown(case, after, known)
    old_rows = rows_of(case.part.key, before, lot_facts(case.shown) if case.shown else ())
    rows = changed(old_rows, rows_of(case.part.key, after, lot_facts(belief)))
    if case.window.lacks_later and _is_open(rows):
        raise Unsure("what comes after the window")
    if case.window.lacks_later:  # the last span in the window is not the stream's last of the part
        flags = {span: flag & ~Flags.TAIL for span, flag in flags.items()}
    return Revision(belief, rows, {span: flag for span, flag in flags.items() if flag})


def _track(spans: Iterable[Span], ends: Ends, known: Known) -> Track:
    return track_of(spans, ends, known.told_of)


def _lies_inside(track: Track, ends: Ends) -> bool:
    return any(flag & Flags.INSIDE for flag in flags_of(track.spans, track, ends).values())


def _derive(case: Case, track: Track, known: Known) -> PartHistory:
    return derive_part(track, known.renamed_in(case.part.family), placeholder=case.part.is_placeholder)


def _sources(case: Case) -> set[str]:
    return {span.source for span in chain(case.old, case.new, case.others)}


def _check_elsewhere(case: Case, known: Known) -> None:
    """Through a window only what lies wholly before it may be left out, clocks that differ allowed for."""
    begin = min(span.first for span in chain(case.old, case.new)) - CLOCK_TOLERANCE
    for span in case.others:
        if span.last is None:
            raise Unsure("another stream lists the part still")
        ends = [end_of(span, known.before), end_of(span, known.after), span.missing_after or span.first]
        if max(ends) >= begin:
            raise Unsure("other streams tell of the part at the same time")


_VALUES: dict[str, Callable[[Seen], Any]] = {
    "SEEN": lambda seen: True,
    SLOT: lambda seen: seen.told.slot,
    LINK: lambda seen: seen.told.link_width,
    FIRMWARE: lambda seen: seen.told.firmware,
    MODEL: lambda seen: seen.told.model,
}


def _check_edges(old: Track, new: Track, window: Window) -> None:
    """At an open edge the sighting that tells a value nearest to it must be the same before and after."""
    for value in _VALUES.values():
        before, after = ([s.t for s in track.seen if value(s) is not None] for track in (old, new))
        if window.lacks_earlier and min(before, default=None) != min(after, default=None):
            raise Unsure("what was told before the window")
        if window.lacks_later and max(before, default=None) != max(after, default=None):
            raise Unsure("what is told after the window")


def _is_open(rows: RowsChanged) -> bool:
    return any(
        any(stay.removed_at is None for stay in some.installations) or any(fact.end is None for fact in some.facts)
        for some in (rows.gone, rows.fresh)
    )


def _shown(case: Case, history: PartHistory, known: Known) -> ComponentBelief:
    if case.window.lacks_later:
        assert case.shown is not None, "a part of later spans was seen before"
        return case.shown if case.window.lacks_earlier else _first_seen(case.shown, _first(case))
    latest = latest_items_of((*case.new, *case.others), known)
    if case.shown is not None and case.window:
        history = replace(history, facts=(*_carried(case, case.shown, history), *history.facts))
    shown = show_component(case.part.key, case.part, history, latest, most_specific(i.kind for i in latest.values()))
    return _first_seen(shown, case.shown.first_seen_at) if case.shown and case.window else shown


def latest_items_of(spans: Iterable[Span], known: Known) -> dict[str, Item]:
    """Return each source's latest observation of a part."""
    spans = list(spans)
    return latest_items(spans, {span.ref: known.item_of(span) for span in spans}, known.after)


def _first(case: Case) -> datetime:
    return min(span.first for span in chain(case.new, case.others))


def _first_seen(belief: ComponentBelief, first: datetime) -> ComponentBelief:
    return belief._replace(first_seen_at=min(first, belief.first_seen_at))


def _carried(case: Case, shown: ComponentBelief, history: PartHistory) -> list[Fact]:
    """A value told before the window and not in it is what is shown still."""
    told = {fact.kind for fact in history.facts}
    model = shown.model if case.part.is_placeholder else None
    carried = ((FIRMWARE, shown.firmware), (LINK, shown.link_width), (MODEL, model))
    return [
        Fact(kind, None, None, shown.first_seen_at, None, value)
        for kind, value in carried
        if kind not in told and value is not None
    ]
