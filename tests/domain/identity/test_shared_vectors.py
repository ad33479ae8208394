"""The shared identity vectors: normal forms, makers, machines, parts and places, in several orders."""

import json
import random
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reanimator_gql.domain.derivation.history import derive
from reanimator_gql.domain.derivation.inputs import Inputs, StoredSnapshot
from reanimator_gql.domain.derivation.parts import split_copies
from reanimator_gql.domain.derivation.placing import Placed, place, placed_snapshots
from reanimator_gql.domain.derivation.streams import build_streams
from reanimator_gql.domain.derivation.tracks import build_tracks
from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item, MachineIdentifiers
from tests.fixtures.world import DAY_0

_FOLDER = Path(__file__).parents[4] / "shared" / "vectors"
if not _FOLDER.exists():
    pytest.skip("this checkout has no shared vectors beside it", allow_module_level=True)

_VECTORS = json.loads((_FOLDER / "identity.json").read_text())
_VENDORS = json.loads((_FOLDER / "vendors.json").read_text())
_NORMAL = {
    "serial": normal.serial,
    "uuid": lambda text, _cls: normal.uuid(text),
    "mac": lambda text, _cls: normal.mac(text),
    "wwn": lambda text, _cls: normal.wwn(text),
    "board": lambda text, _cls: normal.board_serial(text),
    "part_number": lambda text, _cls: normal.part_number(text),
}
_KINDS = {"DIMM": ComponentKind.MEMORY, "DRIVE": ComponentKind.STORAGE}


@pytest.mark.parametrize("case", _VECTORS["normal"], ids=lambda case: f"{case['kind']} {case['text']!r}")
def test_a_text_has_the_normal_form_of_the_vector(case: dict[str, Any]) -> None:
    assert _NORMAL[case["kind"]](case["text"], case["class"]) == case["normal"]


@pytest.mark.parametrize("case", _VECTORS["uuid_tags"], ids=lambda case: case["uuid"])
def test_a_uuid_spells_the_tag_of_the_vector(case: dict[str, Any]) -> None:
    assert normal.uuid_tag(case["uuid"]) == ((case["maker"], case["tag"]) if case["tag"] else None)


@pytest.mark.parametrize("case", _VENDORS["cases"], ids=lambda case: f"{case['class']} {case['text']!r}")
def test_a_spelling_has_the_maker_of_the_vector(case: dict[str, Any]) -> None:
    assert maker(case["text"], case["class"], case.get("model")) == case["canonical"]


def _snapshot(sighting: dict[str, Any]) -> tuple[StoredSnapshot, list[str]]:
    parts = sighting.get("parts", [])
    items = tuple(
        Item(
            kind=_KINDS.get(p["class"]) or ComponentKind(p["class"]),
            list=p.get("list", ""),
            slot=p.get("slot"),
            serial=p.get("serial"),
            vendor=p.get("vendor"),
            model=p.get("model"),
            part_number=p.get("part_number"),
            uuid=p.get("uuid"),
            wwn=p.get("wwn"),
            macs=tuple(p.get("macs", ())),
            present=p.get("present", True),
        )
        for p in parts
    )
    machine = MachineIdentifiers(
        manufacturer=sighting.get("manufacturer"), product=sighting.get("product"), **sighting["ids"]
    )
    ids = [p["id"] for p in parts]
    t = DAY_0 + timedelta(hours=sighting["t"])
    stored = StoredSnapshot(
        sighting["id"], sighting["id"], sighting["source"], t, machine, items, tuple(ids), frozenset(), (0, "")
    )
    return stored, ids


def _place(case: dict[str, Any], seed: int) -> tuple[Placed, dict[str, list[str]]]:
    pairs = [_snapshot(s) for s in case["sightings"]]
    random.Random(seed).shuffle(pairs)
    inputs = Inputs(tuple(stored for stored, _ in pairs), (), DAY_0 + timedelta(days=4000))
    return place(inputs), {stored.id: ids for stored, ids in pairs}


