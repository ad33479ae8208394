"""Configuration: environment over file over defaults, and one line for whatever is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from reanimator_gql.settings import BadSetting, DatabaseFields, Settings, load_settings
from reanimator_gql.store.dsn import parse_dsn

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts in an empty working directory and without any setting of the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ["CONFIG_FILE", *(name.upper() for name in Settings.model_fields)]:
        monkeypatch.delenv(name, raising=False)


def write(**values: Any) -> None:
    Path("config.json").write_text(json.dumps(values))


def refusal() -> str:
    with pytest.raises(BadSetting) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nothing_set_means_a_file_in_the_working_directory() -> None:
    settings = load_settings()
    assert settings.dsn == "sqlite:///reanimator.db"
    assert settings.is_default_database
    assert settings.upload_limit == 200 << 20


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write(database_dsn="sqlite:///file.db", max_depth=7, max_aliases=8)
    monkeypatch.setenv("DATABASE_DSN", "sqlite:///environment.db")
    monkeypatch.setenv("MAX_DEPTH", "9")
    settings = load_settings()
    assert settings.dsn == "sqlite:///environment.db"
    assert (settings.max_depth, settings.max_aliases) == (9, 8)


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_DSN", "")
    assert load_settings().is_default_database


def test_the_file_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(max_depth=7)
    (tmp_path / "other.json").write_text('{"max_depth": 8}')
    monkeypatch.setenv("CONFIG_FILE", "other.json")
    assert load_settings().max_depth == 8


def test_the_fields_of_a_database_make_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    write(database={"user": "a@b", "host": "::1", "port": 3307, "name": "x", "params": {"parseTime": True}})
    monkeypatch.setenv("DATABASE__PASSWORD", "p:/@%")
    url = parse_dsn(load_settings().dsn)
    assert (url.username, url.password, url.host, url.port, url.database) == ("a@b", "p:/@%", "::1", 3307, "x")


def test_a_database_address_wins_over_fields() -> None:
    write(database_dsn="u:p@tcp(h:1)/n?parseTime=true", database={"host": "other"})
    assert load_settings().dsn == "u:p@tcp(h:1)/n?parseTime=true"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"uploadlimit": 1}, "uploadlimit"),
        ({"upload_limit": 0}, "upload_limit"),
        ({"upload_limit": "much"}, "upload_limit"),
        ({"query_timeout_s": -1}, "query_timeout_s"),
        ({"log_level": "loud"}, "log_level"),
        ({"database": "mysql"}, "database"),
        ({"database": {"hostname": "x"}}, "database.hostname"),
        ({"database": {"port": 70000}}, "database.port"),
        ({"database_dsn": 5}, "database_dsn"),
    ],
)
def test_a_wrong_setting_is_named(values: dict[str, Any], name: str) -> None:
    write(**values)
    assert refusal().startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'{"max_depth": 1,}', "line 1 column"),
        (b"[]", "one JSON object"),
        (b'{"max_depth": 1, "max_depth": 2}', "max_depth: stands twice"),
        (b'{"log_level": "\xff"}', "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(text: bytes, told: str) -> None:
    Path("config.json").write_bytes(text)
    assert told in refusal()


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIG_FILE", "absent.json")
    assert refusal().startswith("CONFIG_FILE: absent.json")


@pytest.mark.parametrize(("variable", "value"), [("DATABASE", "x"), ("DATABASE__PORT", "x"), ("DATABASE__NO", "1")])
def test_a_wrong_variable_is_named(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert refusal().startswith(variable.lower().replace("__", "."))


def test_no_password_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    write(database={"password": "geheim", "port": "x"})
    assert "geheim" not in refusal()
    write(database={"password": "geheim"}, database_dsn="mysql://u:geheim@h/n")
    assert "geheim" not in repr(load_settings())
    monkeypatch.setenv("DATABASE", "geheim")
    assert "geheim" not in refusal()


def test_the_example_shows_every_setting_and_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / "config.example.json"
    shown = json.loads(example.read_text())
    assert list(shown) == list(Settings.model_fields)
    assert list(shown["database"]) == list(DatabaseFields.model_fields)
    monkeypatch.setenv("CONFIG_FILE", str(example))
    defaults = Settings.model_construct()
    loaded = load_settings()
    for name in Settings.model_fields.keys() - {"database_dsn", "database"}:
        assert getattr(loaded, name) == getattr(defaults, name)
    parse_dsn(loaded.dsn)
