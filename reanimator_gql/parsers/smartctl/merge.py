"""Which sightings of smartctl are one drive, and the drive that they make together.

A SAS drive with two paths is sda and sdb, an NVMe drive is seen by each of its namespaces, a drive behind a controller
by the controller's name and by a volume's. Only what a drive says of itself may join: a fake serial joins nothing.
"""

from collections.abc import Iterable

import msgspec

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.places import place_order
from reanimator_gql.domain.identity.union import Union
from reanimator_gql.domain.kinds import DRIVE
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.smartctl.drive import Sighting


def drives_of(sightings: Iterable[Sighting]) -> list[Item]:
    """Return one item for each drive, in the natural order of their places."""
    found = sorted(sightings, key=_order)
    together: Union[int] = Union()
    first: dict[object, int] = {}
    for number, sighting in enumerate(found):
        together.join(number, number)
        for sign in _signs(sighting):
            together.join(first.setdefault(sign, number), number)
    drives: dict[int, list[Item]] = {}
    for number, sighting in enumerate(found):
        drives.setdefault(together.find(number), []).append(sighting.item)
    return [_united(told) for told in drives.values()]


def _order(sighting: Sighting) -> tuple[object, ...]:
    """Sort by place; of one place the latest report first, then by where it stands."""
    origin = sighting.item.origin
    where = (origin.file, origin.pointer or "") if origin else ("", "")
    return place_order(sighting.item.slot or ""), -sighting.time, where


def _signs(sighting: Sighting) -> list[object]:
    """Return what joins: the same drive at the same place, and serial with WWN wherever it is seen."""
    item = sighting.item
    signs: list[object] = [(sighting.address, item.serial, item.model, item.wwn)] if sighting.address.name else []
    serial, wwn = normal.serial(item.serial, DRIVE), normal.wwn(item.wwn)
    if serial and sighting.address.name:
        signs.append((sighting.address, serial))
    if serial and wwn:
        signs.append((serial, wwn))
    return signs


def _united(told: list[Item]) -> Item:
    """Return the first item, with what only the others tell."""
    drive = told[0]
    for other in told[1:]:
        missing = {name: getattr(other, name) for name in _FIELDS if getattr(drive, name) is None}
        drive = msgspec.structs.replace(
            drive,
            **missing,
            attributes=other.attributes | drive.attributes,
            telemetry=other.telemetry | drive.telemetry,
        )
    return drive


_FIELDS = ("slot", "serial", "vendor", "model", "firmware", "wwn")
