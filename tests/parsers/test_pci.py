"""PCI words: classes, addresses, links, functions of one card."""

from typing import Any

import pytest

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item
from reanimator_gql.parsers.pci import device_address, fold_functions, is_mac, kind_of_class, link_speed, link_width


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Ethernet controller", "NIC"),
        ("EthernetController", "NIC"),
        ("Network controller", "NIC"),
        ("network", "NIC"),
        ("Infiniband controller", "NIC"),
        ("RAID bus controller", "RAID"),
        ("SAS RAID", "RAID"),
        ("MassStorageController RAID", "RAID"),
        ("Serial Attached SCSI controller", "HBA"),
        ("SCSI storage controller", "HBA"),
        ("SAS", "HBA"),
        ("HBA", "HBA"),
        ("Fibre Channel", "HBA"),
        ("VGA compatible controller", "GPU"),
        ("3D controller", "GPU"),
        ("Display controller", "GPU"),
        ("gpu", "GPU"),
        ("0x0200", "NIC"),
        ("0200", "NIC"),
        ("020000", "NIC"),
        ("0x020700", "NIC"),
        ("0104", "RAID"),
        ("010700", "HBA"),
        ("0x0c0400", "HBA"),
        ("0302", "GPU"),
        ("030000", "GPU"),
        ("0108", "PCIE"),
        ("Co-processor", "PCIE"),
        ("", "PCIE"),
        (None, "PCIE"),
    ],
)
def test_a_class_names_a_kind(told: str | None, kind: str) -> None:
    assert kind_of_class(told) is ComponentKind(kind)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("0000:3b:00.1", "0000:3b:00"),
        ("3B:00.0", "0000:3b:00"),
        ("pci@0000:12:00.3", "0000:12:00"),
        ("10000:01:00.0", "10000:01:00"),
        ("0000:3b:00", "0000:3b:00"),
        ("usb@1:5.2", None),
        ("scsi@4:0.0.0", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_loses_its_function(told: str | None, address: str | None) -> None:
    assert device_address(told) == address


@pytest.mark.parametrize(
    ("told", "speed"),
    [
        ("Gen1", 2.5),
        ("Gen2", 5.0),
        ("gen3", 8.0),
        ("Gen4", 16.0),
        ("Gen 5", 32.0),
        ("PCIe Gen6", 64.0),
        ("16.0 GT/s PCIe", 16.0),
        ("8 GT/s", 8.0),
        ("2.5GT/s", 2.5),
        ("12.0 Gb/s", 12.0),
        ("16", 16.0),
        ("16.0", 16.0),
        (16, 16.0),
        (2.5, 2.5),
        (4, None),  # Gen4 or 4 GT/s: not guessed
        (0, None),
        ("0 GT/s", None),
        ("", None),
        ("None", None),
        ("Unknown", None),
        (None, None),
        (True, None),
        ([16], None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_a_link_speed_becomes_gigatransfers(told: Any, speed: float | None) -> None:
    assert link_speed(told) == speed


@pytest.mark.parametrize(
    ("told", "width"),
    [
        (8, 8), ("8", 8), ("x8", 8), ("X16", 16), (16.0, 16), ("x 4", 4), (0, None), ("0", None), ("x0", None),
        ("", None), ("None", None), (None, None), (True, None), (-1, None), (8.5, None), ("wide", None), ({}, None),
    ],
)  # fmt: skip
def test_a_link_width_becomes_lanes_and_never_zero(told: Any, width: int | None) -> None:
    assert link_width(told) == width


def test_macs_are_known_with_and_without_separators() -> None:
    assert is_mac("0c:c4:7a:00:00:01")
    assert is_mac("0C-C4-7A-00-00-01")
    assert is_mac("0cc47a000001")
    assert not is_mac("a0:00:02:20:fe:80:00:00:00:00:00:00:0c:c4:7a:00:00:00:00:01")
    assert not is_mac("serial")


def _function(**values: Any) -> Item:
    return Item(kind=values.pop("kind", ComponentKind.NIC), **values)


def test_functions_of_one_device_are_one_card_with_all_macs() -> None:
    cards = fold_functions(
        [
            ("0000:3b:00", _function(macs=("A",), telemetry={"names": ["e0"]}, attributes={"id": 1})),
            ("0000:3c:00", _function(macs=("C",))),
            (
                "0000:3b:00",
                _function(macs=("B", "A"), slot="Slot 3", telemetry={"names": ["e1"]}, attributes={"id": 2}),
            ),
        ]
    )
    assert [card.macs for card in cards] == [("A", "B"), ("C",)]
    assert cards[0].slot == "Slot 3"
    assert cards[0].telemetry == {"names": ["e0", "e1"]}
    assert cards[0].attributes == {"id": 1}


def test_items_without_an_address_are_not_folded() -> None:
    assert len(fold_functions([(None, _function()), (None, _function())])) == 2


def test_a_card_takes_the_kind_that_says_most() -> None:
    functions = [("a", _function(kind=ComponentKind.PCIE)), ("a", _function(kind=ComponentKind.GPU))]
    assert [card.kind for card in fold_functions(functions)] == [ComponentKind.GPU]


def test_a_second_serial_that_is_a_mac_joins_the_macs() -> None:
    functions = [("a", _function(serial="0CC47A000001")), ("a", _function(serial="0CC47A000002"))]
    card = fold_functions(functions)[0]
    assert (card.serial, card.macs) == ("0CC47A000001", ("0CC47A000002",))


def test_a_card_is_present_if_any_function_is() -> None:
    assert fold_functions([("a", _function(present=False)), ("a", _function())])[0].present
