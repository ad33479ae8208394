"""The serials of memory and drives in a list of items: what goes on with a machine when its board is exchanged.

Also every value through which an item can be connected with another: its serial, MACs, WWN and UUID.
"""

from functools import lru_cache

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import DIMM, DRIVE, ComponentKind, family_of
from reanimator_gql.domain.snapshot import Item

_cache: dict[int, tuple[tuple[Item, ...], frozenset[str]]] = {}
_CACHED = 20_000


def memory_and_drives(items: tuple[Item, ...]) -> frozenset[str]:
    """Return the serials of the present DIMMs and drives, each with its family before it."""
    known = _cache.get(id(items))
    if known is not None and known[0] is items:
        return known[1]
    serials = frozenset(
        f"{family}:{serial}"
        for item in items
        if item.present and (family := family_of(item.kind)) in {DIMM, DRIVE} and (serial := item_serial(item, None))
    )
    if len(_cache) >= _CACHED:
        _cache.clear()
    _cache[id(items)] = items, serials
    return serials


def item_serial(item: Item, system_serial: str | None) -> str | None:
    """Return the normal form of an item's serial. A board's is read as a board serial of its machine."""
    if item.kind is ComponentKind.BOARD:
        return normal.board_serial(item.serial, system_serial)
    own = (item.part_number, item.model, item.vendor, item.slot)
    return normal.serial(item.serial, family_of(item.kind), own=own)


def part_values(item: Item) -> frozenset[str]:
    """Return every normal form through which an item can be connected with another, or named by a person.

    Absent items are no parts, but they may be listed as such by another tool: their values connect too.
    """
    return _part_values(family_of(item.kind), item.serial, item.wwn, item.uuid, item.macs)


@lru_cache(maxsize=200_000)
def _part_values(
    family: str, serial: str | None, wwn: str | None, uuid: str | None, macs: tuple[str, ...]
) -> frozenset[str]:
    bare = normal.serial(serial, family)
    forms = (
        bare,
        normal.board_serial(serial),
        # A MAC or a WWN (also with a 3 before it) may stand where the serial should (rule C6).
        normal.mac(bare),
        normal.wwn(bare),
        normal.wwn(bare.removeprefix("0X").removeprefix("3")) if bare else None,
        normal.wwn(wwn),
        normal.gpu_uuid(uuid),
        *(normal.mac(one) for one in macs),
    )
    return frozenset(form for form in forms if form)
