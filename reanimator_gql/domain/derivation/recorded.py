"""Recorded events read against what identity knows: whom they name, and what they say of parts and machines.

An event that names a part or machine not seen yet, or a serial that several parts bear, waits: it has no effect.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from reanimator_gql.domain.derivation.beliefs import ASSET, COMPONENT, Subject
from reanimator_gql.domain.derivation.model import (
    INSTALL_RANK,
    RECORDED,
    REMOVAL_RANK,
    Fact,
    Lost,
    Seen,
    Told,
)
from reanimator_gql.domain.identity.model import Resolution
from reanimator_gql.domain.identity.naming import machine_named, parts_named
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.recorded_events import (
    ChangeState,
    Install,
    Move,
    RecordedEvent,
    Remove,
    SameAsset,
    Split,
)

STATE, LOCATION, PROJECT = "STATE", "LOCATION", "PROJECT"


@dataclass(slots=True)
class Statements:
    """What people stated, by the keys of parts and machines."""

    installs: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    removals: dict[str, list[Lost]] = field(default_factory=lambda: defaultdict(list))
    splits: dict[str, datetime] = field(default_factory=dict)
    merges: dict[str, datetime] = field(default_factory=dict)
    values: dict[tuple[Subject, str], list[tuple[datetime, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def of_parts(self) -> dict[str, tuple[list[Seen], list[Lost]]]:
        """Return recorded installs and removals for each part that has any."""
        parts = set(self.installs) | set(self.removals)
        return {part: (self.installs.get(part, []), self.removals.get(part, [])) for part in parts}

    def facts(self) -> dict[Subject, list[Fact]]:
        """Return the intervals of state, location and project; a value said again is no change."""
        facts: dict[Subject, list[Fact]] = defaultdict(list)
        for (subject, kind), said in sorted(self.values.items()):
            changes: list[tuple[datetime, str]] = []
            for at, _, new in sorted(said):
                if changes and changes[-1][0] == at:
                    changes.pop()
                if not changes or changes[-1][1] != new:
                    changes.append((at, new))
            ends = [at for at, _ in changes[1:]] + [None]
            facts[subject] += [Fact(kind, None, at, at, end, new) for (at, new), end in zip(changes, ends, strict=True)]
        return facts


def read_statements(events: Iterable[RecordedEvent], resolution: Resolution) -> Statements:
    """Sort the recorded events by what they concern."""
    statements = Statements()
    for event in sorted(events, key=lambda one: (one.at, one.id)):
        _Reader(statements, resolution).read(event)
    return statements


@dataclass(slots=True)
class _Reader:
    statements: Statements
    resolution: Resolution

    def read(self, event: RecordedEvent) -> None:
        """Add one event to the statements."""
        match event:
            case Install():
                self._install(event)
            case Remove():
                self._remove(event)
            case Split():
                for part in parts_named(self.resolution, event.serial, event.component_kind):
                    self.statements.splits.setdefault(part, event.at)
            case SameAsset():
                machine = machine_named(self.resolution, event.asset)
                if machine and machine == machine_named(self.resolution, event.with_asset):
                    self.statements.merges[machine] = min(event.at, self.statements.merges.get(machine, event.at))
            case ChangeState() | Move():
                self._values(event)
            case _:
                pass  # voids, clock offsets and assignments were read when the snapshots were placed

    def _part(self, text: str, kind: ComponentKind | None) -> str | None:
        """The part as identity knows it, which bears a serial alone or together with copies (rule C9)."""
        copy = self._copy(text)
        parts = [copy[0]] if copy else parts_named(self.resolution, text, kind)
        return parts[0] if len(parts) == 1 else None

    def _copy(self, text: str) -> tuple[str, str] | None:
        """The part and the machine in the key of a copy, such as `DRIVE:S521NA0T605357@tag:11WLK93`."""
        for index in (i for i, character in enumerate(text) if character == "@"):
            part, machine = text[:index], machine_named(self.resolution, text[index + 1 :])
            if part in self.resolution.parts and machine:
                return part, machine
        return None

    def _install(self, event: Install) -> None:
        asset, part = machine_named(self.resolution, event.asset), self._part(event.component, event.component_kind)
        if asset and part:
            told = Told(kind=event.component_kind or ComponentKind.OTHER, slot=event.slot)
            self.statements.installs[part].append(Seen(event.at, INSTALL_RANK, asset, RECORDED, told))

    def _remove(self, event: Remove) -> None:
        asset, part = machine_named(self.resolution, event.asset), self._part(event.component, event.component_kind)
        if asset and part:
            self.statements.removals[part].append(Lost(event.at, REMOVAL_RANK, asset, RECORDED))

    def _values(self, event: ChangeState | Move) -> None:
        if isinstance(event, ChangeState) and event.component is not None:
            copy, part = self._copy(event.component), self._part(event.component, event.component_kind)
            if component := "@".join(copy) if copy else part:
                self._say(Subject(COMPONENT, component), STATE, event, event.state)
            return
        machine = machine_named(self.resolution, event.asset or "")
        if machine is None:
            return
        subject = Subject(ASSET, machine)
        if isinstance(event, ChangeState):
            self._say(subject, STATE, event, event.state)
        else:
            self._say(subject, LOCATION, event, event.location)
            self._say(subject, PROJECT, event, event.project)

    def _say(self, subject: Subject, kind: str, event: RecordedEvent, value: str | None) -> None:
        if value is not None:
            self.statements.values[subject, kind].append((event.at, event.id, str(value)))
