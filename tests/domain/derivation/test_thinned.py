"""What follows from the few snapshots that must be read is what follows from all of them."""

from typing import Any

from hypothesis import event, given

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.domain.derivation.history import derive, derive_thinned
from reanimator_gql.domain.derivation.thinning import thin
from tests.fixtures.worlds import inputs_of, steady_worlds, worlds

World = list[dict[str, Any]]


def _all_of(history: History) -> tuple[Any, ...]:
    return history.canonical(), history.spans, history.placements, history.findings, history.standing


@given(worlds() | steady_worlds())
def test_the_thinned_history_is_the_one_to_the_letter_with_all_that_stands_beside_it(world: World) -> None:
    inputs = inputs_of(world)
    event(f"left out: {len(thin(inputs).repeats) > 0}")
    assert _all_of(derive_thinned(inputs)) == _all_of(derive(inputs))
