"""`hardware.firmware` of Reanimator hardware JSON: which part runs which version.

The BIOS belongs to the board, the BMC's version to the BMC, an entry with a `component_slot` to the part in that
slot. Whatever finds no part is kept with the board.
"""

import re
from typing import Any, NamedTuple

import msgspec

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, Origin
from reanimator_gql.parsers.hardware_json.fields import Fields, Notes

_BIOS = re.compile(r"\b(?:bios|uefi|system rom)\b", re.IGNORECASE)
_BMC = re.compile(
    r"\b(?:bmc|ilo\s?\d?|idrac\s?\d*|xcc|irmc|cimc|ipmi|baseboard management controller)\b", re.IGNORECASE
)
# Rollback and recovery copies stand beside what runs: only the installed version counts.
_COPY = re.compile(r"backup|redundant|recovery|golden|rollback|available|previous|secondary", re.IGNORECASE)


class Firmware(NamedTuple):
    """One entry of the list."""

    device: str
    version: str | None
    slot: str | None
    kept: dict[str, Any]
    origin: Origin


def read_firmware(entries: list[Fields]) -> list[Firmware]:
    """Return the entries of the list."""
    return [_entry(fields) for fields in entries]


def bios_of(entries: list[Firmware]) -> Firmware | None:
    """Return the entry that is the BIOS in use, if one is."""
    return _first(entries, _BIOS)


def bmc_of(entries: list[Firmware]) -> Firmware | None:
    """Return the entry that is the BMC's firmware in use, if one is."""
    return _first([entry for entry in entries if not _BIOS.search(entry.device)], _BMC)


def bmc_item(entry: Firmware) -> Item:
    """Return the BMC that an entry speaks of."""
    return Item(
        kind=ComponentKind.BMC,
        list="hardware.firmware",
        model=entry.device,
        firmware=entry.version,
        origin=entry.origin,
    )


def place_firmware(items: list[Item], entries: list[Firmware], notes: Notes) -> tuple[list[Item], list[dict[str, Any]]]:
    """Give each entry with a `component_slot` to the part in that slot which tells no firmware itself.

    Returns the items and what found no part, as plain values in a fixed order.
    """
    left: list[dict[str, Any]] = []
    places = _places(items)
    for entry in entries:
        number = _part_in_slot(items, places, entry)
        if number is None:
            left.append(_plain(entry))
        elif items[number].firmware is None:
            items[number] = msgspec.structs.replace(items[number], firmware=entry.version)
        elif items[number].firmware != entry.version:
            notes.add("hardware.firmware", "a part tells another firmware version itself: its own is taken")
            left.append(_plain(entry))
    return items, sorted(left, key=msgspec.json.encode)


def _entry(fields: Fields) -> Firmware:
    device, version, slot = fields.text("device_name"), fields.text("version"), fields.text("component_slot")
    fields.rest()
    return Firmware(device or "", version, slot, fields.attributes, fields.origin)


def _first(entries: list[Firmware], words: re.Pattern[str]) -> Firmware | None:
    named = [entry for entry in entries if words.search(entry.device) and not _COPY.search(entry.device)]
    return named[0] if named else None


def _places(items: list[Item]) -> dict[str, list[int]]:
    """Return the present items of each slot, by their numbers."""
    places: dict[str, list[int]] = {}
    for number, item in enumerate(items):
        if item.present and item.slot:
            places.setdefault(_spelled(item.slot), []).append(number)
    return places


def _part_in_slot(items: list[Item], places: dict[str, list[int]], entry: Firmware) -> int | None:
    """Return the only item of the entry's slot; where several bear its name, the only one that tells no firmware."""
    if not entry.slot or not entry.version:
        return None
    found = places.get(_spelled(entry.slot), [])
    if len(found) > 1:
        found = [number for number in found if items[number].firmware is None]
    return found[0] if len(found) == 1 else None


def _spelled(slot: str) -> str:
    return slot.strip().casefold()


def _plain(entry: Firmware) -> dict[str, Any]:
    named = {"device_name": entry.device, "version": entry.version, "component_slot": entry.slot}
    return {name: value for name, value in {**entry.kept, **named}.items() if value}
