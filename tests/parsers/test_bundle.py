"""Bundles: archives give their files to the parsers, and nothing that is wrong with one spoils the others."""

import gzip
import io
import json
import tarfile
import tracemalloc
import zipfile

import pytest
import zstandard

from reanimator_gql.parsers import limits
from reanimator_gql.parsers.bundle import file_in_bundle
from reanimator_gql.parsers.limits import MAX_DEPTH, MAX_MEMBERS, OverLimit
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.archive_files import messages, read, special_tar, tar, zip_of_many, zipped
from tests.parsers.dmidecode.test_parser import FULL

pytestmark = pytest.mark.thorough

HARDWARE = json.dumps({"hardware": {"board": {"serial_number": "TAG0001"}, "memory": []}}).encode()
PACKED = {
    "tar": tar,
    "tar.gz": lambda files: gzip.compress(tar(files)),
    "tar.zst": lambda files: zstandard.compress(tar(files)),
    "zip": zipped,
    "zip stored": lambda files: zipped(files, zipfile.ZIP_STORED),
    "pax tar": lambda files: tar({f"{'long/' * 50}{path}": content for path, content in files.items()}),
}


@pytest.mark.parametrize("kind", PACKED)
def test_an_archive_gives_all_its_files_to_the_parsers(kind: str) -> None:
    bundle = read(PACKED[kind]({"a/dmidecode.txt": FULL.encode(), "a/hw.json": HARDWARE}))
    assert bundle.formats == ("dmidecode", "hardware_json")
    assert bundle.warnings == ()


@pytest.mark.parametrize("kind", PACKED)
def test_bad_files_are_warnings_beside_good_ones(kind: str) -> None:
    files = {"hw.json": HARDWARE, "cut.json": HARDWARE[:-5], "notes.txt": b"see ticket", "x.json": b'{"hardware": 1}'}
    bundle = read(PACKED[kind](files))
    told = {path.rpartition("/")[2]: message for path, message in messages(bundle.warnings).items()}
    assert bundle.formats == ("hardware_json",)
    assert "line 1" in told["cut.json"]
    assert "no known format" in told["notes.txt"]
    assert "not read" in told["x.json"]


def test_items_and_warnings_name_the_file_they_stand_in() -> None:
    odd = json.dumps({"hardware": {"memory": [{"slot": "A1", "colour": "red"}]}}).encode()
    ((_, _, snapshot),) = read(tar({"a/odd.json": odd})).snapshots
    assert [item.origin and item.origin.file for item in snapshot.items] == ["a/odd.json"]
    assert snapshot.warnings[0].path == "a/odd.json: hardware.memory[0].colour"


def test_archives_and_wrappers_in_archives_are_opened() -> None:
    inner = gzip.compress(tar({"hw.json": HARDWARE}))
    bundle = read(zipped({"host1.tar.gz": inner, "dmi.txt.gz": gzip.compress(FULL.encode())}))
    assert bundle.formats == ("dmidecode", "hardware_json")
    origins = {item.origin.file for one in bundle.snapshots for item in one.snapshot.items if item.origin}
    assert "dmi.txt.gz" in origins


def test_archives_are_opened_to_a_depth_only() -> None:
    nested = tar({"hw.json": HARDWARE})
    for _ in range(MAX_DEPTH - 1):
        nested = tar({"hw.json": HARDWARE, "in.tar": nested})
    assert len(read(nested).snapshots) == MAX_DEPTH
    bundle = read(tar({"hw.json": HARDWARE, "in.tar": nested}))
    assert len(bundle.snapshots) == MAX_DEPTH
    assert "depth" in bundle.warnings[0].message


@pytest.mark.parametrize("path", ["../up.json", "a/../../up.json", "..\\up.json", "/../up.json", "x" * 2_000])
@pytest.mark.parametrize("pack", [tar, zipped])
def test_a_path_that_climbs_out_is_not_read(path: str, pack: object) -> None:
    bundle = read(pack({path: HARDWARE, "hw.json": HARDWARE}))  # type: ignore[operator]
    assert len(bundle.snapshots) == 1
    assert "path" in bundle.warnings[0].message


def test_an_absolute_path_is_one_inside_the_archive() -> None:
    assert read(tar({"/etc/hw.json": HARDWARE})).snapshots[0].snapshot.warnings == ()


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (tarfile.SYMTYPE, "symbolic link"),
        (tarfile.LNKTYPE, "hard link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "pipe"),
    ],
)
def test_links_devices_and_pipes_of_a_tar_are_not_followed(kind: bytes, word: str) -> None:
    odd = special_tar(type=kind, linkname="/etc/passwd")[:512]
    bundle = read(odd + tar({"hw.json": HARDWARE}))
    assert len(bundle.snapshots) == 1
    assert word in messages(bundle.warnings)["odd"]


