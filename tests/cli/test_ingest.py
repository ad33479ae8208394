"""`ingest` as a person uses it: folders, Redfish trees, whole bundles, and a server somewhere else."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from reanimator_gql.cli import sending
from reanimator_gql.cli.bundles import Bundle, bundles_of
from tests.cli.test_commands import Shell, _write
from tests.fixtures.world import day, drive, machine
from tests.parsers.archive_files import tar

pytestmark = pytest.mark.thorough


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell in an empty folder."""
    return Shell(tmp_path)


def resource(path: str, **fields: object) -> bytes:
    return json.dumps({"@odata.id": path, **fields}).encode()


def tree(folder: Path, place: str) -> None:
    """Write a capture of a service with one system below a folder."""
    _write(folder, f"{place}/index.json", resource("/redfish/v1/", Systems={"@odata.id": "/redfish/v1/Systems"}))
    members = [{"@odata.id": "/redfish/v1/Systems/1"}]
    _write(folder, f"{place}/Systems/index.json", resource("/redfish/v1/Systems", Members=members))
    _write(folder, f"{place}/Systems/1/index.json", resource("/redfish/v1/Systems/1", SerialNumber="SRV0003"))


def found(folder: Path, *, whole: bool = False) -> list[tuple[str, int]]:
    """Return the bundles of a folder: the path of each, and of how many files it is archived."""
    bundles = bundles_of([folder], whole=whole)
    return [(str(one.path.relative_to(folder)), len(one.files)) for one in bundles]


def test_every_file_below_a_folder_is_a_bundle_of_its_own(tmp_path: Path) -> None:
    for name in ("b.json", "a/c.txt", "a/d/e.json"):
        _write(tmp_path, name, b"x")
    assert found(tmp_path) == [("a/c.txt", 0), ("a/d/e.json", 0), ("b.json", 0)]


def test_a_redfish_tree_is_one_bundle_and_its_neighbours_are_not_in_it(tmp_path: Path) -> None:
    tree(tmp_path, "host1")
    tree(tmp_path, "host2/redfish/v1")
    _write(tmp_path, "host2/redfish/index.json", b'{"v1": "/redfish/v1/"}')
    _write(tmp_path, "host2/dmidecode.txt", b"x")
    assert found(tmp_path) == [("host1", 3), ("host2/dmidecode.txt", 0), ("host2/redfish", 4)]


def test_a_flat_capture_is_one_bundle(tmp_path: Path) -> None:
    _write(tmp_path, "flat/_redfish_v1.json", resource("/redfish/v1"))
    _write(tmp_path, "flat/_redfish_v1_Systems_1.json", resource("/redfish/v1/Systems/1"))
    assert found(tmp_path) == [("flat", 2)]


def test_a_tree_in_a_tree_is_a_bundle_of_its_own(tmp_path: Path) -> None:
    tree(tmp_path, "host1")
    tree(tmp_path, "host1/other")
    assert found(tmp_path) == [("host1", 3), ("host1/other", 3)]


def test_with_bundle_a_folder_is_one_bundle_as_it_stands(tmp_path: Path) -> None:
    for name in ("a.json", "b/c.txt"):
        _write(tmp_path, name, b"x")
    assert found(tmp_path, whole=True) == [(".", 2)]


def test_a_folder_is_archived_in_a_reproducible_way(tmp_path: Path) -> None:
    for name in ("one", "two"):
        for file in ("a.json", "b/c.txt"):
            path = _write(tmp_path, f"{name}/{file}", b"x")
            os.utime(path, (1_000, 1_000 if name == "one" else 2_000))
            path.chmod(0o600 if name == "one" else 0o644)
    packed = []
    for name in ("one", "two"):
        (bundle,) = bundles_of([tmp_path / name], whole=True)
        with bundle.open() as file:
            packed.append(file.read())
    assert packed[0] == packed[1]


def test_the_time_of_a_folder_is_that_of_its_newest_file(tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b"), 1):
        os.utime(_write(tmp_path, name, b"x"), (number, number))
    (bundle,) = bundles_of([tmp_path], whole=True)
    assert bundle.modified_at().timestamp() == 2
    assert Bundle(tmp_path / "a").modified_at().timestamp() == 1


def test_a_tree_is_taken_in_as_one_bundle(shell: Shell) -> None:
    tree(shell.folder, "trees/host1")
    answer = shell("ingest", "--collected-at", "now", "trees")
    assert (answer.code, answer.out.splitlines()[0]) == (0, "by format: redfish 1")
    assert "1 of 1 bundles taken in (0 of them known before): 1 machines" in answer.out


def test_many_files_are_parsed_in_processes_with_the_same_outcome(shell: Shell) -> None:
    for number in range(20):
        _write(shell.folder, f"logs/{number:02}.json", machine(f"SRV{number:04}", day(1), storage=[drive("S4EVNF0M1")]))
    _write(shell.folder, "logs/bad.json", b'{"hardware": {,}}')
    answer = shell("ingest", "logs")
    assert answer.code == 1
    assert "20 of 21 bundles taken in (0 of them known before): 20 machines" in answer.out
    assert "by format: hardware_json 20" in answer.out
    assert re.search(r"^refused logs/bad\.json: not valid JSON.*line 1, column", answer.err)


def test_unread_files_of_a_bundle_are_named(shell: Shell) -> None:
    files = {"good.json": machine("SRV0001", day(1), storage=[]), "odd.txt": b"hello", "cut.json": b'{"hardware": {'}
    _write(shell.folder, "rack.tar", tar(files))
    answer = shell("ingest", "rack.tar")
    assert answer.code == 0
    assert re.search(r"^not read in rack\.tar: odd\.txt: no known format", answer.err, re.MULTILINE)
    assert re.search(r"^not read in rack\.tar: cut\.json: not valid JSON", answer.err, re.MULTILINE)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "reanimator_gql", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=folder, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def test_bundles_are_sent_to_a_server_that_may_still_be_starting(shell: Shell, tmp_path: Path) -> None:
    _write(tmp_path, "logs/one.json", machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    _write(tmp_path, "logs/bad.json", b"hello")
    (tmp_path / "server").mkdir()
    with server(tmp_path / "server") as url:
        answer = shell("ingest", "--url", url, "logs")  # it is not up yet: sent again until it is
        assert answer.code == 1
        assert "1 of 2 bundles taken in (0 of them known before): 1 machines" in answer.out
        assert "by format: hardware_json 1" in answer.out
        assert "refused logs/bad.json: no known format" in answer.err
        assert "1 of 1 bundles taken in (1 of them known before)" in shell("ingest", "--url", url, "logs/one.json").out
        assert httpx.get(f"{url}/assets/SRV0001").json()["vendor_serial"] == "SRV0001"
    assert not (tmp_path / "reanimator.db").exists()


async def test_a_server_that_never_answers_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sending, "_TRIES", 3)
    bundle = Bundle(_write(tmp_path, "one.json", machine("SRV0001", day(1), storage=[])))
    tally = await sending.send_all("http://127.0.0.1:1", [bundle], None, lambda _: None)
    assert (tally.bundles, tally.refused) == (1, 1)
    assert "could not be reached in 3 tries" in capsys.readouterr().err
