"""The parsers of the smaller tools over real files: what a technician reads in them, written down by hand.

The files are no part of the project; where they are missing the module is skipped.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import MachineIdentifiers, Origin, Snapshot
from reanimator_gql.parsers.parser import File, ParseError
from reanimator_gql.parsers.registry import ParsedBundle, parse

pytestmark = pytest.mark.thorough

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

if not SAMPLES.is_dir():
    pytest.skip("the folder of real files is not beside this checkout", allow_module_level=True)


def files(*names: str) -> list[File]:
    """Return files as they stand in a bundle; a folder is all files below it."""
    paths = [found for name in names for found in ([SAMPLES / name] if (SAMPLES / name).is_file() else below(name))]
    return [File(str(path.relative_to(SAMPLES)), path.read_bytes()) for path in paths]


def below(folder: str) -> list[Path]:
    return sorted(path for path in (SAMPLES / folder).rglob("*") if path.is_file())


def bundle(*names: str) -> ParsedBundle:
    return parse(files(*names))


def read(*names: str) -> Snapshot:
    ((_, _, snapshot),) = bundle(*names).snapshots
    return snapshot


def drives(snapshot: Snapshot) -> list[tuple[str | None, str | None, str | None]]:
    assert {item.kind for item in snapshot.items} == {Kind.STORAGE}
    return [(item.slot, item.serial, item.model) for item in snapshot.items]


def test_smartctl_of_a_dell_r6515_with_its_scan_list() -> None:
    snapshot = read("smartctl/dell-r6515")
    assert (snapshot.source, snapshot.machine) == ("smartctl", MachineIdentifiers())
    assert drives(snapshot) == [
        ("/dev/nvme0", "202728F691F5", "Micron_9300_MTFDHAL3T8TDP"),
        ("/dev/nvme1", "202728F691C6", "Micron_9300_MTFDHAL3T8TDP"),
        ("/dev/sda", "203329F89392", "MTFDDAV240TDU"),
        ("/dev/sdb", "203329F89796", "MTFDDAV240TDU"),
    ]
    # The scan list calls sda and sdb SCSI, their files SAT: they are the same devices.
    assert snapshot.coverage == {Kind.STORAGE}
    assert snapshot.collected_at == datetime(2021, 5, 19, 4, 13, 50, tzinfo=UTC)
    assert snapshot.warnings == ()
    nvme, sata = snapshot.items[0], snapshot.items[2]
    assert (nvme.list, nvme.firmware, nvme.vendor, nvme.wwn) == ("smartctl", "11300DN0", None, None)
    assert (nvme.attributes["interface"], nvme.attributes["media"]) == ("NVMe", "SSD")
    assert nvme.attributes["size_bytes"] == 3_840_755_982_336
    assert nvme.telemetry["power_on_hours"] == 301
    assert nvme.telemetry["temperature_c"] == 37
    assert nvme.telemetry["data_units_written"] == 4
    # WWN 5 00a075 129f89392.
    assert (sata.firmware, sata.wwn) == ("D3DJ004", "500a075129f89392")
    assert (sata.attributes["interface"], sata.attributes["media"]) == ("SATA", "SSD")
    assert (sata.attributes["rotation_rpm"], sata.attributes["size_bytes"]) == (0, 240_057_409_536)
    assert sata.telemetry["power_on_hours"] == 306
    assert sata.telemetry["smart_passed"] is True
    assert sata.origin is not None
    assert (sata.origin.file, sata.origin.pointer) == ("smartctl/dell-r6515/sda.json", "")


def test_smartctl_without_one_drive_of_its_scan_list_covers_nothing() -> None:
    names = [f"smartctl/dell-r6515/{name}.json" for name in ("scan", "nvme0", "nvme1", "sda")]
    snapshot = read(*names)
    assert len(snapshot.items) == 3
    assert snapshot.coverage == frozenset()


def test_smartctl_files_of_scrutiny_are_one_snapshot() -> None:
    snapshot = read("smartctl/scrutiny")
    assert drives(snapshot) == [
        ("/dev/sda [megaraid_disk_00]", "XXXXXXXXXXXX", "WD4000FYYX"),
        ("/dev/sdb", "9RK1XXXX", "WDC WD140EDFZ-11A0VA0"),
        ("/dev/sdc", "MSK423Y20S3HBC", "Hitachi HDS721050DLE630"),
        ("/dev/sdg", "Z1Z5DWJK0000XXXXXXXX", "SEAGATE ST4000NM0043"),
        ("/dev/testfoobarpass", "BTNH93710FS91P0B", "INTEL SSDPEKNW010T8"),
    ]
    behind_raid, wd, failing, sas, nvme = snapshot.items
    assert (behind_raid.wwn, behind_raid.firmware) == ("50014ee26101eee7", "00.0D1K4")
    assert (wd.wwn, wd.firmware, wd.attributes["rotation_rpm"]) == ("5000cca264eb01d7", "81.00A81", 5400)
    assert (failing.wwn, failing.attributes["model_family"]) == ("5000cca37fca81a8", "Hitachi Deskstar 7K1000.D")
    assert (failing.telemetry["smart_passed"], failing.telemetry["reallocated_sectors"]) == (False, 1975)
    assert failing.telemetry["pending_sectors"] == 8
    assert (sas.vendor, sas.firmware, sas.wwn) == ("SEAGATE", "MS03", None)
    # This version does not tell the transport: it may be SAS or Fibre Channel.
    assert sas.attributes["interface"] == "SAS"
    assert (sas.attributes["media"], sas.attributes["rotation_rpm"]) == ("HDD", 7200)
    assert (sas.telemetry["power_on_hours"], sas.telemetry["grown_defects"]) == (43549, 56)
    assert (nvme.firmware, nvme.attributes["size_bytes"]) == ("002C", 1_024_209_543_168)
    assert snapshot.coverage == frozenset()
    assert snapshot.collected_at == datetime(2021, 11, 16, 5, 18, 38, tzinfo=UTC)
    (warning,) = snapshot.warnings
    assert "Attribute check" in warning.message


def test_smartctl_files_of_the_exporter_have_no_serials_but_all_else() -> None:
    names = below("smartctl/smartctl_exporter")
    models = {}
    for path in names:
        snapshot = read(str(path.relative_to(SAMPLES)))
        (drive,) = snapshot.items
        assert (drive.serial, drive.firmware) == ("REDACTED", "REDACTED")
        models[drive.model] = (drive.slot, drive.wwn, drive.attributes["interface"], drive.attributes["size_bytes"])
    assert models == {
        "INTEL SSDPE2KX080T8": ("/dev/nvme0", None, "NVMe", 8_001_563_222_016),
        "INTEL SSDPE2KE032T8": ("/dev/nvme0", None, "NVMe", 3_200_631_791_616),
        "Micron_7300_MTFDHBE3T8TDF": ("/dev/nvme3", "00a07501323ac225", "NVMe", 3_840_755_982_336),
        "SAMSUNG MZQL21T9HCJR-00A07": ("/dev/nvme0", None, "NVMe", 1_920_383_410_176),
        "HGST HUS726060ALE614": ("/dev/sdf", "5000cca0499602d2", "SATA", 6_001_175_126_016),
        "HGST HUH721008ALE604": ("/dev/sde", "5000cca0499602d2", "SATA", 8_001_563_222_016),
        "INTEL SSDSC2BB480G7": ("/dev/sda", "55cd2e40499602d2", "SATA", 480_103_981_056),
        "WDC WD2003FYYS-02W0B1": ("/dev/sdi", "50014ee0499602d2", "SATA", 2_000_398_934_016),
        "WDC  WUH721818ALE6L4": ("/dev/sda", "5000cca0499602d2", "SATA", 18_000_207_937_536),
        "WUH721818ALE6L4": ("/dev/sdd", "5000cca0499602d2", "SATA", 18_000_207_937_536),
    }


def test_all_smartctl_files_of_a_bundle_are_one_snapshot_in_any_order() -> None:
    told = files("smartctl")
    forward, backward = parse(told), parse(told[::-1])
    assert forward.snapshots == backward.snapshots
    ((_, _, snapshot),) = forward.snapshots
    assert len(snapshot.items) == 4 + 5 + 10
    assert snapshot.collected_at == datetime(2021, 11, 16, 5, 18, 38, tzinfo=UTC)
    assert any("hour" in warning.message for warning in snapshot.warnings)


def test_a_bundle_of_a_scan_list_alone_is_refused() -> None:
    with pytest.raises(ParseError, match="scan list"):
        bundle("smartctl/dell-r6515/scan.json")


def test_nvme_list() -> None:
    snapshot = read("nvme/nvme-list.json")
    assert (snapshot.source, snapshot.machine, snapshot.collected_at) == ("nvme", MachineIdentifiers(), None)
    (drive,) = snapshot.items
    assert (drive.list, drive.slot, drive.serial) == ("Devices", "/dev/nvme0n1", "19FA109SK07N")
    assert (drive.model, drive.firmware) == ("KXG60ZNV1T02 NVMe TOSHIBA 1024GB", "10604103")
    assert drive.attributes["size_bytes"] == 1_024_209_543_168
    assert (drive.attributes["interface"], drive.attributes["media"]) == ("NVMe", "SSD")
    assert drive.telemetry["used_bytes"] == 1_024_209_543_168
    assert (snapshot.coverage, snapshot.warnings) == (frozenset(), ())
    assert drive.origin is not None
    assert drive.origin.pointer == "/Devices/0"


def parts(snapshot: Snapshot) -> list[tuple[str, str | None, str | None]]:
    return [(str(item.kind), item.slot, item.serial) for item in snapshot.items]


def test_lshw_in_xml_of_a_thinkpad() -> None:
    snapshot = read("lshw/lenovo-thinkpad-2347.lshw.xml")
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="LENOVO",
        product="2347GF8",
        system_serial="PB4F20N",
        uuid="81ACF869-C952-CB11-AF7F-DF81D2500F24",
        board_serial="1ZLMB31B1G6",
        host_name="localhost.localdomain",
    )
    # Neither the graphics in the CPU, the DVD writer nor the modem on USB.
    assert parts(snapshot) == [
        ("BOARD", None, "1ZLMB31B1G6"),
        ("CPU", "CPU Socket - U3E1", "None"),
        ("MEMORY", "ChannelA-DIMM0", "1222BCCE"),
        ("MEMORY", "ChannelB-DIMM0", "1222BCA2"),
        ("STORAGE", "scsi@0:0.0.0", "81PS10ECTMAZ"),
        ("NIC", "pci@0000:00:19", None),
        ("NIC", "pci@0000:03:00", None),
    ]
    board, cpu, dimm, _, disk, lan, wifi = snapshot.items
    assert (board.model, board.firmware) == ("2347GF8", "G1ET73WW (2.09 )")
    assert (cpu.attributes["cores"], cpu.attributes["threads"], cpu.attributes["max_frequency_mhz"]) == (2, 4, 2601)
    assert dimm.part_number == "M471B5273CH0-CK0"
    assert dimm.attributes == {"size_mb": 4096, "type": "DDR3", "form_factor": "SODIMM", "max_speed_mhz": 1600}
    assert (disk.model, disk.firmware, disk.attributes["interface"]) == ("TOSHIBA THNSNC12", "CJLA", "ATA")
    assert (lan.macs, lan.attributes["port_speed_gbps"]) == (("00:21:CC:D9:BF:26",), 1)
    assert (wifi.macs, wifi.firmware) == (("84:3a:4b:33:62:82",), "18.168.6.1")
    assert snapshot.coverage == {Kind.BOARD, Kind.MEMORY, Kind.STORAGE, Kind.NIC}
    assert snapshot.warnings == ()
    assert disk.origin is not None
    assert (disk.origin.line, disk.origin.last_line) == (670, 753)


def test_lshw_in_json_tells_ratings_under_their_names() -> None:
    snapshot = read("lshw/dell-r6515.lshw.json")
    cpu = next(item for item in snapshot.items if item.kind is Kind.CPU)
    assert (cpu.attributes["cores"], cpu.attributes["threads"], cpu.attributes["max_frequency_mhz"]) == (32, 64, 3900)
    assert {
        item.attributes["max_speed_mhz"] for item in snapshot.items if item.kind is Kind.MEMORY and item.present
    } == {3200}
    assert [item.attributes["wattage_w"] for item in snapshot.items if item.kind is Kind.PSU] == [550, 550]
    assert [item.attributes["interface"] for item in snapshot.items if item.kind is Kind.STORAGE] == [
        "NVMe",
        "NVMe",
        "ATA",
        "ATA",
    ]
    (hba,) = [item for item in snapshot.items if item.kind is Kind.HBA]
    assert (hba.attributes["bus"], hba.attributes["port_speed_gbps"], hba.vendor) == ("SAS", 12, "Broadcom / LSI")


@pytest.mark.parametrize("name", ["ubuntu-20.10-vm.lspci-mmv.txt", "ubuntu-20.10-vm.lspci-mmv.jc.json"])
def test_lspci_of_a_virtual_machine(name: str) -> None:
    snapshot = read(f"lspci/{name}")
    assert (snapshot.source, snapshot.machine) == ("lspci", MachineIdentifiers())
    # What it emulates looks like cards; bridges, USB, sound, AHCI and VMware's video are none.
    assert [(str(item.kind), item.slot, item.model) for item in snapshot.items] == [
        ("HBA", "pci@0000:00:10", "53c1030 PCI-X Fusion-MPT Dual Ultra320 SCSI"),
        ("NIC", "pci@0000:02:01", "82545EM Gigabit Ethernet Controller (Copper)"),
    ]
    hba, nic = snapshot.items
    assert (hba.vendor, hba.attributes["subsystem"]) == ("Broadcom / LSI", "VMware LSI Logic Parallel SCSI Controller")
    assert (nic.vendor, nic.attributes["physical_slot"]) == ("Intel Corporation", "33")
    assert (nic.serial, nic.macs, nic.link_width, nic.max_link_width) == (None, (), None, None)
    assert (snapshot.coverage, snapshot.warnings) == (frozenset(), ())


def test_text_and_json_of_one_lspci_tell_the_same() -> None:
    text, jc = read("lspci/ubuntu-20.10-vm.lspci-mmv.txt"), read("lspci/ubuntu-20.10-vm.lspci-mmv.jc.json")
    assert [(item.slot, item.model, item.attributes) for item in text.items] == [
        (item.slot, item.model, item.attributes) for item in jc.items
    ]
    assert text.items[0].origin == Origin(file="lspci/ubuntu-20.10-vm.lspci-mmv.txt", line=55, last_line=61)


def test_sysfs_names_a_dell_r6515_by_its_dmi_tables() -> None:
    snapshot = read("sysfs/dell-r6515-dmi-id.txt")
    assert snapshot.source == "sysfs"
    assert snapshot.machine == MachineIdentifiers(
        manufacturer="Dell Inc.",
        product="PowerEdge R6515",
        system_serial="7N62AI2",
        uuid="83340ca8-cb49-4474-8c29-d2088ca84dd9",
        board_serial=".7N62AI2.GRTCL6944100GP.",
        chassis_serial="7N62AI2",
    )
    (board,) = snapshot.items
    assert (board.kind, board.serial, board.vendor) == (Kind.BOARD, ".7N62AI2.GRTCL6944100GP.", "Dell Inc.")
    assert (board.model, board.firmware, board.attributes["board_version"]) == ("07PXPY", "2.2.4", "A01")
    assert (snapshot.coverage, snapshot.collected_at, snapshot.warnings) == (frozenset(), None, ())


def test_sysfs_of_an_nvme_controller() -> None:
    snapshot = read("sysfs/nvme0.txt")
    (drive,) = snapshot.items
    assert snapshot.machine == MachineIdentifiers()
    assert (drive.kind, drive.slot, drive.serial) == (Kind.STORAGE, "/dev/nvme0", "S680HF8N190894I")
    assert (drive.model, drive.firmware) == ("Samsung SSD 970 PRO 512GB", "1B2QEXP7")
    assert drive.origin == Origin(file="sysfs/nvme0.txt", line=1, last_line=5)


def test_sysfs_of_pci_devices_is_the_drive_and_not_the_bridge_above_it() -> None:
    snapshot = read("sysfs/pci-nvme-and-bridge.txt")
    (drive,) = snapshot.items
    assert (drive.kind, drive.slot, drive.serial) == (Kind.STORAGE, "pci@0000:01:00", None)
    assert (drive.link_width, drive.max_link_width, drive.max_link_speed_gts) == (4, 4, 8.0)
    assert drive.telemetry["link_speed_gts"] == 8.0
    assert (drive.attributes["vendor_id"], drive.attributes["device_id"]) == ("0xc0a9", "0x540a")


def test_all_sysfs_texts_of_a_folder_are_one_machine() -> None:
    snapshot = read("sysfs")
    assert snapshot.machine.system_serial == "7N62AI2"
    board, drive = snapshot.items
    # One controller and one NVMe function: they are one.
    assert (drive.slot, drive.serial, drive.max_link_width) == ("pci@0000:01:00", "S680HF8N190894I", 4)
    assert board.kind is Kind.BOARD


def test_ironic_introspection_of_a_virtual_machine() -> None:
    snapshot = read("ironic/inspector-introspection-data.json")
    assert snapshot.source == "ironic"
    assert snapshot.machine == MachineIdentifiers(manufacturer="Bochs", product="Bochs", system_serial="Not Specified")
    # Two processors are no sockets, 2 GB are no module, and disk and interfaces are virtio's (vendor 0x1af4).
    assert snapshot.items == ()
    assert [warning.path.rpartition(": ")[2] for warning in snapshot.warnings] == [
        "inventory.disks",
        "inventory.interfaces",
    ]
    assert (snapshot.coverage, snapshot.collected_at) == (frozenset(), None)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ipmi/ipmi-lan-info.txt", "`ipmitool lan print`"),
        ("ipmi/ipmi-sdr.txt", "`ipmitool sdr`"),
        ("ipmi/ipmitool-sel-info.txt", "`ipmitool sel`"),
        ("vendor-tools/dell-r6515.dsu_inventory.txt", "Dell System Update"),
        ("vendor-tools/rackhd-storcli-physical-disks.json", "JSON of storcli"),
        ("vendor-tools/storcli-show.json", "JSON of storcli"),
        *[(f"smartctl-text/{path.name}", "text of smartctl: run `smartctl --json`") for path in below("smartctl-text")],
    ],
)
def test_what_is_not_read_is_told_by_its_name(name: str, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        bundle(name)
    assert words in str(caught.value)
