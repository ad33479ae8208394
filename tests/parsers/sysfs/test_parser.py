"""A capture of /sys: as files and as lines, what is a part in it and what its links are."""

from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin, Snapshot
from reanimator_gql.parsers.parser import File, ParseError, Reading
from reanimator_gql.parsers.sysfs.parser import MAX_LINES, PARSER
from tests.parsers.reading import snapshots_of, sniffs

DMI = {
    "sys_vendor": "Acme",
    "product_name": "Rack 9",
    "product_serial": "TAG0001",
    "product_uuid": "11112222-3333-4444-5555-666677778888",
    "board_serial": "BRD0001",
    "board_vendor": "Acme",
    "board_name": "RK-MB",
    "bios_version": "2.7",
    "chassis_serial": "",
    "chassis_asset_tag": "A-17",
}
LINK = {
    "current_link_speed": "8.0 GT/s PCIe",
    "current_link_width": "4",
    "max_link_speed": "16.0 GT/s PCIe",
    "max_link_width": "8",
}
NIC = {"class": "0x020000", "vendor": "0x8086", "device": "0x1572", "subsystem_vendor": "0x1028", **LINK}
NVME_FUNCTION = {"class": "0x010802", "vendor": "0x144d", "device": "0xa824", **LINK}
NVME = {"serial": "S4YNNE0N      ", "model": "ACME NV1    ", "firmware_rev": "1.0 ", "state": "live"}

PCI = "/sys/bus/pci/devices"
ROOT = "/sys/devices/pci0000:00/0000:00:02.0"


def tree(folder: str, values: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": value for name, value in values.items()}


def lines(*trees: dict[str, str], joint: str = ": ") -> bytes:
    return "".join(f"{path}{joint}{value}\n" for one in trees for path, value in one.items()).encode()


def read(*trees: dict[str, str]) -> Snapshot:
    content = lines(*trees)
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    return snapshot


def as_files(*trees: dict[str, str], prefix: str = "") -> list[File]:
    return [File(f"{prefix}{path[1:]}", f"{value}\n".encode()) for one in trees for path, value in one.items()]


def reading(files: list[File]) -> Reading:
    assert all(PARSER.sniff(file) for file in files)
    return PARSER.parse(files)


def test_the_dmi_tables_name_the_machine_and_its_board() -> None:
    snapshot = read(tree("/sys/class/dmi/id", {**DMI, "bios_date": "01/02/2024"}))
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Acme",
        product="Rack 9",
        system_serial="TAG0001",
        uuid="11112222-3333-4444-5555-666677778888",
        board_serial="BRD0001",
        asset_tag="A-17",
    )
    assert snapshot.items == (
        Item(
            kind=Kind.BOARD,
            list="dmi",
            serial="BRD0001",
            vendor="Acme",
            model="RK-MB",
            firmware="2.7",
            attributes={"bios_date": "01/02/2024"},
            origin=Origin(line=1, last_line=11),
        ),
    )
    assert (snapshot.source, snapshot.coverage, snapshot.collected_at) == ("sysfs", frozenset(), None)


def test_an_nvme_drive_has_the_link_of_its_function() -> None:
    namespace = {"nvme0n1/size": "2000", "nvme0n1/wwid": "eui.002538b111223344", "nvme0n1/nvme0n1p1/size": "7"}
    controller = {**NVME, "address": "0000:5e:00.0", "transport": "pcie", "subsysnqn": "nqn:x", **namespace}
    (drive,) = read(tree("/sys/class/nvme/nvme0", controller), tree(f"{PCI}/0000:5e:00.0", NVME_FUNCTION)).items
    assert drive == Item(
        kind=Kind.STORAGE,
        list="nvme",
        slot="pci@0000:5e:00",
        serial="S4YNNE0N",
        model="ACME NV1",
        firmware="1.0",
        wwn="002538b111223344",
        link_width=4,
        max_link_width=8,
        max_link_speed_gts=16.0,
        attributes={
            "interface": "NVMe",
            "media": "SSD",
            "size_bytes": 1_024_000,
            "subsystem_nqn": "nqn:x",
            "device_class": "0x010802",
            "vendor_id": "0x144d",
            "device_id": "0xa824",
            "max_link_speed": "16.0 GT/s PCIe",
        },
        telemetry={"device_path": "/dev/nvme0", "link_speed": "8.0 GT/s PCIe", "link_speed_gts": 8.0},
        origin=Origin(line=1, last_line=7),
    )


@pytest.mark.parametrize(
    "trees",
    [
        [tree(f"{ROOT}/0000:5e:00.0/nvme/nvme0", NVME), tree(f"{ROOT}/0000:5e:00.0", NVME_FUNCTION)],
        [tree("/sys/class/nvme/nvme0", NVME), tree(f"{PCI}/0000:5e:00.0", NVME_FUNCTION)],
    ],
)
def test_controller_and_function_are_joined_by_their_path_or_as_the_only_ones(trees: list[dict[str, str]]) -> None:
    (drive,) = read(*trees).items
    assert (drive.slot, drive.serial, drive.max_link_width) == ("pci@0000:5e:00", "S4YNNE0N", 8)


