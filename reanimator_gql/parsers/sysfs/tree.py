"""What a capture of /sys holds: of each device its attributes, wherever in /sys a path shows them.

A PCI function is known by the last address in a path, so `sys/bus/pci/devices/…`, `sys/devices/pci0000:00/…` and a
followed link are the same. What hangs below a function (its network interfaces, its NVMe controller) knows it by that.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from reanimator_gql.domain.snapshot import Origin

_ADDRESS = r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]"
_FUNCTION = re.compile(rf"(?:.*/)?({_ADDRESS})/(.+)", re.IGNORECASE)
_DMI = re.compile(r"(?:class/dmi|devices/virtual/dmi)/id/(\w+)")
_NVME = re.compile(r"(?:.*/)?(nvme\d+)/(\w+)")
_NVME_DEVICE = re.compile(r"(?:.*/)?(nvme\d+)/device/(\w+)")
_NAMESPACE = re.compile(r"(?:.*/)?(?:(nvme\d+)/)?(nvme\d+)(?:c\d+)?(n\d+)/(\w+)")
_INTERFACE = re.compile(r"net/([^/]+)/(address|bonding_slave/perm_hwaddr)")


class Line(NamedTuple):
    """One attribute of a capture: its path behind `sys/`, its value, and where it stands."""

    path: str
    value: str
    origin: Origin


@dataclass(slots=True)
class Device:
    """The attributes of one device. A capture may show one twice; the first counts."""

    values: dict[str, str] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)

    def put(self, name: str, line: Line) -> None:
        """Keep an attribute and where it was found."""
        self.values.setdefault(name, line.value)
        self.origins.append(line.origin)

    def text(self, name: str) -> str | None:
        """Return an attribute; None where it is missing or empty."""
        return self.values.get(name) or None

    def number(self, name: str) -> int | None:
        """Return an attribute in hex (``0x8086``) as a number."""
        found = re.fullmatch(r"0x([0-9a-f]{1,8})", self.values.get(name, ""), re.IGNORECASE)
        return int(found.group(1), 16) if found else None

    def origin(self) -> Origin | None:
        """Return where the device stands: the lines of a text, or the first of its files."""
        if not self.origins:
            return None
        first = self.origins[0]
        lines = [one.line for one in self.origins if one.file == first.file and one.line is not None]
        return Origin(file=first.file, line=min(lines), last_line=max(lines)) if lines else first


@dataclass(slots=True)
class Namespace:
    """A namespace of an NVMe controller."""

    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Controller(Device):
    """An NVMe controller; `function` is the address of its PCI function, `device` what stands below its link to it."""

    function: str | None = None
    device: Device = field(default_factory=Device)
    namespaces: dict[str, Namespace] = field(default_factory=dict)


@dataclass(slots=True)
class Function(Device):
    """A PCI function; `macs` holds the addresses of its network interfaces, the permanent one where it is told."""

    macs: dict[str, str] = field(default_factory=dict)
    is_virtual: bool = False


@dataclass(slots=True)
class Tree:
    """All that one capture tells of parts."""

    dmi: Device = field(default_factory=Device)
    functions: dict[str, Function] = field(default_factory=dict)
    controllers: dict[str, Controller] = field(default_factory=dict)

    def put(self, line: Line) -> None:
        """Take one attribute; most of /sys tells nothing of parts, and is passed over."""
        below = _FUNCTION.fullmatch(line.path)
        address = below.group(1).lower() if below else None
        if dmi := _DMI.fullmatch(line.path):
            self.dmi.put(dmi.group(1), line)
        elif space := _NAMESPACE.fullmatch(line.path):
            owner = self._controller(space.group(1) or space.group(2), address if space.group(1) else None)
            owner.namespaces.setdefault(space.group(3), Namespace()).values.setdefault(space.group(4), line.value)
        elif device := _NVME_DEVICE.fullmatch(line.path):
            self._controller(device.group(1), address).device.put(device.group(2), line)
        elif found := _NVME.fullmatch(line.path):
            self._controller(found.group(1), address).put(found.group(2), line)
        elif below and address:
            self._put_function(address, below.group(2), line)

    def _controller(self, name: str, address: str | None) -> Controller:
        controller = self.controllers.setdefault(name, Controller())
        controller.function = controller.function or address
        return controller

    def _put_function(self, address: str, below: str, line: Line) -> None:
        function = self.functions.setdefault(address, Function())
        if below.startswith("physfn"):
            function.is_virtual = True
        elif interface := _INTERFACE.fullmatch(below):
            name, attribute = interface.groups()
            if attribute != "address" or name not in function.macs:
                function.macs[name] = line.value
            function.origins.append(line.origin)
        elif "/" not in below:
            function.put(below, line)
