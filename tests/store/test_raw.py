"""The raw store, on every database: what was sent comes back byte for byte, or loudly not at all."""

import asyncio
import random
import tracemalloc
import zlib

import pytest
from sqlalchemy import func, select, update

from reanimator_gql.store.database import Database
from reanimator_gql.store.raw import DamagedBlob, read_blob, read_stored
from reanimator_gql.store.raw_write import write_blob
from reanimator_gql.store.tables import raw_blob, raw_keyframe, raw_part
from tests.fixtures.raw_store import keep, parts_of, read, upload_of
from tests.fixtures.world import day


async def _write(database: Database, content: bytes, inside: bytes | None = None, customer: int = 0) -> int:
    upload = upload_of(content, inside)
    return await database.write(lambda c: write_blob(c, customer, upload, day(0)))


_TEXT = b"Handle 0x0011, DMI type 17, 40 bytes\n" * 3000
_NOISE = random.Random(1).randbytes(200_000)


@pytest.mark.parametrize("content", [b"", b"x", _TEXT, _NOISE, _NOISE[:7_900], _NOISE[:7_901]], ids=len)
async def test_bytes_come_back_as_they_were(database: Database, content: bytes) -> None:
    assert await read(database, await _write(database, content)) == content


async def test_a_big_upload_is_streamed_and_comes_back(database: Database) -> None:
    content = random.Random(2).randbytes(10 << 20) + _TEXT
    assert await read(database, await _write(database, content)) == content
    async with database.reading() as connection:
        sizes = [len(row.data) for row in (await connection.execute(select(raw_part.c.data))).all()]
    assert max(sizes) <= 1 << 20
    assert len(sizes) > 8


async def test_equal_content_of_one_customer_is_one_blob_and_of_another_its_own(database: Database) -> None:
    first = await _write(database, _TEXT)
    assert await _write(database, _TEXT) == first
    assert await _write(database, _TEXT, customer=7) != first


async def test_the_wrapper_that_was_first_sent_is_what_comes_back(database: Database) -> None:
    wrapped = zlib.compress(_TEXT)
    first = await _write(database, wrapped, _TEXT)
    assert await _write(database, _TEXT) == first
    assert await read(database, first) == wrapped


async def test_a_text_takes_little_room(database: Database) -> None:
    parts = await parts_of(database, await _write(database, _TEXT))
    assert sum(len(row.data) for row in parts) * 100 < len(_TEXT)


async def test_an_upload_in_a_wrapper_is_stored_exact_and_makes_no_series(database: Database) -> None:
    wrapped = zlib.compress(_TEXT)
    for number in range(3):
        parts = await parts_of(database, await keep(database, upload_of(wrapped + b"%d" % number, _TEXT[number:])))
        assert b"".join(row.data for row in parts) == wrapped + b"%d" % number
        assert {(row.codec, row.base_id) for row in parts} == {(0, None)}
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(raw_keyframe))).scalar_one() == 0


async def test_an_upload_above_the_limit_of_memory_is_stored_alone_and_makes_no_series(database: Database) -> None:
    content = bytes(range(256)) * (33 << 10)
    first, second = await keep(database, content), await keep(database, content + b"x")
    assert await read(database, first) == content
    assert await read(database, second) == content + b"x"
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(raw_keyframe))).scalar_one() == 0
        assert (await read_stored(connection, second)).variants == ()


async def test_reading_a_big_upload_takes_little_memory_however_well_it_compressed(database: Database) -> None:
    blob_id = await _write(database, bytes(100 << 20))
    tracemalloc.start()
    try:
        async with database.reading() as connection:
            size = 0
            async for piece in read_blob(connection, blob_id):
                size += len(piece)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert size == 100 << 20


async def test_the_same_content_from_many_at_once_is_one_blob_with_one_set_of_slices(database: Database) -> None:
    content = _NOISE + _TEXT
    ids = await asyncio.gather(*(keep(database, content) for _ in range(6)))
    assert len(set(ids)) == 1
    assert len(await parts_of(database, ids[0])) == 1
    assert await read(database, ids[0]) == content


async def test_a_blob_of_which_nothing_is_left_is_damaged(database: Database) -> None:
    with pytest.raises(DamagedBlob):
        await read(database, 12345)


async def test_a_damaged_blob_is_a_loud_error_and_never_wrong_bytes(database: Database) -> None:
    blob_id = await _write(database, _TEXT)

    async def damage(connection) -> None:  # type: ignore[no-untyped-def]
        data = bytearray((await connection.execute(select(raw_part.c.data))).scalar_one())
        data[len(data) // 2] ^= 1
        await connection.execute(update(raw_part).values(data=bytes(data)))

    await database.write(damage)
    with pytest.raises(DamagedBlob):
        await read(database, blob_id)


async def test_a_spare_variant_heals_a_damaged_one(database: Database) -> None:
    blob_id = await _write(database, _TEXT)

    async def spare(connection) -> None:  # type: ignore[no-untyped-def]
        row = (await connection.execute(select(raw_part))).one()
        await connection.execute(
            raw_part.insert(), [{"blob_id": blob_id, "variant": 128, "seq": 0, "codec": 0, "data": _TEXT}]
        )
        await connection.execute(
            update(raw_part).where(raw_part.c.variant == 0).values(data=bytes(row.data)[:-4] + b"oops")
        )

    await database.write(spare)
    assert await read(database, blob_id) == _TEXT
    async with database.reading() as connection:
        assert (await connection.execute(select(raw_blob.c.size))).scalar_one() == len(_TEXT)
