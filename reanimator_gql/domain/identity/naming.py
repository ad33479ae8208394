"""Finding machines and parts by what people call them: any identifier, in any spelling."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.identifiers import RANKS
from reanimator_gql.domain.identity.model import Machine, Resolution
from reanimator_gql.domain.kinds import ComponentKind, family_of


def spellings(text: str) -> frozenset[str]:
    """Return every normal form that a text could have as the identifier of a machine."""
    forms = (normal.serial(text), normal.uuid(text), normal.mac(text), normal.board_serial(text))
    return frozenset(form for form in forms if form)


def machine_named(resolution: Resolution, text: str) -> str | None:
    """Return the key of the one machine that the text names; None where no machine or several bear it."""
    return named_among(resolution.machines)(text)


def named_among(machines: Mapping[str, Machine]) -> Callable[[str], str | None]:
    """Return a function that finds machines by any identifier in any spelling, or by their key.

    A machine's own key, then a tag, counts before weaker identifiers, as in rule A1.
    """
    index: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for machine in machines.values():
        for key in (machine.key, *machine.merged_keys):
            index[key].add((-1, machine.key))
        for kind, value in machine.identifiers:
            index[value].add((RANKS.index(kind), machine.key))

    def named(text: str) -> str | None:
        found = set().union(*(index.get(form, set()) for form in (text, *spellings(text))))
        strongest = min((rank for rank, _ in found), default=None)
        keys = sorted(key for rank, key in found if rank == strongest)
        return keys[0] if len(keys) == 1 else None

    return named


def parts_named(resolution: Resolution, text: str, kind: ComponentKind | None = None) -> list[str]:
    """Return the keys of all parts that a serial (or another identifier, or a key) names, in order."""
    family = family_of(kind) if kind else None
    return sorted(
        part.key
        for part in resolution.parts.values()
        if (family is None or part.family == family)
        and (part.key == text or any(value in part_spellings(text, part.family) for _, value in part.identifiers))
    )


def part_spellings(text: str, family: str) -> frozenset[str]:
    """Return every normal form that a text could have as the identifier of a part of the family."""
    forms = (normal.serial(text, family), normal.mac(text), normal.wwn(text), normal.gpu_uuid(text))
    return frozenset(form for form in forms if form)
