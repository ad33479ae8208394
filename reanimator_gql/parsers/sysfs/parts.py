"""The parts that a capture of /sys shows: the board, NVMe drives, and cards with their links."""

import re
from collections.abc import Iterator
from typing import Any

from reanimator_gql.domain.identity.places import place_order
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers
from reanimator_gql.parsers.json_values import told, whole
from reanimator_gql.parsers.logical_drives import is_logical_drive
from reanimator_gql.parsers.pci import device_address, fold_functions, is_mac, link_speed, link_width
from reanimator_gql.parsers.pci_parts import Function as PciFunction
from reanimator_gql.parsers.pci_parts import card_bus, card_kind
from reanimator_gql.parsers.sysfs.tree import Controller, Device, Function, Tree

_NVME = "0108"
_CODE = re.compile(r"(?:0x)?([0-9a-f]{4})[0-9a-f]{2}", re.IGNORECASE)
_EUI = re.compile(r"(?:eui\.)?([0-9a-f]{16}|[0-9a-f]{32})", re.IGNORECASE)
_SECTOR = 512  # `size` counts these whatever the drive's own sectors are
_BOARD = (
    "board_version", "bios_vendor", "bios_date", "bios_release", "ec_firmware_release", "product_sku",
    "product_family", "product_version", "chassis_type", "chassis_vendor", "chassis_version",
)  # fmt: skip
_IDS = (
    ("device_class", "class"),
    ("vendor_id", "vendor"),
    ("device_id", "device"),
    ("subsystem_vendor_id", "subsystem_vendor"),
    ("subsystem_device_id", "subsystem_device"),
    ("revision", "revision"),
    ("label", "label"),
)


def machine_of(tree: Tree) -> MachineIdentifiers:
    """Return the machine as its DMI tables name it."""
    dmi = tree.dmi
    return MachineIdentifiers(
        manufacturer=dmi.text("sys_vendor"),
        product=dmi.text("product_name"),
        system_serial=dmi.text("product_serial"),
        uuid=dmi.text("product_uuid"),
        board_serial=dmi.text("board_serial"),
        chassis_serial=dmi.text("chassis_serial"),
        asset_tag=dmi.text("chassis_asset_tag"),
    )


def items_of(tree: Tree) -> list[Item]:
    """Return board, drives and cards."""
    _join_the_only_drive(tree)
    by_place = sorted(tree.functions.items(), key=lambda one: place_order(one[0]))
    taken = {controller.function for controller in tree.controllers.values()}
    drives = [_drive(name, tree.controllers[name], tree) for name in sorted(tree.controllers, key=place_order)]
    unnamed = [_bare_drive(address, one) for address, one in by_place if _code(one) == _NVME and address not in taken]
    cards = fold_functions(_cards((address, one) for address, one in by_place if not one.is_virtual))
    return [*_board(tree.dmi), *(drive for drive in drives if drive), *unnamed, *cards]


def _join_the_only_drive(tree: Tree) -> None:
    """Join the one NVMe controller with the one NVMe function: a capture need not say that they are one."""
    for controller in tree.controllers.values():
        controller.function = controller.function or (controller.text("address") or "").lower() or None
    functions = [address for address, one in tree.functions.items() if _code(one) == _NVME]
    controllers = [one for one in tree.controllers.values() if _is_local(one)]
    if len(functions) == len(controllers) == 1:
        controllers[0].function = controllers[0].function or functions[0]


def _board(dmi: Device) -> list[Item]:
    names = ("board_serial", "board_vendor", "board_name", "bios_version")
    if not any(dmi.text(name) for name in names):
        return []
    return [
        Item(
            kind=ComponentKind.BOARD,
            list="dmi",
            serial=dmi.text("board_serial"),
            vendor=dmi.text("board_vendor"),
            model=dmi.text("board_name"),
            firmware=dmi.text("bios_version"),
            attributes=told({name: dmi.text(name) for name in _BOARD}),
            origin=dmi.origin(),
        )
    ]


