"""A reading woven into spans from its neighbours gives the spans of the whole stream read again."""

from datetime import timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from reanimator_gql.domain.derivation.model import Reading, Span, Stream, Told
from reanimator_gql.domain.derivation.tracks import build_tracks
from reanimator_gql.domain.derivation.weaving import Unsure, Weave, concerned
from reanimator_gql.domain.kinds import ComponentKind
from tests.fixtures.world import day

D = ComponentKind.STORAGE
KEY = ("tag:A", "x")


def told(slot: str | None, firmware: str = "f1") -> Told:
    """Return what a reading says of a drive; its observation is named by what it says."""
    return Told(D, slot, firmware, ref=(slot, firmware))


def reading(number: float, parts: dict[str, Told], *, covers: bool = True, empty: tuple[str, ...] = ()) -> Reading:
    """Return a reading of drives."""
    return Reading(day(number), parts, frozenset({D} if covers else ()), frozenset((D, slot) for slot in empty))


_parts = st.dictionaries(
    st.sampled_from(["D1", "D2"]), st.builds(told, st.sampled_from([None, "0", "1"]), st.sampled_from(["f1", "f2"]))
)


@st.composite
def _readings(draw: st.DrawFn) -> list[Reading]:
    times = draw(st.permutations(range(draw(st.integers(2, 9)))))
    covers = draw(st.sampled_from([1.0, 0.9, 0.5]))
    result = []
    for t in times:
        parts = draw(_parts)
        held = {one.slot for one in parts.values()}
        empty = tuple(slot for slot in ("0", "1") if slot not in held and draw(st.booleans()))
        result.append(reading(t, parts, covers=draw(st.floats(0, 1)) < covers, empty=empty))
    return result


def _spans(readings: list[Reading]) -> dict[str, list[Span]]:
    ordered = tuple(sorted(readings, key=lambda one: one.t))
    return {part: list(track.spans) for part, track in build_tracks([Stream(*KEY, ordered)], {}).items()}


def _woven(before: list[Reading], new: Reading) -> dict[str, list[Span]] | None:
    """Weave the reading in; None: the neighbours do not suffice."""
    spans = _spans(before)
    earlier = max((one for one in before if one.t < new.t), key=lambda one: one.t, default=None)
    later = min((one for one in before if one.t > new.t), key=lambda one: one.t, default=None)
    refs = {one.ref: one for r in [*before, new] for one in r.told.values()}
    weave = Weave(KEY, new, earlier, later, lambda span: refs[span.ref])
    tails = later is None and any(
        of and of[-1].last is not None and of[-1].missing_after is None for of in spans.values()
    )
    try:
        for part in concerned(new, earlier, later):
            spans[part] = weave.into(part, spans.get(part, []))
    except Unsure:
        return None
    return None if tails else spans


@given(_readings())
def test_a_reading_woven_in_anywhere_gives_the_spans_of_the_stream_read_again(readings: list[Reading]) -> None:
    for count in range(1, len(readings)):
        woven = _woven(readings[:count], readings[count])
        event("unsure" if woven is None else "woven")
        assert woven is None or woven == _spans(readings[: count + 1])


def test_an_unchanged_part_is_not_concerned() -> None:
    same = {"D1": told("0")}
    assert concerned(reading(1, same), reading(0, same), reading(2, same)) == set()


def test_a_reading_of_other_coverage_is_not_decided_from_its_neighbours() -> None:
    with pytest.raises(Unsure):
        concerned(reading(1, {}, covers=False), reading(0, {"D1": told("0")}), None)


def test_a_late_miss_cuts_a_span_in_two() -> None:
    same = {"D1": told("0")}
    woven = _woven([reading(0, same), reading(2, same)], reading(1, {}))
    assert woven is not None
    assert [(span.first, span.last, span.missing_before, span.missing_after) for span in woven["D1"]] == [
        (day(0), day(0), None, day(1)),
        (day(2), None, day(1), None),
    ]


def test_a_late_sighting_joins_two_spans_between_which_nothing_was_missed() -> None:
    first, other = {"D1": told("0")}, {"D1": told("0", "f2")}
    woven = _woven([reading(0, first), reading(1, other), reading(2, first)], reading(1.5, first))
    assert woven is not None
    assert [(span.first, span.last) for span in woven["D1"]] == [
        (day(0), day(0)),
        (day(1), day(1)),
        (day(1) + timedelta(hours=12), None),
    ]


def test_the_slot_reported_empty_is_a_miss_though_the_class_is_not_covered() -> None:
    woven = _woven([reading(0, {"D1": told("0")}, covers=False)], reading(1, {}, covers=False, empty=("0",)))
    assert woven == {"D1": [Span(*KEY, day(0), day(0), ("0", "f1"), missing_after=day(1))]}
