"""Which sightings are one machine: a coarse identifier names one until the inputs prove two."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reanimator_gql.domain.identity.identifiers import link_values, usable_identifiers
from reanimator_gql.domain.identity.machines import resolve_machines
from reanimator_gql.domain.identity.model import AssignBundle, Resolution, SameAsset, Sighting
from reanimator_gql.domain.identity.part_serials import part_values
from reanimator_gql.domain.identity.resolve import resolve
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers
from tests.fixtures.world import DAY_0


def seen(name: str, hours: float = 0, source: str = "lshw", parts: tuple[str, ...] = (), **ids: Any) -> Sighting:
    """Return a sighting; `parts` are serials of DIMMs."""
    items = tuple(Item(kind=ComponentKind.MEMORY, serial=part, slot=f"A{i}") for i, part in enumerate(parts))
    return Sighting(name, source, DAY_0 + timedelta(hours=hours), MachineIdentifiers(**ids), items, bundle=name)


def keys(*sightings: Sighting) -> dict[Any, str]:
    """Return the key of each sighting's machine."""
    return dict(resolve_machines(sightings).machine_of)


def flags(*sightings: Sighting) -> dict[str, set[Any]]:
    """Return the sightings that each finding concerns."""
    return {flag.code: set(flag.sightings) for flag in resolve_machines(sightings).flags}


U1, U2 = "a1b2c3d4-1111-4ef0-8000-7cc255106b01", "a1b2c3d4-1111-4ef0-8000-7cc255106b02"


def test_a_weaker_identifier_joins_a_sighting_to_the_machine_that_bears_it() -> None:
    found = keys(
        seen("whole", system_serial="TAG0001", board_serial="BOARD01", uuid=U1, bmc_mac="0c:c4:7a:00:00:01"),
        seen("board", board_serial="BOARD01"),
        seen("uuid", uuid=U1.upper()),
        seen("bmc", bmc_mac="0CC47A000001"),
    )
    assert set(found.values()) == {"tag:TAG0001"}


def test_a_chain_of_weaker_identifiers_joins_without_a_tag() -> None:
    found = keys(
        seen("a", board_serial="BOARD01", uuid=U1),
        seen("b", uuid=U1, bmc_mac="0cc47a000001"),
        seen("c", bmc_mac="0cc47a000001"),
    )
    assert set(found.values()) == {"board:BOARD01"}


def test_an_identifier_of_two_owners_links_nothing() -> None:
    sightings = (
        seen("a", system_serial="TAG0001", uuid=U1),
        seen("b", system_serial="TAG0002", uuid=U1),
        seen("c", uuid=U1),
    )
    assert keys(*sightings) == {"a": "tag:TAG0001", "b": "tag:TAG0002"}
    assert flags(*sightings)["AMBIGUOUS_ID"] == {"a", "b", "c"}


def test_a_sighting_between_two_tags_stays_with_its_own_identifier() -> None:
    sightings = (
        seen("a", system_serial="TAG0001", board_serial="BOARD01"),
        seen("b", system_serial="TAG0002", uuid=U1),
        seen("between", board_serial="BOARD01", uuid=U1),
    )
    assert keys(*sightings) == {"a": "tag:TAG0001", "b": "tag:TAG0002", "between": "board:BOARD01"}
    assert flags(*sightings) == {"LINK_CONFLICT": {"between"}}


def test_a_name_given_beside_an_upload_is_a_tag_or_a_known_board() -> None:
    found = keys(
        seen("whole", system_serial="TAG0001", board_serial="BOARD01"),
        seen("by tag", named="tag0001"),
        seen("by board", named="BOARD01"),
        seen("unknown", named="OTHER01"),
    )
    assert found == {
        "whole": "tag:TAG0001",
        "by tag": "tag:TAG0001",
        "by board": "tag:TAG0001",
        "unknown": "tag:OTHER01",
    }


def test_one_tag_of_two_makers_is_two_machines_and_names_nobody_else() -> None:
    sightings = (
        seen("dell", system_serial="J30ABC1", manufacturer="Dell Inc."),
        seen("ibm", system_serial="J30ABC1", manufacturer="IBM"),
        seen("nobody", system_serial="J30ABC1"),
    )
    assert keys(*sightings) == {"dell": "tag:J30ABC1@dell", "ibm": "tag:J30ABC1@lenovo"}
    assert flags(*sightings) == {"AMBIGUOUS_ID": {"nobody"}}


def test_a_board_swap_keeps_the_machine_when_half_of_its_parts_go_on() -> None:
    old = seen("old", 0, system_serial="TAG0001", board_serial="BOARD01", parts=("DIMM0001", "DIMM0002"))
    new = seen("new", 9, system_serial="TAG0001", board_serial="BOARD02", parts=("DIMM0001", "DIMM0003"))
    other = seen("other", 9, system_serial="TAG0001", board_serial="BOARD02", parts=("DIMM0003", "DIMM0004"))
    assert set(keys(old, new).values()) == {"tag:TAG0001"}
    assert keys(old, other) == {"old": "board:BOARD01", "other": "board:BOARD02"}
    assert flags(old, other) == {"SHARED_TAG": {"old", "other"}}


def test_two_boards_that_one_tool_sees_by_turns_share_an_enclosure() -> None:
    by_turns = [seen(str(t), t, system_serial="TAG0001", board_serial=f"BOARD0{t % 2}") for t in range(3)]
    assert keys(*by_turns) == {"0": "board:BOARD00", "1": "board:BOARD01", "2": "board:BOARD00"}


