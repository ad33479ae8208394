"""Which row a belief's key belongs to: ids of machines and parts never come to mean another thing.

A row follows its key; a row whose key is believed in no more follows the identifiers it shares (a machine known by its
UUID gets a tag; a card known by its MAC gets a serial). Where several rows come to one key, the oldest stays and the
others answer with `merged_into`. Where one row could become several keys (a serial proved to be two parts), it goes
with the machine of its latest installation, then with the strongest, then the smallest key.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OldRow:
    """A stored row: its key, what identified it, and the machine of its latest installation (for parts)."""

    id: int
    key: str
    identifiers: frozenset[tuple[str, str]]
    latest_machine: str | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A derived key: what identifies it, and the machines it is or was in (for parts)."""

    key: str
    identifiers: frozenset[tuple[str, str]]
    machines: frozenset[str] = frozenset()


@dataclass(slots=True)
class Rekeyed:
    """The answer: the row of each key (absent: a new row), and the key into which each other row went (None: dead)."""

    row_of: dict[str, int] = field(default_factory=dict)
    went_into: dict[int, str | None] = field(default_factory=dict)


def match_rows(rows: list[OldRow], keys: Mapping[str, NewKey]) -> Rekeyed:
    """Decide which stored row each derived key keeps."""
    by_identifier: dict[tuple[str, str], list[NewKey]] = defaultdict(list)
    for new in keys.values():
        for identifier in new.identifiers:
            by_identifier[identifier].append(new)
    result = Rekeyed()
    for row in sorted(rows, key=lambda one: one.id):
        key = row.key if row.key in keys else _followed(row, by_identifier)
        if key is not None and key not in result.row_of:
            result.row_of[key] = row.id
        else:
            result.went_into[row.id] = key
    return result


def _followed(row: OldRow, by_identifier: Mapping[tuple[str, str], list[NewKey]]) -> str | None:
    candidates = [new for identifier in row.identifiers for new in by_identifier.get(identifier, ())]
    return min(candidates, key=lambda new: _preference(row, new)).key if candidates else None


def _preference(row: OldRow, new: NewKey) -> tuple[bool, tuple[int, str]]:
    elsewhere = row.latest_machine is not None and row.latest_machine not in new.machines
    return elsewhere, strength(new.key)


_RANKS = ("tag:", "board:", "uuid:", "bmc:", "chassis:")


def strength(key: str) -> tuple[int, str]:
    """Return the sort key of a key: strongest kind of identifier first, then the smallest."""
    rank = next((i for i, prefix in enumerate(_RANKS) if key.startswith(prefix)), 0)
    return rank, key
