"""Reanimator hardware JSON: what our own collectors send, one machine a file.

The envelope (`schema_version, source_type, collector, collected_at, target_host, filename, coverage`) is optional: a
bare `hardware` object is read too, with the envelope's fields in it or without. Two collectors must not be one stream,
so the source type bears the collector's name. Unknown fields are kept with a warning, never an error.
"""

import re
from datetime import UTC, datetime
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.hardware_json.fields import Fields, Notes, type_name
from reanimator_gql.parsers.hardware_json.firmware import (
    Firmware,
    bios_of,
    bmc_item,
    bmc_of,
    place_firmware,
    read_firmware,
)
from reanimator_gql.parsers.hardware_json.lists import COVERED_BY, entries_of, read_list
from reanimator_gql.parsers.parser import File, ParseError, Parser, one_by_one
from reanimator_gql.parsers.text import decode, looks_like_json, peek

_SECTIONS = ("board", "firmware", *COVERED_BY)
_HARDWARE_KEY = re.compile(r'"hardware"\s*:\s*[{\[n]')
_SECTION_KEY = re.compile(r'"(?:hardware|' + "|".join(_SECTIONS[2:]) + r')"\s*:')
_ENVELOPE = ("schema_version", "source_type", "collector", "collected_at", "target_host", "filename", "coverage")
_BARE_START = re.compile(
    r'\{\s*(?:"(?:' + "|".join(_ENVELOPE[:-1]) + r')"\s*:\s*(?:"[^"]{0,200}"|\d{1,9}|null)\s*,\s*){0,12}'
    r'"(?:board"\s*:\s*\{|(?:' + "|".join(_SECTIONS[1:]) + r')"\s*:\s*(?:\[|null))'
)
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:([Zz])|([+-]\d\d:\d\d))?")
_TIME_REMEDY = 'write an RFC 3339 time with its zone, such as "2026-01-31T12:00:00Z" or "2026-01-31T13:00:00+01:00"'


def _sniff(file: File) -> bool:
    head = peek(file.content)
    if not head.startswith("{"):
        return False
    # The envelope may be long, or `hardware` may be the last key: one search through the bytes is cheap.
    return bool(
        _BARE_START.match(head) or _HARDWARE_KEY.search(head) or _HARDWARE_KEY.search(decode(file.content).text)
    )


def _near(file: File) -> str | None:
    lists = looks_like_json(file.content) and _SECTION_KEY.search(peek(file.content))
    return "JSON, but without a `hardware` object" if lists else None


def _parse(content: bytes) -> tuple[Snapshot, ...]:
    value, text_warnings = strict_json.loads(content)
    notes = Notes()
    envelope, hardware = _open(value, notes)
    source, collected_at = _source(envelope), _collected_at(envelope.raw("collected_at"))
    host_name = envelope.text("target_host")
    board = _board_fields(hardware, envelope, notes)
    firmware = read_firmware(entries_of(hardware, "firmware", notes) or [])
    machine = _machine(board, host_name)
    lists = {name: read_list(hardware, name, notes) for name in COVERED_BY}
    items = _with_firmware([item for told in lists.values() for item in told or ()], board, firmware, machine, notes)
    told = {name for name, entries in lists.items() if entries is not None}
    coverage = _coverage(envelope.raw("coverage"), told, notes)
    _warn_of_rest(envelope, notes)
    _warn_of_rest(hardware, notes)
    return (
        Snapshot(
            source=source,
            machine=machine,
            items=tuple(items),
            # Board and BMC are covered wherever the file lists one.
            coverage=coverage | {item.kind for item in items if item.kind in _COVERED_WHERE_LISTED},
            collected_at=collected_at,
            warnings=text_warnings + notes.warnings(),
        ),
    )


def _open(value: Any, notes: Notes) -> tuple[Fields, Fields]:
    """Return the envelope and the `hardware` object; a bare `hardware` object may hold the envelope's fields itself."""
    if not isinstance(value, dict):
        raise ParseError(f"the JSON is {type_name(value)}", "it must be an object with a `hardware` object in it")
    if "hardware" in value:
        envelope = Fields(value, "", notes)
        return envelope, Fields(envelope.raw("hardware"), "hardware", notes, "/hardware")
    if not any(name in value for name in _SECTIONS):
        raise ParseError("the JSON has no `hardware` object", f"put {', '.join(_SECTIONS)} into one named `hardware`")
    around = {name: value[name] for name in _ENVELOPE if name in value}
    hardware = {name: inner for name, inner in value.items() if name not in around}
    return Fields(around, "", notes), Fields(hardware, "hardware", notes)


