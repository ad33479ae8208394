"""What the snapshots of one bundle say of each other, judged on the bundle alone.

A file that names no machine speaks of the bundle's machine where there is exactly one. Several files of one tool about
one machine and time are one snapshot: of each list the fullest telling counts, so the order of files means nothing.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from reanimator_gql.domain.content import identifiers_body, observation_body
from reanimator_gql.domain.identity.identifiers import BMC, BOARD, CHASSIS, TAG, UUID, usable_identifiers
from reanimator_gql.domain.identity.model import Sighting
from reanimator_gql.domain.identity.resolve import resolve
from reanimator_gql.domain.kinds import source_rank
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot, Warn

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_FIELDS = {TAG: "system_serial", BOARD: "board_serial", UUID: "uuid", BMC: "bmc_mac", CHASSIS: "chassis_serial"}

Key = TypeVar("Key", bound=Hashable)


def name_by_bundle(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """Return the snapshots, those without a machine with the identifiers of the only machine in the bundle."""
    machines = _machines(snapshots)
    named = [snapshot for snapshot, machine in zip(snapshots, machines, strict=True) if machine is not None]
    if len({machine for machine in machines if machine is not None}) != 1:
        return list(snapshots)
    best = min(named, key=lambda one: (source_rank(one.source), identifiers_body(one.machine)))
    told = _identifiers_of(best)
    return [
        snapshot if machine is not None else msgspec.structs.replace(snapshot, machine=_with(snapshot.machine, told))
        for snapshot, machine in zip(snapshots, machines, strict=True)
    ]


def _machines(snapshots: Sequence[Snapshot]) -> list[str | None]:
    """Return the machine of each snapshot as identity sees it on this bundle alone."""
    sightings = [
        Sighting(number, snapshot.source, snapshot.collected_at or _NO_TIME, snapshot.machine, ())
        for number, snapshot in enumerate(snapshots)
    ]
    found = resolve(sightings).machine_of
    return [found.get(number) for number in range(len(snapshots))]


def _identifiers_of(snapshot: Snapshot) -> MachineIdentifiers:
    """Return what identifies the machine, spelled so that any tool may say it: Dell's Redfish does not."""
    told = {_FIELDS[kind]: value for kind, value in usable_identifiers(snapshot.machine, snapshot.source)}
    return MachineIdentifiers(manufacturer=snapshot.machine.manufacturer, product=snapshot.machine.product, **told)


def _with(machine: MachineIdentifiers, told: MachineIdentifiers) -> MachineIdentifiers:
    return msgspec.structs.replace(told, asset_tag=machine.asset_tag, host_name=machine.host_name)


def one_a_tool(snapshots: Sequence[tuple[Key, Snapshot]]) -> list[tuple[Key, Snapshot]]:
    """Return one snapshot for each tool, machine and time, under the key of its first one."""
    machines = _machines([snapshot for _, snapshot in snapshots])
    groups: dict[Hashable, list[tuple[Key, Snapshot]]] = defaultdict(list)
    for machine, (key, snapshot) in zip(machines, snapshots, strict=True):
        groups[key, snapshot.source, machine, snapshot.collected_at].append((key, snapshot))
    return [(group[0][0], _merged([snapshot for _, snapshot in group])) for group in groups.values()]


def _merged(group: list[Snapshot]) -> Snapshot:
    if len(group) == 1:
        return group[0]
    group = sorted(group, key=lambda one: (-len(one.items), identifiers_body(one.machine)))
    fullest = max(group, key=lambda one: len(usable_identifiers(one.machine, one.source)))
    told = f"{len(group)} files of {group[0].source} tell of one machine at one time: of each list the fullest counts"
    return msgspec.structs.replace(
        fullest,
        items=_fullest_lists(group),
        coverage=frozenset().union(*(one.coverage for one in group)),
        warnings=(*(warning for one in group for warning in one.warnings), Warn("", told)),
    )


def _fullest_lists(group: Iterable[Snapshot]) -> tuple[Item, ...]:
    tellings: dict[str, list[list[Item]]] = defaultdict(list)
    for snapshot in group:
        lists: dict[str, list[Item]] = defaultdict(list)
        for item in snapshot.items:
            lists[item.list].append(item)
        for name, items in lists.items():
            tellings[name].append(items)
    return tuple(item for name in sorted(tellings) for item in max(tellings[name], key=_fullness))


def _fullness(items: list[Item]) -> tuple[int, list[bytes]]:
    return sum(item.present for item in items), [observation_body(item) for item in items]
