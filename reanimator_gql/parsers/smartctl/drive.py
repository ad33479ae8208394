"""One report of smartctl: the drive that it tells of, under the names that each version and protocol has for it.

What it does not find is missing. Temperatures, hours, wear and error counts are telemetry.
"""

import re
from typing import Any, NamedTuple

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, Origin
from reanimator_gql.parsers.json_values import at, entries, first_text, text, told, whole
from reanimator_gql.parsers.logical_drives import is_logical_drive
from reanimator_gql.parsers.smartctl.telemetry import telemetry_of

_BEHIND_NAME = re.compile(r"\[(\w{1,20}?)_disk[_#]([^\]]{1,40})\]")
_BEHIND_TYPE = re.compile(
    r"(?:^|\+)(megaraid|cciss|areca|3ware|aacraid|hpt|sssraid|ps3stor|jmb39x|jms56x|usbjmicron|intelliprop)(?:-q)?"
    r",([\d,/]{1,40})"
)
_NAMESPACE = re.compile(r"(nvme\d+)n\d+$")
_DISK_TYPES = frozenset({0, 0x0E, 0x14})  # disk, simplified disk, host managed zones
_HEX = re.compile(r"(?:0x)?([0-9a-f]{16}|[0-9a-f]{32})", re.IGNORECASE)


class Address(NamedTuple):
    """Where smartctl reached a device: its name, and the controller's kind and numbers for one behind it."""

    name: str
    behind: str
    numbers: tuple[int, ...]


class Sighting(NamedTuple):
    """A drive as one report tells it, and when (seconds since 1970, 0 where it is not told)."""

    address: Address
    time: int
    item: Item


def address_of(device: Any) -> Address:
    """Return the address in a `device` object. A namespace is the NVMe drive that it is on."""
    name = _NAMESPACE.sub(r"\1", text(device, "name") or "")
    match = _BEHIND_NAME.search(text(device, "info_name") or "") or _BEHIND_TYPE.search(text(device, "type") or "")
    if match is None:
        return Address(name, "", ())
    return Address(name, match.group(1), tuple(int(number) for number in re.findall(r"\d{1,9}", match.group(2))))


def is_logical(report: dict[str, Any]) -> bool:
    """Return whether the report tells of a volume of a RAID controller, a LUN or a disk of a virtual machine."""
    if address_of(report.get("device")).behind:
        return False
    transport = text(report, "scsi_transport_protocol", "name") or ""
    model = first_text(report, "scsi_product", "product", "model_name", "scsi_model_name")
    return is_logical_drive(_vendor(report), model) or transport.lower().startswith("iscsi")


def is_other_device(report: dict[str, Any]) -> bool:
    """Return whether the SCSI device is an enclosure, a tape, a CD or something else that is no disk."""
    kind = whole(report, "device_type", "scsi_value")
    return kind is not None and kind not in _DISK_TYPES


def is_identified(report: dict[str, Any]) -> bool:
    """Return whether a device answered: without model and serial nothing was read."""
    return _model(report) is not None or text(report, "serial_number") is not None


def drive_of(report: dict[str, Any], file: str, pointer: str) -> Sighting | None:
    """Return the drive that a report tells of; None where it tells of none."""
    if not is_identified(report) or is_other_device(report) or is_logical(report):
        return None
    device = report.get("device")
    item = Item(
        kind=ComponentKind.STORAGE,
        list="smartctl",
        slot=_slot(device),
        serial=text(report, "serial_number"),
        vendor=_vendor(report),
        model=_model(report),
        firmware=first_text(report, "firmware_version", "scsi_revision", "revision"),
        wwn=_wwn(report),
        attributes=_attributes(report),
        telemetry=telemetry_of(report),
        origin=Origin(file=file, pointer=pointer),
    )
    return Sighting(address_of(device), whole(report, "local_time", "time_t") or 0, item)


def _slot(device: Any) -> str | None:
    """Return the device's name, with the controller's disk for one behind it: `/dev/sda [megaraid_disk_00]`."""
    name, (_, behind, numbers) = text(device, "name"), address_of(device)
    if name is None or not behind:
        return name
    shown = _BEHIND_NAME.search(text(device, "info_name") or "")
    return f"{name} {shown.group() if shown else f'[{behind}_disk_' + '_'.join(f'{n:02}' for n in numbers) + ']'}"


