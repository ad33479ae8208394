"""What one resource tells of one part, and what becomes of it when several resources tell of the same part."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import ComponentKind, family_of
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.pci import link_speed, link_width
from reanimator_gql.parsers.redfish.place import last_resort
from reanimator_gql.parsers.redfish.resource import Resource, as_number, key_of

# Where resources disagree on a field, the first in this order decides (makers swap part number, SKU and model between
# their resources): the most dedicated resource first, the deprecated and the general ones after it.
PRECEDENCE = (
    "Board",
    "ComputerSystem",
    "Manager",
    "Memory",
    "Drive",
    "HpeSmartStorageDiskDrive",
    "SimpleStorage",
    "Processor",
    "GraphicsController",
    "StorageController",
    "StorageControllers",  # the list inside a Storage resource
    "HpeSmartStorageArrayController",
    "RaidBoard",
    "NetworkAdapter",
    "PowerSupply",
    "PowerSupplies",  # the list inside a Power resource
    "Battery",
    "SmartStorageBattery",
    "Fan",
    "Fans",
    "TrustedModules",
    "TrustedComponent",
    "Chassis",
    "HpeSmartStorageStorageEnclosure",
    "PCIeDevice",
    "HpeBaseNetworkAdapter",
    "HpeServerDevice",
    "HpeServerPciDevice",
    "PCIeSlots",
    "EthernetInterface",
)
# Those whose id holds the place where nothing else does. (That of a PCIe device is its bus number: it changes.)
_PLACED_BY_ID = frozenset(
    {
        "Memory",
        "Drive",
        "Processor",
        "GraphicsController",
        "NetworkAdapter",
        "PowerSupply",
        "PowerSupplies",
        "Fan",
        "Battery",
    }
)
# Those that list whatever is plugged in, beside a resource made for the part.
GENERAL = frozenset({"PCIeDevice", "HpeServerDevice", "HpeServerPciDevice"})

_TYPE_NAME = re.compile(r"Hpe?(?:[A-Z][a-z]+)+")
_RANKS = {name: rank for rank, name in enumerate(PRECEDENCE)}
_TEXTS = ("slot", "serial", "vendor", "model", "part_number", "firmware", "uuid", "wwn")
_NUMBERS = ("link_width", "max_link_width", "max_link_speed_gts")


@dataclass(slots=True, eq=False)
class Tale:
    """One resource's tale of one part. `teller` is a name of `PRECEDENCE`.

    `same` are the paths of resources that are this very part by the service's own links; `also` the fields by which
    tales can be joined though they are no field of the item: all MACs of the ports, for instance.
    """

    kind: ComponentKind
    teller: str
    resource: Resource
    list: str
    slot: str | None = None
    serial: str | None = None
    vendor: str | None = None
    model: str | None = None
    part_number: str | None = None
    firmware: str | None = None
    uuid: str | None = None
    wwn: str | None = None
    macs: tuple[str, ...] = ()
    link_width: int | None = None
    max_link_width: int | None = None
    max_link_speed_gts: float | None = None
    present: bool = True
    attributes: dict[str, Any] = field(default_factory=dict)
    telemetry: dict[str, Any] = field(default_factory=dict)
    same: tuple[str, ...] = ()

    @property
    def place(self) -> str | None:
        """The slot, else the id where that has to do."""
        return self.slot or (last_resort(self.resource) if self.teller in _PLACED_BY_ID else None)

    @property
    def rank(self) -> int:
        """The place of the teller in `PRECEDENCE`: the lower, the more its word counts."""
        return _RANKS[self.teller]

    @property
    def is_general(self) -> bool:
        """Whether the teller lists whatever is plugged in."""
        return self.teller in GENERAL

    @property
    def family(self) -> str:
        """The family in which identity is decided."""
        return family_of(self.kind)

    def normal_serial(self) -> str | None:
        """Return the serial in its normal form, None where it is a fake."""
        own = (self.part_number, self.model, self.vendor, self.slot)
        return normal.serial(self.serial, self.family, own=own)

    def paths(self) -> set[str]:
        """Return the keys of the resources that are this part; a function stands for its device."""
        # iLO 5 links a controller's function as "F0".
        paths = (key_of(path) for path in self.same)
        return {self.resource.key, *(path.partition("/pciefunctions/")[0] for path in paths if path.startswith("/"))}

    def order(self) -> tuple[object, ...]:
        """Return the sort key: whose word counts first, then the natural order of paths."""
        return self.rank, self.resource.order()


Cluster = list[Tale]


def item_of(tales: Iterable[Tale]) -> Item:
    """Return the part of which all the tales tell: each field as the first teller in `PRECEDENCE` has it."""
    told = sorted(tales, key=Tale.order)
    first = told[0]
    values: dict[str, Any] = {name: _first_text(told, name) for name in _TEXTS}
    values |= {name: next((v for one in told if (v := getattr(one, name)) is not None), None) for name in _NUMBERS}
    values["slot"] = values["slot"] or next((place for one in told if (place := one.place)), None)
    if not first.present:
        return Item(kind=first.kind, list=first.list, slot=values["slot"], present=False, origin=first.resource.origin)
    kinds = [one.kind for one in told if one.kind is not ComponentKind.PCIE]
    return Item(
        kind=kinds[0] if kinds else first.kind,
        list=first.list,
        macs=next((one.macs for one in told if one.macs), ()),
        attributes=_united(one.attributes for one in told),
        telemetry=_united(one.telemetry for one in told),
        origin=first.resource.origin,
        **values,
    )


def _first_text(told: list[Tale], name: str) -> str | None:
    """Return the first told value that is none of the fillers (`N/A`), else the first filler."""
    if len(told) == 1:
        text: str | None = getattr(told[0], name)
        return text
    values = [value for one in told if (value := getattr(one, name)) is not None]
    return next((value for value in values if normal.value(value) is not None), next(iter(values), None))


def _united(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    united: dict[str, Any] = {}
    for values in told:
        for name, value in values.items():
            united.setdefault(name, value)
    return united


def name_of(resource: Resource) -> str | None:
    """Return the name, where it is not merely that of a type (`HpeSmartStorageEnclosure`)."""
    name = resource.text("Name")
    return None if name is None or _TYPE_NAME.fullmatch(name) else name


def chosen(resource: Resource, names: dict[str, str]) -> dict[str, Any]:
    """Return the fields of content that have no field of their own: those named, under stable names of ours.

    A choice, not everything: a resource has hundreds of fields, licence keys and settings among them.
    """
    found: dict[str, Any] = {}
    for theirs, ours in names.items():
        value = resource.raw(*theirs.split(".")) if "." in theirs else resource.values.get(theirs)
        if value is None or (theirs in NUMBERS and value == resource.values.get("SerialNumber")):
            continue
        if (scalar := _scalar(value)) is not None:
            found.setdefault(ours, scalar)
    return found


def _scalar(value: Any) -> str | int | float | bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value.strip() else None
    return as_number(value)


def health(resource: Resource) -> dict[str, Any]:
    """Return the state of the moment: it changes though nothing was exchanged."""
    return told({"state": resource.state(), "health": resource.text_at("Status", "Health")})


def numbers(resource: Resource) -> dict[str, Any]:
    """Return the fields that name a part: maker, model, serial, and the first of the maker's three numbers."""
    serial = resource.text("SerialNumber")
    told_numbers = (resource.text(name) for name in ("PartNumber", "SparePartNumber", "SKU"))
    return {
        "serial": serial,
        "vendor": resource.text("Manufacturer"),
        "model": resource.text("Model"),
        # Lenovo repeats the serial of a drive as its SKU.
        "part_number": next((number for number in told_numbers if number and number != serial), None),
    }


NUMBERS = {"SKU": "sku", "SparePartNumber": "spare_part_number", "Version": "version", "ProductionDate": "made"}


def pcie(resource: Resource, *way: str) -> dict[str, Any]:
    """Return the link of a `PCIeInterface`: the present speed is telemetry, what is not told stays missing."""
    return {
        "link_width": link_width(resource.raw(*way, "LanesInUse")),
        "max_link_width": link_width(resource.raw(*way, "MaxLanes")),
        "max_link_speed_gts": link_speed(resource.raw(*way, "MaxPCIeType")),
    }


def present_speed(resource: Resource, *way: str) -> dict[str, Any]:
    """Return the present link speed as telemetry: it dips whenever a device idles."""
    return told({"link_speed_gts": link_speed(resource.raw(*way, "PCIeType"))})
