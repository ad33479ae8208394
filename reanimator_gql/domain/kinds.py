"""What kinds of part there are, which of them form one family, and in which order sources are preferred."""

from enum import StrEnum


class ComponentKind(StrEnum):
    """The kind of a part as shown to users."""

    BOARD = "BOARD"
    BMC = "BMC"
    CPU = "CPU"
    MEMORY = "MEMORY"
    STORAGE = "STORAGE"
    NIC = "NIC"
    HBA = "HBA"
    RAID = "RAID"
    GPU = "GPU"
    PCIE = "PCIE"
    PSU = "PSU"
    FAN = "FAN"
    BATTERY = "BATTERY"
    BACKPLANE = "BACKPLANE"
    TPM = "TPM"
    OTHER = "OTHER"


DIMM = "DIMM"
DRIVE = "DRIVE"
CARD = "CARD"

_FAMILIES = {
    ComponentKind.MEMORY: DIMM,
    ComponentKind.STORAGE: DRIVE,
    ComponentKind.NIC: CARD,
    ComponentKind.HBA: CARD,
    ComponentKind.RAID: CARD,
    ComponentKind.GPU: CARD,
    ComponentKind.PCIE: CARD,
}

SOURCE_ORDER = (
    "hardware_json",
    "redfish",
    "dmidecode",
    "lshw",
    "sysfs",
    "nvme",
    "smartctl",
    "lspci",
    "nvidia-smi",
    "storcli",
    "ipmi",
    "ironic",
)


def family_of(kind: ComponentKind) -> str:
    """Return the family in which identity is decided: DIMM, DRIVE, CARD, else the kind itself."""
    return _FAMILIES.get(kind, str(kind))


def source_rank(source: str) -> tuple[int, str]:
    """Return the sort key of a source type: the order of formats first, then the name.

    A source type may carry its collector after a colon (``hardware_json:agentA``).
    """
    format_name = source.partition(":")[0]
    try:
        return SOURCE_ORDER.index(format_name), source
    except ValueError:
        return len(SOURCE_ORDER), source
