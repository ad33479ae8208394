"""What smartctl measured on a drive: a small set under one name whatever the protocol, for people who ask how it does.

All other counters and logs stay in the raw file. Attributes of ATA drives are known by their names where makers use
one number for several things.
"""

import re
from typing import Any

from reanimator_gql.parsers.json_values import at, entries, text, told, whole

_COUNTS = {  # raw values, by id: these mean the same for all makers
    5: "reallocated_sectors",
    187: "reported_uncorrectable",
    197: "pending_sectors",
    198: "uncorrectable_sectors",
    199: "crc_errors",
}
# Normalised values, from 100 down.
_LIFE_LEFT = re.compile(
    r"Media_Wearout|SSD_Life_Left|Percent_Life(?:time)?_(?:Remain|Left)|Remaining_Life|Drive_Life_Remain|Wear_Leveling_Count"
    r"|Lifetime_Left",
    re.IGNORECASE,
)
_NVME = {
    "critical_warning": "critical_warning",
    "available_spare": "available_spare_pct",
    "data_units_read": "data_units_read",
    "data_units_written": "data_units_written",
    "media_errors": "media_errors",
    "unsafe_shutdowns": "unsafe_shutdowns",
}


def telemetry_of(report: dict[str, Any]) -> dict[str, Any]:
    """Return what was measured, by stable names."""
    passed = at(report, "smart_status", "passed")
    return told(
        {
            "smart_passed": passed if isinstance(passed, bool) else None,
            "power_on_hours": _first(report, ("power_on_time", "hours"), (_NVME_LOG, "power_on_hours")),
            "power_cycles": _first(report, ("power_cycle_count",), (_NVME_LOG, "power_cycles")),
            "temperature_c": _first(report, ("temperature", "current"), (_NVME_LOG, "temperature")),
            "percentage_used": _first(
                report,
                (_NVME_LOG, "percentage_used"),
                ("endurance_used", "current_percent"),
                ("scsi_percentage_used_endurance_indicator",),
            ),
            "interface_speed": text(report, "interface_speed", "current", "string"),
            **{name: whole(report, _NVME_LOG, key) for key, name in _NVME.items()},
            **_ata(report),
            **_scsi(report),
        }
    )


def _first(report: dict[str, Any], *paths: tuple[str, ...]) -> int | None:
    return next((number for path in paths if (number := whole(report, *path)) is not None), None)


def _ata(report: dict[str, Any]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for _, row in entries(report, "ata_smart_attributes", "table"):
        if name := _COUNTS.get(whole(row, "id") or 0):
            found.setdefault(name, whole(row, "raw", "value"))
        if _LIFE_LEFT.search(text(row, "name") or "") and (left := whole(row, "value")) is not None and left <= 100:
            found.setdefault("life_left_pct", left)
    return found


def _scsi(report: dict[str, Any]) -> dict[str, int | None]:
    log, cycles = "scsi_error_counter_log", "scsi_start_stop_cycle_counter"
    return {
        "grown_defects": whole(report, "scsi_grown_defect_list"),
        "pending_defects": whole(report, "scsi_pending_defects", "count"),
        "start_stop_cycles": whole(report, cycles, "accumulated_start_stop_cycles"),
        **{f"uncorrected_{way}_errors": whole(report, log, way, "total_uncorrected_errors") for way in _WAYS},
    }


_NVME_LOG = "nvme_smart_health_information_log"
_WAYS = ("read", "write", "verify")
