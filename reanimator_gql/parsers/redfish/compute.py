"""CPUs, GPUs and other processors, memory modules.

Not parts: cores and threads of a processor, an FPGA inside another chip, memory that is a die on its carrier (HBM of a
GPU, LPDDR beside a CPU): none of it can be exchanged.
"""

import re
from typing import Any

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.redfish.place import is_absent, is_numbered, is_place, label, place_of
from reanimator_gql.parsers.redfish.resource import Resource, as_number, as_text
from reanimator_gql.parsers.redfish.tale import NUMBERS, Tale, chosen, health, numbers, pcie, present_speed
from reanimator_gql.parsers.redfish.tree import Tree

_KINDS = {
    "cpu": ComponentKind.CPU,
    "gpu": ComponentKind.GPU,
    "fpga": ComponentKind.PCIE,
    "accelerator": ComponentKind.PCIE,
    "dpu": ComponentKind.NIC,
    "nic": ComponentKind.NIC,
    "dsp": ComponentKind.OTHER,
    "oem": ComponentKind.OTHER,
}
_NO_NAME = re.compile(r"(?:graphics )?processors?|gpu|graphics controller", re.IGNORECASE)
_ON_CARRIER = re.compile(r"^(?:HBM|GDDR)", re.IGNORECASE)
_LOGICAL = re.compile(r"(?:proc \d+ )?logical\b", re.IGNORECASE)
_LINKS = (("SystemInterface", "PCIe"), ("FPGA", "HostInterface", "PCIe"), ("PCIeInterface",))
_CPU_CONTENT = {
    "TotalCores": "cores",
    "TotalThreads": "threads",
    "MaxSpeedMHz": "max_frequency_mhz",
    "ProcessorArchitecture": "architecture",
    "InstructionSet": "instruction_set",
    "ProcessorId.VendorId": "vendor_id",
    "ProcessorId.EffectiveFamily": "family",
    "ProcessorId.EffectiveModel": "model_number",
    "ProcessorId.Step": "stepping",
    "ProcessorId.IdentificationRegisters": "identification",
    "ProcessorId.ProtectedIdentificationNumber": "ppin",
    "MaxTDPWatts": "max_tdp_w",
    "FPGA.FpgaType": "fpga_type",
    **NUMBERS,
}
_MEMORY_CONTENT = {
    "MemoryDeviceType": "type",
    "BaseModuleType": "form_factor",
    "MemoryType": "memory_type",
    "RankCount": "ranks",
    "DataWidthBits": "data_width_bits",
    "BusWidthBits": "bus_width_bits",
    "ErrorCorrection": "error_correction",
    "VendorID": "vendor_id",
    "ModuleManufacturerID": "module_manufacturer_id",
    "ModuleProductID": "module_product_id",
    **NUMBERS,
}


def processors(tree: Tree) -> list[Tale]:
    """Return the processors of all kinds, and the graphics controllers."""
    found = [tale for one in tree.of("Processor") if (tale := _processor(one)) is not None]
    return found + [_graphics(one) for one in tree.of("GraphicsController")]


def _processor(one: Resource) -> Tale | None:
    kind = _KINDS.get((one.text("ProcessorType") or "cpu").casefold())
    integrated = (one.text_at("FPGA", "FpgaType") or "").casefold() == "integrated"
    if kind is None or integrated or "/subprocessors/" in one.key:
        return None
    slot, absent = place_of(one, "Socket"), is_absent(one)
    if absent:
        return Tale(kind, "Processor", one, one.parent, slot=slot, present=False)
    named = numbers(one)
    named["serial"] = named["serial"] or one.oem_text("SerialNumber")
    named["part_number"] = named["part_number"] or one.oem_text("PartNumber")
    if kind not in {ComponentKind.CPU, ComponentKind.GPU} and not _is_named(named):
        return None
    way = next((way for way in _LINKS if one.raw(*way) is not None), ("PCIeInterface",))
    return Tale(
        kind,
        "Processor",
        one,
        one.parent,
        slot=slot,
        uuid=one.text("UUID"),
        firmware=one.text("FirmwareVersion") or one.text_at("FPGA", "FirmwareVersion"),
        attributes=chosen(one, _CPU_CONTENT) | told({"microcode": _microcode(one), "name": _gpu_name(one, kind)}),
        telemetry=health(one) | present_speed(one, *way) | told({"speed_mhz": one.number("OperatingSpeedMHz")}),
        same=(*one.links("Links", "PCIeDevice"), *one.links("Links", "PCIeFunctions")),
        **named,
        **pcie(one, *way),
    )


