"""One more reading woven into the spans of its stream, from its two neighbours alone.

Between two neighbours a part is seen or missing. Where a neighbour is silent about it (its class is not covered there),
or covers other classes, more of the stream would have to be read: that is answered by `Unsure`, and decided elsewhere.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from reanimator_gql.domain.derivation.model import Reading, Span, Told
from reanimator_gql.domain.identity.places import normal_place
from reanimator_gql.domain.kinds import ComponentKind


class Unsure(Exception):
    """The neighbours do not suffice to decide."""


def concerned(new: Reading, before: Reading | None, after: Reading | None) -> set[str]:
    """Return the parts whose spans a new reading may change. Raises Unsure where it covers other classes."""
    neighbours = [reading for reading in (before, after) if reading is not None]
    for neighbour in neighbours:
        _same_coverage(new, neighbour, is_newest=after is None)
    listed = {part for reading in (new, *neighbours) for part in reading.told}
    if before is None:  # a stream that begins earlier: what it lists begins earlier too
        return listed
    return {part for part in listed if not _is_the_same(part, (new, *neighbours))}


def _same_coverage(new: Reading, neighbour: Reading, *, is_newest: bool) -> None:
    """A slot newly reported empty, of a class not covered, may miss a part that the neighbour was silent about."""
    if new.coverage != neighbour.coverage:
        raise Unsure("coverage")
    fresh = {one for one in new.empty_slots - neighbour.empty_slots if one[0] not in new.coverage}
    held = {_place(told) for told in neighbour.told.values()} if is_newest else set()
    if fresh - held:
        raise Unsure("empty slots")


def _is_the_same(part: str, readings: Iterable[Reading]) -> bool:
    told = [reading.told.get(part) for reading in readings]
    return all(one is not None and _content(one) == _content(told[0]) for one in told)


def _content(told: Told | None) -> tuple[object, object] | None:
    return (told.ref, told.also) if told is not None else None


class Weave:
    """A reading that enters a stream between two neighbours; `after` is None for the newest."""

    def __init__(
        self,
        stream: tuple[str, str],
        new: Reading,
        before: Reading | None,
        after: Reading | None,
        told_of: Callable[[Span], Told],
    ) -> None:
        self._stream = stream
        self._new, self._before, self._after = new, before, after
        self._told_of = told_of

    def into(self, part: str, spans: Sequence[Span]) -> list[Span]:
        """Return the spans of a part once the new reading is among them.

        `spans` are at least the one begun last before it and the one begun next after it. Raises Unsure.
        """
        t = self._new.t
        earlier = sorted((span for span in spans if span.first < t), key=lambda span: span.first)
        later = sorted((span for span in spans if span.first > t), key=lambda span: span.first)
        a, b = (earlier.pop() if earlier else None), (later.pop(0) if later else None)
        self._check(part, a)
        self._check_memory(part, a, b)
        if a is not None and self._end(a) > t:
            return [*earlier, *self._within(part, a), *([b] if b else []), *later]
        return [*earlier, *self._between(part, a, b), *later]

    def _end(self, span: Span) -> datetime:
        if span.last is not None:
            return span.last
        newest = self._before if self._after is None else None
        return newest.t if newest is not None else datetime.max.replace(tzinfo=span.first.tzinfo)

    def _check(self, part: str, a: Span | None) -> None:
        """Every neighbour that does not list the part must miss it, under the one class that is told of it."""
        readings = [r for r in (self._before, self._new, self._after) if r is not None]
        told = [r.told[part] for r in readings if part in r.told]
        kinds = {one.kind for one in told} | ({self._told_of(a).kind} if a is not None else set())
        if len(kinds) != 1:
            raise Unsure("classes")
        kind = kinds.pop()
        for reading in readings:
            if part not in reading.told and kind not in reading.coverage and not self._emptied(part, reading):
                raise Unsure("silence")

    def _check_memory(self, part: str, a: Span | None, b: Span | None) -> None:
        """The place last told decides which empty slots miss a part later: a late reading must not change it unseen."""
        told = self._new.told.get(part)
        if told is None or self._after is None or (a is not None and _place(self._told_of(a)) == _place(told)):
            return
        following = self._after.told.get(part)
        if following.slot is None if following is not None else b is not None:
            raise Unsure("the place told last")

    def _emptied(self, part: str, reading: Reading) -> bool:
        """Whether the newest reading reports the slot empty in which the one before it listed the part."""
        if reading is not self._new or self._after is not None or self._before is None:
            return False
        told = self._before.told.get(part)
        return told is not None and _place(told) in reading.empty_slots

    def _within(self, part: str, a: Span) -> list[Span]:
        """The new reading falls into a span: it goes on, or is cut in two."""
        told = self._new.told.get(part)
        assert self._before is not None, "a span begins with a sighting"
        assert self._after is not None, "a span ends with a sighting"
        if told is None:
            head = a._replace(last=self._before.t, missing_after=self._new.t)
            return [head, a._replace(first=self._after.t, missing_before=self._new.t)]
        if _content(told) == (a.ref, a.also):
            return [a]
        head = a._replace(last=self._before.t, missing_after=None)
        return [head, self._span(told, None, None), a._replace(first=self._after.t, missing_before=None)]

    def _between(self, part: str, a: Span | None, b: Span | None) -> list[Span]:
        """The new reading falls between two spans, before the first, or after the last."""
        told = self._new.told.get(part)
        touches_a = a is not None and self._before is not None and self._end(a) == self._before.t
        touches_b = b is not None and self._after is not None and b.first == self._after.t
        if told is None:
            a = self._lost(a) if a is not None and touches_a else a
            b = b._replace(missing_before=self._new.t) if b is not None and touches_b else b
            return [span for span in (a, b) if span is not None]
        missing_before = self._before.t if self._before is not None and not touches_a else None
        missing_after = self._after.t if self._after is not None and not touches_b else None
        woven = [self._span(told, missing_before, missing_after)]
        if a is not None:
            woven = self._after_a(a, woven[0]) if touches_a else [a, *woven]
        if b is not None:
            woven = [*woven[:-1], *(self._before_b(woven[-1], b) if touches_b else (woven[-1], b))]
        return woven

    def _lost(self, a: Span) -> Span:
        assert self._before is not None, "the span ends with the reading before"
        return a._replace(last=self._before.t, missing_after=self._new.t)

    def _span(self, told: Told, missing_before: datetime | None, missing_after: datetime | None) -> Span:
        last = self._new.t if self._after is not None else None
        return Span(*self._stream, self._new.t, last, told.ref, told.also, missing_before, missing_after)

    def _after_a(self, a: Span, new: Span) -> list[Span]:
        """Nothing lies between: the same observation goes on with the span, another one ends it."""
        if (a.ref, a.also) == (new.ref, new.also):
            return [a._replace(last=new.last, missing_after=new.missing_after)]
        assert self._before is not None, "the span ends with the reading before"
        return [a._replace(last=self._before.t, missing_after=None), new]

    def _before_b(self, new: Span, b: Span) -> list[Span]:
        if (b.ref, b.also) == (new.ref, new.also):
            return [b._replace(first=new.first, missing_before=new.missing_before)]
        return [new, b._replace(missing_before=None)]


def _place(told: Told) -> tuple[ComponentKind, str | None]:
    return told.kind, normal_place(told.slot)
