"""What is shown of a part or machine: the first non-null value in the order of sources, each source's latest.

Firmware, slot, link width and a placeholder's model are facts with intervals instead: the value first told, then each
counted change. It is computed when a derivation is published, never in the order of files.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from reanimator_gql.domain.derivation.beliefs import AssetBelief, ComponentBelief, Placement
from reanimator_gql.domain.derivation.changes import FIRMWARE, LINK, MODEL
from reanimator_gql.domain.derivation.inputs import StoredSnapshot
from reanimator_gql.domain.derivation.model import Fact, PartHistory, Span
from reanimator_gql.domain.identity.model import Machine, Part
from reanimator_gql.domain.identity.normal import text, value
from reanimator_gql.domain.kinds import ComponentKind, source_rank
from reanimator_gql.domain.lots import classify
from reanimator_gql.domain.snapshot import Item

LOT = "LOT"

_json = msgspec.json.Encoder(order="deterministic")

_VAGUE = {ComponentKind.OTHER: 2, ComponentKind.PCIE: 1}


def show_component(
    key: str, part: Part, history: PartHistory, latest: Mapping[str, Item], kind: ComponentKind
) -> ComponentBelief:
    """Return the values shown of a part. `latest` (see `latest_items`) is empty where only a person told of it."""
    items = list(latest.values())
    attributes = _attributes(latest)
    manufacturer = first(value(item.vendor) for item in items)
    model = _current(history, MODEL) or first(value(item.model) for item in items)
    part_number = first(value(item.part_number) for item in items)
    told = {name: one["value"] for name, one in attributes.items()} | {
        "manufacturer": manufacturer,
        "model": model,
        "part_number": part_number,
        # What the part can, whatever the slot of one machine gives: the highest that any tool saw.
        "max_link_speed": max((i.max_link_speed_gts for i in items if i.max_link_speed_gts is not None), default=None),
    }
    lot = classify(kind, told)
    return ComponentBelief(
        key=key,
        family=part.family,
        kind=kind,
        vendor_serial=next((v for kind, v in part.identifiers if kind == "serial"), None),
        identifiers=tuple(sorted((kind, name) for kind, name in part.identifiers)),
        manufacturer=manufacturer,
        model=model,
        part_number=part_number,
        firmware=_current(history, FIRMWARE),
        link_width=_current(history, LINK),
        max_link_width=first(item.max_link_width for item in items),
        max_link_speed_gts=first(item.max_link_speed_gts for item in items),
        attributes=_json.encode(attributes).decode(),
        derived_lot=lot.code if lot else None,
        first_seen_at=min([span.first for span in history.spans] + [stay.installed_at for stay in history.stays]),
        machine=part.machine,
        place=part.place,
    )


def lot_facts(component: ComponentBelief) -> list[Fact]:
    """Return the LOT of a part as a fact: it follows from what never changes, so it holds since the part was seen."""
    if component.derived_lot is None:
        return []
    return [Fact(LOT, None, None, component.first_seen_at, None, component.derived_lot)]


def _attributes(latest: Mapping[str, Item]) -> dict[str, dict[str, Any]]:
    """Return each attribute as the first source that tells it does, with that source's name."""
    merged: dict[str, dict[str, Any]] = {}
    for source, item in latest.items():
        for name, told in item.attributes.items():
            if name not in merged and _is_told(told):
                merged[name] = {"value": told, "source": source}
    return merged


def _is_told(attribute: Any) -> bool:
    """Fake values stand in every field (rule N3): they are missing."""
    return attribute is not None and not (isinstance(attribute, str) and value(attribute) is None)


def latest_items(
    spans: Iterable[Span], items: Mapping[Hashable, Item], newest: Mapping[tuple[str, str], datetime]
) -> dict[str, Item]:
    """Return each source's latest observation of a part, by source and in the order of sources."""
    latest: dict[str, tuple[datetime, str, Span]] = {}
    for span in spans:
        end = (span.last or newest[span.asset, span.source], span.asset, span)
        if span.source not in latest or end[:2] > latest[span.source][:2]:
            latest[span.source] = end
    return {source: items[latest[source][2].ref] for source in sorted(latest, key=source_rank)}


def most_specific(kinds: Iterable[ComponentKind]) -> ComponentKind:
    """Return the most specific kind that any tool told; among equals the first in the order of sources."""
    return min(kinds, key=lambda kind: _VAGUE.get(kind, 0))


def _current(history: PartHistory, kind: str) -> Any:
    """The facts of a kind are in order; of those that begin at one instant the last counts."""
    return next((fact.value for fact in reversed(history.facts) if fact.kind == kind), None)


def first(values: Iterable[Any]) -> Any:
    """Return the first value that is told."""
    return next((v for v in values if v is not None), None)


def show_asset(machine: Machine, sightings: Iterable[tuple[StoredSnapshot, Placement]]) -> AssetBelief:
    """Return the values shown of a machine from its sightings."""
    placed = sorted(sightings, key=lambda pair: (pair[1].t, pair[0].weight, _json.encode(pair[0].machine)))
    latest = {snapshot.source: snapshot.machine for snapshot, _ in placed}
    told = [latest[source] for source in sorted(latest, key=source_rank)]
    return AssetBelief(
        key=machine.key,
        vendor_serial=machine.key.partition(":")[2].partition("@")[0],
        identifiers=tuple(sorted((kind, name) for kind, name in machine.identifiers)),
        manufacturer=first(value(one.manufacturer) for one in told),
        model=first(value(one.product) for one in told),
        name=first(text(one.host_name) for one in told),
        asset_tag=first(value(one.asset_tag) for one in told),
        first_seen_at=placed[0][1].t,
        merged_keys=tuple(sorted(machine.merged_keys)),
    )
