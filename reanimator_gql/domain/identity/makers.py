"""Makers (rule V): the canonical name behind a spelling, a JEDEC, PCI or OUI id; and which names contradict.

The spellings are data (`makers.json`). A name that is not found is unknown, which never contradicts.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import CARD, DIMM, DRIVE

_LSHW_IDS = re.compile(r"\s*\[[0-9a-f]{4}(?::[0-9a-f]{4})?\]$")
_COMPANY_FORM = re.compile(
    r"(?:[\s,]+(?:inc|inc\.|corp|corp\.|corporation|co|ltd|ltd\.|limited|gmbh|technology|technologies))+\s*$"
)
_FILLER = re.compile(
    r"^(?:(?:dimm)?[a-z]?\d*_)?(?:channel[a-z]_dimm\d+_|dimm[a-z]\d+_)?manufacturer(?:\d+|_name_string)?$"
)
_JEDEC_TEXT = re.compile(r"^(?:jedec id:)?\s*(?:0x)?([0-9a-f\s]+)$")
_PCI_TEXT = re.compile(r"^0x([0-9a-f]{4})$")
_PARITY = 0x7F
_BANKS = 16


@dataclass(frozen=True, slots=True)
class _Data:
    """`makers.json`, turned to be looked up."""

    names: dict[str, str]
    jedec: dict[tuple[int, int], str]
    pci: dict[str, str]
    oui: dict[str, str]
    family: dict[str, str]
    role: dict[str, str]
    unknown: frozenset[str]
    prefixes: dict[str, str]


@cache
def _data() -> _Data:
    raw: dict[str, Any] = json.loads(files(__package__).joinpath("makers.json").read_text(encoding="utf-8"))
    makers: dict[str, dict[str, Any]] = raw["makers"]
    return _Data(
        names={name: key for key, maker in makers.items() for name in (*maker["names"], key)},
        jedec={_bank_and_id(jedec): key for key, maker in makers.items() for jedec in maker.get("jedec", ())},
        pci={pci: key for key, maker in makers.items() for pci in maker.get("pci", ())},
        oui={oui: key for key, maker in makers.items() for oui in maker.get("oui", ())},
        family={key: maker.get("family", key) for key, maker in makers.items()},
        role={key: maker["role"] for key, maker in makers.items()},
        unknown=frozenset(raw["unknown"]),
        prefixes=raw["drive_model_prefixes"],
    )


def _bank_and_id(written: str) -> tuple[int, int]:
    bank, _, code = written.partition(":")
    return int(bank), int(code, 16)


@lru_cache(maxsize=50_000)
def maker(told: str | None, family: str, model: str | None = None, wwn: str | None = None) -> str | None:
    """Return the canonical maker of a part or machine of the family, or None where it is unknown."""
    clean = (normal.text(told) or "").casefold()
    found = _by_name(clean) or _by_id(clean, family)
    if found is None and family == DRIVE and not _is_known_text(clean):
        return _by_model(model) or _by_oui(wwn) or _by_prefix(model)
    return found


def _is_known_text(clean: str) -> bool:
    """Whether the text says something, even if nobody here knows the name."""
    return not (clean in _data().unknown or _FILLER.match(clean) or normal.value(clean) is None)


def _by_name(clean: str) -> str | None:
    data = _data()
    if clean in data.unknown or _FILLER.match(clean):
        return None
    bare = _LSHW_IDS.sub("", clean)
    return data.names.get(bare) or data.names.get(_COMPANY_FORM.sub("", bare).rstrip(" ,"))


def _by_id(clean: str, family: str) -> str | None:
    if family == DIMM:
        match = _JEDEC_TEXT.match(clean)
        return _by_jedec(match[1].replace(" ", "")) if match else None
    if family in {DRIVE, CARD} and (match := _PCI_TEXT.match(clean)):
        return _data().pci.get(match[1])
    return None


def _by_jedec(digits: str) -> str | None:
    """JEP106: continuation codes, then the id with its parity bit."""
    if len(digits) == 16:
        raw = bytes.fromhex(digits)
        continuations = next((i for i, byte in enumerate(raw) if byte != _PARITY), len(raw))
        return None if continuations == len(raw) else _jedec_name(continuations, raw[continuations])
    if len(digits) in {4, 12}:
        count, code = bytes.fromhex(digits[:4])
        if count & _PARITY >= _BANKS:
            count, code = code, count
        return _jedec_name(count & _PARITY, code)
    return None


def _jedec_name(continuations: int, code: int) -> str | None:
    if code in {0x00, 0xFF}:
        return None
    return _data().jedec.get((continuations + 1, code))


def _by_model(model: str | None) -> str | None:
    words = re.split(r"[\s_]", (normal.text(model) or "").casefold())
    return _data().names.get(words[0]) if words[0] else None


def _by_oui(wwn: str | None) -> str | None:
    digits = normal.wwn(wwn)
    return _data().oui.get(digits[1:7]) if digits and digits[0] == "5" else None


def _by_prefix(model: str | None) -> str | None:
    clean = (normal.text(model) or "").upper()
    longest = max((p for p in _data().prefixes if clean.startswith(p)), key=len, default=None)
    return _data().prefixes[longest] if longest else None


def role(canonical: str | None) -> str | None:
    """Return `maker` or `reseller`; None for an unknown name."""
    return _data().role.get(canonical) if canonical else None


def family_name(canonical: str) -> str:
    """Return the family of makers: brands of one house do not contradict each other."""
    return _data().family[canonical]


def contradict(a: str | None, b: str | None) -> bool:
    """Whether two names of a part exclude each other: both known makers, of different families."""
    return role(a) == role(b) == "maker" and systems_contradict(a, b)


def systems_contradict(a: str | None, b: str | None) -> bool:
    """Whether two names of a system exclude each other: both known, of different families."""
    return a is not None and b is not None and family_name(a) != family_name(b)
