"""Short spellings for the sightings of tests, and readable answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reanimator_gql.domain.identity.model import ItemRef, Sighting
from reanimator_gql.domain.identity.parts import PartsResult, resolve_parts
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers

START = datetime(2024, 3, 1, tzinfo=UTC)


def saw(
    name: str, source: str, hours: float, items: Iterable[Item], *, on: str = "m1", system_serial: str | None = None
) -> Sighting:
    """A sighting `name` of machine `on`, which the bundle field carries to `resolved`."""
    machine = MachineIdentifiers(system_serial=system_serial)
    return Sighting(
        id=name,
        source=source,
        t=START + timedelta(hours=hours),
        machine=machine,
        items=tuple(items),
        bundle=on,
    )


def resolved(*sightings: Sighting) -> PartsResult:
    return resolve_parts(sightings, {s.id: f"tag:{s.bundle}" for s in sightings if s.bundle})


def dimm(serial: str | None = None, slot: str | None = None, vendor: str | None = None, **more: Any) -> Item:
    return Item(kind=ComponentKind.MEMORY, serial=serial, slot=slot, vendor=vendor, **more)


def drive(serial: str | None = None, slot: str | None = None, **more: Any) -> Item:
    return Item(kind=ComponentKind.STORAGE, serial=serial, slot=slot, **more)


def nic(serial: str | None = None, slot: str | None = None, *macs: str, **more: Any) -> Item:
    return Item(kind=ComponentKind.NIC, serial=serial, slot=slot, macs=macs, **more)


def gpu(serial: str | None = None, slot: str | None = None, uuid: str | None = None, **more: Any) -> Item:
    return Item(kind=ComponentKind.GPU, serial=serial, slot=slot, uuid=uuid, **more)


def cpus(*slots: str | None) -> list[Item]:
    return [Item(kind=ComponentKind.CPU, slot=slot) for slot in slots]


def groups(result: PartsResult) -> dict[str, list[str]]:
    """Each part's items as `sighting.index`."""
    found: dict[str, list[str]] = defaultdict(list)
    for ref, key in result.part_of.items():
        found[key].append(spelled([ref])[0])
    return {key: sorted(items) for key, items in found.items()}


def spelled(refs: Iterable[ItemRef]) -> list[str]:
    return sorted(f"{ref.sighting}.{ref.position}" for ref in refs)


def flagged(result: PartsResult) -> dict[tuple[str, str], list[str]]:
    return {(flag.code, flag.value): spelled(flag.items) for flag in result.flags}


def names(result: PartsResult, sighting: str, count: int) -> Sequence[str | None]:
    """The places of the placeholders of a sighting's first items."""
    return [result.parts[result.part_of[ItemRef(sighting, index)]].place for index in range(count)]