def _vendor(report: dict[str, Any]) -> str | None:
    return first_text(report, "scsi_vendor", "vendor")


def _model(report: dict[str, Any]) -> str | None:
    return first_text(report, "model_name", "scsi_model_name", "scsi_product", "product")


def _wwn(report: dict[str, Any]) -> str | None:
    """Return the WWN of a SATA drive, the logical unit of a SCSI drive, the EUI-64 of an NVMe drive, as hex digits."""
    naa, oui, rest = (whole(report, "wwn", name) for name in ("naa", "oui", "id"))
    if naa is not None and oui is not None and rest is not None:
        return _digits(f"{naa:x}{oui:06x}{rest:09x}")
    return _digits(text(report, "logical_unit_id")) or _eui64(report)


def _eui64(report: dict[str, Any]) -> str | None:
    for _, namespace in entries(report, "nvme_namespaces"):
        oui, rest = whole(namespace, "eui64", "oui"), whole(namespace, "eui64", "ext_id")
        if oui is not None and rest is not None and (digits := _digits(f"{oui:06x}{rest:010x}")):
            return digits
    return None


def _digits(value: str | None) -> str | None:
    """Return 16 or 32 hex digits; zeros only are what a device writes that has no name."""
    match = _HEX.fullmatch(value.strip()) if value else None
    return match.group(1).lower() if match and match.group(1).strip("0") else None


def _attributes(report: dict[str, Any]) -> dict[str, Any]:
    rotation, interface = whole(report, "rotation_rate"), _interface(report)
    oui = whole(report, "nvme_ieee_oui_identifier")
    return told(
        {
            "interface": interface,
            "media": _media(rotation, interface),
            "rotation_rpm": rotation,
            "size_bytes": whole(report, "nvme_total_capacity") or whole(report, "user_capacity", "bytes") or None,
            "model_family": text(report, "model_family"),
            "form_factor": text(report, "form_factor", "name"),
            "logical_block_size": whole(report, "logical_block_size"),
            "physical_block_size": whole(report, "physical_block_size"),
            "max_interface_speed": text(report, "interface_speed", "max", "string"),
            "sata_version": text(report, "sata_version", "string"),
            "ata_version": text(report, "ata_version", "string"),
            "additional_product_id": text(report, "ata_additional_product_id"),
            "scsi_version": text(report, "scsi_version"),
            "scsi_transport": _transport(report),
            "nvme_version": text(report, "nvme_version", "string"),
            "ieee_oui": f"{oui:06x}" if oui is not None else None,
            "pci_vendor_id": _pci_id(whole(report, "nvme_pci_vendor", "id")),
            "pci_subsystem_vendor_id": _pci_id(whole(report, "nvme_pci_vendor", "subsystem_id")),
            "year_of_manufacture": text(report, "scsi_start_stop_cycle_counter", "year_of_manufacture"),
            "week_of_manufacture": text(report, "scsi_start_stop_cycle_counter", "week_of_manufacture"),
        }
    )


def _pci_id(number: int | None) -> str | None:
    return f"0x{number:04x}" if number is not None else None


def _transport(report: dict[str, Any]) -> str | None:
    return text(report, "scsi_transport_protocol", "name") or text(report, "transport_protocol", "name")


def _interface(report: dict[str, Any]) -> str | None:
    """Return how the drive is attached. Old smartctl tells no transport: SCSI drives of its time are SAS."""
    protocol, transport = (text(report, "device", "protocol") or "").upper(), _transport(report) or ""
    translated = (_vendor(report) or "").upper()  # a controller that speaks SCSI for the drive says so as its maker
    if "NVME" in (protocol, translated):
        return "NVMe"
    if "ATA" in (protocol, translated):
        return "SATA" if at(report, "sata_version") else "ATA"
    if transport.upper().startswith("FIB"):
        return "FC"
    is_sas = transport.upper().startswith("SAS") or (protocol == "SCSI" and not transport)
    return "SAS" if is_sas else None


def _media(rotation: int | None, interface: str | None) -> str | None:
    if interface == "NVMe":
        return "SSD"
    return None if rotation is None else "HDD" if rotation else "SSD"
