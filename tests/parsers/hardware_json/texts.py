"""Reanimator hardware JSON, made small, and what is read in it."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.snapshot import Item, Snapshot
from reanimator_gql.parsers.hardware_json.parser import PARSER
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.reading import snapshots_of, sniffs, without_origins

BOARD = {
    "manufacturer": "Acme",
    "product_name": "Rack 9",
    "serial_number": "TAG0001",
    "part_number": "RK-9",
    "uuid": "11112222-3333-4444-5555-666677778888",
    "asset_tag": "INV 7",
    "board_serial": "BRD0001",
    "chassis_serial": "CHS0001",
}


def read(hardware: Any, **envelope: Any) -> Snapshot:
    content = json.dumps({**envelope, "hardware": hardware}).encode()
    assert sniffs(PARSER, content)
    (snapshot,) = snapshots_of(PARSER, content)
    return without_origins(snapshot)


def one(name: str, **fields: Any) -> Item:
    snapshot = read({name: [fields]})
    assert snapshot.warnings == ()
    (item,) = snapshot.items
    assert item.list == f"hardware.{name}"
    return item


def refusal(hardware: Any, **envelope: Any) -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(hardware, **envelope)
    return caught.value
