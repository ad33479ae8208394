"""The rule: from the sightings and losses of one part to its stays.

Of each two consecutive sightings x in a and y in b, only the losses in a between them count. In one asset: with a
loss, removed and installed again; without, nothing happened, however long the silence. In another asset: removed from
a at the earliest loss, else at y; installed in b at y.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reanimator_gql.domain.derivation.model import Lost, Seen, Stay
from reanimator_gql.domain.derivation.order import Losses


def build_stays(seen: Sequence[Seen], losses: Losses) -> list[Stay]:
    """Return the stays of one part, in order; `seen` is in order and without handovers."""
    if not seen:
        return []
    stays = _Stays(seen)
    for index in range(1, len(seen)):
        x, y = seen[index - 1], seen[index]
        loss = losses.earliest(x.asset, x.moment, y.moment)
        if loss or x.asset != y.asset:
            stays.close(index, *_removal(x, y, loss))
    last = seen[-1]
    if loss := losses.earliest(last.asset, last.moment):
        stays.close(len(seen), *_removal(last, None, loss))
    else:
        stays.close(len(seen), None, None)
    return stays.done


def _removal(x: Seen, y: Seen | None, loss: Lost | None) -> tuple[datetime, datetime]:
    """It happened in (last sighting before it, t]; what a person recorded, or implied by an install, is exact."""
    if loss:
        return (loss.t if loss.recorded else x.t), loss.t
    assert y is not None, "without a loss only a sighting elsewhere ends a stay"
    return (y.t if y.recorded else x.t), y.t


class _Stays:
    """Collects stays while the sightings are walked; `_begin` is the first sighting of the one still open."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._seen = seen
        self._begin = 0
        self.done: list[Stay] = []

    def close(self, end: int, after: datetime | None, at: datetime | None) -> None:
        """End the open stay before `seen[end]`."""
        own = tuple(self._seen[self._begin : end])
        first = own[0]
        stay = Stay(
            asset=first.asset,
            slot=next((s.told.slot for s in own if s.told.slot), None),
            installed_after=self._installed_after(first),
            installed_at=first.t,
            removed_after=after,
            removed_at=at,
            seen=own,
        )
        self.done.append(stay)
        self._begin = end

    def _installed_after(self, first: Seen) -> datetime | None:
        if first.recorded:
            return first.t
        bounds = [s.missing_before for s in self._seen if s.asset == first.asset and s.t == first.t]
        elsewhere = [s.t for s in self._seen[: self._begin] if s.asset != first.asset]
        bounds.append(elsewhere[-1] if elsewhere else None)
        if self.done and self.done[-1].asset == first.asset:
            bounds.append(self.done[-1].removed_at)
        return max((bound for bound in bounds if bound is not None), default=None)


def without_sightings(stay: Stay) -> Stay:
    """Return the stay as it is told to others: its sightings are evidence, not content."""
    return replace(stay, seen=())
