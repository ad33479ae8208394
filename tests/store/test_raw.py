"""The raw store, on every database: what was sent comes back byte for byte, or loudly not at all."""

import hashlib
import io
import random
import zlib

import pytest
from sqlalchemy import select, update

from reanimator_gql.store.database import Database
from reanimator_gql.store.raw import DamagedBlob, Upload, read_blob
from reanimator_gql.store.raw_write import write_blob
from reanimator_gql.store.tables import raw_blob, raw_part
from tests.fixtures.world import day


def _upload(content: bytes, inside: bytes | None = None) -> Upload:
    exact = hashlib.sha256(content).digest()
    return Upload(io.BytesIO(content), len(content), exact, hashlib.sha256(inside).digest() if inside else exact)


async def _write(database: Database, upload: Upload, customer: int = 0) -> int:
    return await database.write(lambda c: write_blob(c, customer, upload, day(0)))


async def _read(database: Database, blob_id: int) -> bytes:
    async with database.reading() as connection:
        return b"".join([chunk async for chunk in read_blob(connection, blob_id)])


_TEXT = b"Handle 0x0011, DMI type 17, 40 bytes\n" * 3000
_NOISE = random.Random(1).randbytes(200_000)


@pytest.mark.parametrize("content", [b"", b"x", _TEXT, _NOISE, _NOISE[:7_900], _NOISE[:7_901]], ids=len)
async def test_bytes_come_back_as_they_were(database: Database, content: bytes) -> None:
    assert await _read(database, await _write(database, _upload(content))) == content


async def test_a_big_upload_is_streamed_and_comes_back(database: Database) -> None:
    content = random.Random(2).randbytes(10 << 20) + _TEXT
    assert await _read(database, await _write(database, _upload(content))) == content
    async with database.reading() as connection:
        sizes = [len(row.data) for row in (await connection.execute(select(raw_part.c.data))).all()]
    assert max(sizes) <= 1 << 20
    assert len(sizes) > 8


async def test_equal_content_of_one_customer_is_one_blob_and_of_another_its_own(database: Database) -> None:
    first = await _write(database, _upload(_TEXT))
    assert await _write(database, _upload(_TEXT)) == first
    assert await _write(database, _upload(_TEXT), customer=7) != first


async def test_the_wrapper_that_was_first_sent_is_what_comes_back(database: Database) -> None:
    wrapped = zlib.compress(_TEXT)
    first = await _write(database, _upload(wrapped, inside=_TEXT))
    assert await _write(database, _upload(_TEXT)) == first
    assert await _read(database, first) == wrapped


async def test_a_text_takes_little_room(database: Database) -> None:
    blob_id = await _write(database, _upload(_TEXT))
    async with database.reading() as connection:
        rows = (await connection.execute(select(raw_part).where(raw_part.c.blob_id == blob_id))).all()
    assert sum(len(row.data) for row in rows) * 100 < len(_TEXT)


async def test_a_damaged_blob_is_a_loud_error_and_never_wrong_bytes(database: Database) -> None:
    blob_id = await _write(database, _upload(_TEXT))

    async def damage(connection) -> None:  # type: ignore[no-untyped-def]
        data = bytearray((await connection.execute(select(raw_part.c.data))).scalar_one())
        data[len(data) // 2] ^= 1
        await connection.execute(update(raw_part).values(data=bytes(data)))

    await database.write(damage)
    with pytest.raises(DamagedBlob):
        await _read(database, blob_id)


async def test_a_spare_variant_heals_a_damaged_one(database: Database) -> None:
    blob_id = await _write(database, _upload(_TEXT))

    async def spare(connection) -> None:  # type: ignore[no-untyped-def]
        row = (await connection.execute(select(raw_part))).one()
        await connection.execute(
            raw_part.insert(), [{"blob_id": blob_id, "variant": 128, "seq": 0, "codec": 0, "data": _TEXT}]
        )
        await connection.execute(
            update(raw_part).where(raw_part.c.variant == 0).values(data=bytes(row.data)[:-4] + b"oops")
        )

    await database.write(spare)
    assert await _read(database, blob_id) == _TEXT
    async with database.reading() as connection:
        assert (await connection.execute(select(raw_blob.c.size))).scalar_one() == len(_TEXT)
