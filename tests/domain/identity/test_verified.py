"""Identity held against the design text, word by word: what a second reading of the rules found."""

from datetime import timedelta
from typing import Any

import pytest

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.model import Resolution, Sighting
from reanimator_gql.domain.identity.resolve import link_values, part_values, resolve
from reanimator_gql.domain.kinds import DIMM
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers
from tests.domain.identity.sightings import dimm, drive, nic
from tests.fixtures.world import DAY_0

# Dell's UUIDs that spell the service tags 762ZM62 and 11WLK93.
SPELLS_762ZM62 = "4C4C4544-0036-3210-805A-B7C04F4D3632"
SPELLS_11WLK93 = "4c4c4544-0031-5710-804c-b1c04f4b3933"
TWIN = {"manufacturer": "Supermicro", "product": "SYS-2028TP-HC1R"}


def seen(name: Any, hours: float = 0, source: str = "lshw", parts: tuple[str, ...] = (), **ids: str) -> Sighting:
    items = tuple(dimm(serial) for serial in parts)
    return Sighting(name, source, DAY_0 + timedelta(hours=hours), MachineIdentifiers(**ids), items, name)


def concerned(found: Resolution, code: str) -> set[Any]:
    return {sighting for flag in found.flags if flag.code == code for sighting in flag.sightings}


@pytest.mark.parametrize("told", ["0x4242", "0x123456", "0x12"])
def test_a_dimm_serial_is_asked_for_fillers_before_it_is_padded_with_or_without_0x(told: str) -> None:
    assert normal.serial(told, DIMM) is None
    assert normal.serial(told.removeprefix("0x"), DIMM) is None


def test_a_dimm_serial_that_repeats_another_field_only_after_its_0x_is_cut_is_none() -> None:
    assert normal.serial("0xA1B2C3D4", DIMM, own=("A1B2C3D4",)) is None
    assert normal.serial("0xA1B2C3D4", DIMM, own=("0xA1B2C3D4",)) is None
    assert normal.serial("0xA1B2C3D4", DIMM, own=("A1B2C3D5",)) == "A1B2C3D4"


def test_a_tag_that_a_uuid_spells_is_no_tag_where_it_is_a_filler() -> None:
    assert normal.uuid_tag("4C4C4544-0030-3010-8030-B0C04F303030") is None  # 0000000
    assert normal.uuid_tag("30303030-3030-5A43-5858-585834353637") is None  # CZXXXX4567


def test_a_dell_board_field_without_a_serial_tells_the_tag_alone() -> None:
    assert normal.board_serial(".11WLK93..") is None
    assert normal.board_tag(".11WLK93..") == "11WLK93"


@pytest.mark.parametrize("told", ["M393XXXX-CWE", "0", "AA"])
def test_a_part_number_of_one_character_or_with_four_x_is_none(told: str) -> None:
    assert normal.part_number(told) is None


def test_hex_coded_ascii_is_decoded_however_short() -> None:
    assert normal.part_number("0x4B5652") == "KVR"


def test_a_gpu_uuid_that_is_everybodys_is_none() -> None:
    assert normal.gpu_uuid("GPU-01010101-0101-0101-0101-010101010101") is None
    assert normal.gpu_uuid("GPU-03000200-0400-0500-0006-000700080009") is None


def test_the_tag_that_takes_the_place_of_a_shared_one_is_read_by_makers_too() -> None:
    dell = {"manufacturer": "Dell Inc."}
    found = resolve(
        [
            seen("blade 1", system_serial="CMC1TAG", uuid=SPELLS_762ZM62, **dell),
            seen("blade 2", system_serial="CMC1TAG", uuid=SPELLS_11WLK93, **dell),
            seen("of its own", 9, system_serial="762ZM62", **dell),
            seen("another's", 9, manufacturer="Lenovo", system_serial="762ZM62"),
        ]
    )
    assert found.machine_of == {
        "blade 1": "tag:762ZM62@dell",
        "of its own": "tag:762ZM62@dell",
        "another's": "tag:762ZM62@lenovo",
        "blade 2": "tag:11WLK93",
    }


def test_an_enclosure_of_two_nodes_names_neither_though_their_tag_was_dropped() -> None:
    enclosure = {"system_serial": "S15370126B25610", "chassis_serial": "C2170001", **TWIN}
    found = resolve(
        [
            seen("a", board_serial="BOARD01", **enclosure),
            seen("b", board_serial="BOARD02", **enclosure),
            seen("tag alone", **enclosure),
            seen("enclosure alone", chassis_serial="C2170001"),
        ]
    )
    assert found.machine_of == {"a": "board:BOARD01", "b": "board:BOARD02"}
    assert concerned(found, "SHARED_TAG") == {"a", "b", "tag alone"}
    assert concerned(found, "AMBIGUOUS_ID") == {"enclosure alone"}


def test_dells_redfish_tells_a_tag_in_the_boards_serial_where_its_sku_is_missing() -> None:
    machine = MachineIdentifiers(manufacturer="Dell Inc.", system_serial=".11WLK93.CNCMS0009G0078.")
    found = resolve(
        [Sighting("r", "redfish", DAY_0, machine, (), "r"), seen("l", system_serial="11WLK93", manufacturer="DELL")]
    )
    assert found.machine_of == {"r": "tag:11WLK93", "l": "tag:11WLK93"}
    assert "11WLK93" in link_values(machine)


def test_a_suggestion_does_not_depend_on_the_ids_of_sightings() -> None:
    def suggested(first: str, second: str) -> set[Any]:
        names = {first: "lshw, early", second: "lshw, too"}
        sightings = [
            *(seen(name, 0, system_serial="TAG0001", parts=("DIMM0001", "DIMM0002")) for name in names),
            seen("later", 9, system_serial="TAG0002", parts=("DIMM0001", "DIMM0002")),
        ]
        return {names.get(name, name) for name in concerned(resolve(sightings), "SUGGEST_SAME_ASSET")}

    assert suggested("1", "2") == suggested("2", "1")


@pytest.mark.parametrize(
    ("written", "seen_as"),
    [
        (drive(" 35000c500 a1b2c3d4"), drive(wwn="5000c500a1b2c3d4")),
        (drive("0x35000c500a1b2c3d4"), drive(wwn="5000c500a1b2c3d4")),
        (drive("S/N: 5000c500a1b2c3d4"), drive(wwn="5000c500a1b2c3d4")),
        (nic("SN: 507C6F139096"), nic(None, None, "50:7c:6f:13:90:96")),
    ],
)
def test_a_wwn_or_mac_in_a_serials_place_connects_however_it_is_written(written: Item, seen_as: Item) -> None:
    sightings = [
        Sighting(name, "lshw", DAY_0, MachineIdentifiers(system_serial=name), (item,))
        for name, item in (("TAG0001", written), ("TAG0002", seen_as))
    ]
    assert len(set(resolve(sightings).part_of.values())) == 1
    assert part_values(written) & part_values(seen_as)
