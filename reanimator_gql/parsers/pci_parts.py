"""Which PCI functions are parts: one technician's eye for all tools that list a bus (lshw, lspci, sysfs).

What can be exchanged by itself is a part: network cards, HBAs, RAID controllers, GPUs and accelerators. Bridges,
chipset functions (AHCI, RAID in the chipset, VMD), the BMC's video chip, graphics inside a CPU, emulated devices and
virtual functions are not. A tool that tells names is judged by them, one that tells only numbers by its makers.
"""

import re
from typing import NamedTuple

from reanimator_gql.domain.kinds import ComponentKind

# A PCIe switch on a backplane or GPU board shows an endpoint of its own, of the class of a SAS controller.
_NO_CARD = re.compile(r"Virtual Function|Switch management", re.IGNORECASE)
_RAID_CARD = re.compile(r"raid|Smart (?:Array|Storage)", re.IGNORECASE)
_SAS_SPEEDS = {"1": 3, "2": 6, "3": 12, "4": 22.5}
_CHIPSET = re.compile(r"chipset|\bPCH\b|SATA|Rapid Storage|\bVMD\b|Volume Management", re.IGNORECASE)
_BOARD_VIDEO = re.compile(
    r"ASPEED|\bG200|XGI|Renesas|ServerEngines|Pilot|Hi171\d|Hibmc|HiSilicon|Integrated Lights|iLO|Cirrus|VMware|QXL"
    r"|Virtio|Bochs|VirtualBox",
    re.IGNORECASE,
)
_INTEL, _AMD, _NVIDIA, _VIRTIO = 0x8086, 0x1022, 0x10DE, 0x1AF4
_GPU_MAKERS = frozenset({0x1002, _NVIDIA})
# ASPEED, Matrox, XGI, Renesas, ServerEngines, HiSilicon, Cirrus, VMware, QEMU, Red Hat, VirtualBox, Hyper-V, virtio
_VIDEO_MAKERS = frozenset(
    {0x1A03, 0x102B, 0x18CA, 0x1912, 0x19A2, 0x19E5, 0x1013, 0x15AD, 0x1234, 0x1B36, 0x80EE, 0x1414, _VIRTIO}
)
# These make storage functions of chipsets and SATA bridges, and no SAS or RAID card of their own.
_CHIPSET_MAKERS = frozenset({_INTEL, _AMD, 0x1B4B, 0x1B21, 0x197B, _NVIDIA})


class Function(NamedTuple):
    """A PCI function: its class as four hex digits, its device address, and what a tool tells of maker and product."""

    code: str
    address: str
    vendor: str = ""
    product: str = ""
    vendor_id: int | None = None


def card_kind(function: Function) -> ComponentKind | None:
    """Return which kind of card the function belongs to; None where it is no card."""
    if _NO_CARD.search(function.product) or _is_virtio(function):
        return None
    base = function.code[:2]
    if base == "02" or function.code == "0c06":
        return ComponentKind.NIC
    if base == "03":
        return None if is_board_video(function) else ComponentKind.GPU
    if base == "01":
        return _storage_kind(function)
    if base == "12":
        return _accelerator_kind(function)
    return ComponentKind.HBA if function.code == "0c04" else None


def _is_virtio(function: Function) -> bool:
    return function.vendor_id == _VIRTIO or function.product.casefold().startswith("virtio")


def is_board_video(function: Function) -> bool:
    """Return whether a display is a chip of the board: the BMC's, an emulated one, or graphics inside an Intel CPU."""
    if function.vendor_id in _VIDEO_MAKERS or _BOARD_VIDEO.search(f"{function.vendor} {function.product}"):
        return True
    return _is_inside_cpu(function)


def _is_inside_cpu(function: Function) -> bool:
    is_intel = function.vendor_id == _INTEL or function.vendor.startswith("Intel")
    return is_intel and function.address.startswith("0000:00:")


def _storage_kind(function: Function) -> ComponentKind | None:
    if function.code not in {"0100", "0104", "0107"} or _CHIPSET.search(function.product):
        return None
    # Without a name only the maker can tell a chipset's function from a card.
    if not function.product and function.vendor_id in _CHIPSET_MAKERS:
        return None
    is_raid = function.code == "0104" or _RAID_CARD.search(function.product)
    return ComponentKind.RAID if is_raid else ComponentKind.HBA


def _accelerator_kind(function: Function) -> ComponentKind | None:
    if _is_inside_cpu(function):
        return None
    is_gpu = function.vendor_id in _GPU_MAKERS or re.search(r"NVIDIA|\[AMD/ATI\]", function.vendor)
    return ComponentKind.GPU if is_gpu else ComponentKind.PCIE


def card_speed(function: Function) -> float | None:
    """Return the highest speed of an HBA's ports in Gb/s, where its product names the generation of SAS."""
    found = re.search(r"\bSAS-?([1-4])\b", function.product)
    return _SAS_SPEEDS[found.group(1)] if found else None


def card_bus(function: Function) -> str | None:
    """Return which bus an HBA or RAID controller serves, where class or product tell it: SAS or FC."""
    if function.code == "0c04":
        return "FC"
    return "SAS" if function.code == "0107" or re.search(r"\bSAS", function.product) else None
