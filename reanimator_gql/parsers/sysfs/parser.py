"""A capture of /sys: the files themselves in a bundle, or one text of `path: value` (also `grep . -r`'s `path:value`).

It shows what few tools tell: the links of cards and of NVMe drives. The machine is named by `class/dmi/id`. It states
no time and covers nothing. Files below one folder are one machine; so are the texts of one folder, unless two of them
name another serial for the same device.
"""

import re
from collections.abc import Iterable, Sequence

from reanimator_gql.domain.snapshot import Origin, Snapshot, Warn
from reanimator_gql.parsers.parser import BadFile, File, ParseError, Parser, Reading
from reanimator_gql.parsers.sysfs.parts import items_of, machine_of
from reanimator_gql.parsers.sysfs.tree import Line, Tree
from reanimator_gql.parsers.text import decode, peek

MAX_LINES = 50_000
_ROOM = r"(?:bus/pci|class/(?:dmi|nvme|net|pci_bus)|devices/(?:pci[0-9a-f]{4,8}:|virtual/dmi)|block/nvme)"
_FILE = re.compile(rf"((?:.*/)?)sys/({_ROOM}.*)", re.IGNORECASE)
_SEGMENT = r"(?:(?:pci)?[0-9a-f]{4,8}:[0-9a-f]{2}(?::[0-9a-f]{2}\.[0-9a-f])?|[\w.,@+-]{1,80})"
_LINE = re.compile(
    rf"(?:\.?/)?(?:[\w.-]+/){{0,8}}?sys/((?:{_SEGMENT}/){{1,24}}[\w.-]{{1,80}}):[ \t]?(.*)", re.IGNORECASE
)
_NAMES = re.compile(r"(?:.*/)?(?:product_serial|product_uuid|board_serial|chassis_serial|serial)")
_LONGEST_VALUE = 4096  # an attribute of sysfs is at most a page
_REMEDY = "send the files of /sys, or a text of `path: value` lines"


def _sniff(file: File) -> bool:
    return _FILE.fullmatch(file.path) is not None or _is_listing(file)


def _is_listing(file: File) -> bool:
    head = peek(file.content)[:_LONGEST_VALUE].lstrip("\r\n")
    line = _LINE.match(head.partition("\n")[0].rstrip("\r"))
    return line is not None and re.match(_ROOM, line.group(1), re.IGNORECASE) is not None


def _parse(files: Sequence[File]) -> Reading:
    machines: dict[tuple[str, str], list[Line]] = {}
    texts: dict[str, dict[str, list[Line]]] = {}
    warnings: list[Warn] = []
    for path, content in sorted(files):
        inside = _FILE.fullmatch(path)
        text, remarks = decode(content)
        warnings += [Warn(path, one.message) for one in remarks]
        if inside and not _is_listing(File(path, content)):
            value = text[:_LONGEST_VALUE].strip()
            machines.setdefault(("files", inside.group(1)), []).append(Line(inside.group(2), value, Origin(file=path)))
        else:
            texts.setdefault(path.rpartition("/")[0], {})[path] = _lines(text, path, warnings)
    for folder, told in texts.items():
        machines.update(_machines(folder, told))
    return _reading(machines, warnings, [file.path for file in files])


def _lines(text: str, path: str, warnings: list[Warn]) -> list[Line]:
    """Return the attributes of a text. A last line without an end may be cut, and is left out."""
    if text.count("\n") > MAX_LINES:
        raise ParseError(f"the text holds more than {MAX_LINES} lines", "send what belongs to one machine")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1].strip():
        warnings.append(Warn(path, "the last line has no end: it may be cut, and is left out"))
    found = [(number, match) for number, line in enumerate(lines[:-1], 1) if (match := _LINE.fullmatch(line))]
    return [
        Line(match.group(1), match.group(2).strip(), Origin(file=path, line=number, last_line=number))
        for number, match in found
    ]


def _machines(folder: str, texts: dict[str, list[Line]]) -> dict[tuple[str, str], list[Line]]:
    """Return the lines of each machine: of all texts of a folder together, or of each where they contradict."""
    if _contradict(line for lines in texts.values() for line in lines):
        return {("text", path): lines for path, lines in texts.items()}
    return {("texts", folder): [line for lines in texts.values() for line in lines]}


def _contradict(lines: Iterable[Line]) -> bool:
    names: dict[str, str] = {}
    return any(names.setdefault(line.path, line.value) != line.value for line in lines if _NAMES.fullmatch(line.path))


def _reading(machines: dict[tuple[str, str], list[Line]], warnings: list[Warn], paths: list[str]) -> Reading:
    snapshots: list[Snapshot] = []
    read: set[str] = set()
    for lines in machines.values():
        tree = Tree()
        for line in lines:
            tree.put(line)
        items, machine = tuple(items_of(tree)), machine_of(tree)
        if items or any(tree.dmi.values.values()):
            read.update(line.origin.file for line in lines)
            snapshots.append(Snapshot(source=PARSER.name, machine=machine, items=items, coverage=frozenset()))
    nothing = ParseError("the capture of /sys shows no part", _REMEDY)
    bad = tuple(BadFile(path, nothing) for path in sorted(set(paths) - read))
    return Reading(tuple(snapshots), bad, tuple(warnings))


PARSER = Parser(
    name="sysfs",
    version=2,
    expects="a capture of /sys (class/dmi/id, class/nvme, bus/pci/devices): its files, or lines of `path: value`",
    sniff=_sniff,
    parse=_parse,
)
