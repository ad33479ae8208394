"""LOT codes: parts that may take each other's place, named by what a buyer of spares asks for.

A code is the class and its telling values, joined by ``_``; what is not known is left out. It is a function of the
values shown of a part, which are those of all tools: tools that take turns never change it. The field names are those
of the hardware JSON. Units: memory sizes and anything named KiB to TiB are binary, drives are sold in decimal
terabytes.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.kinds import ComponentKind, family_of

MAX_LENGTH = 64

_DECIMAL = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_BINARY = {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_BINARY_NAMES = {"KB": "KIB", "MB": "MIB", "GB": "GIB", "TB": "TIB"}
_GENERATIONS = {2.5: 1, 5.0: 2, 8.0: 3, 16.0: 4, 32.0: 5, 64.0: 6}
_SPINDLES = ((6_500, "5K4"), (8_500, "7K2"), (12_500, "10K"), (float("inf"), "15K"))
_JEDEC_GRADES = (
    200, 266, 333, 400, 533, 667, 800, 1066, 1333, 1600, 1866, 2133, 2400, 2666, 2933, 3200, 3600, 4000, 4400, 4800,
    5200, 5600, 6000, 6400, 6800, 7200, 7600, 8000, 8400, 8800, 9200,
)  # fmt: skip
_MEMORY_TYPE = re.compile(r"(?:LP|G)?DDR\d*|SDRAM|HBM\d*", re.IGNORECASE)
_WATTS = re.compile(r"(?<![\d.])(\d{2,4})\s*W(?:atts?)?(?![A-Za-z])", re.IGNORECASE)
_ORDERING_NUMBER = re.compile(r"\d{3}-\w{5}-\d{4}-\d{3}")
_CLOCK = re.compile(r"@\s*[\d.]+\s*[GM]Hz", re.IGNORECASE)
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(TB|GB|MB|W|G|P)")
_UNITS = {"G": "Gb/s", "P": "ports"}
_NO_WORDS = re.compile(r"\((?:R|TM|C)\)|[®™©]|\b\d+-Core\b|\b(?:CPU|Processor)\b", re.IGNORECASE)


class Lot(NamedTuple):
    """A code, its kind, and what it says in words."""

    code: str
    kind: ComponentKind
    description: str


def classify(kind: ComponentKind, told: Mapping[str, Any]) -> Lot | None:
    """Return the lot of a part with these values; None for kinds without lots and where nothing telling is known.

    `told`: manufacturer, model, name, part_number, max_link_speed (GT/s), and the attributes.
    """
    name, rule = _RULES.get(kind, ("", None))
    parts = [part for part in rule(told) if part] if rule else []
    if not parts or parts == ["DRIVE"]:
        return None
    prefix = [] if kind is ComponentKind.STORAGE else [name]
    code = "_".join([*prefix, *parts])[:MAX_LENGTH].rstrip("_")
    return lot_of_code(code)


def lot_of_code(code: str) -> Lot:
    """Return the lot of a code: its first word names the kind."""
    first, *rest = code.split("_")
    kind = _KINDS[first]
    words = [_in_words(word) for word in ([first, *rest] if kind is ComponentKind.STORAGE else rest)]
    return Lot(code, kind, " ".join(words))


def _in_words(word: str) -> str:
    """``03.84TB`` is 3.84 TB, ``032GB`` 32 GB, ``0800W`` 800 W, ``025G`` 25 Gb/s, ``2P`` 2 ports."""
    match = _QUANTITY.fullmatch(word)
    if match is None:
        return word
    number, unit = match.group(1).lstrip("0") or "0", match.group(2)
    return f"{'0' if number.startswith('.') else ''}{number} {_UNITS.get(unit, unit)}"


def _drive(told: Mapping[str, Any]) -> list[str | None]:
    bus, rotation = _bus(told), _number(told, "rotation_rpm")
    media = _media(told, bus, rotation)
    size = _size(told, binary=False)
    return [
        media,
        bus,
        f"{_rounded(Decimal(size) / 10**12, '0.01'):05.2f}TB" if size else None,
        _generation(told) if bus == "NVME" else None,
        _spindle(rotation) if media == "HDD" else None,
    ]


def _bus(told: Mapping[str, Any]) -> str | None:
    words = f"{_text(told, 'interface')} {_text(told, 'type')}".upper()
    if "NVM" in words:
        return "NVME"
    if "SAS" in words:
        return "SAS"
    return "SATA" if "ATA" in words else None


def _media(told: Mapping[str, Any], bus: str | None, rotation: float | None) -> str:
    words = f"{_text(told, 'media')} {_text(told, 'type')}".upper()
    if "SSD" in words or "SOLID" in words or rotation == 0 or bus == "NVME":
        return "SSD"
    return "HDD" if "HDD" in words or "ROTATING" in words or (rotation or 0) > 0 else "DRIVE"


def _generation(told: Mapping[str, Any]) -> str | None:
    generation = _GENERATIONS.get(_number(told, "max_link_speed") or 0)
    return f"GEN{generation}" if generation else None


def _spindle(rotation: float | None) -> str | None:
    return next((name for limit, name in _SPINDLES if rotation < limit), None) if rotation else None


def _dimm(told: Mapping[str, Any]) -> list[str | None]:
    found = _MEMORY_TYPE.search(_text(told, "type"))
    size, speed = _size(told, binary=True), _number(told, "max_speed_mhz")
    return [found.group().upper() if found else None, _memory_size(size), _grade(speed)]


def _memory_size(size: float | None) -> str | None:
    if not size:
        return None
    gib = int(_rounded(Decimal(size) / 2**30, "1"))
    mib = int(_rounded(Decimal(size) / 2**20, "1"))
    return f"{gib:03d}GB" if mib >= 1024 - 1 else f"{mib:03d}MB"


def _grade(speed: float | None) -> str | None:
    """BIOSes round the grade (2666 is told as 2667): within 2 MT/s the JEDEC grade counts."""
    if not speed:
        return None
    return str(next((grade for grade in _JEDEC_GRADES if abs(grade - speed) <= 2), round(speed)))


def _cpu(told: Mapping[str, Any]) -> list[str | None]:
    return _named(told)


def _port(told: Mapping[str, Any]) -> list[str | None]:
    speed, ports = _number(told, "port_speed_gbps"), _number(told, "ports")
    told_parts = [
        f"{int(speed):03d}G" if speed and speed >= 1 else None,
        f"{int(ports)}P" if ports else None,
    ]
    return told_parts if any(told_parts) else []


def _nic(told: Mapping[str, Any]) -> list[str | None]:
    return _port(told) or _named(told)


def _controller(told: Mapping[str, Any]) -> list[str | None]:
    bus = "_".join(_words(_text(told, "bus"))) or None
    if ports := _port(told):
        return [bus, *ports]
    return _named(told) or [bus]


def _gpu(told: Mapping[str, Any]) -> list[str | None]:
    model, name = _text(told, "model"), _text(told, "name")
    is_number = _ORDERING_NUMBER.fullmatch(model.strip()) or model == _text(told, "part_number")
    return _named(told, name if name and is_number else model)


def _psu(told: Mapping[str, Any]) -> list[str | None]:
    watts = _number(told, "wattage_w")
    if not watts:
        found = next((f for field in ("name", "model") if (f := _WATTS.search(_text(told, field)))), None)
        watts = float(found.group(1)) if found else None
    return [f"{int(_rounded(Decimal(watts), '1')):04d}W" if watts and watts < 10_000 else None]


def _named(told: Mapping[str, Any], model: str | None = None) -> list[str | None]:
    """Return the words of maker and model; the maker's own words are not repeated."""
    manufacturer = _text(told, "manufacturer")
    family = family_of(ComponentKind.NIC)
    canonical = maker(manufacturer, family) or ""
    of_maker = _words(canonical) or _words(manufacturer)
    repeated = {*of_maker, *_words(manufacturer)}
    words = [word for word in _words(_text(told, "model") if model is None else model) if word not in repeated]
    return [*of_maker, *words] if words else []


