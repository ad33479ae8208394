"""Outputs that are known and not read: each is told by its name, with what to send in its place.

Only the beginning of a file is looked at. A kind stands here where no parser of ours is near to it.
"""

import re
from typing import NamedTuple

from reanimator_gql.parsers.text import peek


class Foreign(NamedTuple):
    """One kind of output: a pattern that it is known by, what it is, and what to send in its place."""

    pattern: str
    what: str
    instead: str


_BMC = "the BMC's Redfish tree, or `dmidecode`"
_RAID = "`smartctl --json -x -d megaraid,N` of each drive behind the controller"
_DRIVES = "`smartctl --json -x` of each drive, or `lshw -json`"
_NVME_LIST = "`nvme list -o json`"

_TEXTS = (  # patterns at the beginning of a line
    Foreign(
        r"[^|\n]{1,40} \| [^|\n]{1,40} \| (?:ok|ns|nc|cr|nr|lnc|lcr|unc|ucr)\s*$", "`ipmitool sdr`, readings", _BMC
    ),
    Foreign(r"(?:[^|\n]{1,40}\| ){3}(?:ok|ns|nc|cr|nr|na|0x\w+) *\|", "`ipmitool sensor`, readings of no parts", _BMC),
    Foreign(r"Set in Progress\s*:", "`ipmitool lan print`, the network of a BMC", _BMC),
    Foreign(r"SEL Information\s*$", "`ipmitool sel`, the log of a BMC", _BMC),
    Foreign(r" *[0-9a-f]{1,4} \| (?:\d\d/\d\d/\d{2,4}|Pre-Init)\b", "`ipmitool sel list`, the log of a BMC", _BMC),
    Foreign(r"FRU Device Description\s*:", "`ipmitool fru`", _BMC),
    Foreign(r"IPMI Version\s*:", "`ipmitool mc info`", _BMC),
    Foreign(r"CLI Version\s*=[^\n]*\n(?:[^\n]*\n){0,3}?Controller\s*=", "the text of storcli or perccli", _RAID),
    Foreign(
        r"(?:HPE? )?Smart (?:Array|HBA|RAID) \S+ in Slot ", "`ssacli`", "`smartctl --json -x -d cciss,N` of each drive"
    ),
    Foreign(r"DELL(?: EMC)? System Update \d", "the inventory of Dell System Update, versions without parts", _BMC),
    Foreign(
        r"(?:\| )?NVIDIA-SMI \d|=+NVSMI LOG=+",
        "the text of `nvidia-smi`",
        "`lspci -vv` run as root, or `lshw -json`",
    ),
    Foreign(r"<!DOCTYPE html>[^\0]{0,2000}?\blshw", "lshw in HTML", "`lshw -json`"),
)
_JSONS = (
    Foreign(r'"Controllers"\s*:\s*\[\s*\{\s*"Command Status"\s*:', "the JSON of storcli or perccli", _RAID),
    Foreign(r'"blockdevices"\s*:\s*\[', "the JSON of `lsblk`", _DRIVES),
    Foreign(r'"Subsystems"\s*:\s*\[\s*\{\s*"Name"\s*:', "`nvme list-subsys`, which names no serials", _NVME_LIST),
    Foreign(
        r'"critical_warning"\s*:[^\0]{0,2000}?"avail_spare"\s*:', "`nvme smart-log`, of no named drive", _NVME_LIST
    ),
)


def foreign_kind(content: bytes) -> str | None:
    """Return what a file is that no parser reads, and what to send in its place; None where it is not known."""
    head = peek(content).replace("\r\n", "\n")
    if head.startswith(("{", "[")):
        found = next((kind for kind in _JSONS if re.search(kind.pattern, head)), None)
    else:
        found = next((kind for kind in _TEXTS if re.search(f"^{kind.pattern}", head, re.MULTILINE)), None)
    return f"it is {found.what}: send {found.instead}" if found else None
