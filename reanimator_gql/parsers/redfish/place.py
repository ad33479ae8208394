"""Where a part stands, and whether its place is empty, from the many fields in which makers say so.

Absent is said, not guessed: by the state, or by the words that stand where a part's name should. A size of 0, a
missing serial, a disabled or sleeping part say nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

from reanimator_gql.parsers.redfish.resource import Resource, as_text

_EMPTY = re.compile(
    r"absent|empty|empty (?:bay|slot|socket)(?: \S+)?|no (?:module|dimm|drive|disk|card|cpu|processor)(?: installed)?"
    r"|(?:not ?|un)(?:present|installed|populated)",
    re.IGNORECASE,
)
_STATES = ("DIMMStatus", "DimmStatus", "PresentStatus", "Presence", "PSUStatus")
# A name that says where: one word at most, then letters that name a place, then a number.
_WORD = (
    r"(?:[a-z]+[ ._-])?(?:bay|slot|socket|disk|drive|hdd|nvme|m\.?2|dimm|cpu|proc|gpu|psu?|power ?supply|fan|nic|lan"
    r"|lom|ocp|mezz|riser|raid|sas|pcie?|port|battery|bp|backplane|sxm|module|enclosure)"
)
_PLACE = re.compile(_WORD + r"[\w .:#=/()-]*\d", re.IGNORECASE)
_NUMBERED = re.compile(_WORD + r"[ ._#-]?\d+", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f-]{12,}", re.IGNORECASE)


def is_absent(resource: Resource) -> bool:
    """Return whether the resource says that its place is empty."""
    words = [resource.state(), *(resource.text(name) for name in ("Name", "Model", "Manufacturer", "PartNumber"))]
    words += [resource.text(*_STATES), resource.oem_text(*_STATES)]
    return any(word is not None and _EMPTY.fullmatch(word.strip()) for word in words)


def place_of(resource: Resource, *own: str) -> str | None:
    """Return the place: the field made for it, the label there, the maker's fields, else a name or id in words.

    `own` are fields that only this type has (`DeviceLocator`, `Socket`); they come first.
    """
    return resource.text(*own) or label(resource) or _oem_place(resource) or _in_words(resource) or _ordinal(resource)


def label(resource: Resource) -> str | None:
    """Return the label of `PhysicalLocation` or `Location`, in its present form or the older ones."""
    for name in ("PhysicalLocation", "Location"):
        for one in resource.objects(name):
            if text := _label(one):
                return text
    return resource.text("Location")


def _label(location: Mapping[str, Any]) -> str | None:
    part = location.get("PartLocation")
    told = as_text(part.get("ServiceLabel")) if isinstance(part, dict) else None
    return told or as_text(location.get("Info"))


def _oem_place(resource: Resource) -> str | None:
    bay = resource.oem_text("BayNumber")
    return f"Bay {bay}" if bay else resource.oem_text("SlotNumber", "DeviceLocator", "SlotName")


def _in_words(resource: Resource) -> str | None:
    """Return the id or the name where it is a place in words: `Disk.Bay.2`, `PSU.Slot.1`, `DIMM Slot 1`."""
    names = (resource.text("Id", "MemberId"), resource.text("Name"))
    return next((name for name in names if name and is_place(name)), None)


def is_place(name: str) -> bool:
    """Return whether a name is a place in words."""
    return _PLACE.match(name) is not None and not _is_hash(name)


def is_numbered(name: str) -> bool:
    """Return whether a name is nothing but the number of a place: `GPU 0`, `Slot 4`."""
    return _NUMBERED.fullmatch(name.strip()) is not None


def _ordinal(resource: Resource) -> str | None:
    for name in ("PhysicalLocation", "Location"):
        number = resource.text_at(name, "PartLocation", "LocationOrdinalValue")
        if number is not None:
            return f"{resource.text_at(name, 'PartLocation', 'LocationType') or 'Place'} {number}"
    return None


def last_resort(resource: Resource) -> str | None:
    """Return the id, for parts of which nothing says where they are; a serial, a WWN or a UUID is no place."""
    told = resource.text("Id", "MemberId") or resource.id
    return None if _is_hash(told) or told == resource.text("SerialNumber") else told


def _is_hash(text: str) -> bool:
    return _HASH.fullmatch(text) is not None


def same_place(text: str | None) -> str | None:
    """Return the form in which places of one tree are compared."""
    return " ".join(text.upper().split()) or None if text else None
