"""Rules C5 and C6: what a MAC, a WWN or a GPU's UUID names where an item has no serial.

"Seen with" is over all sightings everywhere: the caller tells every record first and asks afterwards.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from reanimator_gql.domain.identity.model import Identifier
from reanimator_gql.domain.identity.union import Union


@dataclass(frozen=True, slots=True)
class Linked:
    """What identifiers name: a serial, else an identifier that stands for the part; neither: they name several."""

    serial: Hashable | None = None
    identifier: Identifier | None = None


class Links:
    """Identifiers and the serials seen with them; those never seen with one are joined by the cards that show them."""

    def __init__(self) -> None:
        self._serials: dict[Identifier, set[Hashable]] = defaultdict(set)
        self._alone: set[tuple[Identifier, ...]] = set()
        self._groups: dict[Identifier, _Group] | None = None

    def seen(self, identifiers: Iterable[Identifier], serial: Hashable | None) -> None:
        """Take in one record: its identifiers, and its serial if it has one."""
        ids = tuple(identifiers)
        if serial is None:
            self._alone.add(ids)
            return
        for identifier in ids:
            self._serials[identifier].add(serial)

    def is_ambiguous(self, identifier: Identifier) -> bool:
        """Whether the identifier was seen with several serials, so that it names nothing."""
        return len(self._serials.get(identifier, ())) > 1

    def named_by(self, identifiers: Iterable[Identifier]) -> Linked:
        """Return what a record without serial is.

        The serial seen with its identifiers comes first, then that of records which share an identifier with it.
        """
        usable = [identifier for identifier in identifiers if not self.is_ambiguous(identifier)]
        serials = set().union(*(self._serials.get(identifier, ()) for identifier in usable))
        if len(serials) == 1:
            return Linked(serial=serials.pop())
        if serials or not usable:
            return Linked()
        return self._group_of(usable[0]).linked()

    def _group_of(self, identifier: Identifier) -> "_Group":
        if self._groups is None:
            self._groups = self._joined()
        return self._groups[identifier]

    def _joined(self) -> dict[Identifier, "_Group"]:
        """Join the identifiers that have no serial of their own. An ambiguous one joins nothing."""
        union: Union[Identifier] = Union()
        for ids in self._alone:
            free = [identifier for identifier in ids if identifier not in self._serials]
            for identifier in free:
                union.join(identifier, free[0])
        by_member: dict[Identifier, _Group] = {}
        for members in union.groups():
            by_member.update(dict.fromkeys(members, _Group(min(members), set())))
        for ids in self._alone:
            serials = self._certain_serials(ids)
            for identifier in ids:
                if identifier in by_member:
                    by_member[identifier].serials.update(serials)
        return by_member

    def _certain_serials(self, ids: Iterable[Identifier]) -> set[Hashable]:
        usable = (identifier for identifier in ids if not self.is_ambiguous(identifier))
        return set().union(*(self._serials.get(identifier, ()) for identifier in usable))


@dataclass(slots=True)
class _Group:
    """Identifiers of one card that were never seen with a serial, and the serials of the cards that show them too."""

    smallest: Identifier
    serials: set[Hashable]

    def linked(self) -> Linked:
        if len(self.serials) > 1:
            return Linked()
        return Linked(serial=next(iter(self.serials))) if self.serials else Linked(identifier=self.smallest)
