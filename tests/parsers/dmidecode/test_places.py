"""Places of memory modules in dmidecode's text where the locator alone does not name one."""

from reanimator_gql.domain.kinds import ComponentKind as Kind
from tests.parsers.dmidecode.test_parser import END, HEAD, dimm, read


def places(*modules: str) -> list[tuple[str | None, bool]]:
    snapshot = read(HEAD + "".join(modules) + END)
    return [(item.slot, item.present) for item in snapshot.items if item.kind is Kind.MEMORY]


def test_locators_that_repeat_are_told_apart_by_their_banks() -> None:
    empty = {"Size": "No Module Installed", "Serial_Number": "Unknown"}
    assert places(
        dimm(0x11, Locator="DIMM 0", Bank_Locator="P0 CHANNEL A", **empty),
        dimm(0x12, Locator="DIMM 1", Bank_Locator="P0 CHANNEL A"),
        dimm(0x13, Locator="DIMM 0", Bank_Locator="P0 CHANNEL B", Serial_Number="80CE0133"),
        dimm(0x14, Locator="DIMM 1", Bank_Locator="P0 CHANNEL B", **empty),
    ) == [
        ("P0 CHANNEL A DIMM 0", False),
        ("P0 CHANNEL A DIMM 1", True),
        ("P0 CHANNEL B DIMM 0", True),
        ("P0 CHANNEL B DIMM 1", False),
    ]


def test_locators_that_name_places_stay_as_they_are_told() -> None:
    assert places(dimm(0x11, Locator="A1"), dimm(0x12, Locator="A2", Serial_Number="80CE0133")) == [
        ("A1", True),
        ("A2", True),
    ]


def test_banks_name_the_places_where_all_locators_are_one_empty_word() -> None:
    told = [dimm(0x11 + n, Locator="Not Specified", Bank_Locator=f"BANK {n}") for n in (0, 1)]
    assert places(*told) == [("BANK 0", True), ("BANK 1", True)]


def test_banks_that_tell_nothing_or_repeat_too_change_no_place() -> None:
    for banks in (("BANK 0", "bank  0"), ("Not Specified", "Unknown")):
        told = [dimm(0x11 + n, Locator="A1", Bank_Locator=bank) for n, bank in enumerate(banks)]
        assert places(*told) == [("A1", True), ("A1", True)]
    without = [dimm(0x11 + n).replace("\tBank Locator: BANK 0\n", "") for n in (0, 1)]
    assert places(*without) == [("A1", True), ("A1", True)]


def test_chips_that_are_no_modules_have_no_say_in_the_places() -> None:
    assert places(dimm(0x11, Locator="A1"), dimm(0x12, Locator="A1", Type="Flash", Bank_Locator="X")) == [("A1", True)]
