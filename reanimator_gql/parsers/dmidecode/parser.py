"""dmidecode's text: the machine, its board and BIOS, CPUs, memory, and what the BIOS tells of power supplies and TPM.

It states no time of its own. It covers CPU, MEMORY and BOARD, and only where the text ends with `End Of Table`; power
supplies are listed as the BIOS saw them at its start, so nothing follows from their absence. Cards are not listed.
`Not Specified` and the like stay as told in the named fields: what is fake is decided later, for all tools alike.
"""

import re
from typing import Any

import msgspec

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers.dmidecode.places import memory_places
from reanimator_gql.parsers.dmidecode.text import HANDLE, Structure, is_complete, structures
from reanimator_gql.parsers.parser import File, ParseError, Parser, one_by_one
from reanimator_gql.parsers.text import decode, peek

_BIOS, _SYSTEM, _BASE_BOARD, _CHASSIS, _CPU, _MEMORY, _BATTERY, _PSU, _TPM = 0, 1, 2, 3, 4, 17, 22, 39, 43

_OTHER_PROCESSORS = frozenset({"Math Processor", "DSP Processor", "Video Processor"})
_SAYS_NOTHING = frozenset({"Not Specified", "Unknown", "None", "Not Provided", "<OUT OF SPEC>", "Unspecified"})
_MESSAGE = re.compile(r"^(?:# dmidecode \d|SMBIOS [\d.]+ present|/(?:dev|sys)/\S+: )", re.MULTILINE)
_SIZE = re.compile(r"(\d{1,12})\s*(kB|KB|KiB|MB|MiB|GB|GiB|TB|TiB)")
_NUMBER = re.compile(r"(\d{1,9})(?: (?:MHz|MT/s|W))?")
_KIB = {"k": 1, "m": 1024, "g": 1024**2, "t": 1024**3}
_PSU_PLACE = re.compile(r"(?:power supply|psu|ps)\s*#?\d+", re.IGNORECASE)


def _sniff(file: File) -> bool:
    head = peek(file.content)
    return head.startswith("# dmidecode") or HANDLE.search(head.replace("\r", "\n")) is not None


def _near(file: File) -> str | None:
    head = peek(file.content)
    if head.startswith(("BIOS Information", "System Information", "Base Board Information")):
        return "the output of dmidecode -q: leave out -q"
    return "a dmidecode message without structures" if _MESSAGE.search(head[:1024]) else None


def _parse(content: bytes) -> tuple[Snapshot, ...]:
    text, warnings = decode(content)
    found = structures(text)
    complete = is_complete(text)
    board = _hosting_board(found)
    items = [
        *_board_items(found, board),
        *[_cpu(one) for one in _of(found, _CPU) if one.text("type") not in _OTHER_PROCESSORS],
        *_memories([one for one in _of(found, _MEMORY) if not _is_flash(one)]),
        *[_psu(one) for one in _of(found, _PSU)],
        *[_battery(one) for one in _of(found, _BATTERY) if not _is_template(one)],
        *[_tpm(one) for one in _of(found, _TPM)],
    ]
    return (
        Snapshot(
            source=PARSER.name,
            machine=_machine(found, board),
            items=tuple(items),
            coverage=_coverage(items) if complete else frozenset(),
            warnings=(*warnings, *_warnings(found, complete)),
        ),
    )


def _of(found: list[Structure], number: int) -> list[Structure]:
    return [structure for structure in found if structure.type == number]


def _first(found: list[Structure], number: int) -> Structure:
    return next(iter(_of(found, number)), Structure(number, "", {}))


def _hosting_board(found: list[Structure]) -> Structure:
    """Return the board that carries the machine: blades list interconnect boards and mezzanines beside it."""
    boards = _of(found, _BASE_BOARD)
    hosting = [one for one in boards if "Board is a hosting board" in one.texts("features")]
    mother = [one for one in boards if one.text("type") in {"Motherboard", "Server Blade"}]
    return next(iter([*hosting, *mother, *boards]), Structure(_BASE_BOARD, "", {}))


