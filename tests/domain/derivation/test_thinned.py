"""What follows from the few snapshots that must be read is what follows from all of them."""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from reanimator_gql.domain.derivation import settling, unread
from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.domain.derivation.compressed import Ends
from reanimator_gql.domain.derivation.history import derive, derive_thinned
from reanimator_gql.domain.derivation.inputs import Inputs
from reanimator_gql.domain.derivation.model import SNAPSHOT_RANK, Seen, Track
from reanimator_gql.domain.derivation.settling import Sightings
from reanimator_gql.domain.derivation.thinning import thin
from tests.fixtures.fleets import fleets
from tests.fixtures.profiles import examples, longest
from tests.fixtures.stories import disk, saw
from tests.fixtures.world import day
from tests.fixtures.worlds import FAR, World, inputs_of, steady_worlds, worlds


def _all_of(history: History) -> tuple[Any, ...]:
    return history.canonical(), history.spans, history.placements, history.findings, history.standing


@examples(100, 20_000)
@given(worlds() | steady_worlds() | fleets(longest(20, 30)), st.none() | st.integers(0, 10))
def test_the_thinned_history_is_the_one_to_the_letter_with_all_that_stands_beside_it(
    world: World, until: int | None
) -> None:
    """`until`: the day on which the clock stands; what comes later is from the future. None: long after."""
    inputs = inputs_of(world, FAR if until is None else day(until))
    event(f"left out: {len(thin(inputs).repeats) > 0}")
    assert _all_of(derive_thinned(inputs)) == _all_of(derive(inputs))


MINUTE = 1 / 24 / 60


def _by_turns(*told: tuple[str, int]) -> Inputs:
    """Two machines list one drive by turns, at these minutes, beside drives of their own."""
    snapshots = [saw(m, at * MINUTE, disk(), disk(f"OWN1{m}", "1"), disk(f"OWN2{m}", "2")) for m, at in told]
    return Inputs(tuple(snapshots), (), FAR)


# The sighting of SRV2 at 48 completes the proof; it lies next to that of SRV1 at 33, which lies next to one of SRV2.
_CHAIN = (("SRV1", 3), ("SRV2", 18), ("SRV1", 33), ("SRV2", 48), ("SRV2", 57), ("SRV1", 61))


def test_sightings_are_looked_up_until_nothing_new_appears() -> None:
    inputs = _by_turns(*_CHAIN)
    assert len(thin(inputs).repeats) == 2
    assert _all_of(derive_thinned(inputs)) == _all_of(derive(inputs))


def test_control_sightings_looked_up_only_once_would_not_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(track: Track, newest: Ends, unread: Sightings, *, is_split: bool = False) -> Track:
        told_in = settling._told_in(track)
        more = [
            Seen(t, SNAPSHOT_RANK, span.asset, span.source, told_in[span])
            for span, times in settling._looks(track, newest, unread, is_split=is_split)
            for t in times
        ]
        return Track((*track.seen, *more), track.lost, track.spans)

    monkeypatch.setattr(unread, "settle", once)
    inputs = _by_turns(*_CHAIN)
    assert derive_thinned(inputs).canonical() != derive(inputs).canonical()
