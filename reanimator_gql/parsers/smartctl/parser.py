"""smartctl's JSON (`smartctl --json`, smartmontools 7.0 to 7.5): one drive a file, all files of a bundle one snapshot.

It names no machine. It covers STORAGE only where the bundle holds a scan list (`smartctl --scan --json`) and a file
that was read for each device in it. A logical volume in that list is no drive; where the list shows one but no drive
behind a controller, the drives of that volume are not listed and nothing is covered. smartctl exits non-zero with
valid JSON, so its exit status says nothing here; what it could not open is told by its messages. Its time is the
`local_time` of the latest file. Settings of a drive (write cache, security, trim) and its logs stay in the raw file.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.json_values import entries, text, whole
from reanimator_gql.parsers.parser import BadFile, File, ParseError, Parser, Reading
from reanimator_gql.parsers.smartctl.drive import Address, address_of, drive_of, is_identified, is_logical
from reanimator_gql.parsers.smartctl.merge import drives_of
from reanimator_gql.parsers.text import decode, looks_like_json, peek

_OWN = re.compile(r'"smartctl"\s*:\s*\{|"device"\s*:\s*\{[^{}]*"info_name"\s*:')
_KEYS = re.compile(r'"(?:json_format_version|serial_number|model_name|devices|exit_status|local_time)"\s*:')
_TEXT = re.compile(
    r"^(?:=== START OF (?:INFORMATION|READ SMART DATA) SECTION ===|SMART Health Status:|SMART overall-health"
    r"|Device supports SMART|smartctl \d+\.\d+ )",
    re.MULTILINE,
)
_LOGS = re.compile(r'"(?:ata_smart_attributes|nvme_smart_health_information_log|scsi_error_counter_log)"\s*:')
# Of the families that bear the protocol's name all that is content is taken; the rest are logs and settings.
_KNOWN = re.compile(
    r"(?:ata|sata|nvme|scsi|seagate|smartctl)_\w*|json_format_version|smartctl|local_time|devices?|model_family|model_name"
    r"|serial_number|wwn|firmware_version|user_capacity|(?:logical|physical)_block_size|rotation_rate|form_factor|trim"
    r"|in_smartctl_database|interface_speed|smart_support|smart_status|power_on_time|power_cycle_count|power_mode"
    r"|temperature|temperature_warning|vendor|product|revision|logical_unit_id|device_type|transport_protocol"
    r"|endurance_used|spare_available|host_reads|host_writes|read_lookahead|write_cache|zoned_device"
)
_OPEN_FAILED = re.compile(r"open device: (\S{1,200})((?: \[[^\]]{0,60}\])*) failed", re.IGNORECASE)
_RAID_HINT = re.compile(r"please try adding '-d (?:megaraid|3ware|cciss|areca|aacraid)", re.IGNORECASE)
_LAST_SECOND = 253_402_300_799  # of the year 9999
_HOUR = 3600
MAX_FILES = 2_000
_REMEDY = "send the output of `smartctl --json -x` for each drive, run as root"


class Report(NamedTuple):
    """One output of smartctl: the file it stands in, its JSON pointer there, and its value."""

    file: str
    pointer: str
    value: dict[str, Any]


def _sniff(file: File) -> bool:
    head = peek(file.content)
    if not head.startswith(("{", "[")):
        return False
    # With sorted keys, or behind many attributes, its own keys stand far below.
    return _is_own(head) or (len(file.content) > len(head) and _is_own(decode(file.content).text))


def _is_own(content: str) -> bool:
    return _OWN.search(content) is not None and _KEYS.search(content) is not None


def _near(file: File) -> str | None:
    head = peek(file.content)
    if not head.startswith(("{", "[")) and _TEXT.search(head):
        return "the text of smartctl: run `smartctl --json`"
    if re.search(r"^json\.(?:smartctl|device)\.\w+", head, re.MULTILINE):
        return "the flat output of smartctl: run `smartctl --json` without `=g`"
    return "JSON with some fields of smartctl" if looks_like_json(file.content) and _LOGS.search(head) else None


def _parse(files: Sequence[File]) -> Reading:
    if len(files) > MAX_FILES:
        raise ParseError(f"{len(files)} smartctl files are in one bundle, more than {MAX_FILES}", "send fewer machines")
    told, bad, warnings = _reports(files)
    scans = [one for one in told if _is_scan(one.value)]
    reports = [one for one in told if not _is_scan(one.value)]
    sightings = [found for one in reports if (found := drive_of(one.value, one.file, one.pointer))]
    if not sightings:
        return Reading((), tuple(bad) + _all_refused(told))
    snapshot = Snapshot(
        source=PARSER.name,
        machine=MachineIdentifiers(),
        items=tuple(drives_of(sightings)),
        coverage=_coverage(scans, reports),
        collected_at=_collected_at(reports),
        warnings=(*warnings, *_warnings(reports)),
    )
    return Reading((snapshot,), tuple(bad))


def _reports(files: Sequence[File]) -> tuple[list[Report], list[BadFile], list[Warn]]:
    """Return all outputs, in the order of their files' names; a file may hold a list of them."""
    told: list[Report] = []
    bad: list[BadFile] = []
    warnings: list[Warn] = []
    for path, content in sorted(files):
        try:
            value, remarks = strict_json.loads(content)
            told += _reports_in(path, value)
            warnings += [Warn(path, one.message) for one in remarks]
        except ParseError as error:
            bad.append(BadFile(path, error))
    return told, bad, warnings


