"""Attributes that change in nearly every snapshot are named."""

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.restless import LOOKED_AT, restless_attributes
from reanimator_gql.domain.snapshot import Item


def reading(serial: str = "S1000", **attributes: object) -> list[Item]:
    return [Item(kind=ComponentKind.STORAGE, list="disk", serial=serial, attributes=attributes)]


def test_a_counter_among_the_attributes_is_named() -> None:
    readings = [reading(size_bytes=480, data_units=number) for number in range(LOOKED_AT)]
    assert restless_attributes(readings) == ["STORAGE.data_units"]


def test_what_changes_now_and_then_is_not() -> None:
    assert restless_attributes([reading(status="OK" if n < 5 else "Warning") for n in range(LOOKED_AT)]) == []


def test_a_few_snapshots_prove_nothing() -> None:
    assert restless_attributes([reading(data_units=number) for number in range(LOOKED_AT - 1)]) == []


def test_other_parts_are_no_changes() -> None:
    assert restless_attributes([reading(f"S100{number}", rank=number) for number in range(LOOKED_AT)]) == []
