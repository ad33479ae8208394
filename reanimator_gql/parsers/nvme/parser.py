"""nvme-cli's JSON: `nvme list -o json` (1.x and 2.x, with or without -v) and `nvme id-ctrl -o json`.

It names no machine, states no time and covers nothing. All files of a bundle are one snapshot. A drive is a controller,
its namespaces folded in: `nvme list` repeats its serial for each. Controllers reached over a network (tcp, rdma, fc)
and volumes of arrays are no local drives. Used bytes and the kernel's names are telemetry.
"""

import re
from collections.abc import Sequence
from typing import Any

from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.json_values import whole
from reanimator_gql.parsers.nvme.drives import Seen, drives_of, identified, listed
from reanimator_gql.parsers.parser import BadFile, File, ParseError, Parser, Reading
from reanimator_gql.parsers.text import peek

_LIST = re.compile(r'"Devices"\s*:\s*\[')
_LIST_KEY = re.compile(r'"(?:DevicePath|SubsystemNQN|HostNQN|Controllers)"\s*:')
_NO_DEVICES = re.compile(r'\{\s*"Devices"\s*:\s*\[\s*\]\s*\}\s*')
_CONTROLLER = tuple(re.compile(rf'"{name}"\s*:') for name in ("vid", "sn", "mn", "fr"))
_REMEDY = "send the output of `nvme list -o json`, run as root"


def _sniff(file: File) -> bool:
    head = peek(file.content)
    if not head.startswith("{") or '"@odata' in head:
        return False
    if _NO_DEVICES.fullmatch(head) or (_LIST.search(head) and _LIST_KEY.search(head)):
        return True
    return all(key.search(head) for key in _CONTROLLER)


def _near(file: File) -> str | None:
    head = peek(file.content)
    if re.match(r"Node +(?:Generic +)?SN +Model ", head):
        return "the table of nvme: run `nvme list -o json`"
    if head.startswith("NVME Identify Controller"):
        return "the text of nvme: run `nvme id-ctrl -o json`"
    return None


def _parse(files: Sequence[File]) -> Reading:
    told: list[tuple[str, list[Seen]]] = []
    bad: list[BadFile] = []
    warnings: list[Warn] = []
    for path, content in sorted(files):
        try:
            value, remarks = strict_json.loads(content)
            told.append((path, _seen(path, value, warnings)))
            warnings += [Warn(path, one.message) for one in remarks]
        except ParseError as error:
            bad.append(BadFile(path, error))
    items = drives_of([one for _, seen in told for one in seen])
    if not items:
        nothing = ParseError("nvme lists no local NVMe drive", _REMEDY)
        return Reading((), (*bad, *(BadFile(path, nothing) for path, _ in told)))
    return Reading((_snapshot(items, warnings),), tuple(bad))


def _snapshot(items: list[Item], warnings: list[Warn]) -> Snapshot:
    return Snapshot(
        source=PARSER.name,
        machine=MachineIdentifiers(),
        items=tuple(items),
        coverage=frozenset(),
        warnings=tuple(warnings),
    )


def _seen(path: str, value: Any, warnings: list[Warn]) -> list[Seen]:
    if not isinstance(value, dict):
        raise ParseError("the JSON is no output of nvme", _REMEDY)
    if "Devices" not in value:
        seen = [identified(path, value)] if whole(value, "vid") is not None else []
    else:
        seen = listed(path, value)
    networked = [one for one in seen if not one.local]
    if networked:
        names = ", ".join(sorted({one.name for one in networked})[:8])
        warnings.append(
            Warn(path, f"{len(networked)} controllers or volumes reached over a network, no drives: {names}")
        )
    if unknown := sorted({name for one in seen for name in one.unknown}):
        shown = ", ".join(name[:40] for name in unknown[:8]) + (" ..." if len(unknown) > 8 else "")
        warnings.append(Warn(path, f"unknown fields, kept in the attributes: {shown}"))
    return [one for one in seen if one.local]


PARSER = Parser(
    name="nvme",
    version=2,
    expects="the output of `nvme list -o json` or `nvme id-ctrl -o json`",
    sniff=_sniff,
    parse=_parse,
    near=_near,
)
