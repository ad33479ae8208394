"""Timeline events, each told from the side of its subject: the component has a row of its own, and so has the asset."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec

from reanimator_gql.domain.derivation.beliefs import ASSET, COMPONENT, AssetBelief, EventBelief, Subject
from reanimator_gql.domain.derivation.changes import FIRMWARE, LINK, MODEL, SLOT
from reanimator_gql.domain.derivation.model import RECORDED, Change, Fact, PartHistory, Stay
from reanimator_gql.domain.derivation.recorded import LOCATION, PROJECT, STATE

_json = msgspec.json.Encoder(order="deterministic")

_CHANGE_KINDS = {
    SLOT: "SLOT_CHANGED",
    LINK: "LINK_CHANGED",
    FIRMWARE: "FIRMWARE_CHANGED",
    MODEL: "REPLACED",
    STATE: "STATE_CHANGED",
    LOCATION: "LOCATION_CHANGED",
    PROJECT: "PROJECT_CHANGED",
}
_BEFORE_ANY = {STATE: "UNKNOWN"}


def part_events(part: str, history: PartHistory) -> Iterator[EventBelief]:
    """Yield what happened to a part, for the part and for each asset it concerns.

    At one instant a part can come to one asset, or leave it, twice: by a snapshot, then by a recorded event. The second
    names its source, so that each has an id of its own.
    """
    told: set[UUID] = set()
    for event in _coming_and_going(part, history.stays):
        yield event._replace(source=RECORDED) if event.id in told else event
        told.add(event.id)
    for change in history.changes:
        yield from _changed(part, change)


def _coming_and_going(part: str, stays: tuple[Stay, ...]) -> Iterator[EventBelief]:
    component = Subject(COMPONENT, part)
    moves = [after if _is_move(before, after) else None for before, after in pairwise(stays)]
    for stay, moved_here, moved_on in zip(stays, [None, *moves], [*moves, None], strict=False):
        came = _event(component, "INSTALLED", stay.installed_at, stay.installed_after, stay.asset, part, stay.slot)
        yield came._replace(subject=Subject(ASSET, stay.asset))
        if stay.removed_at is not None:
            went = _event(component, "REMOVED", stay.removed_at, stay.removed_after, stay.asset, part, stay.slot)
            yield went._replace(subject=Subject(ASSET, stay.asset))
            if not moved_on:
                yield went
        if not moved_here:
            yield came
    for before, after in zip(stays, moves, strict=False):
        if after is not None:
            details = {"from": serial_in(before.asset), "to": serial_in(after.asset)}
            yield _event(
                component, "MOVED", after.installed_at, after.installed_after, after.asset, part, after.slot, details
            )


def _is_move(before: Stay, after: Stay) -> bool:
    """Removal from one asset and installation in another fall on one instant."""
    return before.asset != after.asset and before.removed_at == after.installed_at


def _changed(part: str, change: Change) -> Iterator[EventBelief]:
    slot = change.new if change.kind == SLOT else None
    told = _event(
        Subject(COMPONENT, part), _CHANGE_KINDS[change.kind], change.at, change.after, change.asset, part, slot,
        {"from": change.old, "to": change.new}, change.source,
    )  # fmt: skip
    yield told
    yield told._replace(subject=Subject(ASSET, change.asset))


def asset_events(asset: AssetBelief, merged_at: datetime | None) -> Iterator[EventBelief]:
    """Yield what is known of a machine as such."""
    subject = Subject(ASSET, asset.key)
    yield _event(subject, "FIRST_SEEN", asset.first_seen_at, None, asset.key)
    if merged_at is not None and asset.merged_keys:
        merged = [serial_in(key) for key in asset.merged_keys]
        yield _event(subject, "MERGED", merged_at, merged_at, asset.key, details={"merged": merged})


def stated_events(facts: Mapping[Subject, list[Fact]]) -> Iterator[EventBelief]:
    """Yield the changes of state, location and project that people recorded."""
    for subject, stated in facts.items():
        asset = subject.key if subject.type == ASSET else None
        part = subject.key if subject.type == COMPONENT else None
        before: dict[str, Any] = dict(_BEFORE_ANY)
        for fact in stated:
            old, before[fact.kind] = before.get(fact.kind), fact.value
            if old != fact.value:
                details = {"from": old, "to": fact.value}
                yield _event(subject, _CHANGE_KINDS[fact.kind], fact.start, fact.after, asset, part, details=details)


def split_events(components: Iterable[str], at: datetime) -> Iterator[EventBelief]:
    """Yield that a person declared one serial to be several parts."""
    for key in components:
        yield _event(Subject(COMPONENT, key), "SPLIT", at, at, None, key)


def serial_in(asset_key: str) -> str:
    """Return the vendor serial in a machine's key."""
    return asset_key.partition(":")[2].partition("@")[0]


def _event(  # noqa: PLR0913 - the columns of a row
    subject: Subject,
    kind: str,
    timestamp: datetime,
    not_before: datetime | None,
    asset: str | None,
    component: str | None = None,
    slot: str | None = None,
    details: dict[str, Any] | None = None,
    source: str | None = None,
) -> EventBelief:
    text = _json.encode(details or {}).decode()
    return EventBelief(subject, kind, timestamp, not_before, asset, component, slot, text, source)
