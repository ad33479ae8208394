"""Makers: one name for many spellings, and which names contradict."""

import pytest

from reanimator_gql.domain.identity.makers import contradict, maker, role, systems_contradict
from reanimator_gql.domain.kinds import CARD, DIMM, DRIVE


@pytest.mark.parametrize(
    ("told", "family", "expected"),
    [
        (" Samsung  Electronics ", DIMM, "samsung"),
        ("Micron Technology, Inc.", DIMM, "micron"),
        ("80CE000080CE", DIMM, "samsung"),
        ("0x2C00", DIMM, "micron"),
        ("00CE", CARD, None),  # a JEDEC id says nothing of a card
        ("0x8086", CARD, "intel"),
        ("0x8086", DIMM, None),
        ("Intel Corporation [8086]", CARD, "intel"),
        ("Nobody Knows GmbH", DIMM, None),
        ("NO DIMM", DIMM, None),
        ("Winbond", DIMM, None),
    ],
)
def test_a_spelling_has_its_maker(told: str, family: str, expected: str | None) -> None:
    assert maker(told, family) == expected


def test_a_drive_without_vendor_is_known_by_its_model_then_its_wwn() -> None:
    assert maker(None, DRIVE, "SAMSUNG_MZQL2") == "samsung"
    assert maker("ATA", DRIVE, "ST4000NM0035-1V4107") == "seagate"
    assert maker(None, DRIVE, "SomethingElse", "5000c500a1b2c3d4") == "seagate"
    assert maker("Nobody Knows", DRIVE, "ST4000NM0035") is None


def test_only_two_known_makers_of_different_houses_contradict() -> None:
    assert contradict("samsung", "micron")
    assert not contradict("hgst", "wdc")
    assert not contradict("hpe", "samsung")
    assert not contradict(None, "samsung")
    assert role("hpe") == "reseller"


def test_two_system_makers_of_different_houses_contradict() -> None:
    assert systems_contradict("dell", "lenovo")
    assert not systems_contradict("lenovo", "ibm")
    assert not systems_contradict("dell", None)
