"""Where fuzzing begins: uploads of every format, of the tests' own making, and real files where they are."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.parsers.dmidecode.test_parser import FULL, dimm
from tests.parsers.hardware_json.texts import BOARD
from tests.parsers.ironic import test_parser as test_ironic
from tests.parsers.lshw import test_xml as test_lshw_xml
from tests.parsers.lshw.nodes import bank, disk, machine, memory, nic, sata
from tests.parsers.lspci import texts as lspci_texts
from tests.parsers.nvme import test_parser as test_nvme
from tests.parsers.redfish import trees as redfish_trees
from tests.parsers.smartctl import texts as smartctl_texts
from tests.parsers.sysfs import test_parser as test_sysfs

FOLDER = Path(__file__).parents[3] / "shared" / "samples"
_LARGEST_TREE = 400
_TREE = "redfish"


class Seed(NamedTuple):
    """One upload that a parser reads: its format, and its files by their paths (one of no path: a single file)."""

    format: str
    files: dict[str, bytes]


def seeds(folder: Path = FOLDER) -> list[Seed]:
    """Return the seeds in a fixed order: own texts, then the real files below `folder`, if it exists."""
    return [*own_seeds(), *_real_seeds(folder)]


def own_seeds() -> list[Seed]:
    """Return uploads of every format, each of which its parser reads."""
    singles = {**_own_texts(), **{name: [_json(one) for one in values] for name, values in _own_values().items()}}
    seeds = [Seed(name, {"": content}) for name, contents in singles.items() for content in contents]
    return [*seeds, *_own_bundles()]


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


def _own_texts() -> dict[str, list[bytes]]:
    raid = lspci_texts.function("5e:00.0 RAID bus controller: X", *lspci_texts.vpd("S1"))
    return {
        "dmidecode": [FULL.encode(), FULL.replace("Handle 0x7F00", dimm(0x12) + "Handle 0x7F00").encode()],
        "lspci": [
            lspci_texts.listing(lspci_texts.BRIDGE, lspci_texts.nic(), lspci_texts.nic(1), raid),
            b"Slot:\t02:01.0\nClass:\tEthernet controller [0200]\nVendor:\tIntel [8086]\nDevice:\tX\n\n",
        ],
        "sysfs": [
            test_sysfs.lines(
                test_sysfs.tree("/sys/class/dmi/id", test_sysfs.DMI),
                test_sysfs.tree("/sys/class/nvme/nvme0", {**test_sysfs.NVME, "nvme0n1/size": "2000"}),
                test_sysfs.tree(f"{test_sysfs.PCI}/0000:3b:00.0", test_sysfs.NIC),
            )
        ],
        "lshw": [test_lshw_xml.listed(_tree())],
    }


def _tree() -> dict[str, Any]:
    return machine(memory(bank(1), bank(2, serial=None, size=None)), sata(disk()), nic(), nic(1))


def _own_values() -> dict[str, list[Any]]:
    sas, nvme = smartctl_texts.sas(), smartctl_texts.nvme()
    spaces = [test_nvme.namespace("nvme0n1"), test_nvme.namespace("nvme1n1", "NV000002")]
    return {
        "hardware_json": [_hardware()],
        "lshw": [_tree(), [_tree()]],
        "smartctl": [
            smartctl_texts.sata(),
            smartctl_texts.behind(sas, 3),
            [sas, nvme, smartctl_texts.scan(sas), smartctl_texts.failed("no device")],
        ],
        "nvme": [
            test_nvme.flat(*spaces),
            test_nvme.nested(test_nvme.subsystem(test_nvme.controller("nvme0"))),
            test_nvme.CTRL,
        ],
        "ironic": [
            {"inventory": test_ironic.inventory(disks=[test_ironic.disk()], interfaces=[_port(0), _port(1)])},
            test_ironic.inventory(disks=[test_ironic.disk()], interfaces=[_port(2)]),
        ],
    }


def _port(number: int) -> dict[str, Any]:
    return test_ironic.port(f"eth{number}", f"3c:fd:fe:00:00:0{number}")


def _hardware() -> dict[str, Any]:
    card = {"slot": "2", "bdf": "3b:00.0", "device_class": "Ethernet controller", "mac_addresses": ["3cfdfe000001"]}
    link = {"link_speed": "Gen3", "link_width": "x8", "max_link_speed": "16.0 GT/s PCIe", "max_link_width": 8}
    return {
        "schema_version": 1,
        "collector": "agent",
        "collected_at": "2026-01-31T12:00:00Z",
        "coverage": ["memory", "storage"],
        "hardware": {
            "board": BOARD,
            "firmware": [{"device_name": "BIOS", "version": "2", "component_slot": None}],
            "cpus": [{"socket": "CPU0", "model": "Xeon 9", "cores": 16, "threads": 32, "present": True}],
            "memory": [{"slot": "A1", "size_mb": 16384, "serial_number": "80CE0132"}, {"slot": "A2", "present": False}],
            "storage": [{"slot": "0", "serial_number": "PHYF0001", "size_gb": 480, "power_on_hours": 7, **link}],
            "pcie_devices": [{**card, **link}, {**card, "bdf": "3b:00.1"}],
            "power_supplies": [{"slot": "PSU1", "vendor": "Delta", "serial_number": "PSU00001", "wattage_w": 800}],
        },
    }


def _own_bundles() -> list[Seed]:
    sas, nvme = smartctl_texts.sas(), smartctl_texts.nvme()
    drives = smartctl_texts.files(sas, nvme, smartctl_texts.scan(sas, nvme))
    card = test_sysfs.tree(f"{test_sysfs.PCI}/0000:3b:00.0", test_sysfs.NIC)
    files = test_sysfs.as_files(test_sysfs.tree("/sys/class/dmi/id", test_sysfs.DMI), card)
    tree = redfish_trees.tree(
        redfish_trees.system(),
        redfish_trees.chassis("1", "1"),
        redfish_trees.dimm("A1"),
        redfish_trees.dimm("A2", Status={"State": "Absent"}),
        redfish_trees.cpu("CPU1"),
        redfish_trees.drive("Systems/1/Storage/1/Drives/1", "PHYF0001"),
        redfish_trees.psu("Chassis/1/PowerSubsystem/PowerSupplies/1", "PSU00001"),
    )
    return [
        Seed("smartctl", {file.path: file.content for file in drives}),
        Seed("sysfs", {file.path: file.content for file in files}),
        Seed("redfish", {file.path: file.content for file in redfish_trees.files(tree)}),
        Seed("redfish", {file.path: file.content for file in redfish_trees.flat(tree)}),
    ]


def _real_seeds(folder: Path) -> list[Seed]:
    found: list[Seed] = []
    for kind in sorted(path for path in folder.glob("*") if path.is_dir()):
        if kind.name == _TREE:
            found += [_folder_seed(tree) for tree in sorted(kind.iterdir()) if tree.is_dir()]
        else:
            found += [Seed(kind.name, {"": path.read_bytes()}) for path in sorted(kind.rglob("*")) if path.is_file()]
    return found


def _folder_seed(tree: Path) -> Seed:
    paths = sorted(path for path in tree.rglob("*") if path.is_file())[:_LARGEST_TREE]
    return Seed(_TREE, {path.relative_to(tree).as_posix(): path.read_bytes() for path in paths})
