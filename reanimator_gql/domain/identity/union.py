"""Groups that grow together: a union-find whose groups do not depend on the order of joining."""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Union(Generic[T]):
    """Disjoint sets of hashable things."""

    def __init__(self) -> None:
        self._parent: dict[T, T] = {}

    def find(self, thing: T) -> T:
        """Return the representative of the thing's group."""
        root = thing
        while (parent := self._parent.setdefault(root, root)) != root:
            root = parent
        while (parent := self._parent[thing]) != root:
            self._parent[thing], thing = root, parent
        return root

    def join(self, a: T, b: T) -> None:
        """Make the groups of two things one."""
        self._parent[self.find(a)] = self.find(b)

    def groups(self) -> list[list[T]]:
        """Return every group."""
        members: dict[T, list[T]] = {}
        for thing in self._parent:
            members.setdefault(self.find(thing), []).append(thing)
        return list(members.values())
