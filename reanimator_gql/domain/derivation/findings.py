"""Findings: what needs a person's eye, in a sentence, with what it concerns and since when the proof stands."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime

from reanimator_gql.domain.derivation.beliefs import ASSET, COMPONENT, FindingBelief, Placement, Subject
from reanimator_gql.domain.derivation.inputs import StoredSnapshot
from reanimator_gql.domain.derivation.parts import Copies
from reanimator_gql.domain.derivation.timeline import serial_in
from reanimator_gql.domain.identity.identifiers import usable_identifiers
from reanimator_gql.domain.identity.model import Flag, Resolution
from reanimator_gql.domain.identity.naming import named_among
from reanimator_gql.domain.identity.normal import serial

EVIDENCE_LIMIT = 20

_SENTENCES = {
    "AMBIGUOUS_ID": "{value} was seen with several owners, so it names none of them.",
    "SHARED_TAG": "{value} is the serial of an enclosure that several machines share; it names none of them.",
    "LINK_CONFLICT": "Identifiers that were seen together, {value} among them, bear the tags of several machines.",
    "REPEATED_SERIAL": "{value} stands on several parts of one list, so it identifies none of them there.",
    "AMBIGUOUS_SERIAL": "{value} is borne by parts of several makers, and this sighting tells no maker.",
    "SUGGEST_SAME_ASSET": "These machines look like one ({value}); only a person may join them.",
}
_SHARED_FAMILIES = {"PSU", "FAN", "BACKPLANE"}


def flag_findings(
    resolution: Resolution, placements: Mapping[Hashable, Placement], components: Mapping[str, str]
) -> Iterator[FindingBelief]:
    """Yield the findings of identity. `components` gives the part, as identity knows it, of each component."""
    for flag in resolution.flags:
        earliest = _earliest(flag, resolution, placements)
        starts = sorted(t for t, _, _ in earliest)
        yield FindingBelief(
            code=flag.code,
            value=flag.value,
            sentence=_SENTENCES[flag.code].format(value=flag.value),
            subjects=_subjects(flag, resolution, components),
            since=starts[min(1, len(starts) - 1)],
            evidence=tuple(dict.fromkeys(snapshot for _, _, snapshot in earliest[:EVIDENCE_LIMIT])),
        )


def _earliest(
    flag: Flag, resolution: Resolution, placements: Mapping[Hashable, Placement]
) -> list[tuple[datetime, str, Hashable]]:
    """The earliest sighting of each thing that the flag concerns, in order; the second of them completes the proof.

    Later sightings of the same things prove nothing more: they are no evidence, so that they change no finding.
    """
    groups: dict[Hashable, list[tuple[datetime, str, Hashable]]] = defaultdict(list)
    for sighting in flag.sightings:
        groups[resolution.machine_of.get(sighting, sighting)].append((placements[sighting].t, str(sighting), sighting))
    for item in flag.items:
        told = (placements[item.sighting].t, str(item.sighting), item.sighting)
        groups[resolution.part_of.get(item) or resolution.machine_of[item.sighting]].append(told)
    return sorted(min(told) for told in groups.values())


def _subjects(flag: Flag, resolution: Resolution, components: Mapping[str, str]) -> tuple[Subject, ...]:
    machines = set(flag.machines) | {resolution.machine_of.get(sighting) for sighting in flag.sightings}
    machines |= {resolution.machine_of.get(item.sighting) for item in flag.items}
    parts = {resolution.part_of.get(item) for item in flag.items}
    subjects = {Subject(ASSET, machine) for machine in machines if machine}
    subjects |= {Subject(COMPONENT, component) for component, part in components.items() if part in parts}
    return tuple(sorted(subjects))


def copy_findings(
    copies: Iterable[Copies], resolution: Resolution, enclosures: Mapping[str, frozenset[str]]
) -> Iterator[FindingBelief]:
    """Yield the serials proved to be on two machines (rule C9). `enclosures`: the chassis serials of each machine."""
    for part, proof in copies:
        family = resolution.parts[part].family
        machines = sorted({seen.asset for seen in proof})
        shared = family in _SHARED_FAMILIES and bool(
            frozenset.intersection(*(enclosures.get(m, frozenset()) for m in machines))
        )
        names = " and ".join(serial_in(machine) for machine in machines)
        yield FindingBelief(
            code="SHARED_PART" if shared else "DUPLICATE_SERIAL",
            value=part,
            sentence=(
                f"{part} belongs to the enclosure of {names}: each of them lists it."
                if shared
                else f"{names} both go on listing {part} and neither ever missed it: two parts bear one serial."
            ),
            subjects=tuple(
                sorted(
                    [Subject(ASSET, machine) for machine in machines]
                    + [Subject(COMPONENT, f"{part}@{machine}") for machine in machines]
                )
            ),
            since=proof[-1].t,
        )


def enclosures_of(
    pairs: Iterable[tuple[str | None, str | None]],
) -> dict[str, frozenset[str]]:
    """Return the chassis serials told of each machine, from (machine, chassis serial as told) pairs."""
    told: dict[str, set[str]] = defaultdict(set)
    for machine, chassis in pairs:
        if machine and (normal := serial(chassis)):
            told[machine].add(normal)
    return {machine: frozenset(serials) for machine, serials in told.items()}


def future_findings(
    snapshots: Iterable[StoredSnapshot], placements: Mapping[Hashable, Placement], resolution: Resolution
) -> Iterator[FindingBelief]:
    """Yield the snapshots whose time the server's clock has not reached: kept, and inert until then.

    They concern the machine that they name, where it is known by others.
    """
    named = named_among(resolution.machines)
    for snapshot in snapshots:
        placement = placements[snapshot.id]
        if not placement.effective:
            names = (named(value) for _, value in usable_identifiers(snapshot.machine, snapshot.source))
            machine = next((name for name in names if name), None)
            yield FindingBelief(
                code="FROM_FUTURE",
                value=snapshot.id,
                sentence=f"A snapshot of {placement.source} bears the time {placement.t:%Y-%m-%dT%H:%M:%SZ}, "
                "which the server's clock has not reached; it has no effect until then.",
                subjects=(Subject(ASSET, machine),) if machine else (),
                since=placement.t,
                evidence=(snapshot.id,),
            )
