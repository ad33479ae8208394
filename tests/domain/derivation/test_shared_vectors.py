"""The shared derivation vectors, through the whole of identity and derivation, in several orders and with repeats."""

import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.domain.derivation.history import derive
from reanimator_gql.domain.derivation.inputs import FUTURE_TOLERANCE, Inputs
from tests.fixtures.vectors import stored_event, stored_snapshot

_FILE = Path(__file__).parents[4] / "shared" / "vectors" / "derivation.json"
if not _FILE.exists():
    pytest.skip("this checkout has no shared vectors beside it", allow_module_level=True)

_CASES = json.loads(_FILE.read_text())["cases"]
_CHANGES = {"SLOT_CHANGED": "SLOT", "FIRMWARE_CHANGED": "FIRMWARE"}


def _history(case: dict[str, Any], known_at: str, rng: random.Random) -> History:
    now = datetime.fromisoformat(known_at)
    known = [i for i in case["inputs"] if _effective_at(i) <= now]
    rng.shuffle(known)
    snapshots = tuple(stored_snapshot(i) for i in known if "snapshot" in i)
    events = tuple(stored_event(i) for i in known if "event" in i)
    return derive(Inputs(snapshots, events, now))


def _effective_at(given: dict[str, Any]) -> datetime:
    t = datetime.fromisoformat(given.get("collected_at") or given["at"])
    return max(datetime.fromisoformat(given["recorded_at"]), t - FUTURE_TOLERANCE)


def _told(history: History) -> dict[str, Any]:
    """What a history says, in the words of the vectors."""
    parts: dict[str, Any] = {}
    for key in history.components:
        stays = sorted((i for i in history.installations if i.component == key), key=lambda i: i.installed_at)
        events = [e for e in history.events if e.subject == ("component", key)]
        parts[_name(key)] = {
            "installations": [
                {
                    "asset": _asset(i.asset),
                    "slot": i.slot,
                    "installed_after": _z(i.installed_after),
                    "installed_at": _z(i.installed_at),
                    "removed_after": _z(i.removed_after),
                    "removed_at": _z(i.removed_at),
                }
                for i in stays
            ],
            "changes": sorted(
                (
                    {
                        "kind": _CHANGES[e.kind],
                        "at": _z(e.timestamp),
                        "after": _z(e.not_before),
                        **json.loads(e.details),
                    }
                    for e in events
                    if e.kind in _CHANGES
                ),
                key=repr,
            ),
            "events": sorted([e.kind, _z(e.timestamp)] for e in events),
        }
    duplicates = sorted(_name(f.value) for f in history.findings if f.code == "DUPLICATE_SERIAL")
    return {"components": parts, "duplicate_serials": duplicates}


def _name(key: str) -> str:
    """`DRIVE:PARTD1@tag:ASSETA` is `D1@A` in the vectors."""
    part, _, asset = key.partition("@")
    return part.partition(":PART")[2] + (f"@{_asset(asset)}" if asset else "")


def _asset(key: str) -> str:
    return key.removeprefix("tag:ASSET")


def _z(t: datetime | None) -> str | None:
    return t.isoformat().replace("+00:00", "Z") if t else None


def _wanted(expected: dict[str, Any]) -> dict[str, Any]:
    components = {
        key: {
            "installations": part["installations"],
            "changes": sorted(part["changes"], key=repr),
            "events": sorted(part["events"]),
        }
        for key, part in expected["components"].items()
    }
    return {"components": components, "duplicate_serials": sorted(expected["duplicate_serials"])}


def _sorted_changes(told: dict[str, Any]) -> dict[str, Any]:
    for part in told["components"].values():
        part["changes"] = sorted((dict(sorted(c.items())) for c in part["changes"]), key=repr)
    return told


@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_inputs_in_any_order_give_the_history_of_the_vector(case: dict[str, Any]) -> None:
    for seed in range(6):
        rng = random.Random(seed)
        told = _told(_history(case, case["known_at_default"], rng))
        assert _sorted_changes(told) == _sorted_changes(_wanted(case["expected"]))


@pytest.mark.parametrize("case", [c for c in _CASES if c.get("known_at")], ids=lambda case: case["name"])
def test_what_was_known_at_an_instant_is_the_history_of_the_inputs_effective_then(case: dict[str, Any]) -> None:
    for known in case["known_at"]:
        told = _told(_history(case, known["at"], random.Random(0)))
        assert _sorted_changes(told) == _sorted_changes(_wanted(known["expected"]))
