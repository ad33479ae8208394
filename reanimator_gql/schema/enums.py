"""Enums of the graph, each value with a word on what it means."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import strawberry

from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.recorded_events import LifecycleState

E = TypeVar("E", bound=type[StrEnum])


def described(enum: E, description: str, values: Mapping[str, str]) -> E:
    """Make an enum part of the graph. Every value must be described."""
    strawberry.enum(enum, description=description)
    definition: Any = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
    return enum


class TimelineEventKind(StrEnum):
    """What can happen to a machine or part."""

    FIRST_SEEN = "FIRST_SEEN"
    INSTALLED = "INSTALLED"
    REMOVED = "REMOVED"
    MOVED = "MOVED"
    SLOT_CHANGED = "SLOT_CHANGED"
    FIRMWARE_CHANGED = "FIRMWARE_CHANGED"
    LINK_CHANGED = "LINK_CHANGED"
    STATE_CHANGED = "STATE_CHANGED"
    LOCATION_CHANGED = "LOCATION_CHANGED"
    PROJECT_CHANGED = "PROJECT_CHANGED"
    FAILURE_REPORTED = "FAILURE_REPORTED"
    TICKET_LINKED = "TICKET_LINKED"
    TICKET_UNLINKED = "TICKET_UNLINKED"
    REPLACED = "REPLACED"
    MERGED = "MERGED"
    SPLIT = "SPLIT"


class FindingCode(StrEnum):
    """What a finding is about."""

    AMBIGUOUS_ID = "AMBIGUOUS_ID"
    SHARED_TAG = "SHARED_TAG"
    LINK_CONFLICT = "LINK_CONFLICT"
    REPEATED_SERIAL = "REPEATED_SERIAL"
    AMBIGUOUS_SERIAL = "AMBIGUOUS_SERIAL"
    DUPLICATE_SERIAL = "DUPLICATE_SERIAL"
    SHARED_PART = "SHARED_PART"
    FROM_FUTURE = "FROM_FUTURE"
    SUGGEST_SAME_ASSET = "SUGGEST_SAME_ASSET"


class LogBundleStatus(StrEnum):
    """What became of an upload."""

    PENDING = "PENDING"
    DONE = "DONE"
    REFUSED = "REFUSED"


class OrderDirection(StrEnum):
    """Which way a list is sorted."""

    ASC = "ASC"
    DESC = "DESC"


described(
    ComponentKind,
    "The kind of a part: the most specific one that any tool told.",
    {
        "BOARD": "A main board.",
        "BMC": "A management controller.",
        "CPU": "A processor.",
        "MEMORY": "A memory module.",
        "STORAGE": "A drive.",
        "NIC": "A network card.",
        "HBA": "A host bus adapter.",
        "RAID": "A RAID controller.",
        "GPU": "A graphics or compute card.",
        "PCIE": "A PCI Express card of no nearer kind.",
        "PSU": "A power supply.",
        "FAN": "A fan.",
        "BATTERY": "A battery or capacitor pack.",
        "BACKPLANE": "A backplane.",
        "TPM": "A trusted platform module.",
        "OTHER": "Anything else.",
    },
)
described(
    LifecycleState,
    "Where a machine or part stands in its life. It comes from recorded events only, never from snapshots.",
    {
        "UNKNOWN": "Nobody has said.",
        "WAREHOUSE": "In store.",
        "TRANSIT": "On its way.",
        "PRODUCTION": "At work.",
        "REPAIR": "In repair.",
        "FAILED": "Broken.",
        "RETIRED": "Out of use for good.",
    },
)
described(
    TimelineEventKind,
    "What happened, told from the side of the subject.",
    {
        "FIRST_SEEN": "The machine was seen for the first time.",
        "INSTALLED": "The part came into the machine; for its first sighting without a lower bound.",
        "REMOVED": "The part left the machine.",
        "MOVED": "The part left one machine and came into another at one instant.",
        "SLOT_CHANGED": "The part sits in another slot of the same machine.",
        "FIRMWARE_CHANGED": "The firmware's version changed.",
        "LINK_CHANGED": "The width of the link changed.",
        "STATE_CHANGED": "The state of life changed.",
        "LOCATION_CHANGED": "The machine came to another location.",
        "PROJECT_CHANGED": "The machine came to another project.",
        "FAILURE_REPORTED": "A failure was reported.",
        "TICKET_LINKED": "A ticket was linked.",
        "TICKET_UNLINKED": "A ticket was unlinked.",
        "REPLACED": "A part without a serial was exchanged for one of another model.",
        "MERGED": "A person declared two machines to be this one.",
        "SPLIT": "A person declared one serial to be several parts.",
    },
)
described(
    FindingCode,
    "What a finding is about.",
    {
        "AMBIGUOUS_ID": "An identifier was seen with several owners, so it names none of them.",
        "SHARED_TAG": "Several machines share the serial of an enclosure, so it names none of them.",
        "LINK_CONFLICT": "Identifiers seen together bear the tags of several machines.",
        "REPEATED_SERIAL": "One list holds a serial several times, so it identifies no part there.",
        "AMBIGUOUS_SERIAL": "Parts of several makers bear one serial, and a sighting tells no maker.",
        "DUPLICATE_SERIAL": "Two machines go on listing one serial: two parts bear it.",
        "SHARED_PART": "A part of an enclosure that several machines list.",
        "FROM_FUTURE": "A snapshot bears a time that the server's clock has not reached; it has no effect until then.",
        "SUGGEST_SAME_ASSET": "Two machines look like one; only a person may join them.",
    },
)
described(
    LogBundleStatus,
    "What became of an upload.",
    {
        "PENDING": "Kept, and not worked on yet.",
        "DONE": "Read; its history is there.",
        "REFUSED": "Kept, but nothing in it could be taken; `reason` says why.",
    },
)
described(
    OrderDirection,
    "Which way a list is sorted. NULL is the smallest value.",
    {"ASC": "The smallest or earliest first.", "DESC": "The greatest or latest first."},
)


def order_field(description: str) -> Callable[[E], E]:
    """Return a class decorator for an enum of the orderings that a list offers."""

    def describe(enum: E) -> E:
        return described(enum, description, {one.name: f"By {one.name.lower().replace('_', ' ')}." for one in enum})

    return describe
