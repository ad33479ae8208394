"""Ironic's inventory: the machine, its drives and network cards, and what is only counted."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin, Snapshot
from reanimator_gql.parsers.ironic.parser import PARSER
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.reading import snapshots_of, sniffs

THING = dict[str, Any]


def inventory(**values: Any) -> THING:
    told: THING = {
        "interfaces": [],
        "disks": [],
        "cpu": {"count": 64, "frequency": "2100.0", "model_name": "Xeon 9", "architecture": "x86_64", "flags": ["fpu"]},
        "memory": {"physical_mb": 262144, "total": 1},
        "bmc_address": "192.0.2.7",
        "bmc_mac": "3c:ec:ef:00:00:07",
        "hostname": "node7",
        "system_vendor": {"manufacturer": "Acme", "product_name": "Rack 9", "serial_number": "TAG0001"},
        "boot": {"current_boot_mode": "uefi", "pxe_interface": "3c:fd:fe:00:00:01"},
        **values,
    }
    return {key: value for key, value in told.items() if value is not None}


def disk(name: str = "/dev/sda", **values: Any) -> THING:
    told: THING = {
        "name": name,
        "model": "SSDSC2KB48",
        "size": 480_103_981_056,
        "rotational": False,
        "wwn": "0x55cd2e414e000001",
        "serial": "PHYF0001",
        "vendor": "ATA",
        "wwn_with_extension": "0x55cd2e414e000001",
        "hctl": "4:0:0:0",
        "by_path": "/dev/disk/by-path/pci-0000:00:17.0-ata-1",
    }
    return {**told, **values}


def port(name: str, mac: str, **values: Any) -> THING:
    told: THING = {
        "name": name,
        "mac_address": mac,
        "ipv4_address": "192.0.2.1",
        "has_carrier": True,
        "lldp": [],
        "vendor": "0x8086",
        "product": "0x1572",
        "biosdevname": None,
        "speed_mbps": 10000,
    }
    return {**told, **values}


def read(value: Any) -> Snapshot:
    content = json.dumps(value).encode()
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    return snapshot


def nics(*ports: THING) -> list[Item]:
    return list(read(inventory(interfaces=[*ports])).items)


def drives(*disks: THING) -> list[Item]:
    return list(read(inventory(disks=[*disks])).items)


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"inventory": one, "cpus": 64, "memory_mb": 262144}])
def test_the_inventory_names_the_machine(wrap: Any) -> None:
    snapshot = read(wrap(inventory()))
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Acme",
        product="Rack 9",
        system_serial="TAG0001",
        bmc_mac="3c:ec:ef:00:00:07",
        host_name="node7",
    )
    assert (snapshot.source, snapshot.items, snapshot.coverage) == ("ironic", (), frozenset())
    assert (snapshot.collected_at, snapshot.warnings) == (None, ())


def test_a_drive_is_read() -> None:
    (drive,) = read({"inventory": inventory(disks=[disk()])}).items
    assert drive == Item(
        kind=Kind.STORAGE,
        list="inventory.disks",
        slot="/dev/disk/by-path/pci-0000:00:17.0-ata-1",
        serial="PHYF0001",
        vendor="ATA",
        model="SSDSC2KB48",
        wwn="0x55cd2e414e000001",
        attributes={"interface": "ATA", "media": "SSD", "size_bytes": 480_103_981_056},
        telemetry={"device_path": "/dev/sda", "hctl": "4:0:0:0"},
        origin=Origin(pointer="/inventory/disks/0"),
    )


@pytest.mark.parametrize(
    ("values", "interface", "media"),
    [
        (
            {"vendor": "SEAGATE", "by_path": "/dev/disk/by-path/pci-0000:01:00.0-sas-phy1-lun-0", "rotational": True},
            "SAS",
            "HDD",
        ),
        ({"vendor": "SEAGATE", "by_path": None, "rotational": True}, None, "HDD"),
        ({"name": "/dev/nvme0n1", "vendor": None, "by_path": None, "rotational": None}, "NVMe", "SSD"),
        ({"rotational": None}, "ATA", None),
        ({"vendor": "NVMe", "by_path": None}, "NVMe", "SSD"),
    ],
)
def test_interface_and_media_are_told_where_they_are_plain(
    values: THING, interface: str | None, media: str | None
) -> None:
    (drive,) = drives(disk(**values))
    assert (drive.attributes.get("interface"), drive.attributes.get("media")) == (interface, media)


def test_the_place_is_the_path_else_the_address_else_the_name() -> None:
    found = drives(
        disk("/dev/sda", serial="S1"),
        disk("/dev/sdb", serial="S2", by_path=None),
        disk("/dev/sdc", serial="S3", by_path=None, hctl=None),
    )
    assert [one.slot for one in found] == ["/dev/disk/by-path/pci-0000:00:17.0-ata-1", "4:0:0:0", "/dev/sdc"]


def test_the_eui_of_an_nvme_drive_loses_its_prefix() -> None:
    (drive,) = drives(disk("/dev/nvme0n1", wwn="eui.0025385b11112222"))
    assert drive.wwn == "0025385b11112222"


def test_two_paths_of_a_drive_are_one_drive() -> None:
    assert [one.telemetry["device_path"] for one in drives(disk("/dev/sdb"), disk("/dev/sda"))] == ["/dev/sda"]
    assert len(drives(disk("/dev/sdb", wwn=None), disk("/dev/sda", wwn=None))) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"name": "/dev/vda", "vendor": "0x1af4"},
        {"name": "/dev/md127"},
        {"name": "/dev/dm-0"},
        {"vendor": "DELL", "model": "PERC H730P Mini"},
        {"vendor": "HP", "model": "LOGICAL VOLUME"},
        {"vendor": "AMI", "model": "Virtual HDisk0"},
        {"by_path": "/dev/disk/by-path/pci-0000:00:14.0-usb-0:1:1.0-scsi-0:0:0:0"},
    ],
)
def test_volumes_virtual_disks_and_media_on_usb_are_no_drives(values: THING) -> None:
    snapshot = read(inventory(disks=[disk(**values)]))
    assert snapshot.items == ()
    assert values.get("name", "/dev/sda") in snapshot.warnings[0].message


def test_ports_with_a_pci_address_are_cards() -> None:
    card, other = nics(
        port("eth0", "3c:fd:fe:00:00:01", pci_address="0000:3b:00.0"),
        port("eth1", "3c:fd:fe:00:00:02", pci_address="0000:3b:00.1"),
        port("eth2", "3c:fd:fe:00:00:03", pci_address="0000:5e:00.0"),
    )
    assert (card.slot, card.macs) == ("pci@0000:3b:00", ("3c:fd:fe:00:00:01", "3c:fd:fe:00:00:02"))
    assert (other.slot, other.macs) == ("pci@0000:5e:00", ("3c:fd:fe:00:00:03",))
    assert card.attributes == {"vendor_id": "0x8086", "device_id": "0x1572"}


def test_of_neighbouring_ports_without_an_address_the_first_stands_for_all() -> None:
    row, apart, other = nics(
        port("eth1", "3c:fd:fe:00:00:02"),
        port("eth0", "3c:fd:fe:00:00:01"),
        port("eth2", "3c:fd:fe:00:01:00"),
        port("eth3", "3c:fd:fe:00:00:03", product="0x1521"),
    )
    assert (row.slot, row.macs) == ("eth0", ("3c:fd:fe:00:00:01",))
    assert row.attributes["further_macs"] == ["3c:fd:fe:00:00:02"]
    assert row.telemetry["logicalname"] == ["eth0", "eth1"]
    assert (apart.macs, other.macs) == (("3c:fd:fe:00:01:00",), ("3c:fd:fe:00:00:03",))


@pytest.mark.parametrize(
    "values", [{"vendor": None, "product": None}, {"vendor": "0x1af4"}, {"mac_address": None}, {"mac_address": "x"}]
)
def test_interfaces_that_are_no_ports_of_a_card_are_no_parts(values: THING) -> None:
    snapshot = read(inventory(interfaces=[{**port("eth0", "3c:fd:fe:00:00:01"), **values}]))
    assert snapshot.items == ()
    assert "eth0" in snapshot.warnings[0].message


def test_an_inventory_of_old_agents_without_vendors_lists_ports() -> None:
    old = {"name": "eth0", "mac_address": "3c:fd:fe:00:00:01"}
    assert [one.macs for one in nics(old)] == [("3c:fd:fe:00:00:01",)]


def test_a_number_of_processors_is_no_cpu_but_a_number_of_sockets_is() -> None:
    cpu = {"count": 64, "model_name": "Xeon 9", "architecture": "x86_64", "socket_count": 2}
    one, two = read(inventory(cpu=cpu)).items
    assert one == two
    assert (one.kind, one.slot, one.model) == (Kind.CPU, None, "Xeon 9")
    assert one.attributes == {"threads": 32, "architecture": "x86_64"}
    assert read(inventory(cpu={**cpu, "socket_count": 10**6})).items == ()


def test_a_bios_that_is_told_makes_a_board() -> None:
    firmware = {"vendor": "Acme BIOS", "version": "2.7", "build_date": "01/02/2024"}
    (board,) = read(inventory(system_vendor={"product_name": "Rack 9", "firmware": firmware})).items
    assert (board.kind, board.firmware, board.serial, board.model) == (Kind.BOARD, "2.7", None, None)
    assert board.attributes == {"bios_vendor": "Acme BIOS", "bios_date": "01/02/2024"}


def test_data_of_plug_ins_are_told_as_not_read() -> None:
    snapshot = read({"inventory": inventory(), "extra": {"system": {}}, "data": [["cpu", "physical", "number", "2"]]})
    assert [warning.path for warning in snapshot.warnings] == ["extra", "data"]


@pytest.mark.parametrize("value", [{"inventory": [], "system_vendor": {}, "disks": [], "interfaces": []}])
def test_an_inventory_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(ParseError, match="inventory"):
        snapshots_of(PARSER, json.dumps(value).encode())


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"inventory": {}}', b'{"cpus": 4, "inventory": {}}', b'{"disks": [], "interfaces": []}']
)
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


def test_values_of_odd_types_do_no_harm() -> None:
    odd: list[Any] = [None, 1, 1.5, -1, 10**30, True, [], {}, [[]], [1], "", "x", {"serial_number": []}]
    for value in odd:
        for name in inventory():
            read({"inventory": {**inventory(), name: value}, "disks": value, "extra": value})
        for name in disk():
            drives(disk(**{name: value}), disk())
        for name in port("eth0", "3c:fd:fe:00:00:01"):
            nics({**port("eth0", "3c:fd:fe:00:00:01"), name: value}, value)


def test_unknown_fields_are_kept_with_a_warning() -> None:
    snapshot = read(inventory(disks=[disk(colour="red")], interfaces=[port("a", "3c:fd:fe:00:00:01", colour="blue")]))
    assert [item.attributes["colour"] for item in snapshot.items] == ["red", "blue"]
    assert [warning.path for warning in snapshot.warnings] == ["inventory.disks", "inventory.interfaces"]
    assert [warning.path for warning in read(inventory(colour="red")).warnings] == ["colour"]


@pytest.mark.parametrize(
    ("told", "product"),
    [
        ("Rack 9 (SKU=NotProvided;ModelName=Rack 9)", "Rack 9"),
        ("Rack 9 (To be filled by O.E.M.)", "Rack 9"),
        ("Rack 9 (Gen 2)", "Rack 9 (Gen 2)"),
        ("(SKU=1)", "(SKU=1)"),
    ],
)
def test_the_product_is_told_without_the_sku_that_lshw_put_behind_it(told: str, product: str) -> None:
    assert read({"inventory": inventory(system_vendor={"product_name": told})}).machine.product == product