def _source(envelope: Fields) -> str:
    collector = (envelope.text("collector") or "").strip()
    return f"{PARSER.name}:{collector}" if collector else PARSER.name


def _collected_at(value: Any) -> datetime | None:
    """Return the time in UTC; None where the file states none. A time without a zone is refused, never guessed."""
    if value is None:
        return None
    match = _RFC_3339.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ParseError(f"`collected_at` is no RFC 3339 time: {str(value)[:40]!r}", _TIME_REMEDY, path="collected_at")
    day, clock, fraction, utc, offset = match.groups()
    if not utc and not offset:
        raise ParseError(f"`collected_at` has no time zone: {value!r}", _TIME_REMEDY, path="collected_at")
    text = f"{day}T{clock}.{(fraction or '')[:6]:0<6}{offset or '+00:00'}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ParseError(f"`collected_at` is no time: {value!r} ({error})", _TIME_REMEDY, path="collected_at") from None


def _board_fields(hardware: Fields, envelope: Fields, notes: Notes) -> Fields | None:
    source_type, value = envelope.text("source_type"), hardware.raw("board")
    if value is None:
        return None
    board = Fields(value, "hardware.board", notes, f"{hardware.origin.pointer}/board")
    if source_type:
        # Which tool filled the file: it does not change how the file is read.
        board.attributes["source_type"] = source_type
    return board


def _machine(board: Fields | None, host_name: str | None) -> MachineIdentifiers:
    if board is None:
        return MachineIdentifiers(host_name=host_name)
    return MachineIdentifiers(
        manufacturer=board.text("manufacturer"),
        product=board.text("product_name"),
        system_serial=board.text("serial_number"),
        uuid=board.text("uuid"),
        board_serial=board.text("board_serial"),
        chassis_serial=board.text("chassis_serial"),
        asset_tag=board.text("asset_tag"),
        host_name=host_name,
    )


def _with_firmware(
    items: list[Item], board: Fields | None, entries: list[Firmware], machine: MachineIdentifiers, notes: Notes
) -> list[Item]:
    """Return board, BMC and all items, each with the firmware that the list tells of it."""
    bios, bmc = bios_of(entries), bmc_of(entries)
    others = [entry for entry in entries if entry is not bios and entry is not bmc]
    items, left = place_firmware(items, others, notes)
    head = _board_items(board, machine, bios, left)
    if left and not head:
        notes.add("hardware.firmware", "versions of parts that the file does not list, with no board to keep them with")
    return [*head, *([bmc_item(bmc)] if bmc else []), *items]


def _board_items(
    board: Fields | None, machine: MachineIdentifiers, bios: Firmware | None, left: list[dict[str, Any]]
) -> list[Item]:
    """Return the board: where the file tells any of its identity, or only the BIOS that runs on it."""
    part_number = board.text("part_number") if board else None
    attributes: dict[str, Any] = {}
    if board:
        board.rest()
        attributes = board.attributes
    if left:
        attributes = {**attributes, "firmware": left}
    if not (machine.board_serial or machine.product or machine.manufacturer or bios):
        return []
    return [
        Item(
            kind=ComponentKind.BOARD,
            list="hardware.board",
            serial=machine.board_serial,
            vendor=machine.manufacturer,
            model=machine.product,
            part_number=part_number,
            firmware=bios.version if bios else None,
            attributes=attributes,
            telemetry=board.telemetry if board else {},
            origin=board.origin if board else bios.origin if bios else None,
        )
    ]


def _coverage(value: Any, told: set[str], notes: Notes) -> frozenset[ComponentKind]:
    """Return the classes of the lists that are complete: those named, else all told (null: it failed)."""
    if value is None:
        complete = told
    elif isinstance(value, list) and all(isinstance(name, str) for name in value):
        complete = told.intersection(value)
        for name in sorted(set(value).difference(told, ("board", "firmware"))):
            notes.add("coverage", f"names {name!r}, which `hardware` does not list: nothing follows from it")
    else:
        raise ParseError(
            "`coverage` is no list of names", "name the lists of `hardware` that are complete, or leave it out"
        )
    return frozenset().union(*(COVERED_BY[name] for name in complete))


def _warn_of_rest(fields: Fields, notes: Notes) -> None:
    for name in ("schema_version", "filename"):
        fields.raw(name)
    for name in fields.names():
        notes.add(fields.path_of(name), "unknown field, kept in the raw file only")


_COVERED_WHERE_LISTED = frozenset({ComponentKind.BOARD, ComponentKind.BMC})

PARSER = Parser(
    name="hardware_json",
    version=2,
    expects="Reanimator hardware JSON, an object with `collected_at` and a `hardware` object",
    sniff=_sniff,
    parse=one_by_one(_parse),
    near=_near,
)