def _machine(found: list[Structure], board: Structure) -> MachineIdentifiers:
    system = _first(found, _SYSTEM)
    serials = {one.text("serial_number") for one in _of(found, _SYSTEM)}
    if len(serials) > 1:
        raise ParseError("the text holds the tables of several machines", "send one file for each machine")
    own_chassis = [one for one in _of(found, _CHASSIS) if one.handle == board.text("chassis_handle")]
    chassis = own_chassis[0] if own_chassis else _first(found, _CHASSIS)
    return MachineIdentifiers(
        manufacturer=system.text("manufacturer"),
        product=system.text("product_name"),
        system_serial=system.text("serial_number"),
        uuid=system.text("uuid"),
        board_serial=board.text("serial_number"),
        chassis_serial=chassis.text("serial_number"),
        asset_tag=chassis.text("asset_tag"),
    )


def _board_items(found: list[Structure], board: Structure) -> list[Item]:
    """Return the machine's board with its BIOS, and other boards that have a product name of their own."""
    bios = _first(found, _BIOS)
    others = [one for one in _of(found, _BASE_BOARD) if one != board and _told(one.text("product_name"))]
    items = [_board(board, ComponentKind.BOARD, bios, _first(found, _SYSTEM))] if board.values or bios.values else []
    return items + [_board(one, ComponentKind.OTHER, None, None) for one in others]


def _board(one: Structure, kind: ComponentKind, bios: Structure | None, system: Structure | None) -> Item:
    attributes = _attributes(one, "manufacturer", "product_name", "serial_number")
    for prefix, source, names in (
        ("bios", bios, ("vendor", "release_date", "firmware_revision")),
        ("system", system, ("sku_number", "family", "version")),
    ):
        told = {f"{prefix}_{name}": _told(source.text(name)) for name in names} if source else {}
        attributes.update({name: value for name, value in told.items() if value})
    return Item(
        kind=kind,
        list="base_board",
        origin=one.origin if one.values or bios is None else bios.origin,
        serial=one.text("serial_number"),
        vendor=one.text("manufacturer"),
        model=one.text("product_name"),
        firmware=bios.text("version") if bios else None,
        attributes=attributes,
    )


def _cpu(one: Structure) -> Item:
    if "Unpopulated" in (one.text("status") or ""):
        return _absent(ComponentKind.CPU, "processor", one, "socket_designation")
    used = ("socket_designation", "manufacturer", "version", "serial_number", "part_number")
    # The voltage and the clocks are those of the moment.
    telemetry = _telemetry(one, "current_speed", "external_clock", "voltage")
    attributes = _attributes(one, *used, "current_speed", "external_clock", "voltage")
    _as_numbers(attributes, core_count="cores", core_enabled="enabled_cores", thread_count="threads")
    return Item(
        kind=ComponentKind.CPU,
        list="processor",
        origin=one.origin,
        slot=one.text("socket_designation"),
        serial=one.text("serial_number"),
        vendor=one.text("manufacturer"),
        model=one.text("version"),
        part_number=one.text("part_number"),
        attributes=attributes,
        telemetry=telemetry,
    )


def _is_flash(one: Structure) -> bool:
    """Return whether a memory device is the BIOS's flash chip, which some BIOSes list among the modules."""
    return (one.text("type") or "").casefold() == "flash"


def _memories(modules: list[Structure]) -> list[Item]:
    places = memory_places(modules)
    return [msgspec.structs.replace(_memory(one), slot=place) for one, place in zip(modules, places, strict=True)]


def _memory(one: Structure) -> Item:
    if (one.text("size") or "").casefold() in {"no module installed", "not installed"}:
        return _absent(ComponentKind.MEMORY, "memory_device", one, "locator", "bank_locator")
    present_values = ("configured_clock_speed", "configured_memory_speed", "configured_voltage")
    used = ("locator", "manufacturer", "serial_number", "part_number", "firmware_version", "set", *present_values)
    attributes = _attributes(one, *used)
    if (size := _size_mb(one.text("size"))) is not None:
        attributes["size_mb"] = size
        attributes.pop("size", None)
    _as_numbers(attributes, speed="max_speed_mhz")  # the rated speed; the clock of the moment is the configured one
    return Item(
        kind=ComponentKind.MEMORY,
        list="memory_device",
        origin=one.origin,
        slot=one.text("locator"),
        serial=one.text("serial_number"),
        vendor=one.text("manufacturer"),
        part_number=one.text("part_number"),
        firmware=one.text("firmware_version"),
        attributes=attributes,
        telemetry=_telemetry(one, *present_values),
    )


