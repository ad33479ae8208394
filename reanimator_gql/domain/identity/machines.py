"""Rules A3-A5: which sightings are one machine.

A coarse identifier names one machine until the inputs prove that it names two; then it links nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reanimator_gql.domain.identity.identifiers import CHASSIS, RANKS, TAG
from reanimator_gql.domain.identity.model import Flag, Identifier, Sighting, SightingId
from reanimator_gql.domain.identity.tags import Seen, read_tags
from reanimator_gql.domain.identity.union import Union


@dataclass(frozen=True, slots=True)
class MachinesResult:
    """The machine of each sighting that has one, the identifiers of each machine, and findings."""

    machine_of: Mapping[SightingId, str]
    identifiers: Mapping[str, frozenset[Identifier]]
    flags: tuple[Flag, ...]
    in_question: frozenset[SightingId] = frozenset()


def resolve_machines(sightings: Iterable[Sighting]) -> MachinesResult:
    """Apply rules A1 to A5."""
    tagged = read_tags(sightings)
    given = [_given(seen) for seen in tagged.seen]
    ambiguous = _ambiguous(given)
    links = [_links(ids, ambiguous) for ids in given]
    machine_of, conflicts = _keys(tagged.seen, links)
    flags = [*tagged.flags, *_ambiguity_flags(tagged.seen, given, ambiguous), *conflicts]
    flags += _by_enclosure(tagged.seen, given, machine_of)
    identifiers = _identifiers(tagged.seen, given, ambiguous, machine_of)
    return MachinesResult(machine_of, identifiers, tuple(flags), frozenset(tagged.in_question))


def _given(seen: Seen) -> tuple[Identifier, ...]:
    """The identifiers of a sighting, strongest first."""
    pairs = ((kind, getattr(seen.identity, kind)) for kind in RANKS)
    return tuple(Identifier(kind, value) for kind, value in pairs if value)


def _ambiguous(given: Sequence[tuple[Identifier, ...]]) -> frozenset[Identifier]:
    """A3: those of one higher rank that were seen with it have two owners."""
    seen_with: dict[Identifier, set[Identifier]] = defaultdict(set)
    for ids in given:
        for index, identifier in enumerate(ids):
            seen_with[identifier].update(ids[:index])
    return frozenset(identifier for identifier in seen_with if _has_two_owners(identifier, seen_with))


def _has_two_owners(identifier: Identifier, seen_with: Mapping[Identifier, set[Identifier]]) -> bool:
    owners: dict[str, set[Identifier]] = defaultdict(set)
    for higher in seen_with[identifier]:
        tags = [one for one in seen_with[higher] if one.kind == TAG]
        owners[higher.kind].add(tags[0] if len(tags) == 1 else higher)
    return any(len(of_rank) > 1 for of_rank in owners.values())


def _links(ids: tuple[Identifier, ...], ambiguous: frozenset[Identifier]) -> tuple[Identifier, ...]:
    """What links a sighting. Nodes share a chassis serial as a rule: it links nothing."""
    return tuple(one for one in ids if one.kind != CHASSIS and one not in ambiguous)


def _keys(seen: Sequence[Seen], links: Sequence[tuple[Identifier, ...]]) -> tuple[dict[SightingId, str], list[Flag]]:
    """A4: sightings joined by tags and unambiguous identifiers are one machine, if they bear one tag."""
    union: Union[Identifier] = Union()
    tags_with: dict[Identifier, set[Identifier]] = defaultdict(set)
    for ids in links:
        for one in ids:
            union.join(ids[0], one)
            tags_with[one].update(other for other in ids if other.kind == TAG)
    members: dict[Identifier, list[int]] = defaultdict(list)
    for index, ids in enumerate(links):
        if ids:
            members[union.find(ids[0])].append(index)
    machine_of: dict[SightingId, str] = {}
    flags: list[Flag] = []
    for group in members.values():
        for index, (key, conflict) in _group_keys(group, links, tags_with).items():
            machine_of[seen[index].sighting.id] = key_of(key)
            if conflict:
                value = f"{links[index][0].kind}:{links[index][0].value}"
                flags.append(Flag("LINK_CONFLICT", value, frozenset({seen[index].sighting.id})))
    return machine_of, _joined(flags)


def _group_keys(
    group: Sequence[int], links: Sequence[tuple[Identifier, ...]], tags_with: Mapping[Identifier, set[Identifier]]
) -> dict[int, tuple[Identifier, bool]]:
    identifiers = {one for index in group for one in links[index]}
    tags = {one for one in identifiers if one.kind == TAG}
    if len(tags) <= 1:
        key = min(tags or identifiers, key=rank)
        return dict.fromkeys(group, (key, False))
    return {index: _among_tags(links[index], tags_with) for index in group}


def _among_tags(
    ids: tuple[Identifier, ...], tags_with: Mapping[Identifier, set[Identifier]]
) -> tuple[Identifier, bool]:
    """Several tags in one group: each sighting to its own tag, else to the only one seen with its identifiers."""
    if ids[0].kind == TAG:
        return ids[0], False
    direct = {tag for one in ids for tag in tags_with[one]}
    return (direct.pop(), False) if len(direct) == 1 else (min(ids, key=rank), True)


def rank(identifier: Identifier) -> tuple[int, str]:
    """Return the sort key of an identifier: strongest kind first, then the smallest value."""
    return RANKS.index(identifier.kind), identifier.value


def key_of(identifier: Identifier) -> str:
    """Return the key of the machine that an identifier names."""
    return f"{identifier.kind}:{identifier.value}"


def _joined(flags: Iterable[Flag]) -> list[Flag]:
    by_value: dict[tuple[str, str], set[SightingId]] = defaultdict(set)
    for flag in flags:
        by_value[flag.code, flag.value] |= flag.sightings
    return [Flag(code, value, frozenset(sightings)) for (code, value), sightings in sorted(by_value.items())]


def _ambiguity_flags(
    seen: Sequence[Seen], given: Sequence[tuple[Identifier, ...]], ambiguous: frozenset[Identifier]
) -> list[Flag]:
    concerned: dict[Identifier, set[SightingId]] = defaultdict(set)
    for one, ids in zip(seen, given, strict=True):
        for identifier in ids:
            if identifier in ambiguous and identifier.kind != CHASSIS:
                concerned[identifier].add(one.sighting.id)
    return [
        Flag("AMBIGUOUS_ID", key_of(identifier), frozenset(sightings))
        for identifier, sightings in sorted(concerned.items())
    ]


def _by_enclosure(
    seen: Sequence[Seen], given: Sequence[tuple[Identifier, ...]], machine_of: dict[SightingId, str]
) -> list[Flag]:
    """A sighting with nothing but a chassis serial is of the one machine seen with it, not of one of two (A1)."""
    machines: dict[Identifier, set[str]] = defaultdict(set)
    alone: dict[Identifier, set[SightingId]] = defaultdict(set)
    for one, ids in zip(seen, given, strict=True):
        if len(ids) == 1 and ids[0].kind == CHASSIS:
            if not one.was_shared:
                alone[ids[0]].add(one.sighting.id)
        elif ids and ids[-1].kind == CHASSIS and (machine := machine_of.get(one.sighting.id)):
            machines[ids[-1]].add(machine)
    flags = []
    for enclosure, sightings in sorted(alone.items()):
        if len(machines[enclosure]) > 1:
            flags.append(Flag("AMBIGUOUS_ID", key_of(enclosure), frozenset(sightings)))
        else:
            machine_of.update(dict.fromkeys(sightings, next(iter(machines[enclosure]), key_of(enclosure))))
    return flags


def _identifiers(
    seen: Sequence[Seen],
    given: Sequence[tuple[Identifier, ...]],
    ambiguous: frozenset[Identifier],
    machine_of: Mapping[SightingId, str],
) -> dict[str, frozenset[Identifier]]:
    """All that name each machine; what is ambiguous names none."""
    named: dict[str, set[Identifier]] = defaultdict(set)
    for one, ids in zip(seen, given, strict=True):
        machine = machine_of.get(one.sighting.id)
        if machine is not None:
            named[machine] |= {Identifier(i.kind, i.value.partition("@")[0]) for i in ids if i not in ambiguous}
    return {machine: frozenset(ids) for machine, ids in named.items()}
