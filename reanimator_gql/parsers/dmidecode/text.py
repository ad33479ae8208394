"""The text of dmidecode, made into structures: `jc` reads it, once it looks as dmidecode printed it.

Between dmidecode and us texts lose their tabs, gain carriage returns, prompts and pasted second runs. `jc` needs real
tabs and a head before the first structure, so the text is mended first.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import jc
import msgspec

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.parser import ParseError

MAX_STRUCTURES = 10_000
HANDLE = re.compile(r"^[ \t]*Handle 0x[0-9A-Fa-f]+, DMI type \d{1,3}, \d{1,6} bytes[ \t]*$", re.MULTILINE)
_NOT_A_LINE = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")  # str.splitlines breaks lines at these, dmidecode does not


class Structure(NamedTuple):
    """One SMBIOS structure: its type, its handle, and its values under jc's names (`Serial Number`: serial_number).

    A value is a text or a list of texts. `line` and `last_line` say where in the text it stands.
    """

    type: int
    handle: str
    values: dict[str, Any]
    line: int | None = None
    last_line: int | None = None

    @property
    def origin(self) -> Origin:
        """Where the structure stands."""
        return Origin(line=self.line, last_line=self.last_line)

    def text(self, name: str) -> str | None:
        """Return a text value; None where it is missing, empty or a list."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def texts(self, name: str) -> list[str]:
        """Return a list value; empty where it is missing or a text."""
        value = self.values.get(name)
        return value if isinstance(value, list) else []


def structures(text: str) -> list[Structure]:
    """Return the structures of a dmidecode text in its order; one printed twice alike counts once.

    Of a text that does not end as a table does, an end that may be cut is left out: half a serial is a wrong serial.
    """
    complete = is_complete(text)
    if text.count("DMI type") > MAX_STRUCTURES:
        raise ParseError(f"the text holds more than {MAX_STRUCTURES} structures", "send one machine's dmidecode output")
    blocks = _blocks(text if complete else _whole_lines(text))
    mended = "".join(f"\n{block.text}\n" for block in blocks)
    try:
        entries: Any = jc.parse("dmidecode", mended, raw=True, quiet=True)
        found = list(_placed(entries, blocks))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ParseError(
            f"the dmidecode text is garbled ({error})", "send dmidecode's output as it was printed"
        ) from None
    if found and not complete and not _identity_fields(found[-1]) <= found[-1].values.keys():
        found.pop()
    told = {msgspec.json.encode(one[:3]): one for one in reversed(found) if one.values}
    return list(reversed(told.values()))


def _placed(entries: list[dict[str, Any]], blocks: list["_Block"]) -> Iterator[Structure]:
    """Yield what jc read with its place: structures come in the order of their blocks."""
    left = iter(blocks)
    for entry in entries:
        block = next((one for one in left if one.text.startswith(f"Handle {entry['handle']},")), None)
        place = (block.line, block.last_line) if block else (None, None)
        yield Structure(int(entry["type"]), entry["handle"], entry.get("values") or {}, *place)


def _whole_lines(text: str) -> str:
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def _identity_fields(structure: Structure) -> set[str]:
    """Return the last of the fields that identify what a structure describes."""
    names = {
        1: "uuid",
        2: "serial_number",
        3: "serial_number",
        4: "version",
        17: "part_number",
        39: "model_part_number",
    }
    return {name} if (name := names.get(structure.type)) else set()


def is_complete(text: str) -> bool:
    """Return whether the text ends with the structure that ends every table: a cut text says nothing of absence."""
    return text.rstrip().endswith("End Of Table")


class _Block(NamedTuple):
    """The text of one structure, and the lines where it stands."""

    text: str
    line: int
    last_line: int


def _blocks(text: str) -> list[_Block]:
    """Return the structures alone, each indented by tabs."""
    blocks: list[_Block] = []
    lines: list[str] = []
    start = 1

    def close(last: int) -> None:
        if mended := _block(lines):
            blocks.append(_Block(mended, start, last))
        lines.clear()

    number = 0
    for number, line in enumerate(_NOT_A_LINE.sub(" ", _plain_ends(text)).split("\n"), 1):
        if HANDLE.match(line.strip()):
            close(number - 1)
            start = number
            lines.append(line.strip())
        elif not line.strip() or line.startswith("#"):
            close(number - 1)
        elif lines:
            lines.append(line)
    close(number)
    return blocks


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _block(lines: list[str]) -> str:
    """Return one structure with its indentation as tabs: the first indented line of a structure is one level deep."""
    if len(lines) < 2:
        return ""  # a handle without even a description: cut
    widths = [len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip()) for line in lines]
    unit = next((width for width in widths if width), 8)
    return "\n".join(
        "\t" * min(round(width / unit), 2) + _value(line.strip()) for line, width in zip(lines, widths, strict=True)
    )


def _value(line: str) -> str:
    """Return the line without a colon at its end where it has a value: jc would take the value for a list's name."""
    name, colon, value = line.partition(":")
    return line.rstrip(":") if colon and value.strip(" :") and name.strip() else line
