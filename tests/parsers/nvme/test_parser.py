"""nvme's JSON: lists of every version, what they fold together, and what is no drive of the machine."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin, Snapshot
from reanimator_gql.parsers.nvme.parser import PARSER
from reanimator_gql.parsers.parser import File, ParseError, Reading
from tests.parsers.reading import bundle_of, sniffs


def namespace(name: str, serial: str = "NV000001", **values: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "NameSpace": 1,
        "DevicePath": f"/dev/{name}",
        "Firmware": "1.0",
        "ModelNumber": "ACME NV1",
        "SerialNumber": serial,
        "UsedBytes": 500,
        "MaximumLBA": 2,
        "PhysicalSize": 1024,
        "SectorSize": 512,
        **values,
    }
    return {key: value for key, value in told.items() if value is not None}


def controller(name: str, serial: str = "NV000001", **values: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Controller": name,
        "SerialNumber": serial,
        "ModelNumber": "ACME NV1",
        "Firmware": "1.0",
        "Transport": "pcie",
        "Address": "0000:3d:00.0",
        "Slot": "7",
        "Namespaces": [{"NameSpace": f"{name}n1", "NSID": 1, "UsedBytes": 5, "PhysicalSize": 1024, "SectorSize": 512}],
        "Paths": [],
        **values,
    }
    return {key: value for key, value in told.items() if value is not None}


def subsystem(*controllers: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"Subsystem": "nvme-subsys0", "SubsystemNQN": "nqn:one", "Controllers": [*controllers], **values}


def flat(*entries: Any) -> dict[str, Any]:
    return {"Devices": [*entries]}


def nested(*subsystems: Any) -> dict[str, Any]:
    return {"Devices": [{"HostNQN": "nqn:host", "HostID": "1", "Subsystems": [*subsystems]}]}


CTRL = {
    "vid": 0x144D,
    "ssvid": 0x1028,
    "sn": "NV000001            ",
    "mn": "ACME NV1                                ",
    "fr": "1.0     ",
    "ieee": 9528,
    "cntlid": 6,
    "ver": 66304,
    "tnvmcap": 2048,
    "subnqn": "nqn:one",
}


def reading(*values: Any) -> Reading:
    files = [File(f"{number}.json", json.dumps(value).encode()) for number, value in enumerate(values)]
    assert all(PARSER.sniff(file) for file in files)
    return PARSER.parse(files)


def snapshot_of(*values: Any) -> Snapshot:
    (snapshot,) = reading(*values).snapshots
    return snapshot


def test_a_flat_list_is_read() -> None:
    snapshot = snapshot_of(flat(namespace("nvme0n1", ProductName="Acme device")))
    assert (snapshot.source, snapshot.machine, snapshot.coverage) == ("nvme", MachineIdentifiers(), frozenset())
    assert snapshot.items == (
        Item(
            kind=Kind.STORAGE,
            list="Devices",
            slot="/dev/nvme0n1",
            serial="NV000001",
            model="ACME NV1",
            firmware="1.0",
            attributes={
                "interface": "NVMe",
                "media": "SSD",
                "sector_size": 512,
                "product_name": "Acme device",
                "size_bytes": 1024,
            },
            telemetry={"used_bytes": 500, "names": ["/dev/nvme0n1"]},
            origin=Origin(file="0.json", pointer="/Devices/0"),
        ),
    )


def test_namespaces_of_a_drive_are_one_drive_with_their_sizes_together() -> None:
    told = flat(namespace("nvme0n1"), namespace("nvme0n2"), namespace("nvme1n1", "NV000002"))
    first, second = snapshot_of(told).items
    assert (first.slot, first.serial, first.attributes["size_bytes"]) == ("/dev/nvme0n1", "NV000001", 2048)
    assert first.telemetry["names"] == ["/dev/nvme0n1", "/dev/nvme0n2"]
    assert (second.slot, second.serial) == ("/dev/nvme1n1", "NV000002")


def test_a_namespace_that_multipath_lists_twice_counts_once() -> None:
    (drive,) = snapshot_of(flat(namespace("nvme0n1"), namespace("nvme0n1"), namespace("nvme0c1n1"))).items
    assert drive.attributes["size_bytes"] == 2048


def test_two_controllers_with_one_serial_in_a_flat_list_stay_two() -> None:
    # Cheap drives share a serial: that it names no drive is decided later.
    assert len(snapshot_of(flat(namespace("nvme0n1"), namespace("nvme1n1"))).items) == 2


def test_a_nested_list_is_read_with_the_address_as_the_place() -> None:
    (drive,) = snapshot_of(nested(subsystem(controller("nvme0")))).items
    assert (drive.list, drive.slot, drive.serial) == ("Subsystems", "pci@0000:3d:00", "NV000001")
    assert drive.attributes == {
        "interface": "NVMe",
        "media": "SSD",
        "sector_size": 512,
        "subsystem_nqn": "nqn:one",
        "physical_slot": "7",
        "size_bytes": 1024,
    }
    assert drive.telemetry == {"used_bytes": 5, "names": ["nvme0"]}
    assert drive.origin == Origin(file="0.json", pointer="/Devices/0/Subsystems/0/Controllers/0")


def test_a_nested_list_of_the_first_versions_has_its_subsystems_at_the_top() -> None:
    (drive,) = snapshot_of(flat(subsystem(controller("nvme0", Address=None, Slot="")))).items
    assert (drive.slot, drive.attributes.get("physical_slot")) == ("/dev/nvme0", None)


def test_two_ports_of_a_drive_are_one_drive_and_shared_namespaces_count_once() -> None:
    shared = [{"NameSpace": "nvme0n1", "PhysicalSize": 4096, "UsedBytes": 1}]
    ports = [controller("nvme0", Namespaces=[]), controller("nvme1", Namespaces=[], Address="0000:3e:00.0")]
    (drive,) = snapshot_of(nested(subsystem(*ports, Namespaces=shared))).items
    assert drive.attributes["size_bytes"] == 4096
    assert drive.telemetry["names"] == ["nvme0", "nvme1"]


@pytest.mark.parametrize("transport", ["tcp", "rdma", "fc", "loop"])
def test_controllers_reached_over_a_network_are_no_drives(transport: str) -> None:
    far = subsystem(controller("nvme5", "FAR00001", Transport=transport, Address="traddr=10.0.0.1"))
    snapshot = snapshot_of(nested(far, subsystem(controller("nvme0"))))
    assert [item.serial for item in snapshot.items] == ["NV000001"]
    (warning,) = snapshot.warnings
    assert "nvme5" in warning.message
    assert "no local NVMe drive" in reading(nested(far)).bad[0].error.reason


@pytest.mark.parametrize("model", ["Linux", "dellemc-powerstore", "NetApp ONTAP Controller", "QEMU NVMe Ctrl"])
def test_volumes_of_arrays_and_virtual_drives_are_no_drives(model: str) -> None:
    snapshot = snapshot_of(flat(namespace("nvme0n1"), namespace("nvme1n1", "X", ModelNumber=model)))
    assert [item.serial for item in snapshot.items] == ["NV000001"]


def test_id_ctrl_alone_is_a_drive_without_a_place() -> None:
    (drive,) = snapshot_of(CTRL).items
    assert (drive.list, drive.slot, drive.serial, drive.model) == ("id-ctrl", None, "NV000001", "ACME NV1")
    assert drive.firmware == "1.0"
    assert drive.attributes == {
        "interface": "NVMe",
        "media": "SSD",
        "size_bytes": 2048,
        "pci_vendor_id": "0x144d",
        "pci_subsystem_vendor_id": "0x1028",
        "ieee_oui": "002538",
        "nvme_version": "1.3.0",
        "subsystem_nqn": "nqn:one",
    }
    assert drive.telemetry == {}


def test_id_ctrl_of_a_listed_drive_adds_its_details() -> None:
    for told in ([CTRL, flat(namespace("nvme0n1"))], [flat(namespace("nvme0n1")), CTRL, CTRL]):
        (drive,) = snapshot_of(*told).items
        assert drive.slot == "/dev/nvme0n1"
        assert (drive.attributes["pci_vendor_id"], drive.attributes["size_bytes"]) == ("0x144d", 1024)


def test_one_drive_in_both_kinds_of_list_stands_in_two_lists() -> None:
    snapshot = snapshot_of(flat(namespace("nvme0n1")), nested(subsystem(controller("nvme0"))))
    assert [(item.list, item.serial) for item in snapshot.items] == [
        ("Devices", "NV000001"),
        ("Subsystems", "NV000001"),
    ]


def test_the_order_of_the_files_changes_nothing() -> None:
    files = [
        File("b.json", json.dumps(flat(namespace("nvme0n1"))).encode()),
        File("a.json", json.dumps(CTRL).encode()),
    ]
    assert PARSER.parse(files) == PARSER.parse(files[::-1])


@pytest.mark.parametrize("capacity", [1.920383410176e12, "1920383410176", 1_920_383_410_176])
def test_a_capacity_is_read_in_every_spelling(capacity: Any) -> None:
    (drive,) = snapshot_of({**CTRL, "tnvmcap": capacity}).items
    assert drive.attributes["size_bytes"] == 1_920_383_410_176


def test_an_empty_list_is_refused_for_what_it_is() -> None:
    read = reading(flat())
    assert (read.snapshots, len(read.bad)) == ((), 1)
    assert "no local NVMe drive" in read.bad[0].error.reason


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"Node             SN                   Model   Namespace Usage\n", "nvme list -o json"),
        (b"NVME Identify Controller:\nvid       : 0x144d\n", "nvme id-ctrl -o json"),
    ],
)
def test_the_text_of_nvme_is_told_by_its_name(content: bytes, hint: str) -> None:
    with pytest.raises(ParseError, match=hint):
        bundle_of(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"Devices": 1}',
        b'{"Devices": [{"Name": "x"}]}',
        b'{"@odata.id": 1, "Devices": [], "Controllers": 1}',
    ],
)
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


def test_values_of_odd_types_do_no_harm() -> None:
    odd: list[Any] = [None, 1, 1.5, -1, 10**30, True, [], {}, [[]], [1], "", "x", [{"NameSpace": []}]]
    for value in odd:
        entries: list[dict[str, Any]] = [namespace("nvme0n1"), subsystem(controller("nvme0")), {"Subsystems": []}]
        for made in entries:
            for name in made:
                reading(flat({**made, name: value}, namespace("nvme9n1")))
        for name in controller("nvme0"):
            reading(nested(subsystem({**controller("nvme0"), name: value}), value))
        for name in CTRL:
            reading({**CTRL, name: value})


def test_unknown_fields_are_kept_with_a_warning() -> None:
    for told in (
        flat(namespace("nvme0n1", Colour="red", Odd={})),
        nested(subsystem(controller("nvme0", Colour="red"))),
    ):
        snapshot = snapshot_of(told)
        assert snapshot.items[0].attributes["Colour"] == "red"
        (warning,) = snapshot.warnings
        assert "Colour" in warning.message


def test_a_name_of_more_digits_than_python_reads_is_a_name() -> None:
    name = "nvme" + "9" * 5_000
    snapshot = snapshot_of(flat(namespace(name), namespace("nvme1n1", "NV000002")))
    assert [item.slot for item in snapshot.items] == ["/dev/nvme1n1", f"/dev/{name}"]
