"""Identity as a whole: rules A1-A6, then C1-C7, over a set of sightings."""

from collections import defaultdict
from collections.abc import Iterable

from reanimator_gql.domain.identity.identifiers import link_values, usable_identifiers
from reanimator_gql.domain.identity.machines import MachinesResult, resolve_machines
from reanimator_gql.domain.identity.model import (
    AssignBundle,
    Identifier,
    Machine,
    Resolution,
    SameAsset,
    Sighting,
)
from reanimator_gql.domain.identity.naming import named_among
from reanimator_gql.domain.identity.part_serials import part_values
from reanimator_gql.domain.identity.parts import resolve_parts
from reanimator_gql.domain.identity.stated import assigned, merged_keys, survivors
from reanimator_gql.domain.identity.suggestions import suggest_same

__all__ = ["link_values", "part_values", "resolve", "usable_identifiers"]


def resolve(
    sightings: Iterable[Sighting], *, same_assets: Iterable[SameAsset] = (), assignments: Iterable[AssignBundle] = ()
) -> Resolution:
    """Return which sightings are one machine and which items one part."""
    everything = sorted(sightings, key=lambda s: (s.t, s.source, str(s.id)))
    found = resolve_machines(everything)
    candidates = {key: Machine(key, tuple(ids)) for key, ids in found.identifiers.items()}
    named = named_among(candidates)
    became = survivors(same_assets, named)
    machine_of = {
        sighting: became.get(machine, machine)
        for sighting, machine in assigned(found.machine_of, everything, assignments, named).items()
    }
    parts = resolve_parts(everything, machine_of)
    return Resolution(
        machine_of=machine_of,
        machines=_machines(found, became),
        part_of=parts.part_of,
        parts=parts.parts,
        ignored=parts.ignored,
        flags=(*found.flags, *parts.flags, *suggest_same(everything, machine_of)),
        in_question=found.in_question,
    )


def _machines(found: MachinesResult, became: dict[str, str]) -> dict[str, Machine]:
    """A survivor is named by all that named the machines merged into it."""
    identifiers: dict[str, set[Identifier]] = defaultdict(set)
    for key, ids in found.identifiers.items():
        identifiers[became.get(key, key)] |= ids
    merged = merged_keys(became)
    return {key: Machine(key, tuple(sorted(ids)), merged.get(key, ())) for key, ids in identifiers.items()}
