"""A made fleet: what a collector would have sent about it, month by month, from a fixed seed.

Machines and parts are invented. Most months nothing happens; what happens is decided by the seed, and a few stories
are written in by hand so that there is something to find.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson

MONTHS = 13
_START = datetime(2025, 1, 6, 3, 0, tzinfo=UTC)
_MONTH = timedelta(days=28)

_MODELS = (
    ("Dell Inc.", "PowerEdge R640", "DEMO{:03d}"),
    ("Supermicro", "SYS-6029U-TR4", "S9900{:03d}X"),
    ("HPE", "ProLiant DL380 Gen10", "CZJ900{:03d}Q"),
)
_DRIVES = (
    ("Samsung", "MZ7LH960HAJR-00005", "S45NNE{:06X}", ("HXT7404Q", "HXT7904Q")),
    ("Seagate", "ST8000NM000A-2KE101", "WRD{:05X}", ("SN02", "SN03")),
    ("Intel", "SSDSC2KB480G8", "PHYF{:08X}BGN", ("XCV10132", "XCV10165")),
)

Part = dict[str, Any]


@dataclass(slots=True)
class Server:
    """One machine of the fleet as it is at one moment."""

    serial: str
    manufacturer: str
    product: str
    bios: str
    memory: list[Part] = field(default_factory=list)
    storage: list[Part] = field(default_factory=list)
    cards: list[Part] = field(default_factory=list)
    power: list[Part] = field(default_factory=list)

    def report(self, t: datetime) -> bytes:
        """Return what a collector prints about the machine at a time."""
        cpu = {"manufacturer": "Intel", "model": "Xeon Gold 6230", "cores": 20, "threads": 40}
        document = {
            "schema_version": "1",
            "collector": "demo",
            "collected_at": t.isoformat().replace("+00:00", "Z"),
            "hardware": {
                "board": {
                    "manufacturer": self.manufacturer,
                    "product_name": self.product,
                    "serial_number": self.serial,
                    "board_serial": f"MB{self.serial}",
                },
                "firmware": [{"device_name": "BIOS", "version": self.bios}],
                "cpus": [{"socket": f"CPU{number}", **cpu} for number in (1, 2)],
                "memory": self.memory,
                "storage": self.storage,
                "pcie_devices": self.cards,
                "power_supplies": self.power,
            },
        }
        return orjson.dumps(document)


@dataclass(frozen=True, slots=True)
class Log:
    """A log bundle to send: its bytes and a name for its file."""

    content: bytes
    filename: str


def fleet_logs(assets: int) -> Iterator[Log]:
    """Yield the bundles of a fleet in the order in which they arrive; some arrive months late."""
    rng = Random(20250106)
    servers = [_server(number, rng) for number in range(assets)]
    late: list[Log] = []
    for month in range(MONTHS):
        _live(servers, month, rng)
        for number, server in enumerate(servers):
            t = _START + month * _MONTH + timedelta(minutes=7 * number)
            log = Log(server.report(t), f"{server.serial}-{t:%Y-%m}.json")
            if 2 <= month < MONTHS - 2 and rng.random() < 0.03:
                late.append(log)
            else:
                yield log
    yield from late


def _server(number: int, rng: Random) -> Server:
    manufacturer, product, serial = _MODELS[number % len(_MODELS)]
    server = Server(serial.format(number), manufacturer, product, "2.10.2")
    server.memory = [_dimm(f"DIMM_A{slot}", number * 16 + slot) for slot in range(1, 9)]
    server.storage = [_drive(str(slot), number * 8 + slot, rng) for slot in range(4)]
    server.cards = [_nic(number), _raid(number)]
    server.power = [
        {
            "slot": f"PSU{slot}",
            "manufacturer": "Delta",
            "model": "DPS-750AB",
            "serial_number": f"DETPQ{number:03d}{slot}A",
        }
        for slot in (1, 2)
    ]
    return server


def _dimm(slot: str, number: int) -> Part:
    return {
        "slot": slot,
        "size_mb": 32768,
        "type": "DDR4",
        "manufacturer": "Samsung",
        "part_number": "M393A4K40CB2-CTD",
        "serial_number": f"{0x35B0A000 + 7919 * number:08X}",
    }


def _drive(slot: str, number: int, rng: Random) -> Part:
    vendor, model, serial, firmware = rng.choice(_DRIVES)
    return {
        "slot": slot,
        "type": "SSD" if vendor != "Seagate" else "HDD",
        "manufacturer": vendor,
        "model": model,
        "serial_number": serial.format(0x1A000 + 37 * number),
        "firmware": firmware[0],
    }


def _nic(number: int) -> Part:
    return {
        "slot": "PCIe 1",
        "device_class": "Ethernet controller",
        "manufacturer": "Mellanox",
        "model": "ConnectX-5",
        "serial_number": f"MT2025X{number:05d}",
        "firmware": "16.28.1002",
        "mac_addresses": [f"b8:59:9f:{number >> 8:02x}:{number & 255:02x}:10"],
        "link_width": 8,
        "link_speed": "Gen3",
        "max_link_width": 8,
        "max_link_speed": "Gen3",
    }


def _raid(number: int) -> Part:
    return {
        "slot": "PCIe 2",
        "device_class": "RAID bus controller",
        "manufacturer": "Broadcom / LSI",
        "model": "MegaRAID SAS 9460-8i",
        "serial_number": f"SV{number:04d}8761",
        "firmware": "51.13.0-3223",
    }


def _live(servers: list[Server], month: int, rng: Random) -> None:
    """Let a month pass: repairs and updates by chance, and the stories."""
    if month == 0:
        return
    for server in servers:
        if rng.random() < 0.04:
            _swap_drives(server, rng.choice(servers), rng)
        if rng.random() < 0.05:
            _flash(rng.choice(server.storage))
        if rng.random() < 0.03:
            server.bios = f"2.{10 + month}.0"
    _stories(servers, month)


def _swap_drives(one: Server, other: Server, rng: Random) -> None:
    """Exchange a drive of two machines, each into the other's slot."""
    i, j = rng.randrange(4), rng.randrange(4)
    a, b = one.storage[i], other.storage[j]
    if one is not other:
        one.storage[i], other.storage[j] = b | {"slot": a["slot"]}, a | {"slot": b["slot"]}


def _flash(drive: Part) -> None:
    versions = next(firmware for _, model, _, firmware in _DRIVES if model == drive["model"])
    drive["firmware"] = versions[1]


def _stories(servers: list[Server], month: int) -> None:
    """What the printed queries show: a disk in three machines, a link that lost width, memory taken out and back."""
    first, second, third = servers[0], servers[1 % len(servers)], servers[2 % len(servers)]
    if month == 3 and second is not first:
        _swap_slots(first, second)
    if month == 7 and third is not second:
        _swap_slots(second, third)
    if month == 5:
        first.cards = deepcopy(first.cards)
        first.cards[0]["link_width"] = 4
    if month == 6:
        first.memory = [dimm for dimm in first.memory if dimm["slot"] != "DIMM_A8"]
    if month == 9:
        first.memory = [*first.memory, _dimm("DIMM_A8", 8)]


def _swap_slots(one: Server, other: Server) -> None:
    one.storage[0], other.storage[0] = other.storage[0], one.storage[0]
