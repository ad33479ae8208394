"""Fake values (rule N3 and the missing values of N4-N6): what makers leave where an identity should stand."""

import re

_WORDS = frozenset(
    {
        "N/A", "NA", "NONE", "NULL", "UNKNOWN", "UNDEFINED", "EMPTY", "INVALID", "REDACTED", "YES", "NO", "TBD",
        "EVAL", "DEFAULT", "STANDARD", "DEFAULTSTRING", "NODIMM", "NOASSETTAG", "OEM_SERIAL", "<BADINDEX>",
        "<OUTOFSPEC>", "4242",
    }
)  # fmt: skip

# Compared without blanks and case.
_PATTERNS = re.compile(
    r"""
    NOT(?:SPECIFIED|PRESENT|AVAILABLE|INSTALLED|APPLICABLE|SETTABLE|DEFINED|SUPPORTED(?:BYCPU)?|SET|PROVIDED)$
    | UNSPECIFIED
    | TOBEFILLED
    | OEMDEFINE\d*$
    | (?:SYSTEM|CHASSIS|BASEBOARD|BOARD)SERIAL(?:NUMBER)?$
    | .*SERNUM\d*$
    | .*ASSETTAG\d*$
    | VOLUME\d*$
    | AAAABBBBCCCC\d*$
    | (?:[A-Z]|\#[A-Z]?|SYS-|SN-|MB-)?(?:123456|0123456789|1234567890)
    | (?:[A-Z]|\#[A-Z]?|SYS-|SN-|MB-)?9876543210$
    """,
    re.VERBOSE,
)

_RUNNING = re.compile(r"^(?:[A-Z]|#[A-Z]?|SYS-|SN-|MB-)?(\d+)")


def is_fake_text(text: str) -> bool:
    """Whether a text of any field is a filler. Short values are values: firmware `f1`, slot `0`."""
    bare = text.upper().replace(" ", "")
    return bare in _WORDS or _names_nothing(bare) or "XXXX" in bare or _is_filler(bare)


def is_fake_serial(bare: str) -> bool:
    """Whether a serial (upper case, no blanks, a drive's cut to what identifies it) is no identity."""
    characters = [c for c in bare if c.isalnum()]
    return (
        len(characters) < 4
        or len(set(bare.removeprefix("0X"))) <= 1
        or "XXXX" in bare
        or bare in _WORDS
        or _is_filler(bare)
    )


def _names_nothing(bare: str) -> bool:
    """Nothing but one sign repeated: `--`, `.....`. A single letter or digit may be a slot."""
    return not any(c.isalnum() for c in bare) or (len(bare) >= 4 and len(set(bare.removeprefix("0X"))) <= 1)


def _is_filler(bare: str) -> bool:
    match = _PATTERNS.match(bare)
    if match is None:
        return False
    return not _RUNNING.match(bare) or _is_running(bare)


def _is_running(bare: str) -> bool:
    """Digits that count up from 0 or 1, over 9 again, or down; letters may follow (`01234567890123456789AB`)."""
    match = _RUNNING.match(bare)
    if match is None:
        return False
    digits = match[1]
    if digits.startswith("9876543210"):
        return len(bare) == match.end()
    start = int(digits[0])
    runs = all(int(digit) == (start + index) % 10 for index, digit in enumerate(digits))
    return start in {0, 1} and len(digits) >= 6 and runs


_FAKE_UUIDS = frozenset(
    {
        "03000200040005000006000700080009",
        "00020003000400050006000700080009",
        "1234567812345678" + "90abcddeefaabbcc",
        "000102030405060708090a0b0c0d0e0f",
        "6ab5b300538d10149fb5b0684d007b53",
        "c01dc250567811ed9b6a0242ac120002",
        "c01dc251567811ed9b6a0242ac120002",
    }
)


def is_fake_uuid(digits: str) -> bool:
    """Whether a UUID (32 hex digits, either byte order) is everybody's."""
    raw = bytes.fromhex(digits)
    return len(set(raw)) == 1 or digits in _FAKE_UUIDS or digits.startswith("deadbeef") or _is_bare_mac(digits)


def has_random_node(*orders: str) -> bool:
    """Whether a UUID is of version 1 with a locally administered node: made anew, not read from the board.

    `orders` are both byte orders of it: where one of them is of a version that is not read from a clock, that is meant.
    """
    versions = {digits[12] for digits in orders}
    is_variant = orders[0][16] in "89ab"
    return "1" in versions and not versions & set("345") and is_variant and bool(int(orders[0][20:22], 16) & 0x02)


def _is_bare_mac(digits: str) -> bool:
    """00000000-0000-0000-0000-<MAC> with an invalid MAC."""
    return digits[:20] == "0" * 20 and is_fake_mac(digits[20:])


def is_fake_mac(digits: str) -> bool:
    """Whether a MAC is one character, multicast or locally administered."""
    return len(set(digits)) == 1 or bool(int(digits[:2], 16) & 0x03)


def is_fake_wwn(digits: str) -> bool:
    """Whether a WWN is locally assigned (NAA 3) or a known filler."""
    return len(set(digits)) == 1 or digits[0] == "3" or digits.endswith("499602d2") or digits == "1234567890abcdef"
