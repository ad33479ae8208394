"""Recorded events: what a person or another system states, one JSON object each.

An event's id is the client's, for ever. `asset` is any identifier of a machine, `component` a serial (with
`component_kind` where several match) or a component's key. Naming one not seen yet is allowed: the event waits for it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from reanimator_gql.domain.kinds import ComponentKind


class LifecycleState(StrEnum):
    """Where a machine or part stands in its life; UNKNOWN until somebody says otherwise."""

    UNKNOWN = "UNKNOWN"
    WAREHOUSE = "WAREHOUSE"
    TRANSIT = "TRANSIT"
    PRODUCTION = "PRODUCTION"
    REPAIR = "REPAIR"
    FAILED = "FAILED"
    RETIRED = "RETIRED"


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    id: str
    at: datetime
    reason: str | None = None
    by: str | None = None


class Install(_Event, frozen=True, kw_only=True, tag="install"):
    """A part was put into a machine."""

    asset: str
    component: str
    component_kind: ComponentKind | None = None
    slot: str | None = None


class Remove(_Event, frozen=True, kw_only=True, tag="remove"):
    """A part was taken out of a machine."""

    asset: str
    component: str
    component_kind: ComponentKind | None = None


class Move(_Event, frozen=True, kw_only=True, tag="move"):
    """A machine came to a location, to a project, or both."""

    asset: str
    location: str | None = None
    project: str | None = None


class ChangeState(_Event, frozen=True, kw_only=True, tag="state"):
    """A machine or a part changed its state of life; exactly one of them is named."""

    state: LifecycleState
    asset: str | None = None
    component: str | None = None
    component_kind: ComponentKind | None = None


class Void(_Event, frozen=True, kw_only=True, tag="void"):
    """A snapshot, a bundle or an event is as if it had never come."""

    target: str


class SameAsset(_Event, frozen=True, kw_only=True, tag="same_asset"):
    """Two identifiers name one machine."""

    asset: str
    with_asset: str


class Split(_Event, frozen=True, kw_only=True, tag="split"):
    """One serial stands on several parts, one in each machine."""

    serial: str
    component_kind: ComponentKind | None = None


class ClockOffset(_Event, frozen=True, kw_only=True, tag="clock_offset"):
    """What `source` (None: every source) told of a machine in [at, until) bears a time wrong by so many minutes."""

    asset: str
    until: datetime
    add_minutes: int
    source: str | None = None


class AssignBundle(_Event, frozen=True, kw_only=True, tag="assign_bundle"):
    """A bundle is of this machine."""

    target: str
    asset: str


RecordedEvent: TypeAlias = Install | Remove | Move | ChangeState | Void | SameAsset | Split | ClockOffset | AssignBundle

_decoder: msgspec.json.Decoder[RecordedEvent] = msgspec.json.Decoder(RecordedEvent)
_encoder = msgspec.json.Encoder(order="deterministic")


EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
LARGEST_OFFSET_MINUTES = 50 * 366 * 24 * 60


# What becomes a value of its own; names of machines and parts may be whole keys.
_LENGTHS = {"slot": 180, "location": 180, "project": 180, "source": 100, "by": 180, "reason": 2_000}


class BadEvent(ValueError):
    """A line is no recorded event; the message says what was wrong and what would be right."""


def decode_event(line: bytes | str) -> RecordedEvent:
    """Read one recorded event. Raises BadEvent."""
    try:
        event = _decoder.decode(line)
        return _checked(event)
    except msgspec.ValidationError as error:
        raise BadEvent(f"not a recorded event: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEvent(f"not a JSON object: {error}") from error
    except OverflowError as error:
        raise BadEvent("an instant lies outside the years 1 to 9999") from error


def encode_event(event: RecordedEvent) -> bytes:
    """Write an event in canonical form."""
    return _encoder.encode(event)


def _checked(event: RecordedEvent) -> RecordedEvent:
    if not event.id.strip() or len(event.id) > 190:
        raise BadEvent("`id` must hold 1 to 190 characters: the id that your system gave the event")
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, str) and len(value) > (limit := _LENGTHS.get(name, 400)):
            raise BadEvent(f"`{name}` has {len(value)} characters; {limit} is the most")
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise BadEvent(f"`{name}` has no zone: write an instant like 2026-01-31T08:00:00Z")
            event = msgspec.structs.replace(event, **{name: value.astimezone(UTC)})
    if not EARLIEST <= event.at < LATEST:
        raise BadEvent("`at` lies outside the years 1900 to 2199")
    if isinstance(event, ChangeState) and (event.asset is None) == (event.component is None):
        raise BadEvent("a state names exactly one of `asset` and `component`")
    if isinstance(event, Move) and event.location is None and event.project is None:
        raise BadEvent("a move names a `location`, a `project` or both")
    if isinstance(event, ClockOffset) and event.until <= event.at:
        raise BadEvent("`until` of a clock offset must be later than `at`")
    if isinstance(event, ClockOffset) and abs(event.add_minutes) > LARGEST_OFFSET_MINUTES:
        raise BadEvent(f"`add_minutes` of a clock offset must lie within {LARGEST_OFFSET_MINUTES} minutes, fifty years")
    return event


def voided_targets(events: Iterable[RecordedEvent]) -> frozenset[str]:
    """Return every id that a void in force names.

    A void is in force unless a void in force names it, whichever was stated first. Where voids name one another in a
    circle, the latest of them (`at`, then id) is in force.
    """
    undecided = {event.id: event for event in events if isinstance(event, Void)}
    voided: set[str] = set()
    while undecided:
        unnamed = undecided.keys() - {void.target for void in undecided.values()}
        in_force = unnamed or {max(undecided.values(), key=lambda void: (void.at, void.id)).id}
        voided |= {undecided.pop(one).target for one in in_force}
        for one in voided & undecided.keys():
            del undecided[one]
    return frozenset(voided)
