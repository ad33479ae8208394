"""Finding a place in a file again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.places import text_at

pytestmark = pytest.mark.thorough

TEXT = b'\xef\xbb\xbf {"a" : [1, {"b/c": "x\\u00e9", "~d":{}}, 2.50 ], "":{ } }\r\n'


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/a/0", "1"),
        ("/a/1", '{"b/c": "x\\u00e9", "~d":{}}'),
        ("/a/1/b~1c", '"x\\u00e9"'),
        ("/a/1/~0d", "{}"),
        ("/a/2", "2.50"),
        ("/", "{ }"),
        ("/a/3", None),
        ("/a/x", None),
        ("/b", None),
        ("/a/0/0", None),
        ("a", None),
    ],
)
def test_the_value_behind_a_pointer_is_shown_as_it_was_written(pointer: str, found: str | None) -> None:
    assert text_at(TEXT, Origin(pointer=pointer)) == found


def test_the_whole_document_is_behind_the_empty_pointer() -> None:
    assert text_at(b' {"a": 1}\n', Origin(pointer="")) == '{"a": 1}'


@pytest.mark.parametrize(
    ("line", "last", "found"), [(1, None, "a"), (2, 3, "b\nc"), (3, 3, "c"), (4, 9, None), (0, 1, None), (3, 2, None)]
)
def test_lines_are_shown_whatever_ends_them(line: int, last: int | None, found: str | None) -> None:
    for end in ("\n", "\r\n", "\r"):
        assert text_at(end.join("abc").encode(), Origin(line=line, last_line=last)) == found


def test_a_place_without_pointer_and_lines_is_the_whole_file() -> None:
    assert text_at(b"abc", Origin()) == "abc"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def _places(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    found = [(pointer, value)]
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        found += _places(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


@given(_JSON, st.sampled_from([None, 1, 4]))
def test_every_place_of_any_document_is_found(value: Any, indent: int | None) -> None:
    content = json.dumps(value, indent=indent).encode()
    for pointer, inner in _places(value):
        found = text_at(content, Origin(pointer=pointer))
        assert found is not None
        assert json.loads(found) == inner


@given(st.binary(), st.text())
def test_any_bytes_and_any_pointer_do_no_harm(content: bytes, pointer: str) -> None:
    text_at(content, Origin(pointer=pointer))
    text_at(b"[" * 100_000, Origin(pointer="/0" * 9))
