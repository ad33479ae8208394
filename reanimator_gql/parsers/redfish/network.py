"""Network cards and Fibre Channel HBAs, with the MACs and speeds of their ports.

The MACs are the permanent ones of the functions; those of the ports, then those in use, where no permanent one is told.
Not parts: bonds, VLANs, the interface towards the BMC. System interfaces are parts only where no card is listed at all.
"""

import re
from collections.abc import Iterable

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.parsers.json_values import told
from reanimator_gql.parsers.pci import is_mac
from reanimator_gql.parsers.redfish.place import is_absent, is_place, label, place_of
from reanimator_gql.parsers.redfish.resource import Resource, as_number
from reanimator_gql.parsers.redfish.tale import NUMBERS, Tale, chosen, health, numbers, pcie, present_speed
from reanimator_gql.parsers.redfish.tree import Tree

_NUMBERS = ("Manufacturer", "Model", "PartNumber", "SerialNumber")
_NO_NAME = re.compile(r"network ?adapter(?: view)?|network(?: interface)?|nic|adapter", re.IGNORECASE)
_VIRTUAL = re.compile(r"^(?:vlan|bond|team|br\d|usb|vnic|virtual|tomanager|lo$)|host ethernet interface", re.IGNORECASE)


class Ports:
    """The ports and functions of the network adapters of one tree, found once for all of them."""

    def __init__(self, tree: Tree) -> None:
        self._functions: dict[str, list[Resource]] = {}
        self._ports: dict[str, list[Resource]] = {}
        for one in tree.of("NetworkDeviceFunction"):
            self._functions.setdefault(_adapter_key(one), []).append(one)
        for one in tree.of("Port", "NetworkPort"):
            self._ports.setdefault(_adapter_key(one), []).append(one)

    def functions(self, adapter: Resource) -> list[Resource]:
        """Return the functions below an adapter."""
        return self._functions.get(adapter.key, [])

    def ports(self, adapter: Resource) -> list[Resource]:
        """Return the ports below an adapter (or controller), told once where both kinds of port are listed."""
        found = self._ports.get(adapter.key, [])
        return [one for one in found if one.type == "Port"] or found


def _adapter_key(one: Resource) -> str:
    return one.key.rpartition("/")[0].rpartition("/")[0]


def adapters(tree: Tree, ports: Ports) -> list[Tale]:
    """Return what the cards' own resources tell: NetworkAdapter, and HPE's before there was one."""
    found = [_adapter(one, ports) for one in tree.of("NetworkAdapter") if not _is_nothing(one, ports)]
    return found + [_hpe_adapter(one) for one in tree.of("HpeBaseNetworkAdapter")]


def _adapter(one: Resource, ports: Ports) -> Tale:
    chips = one.elements("Controllers", "NetworkController")
    functions, own_ports = ports.functions(one), ports.ports(one)
    named = numbers(one)
    name = one.text("Name")
    named["model"] = named["model"] or (name if name and not _NO_NAME.fullmatch(name) else None)
    link = next((chip for chip in chips if chip.raw("PCIeInterface") is not None), one)
    count = max(len(own_ports), sum(chip.whole("ControllerCapabilities", "NetworkPortCount") or 0 for chip in chips))
    content = {"ports": count or None, "port_speed_gbps": _best_speed(own_ports)}
    is_fc = _only_fibre_channel(functions, own_ports)
    return Tale(
        ComponentKind.HBA if is_fc else ComponentKind.NIC,
        "NetworkAdapter",
        one,
        one.parent,
        slot=_adapter_place(one, chips),
        firmware=next((text for chip in chips if (text := chip.text("FirmwarePackageVersion"))), None),
        macs=_macs(functions, own_ports),
        present=not is_absent(one),
        attributes=told(content) | ({"bus": "FC"} if is_fc else {}) | chosen(one, NUMBERS),
        telemetry=health(one) | present_speed(link, "PCIeInterface"),
        same=tuple(path for chip in (one, *chips, *functions) for path in _same(chip)),
        **named,
        **pcie(link, "PCIeInterface"),
    )


def _same(one: Resource) -> list[str]:
    return [
        path
        for name in ("PCIeDevice", "PCIeDevices", "PCIeFunction", "PCIeFunctions")
        for path in one.links("Links", name)
    ]


def _adapter_place(one: Resource, chips: list[Resource]) -> str | None:
    told_place = label(one) or next((place for chip in chips if (place := label(chip))), None)
    return told_place or one.oem_text("Slot", "SlotNumber", "DeviceLocator") or place_of(one)


def _only_fibre_channel(functions: list[Resource], ports: list[Resource]) -> bool:
    words = [word for one in functions for word in (one.text("NetDevFuncType"), *_capabilities(one))]
    words += [one.text("LinkNetworkTechnology", "ActiveLinkTechnology", "PortProtocol") for one in ports]
    kinds = {word.casefold() for word in words if word and word.casefold() != "disabled"}
    return bool(kinds) and kinds <= {"fibrechannel", "fc"}


