"""Stored rows turned back into beliefs by natural keys: what `digest` hashes and `rebuild --verify` compares."""

import json
from collections.abc import Iterable
from typing import Any

from reanimator_gql.domain.derivation.beliefs import (
    AssetBelief,
    ComponentBelief,
    EventBelief,
    FactBelief,
    FindingBelief,
    History,
    InstallationBelief,
    Subject,
)
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.store.stored import Stored, alive


def as_history(stored: Stored) -> History:
    """Return what is stored as a history without placements and spans."""
    names = {("asset", row.id): row.key for row in stored.assets.values()}
    names |= {("component", row.id): row.key for row in stored.components.values()}

    def asset(row_id: int | None) -> str | None:
        return names["asset", row_id] if row_id is not None else None

    def component(row_id: int | None) -> str | None:
        return names["component", row_id] if row_id is not None else None

    return History(
        placements={},
        assets={row.key: _asset(stored, row) for row in alive(stored.assets.values())},
        components={
            row.key: component_of(row, stored.component_identifiers.get(row.id, ()))
            for row in alive(stored.components.values())
        },
        installations=frozenset(
            InstallationBelief(names["component", i.component_id], names["asset", i.asset_id], *i[2:])
            for i in stored.installations
        ),
        facts=frozenset(
            FactBelief(Subject(f.subject_type, names[f.subject_type, f.subject_id]), f.kind, asset(f.asset_id), *f[4:])
            for f in stored.facts
        ),
        events=frozenset(
            EventBelief(
                Subject(e.subject_type, names[e.subject_type, e.subject_id]),
                e.kind, e.timestamp, e.not_before, asset(e.asset_id), component(e.component_id),
                e.slot, e.details, e.source,
            )
            for e in stored.events
        ),
        findings=frozenset(
            FindingBelief(
                f.code, f.value, f.sentence,
                tuple(sorted(Subject(kind, names[kind, row_id]) for kind, row_id in f.subjects)), f.since,
            )
            for f in stored.findings
        ),
        spans={},
    )  # fmt: skip


def _asset(stored: Stored, row: Any) -> AssetBelief:
    return AssetBelief(
        key=row.key,
        vendor_serial=row.vendor_serial,
        identifiers=tuple(sorted(stored.asset_identifiers.get(row.id, ()))),
        manufacturer=row.manufacturer,
        model=row.model,
        name=row.name,
        asset_tag=row.asset_tag,
        first_seen_at=row.first_seen_at,
        merged_keys=tuple(json.loads(row.merged_keys)),
    )


def component_of(row: Any, identifiers: Iterable[tuple[str, str]]) -> ComponentBelief:
    """Return the belief in a component's row."""
    return ComponentBelief(
        key=row.key,
        family=row.family,
        kind=ComponentKind(row.kind),
        vendor_serial=row.vendor_serial,
        identifiers=tuple(sorted(identifiers)),
        manufacturer=row.manufacturer,
        model=row.model,
        part_number=row.part_number,
        firmware=row.firmware,
        link_width=row.link_width,
        max_link_width=row.max_link_width,
        max_link_speed_gts=row.max_link_speed_gts,
        attributes=row.attributes,
        derived_lot=row.derived_lot,
        first_seen_at=row.first_seen_at,
        machine=row.machine,
        place=row.place,
    )
