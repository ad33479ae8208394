"""Where an observation stands in the upload, and what the link to it opens."""

import json
from typing import Any

import pytest

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.services.context import Context
from reanimator_gql.services.places import open_place
from tests.fixtures.world import day, drive, machine, send
from tests.parsers.archive_files import tar
from tests.parsers.dmidecode.test_parser import FULL
from tests.schema.asking import answer, ask

pytestmark = pytest.mark.thorough

PLACES = """{ snapshots { nodes { source observations { kind slot identifiers { value }
  rawLocation { file pointer line lastLine url } } } } }"""


async def _observations(context: Context) -> list[dict[str, Any]]:
    found = (await ask(context, PLACES))["snapshots"]["nodes"]
    return [one for snapshot in found for one in snapshot["observations"]]


async def test_every_observation_of_a_bundle_has_its_place(context: Context) -> None:
    drives = [drive("DRIVE0001", "1"), drive("DRIVE0002", "2")]
    files = {"a/hw.json": machine("SRV0001", day(1), storage=drives), "a/dmi.txt": FULL.encode()}
    await send(context, tar(files), collected_at=day(2))
    seen = {(one["kind"], one["slot"]): one["rawLocation"] for one in await _observations(context)}
    assert seen["STORAGE", "2"] == {
        "file": "a/hw.json", "pointer": "/hardware/storage/1", "line": None, "lastLine": None,
        "url": "/log-bundles/1/raw?file=a%2Fhw.json&pointer=%2Fhardware%2Fstorage%2F1",
    }  # fmt: skip
    memory = seen["MEMORY", "A1"]
    assert (memory["file"], memory["pointer"]) == ("a/dmi.txt", None)
    assert memory["url"].endswith(f"&lines={memory['line']}-{memory['lastLine']}")
    assert all(seen.values())


async def test_the_link_leads_to_what_was_said(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001"), drive("DRIVE0002")]), filename="x.json")
    for one in await _observations(context):
        place = one["rawLocation"]
        assert place["file"] == "x.json"
        text = await open_place(context, 1, Origin(pointer=place["pointer"]))
        assert text is not None
        assert all(name["value"] in json.loads(text).values() for name in one["identifiers"])


async def test_a_stretch_of_time_is_found_in_its_first_snapshot(context: Context) -> None:
    for number in range(3):
        await send(context, machine("SRV0001", day(number), storage=[drive("DRIVE0001")]))
    document = """{ component(vendorSerial: "DRIVE0001") { observations { nodes {
      rawLocation { pointer url } } } } }"""
    (one,) = (await ask(context, document))["component"]["observations"]["nodes"]
    assert one["rawLocation"]["url"].startswith("/log-bundles/1/raw?")


async def test_two_equal_observations_have_places_of_their_own(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[{"slot": "x"}, {"slot": "x"}, {"slot": "a"}]))
    seen = [one["rawLocation"]["pointer"] for one in await _observations(context) if one["kind"] == "STORAGE"]
    assert sorted(seen) == ["/hardware/storage/0", "/hardware/storage/1", "/hardware/storage/2"]


async def test_only_so_many_uploads_are_read_again_in_one_request(context: Context) -> None:
    for number in range(21):
        await send(context, machine("SRV0001", day(number), storage=[drive("DRIVE0001")]))
    errors = (await answer(context, PLACES)).errors
    assert {error.extensions["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert "20 at most" in errors[0].message
