"""The codecs alone: whatever the bytes, they come back, and damaged ones cost no more than what was expected."""

import hashlib
import io
import random

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from reanimator_gql.store.raw_codec import (
    DELTA,
    STORED,
    ZSTD,
    Encoded,
    decode,
    decode_stream,
    decodes_to,
    encode_alone,
    encode_delta,
)

_TEXT = b"".join(b"Handle 0x%04X, DMI type 17, 40 bytes\n\tSize: %d GB\n" % (n, n % 64) for n in range(2_000))
_DICTIONARY_MAGIC = b"\x37\xa4\x30\xec"


def _alone(content: bytes) -> Encoded:
    return encode_alone(io.BytesIO(content), len(content), hashlib.sha256(content).digest(), io.BytesIO())


def _bytes_of(encoded: Encoded) -> bytes:
    encoded.file.seek(0)
    return encoded.file.read()


@given(st.binary(max_size=20_000))
@example(b"")
@example(_TEXT)
def test_what_is_encoded_alone_comes_back_and_is_never_larger(content: bytes) -> None:
    encoded = _alone(content)
    assert b"".join(encoded.slices()) == _bytes_of(encoded)
    assert encoded.size == len(_bytes_of(encoded)) <= len(content)
    assert decode(encoded.codec, _bytes_of(encoded), len(content)) == content
    assert b"".join(decode_stream(encoded.codec, encoded.file)) == content


@given(st.binary(max_size=5_000), st.binary(max_size=5_000))
@example(b"", b"")
@example(b"", b"x")
@example(b"x", b"")
@example(_DICTIONARY_MAGIC, _DICTIONARY_MAGIC + b"y")
@example(_DICTIONARY_MAGIC + _TEXT, _TEXT)
@example(bytes(200_000), bytes(100_000))
@example(_TEXT, _TEXT[50:])
def test_a_delta_gives_its_content_back_whatever_the_base(base: bytes, content: bytes) -> None:
    delta = encode_delta(content, base)
    assert delta is not None
    assert decode(DELTA, delta, len(content), base) == content


@given(st.data())
def test_a_text_with_a_few_edits_is_a_small_delta(data: st.DataObject) -> None:
    content = bytearray(_TEXT)
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=50))
    delta = encode_delta(bytes(content), _TEXT)
    assert delta is not None
    assert len(delta) < 600


def test_a_delta_reaches_the_beginning_of_a_base_of_several_mib() -> None:
    base = random.Random(1).randbytes(7 << 20)
    delta = encode_delta(base[:1000] + base[-1000:], base)
    assert delta is not None
    assert len(delta) < 200
    whole = encode_delta(base[: 6 << 20] + b"new" + base[6 << 20 :], base)
    assert whole is not None
    assert len(whole) < 5_000


@pytest.mark.parametrize(
    ("size", "slices"), [(0, 1), (1, 1), (7_900, 1), (7_901, 2), (64 << 10, 9), ((64 << 10) + 1, 1), (3 << 20, 3)]
)
def test_slices_stay_on_their_page_or_far_below_what_a_driver_carries(size: int, slices: int) -> None:
    content = random.Random(2).randbytes(size)
    cut = list(Encoded(STORED, io.BytesIO(content), size).slices())
    assert len(cut) == slices
    assert b"".join(cut) == content


@given(st.binary(min_size=1, max_size=2_000), st.data())
def test_damaged_bytes_never_decode_to_more_than_expected(content: bytes, data: st.DataObject) -> None:
    delta = encode_delta(content, _TEXT)
    alone = zstandard.ZstdCompressor(level=12).compress(content)
    assert delta is not None
    for codec, encoded, base in ((ZSTD, alone, None), (DELTA, delta, _TEXT)):
        damaged = bytearray(encoded)
        for _ in range(data.draw(st.integers(1, 4))):
            damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
        given_back = decode(codec, bytes(damaged), len(content), base)
        assert given_back is None or len(given_back) <= len(content) + 1


def test_a_frame_that_promises_gigabytes_costs_what_was_expected() -> None:
    bomb = zstandard.ZstdCompressor(level=3).compress(bytes(200 << 20))
    assert len(decode(ZSTD, bomb, 1_000) or b"") == 1_001
    pieces = decode_stream(ZSTD, io.BytesIO(bomb))
    assert len(next(pieces)) <= 1 << 20
    assert not decodes_to(Encoded(ZSTD, io.BytesIO(bomb), len(bomb)), 1_000, hashlib.sha256(bytes(1_000)).digest())


def test_a_huge_window_is_refused_before_memory_is_taken() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=30)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    frame = compressor.compress(_TEXT) + compressor.flush()
    assert zstandard.get_frame_parameters(frame).window_size == 1 << 30
    assert decode(ZSTD, frame, len(_TEXT)) is None
    assert decode(DELTA, frame, len(_TEXT), _TEXT) is None
    assert list(decode_stream(ZSTD, io.BytesIO(frame))) == []


@pytest.mark.parametrize("codec", [-1, 2, 4, 5, 7, 255])
def test_an_unknown_codec_decodes_to_nothing(codec: int) -> None:
    assert decode(codec, b"x", 1) is None
    assert decode(codec, b"x", 1, b"x") is None
    assert list(decode_stream(codec, io.BytesIO(b"x"))) == []


def test_a_delta_without_its_base_or_with_one_too_many_decodes_to_nothing() -> None:
    delta = encode_delta(_TEXT[1:], _TEXT)
    assert delta is not None
    assert decode(DELTA, delta, len(_TEXT) - 1) is None
    assert decode(ZSTD, zstandard.ZstdCompressor().compress(_TEXT), len(_TEXT), _TEXT) is None
