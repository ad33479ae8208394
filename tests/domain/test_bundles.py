"""What snapshots of one bundle say of each other: the machine of a file that names none, and one snapshot a tool."""

from datetime import UTC, datetime
from itertools import permutations

from reanimator_gql.domain.bundles import name_by_bundle, one_a_tool
from reanimator_gql.domain.identity.identifiers import usable_identifiers
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot

NOBODY = MachineIdentifiers()
DELL = MachineIdentifiers(
    manufacturer="Dell Inc.", system_serial="CNCMS0009G0078", sku="11WLK93", host_name="db1", asset_tag="A-7"
)


def snapshot(source: str, machine: MachineIdentifiers = NOBODY, *items: Item, t: datetime | None = None) -> Snapshot:
    return Snapshot(source=source, machine=machine, items=items, coverage=frozenset(), collected_at=t)


def drive(serial: str, name: str = "smartctl") -> Item:
    return Item(kind=ComponentKind.STORAGE, list=name, serial=serial, slot=serial)


def tag(serial: str) -> MachineIdentifiers:
    return MachineIdentifiers(system_serial=serial)


def test_a_file_without_a_machine_is_of_the_only_machine_in_its_bundle() -> None:
    named = name_by_bundle([snapshot("smartctl"), snapshot("lshw", tag("TAG0001"))])
    assert named[0].machine.system_serial == "TAG0001"


def test_it_gets_the_identifiers_in_a_spelling_that_every_tool_shares() -> None:
    smart, _ = name_by_bundle([snapshot("smartctl"), snapshot("redfish", DELL)])
    assert dict(usable_identifiers(smart.machine, "smartctl")) == {"tag": "11WLK93", "board": "CNCMS0009G0078"}
    assert (smart.machine.host_name, smart.machine.asset_tag) == (None, None)


def test_two_tools_that_name_one_machine_are_one_machine() -> None:
    both = [snapshot("redfish", DELL), snapshot("lshw", tag("11WLK93")), snapshot("nvme")]
    assert name_by_bundle(both)[2].machine.system_serial == "11WLK93"


def test_of_several_machines_none_is_guessed() -> None:
    both = [snapshot("lshw", tag("TAG0001")), snapshot("lshw", tag("TAG0002")), snapshot("nvme")]
    assert name_by_bundle(both) == both


def test_a_bundle_without_any_machine_stays_so() -> None:
    assert name_by_bundle([snapshot("nvme")]) == [snapshot("nvme")]


def test_files_of_one_tool_and_machine_are_one_snapshot_whatever_their_order() -> None:
    files = [
        snapshot("lshw", tag("TAG0001"), drive("S1000", "disk"), drive("S2000", "disk")),
        snapshot("lshw", tag("TAG0001"), drive("N1000", "network")),
        snapshot("lshw", tag("TAG0001"), drive("S1000", "disk")),
    ]
    merged = {one_a_tool([("lshw", one) for one in order]) == one_a_tool([("lshw", one) for one in files])
              for order in permutations(files)}  # fmt: skip
    ((_, one),) = one_a_tool([("lshw", one) for one in files])
    assert merged == {True}
    assert [item.serial for item in one.items] == ["S1000", "S2000", "N1000"]
    assert "3 files of lshw" in one.warnings[0].message


def test_tools_machines_and_times_stay_apart() -> None:
    files = [
        snapshot("lshw", tag("TAG0001")),
        snapshot("dmidecode", tag("TAG0001")),
        snapshot("lshw", tag("TAG0002")),
        snapshot("lshw", tag("TAG0001"), t=datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    assert [one for _, one in one_a_tool([(one.source, one) for one in files])] == files