def test_what_stands_below_a_controllers_link_is_its_function() -> None:
    (drive,) = read(tree("/sys/class/nvme/nvme0", NVME), tree("/sys/class/nvme/nvme0/device", NVME_FUNCTION)).items
    assert (drive.slot, drive.serial, drive.max_link_width) == ("/dev/nvme0", "S4YNNE0N", 8)


def test_of_two_drives_without_addresses_none_is_guessed() -> None:
    items = read(
        tree("/sys/class/nvme/nvme0", NVME),
        tree("/sys/class/nvme/nvme1", {**NVME, "serial": "S4YNNE0M"}),
        tree(f"{PCI}/0000:5e:00.0", NVME_FUNCTION),
    ).items
    assert [(item.slot, item.serial, item.link_width) for item in items] == [
        ("/dev/nvme0", "S4YNNE0N", None),
        ("/dev/nvme1", "S4YNNE0M", None),
        ("pci@0000:5e:00", None, 4),
    ]


@pytest.mark.parametrize("values", [{"transport": "tcp"}, {"transport": "fc"}, {"model": "Linux"}])
def test_controllers_reached_over_a_network_are_no_drives(values: dict[str, str]) -> None:
    far = tree("/sys/class/nvme/nvme3", {**NVME, **values})
    assert [item.kind for item in read(tree("/sys/class/dmi/id", DMI), far).items] == [Kind.BOARD]


def test_the_ports_of_a_network_card_are_one_card_with_their_macs() -> None:
    first = {**NIC, "net/eno1/address": "3c:fd:fe:00:00:01", "label": "NIC 1"}
    second = {**NIC, "net/eno2/address": "3c:fd:fe:00:00:01", "net/eno2/bonding_slave/perm_hwaddr": "3c:fd:fe:00:00:02"}
    (card,) = read(tree(f"{PCI}/0000:3b:00.0", first), tree(f"{ROOT}/0000:3b:00.1", second)).items
    assert (card.kind, card.slot, card.serial) == (Kind.NIC, "pci@0000:3b:00", None)
    # A port in a bond shows the bond's address as its own.
    assert card.macs == ("3c:fd:fe:00:00:01", "3c:fd:fe:00:00:02")
    assert (card.link_width, card.max_link_width, card.max_link_speed_gts) == (4, 8, 16.0)
    assert card.attributes["label"] == "NIC 1"
    assert card.telemetry["logicalname"] == ["eno1", "eno2"]


def test_an_infiniband_address_is_no_mac() -> None:
    address = "00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:11:22:33"
    (card,) = read(tree(f"{PCI}/0000:3b:00.0", {**NIC, "class": "0x020700", "net/ib0/address": address})).items
    assert card.macs == ()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"class": "0x010400", "vendor": "0x1000"}, Kind.RAID),
        ({"class": "0x010700", "vendor": "0x1000"}, Kind.HBA),
        ({"class": "0x0c0400", "vendor": "0x1077"}, Kind.HBA),
        ({"class": "0x030200", "vendor": "0x10de"}, Kind.GPU),
        ({"class": "0x120000", "vendor": "0x1002"}, Kind.GPU),
        ({"class": "0x020700", "vendor": "0x15b3"}, Kind.NIC),
        ({"class": "0x010400", "vendor": "0x8086"}, None),
        ({"class": "0x010601", "vendor": "0x1b4b"}, None),
        ({"class": "0x030000", "vendor": "0x1a03"}, None),
        ({"class": "0x030000", "vendor": "0x102b"}, None),
        ({"class": "0x060400", "vendor": "0x8086"}, None),
        ({"class": "0x088000", "vendor": "0x8086"}, None),
        ({"class": "0x020000", "vendor": "0x1af4"}, None),
        ({"class": "0x020000", "vendor": "0x8086", "physfn/class": "0x020000"}, None),
        ({"class": "garbled", "vendor": "0x8086"}, None),
    ],
)
def test_the_class_and_the_maker_say_what_is_a_card(values: dict[str, str], kind: Kind | None) -> None:
    items = read(tree("/sys/class/dmi/id", DMI), tree(f"{PCI}/0000:3b:00.0", values)).items
    assert [item.kind for item in items[1:]] == ([kind] if kind else [])


