"""LOT codes: what parts that may replace each other are called."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.lots import MAX_LENGTH, classify

pytestmark = pytest.mark.thorough

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "lots.json"
_KINDS = {"DRIVE": ComponentKind.STORAGE, "DIMM": ComponentKind.MEMORY}


def cases() -> list[Any]:
    return json.loads(VECTORS.read_text())["cases"] if VECTORS.exists() else []


def code(kind: ComponentKind, **told: Any) -> str | None:
    lot = classify(kind, told)
    return lot.code if lot else None


@pytest.mark.skipif(not VECTORS.exists(), reason="the folder of vectors is not beside this checkout")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["code"])
def test_codes_of_real_parts(case: dict[str, Any]) -> None:
    item = dict(case["item"])
    name = item.pop("class")
    assert code(_KINDS.get(name) or ComponentKind(name), **item) == case["code"]


STORAGE, MEMORY = ComponentKind.STORAGE, ComponentKind.MEMORY


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"type": "NVMe", "interface": "NVMe", "size_gb": 3840, "max_link_speed": 16.0}, "SSD_NVME_03.84TB_GEN4"),
        ({"interface": "PCIe NVMe 4.0", "size_bytes": 1e12}, "SSD_NVME_01.00TB"),
        ({"type": "SSD", "interface": "SATA", "size_gb": 480}, "SSD_SATA_00.48TB"),
        ({"interface": "SAS", "rotation_rpm": 6499}, "HDD_SAS_5K4"),
        ({"interface": "SAS", "rotation_rpm": 6500}, "HDD_SAS_7K2"),
        ({"interface": "SAS", "rotation_rpm": 8500}, "HDD_SAS_10K"),
        ({"interface": "SAS", "rotation_rpm": 12500}, "HDD_SAS_15K"),
        ({"interface": "SATA", "size_bytes": 4_995_000_000_000}, "DRIVE_SATA_05.00TB"),
        ({"interface": "SATA", "size_bytes": 122_880_000_000_000}, "DRIVE_SATA_122.88TB"),
        ({"interface": "NVMe", "max_link_speed": 15.75}, "SSD_NVME"),
        ({"model": "unknown to all"}, None),
        ({}, None),
    ],
)
def test_drives(told: dict[str, Any], expected: str | None) -> None:
    assert code(STORAGE, **told) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"type": "DDR4", "size_mb": 32768, "max_speed_mhz": 2934}, "DIMM_DDR4_032GB_2933"),
        ({"type": "DDR3", "size_mb": 1024, "max_speed_mhz": 1067}, "DIMM_DDR3_001GB_1066"),
        ({"type": "DDR5 Synchronous Registered", "size": 64, "unit": "GB"}, "DIMM_DDR5_064GB"),
        ({"type": "DDR4", "size_bytes": 2**39}, "DIMM_DDR4_512GB"),
        ({"size_mb": 8192}, "DIMM_008GB"),
        ({"type": "Other"}, None),
    ],
)
def test_memory(told: dict[str, Any], expected: str | None) -> None:
    assert code(MEMORY, **told) == expected


def test_controllers_and_cards() -> None:
    assert code(ComponentKind.NIC, port_speed_gbps=100, ports=1) == "NIC_100G_1P"
    assert code(ComponentKind.NIC, port_speed_gbps=2.5) == "NIC_002G"
    assert code(ComponentKind.HBA, bus="FC") == "HBA_FC"
    assert code(ComponentKind.HBA, bus="SAS", manufacturer="Dell", model="HBA330") == "HBA_DELL_HBA330"
    assert code(ComponentKind.RAID, manufacturer="Broadcom / LSI", model="MegaRAID 9560-16i") is not None
    assert code(ComponentKind.NIC, manufacturer="Intel Corporation") is None


def test_power_supplies() -> None:
    assert code(ComponentKind.PSU, wattage_w=1600.0) == "PSU_1600W"
    assert code(ComponentKind.PSU, model="PWS-802A-1R 800 Watts") == "PSU_0800W"
    assert code(ComponentKind.PSU, model="PWS-1K02A-1R") is None


def test_kinds_that_nobody_stocks_by_code_have_none() -> None:
    assert code(ComponentKind.BOARD, manufacturer="Dell", model="0R4CNN") is None


_ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers())
_FIELDS = (
    "manufacturer", "model", "name", "part_number", "interface", "media", "type", "rotation_rpm", "size_bytes",
    "size_gb", "size", "unit", "size_mb", "max_speed_mhz", "max_link_speed", "port_speed_gbps", "ports", "bus",
    "wattage_w",
)  # fmt: skip


@given(st.sampled_from(ComponentKind), st.dictionaries(st.sampled_from(_FIELDS), _ANY))
def test_values_of_any_type_give_a_plain_code_or_none(kind: ComponentKind, told: dict[str, Any]) -> None:
    lot = classify(kind, told)
    if lot:
        assert lot.code == lot.code.upper()
        assert lot.code.isascii()
        assert 0 < len(lot.code) <= MAX_LENGTH
        assert "UNKNOWN" not in lot.code or "UNKNOWN" in str(told).upper()
