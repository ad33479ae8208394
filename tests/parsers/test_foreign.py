"""Outputs that are known and not read are told by their names, with what to send in their place."""

import pytest

from reanimator_gql.parsers.foreign import foreign_kind
from reanimator_gql.parsers.parser import ParseError
from tests.parsers.reading import bundle_of

TEXTS = {
    "ipmitool sdr": "UID Light        | 0x00              | ok\nFan 1            | 33.32 percent     | ok\n",
    "ipmitool sensor": "CPU Temp         | 42.000     | degrees C  | ok    | 0.000     | 0.000\n",
    "ipmitool lan print": "Set in Progress         : Set Complete\nMAC Address             : 0c:c4:7a:00:00:01\n",
    "ipmitool sel`": "SEL Information\nVersion          : 1.5 (v1.5, v2 compliant)\nEntries          : 5\n",
    "ipmitool sel list": "   1 | 01/02/2024 | 10:00:00 | Power Supply #0x51 | Presence detected | Asserted\n",
    "ipmitool fru": "FRU Device Description : Builtin FRU Device (ID 0)\n Board Mfg             : Acme\n",
    "ipmitool mc info": "Device ID                 : 32\nIPMI Version              : 2.0\n",
    "JSON of storcli": '{\n"Controllers":[\n{\n\t"Command Status" : {\n\t\t"Controller" : 0\n}}]}',
    "text of storcli": "CLI Version = 007.1316\nOperating system = Linux\nController = 0\n",
    "ssacli": "\nSmart Array P440ar in Slot 0 (Embedded)\n   Bus Interface: PCI\n",
    "Dell System Update": "DELL EMC System Update 1.9.0\nCopyright (C) 2014\n1. BIOS, BIOS  ( Version : 1.7.4 )\n",
    "nvidia-smi": "Mon Jan  1 00:00:00 2024\n+---+\n| NVIDIA-SMI 535.104.05   Driver Version: 535 |\n",
    "lsblk": '{"blockdevices": [{"name": "sda"}]}',
    "nvme list-subsys": '[{"HostNQN": "a", "Subsystems": [{"Name": "x", "NQN": "y", "Paths": []}]}]',
    "nvme smart-log": '{"critical_warning": 0, "temperature": 310, "avail_spare": 100}',
    "lshw in HTML": "<!DOCTYPE html>\n<html><head><meta name='generator' content=' lshw-B.02.18'/></head></html>",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_known_output_is_told_by_its_name_and_what_to_send(name: str) -> None:
    for text in (TEXTS[name], TEXTS[name].replace("\n", "\r\n"), "\ufeff" + TEXTS[name]):
        with pytest.raises(ParseError) as caught:
            bundle_of(text.encode(), "x.txt")
        told = str(caught.value)
        assert told.startswith("x.txt: no known format (it is ")
        assert name in told
        assert "send" in told


@pytest.mark.parametrize(
    "text", ["", "hello", "a | b | c", "{}", "[]", '{"Controllers": []}', "| a | b |\n", '{"note": "SEL Information"}']
)
def test_anything_else_is_not_named(text: str) -> None:
    assert foreign_kind(text.encode()) is None


@pytest.mark.parametrize(
    "text", ["x | " * 20_000, "|" * 65_000, "\n" * 65_000, "{" + "[" * 65_000, "Device ID:\n" * 6_000]
)
def test_hostile_texts_are_looked_at_in_time(text: str) -> None:
    assert foreign_kind(text.encode()) is None
