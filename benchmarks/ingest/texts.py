"""The same machines as dmidecode's text and as lshw's JSON print them: board, CPUs, DIMMs and what else they list."""

from datetime import datetime
from typing import Any

import orjson

from benchmarks.ingest.worlds import Hardware

Node = dict[str, Any]

_HEAD = "# dmidecode 3.3\nGetting SMBIOS data from sysfs.\nSMBIOS 3.2.0 present.\nTable at 0x000E0000.\n\n"
_END = "Handle 0x7F00, DMI type 127, 4 bytes\nEnd Of Table\n\n"


def dmidecode(machine: Hardware, _t: datetime) -> bytes:
    """Return the text of `dmidecode`: nothing in it changes from day to day."""
    board = machine["board"]
    parts = [
        _structure(0, 0, "BIOS Information", Vendor="Dell Inc.", Version=machine["firmware"][0]["version"]),
        _structure(1, 1, "System Information", Manufacturer=board["manufacturer"], Product_Name=board["product_name"],
                   Serial_Number=board["serial_number"]),
        _structure(2, 2, "Base Board Information", Manufacturer=board["manufacturer"], Product_Name="0H28RR",
                   Serial_Number=board["board_serial"], Type="Motherboard"),
        *(_structure(4, 0x400 + place, "Processor Information", Socket_Designation=cpu["socket"],
                     Type="Central Processor", Manufacturer=cpu["manufacturer"], Version=cpu["model"],
                     Voltage="1.6 V", External_Clock="100 MHz", Max_Speed="4000 MHz", Current_Speed="2100 MHz",
                     Status="Populated, Enabled", Core_Count=cpu["cores"], Thread_Count=cpu["threads"])
          for place, cpu in enumerate(machine["cpus"])),
        *(_structure(17, 0x1100 + place, "Memory Device", Size=f"{dimm['size_mb']} MB", Form_Factor="DIMM",
                     Locator=dimm["slot"], Type=dimm["type"], Speed="2933 MT/s", Manufacturer=dimm["manufacturer"],
                     Serial_Number=dimm["serial_number"], Part_Number=dimm["part_number"], Rank="2",
                     Configured_Memory_Speed="2933 MT/s", Configured_Voltage="1.2 V")
          for place, dimm in enumerate(machine["memory"])),
        *(_structure(39, 0x2700 + place, "System Power Supply", Location=psu["slot"], Name=psu["model"],
                     Manufacturer=psu["manufacturer"], Serial_Number=psu["serial_number"], Status="Present, OK")
          for place, psu in enumerate(machine["power_supplies"])),
    ]  # fmt: skip
    return (_HEAD + "".join(parts) + _END).encode()


def _structure(number: int, handle: int, title: str, **fields: object) -> str:
    lines = [f"\t{name.replace('_', ' ')}: {value}" for name, value in fields.items()]
    return "\n".join([f"Handle 0x{handle:04X}, DMI type {number}, 42 bytes", title, *lines]) + "\n\n"


def lshw(machine: Hardware, t: datetime) -> bytes:
    """Return the output of `lshw -json`: the clocks of the CPUs are those of the moment."""
    board = machine["board"]
    mhz = 1000 + (t.toordinal() * 37) % 2900
    children = [
        _node("firmware", "memory", vendor="Dell Inc.", version=machine["firmware"][0]["version"], size=65536),
        *(_node(f"cpu:{place}", "processor", product=cpu["model"], vendor=cpu["manufacturer"], slot=cpu["socket"],
                size=mhz * 1_000_000, capacity=4_000_000_000,
                configuration={"cores": str(cpu["cores"]), "threads": str(cpu["threads"])})
          for place, cpu in enumerate(machine["cpus"])),
        _node("memory", "memory", description="System Memory", children=[_bank(p, d) for p, d in
                                                                         enumerate(machine["memory"])]),
        _node("raid", "storage", businfo="pci@0000:3b:00.0", product="MegaRAID SAS 9460-8i", vendor="Broadcom / LSI",
              children=[_disk(place, drive) for place, drive in enumerate(machine["storage"])]),
        *(_network(place, nic) for place, nic in enumerate(machine["pcie_devices"][:4])),
    ]  # fmt: skip
    core = _node("core", "bus", vendor="Dell Inc.", product="0H28RR", serial=board["board_serial"], children=children)
    root = _node(
        board["serial_number"].lower(),
        "system",
        product=board["product_name"],
        vendor=board["manufacturer"],
        serial=board["serial_number"],
        children=[core],
    )
    return orjson.dumps(root, option=orjson.OPT_INDENT_2)


def _node(node_id: str, node_class: str, **values: Any) -> Node:
    return {"id": node_id, "class": node_class, "claimed": True, **values}


def _bank(place: int, dimm: Hardware) -> Node:
    return _node(
        f"bank:{place}",
        "memory",
        description="DIMM DDR4 Synchronous Registered (Buffered) 2933 MHz (0.3 ns)",
        product=dimm["part_number"],
        vendor=dimm["manufacturer"],
        serial=dimm["serial_number"],
        slot=dimm["slot"],
        size=dimm["size_mb"] << 20,
        clock=2_933_000_000,
    )


def _disk(place: int, drive: Hardware) -> Node:
    return _node(
        f"disk:{place}",
        "disk",
        description="SCSI Disk",
        product=drive["model"],
        vendor=drive["manufacturer"],
        serial=drive["serial_number"],
        version=drive["firmware"],
        businfo=f"scsi@0:0.{place}.0",
        logicalname=f"/dev/sd{'abcdefgh'[place]}",
        size=960_197_124_096,
    )


def _network(place: int, nic: Hardware) -> Node:
    return _node(
        f"network:{place}",
        "network",
        product=nic["model"],
        vendor=nic["manufacturer"],
        businfo=f"pci@0000:{0x5E + place:02x}:00.0",
        logicalname=f"ens{place + 1}f0",
        serial=nic["mac_addresses"][0],
        configuration={"driver": "mlx5_core", "firmware": nic["firmware"], "link": "yes", "speed": "25Gbit/s"},
    )
