"""Trees as lshw prints them, made small: nodes, a machine around them, and the parts found in it."""

import json
from typing import Any

from reanimator_gql.domain.kinds import ComponentKind as Kind
from reanimator_gql.domain.snapshot import Item, Snapshot
from reanimator_gql.parsers.lshw.parser import PARSER
from tests.parsers.reading import snapshots_of, sniffs

NODE = dict[str, Any]


def node(node_id: str, node_class: str, *children: NODE, **values: Any) -> NODE:
    return {
        "id": node_id,
        "class": node_class,
        "claimed": True,
        **values,
        **({"children": [*children]} if children else {}),
    }


FIRMWARE = node("firmware", "memory", vendor="Acme BIOS", version="2.7", date="01/02/2024", size=65536, units="bytes")


def machine(*parts: NODE, beside: tuple[NODE, ...] = (), **values: Any) -> NODE:
    core = node("core", "bus", FIRMWARE, *parts, product="RK-MB", vendor="Acme", serial="BRD0001", version="A1")
    root: NODE = {
        "product": "Rack 9 (RK9)",
        "vendor": "Acme",
        "serial": "TAG0001",
        "configuration": {"sku": "RK9", "uuid": "11112222-3333-4444-5555-666677778888"},
        **values,
    }
    return node("node7", "system", core, *beside, **{key: value for key, value in root.items() if value is not None})


def bank(number: int, **values: Any) -> NODE:
    told: NODE = {
        "description": "DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)",
        "product": "M393A2K43DB3-CWE",
        "vendor": "Samsung",
        "serial": f"80CE013{number}",
        "slot": f"A{number}",
        "units": "bytes",
        "size": 16 << 30,
        "clock": 3_200_000_000,
        **values,
    }
    return node(f"bank:{number}", "memory", **{key: value for key, value in told.items() if value is not None})


def memory(*banks: NODE, node_id: str = "memory") -> NODE:
    return node(node_id, "memory", *banks, description="System Memory", size=32 << 30)


def disk(**values: Any) -> NODE:
    told: NODE = {
        "product": "SSDSC2KB48",
        "serial": "PHYF0001",
        "version": "0110",
        "businfo": "scsi@4:0.0.0",
        "logicalname": "/dev/sda",
        "units": "bytes",
        "size": 480_103_981_056,
        **values,
    }
    return node("disk", "disk", **{key: value for key, value in told.items() if value is not None})


def sata(*disks: NODE, **values: Any) -> NODE:
    return node("sata", "storage", *disks, **{"businfo": "pci@0000:00:17.0", "product": "SATA AHCI", **values})


def nic(function: int = 0, **values: Any) -> NODE:
    told: NODE = {
        "product": "Ethernet Controller X710 for 10GbE SFP+",
        "vendor": "Intel Corporation",
        "businfo": f"pci@0000:01:00.{function}",
        "logicalname": f"eno{function + 1}",
        "version": "02",
        "serial": f"b4:96:91:aa:aa:a{function}",
        "configuration": {
            "driver": "i40e",
            "driverversion": "2.8",
            "firmware": "6.01",
            "ip": "192.0.2.1",
            "link": "yes",
            "speed": "10Gbit/s",
            "latency": "0",
        },
        **values,
    }
    return node(f"network:{function}", "network", **{key: value for key, value in told.items() if value is not None})


def read(value: Any) -> Snapshot:
    content = json.dumps(value, indent=2).encode()
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    return snapshot


def of(kind: Kind, *parts: NODE, beside: tuple[NODE, ...] = ()) -> list[Item]:
    return [item for item in read(machine(*parts, beside=beside)).items if item.kind is kind]
