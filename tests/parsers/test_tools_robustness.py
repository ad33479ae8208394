"""The smaller tools' parsers under whatever bytes: a reading or a refusal, soon, and nothing that cannot be stored."""

import json
import random
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reanimator_gql.domain.snapshot import Snapshot
from reanimator_gql.parsers.foreign import foreign_kind
from reanimator_gql.parsers.ironic import parser as ironic
from reanimator_gql.parsers.lshw import parser as lshw
from reanimator_gql.parsers.lspci import parser as lspci
from reanimator_gql.parsers.nvme import parser as nvme
from reanimator_gql.parsers.parser import File, Parser, Reading
from reanimator_gql.parsers.smartctl import parser as smartctl
from reanimator_gql.parsers.sysfs import parser as sysfs
from tests.parsers.ironic import test_parser as test_ironic
from tests.parsers.lshw import test_xml as test_lshw_xml
from tests.parsers.lshw.nodes import bank, disk, machine, memory, nic, sata
from tests.parsers.lspci import texts as lspci_texts
from tests.parsers.nvme import test_parser as test_nvme
from tests.parsers.smartctl import texts as smartctl_texts
from tests.parsers.sysfs import test_parser as test_sysfs

pytestmark = pytest.mark.thorough

SECONDS = 2
PARSERS = [ironic.PARSER, lshw.PARSER, lspci.PARSER, nvme.PARSER, smartctl.PARSER, sysfs.PARSER]

_FOLDER = Path(__file__).parents[3] / "shared" / "samples"
_NAMES = ("ironic", "lshw", "lspci", "nvme", "smartctl", "sysfs")
REAL = sorted(path for name in _NAMES for path in (_FOLDER / name).rglob("*") if path.is_file())


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


RAID = "5e:00.0 RAID bus controller: Broadcom / LSI X"
INVENTORY = test_ironic.inventory(
    disks=[test_ironic.disk()], interfaces=[test_ironic.port("eth0", "3c:fd:fe:00:00:01")]
)
TREE = machine(memory(bank(1)), sata(disk()), nic())
OWN: dict[str, tuple[Parser, bytes]] = {
    "lshw in XML": (lshw.PARSER, test_lshw_xml.listed(TREE)),
    "lshw": (lshw.PARSER, _json(TREE)),
    "smartctl, SATA": (smartctl.PARSER, _json(smartctl_texts.sata())),
    "smartctl, several": (
        smartctl.PARSER,
        _json([smartctl_texts.sas(), smartctl_texts.nvme(), smartctl_texts.scan(smartctl_texts.sas())]),
    ),
    "nvme list": (nvme.PARSER, _json(test_nvme.flat(test_nvme.namespace("nvme0n1"), test_nvme.namespace("nvme1n1")))),
    "nvme list -v": (nvme.PARSER, _json(test_nvme.nested(test_nvme.subsystem(test_nvme.controller("nvme0"))))),
    "nvme id-ctrl": (nvme.PARSER, _json(test_nvme.CTRL)),
    "lspci -vv": (
        lspci.PARSER,
        lspci_texts.listing(
            lspci_texts.nic(), lspci_texts.function("5e:00.0 RAID bus controller: X", *lspci_texts.vpd("S1"))
        ),
    ),
    "lspci -mmv": (lspci.PARSER, b"Slot:\t02:01.0\nClass:\tEthernet controller\nVendor:\tIntel\nDevice:\tX\n"),
    "sysfs": (
        sysfs.PARSER,
        test_sysfs.lines(
            test_sysfs.tree("/sys/class/dmi/id", test_sysfs.DMI),
            test_sysfs.tree("/sys/class/nvme/nvme0", test_sysfs.NVME),
            test_sysfs.tree(f"{test_sysfs.PCI}/0000:3b:00.0", test_sysfs.NIC),
        ),
    ),
    "ironic": (ironic.PARSER, _json({"inventory": INVENTORY})),
}


