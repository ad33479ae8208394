"""Query parameters: strict in names, kind to a lost plus sign."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from reanimator_gql.rest.parameters import Parameters
from reanimator_gql.transport.problems import Problem


def given(query: str) -> Parameters:
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    return Parameters(request, "limit", "at", "kind", "on")


def test_an_unknown_name_is_refused_and_the_known_ones_are_told() -> None:
    with pytest.raises(Problem) as caught:
        given("limits=1")
    assert caught.value.status == 400
    assert "limit, at, kind, on" in caught.value.detail


@pytest.mark.parametrize("query", ["limit=x", "limit=1.5", "limit=" + "9" * 30, "limit=1&limit=2", "limit=%D9%A3"])
def test_a_number_that_is_none(query: str) -> None:
    with pytest.raises(Problem):
        given(query).integer("limit")


@pytest.mark.parametrize(
    ("query", "read", "expected"),
    [
        ("limit=-1", lambda p: p.integer("limit"), -1),
        ("limit=", lambda p: p.integer("limit"), None),
        ("at=2025-01-01T00:00:00+03:00", lambda p: p.instant("at"), "2025-01-01T00:00:00+03:00"),
        ("at=2025-01-01T00:00:00%2B03:00", lambda p: p.instant("at"), "2025-01-01T00:00:00+03:00"),
        ("at=2025-01-01 00:00:00Z", lambda p: p.instant("at"), "2025-01-01 00:00:00Z"),
        ("kind=memory,cpu&kind=Storage", lambda p: p.words("kind"), ["MEMORY", "CPU", "STORAGE"]),
        ("kind=memory", lambda p: p.word("kind"), "MEMORY"),
        ("kind=", lambda p: p.words("kind"), None),
        ("on=true", lambda p: p.flag("on"), True),
        ("", lambda p: p.flag("on"), None),
    ],
)
def test_values(query: str, read: Callable[[Parameters], Any], expected: Any) -> None:
    assert read(given(query)) == expected


def test_a_flag_that_is_none() -> None:
    with pytest.raises(Problem):
        given("on=1").flag("on")