def test_a_link_of_a_zip_is_not_followed() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
        archive.writestr("hw.json", HARDWARE)
    assert "link" in messages(read(target.getvalue()).warnings)["link"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_of_one_name_neither_is_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hw.json", HARDWARE)
        archive.writestr("hw.json", HARDWARE.replace(b"TAG0001", b"TAG0002"))
        archive.writestr("dmi.txt", FULL)
    bundle = read(target.getvalue())
    assert bundle.formats == ("dmidecode",)
    assert "several files of this path" in messages(bundle.warnings)["hw.json"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_equal_entries_of_one_name_are_one() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hw.json", HARDWARE)
        archive.writestr("hw.json", HARDWARE)
    assert len(read(target.getvalue()).snapshots) == 1


@pytest.mark.parametrize("size", [5 << 20, 150 << 20])
def test_a_bomb_is_told_soon_and_cheaply(size: int) -> None:
    bomb = tar({"a.zip": zipped({"bomb": bytes(size)}), "hw.json": HARDWARE})
    tracemalloc.start()
    try:
        bundle = read(bomb)
    except OverLimit as error:
        told = str(error)
    else:
        told = messages(bundle.warnings)["a.zip/bomb"]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "bomb" in told or "larger than" in told
    assert most < 32 << 20


@pytest.mark.parametrize("wrap", [gzip.compress, zstandard.compress])
def test_a_wrapped_bomb_in_an_archive_is_not_read(wrap: object) -> None:
    packed = wrap(bytes(50 << 20))  # type: ignore[operator]
    bundle = read(tar({"bomb": packed, "hw.json": HARDWARE}))
    assert "times its size" in messages(bundle.warnings)["bomb"]


@pytest.mark.parametrize("count", [MAX_MEMBERS + 1, 1_000_000])
def test_a_zip_of_too_many_members_is_refused_before_they_are_listed(count: int) -> None:
    many = zip_of_many(count)
    tracemalloc.start()
    with pytest.raises(OverLimit, match="members"):
        read(many)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * len(many) if count > MAX_MEMBERS + 1 else True


def test_a_tar_of_too_many_members_is_refused() -> None:
    member = special_tar(type=tarfile.DIRTYPE)[:512]
    with pytest.raises(OverLimit, match="members"):
        read(member * (MAX_MEMBERS + 1) + bytes(1024))


def test_a_member_that_no_tool_would_print_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reanimator_gql.parsers.bundle.MAX_FILE", 1_000)
    bundle = read(tar({"hw.json": HARDWARE, "long.json": HARDWARE + b" " * 1_000}))
    assert "larger than 1000 bytes" in messages(bundle.warnings)["long.json"]


def test_what_is_kept_and_what_is_unpacked_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}.json": HARDWARE for number in range(20)}
    for name in ("MAX_KEPT", "MAX_UNPACKED"):
        monkeypatch.setattr(limits, name, 1_000)
        with pytest.raises(OverLimit, match="1000 bytes"):
            read(tar(files))
        monkeypatch.undo()


def test_a_header_that_announces_gigabytes_is_damage() -> None:
    long_name = special_tar(type=tarfile.GNUTYPE_LONGNAME, size=8 << 30)[:512]
    with pytest.raises(ParseError, match="damaged"):
        read(long_name + bytes(4096))


def test_an_encrypted_entry_is_named() -> None:
    packed = bytearray(zipped({"hw.json": HARDWARE, "b.json": HARDWARE}))
    at = packed.index(b"PK\x01\x02")
    packed[at + 8] |= 1
    assert "encrypted" in messages(read(bytes(packed)).warnings)["hw.json"]


@pytest.mark.parametrize("pack", [tar, zipped, PACKED["tar.gz"], PACKED["tar.zst"]])
def test_a_cut_archive_is_refused_or_warned_of(pack: object) -> None:
    whole = pack({"hw.json": HARDWARE, "dmi.txt": FULL.encode()})  # type: ignore[operator]
    for tenth in range(1, 10):
        try:
            bundle = read(whole[: len(whole) * tenth // 10])
        except ParseError as error:
            assert error.remedy  # noqa: PT017 - either is right
        else:
            assert bundle.warnings or len(bundle.snapshots) == 2


def test_an_archive_of_nothing_known_is_refused_with_the_first_reason() -> None:
    with pytest.raises(ParseError, match=r"a\.txt.*no known format"):
        read(tar({"a.txt": b"hello", "b.txt": b"hello too"}))


def test_an_empty_archive_is_refused() -> None:
    with pytest.raises(ParseError, match="empty"):
        read(zipped({}))


def test_a_file_too_large_for_one_machine_is_refused() -> None:
    with pytest.raises(OverLimit, match="larger than"):
        read(b'{"hardware": {}}' + b" " * (5 << 20))


def test_one_file_of_a_bundle_is_found_again_by_its_path() -> None:
    packed = io.BytesIO(tar({"a/hw.json": HARDWARE, "b.zip": zipped({"dmi.txt": FULL.encode()})}))
    assert file_in_bundle(packed, "a/hw.json") == HARDWARE
    assert file_in_bundle(packed, "b.zip/dmi.txt") == FULL.encode()
    assert file_in_bundle(packed, "nowhere") is None
    assert file_in_bundle(io.BytesIO(HARDWARE), "") == HARDWARE


def test_a_zip_entry_with_a_name_of_nothing_is_a_warning() -> None:
    bundle = read(zipped({"a.txt": FULL.encode(), "QQQQ": b"1"}).replace(b"QQQQ", b"\0QQQ"))
    assert len(bundle.snapshots) == 1
    assert "none" in messages(bundle.warnings)[""]
