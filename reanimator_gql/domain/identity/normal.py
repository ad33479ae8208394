"""Normal forms of identifiers (rules N1, N2, N4-N8): what a tool wrote, made comparable; None: no identity.

Results are cached by text: a fleet repeats the same few spellings for ever.
"""

import re
from functools import lru_cache

from reanimator_gql.domain.identity.fake import (
    has_random_node,
    is_fake_mac,
    is_fake_serial,
    is_fake_text,
    is_fake_uuid,
    is_fake_wwn,
)
from reanimator_gql.domain.kinds import DIMM, DRIVE

# Marks that print nothing count as control characters.
_BLANKS = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00a0\u2007\u202f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
)
_PREFIX = re.compile(r"^(?:SN|S/N|SERIAL|SERIALNUMBER):")
_SEAGATE_SAS = re.compile(r"^([0-9A-Z]{8})0000[0-9A-Z]{8}$")
_HEX = re.compile(r"^[0-9A-F]+$")
_DELL_BOARD = re.compile(r"^\.[^.]*\.([^.]*)\.$")
_NOT_HEX = re.compile(r"[^0-9a-f]")


@lru_cache(maxsize=100_000)
def text(value: str | None) -> str | None:
    """N1: control characters and no-break blanks become blanks, runs of blanks one, ends cut; empty is missing."""
    if value is None:
        return None
    return _BLANKS.sub(" ", value).strip() or None


@lru_cache(maxsize=100_000)
def value(told: str | None) -> str | None:
    """N1 and N3 for what is shown (firmware, slot, model): fake words are missing, short values are values."""
    clean = text(told)
    return None if clean is None or is_fake_text(clean) else clean


@lru_cache(maxsize=200_000)
def serial(told: str | None, family: str | None = None, *, own: tuple[str | None, ...] = ()) -> str | None:
    """N2 and N3. `own`: the item's part number, model, vendor and slot, which a serial may not repeat."""
    clean = text(told)
    if clean is None:
        return None
    bare = _PREFIX.sub("", clean.upper().replace(" ", ""))
    digits = bare.removeprefix("0X") if family == DIMM else bare
    normal = _of_family(digits, family)
    # A drive is asked only after its cut: `Z1Z5DWJK0000XXXXXXXX` is a masked board number behind a good serial.
    asked = {normal} if family == DRIVE else {digits, normal}
    if any(map(is_fake_serial, asked)) or any(_repeats(form, own) for form in {bare, *asked}):
        return None
    return normal


def _of_family(bare: str, family: str | None) -> str:
    if family == DIMM:
        return bare.rjust(8, "0") if len(bare) <= 8 and _HEX.match(bare) else bare
    if family == DRIVE and (match := _SEAGATE_SAS.match(bare)):
        return match[1]
    return bare


def _repeats(bare: str, own: tuple[str | None, ...]) -> bool:
    return any(other is not None and bare == (text(other) or "").upper().replace(" ", "") for other in own)


@lru_cache(maxsize=100_000)
def uuid(told: str | None) -> str | None:
    """N4: the smaller of the value and the value with its first three fields byte-swapped, as 32 hex digits."""
    digits = uuid_digits(told)
    if digits is None:
        return None
    swapped = _swapped(digits)
    if is_fake_uuid(digits) or is_fake_uuid(swapped) or has_random_node(digits, swapped):
        return None
    return min(digits, swapped)


def uuid_digits(told: str | None) -> str | None:
    """Return the 32 hex digits as written, in lower case; None where it is no UUID."""
    clean = text(told)
    if clean is None:
        return None
    digits = re.sub(r"[-{}\s]", "", clean.lower().removeprefix("urn:uuid:"))
    return digits if len(digits) == 32 and not _NOT_HEX.search(digits) else None


def _swapped(digits: str) -> str:
    first, second, third = bytes.fromhex(digits[:8]), bytes.fromhex(digits[8:12]), bytes.fromhex(digits[12:16])
    return first[::-1].hex() + second[::-1].hex() + third[::-1].hex() + digits[16:]


@lru_cache(maxsize=10_000)
def gpu_uuid(told: str | None) -> str | None:
    """N4 for GPUs: not swapped, without `GPU-`."""
    clean = text(told)
    digits = uuid_digits(re.sub(r"^GPU-", "", clean, flags=re.IGNORECASE)) if clean else None
    return None if digits is None or is_fake_uuid(digits) else digits


_HPE_BEGINNINGS = ("CZ", "MX", "US", "SG", "CN", "GB", "TW", "JP", "BR", "2M", "3M")
_HPE_TAG = re.compile(r"^[0-9A-Z]{16}$")


