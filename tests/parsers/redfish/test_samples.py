"""Redfish over real trees: what a technician reads in them, written down by hand.

The files are no part of the project; where they are missing the module is skipped.
"""

import random
from collections import Counter
from pathlib import Path

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import MachineIdentifiers, Snapshot
from reanimator_gql.parsers.parser import File, Reading
from reanimator_gql.parsers.redfish.parser import PARSER

pytestmark = pytest.mark.thorough

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "redfish"
ALL = ("dell-poweredge-single", "dmtf-public-rackmount1", "hpe-dl360-gen10plus", "supermicro-x10sdv")

if not SAMPLES.is_dir():
    pytest.skip("the folder of real files is not beside this checkout", allow_module_level=True)


def files(name: str) -> list[File]:
    folder = SAMPLES / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [File(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]


def reading(name: str) -> Reading:
    given = files(name)
    assert all(PARSER.sniff(file) for file in given)
    return PARSER.parse(given)


def read(name: str) -> Snapshot:
    (snapshot,) = reading(name).snapshots
    assert snapshot.warnings == ()
    return snapshot


def counts(snapshot: Snapshot) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many parts of each kind are present, and how many places of each kind are empty."""
    present = Counter(str(item.kind) for item in snapshot.items if item.present)
    absent = Counter(str(item.kind) for item in snapshot.items if not item.present)
    return dict(present), dict(absent)


def serials(snapshot: Snapshot, kind: Kind) -> list[tuple[str | None, str | None]]:
    return [(item.slot, item.serial) for item in snapshot.items if item.kind is kind and item.present]


def empty(snapshot: Snapshot, kind: Kind) -> list[str | None]:
    return [item.slot for item in snapshot.items if item.kind is kind and not item.present]


def test_hpe_dl360_gen10_plus() -> None:
    snapshot = read("hpe-dl360-gen10plus")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="HPE",
        product="ProLiant DL360 Gen10 Plus - SIMULATED",
        system_serial="MXQ2390RHW",
        sku="P28948-B21",
        uuid="39383250-3834-584D-5132-333930524857",
        board_serial="PZCRC0CRHGW05Z",
        chassis_serial="MXQ2390RHW",
    )
    assert counts(snapshot) == (
        {
            "BOARD": 1,
            "BMC": 1,
            "CPU": 2,
            "MEMORY": 12,
            "STORAGE": 2,
            "NIC": 2,
            "RAID": 1,
            "PSU": 2,
            "BATTERY": 1,
            "BACKPLANE": 1,
            "TPM": 1,
        },
        {"MEMORY": 20, "STORAGE": 6, "PCIE": 1},
    )
    assert serials(snapshot, Kind.BOARD) == [(None, "PZCRC0CRHGW05Z")]
    assert serials(snapshot, Kind.CPU) == [("Proc 1", None), ("Proc 2", None)]
    assert serials(snapshot, Kind.MEMORY) == [
        ("PROC 1 DIMM 1", "14D4DE03"),
        ("PROC 1 DIMM 3", "14D4E768"),
        ("PROC 1 DIMM 7", "14D4DE05"),
        ("PROC 1 DIMM 10", "14D4E79E"),
        ("PROC 1 DIMM 14", "14D4DDBC"),
        ("PROC 1 DIMM 16", "14D4DE0B"),
        ("PROC 2 DIMM 1", "14D4EF3C"),
        ("PROC 2 DIMM 3", "14D4DD72"),
        ("PROC 2 DIMM 7", "14D4EEBA"),
        ("PROC 2 DIMM 10", "14D4F42F"),
        ("PROC 2 DIMM 14", "14D4EF35"),
        ("PROC 2 DIMM 16", "14D4DE04"),
    ]
    # Each drive is told three times, each NIC and the RAID card up to five times.
    bay = "Slot=12:Port=2I:Box=1:Bay="
    assert serials(snapshot, Kind.STORAGE) == [(f"{bay}1", "S521NA0T605357"), (f"{bay}2", "S521NA0T605338")]
    assert empty(snapshot, Kind.STORAGE) == [f"{bay}{n}" for n in range(3, 9)]
    assert serials(snapshot, Kind.NIC) == [("PCI-E Slot 1", "ILC220027S"), ("OCP 3.0 Slot 10", "507C6F139096")]
    assert serials(snapshot, Kind.RAID) == [("Slot=12", "PWWTT0C52GE0FF")]
    assert empty(snapshot, Kind.PCIE) == ["PCI-E Slot 2"]
    assert serials(snapshot, Kind.PSU) == [("Bay 1", "5WBYE0F4DGX2JS"), ("Bay 2", "5WBYE0F4DGX2K2")]
    assert serials(snapshot, Kind.BATTERY) == [(None, "6WSPU0EB2GS0AZ")]
    assert serials(snapshot, Kind.BACKPLANE) == [("Slot=12:Port=2I:Box=1", None)]
    assert snapshot.coverage == {
        *(Kind.BOARD, Kind.BMC, Kind.CPU, Kind.MEMORY, Kind.STORAGE, Kind.PSU),
        *(Kind.NIC, Kind.HBA, Kind.RAID, Kind.GPU, Kind.PCIE),
    }
    (bad,) = reading("hpe-dl360-gen10plus").bad
    assert bad.path == "Systems/1/sut/systeminventory/index.json"


def test_the_cards_of_the_dl360() -> None:
    snapshot = read("hpe-dl360-gen10plus")
    mellanox, intel = [item for item in snapshot.items if item.kind is Kind.NIC]
    assert (mellanox.part_number, mellanox.firmware) == ("P13186-001", "16.35.4030")
    assert mellanox.macs == ("88:e9:a4:6b:a8:ac", "88:e9:a4:6b:a8:ad")
    assert (mellanox.attributes["ports"], mellanox.attributes["port_speed_gbps"]) == (2, 25)
    assert (intel.model, intel.part_number) == ("Intel Eth Adptr I350T4 OCPv3", "K53978-005")
    assert intel.macs == tuple(f"50:7c:6f:13:90:9{n}" for n in (6, 7, 8, 9))
    (raid,) = [item for item in snapshot.items if item.kind is Kind.RAID]
    assert (raid.model, raid.firmware, raid.part_number) == ("HPE SR416i-a Gen10+", "03.01.33.044", "P12691-001")
    assert (raid.link_width, raid.max_link_width, raid.max_link_speed_gts) == (8, 8, 16.0)
    assert (raid.attributes.get("bus"), raid.attributes["speed_gbps"]) == (None, 22.5)
    drive = next(item for item in snapshot.items if item.kind is Kind.STORAGE)
    assert (drive.model, drive.firmware, drive.wwn) == ("MK000480GWSSC", "HPG3", "31402EC013A3F46F")
    assert {name: drive.attributes[name] for name in ("interface", "media", "size_bytes")} == {
        "interface": "SATA",
        "media": "SSD",
        "size_bytes": 480_103_981_056,
    }
    dimm = next(item for item in snapshot.items if item.kind is Kind.MEMORY)
    assert {name: dimm.attributes[name] for name in ("type", "size_mb", "max_speed_mhz")} == {
        "type": "DDR4",
        "size_mb": 16384,
        "max_speed_mhz": 3200,
    }
    assert dimm.telemetry["speed_mhz"] == 2666
    board, bmc = snapshot.items[:2]
    assert (board.firmware, board.part_number) == ("U46 v2.34 (03/11/2025)", "P09120-111")
    assert (bmc.model, bmc.firmware) == ("iLO 5", "iLO 5 v3.11")


def test_dmtf_rackmount_mockup() -> None:
    snapshot = read("dmtf-public-rackmount1")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Contoso",
        product="3500",
        system_serial="437XR1138R2",
        sku="8675309",
        uuid="38947555-7742-3448-3784-823347823834",
        chassis_serial="437XR1138R2",
        bmc_mac="23:11:8A:33:CF:EA",
        asset_tag="Chicago-45Z-2381",
        host_name="web483",
    )
    # Of two lists of power supplies the newer counts; roots of trust, USB controllers and the VLAN are no parts.
    assert counts(snapshot) == (
        {
            "BOARD": 1,
            "BMC": 1,
            "CPU": 1,
            "MEMORY": 3,
            "STORAGE": 2,
            "NIC": 2,
            "GPU": 1,
            "PCIE": 1,
            "PSU": 1,
            "BATTERY": 1,
            "TPM": 1,
        },
        {"CPU": 1, "MEMORY": 1, "STORAGE": 2, "PSU": 1},
    )
    assert serials(snapshot, Kind.MEMORY) == [(f"DIMM Slot {n}", None) for n in (1, 2, 3)]
    assert (empty(snapshot, Kind.MEMORY), empty(snapshot, Kind.CPU)) == (["DIMM Slot 4"], ["CPU 2"])
    assert serials(snapshot, Kind.STORAGE) == [("SATA Bay 1", None), ("SATA Bay 2", None)]
    assert serials(snapshot, Kind.GPU) == [("Slot 1", "2M220100SL")]
    assert serials(snapshot, Kind.PSU) == [("PSU 1", "3488247")]
    assert empty(snapshot, Kind.PSU) == ["PSU 2"]
    assert [item.macs for item in snapshot.items if item.kind is Kind.NIC] == [
        ("12:44:6A:3B:04:11",),
        ("12:44:6A:3B:88:90",),
    ]
    covered = {Kind.BOARD, Kind.BMC, Kind.CPU, Kind.MEMORY, Kind.STORAGE, Kind.PSU}
    assert snapshot.coverage == covered


def test_supermicro_x10sdv() -> None:
    snapshot = read("supermicro-x10sdv")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Supermicro",
        product="Super Server",
        sku="To be filled by O.E.M.",
        uuid="00000000-0000-0000-0000-AC1F6B18A45A",
        bmc_mac="AC:1F:6B:18:A2:41",
    )
    assert counts(snapshot) == ({"BOARD": 1, "BMC": 1, "CPU": 1, "MEMORY": 4, "NIC": 4}, {})
    assert serials(snapshot, Kind.MEMORY) == [
        ("DIMMA1", "16E1FD76"),
        ("DIMMA2", "16E203D3"),
        ("DIMMB1", "16E1FD2E"),
        ("DIMMB2", "16E1F6F3"),
    ]
    # No card is listed, so the interfaces are all that is known of them.
    assert [(item.slot, item.macs) for item in snapshot.items if item.kind is Kind.NIC] == [
        ("OnBoard LAN 1", ("ac:1f:6b:18:a4:5a",)),
        ("OnBoard LAN 2", ("ac:1f:6b:18:a4:5b",)),
        ("OnBoard LAN 3", ("ac:1f:6b:18:a6:b2",)),
        ("OnBoard LAN 4", ("ac:1f:6b:18:a6:b3",)),
    ]
    # Its Storage collection is not in the bundle, and its Power lists no supplies.
    assert snapshot.coverage == {Kind.BOARD, Kind.BMC, Kind.CPU, Kind.MEMORY}


def test_dell_system_alone() -> None:
    snapshot = read("dell-poweredge-single")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Dell Inc.",
        product="PowerEdge R6515",
        system_serial="CNCMU0005400IJ",
        sku="FOOXD53",
        uuid="4c4c4544-004c-4410-8058-c6c04f443533",
        chassis_serial="FOOXD53",
    )
    assert counts(snapshot) == ({"BOARD": 1, "TPM": 1}, {})
    assert serials(snapshot, Kind.BOARD) == [(None, "CNCMU0005400IJ")]
    assert [item.firmware for item in snapshot.items] == ["2.2.4", "1.3.1.0"]
    assert snapshot.coverage == {Kind.BOARD}


def test_sushy_s_resources_together_are_parts_without_a_machine() -> None:
    snapshot = read("sushy-single-resources")
    assert snapshot.machine == MachineIdentifiers()
    assert counts(snapshot) == ({"CPU": 1, "STORAGE": 3, "NIC": 2, "RAID": 1, "PSU": 2}, {})
    assert {serial for _, serial in serials(snapshot, Kind.STORAGE)} == {"1234567", "1234568", "1234570"}
    assert serials(snapshot, Kind.NIC) == [("NIC.Integrated.1", "IL7403101N00ZJ"), ("Slot 1", None)]
    assert serials(snapshot, Kind.RAID) == [(None, "2M220100SL")]
    assert serials(snapshot, Kind.PSU) == [("Power Supply 0", "1S0000523"), ("Power Supply 1", "1S0000524")]
    assert snapshot.coverage == frozenset()


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("drive.json", ["STORAGE"]),
        ("drive2.json", ["STORAGE"]),
        ("network_adapter.json", ["NIC"]),
        ("pcie_device.json", ["NIC"]),
        ("pcie_device_onboard.json", []),
        ("pcie_function.json", []),
        ("port.json", []),
        ("power.json", ["PSU", "PSU"]),
        ("processor.json", ["CPU"]),
        ("storage.json", ["RAID"]),
    ],
)
def test_sushy_s_resources_alone(name: str, kinds: list[str]) -> None:
    content = (SAMPLES / "sushy-single-resources" / name).read_bytes()
    found = PARSER.parse([File("", content)])
    assert [str(item.kind) for one in found.snapshots for item in one.items] == kinds
    assert len(found.bad) == (0 if kinds else 1)


@pytest.mark.parametrize("name", ALL)
def test_the_order_of_real_files_does_not_matter(name: str) -> None:
    given = files(name)
    expected = PARSER.parse(given)
    for seed in range(5):
        random.Random(seed).shuffle(given)
        found = PARSER.parse(given)
        assert found.snapshots == expected.snapshots
        assert [bad.path for bad in found.bad] == [bad.path for bad in expected.bad]


def test_several_real_machines_in_one_bundle_stay_apart() -> None:
    given = [File(f"{name}/{file.path}", file.content) for name in ALL for file in files(name)]
    found = PARSER.parse(given).snapshots
    alone = [PARSER.parse(files(name)).snapshots[0] for name in ALL]
    assert [one.machine for one in found] == [one.machine for one in alone]
    assert [counts(one) for one in found] == [counts(one) for one in alone]
    assert [one.coverage for one in found] == [one.coverage for one in alone]


@pytest.mark.parametrize("name", ALL)
def test_real_trees_that_lack_some_files_cover_no_more_than_whole_ones(name: str) -> None:
    given = files(name)
    whole = PARSER.parse(given).snapshots[0].coverage
    for seed in range(20):
        some = random.Random(seed).sample(given, len(given) * 2 // 3)
        for snapshot in PARSER.parse(some).snapshots:
            assert snapshot.coverage <= whole


@pytest.mark.parametrize("name", ["SECRET", "LicenseKey"])
def test_no_licence_key_of_a_real_tree_is_kept(name: str) -> None:
    assert name not in str(reading("hpe-dl360-gen10plus").snapshots)
