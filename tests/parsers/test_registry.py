"""The registry: parsers come from entry points, and a file of no known format gets a helpful refusal."""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reanimator_gql.domain.snapshot import MachineIdentifiers, Snapshot, Warn
from reanimator_gql.parsers import registry
from reanimator_gql.parsers.parser import ParseError, Parser, one_by_one
from reanimator_gql.parsers.registry import parsers
from tests.parsers.reading import bundle_of


@pytest.fixture(autouse=True)
def _fresh_registry() -> Iterator[None]:
    parsers.cache_clear()
    yield
    parsers.cache_clear()


def _refusal(content: bytes, filename: str | None = None) -> ParseError:
    with pytest.raises(ParseError) as caught:
        bundle_of(content, filename)
    return caught.value


BUILT_IN = ["dmidecode", "hardware_json", "ironic", "lshw", "lspci", "nvme", "redfish", "smartctl", "sysfs"]


def test_the_built_in_parsers_are_found_in_the_order_of_their_names() -> None:
    assert [parser.name for parser in parsers()] == BUILT_IN


def test_a_parsed_file_names_its_parser_and_all_warnings() -> None:
    bundle = bundle_of(b'{"hardware": {"memory": [{"slot": "A1", "colour": "red"}]}}')
    assert bundle.formats == ("hardware_json",)
    assert [warning.path for warning in bundle.snapshots[0].snapshot.warnings] == ["hardware.memory[0].colour"]


@pytest.mark.parametrize("content", [b"hello", bytes(range(256)), b"[]", b'{"a": 1}'])
def test_an_unknown_text_is_refused_with_all_formats_named(content: bytes) -> None:
    told = str(_refusal(content, "notes.txt"))
    assert told.startswith("notes.txt: no known format")
    assert all(name in told for name in ("dmidecode", "hardware_json", "lshw -json"))


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b'{"cpus": 4, "inventory": {}}', "without a `hardware` object"),
        (b'{"cpus": 4}', "send Reanimator hardware JSON"),
        (b"BIOS Information\n\tVendor: X\n", "dmidecode -q"),
        (b"/dev/mem: Permission denied\n", "dmidecode"),
        (b"", "the file is empty"),
        (gzip.compress(b"x", mtime=0), "still compressed with gzip"),
    ],
)
def test_the_nearest_format_is_told(content: bytes, hint: str) -> None:
    assert hint in str(_refusal(content))


def test_malformed_json_of_no_known_format_is_told_with_line_and_column() -> None:
    error = _refusal(b'{"a": 1,\n "b": x}', "a.json")
    assert error.line == 2
    assert str(error).startswith("a.json: not valid JSON")


def test_malformed_json_of_a_known_format_is_told_with_line_and_column() -> None:
    error = _refusal(b'{"hardware": {"memory": [1,]}}', "a.json")
    assert (error.line, error.column) == (1, 27)
    assert "a.json" in str(error)


def _parser(name: str, word: bytes, *, fails: bool = False) -> Parser:
    def read(content: bytes) -> tuple[Snapshot, ...]:
        if fails:
            raise ParseError(f"{name} cannot read it", "send another")
        machine = MachineIdentifiers(system_serial=content.decode())
        return (Snapshot(source=name, machine=machine, items=(), coverage=frozenset(), warnings=(Warn("x", "odd"),)),)

    return Parser(
        name=name, version=3, expects=f"a {name} file", sniff=lambda file: word in file.content, parse=one_by_one(read)
    )


def test_an_outside_parser_works_by_its_entry_point_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_parser.py").write_text(
        "from reanimator_gql.domain.snapshot import MachineIdentifiers, Snapshot\n"
        "from reanimator_gql.parsers.parser import Parser, one_by_one\n"
        "def read(content):\n"
        "    machine = MachineIdentifiers(system_serial=content[5:].decode())\n"
        "    return (Snapshot(source='acme', machine=machine, items=(), coverage=frozenset()),)\n"
        "def sniff(file):\n"
        "    return file.content.startswith(b'ACME ')\n"
        "PARSER = Parser('acme', 7, 'ACME then a serial', sniff, one_by_one(read))\n"
    )
    metadata = tmp_path / "acme_parser-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-parser\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[reanimator_gql.parsers]\nacme = acme_parser:PARSER\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_parser", raising=False)

    bundle = bundle_of(b"ACME T1000")

    assert [parser.name for parser in parsers()] == ["acme", *BUILT_IN]
    assert bundle.snapshots[0][:2] == ("acme", 7)
    assert bundle.snapshots[0].snapshot.machine.system_serial == "T1000"
    assert "ACME then a serial" in str(_refusal(b"nothing"))


def test_of_two_parsers_that_recognise_a_file_the_one_that_reads_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "parsers", lambda: (_parser("a", b"x", fails=True), _parser("b", b"x")))
    assert bundle_of(b"x").formats == ("b",)


def test_where_none_reads_it_the_first_that_recognised_it_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    both = (_parser("a", b"x", fails=True), _parser("b", b"x", fails=True))
    monkeypatch.setattr(registry, "parsers", lambda: both)
    assert str(_refusal(b"x", "f")) == "f: a cannot read it; send another."


class _Entry:
    def __init__(self, name: str, loaded: object) -> None:
        self.name = name
        self.value = f"{name}:PARSER"
        self._loaded = loaded

    def load(self) -> object:
        return self._loaded


def test_an_entry_point_that_is_no_parser_is_a_fault_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [_Entry("a", "text")])
    with pytest.raises(TypeError, match="no Parser"):
        parsers()


def test_two_parsers_of_one_name_are_a_fault_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [_Entry("a", _parser("same", b"")), _Entry("b", _parser("same", b""))]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    with pytest.raises(ValueError, match="two parsers are named same"):
        parsers()
