"""What is kept beside the beliefs so that the next snapshot need not ask everything again. No belief rests on it alone.

It answers three questions: is it known whose this snapshot is, is it known which parts its items are, and which spans
may be gone on with without looking at anything else.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reanimator_gql.domain.derivation.compressed import Flags, StreamKey
from reanimator_gql.domain.derivation.model import Span
from reanimator_gql.domain.identity.evidence import Word


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means on a machine: the component it names (None: none), and a movable part's family and serial."""

    component: str | None = None
    movable: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`plain`: the snapshots whose machine any further snapshot of the same identifiers and source shares.

    `values`: through which a stream's items can be connected. `words`: what every word told in it means. `renamings`:
    when it renamed all places of a family (S2). `flags`: of spans, by component; those without are absent.
    """

    plain: frozenset[Hashable]
    values: Mapping[StreamKey, frozenset[str]]
    words: Mapping[StreamKey, Mapping[Word, Meaning]]
    renamings: Mapping[StreamKey, Mapping[str, list[datetime]]]
    flags: Mapping[str, Mapping[Span, Flags]]
