"""Rule A6: what people stated about machines, after A1-A5: bundles assigned to a machine, machines that are one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from reanimator_gql.domain.identity.model import AssignBundle, SameAsset, Sighting, SightingId
from reanimator_gql.domain.identity.union import Union

Named = Callable[[str], str | None]


def assigned(
    machine_of: Mapping[SightingId, str],
    sightings: Iterable[Sighting],
    assignments: Iterable[AssignBundle],
    named: Named,
) -> dict[SightingId, str]:
    """Return the machine of each sighting, those of an assigned bundle moved to the machine that was named last."""
    of_bundle = {}
    for assignment in sorted(assignments, key=lambda one: one.order):
        if machine := named(assignment.asset):
            of_bundle[assignment.bundle] = machine
    moved = {s.id: of_bundle[s.bundle] for s in sightings if s.bundle in of_bundle}
    return {**machine_of, **moved}


def survivors(same_assets: Iterable[SameAsset], named: Named) -> dict[str, str]:
    """Return the machine that each merged machine became.

    Of each connected group the survivor is the only one never named `with_asset`, else the smallest key.
    """
    union: Union[str] = Union()
    second: set[str] = set()
    for pair in same_assets:
        one, other = named(pair.asset), named(pair.with_asset)
        if one and other and one != other:
            union.join(one, other)
            second.add(other)
    became: dict[str, str] = {}
    for group in union.groups():
        first = [key for key in group if key not in second]
        survivor = first[0] if len(first) == 1 else min(group)
        became.update(dict.fromkeys(group, survivor))
    return became


def merged_keys(became: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the keys that were merged into each survivor."""
    into: dict[str, list[str]] = defaultdict(list)
    for key, survivor in became.items():
        if key != survivor:
            into[survivor].append(key)
    return {survivor: tuple(sorted(keys)) for survivor, keys in into.items()}
