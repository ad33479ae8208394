"""The order of statements about one part, its runs, and the two things read from runs: copies and handovers.

A *run* is a row of sightings in one asset with no loss there in between, nor a recorded install elsewhere.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby, permutations

from reanimator_gql.domain.derivation.model import Lost, Seen
from reanimator_gql.domain.kinds import source_rank

CLOCK_TOLERANCE = timedelta(minutes=10)

Moment = tuple[datetime, int]


def in_order(seen: Iterable[Seen]) -> list[Seen]:
    """Sort by (t, rank); among equals those in the asset where the part was come first, then asset, then source."""
    by_moment = sorted(seen, key=lambda s: (s.moment, s.asset, source_rank(s.source)))
    ordered: list[Seen] = []
    for _, equals in groupby(by_moment, key=lambda s: s.moment):
        here = ordered[-1].asset if ordered else None
        ordered.extend(sorted(equals, key=lambda s: s.asset != here))
    return ordered


class Losses:
    """The losses of one part by asset, found by moment."""

    def __init__(self, lost: Iterable[Lost]) -> None:
        self._by_asset: dict[str, list[Lost]] = {}
        for loss in sorted(lost, key=lambda one: (one.moment, source_rank(one.source))):
            self._by_asset.setdefault(loss.asset, []).append(loss)

    def earliest(self, asset: str, after: Moment, before: Moment | None = None) -> Lost | None:
        """Return the earliest loss in the asset strictly between the two moments."""
        losses = self._by_asset.get(asset, [])
        index = bisect_right(losses, after, key=lambda loss: loss.moment)
        if index < len(losses) and (before is None or losses[index].moment < before):
            return losses[index]
        return None


def runs_of(seen: Sequence[Seen], losses: Losses) -> dict[str, list[list[Seen]]]:
    """Cut the sightings of each asset into runs, in order of time."""
    installs = sorted((s.moment, s.asset) for s in seen if s.recorded)
    runs: dict[str, list[list[Seen]]] = {}
    for sighting in seen:
        of_asset = runs.setdefault(sighting.asset, [])
        if of_asset and not _is_cut(of_asset[-1][-1], sighting, losses, installs):
            of_asset[-1].append(sighting)
        else:
            of_asset.append([sighting])
    return runs


def _is_cut(x: Seen, y: Seen, losses: Losses, installs: list[tuple[Moment, str]]) -> bool:
    if losses.earliest(x.asset, x.moment, y.moment):
        return True
    return any(x.moment < moment < y.moment and asset != x.asset for moment, asset in installs)


def copies(runs: dict[str, list[list[Seen]]]) -> tuple[Seen, Seen, Seen, Seen] | None:
    """Return the sightings a <= b < a' <= b' that prove one serial on two machines, completed earliest; None: no proof.

    a and a' are of one run of an asset, b and b' of one run of another, and a' - b is at least ten minutes: both go on
    listing the part and neither ever missed it.
    """
    proofs = (
        proof
        for one, other in permutations(sorted(runs), 2)
        for run in runs[one]
        for against in runs[other]
        if (proof := _proof(run, against))
    )
    return min(proofs, key=lambda proof: ([s.t for s in reversed(proof)], [s.asset for s in proof]), default=None)


def _proof(run: list[Seen], against: list[Seen]) -> tuple[Seen, Seen, Seen, Seen] | None:
    a = run[0]
    b = next((s for s in against if s.t >= a.t), None)
    if b is None:
        return None
    again = next((s for s in run if s.t > b.t and s.t - b.t >= CLOCK_TOLERANCE), None)
    if again is None:
        return None
    last = next((s for s in against if s.t >= again.t), None)
    return (a, b, again, last) if last else None


def without_handovers(seen: Sequence[Seen], runs: dict[str, list[list[Seen]]]) -> list[Seen]:
    """Drop the sightings of a machine that lost a part by less than its clock differs from the next machine's.

    A run of A that began before b, the first sighting of B's run not before it, ends at a2 with b <= a2 < b + 10 min,
    and B's run goes on later: A's snapshot sightings in [b, a2] make no stay.
    """
    dropped: set[int] = set()
    for one, other in permutations(sorted(runs), 2):
        for run in runs[one]:
            for against in runs[other]:
                dropped |= {id(s) for s in _handed_over(run, against)}
    return [s for s in seen if id(s) not in dropped]


def _handed_over(run: list[Seen], against: list[Seen]) -> list[Seen]:
    began, ended = run[0].t, run[-1].t
    b = next((s.t for s in against if s.t >= began), None)
    if b is None or not (began < b <= ended < b + CLOCK_TOLERANCE and against[-1].t > ended):
        return []
    return [s for s in run if s.t >= b and not s.recorded]
