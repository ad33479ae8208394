"""What is believed: the rows that derivation publishes, by natural keys, without row ids.

`History` is the whole answer for a set of inputs. Two histories are equal exactly when their canonical forms are.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from reanimator_gql.domain.derivation.model import Span
from reanimator_gql.domain.derivation.standing import Standing
from reanimator_gql.domain.kinds import ComponentKind

ASSET, COMPONENT = "asset", "component"

_EVENTS = UUID("6f9c1c1e-7a3b-5d0e-9b51-3f0c6f4f5a11")


class Subject(NamedTuple):
    """An asset or a component by its key."""

    type: str
    key: str


class AssetBelief(NamedTuple):
    """The values shown of a machine."""

    key: str
    vendor_serial: str
    identifiers: tuple[tuple[str, str], ...]
    manufacturer: str | None
    model: str | None
    name: str | None
    asset_tag: str | None
    first_seen_at: datetime
    merged_keys: tuple[str, ...]


class ComponentBelief(NamedTuple):
    """The values shown of a part. A placeholder is bound to machine and place.

    `attributes` is canonical JSON text: each name with its value and the source that tells it. `derived_lot` is the
    code of the LOT that follows from the values; what a person assigns stands elsewhere.
    """

    key: str
    family: str
    kind: ComponentKind
    vendor_serial: str | None
    identifiers: tuple[tuple[str, str], ...]
    manufacturer: str | None
    model: str | None
    part_number: str | None
    firmware: str | None
    link_width: int | None
    max_link_width: int | None
    max_link_speed_gts: float | None
    attributes: str
    derived_lot: str | None
    first_seen_at: datetime
    machine: str | None
    place: str | None


class InstallationBelief(NamedTuple):
    """A stay of a part in a machine."""

    component: str
    asset: str
    slot: str | None
    installed_after: datetime | None
    installed_at: datetime
    removed_after: datetime | None
    removed_at: datetime | None


class FactBelief(NamedTuple):
    """A value in force over [start, end), begun in (after, start].

    Kinds: SLOT LINK FIRMWARE MODEL LOT STATE LOCATION PROJECT.
    """

    subject: Subject
    kind: str
    asset: str | None
    after: datetime | None
    start: datetime
    end: datetime | None
    value: str


class EventBelief(NamedTuple):
    """A timeline event, told from the side of its subject. `details` is canonical JSON text."""

    subject: Subject
    kind: str
    timestamp: datetime
    not_before: datetime | None
    asset: str | None
    component: str | None
    slot: str | None
    details: str
    source: str | None = None

    @property
    def id(self) -> UUID:
        """The id names the belief's content by natural keys: subject, kind, time, asset, component, source."""
        name = "\x1f".join(
            (
                *self.subject,
                self.kind,
                self.timestamp.isoformat(),
                self.asset or "",
                self.component or "",
                self.source or "",
            )
        )
        return uuid5(_EVENTS, name)


class FindingBelief(NamedTuple):
    """Something that needs a person's eye, with the things it concerns. `since`: the t that completed the proof."""

    code: str
    value: str
    sentence: str
    subjects: tuple[Subject, ...]
    since: datetime
    evidence: tuple[Hashable, ...] = ()


class Placement(NamedTuple):
    """Where a snapshot stands: its machine (None: no machine), source and time; not effective: from the future."""

    asset: str | None
    source: str
    t: datetime
    effective: bool


@dataclass(frozen=True, slots=True)
class History:
    """Everything that follows from a set of inputs."""

    placements: Mapping[Hashable, Placement]
    assets: Mapping[str, AssetBelief]
    components: Mapping[str, ComponentBelief]
    installations: frozenset[InstallationBelief]
    facts: frozenset[FactBelief]
    events: frozenset[EventBelief]
    findings: frozenset[FindingBelief]
    spans: Mapping[str, tuple[Span, ...]]
    standing: Standing | None = None

    def canonical(self) -> dict[str, Any]:
        """Return the content by natural keys, in order, without evidence: what `digest` hashes."""
        return {
            "assets": [asset._asdict() for _, asset in sorted(self.assets.items())],
            "components": [component._asdict() for _, component in sorted(self.components.items())],
            "installations": _rows(self.installations),
            "facts": _rows(self.facts),
            "events": _rows(self.events),
            "findings": [
                row for row in _rows(f._replace(evidence=()) for f in self.findings) if row["code"] != "FROM_FUTURE"
            ],
        }


def _rows(beliefs: Any) -> list[dict[str, Any]]:
    return [belief._asdict() for belief in sorted(beliefs, key=repr)]
