"""Machines of 30 parts as hardware JSON: a board, 2 CPUs without serials, 12 DIMMs, 8 drives, 4 NICs, 2 PSUs, a RAID.

Machines and parts are made up, and the same number always gives the same machine. Counters and temperatures differ in
every report, as they do in every file that a collector writes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import orjson

Hardware: TypeAlias = dict[str, Any]

# So long ago that 10,000 days behind a machine end before today.
START = datetime(1996, 1, 1, 3, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    """Return an instant so many days after the first report."""
    return START + timedelta(days=number)


def hardware(number: int) -> Hardware:
    """Return the machine of a number, as it was delivered."""
    return {
        "board": {
            "manufacturer": "Dell Inc.",
            "product_name": "PowerEdge R640",
            "serial_number": f"BN{number:05d}",
            "board_serial": f"MBBN{number:05d}",
        },
        "firmware": [{"device_name": "BIOS", "version": "2.10.2"}],
        "cpus": [_cpu(socket) for socket in (1, 2)],
        "memory": [_dimm(number, slot) for slot in range(12)],
        "storage": [drive(f"S45NNE{number:05d}{slot:03d}", slot) for slot in range(8)],
        "pcie_devices": [*(_nic(number, slot) for slot in range(4)), _raid(number)],
        "power_supplies": [_psu(number, slot) for slot in (1, 2)],
    }  # fmt: skip


def drive(serial: str, slot: int) -> Hardware:
    """Return a drive in a slot."""
    return {
        "slot": str(slot),
        "type": "SSD",
        "manufacturer": "Samsung",
        "model": "MZ7LH960HAJR-00005",
        "serial_number": serial,
        "firmware": "HXT7404Q",
    }


def _cpu(socket: int) -> Hardware:
    return {"socket": f"CPU{socket}", "manufacturer": "Intel", "model": "Xeon Gold 6230", "cores": 20, "threads": 40}


def _dimm(number: int, slot: int) -> Hardware:
    return {
        "slot": f"DIMM_{'AB'[slot // 6]}{slot % 6 + 1}",
        "size_mb": 32768,
        "type": "DDR4",
        "manufacturer": "Samsung",
        "part_number": "M393A4K40CB2-CTD",
        "serial_number": f"{0x35B0A000 + 7919 * (16 * number + slot):08X}",
    }


def _nic(number: int, slot: int) -> Hardware:
    return {
        "slot": f"PCIe {slot + 1}",
        "device_class": "Ethernet controller",
        "manufacturer": "Mellanox",
        "model": "ConnectX-5",
        "serial_number": f"MT2025X{number:05d}{slot}",
        "firmware": "16.28.1002",
        "mac_addresses": [f"b8:59:9f:{number >> 8 & 255:02x}:{number & 255:02x}:{slot:02x}"],
        "link_width": 8,
        "link_speed": "Gen3",
        "max_link_width": 8,
        "max_link_speed": "Gen3",
    }


def _raid(number: int) -> Hardware:
    return {
        "slot": "PCIe 5",
        "device_class": "RAID bus controller",
        "manufacturer": "Broadcom / LSI",
        "model": "MegaRAID SAS 9460-8i",
        "serial_number": f"SV{number:05d}761",
        "firmware": "51.13.0-3223",
    }


def _psu(number: int, slot: int) -> Hardware:
    return {
        "slot": f"PSU{slot}",
        "manufacturer": "Delta",
        "model": "DPS-750AB",
        "serial_number": f"DETPQ{number:05d}{slot}A",
    }


def exchanged(before: Hardware, slot: int, serial: str) -> Hardware:
    """Return the machine with another drive in a slot."""
    return before | {"storage": [drive(serial, slot) if one["slot"] == str(slot) else one for one in before["storage"]]}


def flashed(before: Hardware, slot: int, firmware: str) -> Hardware:
    """Return the machine with another firmware on the drive in a slot."""
    drives = [one | {"firmware": firmware} if one["slot"] == str(slot) else one for one in before["storage"]]
    return before | {"storage": drives}


def without(before: Hardware, slot: int) -> Hardware:
    """Return the machine without the drive of a slot."""
    return before | {"storage": [one for one in before["storage"] if one["slot"] != str(slot)]}


def report(machine: Hardware, t: datetime) -> bytes:
    """Return what a collector prints about the machine at a time."""
    hours = int((t - START).total_seconds() // 3600)
    drives = [
        one | {"power_on_hours": 900 + hours, "temperature": 25 + (hours * 7 + 3 * place) % 17}
        for place, one in enumerate(machine["storage"])
    ]
    document = {
        "schema_version": "1",
        "collector": "bench",
        "collected_at": t.isoformat().replace("+00:00", "Z"),
        "hardware": machine | {"storage": drives},
    }
    return orjson.dumps(document)
