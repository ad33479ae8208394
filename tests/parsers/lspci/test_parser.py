"""lspci: which functions are cards, what they tell of themselves and of their link."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin, Snapshot
from reanimator_gql.parsers.lspci.parser import PARSER
from reanimator_gql.parsers.parser import File, ParseError
from tests.parsers.lspci.texts import BRIDGE, function, listing, nic, vpd
from tests.parsers.reading import bundle_of, snapshots_of, sniffs


def read(content: bytes) -> Snapshot:
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    return snapshot


def cards(*functions: str) -> list[Item]:
    return list(read(listing(BRIDGE, *functions)).items)


def test_the_functions_of_a_card_are_one_card() -> None:
    snapshot = read(listing(nic(0), nic(1)))
    assert (snapshot.source, snapshot.machine, snapshot.coverage) == ("lspci", MachineIdentifiers(), frozenset())
    assert snapshot.items == (
        Item(
            kind=Kind.NIC,
            list="lspci",
            slot="pci@0000:3b:00",
            vendor="Intel Corporation",
            model="I350 Gigabit Network Connection",
            macs=("a0:36:9f:0b:8e:34",),
            link_width=2,
            max_link_width=4,
            max_link_speed_gts=5.0,
            attributes={
                "device_class": "Ethernet controller",
                "subsystem": "Dell Gigabit 4P I350-t rNDC",
                "revision": "01",
                "physical_slot": "2",
                "device_serial_number": "a0-36-9f-ff-ff-0b-8e-34",
                "max_link_speed": "5GT/s",
            },
            telemetry={"driver": "igb", "link_speed": "5GT/s", "link_speed_gts": 5.0},
            origin=Origin(line=1, last_line=11),
        ),
    )


def test_vital_product_data_identify_a_card() -> None:
    (card,) = cards(
        function(
            "0000:17:00.0 Ethernet controller: Mellanox Technologies MT2892 Family [ConnectX-6 Dx]", *vpd("MT2042X1")
        ),
        function(
            "0000:17:00.1 Ethernet controller: Mellanox Technologies MT2892 Family [ConnectX-6 Dx]", *vpd("MT2042X1")
        ),
    )
    assert (card.serial, card.part_number, card.slot) == ("MT2042X1", "PN-1", "pci@0000:17:00")
    assert (card.vendor, card.model) == ("Mellanox Technologies", "MT2892 Family [ConnectX-6 Dx]")
    assert (card.attributes["vpd_product_name"], card.attributes["engineering_changes"]) == ("Card", "A5")


@pytest.mark.parametrize(
    ("head", "told", "mac"),
    [
        ("X: Intel Corporation I350", "a0-36-9f-ff-ff-0b-8e-34", "a0:36:9f:0b:8e:34"),
        ("X: Broadcom Inc. and subsidiaries NetXtreme BCM5720", "2C-EA-7F-FF-FE-01-02-03", "2c:ea:7f:01:02:03"),
        # These families spell it backwards.
        (
            "X: Intel Corporation Ethernet Controller XL710 for 40GbE QSFP+",
            "a8-6b-af-ff-ff-fe-fd-3c",
            "3c:fd:fe:af:6b:a8",
        ),
        ("X: Intel Corporation Ethernet Controller E810-C for QSFP", "4c-5d-a4-ff-ff-b7-a6-40", "40:a6:b7:a4:5d:4c"),
        ("X: Intel Corporation I350", "ba-da-ce-55-de-ad-ca-fe", None),
        ("X: Intel Corporation I350", "00-00-c9-00-00-01-02-03", None),
    ],
)
def test_a_device_serial_number_made_of_a_mac_is_the_cards_mac(head: str, told: str, mac: str | None) -> None:
    head = head.replace("X:", "3b:00.0 Ethernet controller:")
    (card,) = cards(function(head, f"Capabilities: [140 v1] Device Serial Number {told}"))
    assert card.macs == ((mac,) if mac else ())
    assert card.serial is None
    assert card.attributes["device_serial_number"] == told


NVME = "5e:00.0 Non-Volatile memory controller: Samsung Electronics Co Ltd NVMe SSD Controller PM173X"
NVME += " (prog-if 02 [NVM Express])"


def test_an_nvme_controller_is_a_drive_only_with_a_serial_of_its_own() -> None:
    assert cards(function(NVME, "Capabilities: [100] Device Serial Number 41-00-00-ff-ff-38-25-00")) == []
    (drive,) = cards(function(NVME, "\tLnkCap:\tPort #0, Speed 16GT/s, Width x4, ASPM", *vpd("S4YNNE0N")))
    assert (drive.kind, drive.serial, drive.slot) == (Kind.STORAGE, "S4YNNE0N", "pci@0000:5e:00")
    assert (drive.model, drive.macs) == ("NVMe SSD Controller PM173X", ())
    assert (drive.attributes["interface"], drive.attributes["media"]) == ("NVMe", "SSD")
    assert (drive.max_link_width, drive.max_link_speed_gts) == (4, 16.0)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("LnkCap:\tPort #0, Speed 16GT/s, Width x16", "LnkSta:\tSpeed 16GT/s, Width x16"), (16, 16, 16.0, 16.0)),
        (
            ("LnkCap:\tPort #0, Speed 8GT/s, Width x8", "LnkSta:\tSpeed 2.5GT/s (downgraded), Width x4"),
            (4, 8, 8.0, 2.5),
        ),
        (("LnkCap:\tPort #0, Speed unknown, Width x0", "LnkSta:\tSpeed unknown, Width x0"), (None, None, None, None)),
        (
            ("LnkCap:\tPort #0, Speed 32GT/s, Width x8", "LnkSta:\tSpeed 32GT/s (ok), Width x0 (downgraded)"),
            (None, 8, 32.0, 32.0),
        ),
        (("LnkSta:\tgarbled",), (None, None, None, None)),
        ((), (None, None, None, None)),
    ],
)
def test_the_link_is_read_and_what_is_unknown_is_missing(lines: tuple[str, ...], expected: tuple[Any, ...]) -> None:
    (card,) = cards(function("3b:00.0 Ethernet controller: Intel Corporation I350", *(f"\t{line}" for line in lines)))
    present = card.telemetry.get("link_speed_gts")
    assert (card.link_width, card.max_link_width, card.max_link_speed_gts, present) == expected


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("RAID bus controller: Broadcom / LSI MegaRAID SAS-3 3108 [Invader] (rev 02)", Kind.RAID),
        ("RAID bus controller [0104]: Broadcom / LSI MegaRAID SAS-3 3108 [Invader] [1000:005d] (rev 02)", Kind.RAID),
        ("Serial Attached SCSI controller: Adaptec Smart Storage PQI 12G SAS/PCIe 3 (rev 01)", Kind.RAID),
        ("Serial Attached SCSI controller: Broadcom / LSI SAS3008 PCI-Express Fusion-MPT SAS-3 (rev 02)", Kind.HBA),
        ("Fibre Channel: QLogic Corp. ISP2722-based 16/32Gb Fibre Channel to PCIe Adapter (rev 01)", Kind.HBA),
        ("3D controller: NVIDIA Corporation GA100 [A100 PCIe 40GB] (rev a1)", Kind.GPU),
        ("Processing accelerators: Advanced Micro Devices, Inc. [AMD/ATI] Aqua Vanjaram [Instinct MI300X]", Kind.GPU),
        ("Processing accelerators: Xilinx Corporation Alveo U55C", Kind.PCIE),
        ("Infiniband controller: Mellanox Technologies MT28908 Family [ConnectX-6]", Kind.NIC),
        ("0107: 1000:0097 (rev 02)", Kind.HBA),
        ("0200: 8086:1572", Kind.NIC),
    ],
)
def test_discrete_cards_are_parts(head: str, kind: Kind) -> None:
    (card,) = cards(function(f"af:00.0 {head}"))
    assert (card.kind, card.slot) == (kind, "pci@0000:af:00")


@pytest.mark.parametrize(
    "head",
    [
        "00:17.0 SATA controller: Intel Corporation C620 Series Chipset Family SATA Controller [AHCI mode] (rev 09)",
        "00:11.5 RAID bus controller: Intel Corporation C620 Series Chipset Family SSATA Controller [RAID mode]",
        "5d:05.5 RAID bus controller: Intel Corporation Volume Management Device NVMe RAID Controller (rev 04)",
        "03:00.0 VGA compatible controller: Matrox Electronics Systems Ltd. Integrated Matrox G200eW3 (rev 04)",
        "02:00.0 VGA compatible controller: ASPEED Technology, Inc. ASPEED Graphics Family (rev 41)",
        "00:02.0 VGA compatible controller: Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630]",
        "3b:02.0 Ethernet controller: Intel Corporation Ethernet Virtual Function 700 Series (rev 02)",
        "cc:00.0 Serial Attached SCSI controller: Broadcom / LSI PCIe Switch management endpoint (rev b0)",
        "00:1f.0 ISA bridge: Intel Corporation C621 Series Chipset LPC/eSPI Controller",
        "00:03.0 Ethernet controller: Red Hat, Inc. Virtio network device",
        "00:0b.0 Processing accelerators: Intel Corporation Meteor Lake NPU (rev 04)",
    ],
)
def test_functions_of_chipset_board_and_cpu_are_no_parts(head: str) -> None:
    assert cards(function(head)) == []


def test_numbers_and_names_are_told_apart() -> None:
    head = "3b:00.0 Ethernet controller [0200]: Intel Corporation Ethernet Controller X710 for 10GbE SFP+"
    head += " [8086:1572] (rev 02)"
    (card,) = cards(
        function(head, "Subsystem: Intel Corporation Ethernet Converged Network Adapter X710-4 [8086:0001]")
    )
    assert (card.vendor, card.model) == ("Intel Corporation", "Ethernet Controller X710 for 10GbE SFP+")
    assert card.attributes == {
        "device_class": "Ethernet controller",
        "vendor_id": "0x8086",
        "device_id": "0x1572",
        "subsystem": "Intel Corporation Ethernet Converged Network Adapter X710-4",
        "subsystem_vendor_id": "0x8086",
        "subsystem_device_id": "0x0001",
        "revision": "02",
    }
    (numeric,) = cards(function("3b:00.0 0200: 8086:1572 (rev 02)"))
    assert (numeric.model, numeric.attributes["device_id"]) == (None, "0x1572")


def test_a_maker_that_is_not_surely_known_stays_in_the_model() -> None:
    (card,) = cards(function("3b:00.0 Ethernet controller: Acme Networks AN100 25G"))
    assert (card.vendor, card.model) == (None, "Acme Networks AN100 25G")


def test_a_last_line_without_an_end_may_be_cut_and_is_left_out() -> None:
    text = listing(function(NVME, *vpd("S4YNNE0N"))).decode()
    cut = text[: text.index("S4YNNE0N") + 4].encode()
    assert read(cut).items == ()


RECORDS = """\
Slot:\t00:00.0
Class:\tHost bridge
Vendor:\tIntel Corporation
Device:\t440BX