def _is_local(controller: Controller) -> bool:
    local = (controller.text("transport") or "pcie") in {"pcie", "apple-nvme"}
    return local and not is_logical_drive(None, controller.text("model"))


def _drive(name: str, controller: Controller, tree: Tree) -> Item | None:
    """Return the drive of a controller; None where it is reached over a network or only its namespaces are shown."""
    if not _is_local(controller) or not (controller.values or controller.device.values):
        return None
    function = tree.functions.get(controller.function or "") or controller.device
    address = device_address(controller.function)
    sizes = [size for one in controller.namespaces.values() if (size := whole(one.values.get("size")))]
    return Item(
        kind=ComponentKind.STORAGE,
        list="nvme",
        slot=f"pci@{address}" if address else f"/dev/{name}",
        serial=controller.text("serial"),
        model=controller.text("model"),
        firmware=controller.text("firmware_rev"),
        wwn=_wwn(controller),
        attributes={
            "interface": "NVMe",
            "media": "SSD",
            **told({"size_bytes": sum(sizes) * _SECTOR or None, "subsystem_nqn": controller.text("subsysnqn")}),
            **_numbers(function),
        },
        telemetry={"device_path": f"/dev/{name}", **_present_speed(function)},
        origin=controller.origin() or controller.device.origin(),
        **_link(function),
    )


def _wwn(controller: Controller) -> str | None:
    for name in sorted(controller.namespaces, key=place_order):
        for attribute in ("wwid", "eui", "nguid"):
            digits = controller.namespaces[name].values.get(attribute, "").replace(" ", "").replace("-", "")
            if (match := _EUI.fullmatch(digits)) and match.group(1).strip("0"):
                return match.group(1).lower()
    return None


def _bare_drive(address: str, function: Function) -> Item:
    """Return the drive of an NVMe function of which the capture shows no controller."""
    return Item(
        kind=ComponentKind.STORAGE,
        list="nvme",
        slot=f"pci@{device_address(address)}",
        attributes={"interface": "NVMe", "media": "SSD", **_numbers(function)},
        telemetry=_present_speed(function),
        origin=function.origin(),
        **_link(function),
    )


def _cards(functions: Iterator[tuple[str, Function]]) -> Iterator[tuple[str | None, Item]]:
    for address, function in functions:
        device = device_address(address) or address
        pci = PciFunction(_code(function), device, vendor_id=function.number("vendor"))
        if (kind := card_kind(pci)) is not None:
            yield device, _card(device, function, pci, kind)


def _card(device: str, function: Function, pci: PciFunction, kind: ComponentKind) -> Item:
    bus = card_bus(pci) if kind in {ComponentKind.HBA, ComponentKind.RAID} else None
    return Item(
        kind=kind,
        list="pci",
        slot=f"pci@{device}",
        macs=tuple(dict.fromkeys(mac for mac in function.macs.values() if is_mac(mac))),
        attributes={**_numbers(function), **told({"bus": bus})},
        telemetry={**_present_speed(function), **({"logicalname": sorted(function.macs)} if function.macs else {})},
        origin=function.origin(),
        **_link(function),
    )


def _code(function: Device) -> str:
    match = _CODE.fullmatch(function.values.get("class", ""))
    return match.group(1).lower() if match else ""


def _numbers(function: Device) -> dict[str, Any]:
    max_speed = function.text("max_link_speed")
    return told(
        {
            **{name: function.text(key) for name, key in _IDS},
            "max_link_speed": max_speed if link_speed(max_speed) else None,
        }
    )


def _link(function: Device) -> dict[str, Any]:
    return {
        "link_width": link_width(function.text("current_link_width")),
        "max_link_width": link_width(function.text("max_link_width")),
        "max_link_speed_gts": link_speed(function.text("max_link_speed")),
    }


def _present_speed(function: Device) -> dict[str, Any]:
    present = function.text("current_link_speed")
    return {"link_speed": present, "link_speed_gts": speed} if (speed := link_speed(present)) else {}
