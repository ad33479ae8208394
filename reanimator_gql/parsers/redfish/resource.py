"""One Redfish resource: its path, its type, and its values read without trust in their types.

A value of the wrong type counts as missing: a resource has hundreds of fields, and makers fill them with anything.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.parsers.hardware_json.fields import to_number

_OLD_HP = re.compile(r"Hp(?=[A-Z])")
_NUMBERS = re.compile(r"(\d+)")
_LARGEST = 2**63 - 1

# What stands under a collection of this name, where a resource does not tell its type.
_TYPE_BY_COLLECTION = {
    "systems": "ComputerSystem",
    "chassis": "Chassis",
    "managers": "Manager",
    "processors": "Processor",
    "memory": "Memory",
    "drives": "Drive",
    "storage": "Storage",
    "simplestorage": "SimpleStorage",
    "networkadapters": "NetworkAdapter",
    "networkinterfaces": "NetworkInterface",
    "ethernetinterfaces": "EthernetInterface",
    "pciedevices": "PCIeDevice",
    "pciefunctions": "PCIeFunction",
    "powersupplies": "PowerSupply",
}


class Resource:
    """An object with an `@odata.id`, or an element of one of its lists (`…/Power#/PowerSupplies/0`)."""

    __slots__ = ("_order", "file", "key", "path", "pointer", "type", "values")

    def __init__(self, values: Mapping[str, Any], path: str, file: str, pointer: str = "", kind: str = "") -> None:
        self.values = values
        self.path = path
        self.key = key_of(path)
        self.file = file
        self.pointer = pointer
        self.type = kind or _type_of(values, path)
        self._order: tuple[object, ...] | None = None

    @property
    def origin(self) -> Origin:
        """Where the resource stands in the bundle."""
        return Origin(file=self.file, pointer=self.pointer)

    @property
    def id(self) -> str:
        """The last segment of the path, as the service spells it."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def parent(self) -> str:
        """The path of the collection in which the resource stands."""
        return self.path.rsplit("/", 1)[0]

    def raw(self, *way: str) -> Any:
        """Return the value at the end of the way through nested objects, None where it ends before."""
        value: Any = self.values
        for name in way:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    def text(self, *names: str) -> str | None:
        """Return the first told text of several fields; a number counts as its digits, blanks are no text."""
        for name in names:
            if (value := self.values.get(name)) is not None and (text := as_text(value)):
                return text
        return None

    def text_at(self, *way: str) -> str | None:
        """Return a text in nested objects."""
        return as_text(self.raw(*way))

    def number(self, *way: str) -> int | float | None:
        """Return a number in nested objects, told as 12, 12.0 or "12"."""
        return as_number(self.raw(*way))

    def whole(self, *way: str) -> int | None:
        """Return a whole number above 0: where sizes and counts stand, 0 says nothing."""
        number = self.number(*way)
        return number if isinstance(number, int) and number > 0 else None

    def objects(self, *way: str) -> list[Mapping[str, Any]]:
        """Return the objects of a list; one object alone counts as a list of one."""
        value = self.raw(*way)
        told = value if isinstance(value, list) else [value]
        return [one for one in told if isinstance(one, dict)]

    def links(self, *way: str) -> list[str]:
        """Return the paths to which one link or a list of links leads."""
        return [target for one in self.objects(*way) if isinstance(target := one.get("@odata.id"), str) and target]

    def oem(self) -> Iterator[Mapping[str, Any]]:
        """Yield what each maker adds, and the objects directly in it: Oem.Hpe, Oem.Dell, Oem.Dell.DellSystem."""
        makers = self.raw("Oem")
        for values in makers.values() if isinstance(makers, dict) else ():
            if isinstance(values, dict):
                yield values
                yield from (inner for inner in values.values() if isinstance(inner, dict))

    def oem_text(self, *names: str) -> str | None:
        """Return the first of several fields that a maker adds."""
        if "Oem" not in self.values:
            return None
        told = list(self.oem())
        return next((text for name in names for values in told if (text := as_text(values.get(name)))), None)

    def state(self) -> str | None:
        """Return `Status.State`."""
        return self.text_at("Status", "State")

    def element(self, values: Mapping[str, Any], pointer: str, kind: str) -> "Resource":
        """Return an element of one of this resource's lists as a resource of its own."""
        place = f"{self.path}#{pointer}"
        return Resource(values, place, self.file, self.pointer + pointer, kind)

    def elements(self, name: str, kind: str) -> list["Resource"]:
        """Return the objects of a list in this resource."""
        value = self.values.get(name)
        told = enumerate(value) if isinstance(value, list) else ()
        return [self.element(one, f"/{name}/{number}", kind) for number, one in told if isinstance(one, dict)]

    def order(self) -> tuple[object, ...]:
        """Return the sort key: the natural order of paths, whatever the files were called."""
        if self._order is None:
            self._order = natural(self.key)
        return self._order


def key_of(path: str) -> str:
    """Return the form in which paths are compared: no slash at the end, `#/Fans/0` for `#Fans/0`, no case.

    Services spell their own links in several cases, with and without a slash at the end.
    """
    place, mark, fragment = path.strip().partition("#")
    place = place.rstrip("/").casefold()
    return f"{place}#/{fragment.lstrip('/').casefold()}" if mark and fragment else place


def natural(text: str) -> tuple[object, ...]:
    """Return a sort key in which dimm2 stands before dimm10."""
    parts = _NUMBERS.split(text)
    # Text and number take turns, so equal places always hold the same type; the text itself breaks a tie.
    return tuple(int(part[:18]) if number % 2 else part for number, part in enumerate(parts)), text


def as_text(value: Any) -> str | None:
    """Return a text that is not blank; a number counts as its digits. HPE puts versions into an object."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, dict) and isinstance(current := value.get("Current"), dict):
        version = current.get("VersionString")
        return version if isinstance(version, str) and version.strip() else None
    return None


def as_number(value: Any) -> int | float | None:
    """Return a number that can be stored."""
    number = None if value is None else to_number(value)
    return number if number is not None and abs(number) <= _LARGEST else None


def _type_of(values: Mapping[str, Any], path: str) -> str:
    """Return the name of the type without its version: Drive of `#Drive.v1_18_0.Drive`."""
    told = values.get("@odata.type")
    if isinstance(told, str) and told.strip("#. "):
        return _OLD_HP.sub("Hpe", told.strip().rsplit(".", 1)[-1].lstrip("#"), count=1)
    segments = key_of(path).split("/")
    if isinstance(values.get("Members"), list):
        return "Collection"
    return _TYPE_BY_COLLECTION.get(segments[-2], "") if len(segments) > 2 else ""
