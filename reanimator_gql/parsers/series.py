"""Which series an upload belongs to: the tool that wrote it, and the machine or part it tells of.

Uploads of one series are likely to resemble each other, and nothing more is made of it: a wrong answer costs bytes,
never the upload. So only the beginning of a file is looked at, and no file is parsed.
"""

import re
from typing import NamedTuple

from reanimator_gql.domain.identity.fake import is_fake_serial
from reanimator_gql.parsers.archives import archive_of
from reanimator_gql.parsers.parser import File
from reanimator_gql.parsers.registry import parsers
from reanimator_gql.parsers.text import PEEK_BYTES, peek

HEAD_BYTES = PEEK_BYTES
_SNIFF_BYTES = 16_384
_MOST_FAKES = 50

# `Serial Number: X` of texts, `"serial_number": "X"`, `"SerialNumber"`, `"serial"`, `"sn"` of JSON, `<serial>X` of XML,
# `product_serial: X` of sysfs, `Device Serial Number 00-1b-21-…` of lspci.
_SERIAL = re.compile(r'erial(?:[ _]?[Nn]umber)?(?:"?\s{0,4}[:>]\s{0,8}"?| (?=[0-9a-f]{2}-))([\w.][^"<,\r\n]{0,63})')
_SHORT_SERIAL = re.compile(r'"sn"\s{0,4}:\s{0,4}"([^"]{1,64})')
_UUID = re.compile(r'[Uu][Uu][Ii][Dd]"?\s{0,4}[:>]?\s{0,8}"?([0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27})')
_ODATA_ID = re.compile(r'"@odata\.id"\s{0,4}:\s{0,4}"([^"]{1,200})')

# Where the machine begins to be told: parts may stand before it.
_MACHINE = {"dmidecode": "System Information", "hardware_json": '"board"', "ironic": '"system_vendor"'}

# Many files of these tell of one machine: what a file is about is part of its source.
_SUBJECT = {"nvme": (_SERIAL, _SHORT_SERIAL), "redfish": (_ODATA_ID,), "smartctl": (_SERIAL,)}


class Series(NamedTuple):
    """The source of an upload and its machine, as far as they were found; an empty machine is none."""

    source: str
    machine: str


def series_in(head: bytes) -> Series | None:
    """Return the series that the first `HEAD_BYTES` of an upload tell; None for an unknown format.

    May raise whatever a parser of another package raises in its `sniff`.
    """
    head = head[:HEAD_BYTES]
    source = _source(head)
    if source is None:
        return None
    text = peek(head)
    machine = _machine(text[max(0, text.find(_MACHINE[source])) :] if source in _MACHINE else text)
    subject = next((found for pattern in _SUBJECT.get(source, ()) if (found := _first(pattern, text))), "")
    return Series(f"{source} {subject}".rstrip(), machine)


def _source(head: bytes) -> str | None:
    if kind := archive_of(head[:512]):
        return kind if kind == "tar" else None  # the members of a zip are compressed and resemble nothing
    file = File("", head[:_SNIFF_BYTES])
    return next((parser.name for parser in parsers() if parser.sniff(file)), None)


def _machine(text: str) -> str:
    return _first(_SERIAL, text) or _first(_SHORT_SERIAL, text) or _first(_UUID, text[:_SNIFF_BYTES])


def _first(pattern: re.Pattern[str], text: str) -> str:
    """Return the first value that is no filler; one for all machines would put them all into one series."""
    for number, match in enumerate(pattern.finditer(text)):
        value = match.group(1).strip()
        if not is_fake_serial(value.upper().replace(" ", "")):
            return value
        if number == _MOST_FAKES:
            break
    return ""
