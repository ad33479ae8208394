"""The drill: whatever happens to stored bytes, each blob reads back as it was or says loudly that it is damaged."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from reanimator_gql.store.database import Database
from reanimator_gql.store.raw import DamagedBlob
from reanimator_gql.store.raw_series import KeyframeCache, series_of
from reanimator_gql.store.tables import raw_part
from tests.fixtures.raw_store import base_of, keep, read, upload_of
from tests.fixtures.world import day

Part = dict[str, Any]
Harm = Callable[[random.Random, Part, list[Part]], Part | None]

_RIGHT, _DAMAGED = "right", "damaged"


def _flip(rng: random.Random, part: Part, _all: list[Part]) -> Part:
    data = bytearray(part["data"])
    for _ in range(rng.choice([1, 1, 1, 3, 20]) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return {**part, "data": bytes(data)}


def _cut(rng: random.Random, part: Part, _all: list[Part]) -> Part:
    return {**part, "data": part["data"][: rng.randrange(len(part["data"]) + 1)]}


def _overwrite(rng: random.Random, part: Part, _all: list[Part]) -> Part:
    data = bytearray(part["data"])
    at = rng.randrange(len(data) + 1)
    data[at : at + 64] = rng.choice([bytes(64), b"\xff" * 64, rng.randbytes(64)])
    return {**part, "data": bytes(data)}


def _another_codec(rng: random.Random, part: Part, _all: list[Part]) -> Part:
    return {**part, "codec": rng.choice([0, 1, 2, 3, 4, 7, -1, 99])}


def _another_base(rng: random.Random, part: Part, every: list[Part]) -> Part:
    return {**part, "base_id": rng.choice([None, part["blob_id"], 10**9, rng.choice(every)["blob_id"]])}


def _anothers_data(rng: random.Random, part: Part, every: list[Part]) -> Part:
    other = rng.choice(every)
    return {**part, "codec": other["codec"], "base_id": other["base_id"], "data": other["data"]}


def _missing(_rng: random.Random, _part: Part, _all: list[Part]) -> None:
    return None


def _another_place(rng: random.Random, part: Part, _all: list[Part]) -> Part:
    return {**part, **rng.choice([{"seq": 1_000}, {"variant": 128}, {"variant": 128, "seq": 1}])}


_HARMS: list[Harm] = [
    _flip, _flip, _flip, _cut, _overwrite, _another_codec, _another_base, _anothers_data, _missing, _another_place,
]  # fmt: skip


def _text(rng: random.Random, lines: int) -> bytes:
    return "".join(f"Handle 0x{n:04X}, Serial Number: {rng.randbytes(4).hex()}\n" for n in range(lines)).encode()


async def _store(database: Database, rng: random.Random) -> dict[int, bytes]:
    """Store series of several sizes, each a keyframe with deltas, and others alone; return all by id."""
    sent: dict[int, bytes] = {}
    cache = KeyframeCache()
    for number, lines in enumerate((3, 40, 1_500, 9_000)):
        content = _text(rng, lines)
        for of_day in range(5):
            at = rng.randrange(len(content))
            content = content[:at] + b"%d" % of_day + content[at + 1 :]
            series = series_of(0, "text", str(number))
            sent[await keep(database, content, day(of_day), series=series, cache=cache)] = content
    for content in (b"", b"x", rng.randbytes(30_000)):
        sent[await keep(database, content, series=None)] = content
    wrapped = rng.randbytes(9_000)
    sent[await keep(database, upload_of(wrapped, b"inside"))] = wrapped
    return sent


async def _all_parts(database: Database) -> list[Part]:
    async with database.reading() as connection:
        rows = (await connection.execute(select(raw_part))).mappings().all()
    return [{**row, "data": bytes(row["data"])} for row in rows]


async def _put(database: Database, parts: list[Part]) -> None:
    """Make these the slices of the store."""

    async def work(connection: Any) -> None:
        await connection.execute(raw_part.delete())
        for part in parts:
            await connection.execute(insert(raw_part), [part])

    await database.write(work)


async def _outcome(database: Database, blob_id: int, content: bytes) -> str:
    try:
        given = await read(database, blob_id)
    except DamagedBlob:
        return _DAMAGED
    assert given == content, "wrong bytes were given"
    return _RIGHT


async def _outcomes(database: Database, sent: dict[int, bytes]) -> dict[int, str]:
    return {blob_id: await _outcome(database, blob_id, content) for blob_id, content in sent.items()}


async def test_the_drill_one_harm_after_another(database: Database) -> None:
    rng = random.Random(20250101)
    sent = await _store(database, rng)
    whole = await _all_parts(database)
    bases = {blob_id: await base_of(database, blob_id) for blob_id in sent}
    assert len(whole) > len(sent), "some are cut into slices"
    assert sum(base is not None for base in bases.values()) == 16
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(60):
        part, harm = rng.choice(whole), rng.choice(_HARMS)
        harmed = harm(rng, part, whole)
        await _put(database, [one for one in [harmed if one is part else one for one in whole] if one is not None])
        after = await _outcomes(database, sent)
        for blob_id, outcome in after.items():
            if part["blob_id"] not in {blob_id, bases[blob_id]}:
                assert outcome == _RIGHT, "harm spread to what does not rest on it"
            elif blob_id != part["blob_id"]:
                assert outcome == after[part["blob_id"]], "a delta is as good as its keyframe"
        seen[harm.__name__, after[part["blob_id"]]] += 1
    assert sum(n for (_, outcome), n in seen.items() if outcome == _DAMAGED) > 30, seen
    assert {outcome for (_, outcome) in seen} == {_RIGHT, _DAMAGED}, seen
    await _put(database, whole)
    assert set((await _outcomes(database, sent)).values()) == {_RIGHT}


async def test_the_drill_many_harms_at_once(database: Database) -> None:
    rng = random.Random(20250102)
    sent = await _store(database, rng)
    whole = await _all_parts(database)
    seen: Counter[str] = Counter()
    for rounds in range(12):
        parts = {(p["blob_id"], p["variant"], p["seq"]): p for p in whole}
        for key in rng.sample(sorted(parts), 1 + rounds * len(parts) // 16):
            harmed = rng.choice(_HARMS)(rng, parts.pop(key), whole)
            if harmed is not None:
                parts[harmed["blob_id"], harmed["variant"], harmed["seq"]] = harmed
        await _put(database, list(parts.values()))
        seen.update((await _outcomes(database, sent)).values())
    assert seen[_RIGHT] > 20, seen
    assert seen[_DAMAGED] > 100, seen


async def test_the_drill_of_a_big_blob(database: Database) -> None:
    rng = random.Random(20250103)
    content = rng.randbytes(6 << 20) + _text(rng, 120_000)
    blob_id = await keep(database, content)
    whole = await _all_parts(database)
    assert len(whole) > 6
    seen: Counter[str] = Counter()
    for harm in (_flip, _cut, _overwrite, _another_codec, _missing, _another_place):
        first, *others = [harm(rng, whole[0], whole), *whole[1:]]
        await _put(database, [*([first] if first is not None else []), *others])
        seen[await _outcome(database, blob_id, content)] += 1
    await _put(database, whole)
    seen[await _outcome(database, blob_id, content)] += 1
    assert seen[_RIGHT] >= 1
    assert seen[_DAMAGED] >= 5


async def test_a_spare_of_a_keyframe_heals_it_and_its_deltas(database: Database) -> None:
    rng = random.Random(20250104)
    sent = await _store(database, rng)
    whole = await _all_parts(database)
    bases = {base for blob_id in sent if (base := await base_of(database, blob_id)) is not None}
    harmed = [_flip(rng, part, whole) if part["blob_id"] in bases else part for part in whole]
    spares = [
        {"blob_id": base, "variant": 128, "seq": 0, "codec": 0, "base_id": None, "dict_id": None, "data": sent[base]}
        for base in bases
    ]
    await _put(database, harmed)
    assert _DAMAGED in (await _outcomes(database, sent)).values()
    await _put(database, harmed + spares)
    assert set((await _outcomes(database, sent)).values()) == {_RIGHT}


async def test_a_delta_that_claims_to_rest_on_a_delta_or_on_itself_is_damaged(database: Database) -> None:
    rng = random.Random(20250105)
    sent = await _store(database, rng)
    deltas = [part for part in await _all_parts(database) if part["base_id"] is not None]
    one, other = deltas[0], deltas[1]
    for base in (one["blob_id"], other["blob_id"]):
        await _put(database, [part if part is not one else {**one, "base_id": base} for part in deltas])
        with pytest.raises(DamagedBlob, match=f"blob {base}, which it rests on"):
            await read(database, one["blob_id"])
    assert len(sent) > 20
