"""Reports as smartctl writes them in JSON, made small."""

import json
from typing import Any

from reanimator_gql.domain.snapshot import Snapshot
from reanimator_gql.parsers.parser import File, Reading
from reanimator_gql.parsers.smartctl.parser import PARSER

REPORT = dict[str, Any]

T = 1_700_000_000


def report(name: str, kind: str, protocol: str, **values: Any) -> REPORT:
    told: REPORT = {
        "json_format_version": [1, 0],
        "smartctl": {"version": [7, 3], "argv": ["smartctl", "--json", "-x", name], "exit_status": 0},
        "local_time": {"time_t": T, "asctime": "Tue Nov 14 22:13:20 2023 UTC"},
        "device": {"name": name, "info_name": name, "type": kind, "protocol": protocol},
        **values,
    }
    return {key: value for key, value in told.items() if value is not None}


def sata(name: str = "/dev/sda", **values: Any) -> REPORT:
    told: REPORT = {
        "model_family": "Acme Turbo",
        "model_name": "ACME TURBO 480",
        "serial_number": "TURBO001",
        "wwn": {"naa": 5, "oui": 0x00A075, "id": 0x129F89392},
        "firmware_version": "T100",
        "user_capacity": {"blocks": 937703088, "bytes": 480103981056},
        "logical_block_size": 512,
        "rotation_rate": 0,
        "form_factor": {"ata_value": 3, "name": "2.5 inches"},
        "sata_version": {"string": "SATA 3.2", "value": 255},
        "interface_speed": {"max": {"string": "6.0 Gb/s"}, "current": {"string": "3.0 Gb/s"}},
        "smart_status": {"passed": True},
        "power_on_time": {"hours": 1200},
        "power_cycle_count": 9,
        "temperature": {"current": 31},
        "ata_smart_attributes": {
            "table": [
                {"id": 5, "name": "Reallocated_Sector_Ct", "value": 100, "raw": {"value": 2, "string": "2"}},
                {"id": 197, "name": "Current_Pending_Sector", "value": 100, "raw": {"value": 1, "string": "1"}},
                {"id": 233, "name": "Media_Wearout_Indicator", "value": 98, "raw": {"value": 0, "string": "0"}},
            ]
        },
        **values,
    }
    return report(name, "sat", "ATA", **told)


def sas(name: str = "/dev/sdb", **values: Any) -> REPORT:
    told: REPORT = {
        "scsi_vendor": "SEAGATE",
        "scsi_product": "ST600MM0009",
        "scsi_model_name": "SEAGATE ST600MM0009",
        "scsi_revision": "N004",
        "scsi_version": "SPC-4",
        "serial_number": "S0M1AAAA",
        "logical_unit_id": "0x5000c500a1b2c3d4",
        "user_capacity": {"blocks": 1172123568, "bytes": 600127266816},
        "rotation_rate": 10000,
        "device_type": {"scsi_value": 0, "name": "disk"},
        "scsi_transport_protocol": {"name": "SAS (SPL-4)", "value": 6},
        "power_on_time": {"hours": 300, "minutes": 5},
        "scsi_grown_defect_list": 4,
        "scsi_error_counter_log": {"read": {"total_uncorrected_errors": 3}},
        **values,
    }
    return report(name, "scsi", "SCSI", **told)


def nvme(name: str = "/dev/nvme0", **values: Any) -> REPORT:
    told: REPORT = {
        "model_name": "ACME NV1",
        "serial_number": "NV000001",
        "firmware_version": "1.0",
        "nvme_pci_vendor": {"id": 0x1344, "subsystem_id": 0x1344},
        "nvme_total_capacity": 3_840_755_982_336,
        "nvme_namespaces": [{"id": 1, "eui64": {"oui": 0x00A075, "ext_id": 0x01323AC225}}],
        "user_capacity": {"bytes": 1_000_000},
        "nvme_smart_health_information_log": {"percentage_used": 2, "power_on_hours": 44, "media_errors": 0},
        **values,
    }
    return report(name, "nvme", "NVMe", **told)


def behind(value: REPORT, number: int, name: str = "/dev/sda") -> REPORT:
    """Return the report as `-d megaraid,N` gives it."""
    info = f"{name} [megaraid_disk_{number:02}]"
    return {**value, "device": {"name": name, "info_name": info, "type": f"megaraid,{number}", "protocol": "SCSI"}}


def failed(message: str, **values: Any) -> REPORT:
    told: REPORT = {"version": [7, 3], "messages": [{"string": message, "severity": "error"}], "exit_status": 2}
    return {"json_format_version": [1, 0], "smartctl": told, "local_time": {"time_t": T}, **values}


def scan(*reports: REPORT, **values: Any) -> REPORT:
    """Return the scan list of these reports' devices; a plain scan takes all but NVMe for SCSI."""
    devices = [{**one["device"], "protocol": "SCSI"} for one in reports]
    devices = [{**one, "type": "scsi"} if one["type"] == "sat" else one for one in devices]
    return {"json_format_version": [1, 0], "smartctl": {"exit_status": 0}, "devices": devices, **values}


def files(*values: Any) -> list[File]:
    return [File(f"{number}.json", json.dumps(value).encode()) for number, value in enumerate(values)]


def reading(*values: Any) -> Reading:
    told = files(*values)
    assert all(PARSER.sniff(file) for file in told)
    return PARSER.parse(told)


def snapshot_of(*values: Any) -> Snapshot:
    (snapshot,) = reading(*values).snapshots
    return snapshot