def test_two_boards_that_two_tools_see_are_no_proof() -> None:
    sightings = (
        seen("a", 0, system_serial="TAG0001", board_serial="BOARD01"),
        seen("b", 1, source="redfish", system_serial="TAG0001", board_serial="BOARD02"),
        seen("c", 2, system_serial="TAG0001", board_serial="BOARD01"),
    )
    assert set(keys(*sightings).values()) == {"tag:TAG0001"}


def test_a_twin_tells_the_serial_of_its_enclosure_unless_it_ends_in_the_nodes_letter() -> None:
    twin = {"manufacturer": "Supermicro", "product": "SYS-2029TP-HC0R"}
    assert keys(seen("a", system_serial="S15370126B25610", board_serial="BOARD01", **twin)) == {"a": "board:BOARD01"}
    assert keys(seen("a", system_serial="E262335X2A00152B", board_serial="BOARD01", **twin)) == {
        "a": "tag:E262335X2A00152B"
    }


def test_a_sighting_without_any_valid_identifier_has_no_machine() -> None:
    assert keys(seen("a", system_serial="Default string", uuid="03000200-0400-0500-0006-000700080009")) == {}
    assert usable_identifiers(MachineIdentifiers(system_serial="N/A", chassis_serial="0123456789"), "dmidecode") == ()


def test_people_join_machines_and_assign_bundles_by_any_identifier() -> None:
    sightings = [
        seen("a", system_serial="TAG0001", board_serial="BOARD01"),
        seen("b", system_serial="TAG0002", uuid=U2),
        seen("stray", system_serial="TAG0003"),
    ]
    found = resolve(
        sightings,
        same_assets=[SameAsset("board01", U2.upper()), SameAsset("TAG0001", "NEVER SEEN")],
        assignments=[AssignBundle("stray", "tag0002", (DAY_0, "e1"))],
    )
    assert set(found.machine_of.values()) == {"tag:TAG0001"}
    assert found.machines["tag:TAG0001"].merged_keys == ("tag:TAG0002",)


def test_two_machines_that_share_a_name_or_follow_one_another_with_half_their_parts_are_suggested_to_be_one() -> None:
    def suggested(*sightings: Sighting) -> bool:
        return any(flag.code == "SUGGEST_SAME_ASSET" for flag in resolve(sightings).flags)

    first = seen("a", 0, system_serial="TAG0001", parts=("DIMM0001", "DIMM0002"))
    later = seen("b", 9, system_serial="TAG0002", parts=("DIMM0001", "DIMM0003"))
    at_once = seen("c", 0, system_serial="TAG0003", parts=("DIMM0001", "DIMM0003"))
    assert suggested(first, later)
    assert not suggested(first, at_once)
    assert not suggested(first, seen("d", 9, system_serial="TAG0002", parts=("DIMM0003", "DIMM0004")))


_ids = st.fixed_dictionaries(
    {},
    optional={
        "system_serial": st.sampled_from(["TAG0001", "TAG0002"]),
        "board_serial": st.sampled_from(["BOARD01", "BOARD02"]),
        "uuid": st.sampled_from([U1, U2]),
        "bmc_mac": st.sampled_from(["0cc47a000001", "0cc47a000002"]),
        "chassis_serial": st.sampled_from(["CHASSIS1"]),
        "named": st.sampled_from(["TAG0001", "BOARD01"]),
        "manufacturer": st.sampled_from(["Dell Inc.", "Lenovo"]),
    },
)
_worlds = st.lists(
    st.tuples(
        _ids,
        st.integers(0, 6),
        st.sampled_from(["lshw", "redfish"]),
        st.lists(st.sampled_from(["DIMM0001", "DIMM0002", "DIMM0003"]), max_size=2, unique=True),
    ),
    min_size=1,
    max_size=8,
)


def _world(drawn: list[Any]) -> list[Sighting]:
    return [seen(f"s{i}", t, source, tuple(parts), **ids) for i, (ids, t, source, parts) in enumerate(drawn)]


def _said(found: Resolution, of: set[Any]) -> tuple[Any, ...]:
    machines = {s: key for s, key in found.machine_of.items() if s in of}
    parts = {ref: key for ref, key in found.part_of.items() if ref.sighting in of}
    flags_of = {(f.code, f.value, f.sightings, f.items, f.machines) for f in found.flags}
    mine = {f for f in flags_of if (f[2] | {i.sighting for i in f[3]}) & of}
    return machines, parts, {ref for ref in found.ignored if ref.sighting in of}, mine


@given(_worlds, st.randoms(use_true_random=False))
def test_any_order_of_sightings_gives_one_resolution(drawn: list[Any], rng: random.Random) -> None:
    world = _world(drawn)
    shuffled = list(world)
    rng.shuffle(shuffled)
    everything = {s.id for s in world}
    assert _said(resolve(shuffled), everything) == _said(resolve(world), everything)


@given(_worlds)
def test_sightings_that_share_no_value_in_a_chain_do_not_know_of_each_other(drawn: list[Any]) -> None:
    world = _world(drawn)
    values = {s.id: link_values(s.machine) | {v for item in s.items for v in part_values(item)} for s in world}
    near, reached = {world[0].id}, set(values[world[0].id])
    while more := {name for name, told in values.items() if told & reached} - near:
        near |= more
        reached |= set().union(*(values[name] for name in more))
    alone = resolve([s for s in world if s.id in near])
    assert _said(alone, near) == _said(resolve(world), near)