def _groups(pairs: list[tuple[str, str]]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, member in pairs:
        groups[key].append(member)
    return sorted(sorted(group) for group in groups.values())


_CASE_IDS = [case["name"] for case in _VECTORS["cases"]]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("case", _VECTORS["cases"], ids=_CASE_IDS)
def test_sightings_are_the_machines_of_the_vector(case: dict[str, Any], seed: int) -> None:
    placed, _ = _place(case, seed)
    machine_of = placed.resolution.machine_of
    expect = case["expect"]
    assert _groups([(key, s) for s, key in machine_of.items()]) == sorted(
        sorted(m["sightings"]) for m in expect["machines"]
    )
    assert sorted(s["id"] for s in case["sightings"] if s["id"] not in machine_of) == sorted(expect["unassigned"])
    assert {m["key"] for m in expect["machines"] if "key" in m} <= set(machine_of.values())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("case", [c for c in _VECTORS["cases"] if "parts" in c["expect"]], ids=lambda c: c["name"])
def test_items_are_the_parts_of_the_vector(case: dict[str, Any], seed: int) -> None:
    placed, ids = _place(case, seed)
    resolution = placed.resolution
    split = split_copies(build_tracks(build_streams(placed_snapshots(placed)), {}))
    pairs: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for ref, part in resolution.part_of.items():
        machine = resolution.machine_of[ref.sighting]
        key = f"{part}@{machine}" if f"{part}@{machine}" in split.tracks else part
        pairs[resolution.parts[part].is_placeholder].append((key, ids[ref.sighting][ref.position]))
    assert _groups(pairs[False]) == sorted(sorted(group) for group in case["expect"]["parts"])
    assert _groups(pairs[True]) == sorted(sorted(group) for group in case["expect"]["anonymous"])
    ignored = sorted(ids[ref.sighting][ref.position] for ref in resolution.ignored)
    assert ignored == sorted(case["expect"]["ignored"])


@pytest.mark.parametrize("case", [c for c in _VECTORS["cases"] if "flags" in c["expect"]], ids=lambda c: c["name"])
def test_flags_stand_where_the_vector_has_them(case: dict[str, Any]) -> None:
    placed, ids = _place(case, 0)
    found: dict[str, set[str]] = defaultdict(set)
    for flag in placed.resolution.flags:
        found[flag.code] |= set(flag.sightings) | {ids[i.sighting][i.position] for i in flag.items}
    history = derive(Inputs(placed.snapshots, (), DAY_0 + timedelta(days=4000)))
    for finding in history.findings:
        if finding.code in {"DUPLICATE_SERIAL", "SHARED_PART"}:
            found[finding.code] = {
                ids[r.sighting][r.position] for r, part in placed.resolution.part_of.items() if part == finding.value
            }
    if "SUGGEST_SAME_ASSET" not in case["expect"]["flags"]:
        found.pop("SUGGEST_SAME_ASSET", None)
    assert found == {code: set(things) for code, things in case["expect"]["flags"].items()}


@pytest.mark.parametrize("case", _VECTORS["places"], ids=lambda case: case["name"])
def test_places_change_as_the_vector_says(case: dict[str, Any]) -> None:
    snapshots = []
    for number, seen in enumerate(case["observations"]):
        items = tuple(
            Item(kind=ComponentKind.MEMORY, serial=f"PART{part}", slot=slot) for part, slot in seen["parts"].items()
        )
        t = DAY_0 + timedelta(hours=seen["t"])
        machine = MachineIdentifiers(system_serial="BOX00001")
        refs = tuple(f"{number}.{index}" for index in range(len(items)))
        snapshots.append(
            StoredSnapshot(str(number), "b", seen["source"], t, machine, items, refs, frozenset(), (0, ""))
        )
    history = derive(Inputs(tuple(snapshots), (), DAY_0 + timedelta(days=4000)))
    moved = [
        {
            "part": (e.component or "").partition("PART")[2].lower(),
            "at": (e.timestamp - DAY_0) / timedelta(hours=1),
            "not_before": ((e.not_before or DAY_0) - DAY_0) / timedelta(hours=1),
        }
        for e in history.events
        if e.kind == "SLOT_CHANGED" and e.subject.type == "component"
    ]
    assert sorted(moved, key=repr) == sorted(case["slot_changed"], key=repr)
