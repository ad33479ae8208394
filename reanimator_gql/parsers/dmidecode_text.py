"""The text of dmidecode, made into structures: `jc` reads it, once it looks as dmidecode printed it.

Between dmidecode and us texts lose their tabs, gain carriage returns, prompts and pasted second runs. `jc` needs real
tabs and a head before the first structure, so the text is mended first.
"""

import re
from typing import Any, NamedTuple

import jc
import msgspec

from reanimator_gql.parsers.parser import ParseError

HANDLE = re.compile(r"^[ \t]*Handle 0x[0-9A-Fa-f]+, DMI type \d{1,3}, \d{1,6} bytes[ \t]*$", re.MULTILINE)
_NOT_A_LINE = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")  # str.splitlines breaks lines at these, dmidecode does not


class Structure(NamedTuple):
    """One SMBIOS structure: its type, its handle, and its values under jc's names (`Serial Number`: serial_number).

    A value is a text or a list of texts.
    """

    type: int
    handle: str
    values: dict[str, Any]

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
    mended = _mend(text if complete else _whole_lines(text))
    try:
        entries: Any = jc.parse("dmidecode", mended, raw=True, quiet=True)
        found = [Structure(int(entry["type"]), entry["handle"], entry.get("values") or {}) for entry in entries]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ParseError(
            f"the dmidecode text is garbled ({error})", "send dmidecode's output as it was printed"
        ) from None
    if found and not complete and not _identity_fields(found[-1]) <= found[-1].values.keys():
        found.pop()
    return list({msgspec.json.encode(structure): structure for structure in found if structure.values}.values())


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


def _mend(text: str) -> str:
    """Return the structures alone, each after an empty line, indented by tabs."""
    blocks: list[str] = []
    block: list[str] = []
    for line in _NOT_A_LINE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        if HANDLE.match(line.strip()):
            blocks.append(_block(block))
            block = [line.strip()]
        elif not line.strip() or line.startswith("#"):
            blocks.append(_block(block))
            block = []
        elif block:
            block.append(line)
    blocks.append(_block(block))
    return "".join(f"\n{block}\n" for block in blocks if block)


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