def attempt(parser: Parser, *files: File) -> Reading:
    """Return what a parser makes of files whether or not it recognises them; fail on slowness."""
    start = time.process_time()
    taken = [parser.sniff(file) for file in files]
    for file in files:
        parser.near(file)
        foreign_kind(file.content)
    reading = parser.parse(files)
    assert time.process_time() - start < SECONDS * max(1, len(taken) // 500)
    for _, error in reading.bad:
        assert error.reason
        assert "\n" not in str(error)
    for snapshot in reading.snapshots:
        assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot
        assert all(item.origin is not None for item in snapshot.items)
    return reading


@pytest.mark.parametrize("name", OWN)
def test_own_texts_are_read_whole(name: str) -> None:
    parser, content = OWN[name]
    assert parser.sniff(File("", content))
    assert attempt(parser, File("", content)).snapshots[0].items


@pytest.mark.parametrize("name", OWN)
def test_own_texts_cut_anywhere_are_refused_or_cover_nothing(name: str) -> None:
    parser, content = OWN[name]
    for cut in range(0, len(content) - 1, 7):
        reading = attempt(parser, File("", content[:cut]))
        assert all(snapshot.coverage == frozenset() for snapshot in reading.snapshots)


@pytest.mark.skipif(not REAL, reason="the folder of real files is not beside this checkout")
@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_real_files_cut_at_each_tenth_are_refused_or_cover_nothing(path: Path) -> None:
    content = path.read_bytes()
    for parser in PARSERS:
        if parser.sniff(File("", content)):
            for tenth in range(10):
                reading = attempt(parser, File("", content[: len(content) * tenth // 10]))
                assert all(snapshot.coverage == frozenset() for snapshot in reading.snapshots)


@pytest.mark.skipif(not REAL, reason="the folder of real files is not beside this checkout")
def test_each_real_file_is_recognised_by_its_own_parser_alone() -> None:
    for path in sorted(path for path in _FOLDER.rglob("*") if path.is_file()):
        file, folder = File("", path.read_bytes()), path.relative_to(_FOLDER).parts[0]
        expected = [folder] if folder in _NAMES else []
        assert [parser.name for parser in PARSERS if parser.sniff(file)] == expected, path


_MUTATION = st.tuples(
    st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.binary(max_size=12), st.sampled_from(sorted(OWN))
)


@given(st.lists(_MUTATION, min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_changed_bytes_are_read_or_refused(mutations: list[tuple[float, int, bytes, str]]) -> None:
    parser, content = OWN[mutations[0][3]]
    for place, length, bytes_in, _ in mutations:
        start = int(place * len(content))
        content = content[:start] + bytes_in + content[start + length :]
    attempt(parser, File("", content))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_VALUES = {name: (parser, json.loads(content)) for name, (parser, content) in OWN.items() if content[:1] in b"{["}


@given(st.sampled_from(sorted(_VALUES)), st.randoms(use_true_random=False), _JSON)
@settings(max_examples=200, deadline=None)
def test_values_of_any_type_anywhere_in_the_json_do_no_harm(name: str, chance: random.Random, other: Any) -> None:
    parser, value = _VALUES[name]
    attempt(parser, File("", _json(_changed(value, chance, other))))


def _changed(value: Any, chance: random.Random, other: Any) -> Any:
    """Return the value with something in it changed for something else."""
    if chance.random() < 0.15 or not value or not isinstance(value, dict | list):
        return other
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], _changed(value[place], chance, other), *value[place + 1 :]]
    key = chance.choice(list(value))
    return {**value, key: _changed(value[key], chance, other)}


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_do_no_harm(content: bytes) -> None:
    for parser in PARSERS:
        attempt(parser, File("", content))
        attempt(parser, File("sys/class/nvme/nvme0/serial", content), File("a", b"\xff\xfe" + content))


LONG = "\u202eX" * 5_000

BANKS = [bank(n % 9, slot=f"A{n}") for n in range(4_000)]
SAS = [smartctl_texts.sas(f"/dev/sd{n}", serial_number=f"S{n:07}") for n in range(2_000)]
ONE_SAS = [smartctl_texts.sas(f"/dev/sd{n}") for n in range(2_000)]
NVMES = [test_nvme.namespace(f"nvme{n}n1", f"S{n:07}") for n in range(8_000)]
NAMESPACES = [test_nvme.namespace(f"nvme0n{n}") for n in range(8_000)]
CARDS = [test_sysfs.tree(f"{test_sysfs.PCI}/{n:04x}:3b:00.0", test_sysfs.NIC) for n in range(3_000)]
DISKS = [test_ironic.disk(f"/dev/sd{n}", serial=f"S{n:07}") for n in range(4_000)]
PORTS = [test_ironic.port(f"eth{n}", f"3c:fd:fe:00:{n >> 8:02x}:{n & 255:02x}") for n in range(4_000)]
LARGE: dict[str, tuple[Parser, bytes]] = {
    "lshw in XML": (lshw.PARSER, test_lshw_xml.listed(machine(memory(*BANKS)))),
    "smartctl": (smartctl.PARSER, _json(SAS)),
    "smartctl, one drive": (smartctl.PARSER, _json(ONE_SAS)),
    "nvme": (nvme.PARSER, _json(test_nvme.flat(*NVMES))),
    "nvme, one drive": (nvme.PARSER, _json(test_nvme.flat(*NAMESPACES))),
    "lspci": (lspci.PARSER, lspci_texts.listing(*[lspci_texts.nic(n % 8) for n in range(2_000)])),
    "lspci, one line": (lspci.PARSER, OWN["lspci -vv"][1] + b"\t" + b"x [8086:1234] " * 100_000 + b"\n"),
    "lspci -mmv": (lspci.PARSER, OWN["lspci -mmv"][1] * 10_000),
    "sysfs": (sysfs.PARSER, test_sysfs.lines(*CARDS)),
    "sysfs, one line": (sysfs.PARSER, b"/sys/class/dmi/id/a: b\n" + b"sys/" * 500_000 + b"\n"),
    "ironic": (ironic.PARSER, _json(test_ironic.inventory(disks=DISKS, interfaces=PORTS))),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_are_read_in_time(name: str) -> None:
    parser, content = LARGE[name]
    assert attempt(parser, File("", content)).snapshots


def test_long_and_hostile_texts_are_kept() -> None:
    reading = attempt(smartctl.PARSER, File("", _json(smartctl_texts.sata(serial_number=LONG, model_name=LONG))))
    assert reading.snapshots[0].items[0].serial == LONG


def test_many_files_of_a_bundle_are_read_in_time_and_in_any_order() -> None:
    told = [smartctl_texts.sas(f"/dev/sd{n}", serial_number=f"S{n:07}") for n in range(500)]
    files = [File(f"{n}.json", _json(one)) for n, one in enumerate([*told, smartctl_texts.scan(*told)])]
    shuffled = random.Random(7).sample(files, len(files))
    reading = attempt(smartctl.PARSER, *files)
    assert attempt(smartctl.PARSER, *shuffled) == reading
    assert reading.snapshots[0].coverage
    paths = test_sysfs.as_files(*CARDS[:300])
    assert len(attempt(sysfs.PARSER, *paths).snapshots[0].items) == 300
