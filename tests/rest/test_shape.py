"""Names of GraphQL become names of REST; data stays as it is."""

from typing import Any

import pytest

from reanimator_gql.rest.shape import shaped, snake, whole


@pytest.mark.parametrize(
    ("name", "expected"),
    [("vendorSerial", "vendor_serial"), ("databaseId", "id"), ("maxLinkSpeedGts", "max_link_speed_gts"), ("id", "id")],
)
def test_a_name(name: str, expected: str) -> None:
    assert snake(name) == expected


def test_what_stands_in_a_json_scalar_is_data() -> None:
    value: Any = {"details": {"fromX": [{"aB": 1}]}, "attributes": None, "aB": [{"cD": None}, 3]}
    assert shaped(value) == {"details": {"fromX": [{"aB": 1}]}, "attributes": None, "a_b": [{"c_d": None}, 3]}


@pytest.mark.parametrize(("more", "cursor"), [(True, "c"), (False, None)])
def test_a_connection_is_a_page(more: bool, cursor: str | None) -> None:
    info = {"hasNextPage": more, "endCursor": "c"}
    connection = {"nodes": [{"databaseId": 1}], "pageInfo": info, "totalCount": 9}
    assert shaped(connection) == {"items": [{"id": 1}], "total": 9, "next_cursor": cursor}


def test_a_list_without_pages_is_one() -> None:
    assert whole([1, 2]) == {"items": [1, 2], "total": 2, "next_cursor": None}
