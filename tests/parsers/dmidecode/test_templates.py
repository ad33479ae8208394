"""What a BIOS's template wrote is no part: servers list batteries that nobody ever put in."""

import pytest

from reanimator_gql.domain.kinds import ComponentKind as Kind
from tests.parsers.dmidecode.test_parser import END, HEAD, SYSTEM, read, structure


@pytest.mark.parametrize(
    "fields",
    [
        {"Location": "Fake", "Manufacturer": "-Virtual Battery 0-", "Name": "CRB Battery 0"},
        {"Location": "Rear", "Manufacturer": "Acme", "Name": "-Virtual Battery 1-"},
        {"Location": "fake", "Manufacturer": "Acme", "Name": "BBU"},
    ],
)
def test_a_battery_that_calls_itself_fake_or_virtual_is_no_part(fields: dict[str, str]) -> None:
    battery = structure(22, 0x20, "Portable Battery", Serial_Number="Battery 0", **fields)
    assert [item.kind for item in read(HEAD + SYSTEM + battery + END).items] == []


def test_a_battery_with_a_maker_and_a_place_is_a_part() -> None:
    battery = structure(22, 0x20, "Portable Battery", Location="Sys. Battery Bay", Manufacturer="Acme", Name="B-7")
    assert [item.kind for item in read(HEAD + SYSTEM + battery + END).items] == [Kind.BATTERY]
