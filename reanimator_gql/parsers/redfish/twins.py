"""Leaves out poor tales: what a general list tells of a card without a serial, where the card may be told elsewhere.

If two resources cannot be proven to be one part but may well be, one part is right more often than two. A slot number
or a maker that contradicts proves them two; who made the card and who sells it are one where the model is the same.
"""

import re

from reanimator_gql.domain.identity import normal
from reanimator_gql.domain.identity.makers import maker
from reanimator_gql.domain.kinds import CARD, ComponentKind
from reanimator_gql.parsers.redfish.tale import Cluster, Tale

_SLOT_NUMBER = re.compile(r"\bslot\D{0,3}(\d+)\b", re.IGNORECASE)
_CARDS = frozenset({ComponentKind.NIC, ComponentKind.HBA, ComponentKind.RAID, ComponentKind.GPU, ComponentKind.PCIE})
_STORAGE = frozenset({ComponentKind.HBA, ComponentKind.RAID, ComponentKind.STORAGE})


def without_twins(clusters: list[Cluster]) -> list[Cluster]:
    """Return the parts without the poor tales that may be twins of others. The better list comes first."""
    poor = [one for one in clusters if _is_poor(one)]
    if not poor:
        return clusters
    told = _Told()
    for one in clusters:
        if not _is_poor(one):
            told.add(one)
    left_out = set()
    for one in sorted(poor, key=lambda cluster: cluster[0].order()):
        if told.may_have(one):
            left_out.add(id(one))
        else:
            told.add(one)
    return [one for one in clusters if id(one) not in left_out]


def _is_poor(cluster: Cluster) -> bool:
    return all(tale.is_general and not _is_named(tale) for tale in cluster)


def _is_named(tale: Tale) -> bool:
    return tale.normal_serial() is not None or any(normal.mac(mac) for mac in tale.macs)


class _Told:
    """The parts told, by what could make one of them the twin of a poor tale."""

    def __init__(self) -> None:
        # By the general lists that tell of the part already, whether something made for it does, and its kind: the
        # makers (None: unknown) by slot number (None: unknown).
        self._parts: dict[tuple[frozenset[str], bool, ComponentKind], dict[str | None, set[str | None]]] = {}

    def add(self, cluster: Cluster) -> None:
        lists = frozenset(tale.teller for tale in cluster if tale.is_general)
        dedicated = any(not tale.is_general for tale in cluster)
        for kind in {tale.kind for tale in cluster}:
            by_slot = self._parts.setdefault((lists, dedicated, kind), {})
            makers: set[str | None] = {*(_makers(cluster) or (None,)), *_models(cluster)}
            for number in _slot_numbers(cluster) or (None,):
                by_slot.setdefault(number, set()).update(makers)

    def may_have(self, poor: Cluster) -> bool:
        """Return whether one of the parts may be the one of which a poor tale tells."""
        lists = {tale.teller for tale in poor}
        numbers, makers, models = _slot_numbers(poor), _makers(poor), _models(poor)
        for (told_by, dedicated, kind), by_slot in self._parts.items():
            if not any(_compatible(tale.kind, kind) for tale in poor):
                continue
            told_already = bool(told_by & lists)
            if told_already and not dedicated:
                continue  # two entries of one list are two devices
            # One card may be several devices of a list: in one slot, or as chips without a slot of their own.
            slots = [*numbers] if told_already else [*numbers, None]
            others = [by_slot.get(number, set()) for number in slots] if numbers else by_slot.values()
            if any(_agree(makers, models, some) for some in others):
                return True
        return False


def _agree(makers: set[str], models: set[str], others: set[str | None]) -> bool:
    return bool(others) and (not makers or None in others or bool((makers | models) & others))


def _compatible(poor: ComponentKind, kind: ComponentKind) -> bool:
    """Return whether a poor tale of one kind may be of a part of another: a general list knows kinds badly."""
    if poor is ComponentKind.PCIE or kind is ComponentKind.PCIE:
        return poor in _CARDS and kind in _CARDS
    return poor is kind or (poor in _STORAGE and kind in _STORAGE)


def _slot_numbers(cluster: Cluster) -> set[str]:
    return {match.group(1) for tale in cluster if tale.slot and (match := _SLOT_NUMBER.search(tale.slot))}


def _makers(cluster: Cluster) -> set[str]:
    return {known for tale in cluster if (known := maker(tale.vendor, CARD))}


def _models(cluster: Cluster) -> set[str]:
    """Return the models, in a form that is no maker's."""
    return {f"model {model}" for tale in cluster if (model := normal.value(tale.model))}
