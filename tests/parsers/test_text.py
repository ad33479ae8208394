"""Bytes to text: marks, encodings, NULs."""

import pytest

from reanimator_gql.parsers.text import decode, looks_like_json, peek


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_texts_of_all_marks_are_read_without_a_warning(encoding: str) -> None:
    assert decode("Serial Number: ÄB1".encode(encoding)) == ("Serial Number: ÄB1", ())


def test_text_that_is_not_utf8_is_read_as_windows_1252_with_a_warning() -> None:
    text, warnings = decode(b"Max\x96Speed \xb0")
    assert text == "Max–Speed °"
    assert "Windows-1252" in warnings[0].message


def test_bytes_that_windows_1252_lacks_are_read_as_latin_1() -> None:
    text, warnings = decode(b"a\x81\xff")
    assert text == "a\x81\xff"
    assert "Latin-1" in warnings[0].message


def test_a_cut_utf16_text_is_read_with_a_warning() -> None:
    text, warnings = decode("ab".encode("utf-16") + b"\x41")
    assert text.startswith("ab")
    assert len(warnings) == 1


def test_nuls_are_left_out_with_a_warning() -> None:
    text, warnings = decode(b"abc\0def")
    assert text == "abcdef"
    assert "NUL" in warnings[0].message


def test_peek_ignores_marks_and_leading_blanks() -> None:
    assert peek("\ufeff\r\n  {".encode()) == "{"
    assert looks_like_json(" [".encode("utf-16"))
    assert not looks_like_json(b"Handle")
