"""What a PCI device is: its address, its kind by class words or codes, its link, its functions as one card."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item

_ADDRESS = re.compile(r"(?:pci@)?(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})(?:\.([0-9a-f]))?", re.IGNORECASE)
_CLASS_CODE = re.compile(r"(?:0x)?([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?", re.IGNORECASE)
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}", re.IGNORECASE)

# The first that matches decides: "SAS RAID controller" is a RAID, "Fibre Channel network adapter" an HBA.
_KIND_WORDS = (
    (ComponentKind.RAID, re.compile(r"raid", re.IGNORECASE)),
    (
        ComponentKind.HBA,
        re.compile(r"\b(?:sas|scsi|hba|fib(?:re|er))\b|serial attached|fib(?:re|er)_?channel", re.IGNORECASE),
    ),
    (ComponentKind.NIC, re.compile(r"ethernet|network|infiniband|\bnic\b", re.IGNORECASE)),
    (ComponentKind.GPU, re.compile(r"vga|\b3d|display|gpu|graphics", re.IGNORECASE)),
)
_KIND_CODES = {
    "0100": ComponentKind.HBA,
    "0104": ComponentKind.RAID,
    "0107": ComponentKind.HBA,
    "0c04": ComponentKind.HBA,
    "0c06": ComponentKind.NIC,
}
_KIND_BASES = {"02": ComponentKind.NIC, "03": ComponentKind.GPU}

_GENERATIONS = {"1": 2.5, "2": 5.0, "3": 8.0, "4": 16.0, "5": 32.0, "6": 64.0}
_SPEEDS = frozenset(_GENERATIONS.values())
_GENERATION = re.compile(r"(?:pcie?\s*)?gen(?:eration)?\s*([1-6])", re.IGNORECASE)
_SPEED = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:GT/s|Gb/s|Gbps|Gbit/s)(?:\s+PCIe)?", re.IGNORECASE)
_WIDTH = re.compile(r"x?\s*(\d{1,2})(?:\.0+)?", re.IGNORECASE)


def device_address(text: str | None) -> str | None:
    """Return the address of the device without its function: ``0000:3b:00`` of ``3b:00.1``; None if it is none."""
    match = _ADDRESS.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    domain, bus, device, _ = match.groups()
    return f"{domain or '0000'}:{bus}:{device}".lower()


def kind_of_class(text: str | None) -> ComponentKind:
    """Return the kind that class words (``Ethernet controller``) or a class code (``0x0200``, ``020000``) name."""
    told = (text or "").strip()
    if code := _CLASS_CODE.fullmatch(told):
        base, sub = code.group(1).lower(), code.group(2).lower()
        return _KIND_CODES.get(base + sub) or _KIND_BASES.get(base, ComponentKind.PCIE)
    return next((kind for kind, words in _KIND_WORDS if words.search(told)), ComponentKind.PCIE)


def link_speed(value: Any) -> float | None:
    """Return GT/s of ``Gen4``, ``16.0 GT/s PCIe``, ``16`` or 16; None for what is no link speed.

    A bare number counts only where it is the speed of a PCIe generation: 4 may be Gen4 or 4 GT/s.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if value in _SPEEDS else None
    if not isinstance(value, str):
        return None
    told = value.strip()
    if generation := _GENERATION.fullmatch(told):
        return _GENERATIONS[generation.group(1)]
    if speed := _SPEED.fullmatch(told):
        return float(speed.group(1)) or None
    try:
        return link_speed(float(told))
    except ValueError:
        return None


def link_width(value: Any) -> int | None:
    """Return the lanes of 8, ``8`` or ``x8``; None for what is no width, 0 included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _WIDTH.fullmatch(str(value).strip())
    return int(match.group(1)) or None if match else None


def is_mac(text: str) -> bool:
    """Return whether the text is spelled as a MAC address, with or without separators."""
    return _MAC.fullmatch(text.strip()) is not None


def fold_functions(functions: Iterable[tuple[str | None, Item]]) -> list[Item]:
    """Return one item for each device: functions of one device address are one card, in the order of the first.

    Items without an address stay as they are.
    """
    cards: dict[object, list[Item]] = {}
    for number, (address, item) in enumerate(functions):
        cards.setdefault(number if address is None else address, []).append(item)
    return [_card(together) for together in cards.values()]


def _card(functions: list[Item]) -> Item:
    """Return the card of its functions: the first told value of each field, all MACs, the kind that says most."""
    first = functions[0]
    if len(functions) == 1:
        return first
    told = {
        name: next((value for one in functions if (value := getattr(one, name)) is not None), None)
        for name in _FIRST_TOLD
    }
    kinds = [one.kind for one in functions if one.kind is not ComponentKind.PCIE]
    macs = [mac for one in functions for mac in one.macs]
    # Ports that give their MAC as their serial: the card bears the first, the others are MACs all the same.
    macs += [one.serial for one in functions if one.serial and one.serial != told["serial"] and is_mac(one.serial)]
    return msgspec.structs.replace(
        first,
        **told,
        kind=kinds[0] if kinds else first.kind,
        macs=tuple(dict.fromkeys(macs)),
        present=any(one.present for one in functions),
        attributes=_united([one.attributes for one in functions]),
        telemetry=_united([one.telemetry for one in functions]),
    )


def _united(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first told value of each name; of lists of texts (names of ports) all that were told."""
    texts: dict[str, dict[str, None]] = {}
    united: dict[str, Any] = {}
    for values in told:
        for name, value in values.items():
            united.setdefault(name, value)
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                texts.setdefault(name, {}).update(dict.fromkeys(value))
    return united | {name: list(all_told) for name, all_told in texts.items() if isinstance(united[name], list)}


_FIRST_TOLD = (
    "slot",
    "serial",
    "vendor",
    "model",
    "part_number",
    "firmware",
    "uuid",
    "wwn",
    "link_width",
    "max_link_width",
    "max_link_speed_gts",
)
