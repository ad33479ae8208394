"""Real files of real servers, through the whole way: these machines and no others, once, in any order.

What each file holds was written down by hand from reading it.
"""

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.rebuild import digest, verify
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from reanimator_gql.store.tables import assets, components, installations, publications, snapshots, timeline_events
from tests.fixtures.databases import make_dsn
from tests.fixtures.rows import count, rows
from tests.fixtures.world import day, send

pytestmark = pytest.mark.thorough

_SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
if not _SAMPLES.exists():
    pytest.skip("this checkout has no shared samples beside it", allow_module_level=True)

# machine -> parts by kind
MACHINES = {
    "762ZM62": {"BOARD": 1, "CPU": 2, "MEMORY": 8},  # Dell PowerEdge M630, its tag read from the UUID
    "CZ224603Q8": {"BOARD": 1, "CPU": 2, "MEMORY": 10, "PSU": 2},  # HP DL380p Gen8, likewise
    "QTFCQ57140285": {"BOARD": 1, "CPU": 1, "MEMORY": 2},  # QCT X10E-9N
    "A177950X7709591": {"BOARD": 1, "CPU": 2, "MEMORY": 4, "PSU": 2},  # Supermicro SYS-6018R
    "D5S0R8000105": {"BOARD": 1, "CPU": 1, "MEMORY": 2, "STORAGE": 2, "NIC": 1, "TPM": 1},  # ASRock Rack, both tools
    "11WLK93": {"BOARD": 1, "CPU": 1, "MEMORY": 8, "STORAGE": 4, "HBA": 1, "NIC": 1, "PSU": 2},  # Dell R6515
}
SERIALS = {
    "QTFCQ57140285": {"CQ571000415", "328CBA1D", "328CB9DF"},
    "A177950X7709591": {
        "ZM152S007866", "2AA5B8E9", "2AA5B923", "2AA5B88C", "2AA5B86B", "P5041CG52ST0022", "P5041CG52ST0021",
    },
    "D5S0R8000105": {"196231220000153", "F0F9053F", "F0F90894", "PHYF001300HB480BGN", "PHYF001209KL480BGN"},
    "11WLK93": {
        "CNCMS0009G0078", "3510CB77", "3510CB7F", "3510CBDD", "3510CBDE", "3510CC78", "3510CC8C", "3510CC93",
        "3510CC97", "202728F691F5", "202728F691C6", "203329F89392", "203329F89796", "CNLOD000B229D6", "CNLOD000B232CD",
    },
    "762ZM62": set(),  # every serial of these two files was overwritten with 4242
    "CZ224603Q8": set(),
}  # fmt: skip
FILES = [
    "dmidecode/Dell_PowerEdge_M630.dmidecode.txt",
    "dmidecode/HP_DL380p_Gen8.dmidecode.txt",
    "dmidecode/QCT_X10E-9N.dmidecode.txt",
    "dmidecode/SM_SYS-6018R.dmidecode.txt",
    "dmidecode/asrockrack-e3c246d4i-nl.dmidecode.txt",
    "lshw/asrockrack-e3c246d4i-nl.lshw.json",
    "lshw/dell-r6515.lshw.json",
]
PARTIAL = ["dmidecode/dell-r6515-psu.dmidecode.txt", "dmidecode/dell-r6515-tpm.dmidecode.txt"]


async def _send_all(context: Context, files: list[str]) -> None:
    for name in files:
        await send(context, (_SAMPLES / name).read_bytes(), filename=name, collected_at=day(1))


async def _machines(context: Context) -> dict[str, tuple[dict[str, int], set[str]]]:
    statement = (
        select(assets.c.vendor_serial.label("machine"), components.c.kind, components.c.vendor_serial.label("serial"))
        .join_from(installations, assets, assets.c.id == installations.c.asset_id)
        .join(components, components.c.id == installations.c.component_id)
        .where(installations.c.removed_at.is_(None))
    )
    found: dict[str, tuple[Counter[str], set[str]]] = {}
    for row in await rows(context, statement):
        kinds, serials = found.setdefault(row.machine, (Counter(), set()))
        kinds[row.kind] += 1
        if row.serial:
            serials.add(row.serial)
    return {name: (dict(kinds), serials) for name, (kinds, serials) in found.items()}


async def test_the_samples_become_these_machines_with_these_parts_and_no_others(context: Context) -> None:
    await _send_all(context, FILES)
    found = await _machines(context)
    assert {name: kinds for name, (kinds, _) in found.items()} == MACHINES
    assert {name: serials for name, (_, serials) in found.items()} == SERIALS
    assert await count(context, assets) == len(MACHINES)


async def test_a_second_run_creates_nothing(context: Context) -> None:
    await _send_all(context, FILES)
    before = [await count(context, table) for table in (snapshots, timeline_events, publications)]
    await _send_all(context, FILES)
    assert [await count(context, table) for table in (snapshots, timeline_events, publications)] == before


@pytest.mark.parametrize("name", PARTIAL)
async def test_a_partial_dmidecode_is_refused_with_a_reason(context: Context, name: str) -> None:
    with pytest.raises(Refused, match="names no machine"):
        await send(context, (_SAMPLES / name).read_bytes(), filename=name, collected_at=day(1))
    assert await count(context, assets) == 0


@pytest.mark.parametrize("name", FILES[2:4])
async def test_a_dmidecode_that_was_cut_removes_nothing(context: Context, name: str) -> None:
    whole = (_SAMPLES / name).read_bytes()
    await send(context, whole, collected_at=day(0))
    for tenth in range(1, 10):
        with suppress(Refused):  # cut before anything names the machine
            await send(context, whole[: len(whole) * tenth // 10], collected_at=day(tenth))
    gone = select(timeline_events.c.kind).where(timeline_events.c.kind.in_(["REMOVED", "REPLACED", "SLOT_CHANGED"]))
    assert await rows(context, gone) == []
    assert await count(context, snapshots) > 5


async def test_two_tools_by_turns_make_no_event_after_the_first_of_each(context: Context) -> None:
    views = ["lshw/asrockrack-e3c246d4i-nl.lshw.json", "dmidecode/asrockrack-e3c246d4i-nl.dmidecode.txt"]
    for t in range(2):
        await send(context, (_SAMPLES / views[t]).read_bytes(), collected_at=day(t))
    made = await count(context, timeline_events)
    for t in range(2, 10):
        await send(context, (_SAMPLES / views[t % 2]).read_bytes(), collected_at=day(t))
    assert await count(context, timeline_events) == made
    assert await verify(context) == []


@pytest.mark.mariadb
async def test_any_order_on_any_database_gives_one_digest(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    digests = set()
    for driver in ("sqlite", "aiomysql", "asyncmy"):
        files = list(FILES)
        random.Random(driver).shuffle(files)
        database = Database(make_dsn(request, driver, tmp_path))
        await upgrade(database)
        context = Context(database)
        await _send_all(context, files)
        digests.add(await digest(context))
        await database.close()
    assert len(digests) == 1
