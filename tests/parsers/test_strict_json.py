"""Strict JSON: what another reader might take for something else is refused with its place."""

import time

import orjson
import pytest

from reanimator_gql.parsers.parser import ParseError
from reanimator_gql.parsers.strict_json import MAX_VALUES, loads


def test_valid_json_is_read() -> None:
    assert loads(b'{"a": [1, 2.5, "x", null, true]}').value == {"a": [1, 2.5, "x", None, True]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_byte_order_mark_is_accepted(encoding: str) -> None:
    assert loads('{"a": "ä"}'.encode(encoding)) == ({"a": "ä"}, ())


def test_a_trailing_comma_is_refused_with_line_and_column() -> None:
    with pytest.raises(ParseError) as caught:
        loads(b'{\n  "a": [1,\n  2,]\n}')
    assert (caught.value.line, caught.value.column) == (3, 4)
    assert "line 3, column 4" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        "[Infinity]",
        "[-Infinity]",
        "[1e400]",
        "[-1e999]",
        "['a']",
        "{a: 1}",
        "[01]",
        "[1] x",
        "// c\n[1]",
    ],
)
def test_what_is_no_json_is_refused_with_a_place(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        loads(text.encode())
    assert caught.value.line is not None


@pytest.mark.parametrize("text", [r'"\ud800"', r'"\udc00"', r'"\ud800A"', r'{"\ud800": 1}'])
def test_lone_surrogates_are_refused(text: str) -> None:
    with pytest.raises(ParseError):
        loads(text.encode())


def test_a_surrogate_pair_is_one_character() -> None:
    assert loads(rb'"\ud83d\ude00"').value == "\U0001f600"


@pytest.mark.parametrize("depth", [65, 100, 1_000, 5_000, 90_000])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(depth: int, brackets: tuple[str, str]) -> None:
    inner = "1" if brackets[0] != "[" else ""
    with pytest.raises(ParseError, match="64 levels"):
        loads((brackets[0] * depth + inner + brackets[1] * depth).encode())


def test_nesting_of_sixty_four_levels_is_read() -> None:
    assert loads(b"[" * 64 + b"]" * 64).value is not None


def test_a_key_that_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(ParseError, match="'serial_number' stands twice"):
        loads(b'{"memory": [{"serial_number": "A", "slot": "1", "serial_number": "B"}]}')


def test_keys_that_differ_only_in_spelling_are_the_same_key() -> None:
    with pytest.raises(ParseError, match="stands twice"):
        loads(rb'{"a": 1, "\u0061": 2}')


def test_the_same_key_in_two_objects_is_fine() -> None:
    assert loads(b'[{"a": 1}, {"a": 1}]').value == [{"a": 1}, {"a": 1}]


def test_large_integers_keep_their_digits() -> None:
    assert loads(b"[12345678901234567890123]").value == [12345678901234567890123]


def test_an_integer_of_too_many_digits_is_refused() -> None:
    with pytest.raises(ParseError):
        loads(b"[" + b"9" * 5_000 + b"]")


def test_json_that_is_not_utf8_is_read_with_a_warning() -> None:
    value, warnings = loads(b'{"a": "Kl\xe4r"}')
    assert value == {"a": "Klär"}
    assert len(warnings) == 1


@pytest.mark.thorough
def test_megabytes_are_read_in_time() -> None:
    row = {"slot": "A1", "size_mb": 16384, "serial_number": "S00000001", "type": "DDR4", "x": [1, 2, 3]}
    content = orjson.dumps({"hardware": {"memory": [row] * 18_000}})
    assert len(content) > 1_000_000
    start = time.process_time()
    loads(content)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("content", [b"[" * 5_000_000, b"[[]," * 2_000_000, b'{"a":' * 1_000_000])
def test_hostile_texts_are_refused_in_time(content: bytes) -> None:
    start = time.process_time()
    with pytest.raises(ParseError):
        loads(content)
    assert time.process_time() - start < 2


def test_many_keys_with_one_twice_are_refused_in_time() -> None:
    keys = ",".join(f'"k{number}":1' for number in range(190_000))
    start = time.process_time()
    with pytest.raises(ParseError, match="'k189999'"):
        loads(f'{{{keys},"k189999":2}}'.encode())
    assert time.process_time() - start < 2


@pytest.mark.parametrize("value", [b"1,", b"[],", b"{},", b'"a",'])
def test_more_values_than_any_machine_has_are_refused_before_they_are_made(value: bytes) -> None:
    with pytest.raises(ParseError, match="values"):
        loads(b"[" + value * MAX_VALUES + b"1]")
