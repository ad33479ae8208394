"""smartctl's JSON: drives of each protocol, what is no drive, and what a bundle of files covers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers, Origin
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.smartctl.parser import MAX_FILES, PARSER
from tests.parsers.reading import bundle_of, snapshots_of, sniffs
from tests.parsers.smartctl.texts import (
    REPORT,
    T,
    behind,
    failed,
    files,
    nvme,
    reading,
    report,
    sas,
    sata,
    scan,
    snapshot_of,
)


def drive(value: REPORT) -> Item:
    (item,) = snapshot_of(value).items
    return item


def test_a_sata_drive_is_read_and_what_changes_by_itself_is_telemetry() -> None:
    assert drive(sata()) == Item(
        kind=Kind.STORAGE,
        list="smartctl",
        slot="/dev/sda",
        serial="TURBO001",
        model="ACME TURBO 480",
        firmware="T100",
        wwn="500a075129f89392",
        attributes={
            "interface": "SATA",
            "media": "SSD",
            "rotation_rpm": 0,
            "size_bytes": 480_103_981_056,
            "model_family": "Acme Turbo",
            "form_factor": "2.5 inches",
            "logical_block_size": 512,
            "max_interface_speed": "6.0 Gb/s",
            "sata_version": "SATA 3.2",
        },
        telemetry={
            "smart_passed": True,
            "power_on_hours": 1200,
            "power_cycles": 9,
            "temperature_c": 31,
            "interface_speed": "3.0 Gb/s",
            "reallocated_sectors": 2,
            "pending_sectors": 1,
            "life_left_pct": 98,
        },
        origin=Origin(file="0.json", pointer=""),
    )


def test_a_drive_of_the_parallel_or_an_unknown_ata_is_ata() -> None:
    assert drive(sata(sata_version=None, rotation_rate=7200)).attributes["interface"] == "ATA"
    assert drive(sata(rotation_rate=7200)).attributes["media"] == "HDD"
    assert "media" not in drive(sata(rotation_rate=None)).attributes


def test_a_sas_drive_is_read_by_the_names_of_new_and_old_versions() -> None:
    new = drive(sas())
    assert (new.vendor, new.model, new.firmware) == ("SEAGATE", "SEAGATE ST600MM0009", "N004")
    assert (new.serial, new.wwn) == ("S0M1AAAA", "5000c500a1b2c3d4")
    assert (new.attributes["interface"], new.attributes["rotation_rpm"]) == ("SAS", 10000)
    assert new.telemetry == {"power_on_hours": 300, "grown_defects": 4, "uncorrected_read_errors": 3}
    old_names = {"vendor": "SEAGATE", "product": "ST600MM0009", "model_name": "SEAGATE ST600MM0009", "revision": "N004"}
    without = dict.fromkeys(("scsi_vendor", "scsi_product", "scsi_model_name", "scsi_revision"))
    old = drive({key: value for key, value in sas().items() if key not in without} | old_names)
    assert (old.vendor, old.model, old.firmware) == (new.vendor, new.model, new.firmware)


def test_a_scsi_drive_is_sas_unless_it_tells_another_transport() -> None:
    assert drive(sas(scsi_transport_protocol=None)).attributes["interface"] == "SAS"
    assert "interface" not in drive(sas(scsi_transport_protocol={"name": "Internet SCSI (iSCSI)"})).attributes
    assert drive(sas(scsi_transport_protocol={"name": "Fibre channel (FCP-2)"})).attributes["interface"] == "FC"


def test_an_nvme_drive_has_its_whole_capacity_and_its_eui64() -> None:
    one = drive(nvme())
    assert (one.serial, one.vendor, one.wwn) == ("NV000001", None, "00a07501323ac225")
    assert one.attributes == {
        "interface": "NVMe",
        "media": "SSD",
        "size_bytes": 3_840_755_982_336,
        "pci_vendor_id": "0x1344",
        "pci_subsystem_vendor_id": "0x1344",
    }
    assert one.telemetry == {"power_on_hours": 44, "percentage_used": 2, "media_errors": 0}
    assert drive(nvme(nvme_total_capacity=None)).attributes["size_bytes"] == 1_000_000


def test_an_empty_eui64_is_no_wwn() -> None:
    assert drive(nvme(nvme_namespaces=[None, {"eui64": {"oui": 0, "ext_id": 0}}])).wwn is None


def test_drives_behind_one_device_do_not_share_a_place() -> None:
    snapshot = snapshot_of(behind(sas(), 1), behind(sas(serial_number="S0M1BBBB", logical_unit_id=None), 0))
    assert [(item.slot, item.serial) for item in snapshot.items] == [
        ("/dev/sda [megaraid_disk_00]", "S0M1BBBB"),
        ("/dev/sda [megaraid_disk_01]", "S0M1AAAA"),
    ]


@pytest.mark.parametrize(
    ("device", "slot"),
    [
        ({"info_name": "/dev/sda [megaraid_disk_00] [SAT]", "type": "sat+megaraid,0"}, "/dev/sda [megaraid_disk_00]"),
        ({"info_name": "/dev/sda [cciss_disk_03] [SCSI]", "type": "cciss"}, "/dev/sda [cciss_disk_03]"),
        ({"info_name": "/dev/sg2 [areca_disk#01_enc#02]", "type": "areca,1/2"}, "/dev/sda [areca_disk#01_enc#02]"),
        ({"info_name": "/dev/twa0 [3ware_disk_05]", "type": "3ware,5"}, "/dev/sda [3ware_disk_05]"),
        ({"type": "aacraid,0,0,12"}, "/dev/sda [aacraid_disk_00_00_12]"),
        ({"info_name": "/dev/sda [SAT]", "type": "sat"}, "/dev/sda"),
        ({"info_name": "/dev/sda [USB JMicron]", "type": "usbjmicron"}, "/dev/sda"),
    ],
)
def test_the_place_names_the_controllers_disk(device: dict[str, str], slot: str) -> None:
    assert drive(sata(device={"name": "/dev/sda", "protocol": "ATA", **device})).slot == slot


def test_two_paths_of_a_sas_drive_are_one_drive() -> None:
    snapshot = snapshot_of(sas("/dev/sdk"), sas("/dev/sdb", power_cycle_count=7), behind(sas(), 4, "/dev/bus/0"))
    assert [(item.slot, item.serial) for item in snapshot.items] == [("/dev/bus/0 [megaraid_disk_04]", "S0M1AAAA")]
    assert snapshot.items[0].telemetry["power_cycles"] == 7


@pytest.mark.parametrize(
    "other",
    [
        {"logical_unit_id": "0x5000c500a1b2c3d8"},
        {"logical_unit_id": None},
        {"serial_number": "S0M1BBBB"},
    ],
)
def test_only_serial_with_wwn_makes_two_places_one_drive(other: REPORT) -> None:
    assert len(snapshot_of(sas("/dev/sda"), sas("/dev/sdb", **other)).items) == 2


def test_fake_serials_and_wwns_join_nothing() -> None:
    fake = {"serial_number": "REDACTED", "logical_unit_id": "0x5000cca0499602d2"}
    assert len(snapshot_of(sas("/dev/sda", **fake), sas("/dev/sdb", **fake)).items) == 2
    assert len(snapshot_of(sas("/dev/sda", **fake), sas("/dev/sda", scsi_model_name="Other", **fake)).items) == 2


def test_namespaces_of_an_nvme_drive_are_one_drive() -> None:
    snapshot = snapshot_of(nvme("/dev/nvme0n2", nvme_namespaces=None), nvme("/dev/nvme0"), nvme("/dev/nvme0n1"))
    assert [(item.slot, item.wwn) for item in snapshot.items] == [("/dev/nvme0", "00a07501323ac225")]


def test_a_drive_read_twice_is_one_drive_with_the_latest_telemetry() -> None:
    later = sata(local_time={"time_t": T + 60}, temperature={"current": 40}, ata_smart_attributes=None)
    for told in ([sata(), later], [later, sata()]):
        (one,) = snapshot_of(*told).items
        assert (one.telemetry["temperature_c"], one.telemetry["reallocated_sectors"]) == (40, 2)


def test_the_order_of_the_files_and_of_their_keys_changes_nothing() -> None:
    told = files(sata(), sas(), nvme(), scan(sata(), sas(), nvme()), failed("x failed"))
    first = PARSER.parse(told)
    assert PARSER.parse(told[::-1]) == first
    sorted_keys = [File(path, json.dumps(json.loads(content), sort_keys=True).encode()) for path, content in told]
    assert PARSER.parse(sorted_keys) == first
    assert first.snapshots[0].machine == MachineIdentifiers()


def test_a_scan_list_and_a_file_for_each_device_cover_storage() -> None:
    assert snapshot_of(scan(sata(), nvme()), sata(), nvme()).coverage == {Kind.STORAGE}
    assert snapshot_of(scan(sata()), scan(sata(), nvme()), sata()).coverage == frozenset()
    assert snapshot_of(sata(), nvme()).coverage == frozenset()
    assert snapshot_of(scan(), sata()).coverage == frozenset()


def test_a_device_of_the_scan_list_that_could_not_be_read_takes_the_coverage() -> None:
    unread = failed("Smartctl open device: /dev/sdb failed: Permission denied")
    snapshot = snapshot_of(scan(sata(), sas()), sata(), unread)
    assert snapshot.coverage == frozenset()
    (warning,) = snapshot.warnings
    assert warning.path == "2.json"
    assert "Permission denied" in warning.message


RAID_HINT = "Smartctl open device: /dev/sda failed: DELL or MegaRaid controller, please try adding '-d megaraid,N'"
PERC = sas("/dev/sda", scsi_vendor="DELL", scsi_product="PERC H730P Mini", scsi_model_name="DELL PERC H730P Mini")


@pytest.mark.parametrize("volume", [failed(RAID_HINT), PERC])
def test_a_logical_volume_needs_no_file_where_the_drives_behind_it_are_scanned(volume: REPORT) -> None:
    disk = behind(sas(), 0, "/dev/bus/0")
    whole = snapshot_of(scan(PERC, disk), volume, disk)
    assert [item.serial for item in whole.items] == ["S0M1AAAA"]
    assert whole.coverage == {Kind.STORAGE}
    assert len(whole.warnings) == 1


def test_an_open_error_of_the_scan_list_tells_a_logical_volume_too() -> None:
    disk = behind(sas(), 0, "/dev/bus/0")
    listed = scan(PERC, disk)
    listed["devices"][0]["open_error"] = RAID_HINT.partition("failed: ")[2]
    assert snapshot_of(listed, disk).coverage == {Kind.STORAGE}


def test_where_the_drives_behind_a_volume_are_not_scanned_nothing_is_covered() -> None:
    volume = sas("/dev/sda", scsi_vendor="HP", scsi_product="LOGICAL VOLUME", scsi_model_name="HP LOGICAL VOLUME")
    assert snapshot_of(scan(volume), volume, behind(sas(), 0)).coverage == frozenset()


def test_an_enclosure_is_no_drive_and_counts_as_read() -> None:
    shelf = sas("/dev/sg7", device_type={"scsi_value": 13, "name": "enclosure"}, serial_number="SHELF01")
    snapshot = snapshot_of(scan(sata(), shelf), sata(), shelf)
    assert [item.serial for item in snapshot.items] == ["TURBO001"]
    assert snapshot.coverage == {Kind.STORAGE}


@pytest.mark.parametrize(
    "value",
    [
        sas(scsi_product="MR9361-8i", scsi_vendor="AVAGO"),
        sas(scsi_product="LUN C-Mode", scsi_vendor="NETAPP"),
        sas(scsi_product="VIRTUAL-DISK", scsi_transport_protocol={"name": "iSCSI"}),
        sas(scsi_product="Virtual HDisk0", scsi_vendor="AMI"),
        sata(model_name="DELLBOSS VD"),
        sata(model_name="QEMU HARDDISK"),
        nvme(model_name="HPE NS204i-p Gen10+ Boot Controller"),
        nvme(model_name="Dell BOSS-N1"),
        nvme(model_name="VMware Virtual NVMe Disk"),
        nvme(model_name="MSFT NVMe Accelerator v1.0"),
        nvme(model_name="Alibaba Cloud Elastic Block Storage"),
        nvme(model_name="nvme_card-pd"),
    ],
)
def test_a_volume_a_lun_and_a_virtual_disk_are_refused_where_nothing_else_is_told(value: REPORT) -> None:
    (bad,) = reading(value).bad
    assert "logical volume" in bad.error.reason
    assert snapshot_of(value, sata("/dev/sdz")).items[0].serial == "TURBO001"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (failed("Smartctl open device: /dev/sdb failed: No such device"), "No such device"),
        (failed("Device is in STANDBY mode, exit(2)", device={"name": "/dev/sdb", "info_name": "/dev/sdb"}), "STANDBY"),
        (report("/dev/sdb", "scsi", "SCSI"), "neither model nor serial"),
        (scan(sata()), "scan list"),
        ([], "no output"),
        ([1, "smartctl"], "no output"),
    ],
)
def test_a_file_without_a_drive_is_refused_with_the_reason(value: Any, words: str) -> None:
    read = PARSER.parse(files(value))
    assert read.snapshots == ()
    assert words in read.bad[0].error.reason


def test_a_bad_file_stands_beside_the_good_ones() -> None:
    cut = File("cut.json", json.dumps(sata("/dev/sdb")).encode()[:-40])
    read = PARSER.parse([*files(sata(), scan(sata(), sata("/dev/sdb"))), cut])
    assert [item.slot for item in read.snapshots[0].items] == ["/dev/sda"]
    assert read.snapshots[0].coverage == frozenset()
    assert [bad.path for bad in read.bad] == ["cut.json"]
    assert read.bad[0].error.line is not None


def test_several_outputs_in_one_list_are_read_with_their_pointers() -> None:
    snapshot = snapshot_of([sata(), nvme(), scan(sata(), nvme())])
    assert [item.origin for item in snapshot.items] == [
        Origin(file="0.json", pointer="/1"),
        Origin(file="0.json", pointer="/0"),
    ]
    assert snapshot.coverage == {Kind.STORAGE}


def test_an_exit_status_is_no_failure_and_messages_are_warnings() -> None:
    told = {
        "exit_status": 216,
        "messages": [{"string": "read failed", "severity": "error"}, {"string": "hello", "severity": "information"}],
    }
    snapshot = snapshot_of(sata(smartctl=told), sata("/dev/sdb", smartctl=told, serial_number="TURBO002"))
    assert [(one.path, one.message) for one in snapshot.warnings] == [("0.json", "read failed (2 times)")]


def test_the_time_is_that_of_the_latest_file() -> None:
    snapshot = snapshot_of(sata(), nvme(local_time={"time_t": T + 3601}))
    assert snapshot.collected_at == datetime.fromtimestamp(T + 3601, UTC)
    assert "an hour apart" in snapshot.warnings[0].message
    near = snapshot_of(sata(), nvme(local_time={"time_t": T + 3600}))
    assert near.warnings == ()


@pytest.mark.parametrize("time", [None, 0, -1, 10**14, "x", 1.5, True])
def test_a_time_that_is_none_is_missing(time: Any) -> None:
    assert snapshot_of(sata(local_time={"time_t": time})).collected_at is None


def test_a_scrubbed_report_without_smartctls_own_keys_is_recognised() -> None:
    value = sas(smartctl=None, json_format_version=None)
    assert drive(value).serial == "S0M1AAAA"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"smartctl 7.3\n\n=== START OF INFORMATION SECTION ===\nVendor: X\n", "run `smartctl --json`"),
        (b'json = {};\njson.smartctl = {};\njson.device.name = "/dev/sda";\n', "without `=g`"),
    ],
)
def test_the_text_of_smartctl_is_told_by_its_name(content: bytes, hint: str) -> None:
    assert not sniffs(PARSER, content)
    with pytest.raises(ParseError, match=hint):
        bundle_of(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"device": {"name": "x"}}', b'{"smartctl": 1}', b"smartctl"])
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not sniffs(PARSER, content)


def test_values_of_odd_types_do_no_harm() -> None:
    odd: list[Any] = [None, 1, 1.5, -1, 10**30, True, [], {}, [[]], [1], "", "x", {"name": [], "naa": "x", "bytes": {}}]
    for value in odd:
        for made in (sata(), sas(), nvme()):
            for name in made:
                reading({**made, name: value, "smartctl": {"exit_status": 0}, "serial_number": "S"})
        reading({**scan(sata()), "devices": [value, {"name": value, "type": value}]}, sata())


def test_one_output_is_read_as_a_bundle_of_one_file() -> None:
    (snapshot,) = snapshots_of(PARSER, json.dumps(sata()).encode())
    assert snapshot.items[0].origin == Origin(pointer="")


def test_unknown_fields_are_told_and_logs_are_not() -> None:
    snapshot = snapshot_of(sata(colour="red", ata_new_log={"a": 1}, scsi_new_log=1), nvme(colour="blue"))
    (warning,) = snapshot.warnings
    assert warning.message == "unknown fields, kept in the raw files only: colour"


@pytest.mark.parametrize(("vendor", "interface"), [("NVMe", "NVMe"), ("ATA", "ATA")])
def test_a_controller_that_speaks_scsi_for_a_drive_says_so_as_its_maker(vendor: str, interface: str) -> None:
    assert drive(sas(scsi_vendor=vendor)).attributes["interface"] == interface


def test_more_files_than_any_machine_has_drives_are_refused_before_they_are_read() -> None:
    files = [File(f"{number}.json", b"{}") for number in range(MAX_FILES + 1)]
    with pytest.raises(ParseError, match="2001 smartctl files"):
        PARSER.parse(files)
