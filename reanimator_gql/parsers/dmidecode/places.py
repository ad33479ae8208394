"""Where memory modules sit by dmidecode: the locator, and with the bank's where that one alone names no place.

Many BIOSes count modules within each channel or socket (`DIMM 0` of `P0 CHANNEL A`, `D0` of `/SYS/MB/P1`): an empty
`DIMM 0` would then speak for all of them. The table lists every slot, filled or not, so a BIOS is always judged alike.
"""

from collections.abc import Sequence

from reanimator_gql.parsers.dmidecode.text import Structure

_NO_NAME = frozenset({"NOT SPECIFIED", "UNKNOWN", "NONE", "NOT PROVIDED"})


def memory_places(modules: Sequence[Structure]) -> list[str | None]:
    """Return the place of each memory device of a table, in its order."""
    locators = [one.text("locator") for one in modules]
    if _name_places(locators):
        return locators
    with_banks = [_with_bank(one) for one in modules]
    return with_banks if _name_places(with_banks) else locators


def _name_places(places: Sequence[str | None]) -> bool:
    """Return whether every place is told, and once."""
    told = {" ".join(place.upper().split()) for place in places if place}
    return len(told) == len(places)


def _with_bank(module: Structure) -> str | None:
    told = [name for name in (module.text("bank_locator"), module.text("locator")) if name]
    return " ".join(name for name in told if name.upper() not in _NO_NAME) or module.text("locator")