def _words(text: str) -> list[str]:
    plain = _NO_WORDS.sub(" ", _CLOCK.sub(" ", text))
    return [word for word in re.split(r"[^A-Z0-9]+", plain.upper()) if word]


def _size(told: Mapping[str, Any], *, binary: bool) -> float | None:
    """Return bytes. A memory module's size is binary whatever its unit is called, a drive's is decimal."""
    for name, unit in (("size_bytes", "B"), ("size_gb", "GB"), ("size_mb", "MB"), ("size_mib", "MIB")):
        if (size := _number(told, name)) is not None:
            return size * _unit(unit, binary=binary)
    size = _number(told, "size")
    return size * _unit(_text(told, "unit") or "B", binary=binary) if size is not None else None


def _unit(name: str, *, binary: bool) -> int:
    unit = name.strip().upper()
    return (_DECIMAL | _BINARY).get(_BINARY_NAMES.get(unit, unit) if binary else unit, 1)


def _rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), ROUND_HALF_UP)


def _number(told: Mapping[str, Any], name: str) -> float | None:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e18:
        return None
    return float(value) if isinstance(value, float) else value


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


_RULES: dict[ComponentKind, tuple[str, Callable[[Mapping[str, Any]], list[str | None]]]] = {
    ComponentKind.STORAGE: ("DRIVE", _drive),
    ComponentKind.MEMORY: ("DIMM", _dimm),
    ComponentKind.CPU: ("CPU", _cpu),
    ComponentKind.NIC: ("NIC", _nic),
    ComponentKind.HBA: ("HBA", _controller),
    ComponentKind.RAID: ("RAID", _controller),
    ComponentKind.GPU: ("GPU", _gpu),
    ComponentKind.PSU: ("PSU", _psu),
}
_KINDS = {name: kind for kind, (name, _) in _RULES.items()} | dict.fromkeys(("SSD", "HDD"), ComponentKind.STORAGE)
