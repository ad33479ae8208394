"""What a list of items tells of each part that stands in it, once it is known which part each item is."""

from collections.abc import Callable, Hashable, Sequence

from reanimator_gql.domain.derivation.model import Told
from reanimator_gql.domain.identity.normal import value
from reanimator_gql.domain.kinds import ComponentKind
from reanimator_gql.domain.snapshot import Item


def told_by(items: Sequence[Item], refs: Sequence[Hashable], part_of: Callable[[int], str | None]) -> dict[str, Told]:
    """Several records of one part in one snapshot are one: the order of files or lists must not decide."""
    told: dict[str, Told] = {}
    for index in sorted(range(len(items)), key=lambda i: (items[i].list, items[i].slot or "", i)):
        part = part_of(index)
        if part is not None:
            said = told_of(items[index], refs[index])
            told[part] = said if part not in told else told[part].filled(said)
    return told


def told_of(item: Item, ref: Hashable) -> Told:
    """Return what one item tells."""
    return Told(
        kind=item.kind,
        slot=value(item.slot),
        firmware=value(item.firmware),
        link_width=item.link_width,
        model=value(item.model),
        ref=ref,
    )


def empty_slots(items: Sequence[Item]) -> frozenset[tuple[ComponentKind, str]]:
    """Return the slots that the items report empty, by class."""
    return frozenset((item.kind, item.slot) for item in items if not item.present and item.slot)
