"""The records of `lspci -mmv` (and -vmm, with -nn, -k, -D): as text, which `jc` reads, and as jc's JSON."""

import re
from collections.abc import Iterator
from typing import Any

import jc

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.json_values import entries, text, told
from reanimator_gql.parsers.lspci.function import Told
from reanimator_gql.parsers.parser import ParseError

SLOT = re.compile(r"Slot:[ \t]+(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f][ \t]*", re.IGNORECASE)
_FIELD = re.compile(r"(?!Slot:)[A-Za-z]{1,20}:[ \t]+\S.*")
_NOT_A_LINE = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")  # str.splitlines breaks lines at these, lspci does not
_ID = re.compile(r"[0-9a-f]{4}", re.IGNORECASE)
_NUMBERS = (
    ("vendor_id", "vendor_id"),
    ("device_id", "device_id"),
    ("subsystem_vendor_id", "svendor_id"),
    ("subsystem_device_id", "sdevice_id"),
)


def functions_of_text(content: str, file: str) -> list[Told]:
    """Return the functions of a text. A last line without an end may be cut, and is left out."""
    blocks = list(_blocks(content))
    mended = "\n".join(line for _, _, lines in blocks for line in [*lines, ""])
    try:
        records: Any = jc.parse("lspci", mended, raw=True, quiet=True)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ParseError(f"the lspci text is garbled ({error})", "send lspci's output as it was printed") from None
    return [
        _function(record, Origin(file=file, line=first, last_line=last))
        for (first, last, _), record in zip(blocks, records, strict=True)
    ]


def _blocks(content: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the lines of each record with the numbers of its first and last line."""
    lines = _NOT_A_LINE.sub(" ", content.replace("\r\n", "\n").replace("\r", "\n")).split("\n")[:-1]
    block: list[str] = []
    first = last = 0
    for number, line in enumerate(lines, 1):
        if SLOT.fullmatch(line):
            if block:
                yield first, last, block
            block, first, last = [line], number, number
        elif block and _FIELD.fullmatch(line):
            block.append(line)
            last = number
    if block:
        yield first, last, block


def functions_of_json(value: Any, file: str) -> list[Told]:
    """Return the functions of jc's JSON."""
    return [
        _function(record, Origin(file=file, pointer=f"/{number}"))
        for number, record in entries(value)
        if text(record, "slot")
    ]


def _function(record: dict[str, Any], origin: Origin) -> Told:
    class_id = _id(record, "class_id")
    subsystem = " ".join(filter(None, [text(record, "svendor"), text(record, "sdevice")]))
    numbers = {name: f"0x{found}" for name, key in _NUMBERS if (found := _id(record, key))}
    return Told(
        slot=text(record, "slot") or "",
        class_words=text(record, "class") or "",
        class_id=class_id.lower() if class_id else None,
        vendor=text(record, "vendor"),
        device=text(record, "device"),
        ids={name: one for name, one in numbers.items() if not name.startswith("subsystem")},
        subsystem=told(
            {
                "subsystem": subsystem or None,
                **{name: one for name, one in numbers.items() if name.startswith("subsystem")},
            }
        ),
        revision=text(record, "rev"),
        physical_slot=text(record, "physlot"),
        driver=text(record, "driver"),
        origin=origin,
    )


def _id(record: dict[str, Any], name: str) -> str | None:
    found = text(record, name)
    return found if found and _ID.fullmatch(found) else None