@lru_cache(maxsize=100_000)
def uuid_tag(told: str | None) -> tuple[str, str] | None:
    """N4: the service tag that a UUID spells, with its maker: ("dell", "11WLK93"), ("hpe", "CZ224603Q8"), or None."""
    digits = uuid_digits(told)
    if digits is None or is_fake_uuid(digits):
        return None
    for order in (digits, _swapped(digits)):
        if tag := _dell_tag(order):
            return "dell", tag
    spelled = {tag for order in (digits, _swapped(digits)) if (tag := _hpe_tag(order))}
    return ("hpe", spelled.pop()) if len(spelled) == 1 else None


def _dell_tag(digits: str) -> str | None:
    """`4C4C4544-00BB-CC10-80DD-AAC04FEEFFGG` spells chr(AA & 7F) BB CC DD EE FF GG."""
    raw = bytes.fromhex(digits)
    if raw[:4] != b"LLED" or raw[4] != 0 or raw[7] != 0x10 or raw[8] != 0x80 or raw[11:13] != b"\xc0\x4f":
        return None
    tag = bytes([raw[10] & 0x7F, raw[5], raw[6], raw[9], raw[13], raw[14], raw[15]])
    return serial(tag.decode()) if re.fullmatch(rb"[0-9A-Z]{7}", tag) else None


def _hpe_tag(digits: str) -> str | None:
    """Six characters of product number and ten of serial, the first three fields little-endian."""
    try:
        spelled = bytes.fromhex(_swapped(digits)).decode("ascii")
    except UnicodeDecodeError:
        return None
    return serial(spelled[6:]) if _HPE_TAG.match(spelled) and spelled[6:].startswith(_HPE_BEGINNINGS) else None


@lru_cache(maxsize=100_000)
def mac(told: str | None) -> str | None:
    """N5: 12 hex digits in lower case."""
    digits = _hex_only(told)
    return digits if digits is not None and len(digits) == 12 and not is_fake_mac(digits) else None


@lru_cache(maxsize=100_000)
def wwn(told: str | None) -> str | None:
    """N6: 16 or 32 hex digits in lower case."""
    digits = _hex_only(told)
    return digits if digits is not None and len(digits) in {16, 32} and not is_fake_wwn(digits) else None


def _hex_only(told: str | None) -> str | None:
    clean = text(told)
    if clean is None:
        return None
    digits = re.sub(r"[:.\-\s]", "", clean.lower().removeprefix("0x"))
    return None if _NOT_HEX.search(digits) else digits


_NO_PART_NUMBER = re.compile(r"^(?:MODULE)?PART(?:NUM|NUMBER)\d*$|^\w*_?PARTNUM(?:BER)?\d*$")


@lru_cache(maxsize=100_000)
def part_number(told: str | None) -> str | None:
    """N7: upper case, no blanks, hex-coded ASCII decoded, trailing dashes cut."""
    clean = text(told)
    if clean is None or is_fake_text(clean):
        return None
    decoded = text(_decoded_hex(clean.replace(" ", "")))
    if decoded is None:
        return None
    normal = decoded.upper().replace(" ", "").rstrip("-")
    missing = len(set(normal)) <= 1 or is_fake_text(normal) or _NO_PART_NUMBER.match(normal)
    return None if missing else normal


def _decoded_hex(bare: str) -> str:
    digits = bare.upper().removeprefix("0X")
    coded = bare.upper().startswith("0X") or len(digits) >= 24
    if not coded or len(digits) % 2 or not _HEX.match(digits):
        return bare
    raw = bytes.fromhex(digits).rstrip(b"\x00\xff")
    return raw.decode("ascii") if raw and all(0x20 <= byte < 0x7F for byte in raw) else bare


@lru_cache(maxsize=100_000)
def board_serial(told: str | None, system_serial: str | None = None) -> str | None:
    """N8: Dell's `.TAG.SERIAL.` and `..SERIAL.` keep the last field; equal to the system serial: missing."""
    clean = text(told)
    if clean is None:
        return None
    match = _DELL_BOARD.match(clean)
    normal = serial(match[1] if match else clean)
    return None if normal is None or normal == serial(system_serial) else normal


@lru_cache(maxsize=100_000)
def board_tag(told: str | None) -> str | None:
    """N8: the service tag in Dell's `.TAG.SERIAL.`."""
    clean = text(told)
    fields = clean.split(".") if clean and _DELL_BOARD.match(clean) else []
    return serial(fields[1]) if fields else None