def _is_named(named: dict[str, Any]) -> bool:
    return normal.value(named["model"]) is not None or normal.serial(named["serial"]) is not None


def _microcode(one: Resource) -> str | None:
    return one.text_at("ProcessorId", "MicrocodeInfo") or one.text_at("AdditionalFirmwareVersions", "Microcode")


def _gpu_name(one: Resource, kind: ComponentKind) -> str | None:
    """Return the name of a GPU that has a model beside it, where the name says more than the type or the id."""
    name, model = one.text("Name"), one.text("Model")
    if kind is not ComponentKind.GPU or not name or not model or name in {model, one.text("Id")}:
        return None
    return None if _NO_NAME.fullmatch(name) or is_numbered(name) else name


def _graphics(one: Resource) -> Tale:
    slot = place_of(one)
    if is_absent(one):
        return Tale(ComponentKind.GPU, "GraphicsController", one, one.parent, slot=slot, present=False)
    return Tale(
        ComponentKind.GPU,
        "GraphicsController",
        one,
        one.parent,
        slot=slot,
        firmware=one.text("BiosVersion", "FirmwareVersion"),
        attributes=chosen(one, NUMBERS) | told({"name": _gpu_name(one, ComponentKind.GPU)}),
        telemetry=health(one) | told({"driver": one.text("DriverVersion")}),
        same=(*one.links("Links", "PCIeDevice"), *one.links("Links", "Processors")),
        **numbers(one),
    )


def memory(tree: Tree) -> list[Tale]:
    """Return the memory modules and the empty sockets."""
    found = tree.of("Memory", "HpeMemory")
    return [_module(one) for one in found if not _is_on_carrier(one) and not _is_logical(one)]


def _is_on_carrier(one: Resource) -> bool:
    device = one.text("MemoryDeviceType") or ""
    return (one.text("BaseModuleType") or "").casefold() == "die" or _ON_CARRIER.match(device) is not None


def _is_logical(one: Resource) -> bool:
    """Return whether this is memory set aside from modules that are listed themselves (HPE's logical NVDIMMs)."""
    words = (one.text("MemoryDeviceType"), one.text("DeviceLocator"), one.text("Name"))
    return any(word and _LOGICAL.match(word) for word in words)


def _module(one: Resource) -> Tale:
    slot = _module_place(one)
    if is_absent(one):
        return Tale(ComponentKind.MEMORY, "Memory", one, one.parent, slot=slot, present=False)
    named = numbers(one)
    named["vendor"] = named["vendor"] or one.oem_text("VendorName")
    rated = {"size_mb": one.whole("CapacityMiB") or one.whole("SizeMB"), "max_speed_mhz": _rated_speed(one)}
    oem = {"oem_part_number": one.oem_text("PartNumber"), "type": one.text("DIMMType"), "ranks": one.number("Rank")}
    clock = {"speed_mhz": one.number("OperatingSpeedMhz")}
    return Tale(
        ComponentKind.MEMORY,
        "Memory",
        one,
        one.parent,
        slot=slot,
        firmware=one.text("FirmwareRevision"),
        attributes=told(oem) | chosen(one, _MEMORY_CONTENT) | told(rated),
        telemetry=health(one) | told(clock),
        **named,
    )


def _module_place(one: Resource) -> str | None:
    """Return the socket: without a field for it the name says more than the id (`DIMM Slot 1`, `DIMM1`)."""
    name = one.text("Name")
    told_place = one.text("DeviceLocator", "SocketLocator") or label(one)
    return told_place or (name if name and is_place(name) else place_of(one))


def _rated_speed(one: Resource) -> int | float | None:
    """Return the rated speed in MT/s: the maker's own field, else the highest of those allowed."""
    told_by_maker = as_number(one.oem_text("MaxOperatingSpeedMTs", "MaximumFrequencyMHz"))
    allowed: Any = one.raw("AllowedSpeedsMHz")
    speeds = [speed for text in allowed if (speed := as_number(text))] if isinstance(allowed, list) else []
    rated = told_by_maker or as_number(as_text(one.raw("MaximumFrequencyMHz")))
    return rated or max(speeds, default=None)
