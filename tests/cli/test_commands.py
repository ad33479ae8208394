"""The command line as a person uses it: processes of their own, in a folder of their own."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from reanimator_gql.store.dsn import parse_dsn
from tests.fixtures.databases import ASYNCMY, make_dsn
from tests.fixtures.world import day, drive, machine

pytestmark = pytest.mark.thorough


class Shell:
    """Runs commands in a folder with a clean environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, **environment: str) -> SimpleNamespace:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "reanimator_gql", *arguments],
            cwd=self.folder, env=kept | {"COLUMNS": "120"} | environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell in an empty folder."""
    return Shell(tmp_path)


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


COMMANDS = ["serve", "demo", "ingest", "record", "migrate", "rebuild", "digest", "schema"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_itself_with_an_example(shell: Shell, command: str) -> None:
    answer = shell(command, "--help")
    assert answer.code == 0
    assert "Example" in answer.out


def test_a_folder_is_taken_in_and_summed_up_and_a_bad_file_is_named(shell: Shell) -> None:
    _write(shell.folder, "logs/one.json", machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    _write(shell.folder, "logs/deep/two.json", machine("SRV0002", day(2), storage=[drive("S4EVNF0M1")]))
    _write(shell.folder, "logs/bad.json", b'{"hardware": {,}}')
    answer = shell("ingest", "logs")
    assert answer.code == 1
    assert answer.out.splitlines()[1].startswith(
        "2 of 3 bundles taken in (0 of them known before): 2 machines, 3 parts, "
    )
    assert answer.out.endswith("1 refused\n")
    assert re.search(r"refused logs/bad\.json: .*line 1, column", answer.err)
    again = shell("ingest", "logs/one.json", "logs/deep")
    assert again.code == 0
    assert "2 of 2 bundles taken in (2 of them known before): 2 machines, 3 parts, 0 events; 0 refused" in again.out


def test_a_file_without_a_time_takes_that_of_the_command_line(shell: Shell) -> None:
    _write(shell.folder, "one.json", b'{"hardware": {"board": {"serial_number": "SRV0001"}, "storage": []}}')
    assert shell("ingest", "one.json").code == 1
    assert shell("ingest", "--collected-at", "mtime", "one.json").code == 0
    assert shell("ingest", "--collected-at", "yesterday", "one.json").code == 2
    assert shell("ingest", "nowhere.json").code == 2


def test_events_are_recorded_once_and_a_bad_line_is_named(shell: Shell) -> None:
    _write(shell.folder, "one.json", machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    shell("ingest", "one.json")
    good = {"id": "e1", "kind": "remove", "at": "2025-02-01T00:00:00Z", "asset": "SRV0001", "component": "S4EVNF0M1"}
    _write(shell.folder, "events", json.dumps(good).encode() + b"\n{}\n")
    answer = shell("record", "events")
    assert answer.code == 1
    assert answer.out == "1 events recorded, 0 known before; 1 refused\n"
    assert "refused line 2:" in answer.err
    assert shell("record", "events").out == "0 events recorded, 1 known before; 1 refused\n"


def test_the_demo_fills_itself_and_a_planted_change_is_found(shell: Shell) -> None:
    dsn = {"DATABASE_DSN": "sqlite:///reanimator-demo.db"}
    assert (
        shell("demo", "--fill-only", "--assets", "4").out
        == "filled reanimator-demo.db with 4 machines from 52 bundles\n"
    )
    before = shell("digest", **dsn).out
    assert re.fullmatch(r"[0-9a-f]{64}\n", before)
    assert shell("rebuild", "--verify", **dsn).code == 0
    assert "nothing differed" in shell("rebuild", "--reparse", **dsn).out
    with sqlite3.connect(shell.folder / "reanimator-demo.db") as connection:
        connection.execute("UPDATE installations SET slot = 'elsewhere' WHERE id = (SELECT MIN(id) FROM installations)")
    connection.close()
    assert shell("rebuild", "--verify", **dsn).code == 1
    assert "published as" in shell("rebuild", **dsn).out
    assert shell("rebuild", "--verify", **dsn).code == 0
    assert shell("digest", **dsn).out == before


def test_the_demo_leaves_somebody_elses_database_alone(shell: Shell) -> None:
    _write(shell.folder, "one.json", machine("SRV0001", day(1), storage=[]))
    shell("ingest", "one.json")
    answer = shell("demo", "--fill-only", "--assets", "3", DATABASE_DSN="sqlite:///reanimator.db")
    assert answer.code == 2
    assert "no demo made" in answer.err


def test_a_database_that_is_not_there_is_not_answered_for(shell: Shell) -> None:
    answer = shell("digest")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no database reanimator.db here" in answer.err
    assert not (shell.folder / "reanimator.db").exists()


def test_the_schema_is_brought_to_head_and_checked(shell: Shell) -> None:
    assert shell("migrate", "--check").code == 1
    assert "the schema is at" in shell("migrate").out
    assert shell("migrate", "--check").code == 0


def test_a_wrong_setting_stops_with_one_line_that_names_it(shell: Shell) -> None:
    answer = shell("digest", DATABASE_DSN="postgresql://u:secret@db/x")
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 1
    assert "postgresql" in answer.err
    assert "secret" not in answer.err
    assert "upload_limit" in shell("digest", UPLOAD_LIMIT="many").err


def test_a_database_that_is_away_is_told_in_one_line(shell: Shell) -> None:
    answer = shell("digest", DATABASE_DSN="nobody:secret@tcp(127.0.0.1:1)/nowhere")
    assert answer.code == 2
    assert answer.err.startswith("reanimator-gql: the database cannot be used: ")
    assert len(answer.err.splitlines()) == 1
    assert "secret" not in answer.err


@pytest.mark.mariadb
def test_the_demo_fills_a_database_that_the_go_form_names(
    shell: Shell, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = parse_dsn(make_dsn(request, ASYNCMY, tmp_path))
    socket = url.query.get("unix_socket")
    address = f"unix({socket})" if socket else f"tcp({url.host}:{url.port or 3306})"
    dsn = {"DATABASE_DSN": f"{url.username}:{url.password or ''}@{address}/{url.database}?parseTime=true"}
    answer = shell("demo", "--fill-only", "--assets", "3", **dsn)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"filled {url.database} with 3 machines from 39 bundles\n"
    assert shell("rebuild", "--verify", **dsn).code == 0


def test_more_workers_than_sqlite_can_bear_are_refused(shell: Shell) -> None:
    answer = shell("serve", "--workers", "2")
    assert answer.code == 2
    assert "MariaDB" in answer.err
