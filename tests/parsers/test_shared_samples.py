"""The parsers over real files: what a technician reads in them, written down by hand.

The files are no part of the project; where they are missing the module is skipped.
"""

from collections import Counter
from pathlib import Path

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import MachineIdentifiers, Snapshot
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.registry import parsers
from tests.parsers.reading import bundle_of

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

if not SAMPLES.is_dir():
    pytest.skip("the folder of real files is not beside this checkout", allow_module_level=True)


def read(name: str) -> Snapshot:
    ((_, _, snapshot),) = bundle_of((SAMPLES / name).read_bytes(), name).snapshots
    return snapshot


def counts(snapshot: Snapshot) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many parts of each kind are present, and how many places of each kind are empty."""
    present = Counter(str(item.kind) for item in snapshot.items if item.present)
    absent = Counter(str(item.kind) for item in snapshot.items if not item.present)
    return dict(present), dict(absent)


def serials(snapshot: Snapshot, kind: Kind) -> list[tuple[str | None, str | None]]:
    return [(item.slot, item.serial) for item in snapshot.items if item.kind is kind and item.present]


def test_dell_m630_blade() -> None:
    snapshot = read("dmidecode/Dell_PowerEdge_M630.dmidecode.txt")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Dell Inc.",
        product="PowerEdge M630",
        system_serial="4242",
        uuid="4C4C4544-0036-3210-805A-B7C04F4D3632",
        board_serial="4242",
        chassis_serial="4242",
        asset_tag="Not Specified",
    )
    assert counts(snapshot) == ({"BOARD": 1, "CPU": 2, "MEMORY": 8}, {"MEMORY": 16})
    board = snapshot.items[0]
    # The interconnect board beside it has no product of its own and is no part.
    assert (board.model, board.firmware, board.attributes["type"]) == ("0PHY8D", "1.2.5", "Server Blade")
    assert serials(snapshot, Kind.CPU) == [("CPU1", "4242"), ("CPU2", "4242")]
    assert serials(snapshot, Kind.MEMORY) == [(f"{bank}{n}", "4242") for bank in "AB" for n in (1, 2, 3, 4)]
    assert {item.slot for item in snapshot.items if not item.present} == {
        f"{bank}{n}" for bank in "AB" for n in range(5, 13)
    }
    dimm = next(item for item in snapshot.items if item.slot == "B4")
    assert (dimm.part_number, dimm.vendor) == ("M393A1G43DB0-CPB", "00CE063200CE")
    assert dimm.attributes["size_mb"] == 8192
    assert snapshot.coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY}
    assert snapshot.warnings == ()


def test_hp_dl380p_gen8() -> None:
    snapshot = read("dmidecode/HP_DL380p_Gen8.dmidecode.txt")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="HP",
        product="ProLiant DL380p Gen8",
        system_serial="4242",
        uuid="35353636-3335-5A43-3232-343630335138",
        chassis_serial="4242",
    )
    assert counts(snapshot) == ({"BOARD": 1, "CPU": 2, "MEMORY": 10, "PSU": 2}, {"MEMORY": 14})
    # This BIOS lists no base board: the board is known by the BIOS that runs on it.
    assert (snapshot.items[0].serial, snapshot.items[0].firmware) == (None, "P70")
    assert serials(snapshot, Kind.CPU) == [("Proc 1", "4242"), ("Proc 2", "4242")]
    assert serials(snapshot, Kind.MEMORY) == [
        (f"PROC  {socket} DIMM {n:2}", "4242") for socket in (1, 2) for n in (1, 4, 9, 11, 12)
    ]
    large = [item.slot for item in snapshot.items if item.attributes.get("size_mb") == 16384]
    assert large == ["PROC  1 DIMM 11", "PROC  2 DIMM 11"]
    assert serials(snapshot, Kind.PSU) == [("Power Supply 1", "4242"), ("Power Supply 2", "4242")]
    assert {item.part_number for item in snapshot.items if item.kind is Kind.PSU} == {"656362-B21"}
    assert snapshot.coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY}


def test_quanta_x10e_9n() -> None:
    snapshot = read("dmidecode/QCT_X10E-9N.dmidecode.txt")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Quanta Cloud Technology Inc.",
        product="QuantaMicro X10E-9N",
        system_serial="QTFCQ57140285",
        uuid="E1A3D1C8-0809-E711-B48A-A81E84729878",
        board_serial="CQ571000415",
        chassis_serial="QTFCQ571402FD",
        asset_tag="N/A",
    )
    assert counts(snapshot) == ({"BOARD": 1, "CPU": 1, "MEMORY": 2}, {"MEMORY": 2})
    assert (snapshot.items[0].serial, snapshot.items[0].firmware) == ("CQ571000415", "S3E_3B09.02")
    assert serials(snapshot, Kind.CPU) == [("CPU", "To Be Filled By O.E.M.")]
    assert serials(snapshot, Kind.MEMORY) == [("DIMM A0", "328CBA1D"), ("DIMM B0", "328CB9DF")]
    assert [item.slot for item in snapshot.items if not item.present] == ["DIMM A1", "DIMM B1"]
    assert snapshot.coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY}


def test_supermicro_6018r() -> None:
    snapshot = read("dmidecode/SM_SYS-6018R.dmidecode.txt")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Supermicro",
        product="SYS-6018R-TDTPR",
        system_serial="A177950X7709591",
        uuid="00000000-0000-0000-0000-0CC47A4B18C0",
        board_serial="ZM152S007866",
        chassis_serial="C8150LG15NH0008",
        asset_tag="Default string",
    )
    assert counts(snapshot) == ({"BOARD": 1, "CPU": 2, "MEMORY": 4, "PSU": 2}, {"MEMORY": 4})
    assert serials(snapshot, Kind.MEMORY) == [
        ("P1-DIMMA1", "2AA5B8E9"),
        ("P1-DIMMB1", "2AA5B923"),
        ("P2-DIMME1", "2AA5B88C"),
        ("P2-DIMMF1", "2AA5B86B"),
    ]
    assert [item.slot for item in snapshot.items if not item.present] == [
        "P1-DIMMC1",
        "P1-DIMMD1",
        "P2-DIMMG1",
        "P2-DIMMH1",
    ]
    assert serials(snapshot, Kind.PSU) == [("PSU1", "P5041CG52ST0022"), ("PSU2", "P5041CG52ST0021")]
    assert serials(snapshot, Kind.CPU) == [("CPU1", "Not Specified"), ("CPU2", "Not Specified")]
    assert snapshot.coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY}


def test_asrock_rack_by_dmidecode() -> None:
    snapshot = read("dmidecode/asrockrack-e3c246d4i-nl.dmidecode.txt")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Packet",
        product="c3.small.x86",
        system_serial="D5S0R8000105",
        uuid="00000000-0000-0000-0000-d05099f030c4",
        board_serial="196231220000153",
        chassis_serial="K61203057200139",
        asset_tag="To Be Filled By O.E.M.",
    )
    assert counts(snapshot) == ({"BOARD": 1, "CPU": 1, "MEMORY": 2, "TPM": 1}, {"MEMORY": 2})
    assert serials(snapshot, Kind.MEMORY) == [("ChannelA-DIMM0", "F0F9053F"), ("ChannelB-DIMM0", "F0F90894")]
    assert serials(snapshot, Kind.CPU) == [("CPU1", None)]
    assert [(item.model, item.firmware) for item in snapshot.items if item.kind is Kind.TPM] == [("INFINEON", "5.63")]
    assert snapshot.coverage == {Kind.BOARD, Kind.CPU, Kind.MEMORY}


def test_dell_r6515_power_supplies_alone() -> None:
    snapshot = read("dmidecode/dell-r6515-psu.dmidecode.txt")
    assert snapshot.machine == MachineIdentifiers()
    assert counts(snapshot) == ({"PSU": 2}, {})
    assert serials(snapshot, Kind.PSU) == [("Not Specified", "CNDED0009S4FFK"), ("Not Specified", "CNDED0009S4FGF")]
    assert {item.part_number for item in snapshot.items} == {"06V43GA00"}
    assert snapshot.coverage == frozenset()
    assert len(snapshot.warnings) == 1


def test_dell_r6515_without_a_tpm() -> None:
    snapshot = read("dmidecode/dell-r6515-tpm.dmidecode.txt")
    assert (snapshot.items, snapshot.coverage, len(snapshot.warnings)) == ((), frozenset(), 1)


def test_asrock_rack_by_lshw() -> None:
    snapshot = read("lshw/asrockrack-e3c246d4i-nl.lshw.json")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Packet",
        product="c3.small.x86",
        system_serial="D5S0R8000105",
        uuid="00000000-0000-0000-0000-D05099F030C4",
        board_serial="196231220000153",
        host_name="device.example.net",
    )
    # The BMC's virtual media, its USB network, the bond and both video chips are no parts.
    assert counts(snapshot) == ({"BOARD": 1, "CPU": 1, "MEMORY": 2, "STORAGE": 2, "NIC": 1}, {"MEMORY": 2})
    assert serials(snapshot, Kind.MEMORY) == [("ChannelA-DIMM0", "F0F9053F"), ("ChannelB-DIMM0", "F0F90894")]
    assert serials(snapshot, Kind.STORAGE) == [
        ("scsi@4:0.0.0", "PHYF001300HB480BGN"),
        ("scsi@5:0.0.0", "PHYF001209KL480BGN"),
    ]
    (nic,) = [item for item in snapshot.items if item.kind is Kind.NIC]
    # Both ports bear the MAC of the bond's first port while they are in a bond.
    assert (nic.slot, nic.macs) == ("pci@0000:01:00", ("b4:96:91:70:26:c8",))
    assert nic.firmware == "6.01 0x80003fa1 1.1853.0"
    assert snapshot.items[0].firmware == "L2.07B"
    assert snapshot.coverage == {Kind.BOARD, Kind.MEMORY, Kind.STORAGE, Kind.NIC}
    assert snapshot.warnings == ()


def test_dell_r6515_by_lshw() -> None:
    snapshot = read("lshw/dell-r6515.lshw.json")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Dell Inc.",
        product="PowerEdge R6515",
        system_serial="11WLK93",
        uuid="4c4c4544-0031-5710-804c-b1c04f4b3933",
        board_serial=".11WLK93.CNCMS0009G0078.",
        host_name="fup-1621094422160741414.dc13.packet.net",
    )
    present = {"BOARD": 1, "CPU": 1, "MEMORY": 8, "STORAGE": 4, "HBA": 1, "NIC": 1, "PSU": 2}
    assert counts(snapshot) == (present, {"MEMORY": 8})
    assert serials(snapshot, Kind.MEMORY) == [
        ("A1", "3510CB7F"),
        ("A2", "3510CBDD"),
        ("A3", "3510CC97"),
        ("A4", "3510CC8C"),
        ("A5", "3510CBDE"),
        ("A6", "3510CB77"),
        ("A7", "3510CC78"),
        ("A8", "3510CC93"),
    ]
    assert [item.slot for item in snapshot.items if not item.present] == [f"A{n}" for n in range(9, 17)]
    assert serials(snapshot, Kind.STORAGE) == [
        ("pci@0000:45:00", "202728F691F5"),
        ("pci@0000:46:00", "202728F691C6"),
        ("scsi@10:0.0.0", "203329F89392"),
        ("scsi@11:0.0.0", "203329F89796"),
    ]
    assert [item.wwn for item in snapshot.items if item.kind is Kind.STORAGE] == [
        "000000000000000e00a0750128f691f5",
        "000000000000000e00a0750128f691c6",
        None,
        None,
    ]
    (nic,) = [item for item in snapshot.items if item.kind is Kind.NIC]
    assert (nic.slot, nic.macs) == ("pci@0000:41:00", ("40:a6:b7:4e:8a:a0",))
    (hba,) = [item for item in snapshot.items if item.kind is Kind.HBA]
    assert (hba.slot, hba.model) == ("pci@0000:01:00", "SAS3008 PCI-Express Fusion-MPT SAS-3")
    assert serials(snapshot, Kind.PSU) == [(None, "CNLOD000B229D6"), (None, "CNLOD000B232CD")]
    assert (snapshot.items[0].model, snapshot.items[0].firmware) == ("0R4CNN", "1.7.4")
    assert snapshot.coverage == {Kind.BOARD, Kind.MEMORY, Kind.STORAGE, Kind.NIC}


FORMATS = {
    "dmidecode": "dmidecode", "lshw": "lshw", "redfish": "redfish", "smartctl": "smartctl", "nvme": "nvme",
    "lspci": "lspci", "ironic": "ironic", "sysfs": "sysfs", "ipmi": None, "vendor-tools": None, "smartctl-text": None,
}  # fmt: skip


@pytest.mark.parametrize("folder", FORMATS)
def test_every_file_is_read_by_the_parser_of_its_tool_or_by_none(folder: str) -> None:
    files = [path for path in sorted((SAMPLES / folder).rglob("*")) if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        takers = [parser.name for parser in parsers() if parser.sniff(File("", content))]
        assert takers in ([], [FORMATS[folder]]), path


@pytest.mark.parametrize("folder", [name for name, taker in FORMATS.items() if taker is None])
def test_what_no_parser_reads_is_refused_by_its_own_name(folder: str) -> None:
    for path in (SAMPLES / folder).rglob("*"):
        with pytest.raises(ParseError, match=r"no known format(?:,| \()"):
            bundle_of(path.read_bytes(), path.name)
