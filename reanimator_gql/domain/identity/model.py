"""What identity reads (sightings and what people stated) and what it answers (a resolution)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from reanimator_gql.domain.snapshot import Item, MachineIdentifiers

SightingId = Hashable


@dataclass(frozen=True, slots=True)
class Sighting:
    """One snapshot as identity sees it: who told it, when (UTC), and its items in the order of the tool's lists."""

    id: SightingId
    source: str
    t: datetime
    machine: MachineIdentifiers
    items: tuple[Item, ...]
    bundle: Hashable = None


class ItemRef(NamedTuple):
    """An item by its sighting and its position in `Sighting.items`."""

    sighting: SightingId
    position: int


class Identifier(NamedTuple):
    """A normal form with its kind: tag, board, uuid, bmc_mac, chassis; for parts serial, mac, wwn, uuid."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SameAsset:
    """A person says that two machines, each named by any identifier, are one (recorded event same_asset)."""

    asset: str
    with_asset: str


@dataclass(frozen=True, slots=True)
class AssignBundle:
    """A person says which machine a bundle is of, by any identifier. `order` decides between several."""

    bundle: Hashable
    asset: str
    order: tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine: its key, every identifier that names it, its maker and the keys that were merged into it."""

    key: str
    identifiers: tuple[Identifier, ...]
    merged_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its key, its family, its identifiers.

    A placeholder (C7) has no identifiers; it is bound to `machine` and `place`.
    """

    key: str
    family: str
    identifiers: tuple[Identifier, ...] = ()
    machine: str | None = None
    place: str | None = None

    @property
    def is_placeholder(self) -> bool:
        """Whether the part is known by its place only."""
        return self.machine is not None


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding of identity: its code, the evidence in words' values, and what it concerns.

    `value` is the identifier or serial that raised it ("uuid:…", "DIMM:16E1FD76"). `sightings` and `items` are all
    that it concerns; `machines` and `components` are filled in from them.
    """

    code: str
    value: str
    sightings: frozenset[SightingId] = frozenset()
    items: frozenset[ItemRef] = frozenset()
    machines: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer: the machine of each sighting, the part of each item.

    A sighting that is not in `machine_of` has no machine (A5). An item that is not in `part_of` makes no part: it is
    absent, of a sighting without machine, or told better by another tool (`ignored`). Those `in_question` may come to
    another machine by the mere time of a further sighting.
    """

    machine_of: Mapping[SightingId, str]
    machines: Mapping[str, Machine]
    part_of: Mapping[ItemRef, str]
    parts: Mapping[str, Part]
    ignored: frozenset[ItemRef] = frozenset()
    flags: tuple[Flag, ...] = field(default=())
    in_question: frozenset[SightingId] = frozenset()