Slot:\t02:01.0
Class:\tEthernet controller
Vendor:\tIntel Corporation
Device:\t82545EM Gigabit Ethernet Controller (Copper)
SVendor:\tAcme
SDevice:\tPRO/1000
PhySlot:\t33
Rev:\t01
Driver:\te1000
"""


def test_records_are_read_with_jc() -> None:
    snapshot = read(RECORDS.encode())
    assert snapshot.items == (
        Item(
            kind=Kind.NIC,
            list="lspci",
            slot="pci@0000:02:01",
            vendor="Intel Corporation",
            model="82545EM Gigabit Ethernet Controller (Copper)",
            attributes={
                "device_class": "Ethernet controller",
                "subsystem": "Acme PRO/1000",
                "revision": "01",
                "physical_slot": "33",
            },
            telemetry={"driver": "e1000"},
            origin=Origin(line=6, last_line=14),
        ),
    )


def test_records_with_numbers_tell_their_class_by_them() -> None:
    text = "Slot:\t0000:af:00.0\nClass:\tSpeicher [0107]\nVendor:\tBroadcom / LSI [1000]\nDevice:\tSAS3008 [0097]\n"
    (card,) = read(text.encode()).items
    assert (card.kind, card.vendor, card.model) == (Kind.HBA, "Broadcom / LSI", "SAS3008")
    assert (card.attributes["vendor_id"], card.attributes["device_id"]) == ("0x1000", "0x0097")
    assert card.attributes["bus"] == "SAS"


def test_the_json_of_jc_is_read_with_pointers() -> None:
    value = [
        {"slot": "00:00.0", "class": "Host bridge"},
        {"slot": "02:01.0", "class": "Ethernet controller", "vendor": "Intel", "device": "X", "class_id": "0200"},
    ]
    (card,) = read(json.dumps(value).encode()).items
    assert (card.slot, card.origin) == ("pci@0000:02:01", Origin(pointer="/1"))


def test_files_of_one_folder_are_one_machine() -> None:
    files = [
        File("a/lspci-mmv.txt", RECORDS.encode()),
        File("a/lspci-vv.txt", listing(function("02:01.0 Ethernet controller: Intel Corporation X", *vpd("SN0001")))),
        File("b/lspci.txt", RECORDS.encode()),
    ]
    first, second = PARSER.parse(files).snapshots
    assert [(item.slot, item.serial) for item in first.items] == [("pci@0000:02:01", "SN0001")]
    assert [(item.slot, item.serial) for item in second.items] == [("pci@0000:02:01", None)]
    assert PARSER.parse(files[::-1]).snapshots == (first, second)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (
            b"00:00.0 Host bridge: Intel Corporation X (rev 01)\n3b:00.0 Ethernet controller: Intel X\n",
            "run `lspci -vv`",
        ),
        (b'00:00.0 "Host bridge" "Intel Corporation" "X" "" ""\n', "table of lspci -mm"),
    ],
)
def test_a_plain_table_is_told_by_its_name(content: bytes, hint: str) -> None:
    with pytest.raises(ParseError, match=hint):
        bundle_of(content)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"Slot: x", b'[{"slot": "1"}]', b"3b:00.0 x", b"Slot:\t00:00.0\n"]
)
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


def test_odd_lines_and_values_do_no_harm() -> None:
    odd: list[Any] = [None, 1, True, [], {}, "", "x", "zz:00.0", "00:00.0"]
    for value in odd:
        for name in ("slot", "class", "class_id", "vendor", "vendor_id", "physlot", "rev"):
            good = {"slot": "02:01.0", "class": "Ethernet controller"}
            snapshots_of(PARSER, json.dumps([good, {**good, name: value}, value]).encode())
    for line in ("Slot:", "Class:", "x", ":", "Vendor:\x85\x1cx", "Class:\t", "\tClass: x", "Slot:\t0:0"):
        snapshots_of(PARSER, f"{RECORDS}{line}\n{RECORDS}".encode())


@pytest.mark.parametrize("command", ["# lspci -vvv", "root@node:~# lspci -vv", "$ lspci -mmv"])
def test_a_first_line_that_shows_the_command_is_passed_over(command: str) -> None:
    assert len(read(f"{command}\n".encode() + listing(nic())).items) == 1
    assert len(read(f"{command}\n{RECORDS}".encode()).items) == 1
