"""Logs are one JSON object a line, whatever stands in them."""

import json
import logging

import pytest

from reanimator_gql.observability import JsonLines, configure_logging


def line(record: logging.LogRecord) -> dict[str, object]:
    text = JsonLines().format(record)
    assert "\n" not in text
    parsed: dict[str, object] = json.loads(text)
    return parsed


def test_a_line_holds_what_was_logged() -> None:
    record = logging.makeLogRecord(
        {"name": "n", "levelname": "INFO", "msg": "a %s\nb", "args": ("x",), "fields": {"ms": 1}}
    )
    told = line(record)
    assert told["message"] == "a x\nb"
    assert told["ms"] == 1
    assert str(told["time"]).endswith("Z")


def test_an_exception_stays_on_its_line() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        record = logging.makeLogRecord({"exc_info": (RuntimeError, error, error.__traceback__)})
    assert "RuntimeError: broken" in str(line(record)["exception"])


def test_the_level_is_the_one_set(capsys: pytest.CaptureFixture[str]) -> None:
    ours = logging.getLogger("reanimator_gql")
    before = ours.handlers[:], ours.level, ours.propagate
    try:
        configure_logging("warning")
        ours.getChild("x").info("quiet")
        ours.getChild("x").warning("loud")
    finally:
        ours.handlers[:], ours.propagate = before[0], before[2]
        ours.setLevel(before[1])
    assert json.loads(capsys.readouterr().err)["message"] == "loud"
