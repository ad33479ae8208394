"""What must hold in every world."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reanimator_gql.domain.derivation.beliefs import History, InstallationBelief
from reanimator_gql.domain.derivation.history import derive
from tests.fixtures.worlds import FAR, World, inputs_of, instant, worlds


def _stays(history: History) -> dict[str, list[InstallationBelief]]:
    stays: dict[str, list[InstallationBelief]] = defaultdict(list)
    for stay in sorted(history.installations, key=lambda s: (s.installed_at, s.removed_at or FAR)):
        stays[stay.component].append(stay)
    return stays


@given(worlds(), st.randoms(use_true_random=False))
def test_any_order_of_inputs_gives_one_history(world: World, random: Any) -> None:
    shuffled = list(world)
    random.shuffle(shuffled)
    assert derive(inputs_of(shuffled)).canonical() == derive(inputs_of(world)).canonical()


@given(worlds(events=False))
def test_the_same_snapshots_under_other_ids_change_nothing(world: World) -> None:
    twice = world + [one | {"snapshot": one["snapshot"] + "again"} for one in world]
    assert derive(inputs_of(twice)).canonical() == derive(inputs_of(world)).canonical()


@given(worlds())
def test_a_part_is_in_one_place_at_a_time(world: World) -> None:
    for stays in _stays(derive(inputs_of(world))).values():
        for before, after in pairwise(stays):
            assert before.removed_at is not None
            assert before.removed_at <= after.installed_at


@given(worlds())
def test_every_interval_runs_forward_and_its_bounds_come_before_its_ends(world: World) -> None:
    history = derive(inputs_of(world))
    for stay in history.installations:
        assert stay.installed_after is None or stay.installed_after <= stay.installed_at
        if stay.removed_at is not None:
            assert stay.installed_at <= stay.removed_at
            assert stay.removed_after is not None
            assert stay.removed_after <= stay.removed_at
    for fact in history.facts:
        assert fact.end is None or fact.start <= fact.end


@given(worlds(events=False))
def test_the_first_stay_begins_at_the_first_sighting(world: World) -> None:
    history = derive(inputs_of(world))
    for component, stays in _stays(history).items():
        assert stays[0].installed_at == min(span.first for span in history.spans[component])
        assert history.components[component].first_seen_at == stays[0].installed_at


@given(worlds(events=False))
def test_a_snapshot_that_covers_nothing_and_lists_nothing_removes_nothing(world: World) -> None:
    silent = [
        one | {"snapshot": f"silent{i}", "parts": [], "covers": [], "empty_slots": []} for i, one in enumerate(world)
    ]
    assert derive(inputs_of(world + silent)).installations == derive(inputs_of(world)).installations


@given(worlds())
def test_an_input_from_the_future_changes_nothing_yet(world: World) -> None:
    times = sorted(instant(one) for one in world)
    now = inputs_of(world).snapshots[0].t
    reached = [one for one in world if (one.get("collected_at") or one["at"]) <= now.isoformat().replace("+00:00", "Z")]
    offsets = any(one.get("kind") == "clock_offset" for one in world)
    if not offsets and times:
        known = derive(inputs_of(reached, now)).canonical()
        near = [one for one in world if one not in reached and not inputs_of([], now).reached(instant(one))]
        assert derive(inputs_of(reached + near, now)).canonical() == known
