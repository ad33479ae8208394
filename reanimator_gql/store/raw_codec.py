"""The codecs of the raw store, on bytes and files alone: how an upload is encoded, cut into slices, and decoded.

A codec number is a set of bits that never changes its meaning: 0 stored, 1 zstd, 2 with the content of a base as its
prefix. zstd checks nothing by itself: whoever encodes decodes and compares, whoever decodes holds the result against a
SHA-256. What decoding gives is bounded by the size that is expected, whatever damaged bytes promise.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import zstandard

STORED, ZSTD, PREFIX = 0, 1, 2
DELTA = ZSTD | PREFIX

IN_MEMORY = 8 << 20
"""Uploads up to this size, in bytes, are encoded and decoded at once; bigger ones are streamed, each alone."""

SLICES_A_STATEMENT = 8
_CHUNK = 1 << 20
_SMALL_SLICE, _BIG_SLICE = 7_900, 1 << 20
_SMALL_ENCODED = 64 << 10
_KEYFRAME_LEVEL, _DELTA_LEVEL, _STREAM_LEVEL = 12, 9, 3
# Of a base of several MiB zstd's own choice would find no more than the end again.
_BIG_BASE, _BIG_HASH_LOG = 1 << 20, 22
# A delta may look back over its own content and over all of its base.
_LARGEST_WINDOW = 4 * IN_MEMORY


@dataclass(frozen=True, slots=True)
class Encoded:
    """What is stored of one upload: a codec, the blob it rests on if any, and a file of `size` bytes."""

    codec: int
    file: IO[bytes]
    size: int
    base_id: int | None = None

    def slices(self) -> Iterator[bytes]:
        """Yield small slices, two to a page and never off it; of more than 64 kB, slices far below a driver's limit."""
        step = _SMALL_SLICE if self.size <= _SMALL_ENCODED else _BIG_SLICE
        self.file.seek(0)
        yield self.file.read(step)
        while piece := self.file.read(step):
            yield piece


def encode_alone(source: IO[bytes], size: int, digest: bytes, target: IO[bytes]) -> Encoded:
    """Encode without a base into an empty `target`, streaming; kept as it is where zstd gains nothing or is wrong.

    `digest` is the SHA-256 of the source.
    """
    level = _KEYFRAME_LEVEL if size <= IN_MEMORY else _STREAM_LEVEL
    source.seek(0)
    zstandard.ZstdCompressor(level=level).copy_stream(source, target, size=size, read_size=_CHUNK, write_size=_CHUNK)
    encoded = Encoded(ZSTD, target, target.tell())
    gains = encoded.size < size and decodes_to(encoded, size, digest)
    return encoded if gains else Encoded(STORED, source, size)


def decodes_to(encoded: Encoded, size: int, digest: bytes) -> bool:
    """Whether what decodes without a base is what a size in bytes and a SHA-256 name."""
    check, given = hashlib.sha256(), 0
    for piece in decode_stream(encoded.codec, encoded.file):
        check.update(piece)
        given += len(piece)
        if given > size:
            return False
    return check.digest() == digest


def encode_delta(content: bytes, base: bytes) -> bytes | None:
    """Return the content as a difference to a base; None where zstd does not give back what it was given."""
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _DELTA_LEVEL,
        source_size=len(content),
        dict_size=len(base),
        window_log=max(zstandard.WINDOWLOG_MIN, (len(content) + len(base)).bit_length()),
        **({"hash_log": _BIG_HASH_LOG} if len(base) > _BIG_BASE else {}),
    )
    encoded = zstandard.ZstdCompressor(dict_data=_prefix(base), compression_params=parameters).compress(content)
    return encoded if decode(DELTA, encoded, len(content), base) == content else None


def _prefix(base: bytes) -> zstandard.ZstdCompressionDict:
    # Raw content: a base that begins as a trained dictionary does must not be taken for one.
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def decode(codec: int, encoded: bytes, size: int, base: bytes | None = None) -> bytes | None:
    """Return the decoded bytes, at most `size` and one, to be held against a digest; None where they cannot be had."""
    if codec == STORED:
        return encoded
    if codec not in {ZSTD, DELTA} or (codec == DELTA) != (base is not None):
        return None
    decompressor = zstandard.ZstdDecompressor(
        dict_data=_prefix(base) if base is not None else None, max_window_size=_LARGEST_WINDOW
    )
    try:
        with decompressor.stream_reader(encoded) as reader:
            return reader.read(size + 1)
    except (zstandard.ZstdError, MemoryError):
        return None


def decode_stream(codec: int, encoded: IO[bytes]) -> Iterator[bytes]:
    """Yield decoded pieces of at most 1 MiB, to be held against a digest; they end early where they cannot be had."""
    encoded.seek(0)
    if codec == STORED:
        while piece := encoded.read(_CHUNK):
            yield piece
    elif codec == ZSTD:
        decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        with decompressor.stream_reader(encoded, closefd=False) as reader:
            try:
                while piece := reader.read(_CHUNK):
                    yield piece
            except (zstandard.ZstdError, MemoryError):
                return
