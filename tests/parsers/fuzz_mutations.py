"""What may happen to a file, and worse: changes of bytes, lines, JSON values, encodings and sizes, by chance."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

LARGEST = 1_500_000

_NASTY = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b"\t\t", b"{", b"[", b'"', b"\\ud800", b"\xc3\x28", b"</node>",
    b"Handle 0x0001, DMI type 17, 40 bytes\n", b"\x1b[31m", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\x85", b"&#0;", b": ",
)  # fmt: skip
_TEXTS = (
    "", " ", "N/A", "None", "0", "-1", "x", "4242", "0x0", "\0", "\x1b[0m\x07", "\u202eNIAM", "\u200f", "\u2028", "~0",
    "ß" * 60, "A" * 10_240, "9" * 5_000, "1e999", "NaN", "Not Specified", "0000:3b:00.0", "00:00:00:00:00:00", "../x",
    "ff:ff:ff:ff:ff:ff", "/dev/sda", "/redfish/v1/Systems/1", "x" * 31 + "\U0001f600", "16384 MB", "1 TB", "Gen9",
    "8.0 GT/s PCIe", "2026-01-31T12:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "²³", "٣", "x99",
)  # fmt: skip
_NUMBERS = (
    0, -1, 1, 3, 64, 2**31, 2**53 + 1, 2**63 - 1, 2**64, -(2**63), 0.0, -0.0, 1e-320, 1.5, 12.0, 1e300, 253402300800,
)  # fmt: skip
_LONE = "@@LONE@@"
_TWICE = "@@TWICE@@"

Mutation = Callable[[random.Random, bytes], bytes]


def mutated(chance: random.Random, content: bytes) -> bytes:
    """Return a file with a few things changed in it."""
    kinds = _MUTATIONS if content.lstrip(b"\xef\xbb\xbf \r\n")[:1] in {b"{", b"["} else _TEXT_MUTATIONS
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 6))):
        content = chance.choice(kinds)(chance, content)
    if chance.random() < 0.06:
        content = _encoded(chance, content)
    return content[: 2 * LARGEST]


def bytes_changed(chance: random.Random, content: bytes) -> bytes:
    """Return the bytes with one place flipped, cut out, doubled, moved, cut off or grown."""
    start = chance.randrange(len(content) + 1)
    end = min(len(content), start + chance.choice((1, 2, 8, 100, 3_000)))
    piece = content[start:end]
    before, after = content[:start], content[end:]
    place = chance.randrange(len(before) + 1)
    return chance.choice(
        (
            before + bytes(byte ^ (1 << chance.randrange(8)) for byte in piece[:2]) + piece[2:] + after,
            before + after,
            before + piece + piece + after,
            before[:place] + piece + before[place:] + after,
            before + chance.choice(_NASTY) + piece + after,
            before + chance.randbytes(chance.choice((1, 4, 30))) + after,
            before,
        )
    )


def lines_changed(chance: random.Random, content: bytes) -> bytes:
    """Return the text with one line removed, doubled, swapped, indented, given another value, or many times over."""
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(9)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines.insert(other, lines[one])
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 3:
        lines[one] = chance.choice((b"\t", b" ", b"        ")) + lines[one]
    elif kind == 4:
        lines[one] = lines[one].lstrip()
    elif kind in {5, 6}:
        lines[one] = _other_value(chance, lines[one])
    elif kind == 7:
        block = lines[one : one + chance.choice((1, 5, 40))]
        lines[one:one] = block * min(chance.choice((2, 50, 3_000)), LARGEST // (len(b"\n".join(block)) + 1))
    else:
        return content.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\r")))
    return b"\n".join(lines)


def _other_value(chance: random.Random, line: bytes) -> bytes:
    """Return a line with another value behind its colon, equals sign or tag."""
    told = chance.choice(_TEXTS).encode()
    return re.sub(rb"(:\s*|=\"?|>).*", lambda found: found.group(1) + told, line, count=1)


def json_changed(chance: random.Random, content: bytes) -> bytes:
    """Return the JSON with some values in it changed; other bytes as they are."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return bytes_changed(chance, content)
    try:
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            value = _changed(chance, value)
        text = json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1)))
    except RecursionError:  # deep inside deep
        return b"[" * 1_500 + content + b"]" * 1_500
    return text.replace(_LONE, "\\ud800").replace(_TWICE, "").encode("utf-8", "replace")


def _changed(chance: random.Random, value: Any) -> Any:
    """Return the value with one container somewhere in it changed; the way down is found by chance."""
    root = [value]
    holder: Any = root
    key: Any = 0
    while isinstance(holder[key], dict | list) and holder[key] and chance.random() < (0.99 if holder is root else 0.85):
        holder = holder[key]
        key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    kind = chance.randrange(8)
    if kind <= 3 or holder is root:
        holder[key] = _any_value(chance, holder[key])
    elif isinstance(holder, dict):
        _key_changed(chance, holder, key, kind)
    else:
        _element_changed(chance, holder, key, kind)
    return root[0]


def _key_changed(chance: random.Random, holder: dict[str, Any], key: str, kind: int) -> None:
    if kind == 4:
        del holder[key]
    elif kind == 5:
        holder[chance.choice((key.upper(), key + " ", "", "\u202e", "id", "class", "x" * 10_240))] = holder.pop(key)
    elif kind == 6:
        name = _TWICE if chance.random() < 0.05 else "other "  # the first becomes the same key in the text
        holder[name + key] = holder[key]
    else:
        other = chance.choice(list(holder))
        holder[key], holder[other] = holder[other], holder[key]


def _element_changed(chance: random.Random, holder: list[Any], index: int, kind: int) -> None:
    if kind == 4:
        del holder[index]
    elif kind == 5:
        room = LARGEST // (len(json.dumps(holder[index], default=str)) + 1)
        holder += [holder[index]] * min(chance.choice((1, 2, 60, 3_000)), room)
    elif kind == 6:
        chance.shuffle(holder)
    else:
        holder.insert(index, _any_value(chance, holder[index]))


def _any_value(chance: random.Random, value: Any) -> Any:
    """Return a value of any type instead of this one, or around it."""
    kind = chance.randrange(9)
    if kind <= 2:
        return chance.choice(_TEXTS)
    if kind <= 4:
        return chance.choice(_NUMBERS)
    if kind == 5 and chance.random() < 0.05:
        return chance.choice((_LONE + "x", 10**400, 2**200, _deep(chance, value)))  # which no reading survives
    if kind == 5:
        return chance.choice((None, True, False, [], {}, [[]], [None], {"": None}, {"string": []}))
    if kind == 6:
        return [value, value] if chance.random() < 0.5 else {"value": value, "": [value]}
    return _akin(chance, value)


def _akin(chance: random.Random, value: Any) -> Any:
    """Return something like this value."""
    if isinstance(value, str):
        return chance.choice((value.upper(), value * 2, value[:3], value + "\u202e\x07", f"  {value}  ", [value]))
    if isinstance(value, int | float):
        return chance.choice((-value, str(value), value * 10**9, f"{value} MB", bool(value)))
    return [value]


def _deep(chance: random.Random, value: Any) -> Any:
    for _ in range(chance.choice((3, 50, 61, 500))):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def _encoded(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    codec = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "latin-1", "cp1252", "utf-7"))
    return text.encode(codec, "replace")


_TEXT_MUTATIONS: tuple[Mutation, ...] = (lines_changed, lines_changed, lines_changed, bytes_changed)
_MUTATIONS: tuple[Mutation, ...] = (*[json_changed] * 12, lines_changed, bytes_changed)
