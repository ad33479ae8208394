"""Which series an upload belongs to: found in its first bytes, whatever they are."""

import io
import random
import statistics
import tarfile
import time
import zipfile
from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanimator_gql.parsers.parser import File
from reanimator_gql.parsers.registry import parse
from reanimator_gql.parsers.series import HEAD_BYTES, Series, series_in
from reanimator_gql.parsers.text import peek
from tests.fixtures.world import day, dimm, drive, machine

_DMIDECODE = """# dmidecode 3.3
Handle 0x0000, DMI type 4, 48 bytes
Processor Information
\tSerial Number: CPU-OF-A-PART

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: Dell Inc.
\tSerial Number: {serial}
\tUUID: 4C4C4544-0036-3210-805A-B7C04F4D3632

Handle 0x0002, DMI type 2, 15 bytes
Base Board Information
\tSerial Number: {board}
"""
_LSHW = {"id": "srv", "class": "system", "claimed": True, "description": "Computer", "serial": "SRV0001", "width": 64}
_SMART = {
    "smartctl": {"version": [7, 1]},
    "device": {"name": "/dev/sda"},
    "serial_number": "DRIVE01",
    "wwn": {"naa": 5},
}
_XML = b'<list><node id="a" class="system" handle=""><serial>SRV0001</serial></node></list>'
_SYSFS = b"/sys/class/dmi/id/product_name: R640\n/sys/class/dmi/id/product_serial: SRV0001\n"


def _dmidecode(serial: str = "SRV0001", board: str = "BOARD01") -> bytes:
    return _DMIDECODE.format(serial=serial, board=board).encode()


@pytest.mark.parametrize(
    ("content", "series"),
    [
        (_dmidecode(), Series("dmidecode", "SRV0001")),
        (_dmidecode().replace(b"\n", b"\r\n"), Series("dmidecode", "SRV0001")),
        (_dmidecode().decode().encode("utf-16"), Series("dmidecode", "SRV0001")),
        (orjson.dumps(_LSHW), Series("lshw", "SRV0001")),
        (orjson.dumps(_LSHW, option=orjson.OPT_INDENT_2), Series("lshw", "SRV0001")),
        (_XML, Series("lshw", "SRV0001")),
        (machine("SRV0001", day(1), memory=[dimm("DIMM0001")]), Series("hardware_json", "SRV0001")),
        (orjson.dumps(_SMART), Series("smartctl DRIVE01", "DRIVE01")),
        (b'{"Devices": [{"DevicePath": "/dev/nvme0", "SerialNumber": "DRIVE01"}]}', Series("nvme DRIVE01", "DRIVE01")),
        (
            b'{"@odata.id": "/redfish/v1/Systems/1", "@odata.type": "#ComputerSystem", "SerialNumber": "SRV0001"}',
            Series("redfish /redfish/v1/Systems/1", "SRV0001"),
        ),
        (_SYSFS, Series("sysfs", "SRV0001")),
        (
            b"00:1f.0 ISA bridge: Intel\n\tCapabilities: [140 v1] Device Serial Number 00-1b-21-ff-ff-aa-bb-cc\n",
            Series("lspci", "00-1b-21-ff-ff-aa-bb-cc"),
        ),
    ],
)  # fmt: skip
def test_the_source_and_the_machine_are_found(content: bytes, series: Series) -> None:
    assert series_in(content) == series


def test_a_filler_is_passed_by_for_the_next_serial() -> None:
    assert series_in(_dmidecode("To Be Filled By O.E.M.", "BOARD01")) == Series("dmidecode", "BOARD01")
    assert series_in(_dmidecode("Not Specified", "None")) == Series("dmidecode", "4C4C4544-0036-3210-805A-B7C04F4D3632")


def test_a_machine_that_tells_no_serial_has_none() -> None:
    assert series_in(b"# dmidecode 3.3\nHandle 0x0000, DMI type 0, 26 bytes\n") == Series("dmidecode", "")
    many = machine("0000000000", day(1), memory=[dimm("None")] * 1_000)
    assert series_in(many) == Series("hardware_json", "")


def test_files_of_two_drives_of_one_machine_are_of_two_sources() -> None:
    other = orjson.dumps(_SMART | {"serial_number": "DRIVE02"})
    assert series_in(other) == Series("smartctl DRIVE02", "DRIVE02")


def test_the_source_stays_although_values_change() -> None:
    days = {series_in(machine("SRV0001", day(n), storage=[drive("S4EVNF0M1", hours=n)])) for n in range(5)}
    assert days == {Series("hardware_json", "SRV0001")}


def test_an_archive_is_known_by_the_serials_in_it_where_it_is_not_compressed() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("dmidecode.txt")
        entry.size = len(_dmidecode())
        archive.addfile(entry, io.BytesIO(_dmidecode()))
    assert series_in(packed.getvalue()) == Series("tar", "CPU-OF-A-PART")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive_of_zip:
        archive_of_zip.writestr("dmidecode.txt", _dmidecode())
    assert series_in(zipped.getvalue()) is None


@pytest.mark.parametrize("content", [b"", b"\0", b"x", b"no tool's", bytes(HEAD_BYTES), b"[" * 70_000])
def test_what_no_parser_knows_has_no_series(content: bytes) -> None:
    assert series_in(content) is None


@given(st.binary(max_size=3_000) | st.text(max_size=1_000).map(str.encode))
def test_no_bytes_raise_anything(content: bytes) -> None:
    for start in (b"", _dmidecode()[:80], b'{"hardware": {"board": {"serial_number":', b'{"@odata.id": "/a",'):
        series_in(start + content)


def test_it_costs_a_small_part_of_what_parsing_costs() -> None:
    lines = "".join(f"\tSerial Number: {n:08X}\n\tSize: 16 GB\n" for n in range(1_500))
    parts = [dimm(f"DIMM{n:04}", f"A{n}") for n in range(450)]
    for content in (
        _dmidecode() + lines.encode(),
        machine("SRV0001", day(1), memory=parts),
        orjson.dumps(_LSHW | {"children": [{"id": "memory", "class": "memory", **one} for one in parts]}),
    ):
        assert len(content) > 48_000
        parsing = _median_ms(lambda content=content: parse([File("", content)]))  # type: ignore[misc]
        assert _median_ms(lambda content=content: series_in(content)) < parsing / 4  # type: ignore[misc]


def test_no_file_makes_it_slow() -> None:
    """Repeated beginnings of what is looked for, each a way to make a careless pattern look again and again."""
    for start, piece in (
        (b"", random.Random(1).randbytes(1)),
        (b'{"hardware": ', b"serial:4242,"),
        (b'{"hardware": ', b'erial"      '),
        (b'{"hardware": ', b"uuid"),
        (b'{"@odata.id": ', b'"@odata.id":"'),
        (b"# dmidecode", b"Serial Number: None\n"),
    ):
        content = start + piece * (HEAD_BYTES // len(piece))
        assert _median_ms(lambda content=content: series_in(content)) < 10  # type: ignore[misc]


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        peek.cache_clear()
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1_000
