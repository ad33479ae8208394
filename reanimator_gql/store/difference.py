"""What differs between a history and what is stored of the same machines and parts, by row ids."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reanimator_gql.domain.derivation.beliefs import AssetBelief, ComponentBelief, History
from reanimator_gql.domain.derivation.rekey import NewKey, OldRow, Rekeyed, match_rows
from reanimator_gql.store.neighbourhood import id_in
from reanimator_gql.store.rows import FindingRow, event_rows, fact_rows, installation_rows
from reanimator_gql.store.stored import Stored


class Difference:
    """What is to be written. Until their rows exist, new assets and components bear negative ids."""

    def __init__(self, history: History, stored: Stored) -> None:
        self.history, self.stored = history, stored
        self.assets = match_rows(_old_assets(stored), _new_assets(history))
        self.components = match_rows(_old_components(stored, self.assets), _new_components(history))
        self.asset_ids = _ids(history.assets, self.assets)
        self.component_ids = _ids(history.components, self.components)
        self.dead_assets = {i: key for i, key in self.assets.went_into.items() if stored.assets[i].alive}
        self.dead_components = {i: key for i, key in self.components.went_into.items() if stored.components[i].alive}
        self.derive_rows()

    def derive_rows(self) -> None:
        """Give the beliefs row ids (again, once new rows have got theirs)."""
        a, c, h = self.asset_ids, self.component_ids, self.history
        of = {"asset": a, "component": c}
        self.installations = installation_rows(h.installations, a, c)
        self.facts = fact_rows(h.facts, a, c)
        self.events = event_rows(h.events, a, c)
        self.findings = {
            FindingRow(
                f.code, f.value, f.sentence, f.since,
                frozenset((s.type, of[s.type][s.key]) for s in f.subjects if s.key in of[s.type]),
                frozenset(id_in(snapshot) for snapshot in f.evidence),
            )
            for f in h.findings
        }  # fmt: skip
        self.changed_assets = [k for k, b in h.assets.items() if self._asset_differs(b)]
        self.changed_components = [k for k, b in h.components.items() if self._component_differs(b)]

    def exists(self) -> bool:
        """Whether anything differs."""
        return bool(
            self.dead_assets
            or self.dead_components
            or self.changed_assets
            or self.changed_components
            or self.installations ^ self.stored.installations.keys()
            or self.facts ^ self.stored.facts.keys()
            or self.events ^ self.stored.events.keys()
            or self.findings ^ self.stored.findings.keys()
        )

    def _asset_differs(self, belief: AssetBelief) -> bool:
        row_id = self.asset_ids[belief.key]
        row = self.stored.assets.get(row_id)
        known = self.stored.asset_identifiers.get(row_id, frozenset())
        return row is None or not row.alive or known != set(belief.identifiers) or _differs(row, asset_values(belief))

    def _component_differs(self, belief: ComponentBelief) -> bool:
        row_id = self.component_ids[belief.key]
        row = self.stored.components.get(row_id)
        known = self.stored.component_identifiers.get(row_id, frozenset())
        values = component_values(belief)
        return row is None or not row.alive or known != set(belief.identifiers) or _differs(row, values)


def _differs(row: Any, values: Mapping[str, Any]) -> bool:
    return any(row._mapping[name] != value for name, value in values.items())


def asset_values(belief: AssetBelief) -> dict[str, Any]:
    """Return the columns of an asset's row."""
    values = belief._asdict() | {"merged_keys": json.dumps(belief.merged_keys)}
    del values["identifiers"]
    return values


def component_values(belief: ComponentBelief) -> dict[str, Any]:
    """Return the columns of a component's row."""
    values = belief._asdict()
    del values["identifiers"]
    return values


def _ids(beliefs: Mapping[str, Any], rekeyed: Rekeyed) -> dict[str, int]:
    return {key: rekeyed.row_of.get(key, -1 - index) for index, key in enumerate(sorted(beliefs))}


def _old_assets(stored: Stored) -> list[OldRow]:
    none: frozenset[tuple[str, str]] = frozenset()
    return [
        OldRow(row.id, row.key, stored.asset_identifiers.get(row.id, none))
        for row in stored.assets.values()
        if row.merged_into is None
    ]


def _new_assets(history: History) -> dict[str, NewKey]:
    return {key: NewKey(key, frozenset(belief.identifiers)) for key, belief in history.assets.items()}


def _old_components(stored: Stored, assets_rekeyed: Rekeyed) -> list[OldRow]:
    """A placeholder's identity is its machine and place: its key follows the machine's."""
    new_key = {row_id: key for key, row_id in assets_rekeyed.row_of.items()}
    new_key |= {row_id: key for row_id, key in assets_rekeyed.went_into.items() if key}
    renamed = {row.key: new_key.get(row_id, row.key) for row_id, row in stored.assets.items()}
    latest: dict[int, tuple[datetime, int]] = {}
    for stay in stored.installations:
        latest[stay.component_id] = max(
            latest.get(stay.component_id, (stay.installed_at, 0)), (stay.installed_at, stay.asset_id)
        )
    rows = []
    for row in stored.components.values():
        if row.merged_into is not None:
            continue
        key, ids = row.key, stored.component_identifiers.get(row.id, frozenset())
        if row.machine is not None and row.machine in renamed:
            key = renamed[row.machine] + key.removeprefix(row.machine)
        machine = new_key.get(latest[row.id][1]) if row.id in latest else None
        rows.append(OldRow(row.id, key, frozenset((f"{row.family}:{kind}", value) for kind, value in ids), machine))
    return rows


def _new_components(history: History) -> dict[str, NewKey]:
    machines: dict[str, set[str]] = defaultdict(set)
    for stay in history.installations:
        machines[stay.component].add(stay.asset)
    return {
        key: NewKey(
            key, frozenset((f"{belief.family}:{kind}", v) for kind, v in belief.identifiers), frozenset(machines[key])
        )
        for key, belief in history.components.items()
    }