@pytest.mark.parametrize("width", ["0", "255", "", "x"])
def test_link_data_that_say_nothing_are_missing(width: str) -> None:
    unknown = {"current_link_width": width, "max_link_width": width}
    unknown |= {"current_link_speed": "Unknown", "max_link_speed": "Unknown speed"}
    (card,) = read(tree(f"{PCI}/0000:3b:00.0", {**NIC, **unknown})).items
    assert (card.link_width, card.max_link_width, card.max_link_speed_gts, card.telemetry) == (None, None, None, {})
    assert "max_link_speed" not in card.attributes


def test_files_of_a_bundle_are_read_by_their_paths() -> None:
    trees = [
        tree("/sys/class/dmi/id", DMI),
        tree(f"{PCI}/0000:3b:00.0", {**NIC, "net/eno1/address": "3c:fd:fe:00:00:01"}),
    ]
    (snapshot,) = reading(as_files(*trees, prefix="node1/")).snapshots
    assert snapshot.machine == read(*trees).machine
    board, card = snapshot.items
    assert board.origin == Origin(file="node1/sys/class/dmi/id/bios_version")
    assert (card.macs, card.max_link_width) == (("3c:fd:fe:00:00:01",), 8)


def test_files_below_two_folders_are_two_machines() -> None:
    other = tree("/sys/class/dmi/id", {**DMI, "product_serial": "TAG0002"})
    files = [*as_files(tree("/sys/class/dmi/id", DMI), prefix="a/"), *as_files(other, prefix="b/")]
    told = reading(files)
    assert [one.machine.system_serial for one in told.snapshots] == ["TAG0001", "TAG0002"]
    assert reading(files[::-1]) == told


def test_texts_of_one_folder_are_one_machine_unless_they_contradict() -> None:
    dmi, card = lines(tree("/sys/class/dmi/id", DMI)), lines(tree(f"{PCI}/0000:3b:00.0", NIC))
    (one,) = reading([File("a/dmi.txt", dmi), File("a/pci.txt", card)]).snapshots
    assert [item.kind for item in one.items] == [Kind.BOARD, Kind.NIC]
    other = lines(tree("/sys/class/dmi/id", {**DMI, "product_serial": "TAG0002"}))
    assert len(reading([File("a/1.txt", dmi), File("a/2.txt", other)]).snapshots) == 2
    assert len(reading([File("a/1.txt", dmi), File("b/2.txt", other)]).snapshots) == 2


def test_the_output_of_grep_is_read_too() -> None:
    content = lines(tree("/sys/class/dmi/id", DMI), tree(f"{PCI}/0000:3b:00.0", NIC), joint=":")
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    assert snapshot.machine.uuid == DMI["product_uuid"]
    assert [item.kind for item in snapshot.items] == [Kind.BOARD, Kind.NIC]


def test_a_last_line_without_an_end_may_be_cut_and_is_left_out() -> None:
    content = lines(tree("/sys/class/dmi/id", {"sys_vendor": "Acme", "product_serial": "TAG0001"}))[:-3]
    (reading_of,) = [PARSER.parse([File("", content)])]
    (snapshot,) = reading_of.snapshots
    assert (snapshot.machine.manufacturer, snapshot.machine.system_serial) == ("Acme", None)
    assert "may be cut" in reading_of.warnings[0].message


def test_a_capture_without_a_part_is_refused() -> None:
    (bad,) = reading([File("", b"/sys/class/net/eth0/mtu: 1500\n")]).bad
    assert "no part" in bad.error.reason


@pytest.mark.parametrize("content", [b"", b"{}", b"sys: x", b"/sys/class/thermal/x: 1\n", b"a/sys/class/dmi/id\n"])
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


def test_odd_paths_and_values_do_no_harm() -> None:
    odd: list[Any] = ["", "x" * 10_000, "\x00", "\u202e", "0x", "-1", "9" * 400, "::", "/"]
    for value in odd:
        for name in (*NIC, "net/eno1/address", "physfn", "a/b/c/d"):
            PARSER.parse([File("", lines(tree(f"{PCI}/0000:3b:00.0", {**NIC, name: value})))])
        for name in (*NVME, "address", "nvme0n1/size", "nvme0n1/wwid"):
            PARSER.parse([File("", lines(tree("/sys/class/nvme/nvme0", {**NVME, name: value})))])
        PARSER.parse([File(f"sys/class/nvme/{value}", value.encode())])


def test_more_lines_than_any_machine_has_are_refused_before_they_are_read() -> None:
    text = b"sys/bus/pci/devices/0000:41:00.0/class: 0x020000\n" * (MAX_LINES + 1)
    with pytest.raises(ParseError, match="50000 lines"):
        PARSER.parse([File("", text)])


@pytest.mark.parametrize("size", ["9" * 5_000, "9" * 19])
def test_a_size_that_no_drive_has_is_left_out(size: str) -> None:
    (drive,) = read(tree("/sys/class/nvme/nvme0", {**NVME, "nvme0n1/size": size})).items
    assert "size_bytes" not in drive.attributes