def _capabilities(function: Resource) -> list[str]:
    """Return what a function may be, where it does not say what it is."""
    return [] if function.text("NetDevFuncType") else _texts(function.raw("NetDevFuncCapabilities"))


def _is_nothing(one: Resource, ports: Ports) -> bool:
    """Return whether an adapter tells nothing of itself, in as many words: the BMC's own, made of no card."""
    if any(name not in one.values or one.text(name) for name in _NUMBERS):
        return False
    told_more = label(one) or one.oem_text("Slot", "SlotNumber", "DeviceLocator") or one.raw("Controllers")
    return not told_more and not ports.functions(one)


def _macs(functions: list[Resource], ports: list[Resource]) -> tuple[str, ...]:
    permanent = [one.text_at("Ethernet", "PermanentMACAddress") for one in functions]
    of_ports = [
        mac
        for one in ports
        for mac in (
            *_texts(one.raw("Ethernet", "AssociatedMACAddresses")),
            *_texts(one.raw("AssociatedNetworkAddresses")),
        )
    ]
    in_use = [one.text_at("Ethernet", "MACAddress") for one in functions]
    return _first_macs(permanent) or _first_macs(of_ports) or _first_macs(in_use)


def _first_macs(told_macs: Iterable[str | None]) -> tuple[str, ...]:
    macs = [mac.strip() for mac in told_macs if mac and is_mac(mac)]
    return tuple(dict.fromkeys(mac for mac in macs if mac.strip("0:-")))


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _best_speed(ports: list[Resource]) -> int | float | None:
    """Return the highest speed of which a port is capable, in Gb/s; the speed of the moment says nothing."""
    speeds = [speed for port in ports for speed in _speeds(port)]
    return max((speed for speed in speeds if speed > 0), default=None)


def _speeds(port: Resource) -> list[int | float]:
    gbps = [port.number("MaxSpeedGbps")]
    for one in port.objects("LinkConfiguration"):
        gbps += _numbers(one.get("CapableLinkSpeedGbps"))
    mbps: list[int | float | None] = []
    for one in port.objects("SupportedLinkCapabilities"):
        mbps += _numbers(one.get("CapableLinkSpeedMbps")) or _numbers(one.get("LinkSpeedMbps"))
    return [speed for speed in gbps if speed] + [_gbps(speed) for speed in mbps if speed]


def _numbers(value: object) -> list[int | float | None]:
    return [as_number(one) for one in (value if isinstance(value, list) else [value])]


def _gbps(mbps: int | float) -> int | float:
    return int(mbps) // 1000 if mbps % 1000 == 0 else mbps / 1000


def _hpe_adapter(one: Resource) -> Tale:
    own_ports = one.elements("PhysicalPorts", "HpePort")
    fc_ports = one.elements("FcPorts", "HpePort")
    is_fc = bool(fc_ports) and not own_ports
    named = numbers(one)
    named["model"] = named["model"] or one.text("Name")
    count = len(own_ports) or len(fc_ports)
    return Tale(
        ComponentKind.HBA if is_fc else ComponentKind.NIC,
        "HpeBaseNetworkAdapter",
        one,
        one.parent,
        slot=label(one) or one.text("StructuredName"),
        firmware=one.text("Firmware", "FirmwareVersion"),
        macs=_first_macs(port.text("MacAddress", "MACAddress") for port in own_ports),
        present=not is_absent(one),
        attributes=told({"ports": count or None}) | ({"bus": "FC"} if is_fc else {}),
        telemetry=health(one),
        **named,
    )


def interfaces(tree: Tree) -> list[Tale]:
    """Return the physical interfaces of systems: the last resort where no card is listed."""
    found = [one for one in tree.of("EthernetInterface") if "/systems/" in one.key and _is_physical(one)]
    seen: set[str] = set()
    tales = []
    for one in found:
        mac = next(iter(_first_macs([one.text("PermanentMACAddress"), one.text("MACAddress")])), None)
        if mac is not None and mac.casefold() not in seen:
            seen.add(mac.casefold())
            tales.append(_interface(one, mac))
    return tales


def _is_physical(one: Resource) -> bool:
    if one.links("Links", "HostInterface") or one.links("Links", "RelatedInterfaces"):
        return False
    if (one.text("EthernetInterfaceType") or "physical").casefold() != "physical" or is_absent(one):
        return False
    words = (one.id, one.text("Name") or "", one.text("Description") or "")
    return not any(_VIRTUAL.search(word) for word in words)


def _interface(one: Resource, mac: str) -> Tale:
    names = (one.text("Id"), one.text("Name"))
    slot = next((name for name in names if name and is_place(name)), None)
    return Tale(
        ComponentKind.NIC,
        "EthernetInterface",
        one,
        one.parent,
        slot=slot,
        macs=(mac,),
        telemetry=health(one) | told({"speed_mbps": one.number("SpeedMbps")}),
    )


def interface_macs(tree: Tree, function: Resource) -> tuple[str, ...]:
    """Return the MACs of the interfaces to which a PCIe function leads."""
    found = tree.followed(function, "Links", "EthernetInterfaces")
    return _first_macs(one.text("PermanentMACAddress", "MACAddress") for one in found)