def _size_mb(text: str | None) -> int | None:
    """Return MiB of ``16384 MB``, ``32 GB`` or ``16 GiB``: SMBIOS counts in powers of two whatever the unit's name."""
    match = _SIZE.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    return int(match.group(1)) * _KIB[match.group(2)[0].lower()] // 1024


def _psu(one: Structure) -> Item:
    location, name = one.text("location"), one.text("name")
    place = "location"
    if not _told(location) and name and _PSU_PLACE.fullmatch(name):
        place, location, name = "name", name, None  # HP gives the place as the name
    if (one.text("status") or "").startswith("Not Present"):
        return _absent(ComponentKind.PSU, "power_supply", one, place)
    used = ("location", "name", "manufacturer", "serial_number", "model_part_number", "plugged")
    attributes = _attributes(one, *used)
    _as_numbers(attributes, max_power_capacity="wattage_w")
    return Item(
        kind=ComponentKind.PSU,
        list="power_supply",
        origin=one.origin,
        slot=location,
        serial=one.text("serial_number"),
        vendor=one.text("manufacturer"),
        model=name,
        part_number=one.text("model_part_number"),
        attributes=attributes,
        telemetry=_telemetry(one, "plugged"),
    )


def _is_template(one: Structure) -> bool:
    """Return whether a battery stands only in the BIOS's template, which some servers' BIOSes left as it was."""
    told = " ".join(one.text(name) or "" for name in ("manufacturer", "name"))
    return (one.text("location") or "").casefold() == "fake" or "virtual battery" in told.casefold()


def _battery(one: Structure) -> Item:
    return Item(
        kind=ComponentKind.BATTERY,
        list="portable_battery",
        origin=one.origin,
        slot=one.text("location"),
        serial=one.text("serial_number") or one.text("sbds_serial_number"),
        vendor=one.text("manufacturer"),
        model=one.text("name"),
        attributes=_attributes(one, "location", "manufacturer", "serial_number", "name"),
    )


def _tpm(one: Structure) -> Item:
    return Item(
        kind=ComponentKind.TPM,
        list="tpm_device",
        origin=one.origin,
        vendor=one.text("vendor_id"),
        model=one.text("description"),
        firmware=one.text("firmware_revision"),
        attributes=_attributes(one, "vendor_id", "description", "firmware_revision"),
    )


def _absent(kind: ComponentKind, name: str, one: Structure, slot: str, *kept: str) -> Item:
    """Return an empty place: what a BIOS writes into the other fields of one says nothing."""
    return Item(
        kind=kind,
        list=name,
        slot=one.text(slot),
        present=False,
        attributes=_attributes_of(one, *kept),
        origin=one.origin,
    )


def _attributes(one: Structure, *used: str) -> dict[str, Any]:
    """Return the other texts of a structure. Handles change with the BIOS, lists of flags say nothing of the part."""
    names = [name for name in one.values if name not in used and "handle" not in name]
    return _attributes_of(one, *names)


def _attributes_of(one: Structure, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := _told(one.text(name)))}


def _as_numbers(attributes: dict[str, Any], **names: str) -> None:
    """Give numbers with a unit that is always the same (``2400 MT/s``, ``550 W``) the name that all tools share."""
    for told, name in names.items():
        if match := _NUMBER.fullmatch(attributes.get(told, "")):
            del attributes[told]
            attributes[name] = int(match.group(1))


def _telemetry(one: Structure, *names: str) -> dict[str, Any]:
    return _attributes_of(one, *names)


def _told(text: str | None) -> str | None:
    """Return the text, or None for dmidecode's own words for a missing value."""
    return None if text in _SAYS_NOTHING else text


def _coverage(items: list[Item]) -> frozenset[ComponentKind]:
    covered = (ComponentKind.BOARD, ComponentKind.CPU, ComponentKind.MEMORY)
    return frozenset(kind for kind in covered if any(item.kind is kind for item in items))


def _warnings(found: list[Structure], complete: bool) -> list[Warn]:
    if not found:
        return [Warn("", "the text holds no SMBIOS structure: was dmidecode run as root?")]
    if not complete:
        return [
            Warn(
                "",
                "the text does not end with `End Of Table`: cut or partial, so no removal follows from it",
            )
        ]
    return []


PARSER = Parser(
    name="dmidecode",
    version=3,
    expects="the text of `dmidecode` run as root, without -q",
    sniff=_sniff,
    parse=one_by_one(_parse),
    near=_near,
)
