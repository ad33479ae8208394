"""What follows from a derivation for the next snapshot: see `standing`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping

from reanimator_gql.domain.derivation.compressed import NONE, Ends, Flags, StreamKey, flags_of
from reanimator_gql.domain.derivation.inputs import StoredSnapshot
from reanimator_gql.domain.derivation.model import Span, Track
from reanimator_gql.domain.derivation.placing import Placed
from reanimator_gql.domain.derivation.standing import Meaning
from reanimator_gql.domain.identity.evidence import Word, movable, named_word, read_evidence, unnamed_word
from reanimator_gql.domain.identity.model import ItemRef
from reanimator_gql.domain.identity.part_serials import part_values
from reanimator_gql.domain.recorded_events import AssignBundle


def plain_snapshots(placed: Placed) -> frozenset[Hashable]:
    """Return the snapshots whose like needs no question: whose machine does not hang on times or on single bundles."""
    assigned = {event.target for event in placed.events if isinstance(event, AssignBundle)}
    suggested = {m for flag in placed.resolution.flags if flag.code == "SUGGEST_SAME_ASSET" for m in flag.machines}
    asking = placed.corrected | placed.resolution.in_question
    return frozenset(
        snapshot.id
        for snapshot, placement in placed.effective()
        if placement.asset is not None
        and placement.asset not in suggested
        and snapshot.bundle not in assigned
        and snapshot.id not in asking
    )


def words_told(placed: Placed, component_of: Callable[[str, str], str]) -> dict[StreamKey, dict[Word, Meaning]]:
    """Return what each word means in each stream. `component_of` gives the component of a part in an asset."""
    told: dict[StreamKey, dict[Word, Meaning]] = defaultdict(dict)
    read: set[tuple[str, str, int, Hashable]] = set()
    for snapshot, placement in placed.effective():
        if placement.asset is None:
            continue
        what = placement.asset, placement.source, id(snapshot.items), snapshot.machine
        if what not in read:
            read.add(what)
            told[placement.asset, placement.source] |= _meanings(placed, snapshot, placement.asset, component_of)
    return dict(told)


def _meanings(
    placed: Placed, snapshot: StoredSnapshot, asset: str, component_of: Callable[[str, str], str]
) -> dict[Word, Meaning]:
    resolution = placed.resolution
    evidence = read_evidence(snapshot.items, snapshot.machine, snapshot.source)
    meanings = {word: Meaning() for word in evidence.voids}
    for fact, word in zip(evidence.facts, evidence.words, strict=True):
        part = resolution.part_of.get(ItemRef(snapshot.id, fact.index))
        named = part is not None and not resolution.parts[part].is_placeholder
        meanings[named_word(fact.family) if named else unnamed_word(fact.family)] = Meaning()
        if word is not None:
            component = component_of(part, asset) if named and part else None
            meanings[word] = Meaning(component, movable(snapshot.items[fact.index], fact.family))
    return meanings


def values_told(placed: Placed) -> dict[StreamKey, frozenset[str]]:
    """Return every value by which each stream's items can be connected with others."""
    values: dict[StreamKey, set[str]] = defaultdict(set)
    read: set[tuple[str, str, int]] = set()
    for snapshot, placement in placed.effective():
        if placement.asset is None:
            continue
        what = placement.asset, placement.source, id(snapshot.items)
        if what not in read:
            read.add(what)
            values[placement.asset, placement.source].update(*map(part_values, snapshot.items))
    return {key: frozenset(told) for key, told in values.items()}


def flags_of_parts(
    tracks: Mapping[str, Track], newest: Ends, copies: Collection[str], stated: Collection[str]
) -> dict[str, dict[Span, Flags]]:
    """Return the flags of the spans of every component that has any."""
    flags: dict[str, dict[Span, Flags]] = {}
    for component, track in tracks.items():
        common = Flags.COPY if component in copies else NONE
        if component in stated:
            common |= Flags.STATED
        found = flags_of(track.spans, track, newest, common)
        flags[component] = {span: flag for span, flag in found.items() if flag}
    return flags
