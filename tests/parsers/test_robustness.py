"""Whatever the bytes: a snapshot or a `ParseError`, soon, and nothing that cannot be stored."""

import contextlib
import io
import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reanimator_gql.domain.snapshot import Snapshot
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.peel import peel
from reanimator_gql.parsers.registry import ParsedBundle, parsers
from tests.parsers.dmidecode.test_parser import FULL, dimm
from tests.parsers.hardware_json.texts import BOARD
from tests.parsers.lshw.nodes import bank, disk, machine, memory, nic, sata
from tests.parsers.reading import bundle_of, sniffs

pytestmark = pytest.mark.thorough

SECONDS = 2
_FOLDER = Path(__file__).parents[3] / "shared" / "samples"
REAL = sorted(path for name in ("dmidecode", "lshw") for path in (_FOLDER / name).glob("*"))

HARDWARE_JSON = json.dumps(
    {
        "collected_at": "2026-01-31T12:00:00Z",
        "hardware": {
            "board": BOARD,
            "firmware": [{"device_name": "BIOS", "version": "2", "component_slot": None}],
            "memory": [{"slot": "A1", "size_mb": 16384, "serial_number": "80CE0132"}],
            "pcie_devices": [{"bdf": "3b:00.0", "link_speed": "Gen4", "link_width": "x8"}],
        },
    }
).encode()
OWN = {
    "dmidecode": FULL.encode(),
    "hardware_json": HARDWARE_JSON,
    "lshw": json.dumps(machine(memory(bank(1)), sata(disk()), nic())).encode(),
}


def attempt(content: bytes) -> ParsedBundle | None:
    """Return what the bytes give, or None where they are refused; fail on anything else and on slowness."""
    start = time.process_time()
    bundle, refusal = None, None
    try:
        bundle = bundle_of(content)
    except ParseError as error:
        refusal = error
    assert time.process_time() - start < SECONDS
    if refusal:
        assert refusal.reason
        assert refusal.remedy
        assert "\n" not in str(refusal)
    if bundle:
        for _, _, snapshot in bundle.snapshots:
            assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot
    return bundle


@pytest.mark.parametrize("name", OWN)
def test_own_texts_cut_anywhere_parse_or_are_refused(name: str) -> None:
    for cut in range(0, len(OWN[name]), 7):
        attempt(OWN[name][:cut])


@pytest.mark.skipif(not REAL, reason="the folder of real files is not beside this checkout")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files_cut_at_each_tenth_parse_or_are_refused(path: Path) -> None:
    content = path.read_bytes()
    for tenth in range(10):
        bundle = attempt(content[: len(content) * tenth // 10])
        assert bundle is None or bundle.snapshots[0].snapshot.coverage == frozenset()
    attempt(content)


_MUTATION = st.tuples(
    st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.binary(max_size=12), st.sampled_from(sorted(OWN))
)


@given(st.lists(_MUTATION, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_changed_bytes_never_raise_anything_but_a_refusal(mutations: list[tuple[float, int, bytes, str]]) -> None:
    content = OWN[mutations[0][3]]
    for place, length, bytes_in, _ in mutations:
        start = int(place * len(content))
        content = content[:start] + bytes_in + content[start + length :]
    attempt(content)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = (
    "slot", "socket", "present", "serial_number", "size_mb", "link_speed", "link_width", "max_link_speed", "firmware",
    "mac_addresses", "bdf", "device_class", "status", "power_on_hours", "device_name", "version", "component_slot",
)  # fmt: skip
_LISTS = ("cpus", "memory", "storage", "pcie_devices", "power_supplies", "firmware")


@given(st.sampled_from(_LISTS), st.lists(st.dictionaries(st.sampled_from(_FIELDS), _JSON), max_size=3), _JSON)
@settings(max_examples=300, deadline=None)
def test_values_of_any_type_in_hardware_json_do_no_harm(name: str, items: list[dict[str, Any]], other: Any) -> None:
    attempt(json.dumps({"hardware": {name: items}, "coverage": other, "collector": other}).encode())
    attempt(json.dumps({"hardware": {name: other, "board": other}}).encode())


@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00")
@example(b"Handle 0x0000, DMI type 1, 2 bytes")
@example(b"Handle 0x0000, DMI type 1, 2 bytes\nx\n y\n")
@example(b"Handle 0x0000, DMI type 17, 2 bytes\n\tSize: 1 MB\nLocator: A\n\t\t\tx\n")
@example(b'[{"id": "x", "class": "system", "claimed": true}]')
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_sniffed_and_peeled_without_harm(content: bytes) -> None:
    for parser in parsers():
        sniffs(parser, content)
        parser.near(File("", content))
    for prefix in (b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"BZh91AY&SY", b"# dmidecode\n"):
        with contextlib.suppress(ParseError):
            peel(io.BytesIO(prefix + content), limit=1 << 16)
        attempt(prefix + content)


def test_a_large_table_is_read_in_time() -> None:
    bundle = attempt((FULL.split("Handle 0x7F00")[0] + "".join(dimm(number) for number in range(256, 3_000))).encode())
    assert bundle is not None
    assert len(bundle.snapshots[0].snapshot.items) > 2_000


def test_a_large_hardware_json_is_read_in_time() -> None:
    rows = [{"slot": str(number), "serial_number": f"S{number}", "size_mb": 16384} for number in range(20_000)]
    bundle = attempt(json.dumps({"hardware": {"memory": rows}}).encode())
    assert bundle is not None
    assert len(bundle.snapshots[0].snapshot.items) == 20_000


@pytest.mark.parametrize("same", [True, False])
def test_many_functions_and_firmware_entries_are_read_in_time(same: bool) -> None:
    bdf = "3b:00.0" if same else "x"
    cards = [{"bdf": bdf, "slot": f"S{n}", "mac_addresses": [f"0cc47a{n:06x}"]} for n in range(20_000)]
    firmware = [{"device_name": "NIC", "version": "1", "component_slot": f"S{n}"} for n in range(20_000)]
    assert attempt(json.dumps({"hardware": {"pcie_devices": cards, "firmware": firmware}}).encode()) is not None
