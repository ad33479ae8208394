"""Real files of real servers, through the whole way: these machines and no others, once, in any order.

What each file holds was written down by hand from reading it.
"""

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from reanimator_gql.cli.bundles import bundles_of
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
    "PB4F20N": {"BOARD": 1, "CPU": 1, "MEMORY": 2, "STORAGE": 1, "NIC": 2},  # Lenovo ThinkPad, lshw in XML
    "7N62AI2": {"BOARD": 1},  # Dell R6515, sysfs
    "FOOXD53": {"BOARD": 1, "TPM": 1},  # Dell R6515, one Redfish resource: its tag is the SKU
    "MXQ2390RHW": {  # HPE DL360 Gen10 Plus, a whole Redfish tree
        "BOARD": 1, "BMC": 1, "CPU": 2, "MEMORY": 12, "STORAGE": 2, "NIC": 2, "RAID": 1, "PSU": 2, "BATTERY": 1,
        "BACKPLANE": 1, "TPM": 1,
    },
    "437XR1138R2": {  # the DMTF's mock-up
        "BOARD": 1, "BMC": 1, "CPU": 1, "MEMORY": 3, "STORAGE": 2, "NIC": 2, "GPU": 1, "PCIE": 1, "PSU": 1,
        "BATTERY": 1, "TPM": 1,
    },
    "00000000000000000000ac1f6b18a45a": {"BOARD": 1, "BMC": 1, "CPU": 1, "MEMORY": 4, "NIC": 4},  # Supermicro X10SDV
}  # fmt: skip
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
    "PB4F20N": {"1ZLMB31B1G6", "1222BCCE", "1222BCA2", "81PS10ECTMAZ"},
    "7N62AI2": {"GRTCL6944100GP"},
    "FOOXD53": {"CNCMU0005400IJ"},
    "MXQ2390RHW": {
        "PZCRC0CRHGW05Z", "14D4DE03", "14D4E768", "14D4DE05", "14D4E79E", "14D4DDBC", "14D4DE0B", "14D4EF3C",
        "14D4DD72", "14D4EEBA", "14D4F42F", "14D4EF35", "14D4DE04", "S521NA0T605357", "S521NA0T605338", "ILC220027S",
        "PWWTT0C52GE0FF", "5WBYE0F4DGX2JS", "5WBYE0F4DGX2K2", "6WSPU0EB2GS0AZ",
    },
    "437XR1138R2": {"2M220100SL", "3488247"},
    "00000000000000000000ac1f6b18a45a": {"16E1FD76", "16E203D3", "16E1FD2E", "16E1F6F3"},
    "762ZM62": set(),  # every serial of these two files was overwritten with 4242
    "CZ224603Q8": set(),
}  # fmt: skip
LOTS = {
    "S521NA0T605357": "SSD_SATA_00.48TB", "14D4DE03": "DIMM_DDR4_016GB_3200", "ILC220027S": "NIC_025G_2P",
    "PWWTT0C52GE0FF": "RAID_HPE_SR416I_A_GEN10", "5WBYE0F4DGX2JS": "PSU_0800W", "3510CB7F": "DIMM_DDR4_032GB_3200",
    "CNLOD000B229D6": "PSU_0550W", "PHYF001300HB480BGN": "DRIVE_SATA_00.48TB", "2AA5B8E9": "DIMM_DDR4_016GB_2400",
}  # fmt: skip
# What the command line makes of the folder: a file each, and three Redfish trees.
BUNDLES = {str(bundle.path.relative_to(_SAMPLES)): bundle for bundle in bundles_of([_SAMPLES], whole=False)}
FILES = [
    "dmidecode/Dell_PowerEdge_M630.dmidecode.txt",
    "dmidecode/HP_DL380p_Gen8.dmidecode.txt",
    "dmidecode/QCT_X10E-9N.dmidecode.txt",
    "dmidecode/SM_SYS-6018R.dmidecode.txt",
    "dmidecode/asrockrack-e3c246d4i-nl.dmidecode.txt",
    "lshw/asrockrack-e3c246d4i-nl.lshw.json",
    "lshw/dell-r6515.lshw.json",
    "lshw/lenovo-thinkpad-2347.lshw.xml",
    "redfish/dell-poweredge-single/system.embedded.1.json",
    "redfish/dmtf-public-rackmount1",
    "redfish/hpe-dl360-gen10plus",
    "redfish/supermicro-x10sdv",
    "sysfs/dell-r6515-dmi-id.txt",
]
# What the words of a refusal begin with, by folder, for all that names no machine or is nothing of ours.
REFUSALS = {
    "dmidecode": "names no machine", "nvme": "names no machine", "lspci": "names no machine",
    "sysfs": "names no machine", "ironic": "names no machine", "redfish": "no machine",
    "smartctl": "names no machine|a scan list of smartctl",
    "ipmi": "it is `ipmitool", "vendor-tools": "it is the", "smartctl-text": "the text of smartctl",
    "SOURCES.md": "no known format",
}  # fmt: skip
PARTIAL = ["dmidecode/dell-r6515-psu.dmidecode.txt", "dmidecode/dell-r6515-tpm.dmidecode.txt"]


async def _send_all(context: Context, files: list[str]) -> None:
    for name in files:
        await send(context, content(name), filename=name, collected_at=day(1))


def content(name: str) -> bytes:
    """Return the bytes that the command line would send."""
    with BUNDLES[name].open() as file:
        return file.read()


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
    stored = await rows(context, select(components))
    by_serial = {row.vendor_serial: row.derived_lot for row in stored}
    assert {serial: by_serial[serial] for serial in LOTS} == LOTS
    of_names = {row.derived_lot for row in stored if row.kind in {"CPU", "HBA"}}
    assert {"CPU_INTEL_XEON_SILVER_4310", "CPU_AMD_EPYC_7502P", "HBA_SAS_012G"} <= of_names
    # Link data is what the files say, and absent where they say nothing.
    linked = {
        (row.kind, row.link_width, row.max_link_width, row.max_link_speed_gts) for row in stored if row.max_link_width
    }
    assert linked == {("RAID", 8, 8, 16.0), ("PCIE", None, 8, 16.0)}


async def test_a_second_run_creates_nothing(context: Context) -> None:
    await _send_all(context, FILES)
    before = [await count(context, table) for table in (snapshots, timeline_events, publications)]
    await _send_all(context, FILES)
    assert [await count(context, table) for table in (snapshots, timeline_events, publications)] == before


async def test_everything_else_in_the_folder_is_refused_with_a_precise_reason(context: Context) -> None:
    for name in BUNDLES.keys() - set(FILES):
        with pytest.raises(Refused, match=REFUSALS[name.partition("/")[0]]) as refusal:
            await send(context, content(name), filename=name, collected_at=day(1))
        assert refusal.value.remedy
    assert await count(context, assets) == 0


async def test_the_drives_of_a_bundle_of_smartctl_join_those_that_lshw_told(context: Context) -> None:
    await _send_all(context, ["lshw/dell-r6515.lshw.json"])
    before = await _machines(context)
    (bundle,) = bundles_of([_SAMPLES / "smartctl/dell-r6515"], whole=True)
    with bundle.open() as file:
        await send(context, file.read(), asset="11WLK93", collected_at=day(2))
    assert await _machines(context) == before
    told = select(timeline_events.c.kind).where(timeline_events.c.kind.in_(["REMOVED", "MOVED", "SLOT_CHANGED"]))
    assert await rows(context, told) == []


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
