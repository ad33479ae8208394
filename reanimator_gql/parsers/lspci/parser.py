"""lspci: `lspci -vv` (or -v, -vvv) as text, `lspci -mmv` as text or as jc's JSON (pciutils 3.5 to 3.10).

It names no machine, states no time and covers nothing: it lists cards by their functions and seldom identifies them.
The files of one folder are one machine. Run as root it tells serials and part numbers (VPD) and link widths.
"""

import re
from collections.abc import Sequence

from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers import strict_json
from reanimator_gql.parsers.lspci import records
from reanimator_gql.parsers.lspci import text as blocks
from reanimator_gql.parsers.lspci.function import Told, item_of
from reanimator_gql.parsers.parser import BadFile, File, ParseError, Parser, Reading
from reanimator_gql.parsers.pci import fold_functions
from reanimator_gql.parsers.text import decode, peek

_JC = re.compile(r'\[\s*\{\s*"slot"\s*:\s*"(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]"', re.IGNORECASE)
_INDENTED = re.compile(
    r"^[ \t]+(?:Subsystem|Flags|Control|Status|Capabilities|Kernel driver in use|Region \d):? ", re.MULTILINE
)
_COMMAND = re.compile(r"\A[^\n]{0,200}\blspci\b[^\n]{0,200}\n")
_REMEDY = "send the output of `lspci -vv`, run as root"


def _sniff(file: File) -> bool:
    head = _without_command(peek(file.content))
    if head.startswith("["):
        return _JC.match(head) is not None and '"class"' in head
    return _is_records(head) or (_begins_a_block(head) and _INDENTED.search(head.replace("\r", "\n")) is not None)


def _without_command(text: str) -> str:
    """Return the text without a first line that shows the command."""
    return _COMMAND.sub("", text)


def _is_records(text: str) -> bool:
    return records.SLOT.match(text) is not None and "Class:" in text


def _begins_a_block(text: str) -> bool:
    return blocks.HEAD.match(text) is not None


def _near(file: File) -> str | None:
    head = peek(file.content)
    if _begins_a_block(head):
        return "the table of lspci: run `lspci -vv` as root"
    if re.match(r"(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f] \"", head, re.IGNORECASE):
        return "the table of lspci -mm: run `lspci -vv` as root"
    return None


def _parse(files: Sequence[File]) -> Reading:
    folders: dict[str, list[Told]] = {}
    warnings: dict[str, list[Warn]] = {}
    bad: list[BadFile] = []
    for path, content in sorted(files):
        folder = path.rpartition("/")[0]
        try:
            functions, remarks = _functions(content, path)
        except ParseError as error:
            bad.append(BadFile(path, error))
            continue
        folders.setdefault(folder, []).extend(functions)
        warnings.setdefault(folder, []).extend(Warn(path, one.message) for one in remarks)
    return Reading(tuple(_snapshot(folders[one], warnings[one]) for one in folders), tuple(bad))


def _functions(content: bytes, file: str) -> tuple[list[Told], tuple[Warn, ...]]:
    if peek(content).startswith("["):
        value, warnings = strict_json.loads(content)
        functions = records.functions_of_json(value, file)
    else:
        text, warnings = decode(content)
        read = records.functions_of_text if _is_records(_without_command(text.lstrip())) else blocks.functions_of
        functions = read(text, file)
    if not functions:
        raise ParseError("lspci lists no PCI function here", _REMEDY)
    return functions, warnings


def _snapshot(functions: list[Told], warnings: list[Warn]) -> Snapshot:
    items: list[Item] = fold_functions(found for one in functions if (found := item_of(one)))
    return Snapshot(
        source=PARSER.name,
        machine=MachineIdentifiers(),
        items=tuple(items),
        coverage=frozenset(),
        warnings=tuple(warnings),
    )


PARSER = Parser(
    name="lspci",
    version=2,
    expects="the text of `lspci -vv` run as root, or of `lspci -mmv`",
    sniff=_sniff,
    parse=_parse,
    near=_near,
)
