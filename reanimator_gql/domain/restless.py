"""Attributes that change in nearly every snapshot of a stream: they are telemetry that a parser does not know yet.

Each such change makes a machine look changed, and costs rows for ever; whoever looks after the parser should be told.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from reanimator_gql.domain.snapshot import Item

LOOKED_AT = 10
_OFTEN = 0.8

_Key = tuple[str, str, str | None]


def restless_attributes(readings: Sequence[Sequence[Item]]) -> list[str]:
    """Return the attributes (``STORAGE.data_units``) that changed between nearly all neighbours of a stream's readings.

    `readings`: the items of successive snapshots; fewer than `LOOKED_AT` of them prove nothing.
    """
    if len(readings) < LOOKED_AT:
        return []
    told = [_told(items) for items in readings]
    changed: Counter[str] = Counter()
    for before, after in pairwise(told):
        changed.update(
            {
                f"{after[key].kind}.{name}"
                for key in before.keys() & after.keys()
                for name in _differing(before[key].attributes, after[key].attributes)
            }
        )
    return sorted(name for name, times in changed.items() if times >= _OFTEN * (len(told) - 1))


def _told(items: Sequence[Item]) -> dict[_Key, Item]:
    return {(str(item.kind), item.list, item.serial or item.slot): item for item in items if item.present}


def _differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}