def _reports_in(path: str, value: Any) -> list[Report]:
    if isinstance(value, dict):
        return [Report(path, "", value)]
    found = [Report(path, f"/{number}", one) for number, one in entries(value)]
    if not found:
        raise ParseError("the JSON holds no output of smartctl", _REMEDY)
    return found


def _is_scan(value: dict[str, Any]) -> bool:
    return isinstance(value.get("devices"), list) and "device" not in value


def _all_refused(told: list[Report]) -> tuple[BadFile, ...]:
    """Return why each file gives no drive, of several outputs in a file by the first."""
    refused: dict[str, BadFile] = {}
    for one in told:
        reason = "a scan list of smartctl, without a file of any drive in it" if _is_scan(one.value) else None
        refused.setdefault(one.file, BadFile(one.file, ParseError(reason or _unread(one.value), _REMEDY)))
    return tuple(refused.values())


def _unread(value: dict[str, Any]) -> str:
    """Return why a report tells of no drive."""
    if not is_identified(value):
        told = "; ".join(message for message, _ in _messages(value)) or "it holds neither model nor serial"
        return f"smartctl read no drive ({told})"
    name = text(value, "device", "name") or "the device"
    if is_logical(value):
        return f"{name} is a logical volume, no drive: read those behind its controller (`-d megaraid,N`, `-d cciss,N`)"
    return f"{name} is no disk"


def _messages(value: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the messages of smartctl with their severity; mere information is left out."""
    told = [
        (" ".join(found.split())[:500], text(one, "severity") or "error")
        for _, one in entries(value, "smartctl", "messages")
        if (found := text(one, "string"))
    ]
    return [(message, severity) for message, severity in told if severity != "information"]


def _coverage(scans: list[Report], reports: list[Report]) -> frozenset[ComponentKind]:
    listed = [device for scan in scans for _, device in entries(scan.value, "devices")]
    volumes = {address_of(one) for one in listed if _RAID_HINT.search(text(one, "open_error") or "")}
    volumes.update(*(_volume(one.value) for one in reports))
    read = {address_of(one.value.get("device")) for one in reports if is_identified(one.value)}
    wanted = {address_of(device) for device in listed}
    behind = any(address.behind for address in wanted)
    complete = bool(wanted) and wanted <= read | volumes and (behind or not wanted & volumes)
    return frozenset({ComponentKind.STORAGE} if complete else ())


def _volume(value: dict[str, Any]) -> set[Address]:
    """Return the address of a logical volume, also where smartctl refused to open one."""
    if is_identified(value):
        return {address_of(value.get("device"))} if is_logical(value) else set()
    hinted = [_OPEN_FAILED.search(message) for message, _ in _messages(value) if _RAID_HINT.search(message)]
    return {Address(match.group(1), "", ()) for match in hinted if match}


def _times(reports: list[Report]) -> list[int]:
    told = [whole(one.value, "local_time", "time_t") for one in reports if is_identified(one.value)]
    return [time for time in told if time and time <= _LAST_SECOND]


def _collected_at(reports: list[Report]) -> datetime | None:
    times = _times(reports)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _warnings(reports: list[Report]) -> list[Warn]:
    """Return what smartctl said and what was not read; the same words of several files are one warning."""
    remarks: dict[str, list[str]] = {}
    for one in reports:
        unread = drive_of(one.value, one.file, one.pointer) is None
        said = [f"not read: {_unread(one.value)}"] if unread else [message for message, _ in _messages(one.value)]
        for message in said:
            remarks.setdefault(message, []).append(one.file)
    warnings = [Warn(told[0], message + _times_said(len(told))) for message, told in remarks.items()]
    if names := sorted({name for one in reports for name in one.value if not _KNOWN.fullmatch(name)}):
        shown = ", ".join(name[:40] for name in names[:8]) + (" ..." if len(names) > 8 else "")
        warnings.append(Warn("", f"unknown fields, kept in the raw files only: {shown}"))
    times = _times(reports)
    if times and max(times) - min(times) > _HOUR:
        warnings.append(Warn("", "the files were read more than an hour apart: the latest time counts for all"))
    return warnings


def _times_said(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


PARSER = Parser(
    name="smartctl",
    version=2,
    expects="the output of `smartctl --json -x`, one file for each drive",
    sniff=_sniff,
    parse=_parse,
    near=_near,
)
