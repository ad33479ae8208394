"""Normal forms: what counts as an identity, and what makers leave where one should stand."""

import pytest

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.kinds import DIMM, DRIVE


@pytest.mark.parametrize(
    ("told", "family", "expected"),
    [
        ("  ab12cd ", None, "AB12CD"),
        ("S/N: ab 12\u00a0cd", None, "AB12CD"),
        ("serialnumber:ab12", None, "AB12"),
        ("0x00A1B2C3", DIMM, "00A1B2C3"),
        ("a1b2c3", DIMM, "00A1B2C3"),
        ("123456789AB", DIMM, None),
        ("ABCDEFGH1234", DIMM, "ABCDEFGH1234"),
        ("ZA1B2C3D0000C9ABCDEF", DRIVE, "ZA1B2C3D"),
        ("ZA1B2C3D0000XXXXXXXX", DRIVE, "ZA1B2C3D"),
        ("ZA1B2C3D0000XXXXXXXX", None, None),
        ("0012345", None, "0012345"),
        ("AB\x00\x1f12\u200b34", None, "AB1234"),
    ],
)
def test_a_serial_is_spelled_in_one_way(told: str, family: str | None, expected: str | None) -> None:
    assert normal.serial(told, family) == expected


@pytest.mark.parametrize(
    "told",
    [
        None, "", "   ", "abc", "-.-.-", "0000000", "0x0000", "XXXX12", "n/a", "To Be Filled By O.E.M.",
        "Not Supported By CPU",
        "UNSPECIFIED Baseboard", "OEM Define 12", "Chassis Serial Number", "SerNum07", "DIMM_1_AssetTag4", "VOLUME3",
        "AAAABBBBCCCC2", "123456", "SYS-0123456789", "B1234567890", "1234567890ABC", "9876543210", "<OUT OF SPEC>",
        "4242",
    ],
)  # fmt: skip
def test_a_filler_is_no_serial(told: str | None) -> None:
    assert normal.serial(told) is None


def test_a_serial_that_repeats_another_field_of_its_item_is_none() -> None:
    assert normal.serial("M393A2K43DB3", own=("m393a2k43db3", None)) is None
    assert normal.serial("M393A2K43DB3", own=("M393A2K43DB4", None)) == "M393A2K43DB3"


@pytest.mark.parametrize("told", ["f1", "0", "NC", "1.0"])
def test_short_values_are_values(told: str) -> None:
    assert normal.value(told) == told


def test_both_byte_orders_of_a_uuid_are_one() -> None:
    assert normal.uuid("A1B2C3D4-1122-4455-8899-AABBCCDDEEFF") == normal.uuid("d4c3b2a1-2211-5544-8899-aabbccddeeff")


@pytest.mark.parametrize(
    "told",
    [
        "11111111-1111-1111-1111-111111111111",
        "00010203-0405-0607-0809-0A0B0C0D0E0F",
        "DEADBEEF-0000-1000-8000-000000000001",
        "A1B2C3D4-1122-11ED-8899-0242AC110002",  # version 1 with a node made up by software
        "00000000-0000-0000-0000-FFFFFFFFFFFF",
        "A1B2C3D4-1122",
    ],
)
def test_a_uuid_that_is_everybodys_is_none(told: str) -> None:
    assert normal.uuid(told) is None


def test_a_random_uuid_is_an_identity_though_its_other_byte_order_looks_like_version_1() -> None:
    assert normal.uuid("A1B2C3D4-1122-4a1b-8899-0242AC110002") is not None


def test_the_tag_in_a_uuid_is_read_in_either_byte_order() -> None:
    # 4C4C4544-00BB-CC10-80DD-AAC04FEEFFGG: chr(AA & 7F) BB CC DD EE FF GG spells HX12AB3.
    told = "4c4c4544-0058-3110-8032-c8c04f414233"
    assert normal.uuid_tag(told) == ("dell", "HX12AB3")
    assert normal.uuid_tag("44454c4c-5800-1031-8032-c8c04f414233") == ("dell", "HX12AB3")


@pytest.mark.parametrize(
    "told", ["01:00:5e:00:00:01", "02:42:ac:11:00:02", "aa:aa:aa:aa:aa:aa", "b4:96:91:70:26", "xyz"]
)
def test_a_mac_that_names_no_card_is_none(told: str) -> None:
    assert normal.mac(told) is None


def test_a_wwn_is_an_identity_unless_it_is_locally_assigned() -> None:
    assert normal.wwn("0x5000C500A1B2C3D4") == "5000c500a1b2c3d4"
    assert normal.wwn("naa.5000c500a1b2c3d4".removeprefix("naa.")) == "5000c500a1b2c3d4"
    assert normal.wwn("3000C500A1B2C3D4") is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("m393 a2k43db3-cwe  ", "M393A2K43DB3-CWE"),
        ("0x4D332041424320202020", "M3ABC"),
        ("KVR-16----", "KVR-16"),
        ("PartNum3", None),
        ("ModulePartNumber12", None),
        ("Unknown", None),
    ],
)
def test_a_part_number_is_spelled_in_one_way(told: str, expected: str | None) -> None:
    assert normal.part_number(told) == expected


def test_the_serial_of_a_dell_board_stands_in_the_last_field() -> None:
    assert normal.board_serial(".HX12AB3.CNABC0001.") == "CNABC0001"
    assert normal.board_tag(".HX12AB3.CNABC0001.") == "HX12AB3"
    assert normal.board_serial("HX12AB3", "hx12ab3 ") is None
