"""The one function from inputs to beliefs.

Inputs are a set: their order means nothing. They must be closed: every input that some rule connects with one of them
is among them. Nothing here reads when an input was recorded, a row id or the clock; `Inputs.now` alone says which
inputs from the future are in force.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain

from reanimator_gql.domain.derivation.beliefs import (
    ASSET,
    COMPONENT,
    AssetBelief,
    ComponentBelief,
    EventBelief,
    FactBelief,
    FindingBelief,
    History,
    Placement,
    Subject,
)
from reanimator_gql.domain.derivation.findings import copy_findings, enclosures_of, flag_findings, future_findings
from reanimator_gql.domain.derivation.inputs import Inputs, StoredSnapshot
from reanimator_gql.domain.derivation.model import PartHistory, PlacedSnapshot, Span, Stream, Track
from reanimator_gql.domain.derivation.part_rows import fact_row, rows_of
from reanimator_gql.domain.derivation.parts import Split, derive_part, split_copies
from reanimator_gql.domain.derivation.placing import Placed, place, placed_snapshots
from reanimator_gql.domain.derivation.recorded import Statements, read_statements
from reanimator_gql.domain.derivation.renaming import Renamings
from reanimator_gql.domain.derivation.shown import (
    latest_items,
    lot_facts,
    most_specific,
    show_asset,
    show_component,
)
from reanimator_gql.domain.derivation.standing import Standing
from reanimator_gql.domain.derivation.standing_of import flags_of_parts, plain_snapshots, values_told, words_told
from reanimator_gql.domain.derivation.streams import build_streams
from reanimator_gql.domain.derivation.thinning import thin
from reanimator_gql.domain.derivation.timeline import asset_events, split_events, stated_events
from reanimator_gql.domain.derivation.tracks import build_tracks
from reanimator_gql.domain.derivation.unread import Unread


def derive(inputs: Inputs) -> History:
    """Return the history that follows from the inputs, every snapshot read one by one: the rule to the letter."""
    placed = place(inputs)
    return _derive(placed, lambda tracks, *_: tracks)


def derive_thinned(inputs: Inputs) -> History:
    """Return the same history, at a cost that does not grow with snapshots that say nothing new."""
    thinned = thin(inputs)
    placed = place(replace(inputs, snapshots=thinned.snapshots))
    unread = Unread(thinned, placed.placements)
    history = _derive(placed, unread.settle)
    standing = unread.standing(history.standing) if history.standing else None
    return replace(history, placements=unread.placements(), standing=standing)


Settle = Callable[[Mapping[str, Track], list[PlacedSnapshot], list[Stream], Collection[str]], Mapping[str, Track]]


def _derive(placed: Placed, settle: Settle) -> History:
    snapshots = placed_snapshots(placed)
    streams = build_streams(snapshots)
    statements = read_statements(placed.events, placed.resolution)
    tracks = settle(build_tracks(streams, statements.of_parts()), snapshots, streams, statements.splits)
    split = split_copies(tracks, statements.splits)
    renamings = Renamings(streams, {key: part.family for key, part in placed.resolution.parts.items()})
    parts = _derive_parts(split, renamings, placed)
    assets = _assets(placed)
    components = _components(parts, split, streams, placed)
    rows = [rows_of(key, history, lot_facts(components[key])) for key, history in parts.items()]
    return History(
        placements=placed.placements,
        assets=assets,
        components=components,
        installations=frozenset(chain.from_iterable(one.installations for one in rows)),
        facts=frozenset(
            chain(chain.from_iterable(one.facts for one in rows), _stated_facts(statements, assets, components))
        ),
        events=frozenset(
            chain(chain.from_iterable(one.events for one in rows), _other_events(split, statements, assets, components))
        ),
        findings=_findings(split, placed),
        spans={part: history.spans for part, history in parts.items()},
        standing=_standing(placed, streams, split, statements, renamings),
    )


def _derive_parts(split: Split, renamings: Renamings, placed: Placed) -> dict[str, PartHistory]:
    parts = {component: placed.resolution.parts[base] for component, base in split.base_of.items()}
    return {
        component: derive_part(
            track, renamings.of_family(parts[component].family), placeholder=parts[component].is_placeholder
        )
        for component, track in split.tracks.items()
    }


def _standing(
    placed: Placed, streams: list[Stream], split: Split, statements: Statements, renamings: Renamings
) -> Standing:
    stated = statements.of_parts()
    return Standing(
        plain=plain_snapshots(placed),
        values=values_told(placed),
        words=words_told(placed, lambda part, asset: part if part in split.tracks else f"{part}@{asset}"),
        renamings=renamings.times(),
        flags=flags_of_parts(
            split.tracks,
            {(s.asset, s.source): s.readings[-1].t for s in streams},
            copies={component for component, base in split.base_of.items() if component != base},
            stated={component for component, base in split.base_of.items() if base in stated},
        ),
    )


def _assets(placed: Placed) -> dict[str, AssetBelief]:
    of_machine: dict[str, list[tuple[StoredSnapshot, Placement]]] = defaultdict(list)
    for snapshot, placement in placed.effective():
        if placement.asset:
            of_machine[placement.asset].append((snapshot, placement))
    return {key: show_asset(placed.resolution.machines[key], seen) for key, seen in of_machine.items()}


def _components(
    parts: Mapping[str, PartHistory], split: Split, streams: list[Stream], placed: Placed
) -> dict[str, ComponentBelief]:
    items = {ref: item for s in placed.snapshots for ref, item in zip(s.refs, s.items, strict=True)}
    newest: dict[tuple[str, str], datetime] = {(s.asset, s.source): s.readings[-1].t for s in streams}
    of_serial: dict[str, list[Span]] = defaultdict(list)
    for component, history in parts.items():
        of_serial[split.base_of[component]] += history.spans
    shown: dict[str, ComponentBelief] = {}
    for component, history in parts.items():
        base = split.base_of[component]
        latest = latest_items(history.spans, items, newest)
        # A copy that no tool saw, where a person put it, is of the kind that tools tell of its serial elsewhere.
        told = latest or latest_items(of_serial[base], items, newest)
        kind = most_specific(item.kind for item in told.values())
        shown[component] = show_component(component, placed.resolution.parts[base], history, latest, kind)
    return shown


def _known(
    statements: Statements, assets: Mapping[str, AssetBelief], components: Mapping[str, ComponentBelief]
) -> dict[Subject, list]:  # type: ignore[type-arg]
    """A statement about a serial that proved to be several parts waits until it names one of them."""
    known: Mapping[str, Mapping[str, object]] = {ASSET: assets, COMPONENT: components}
    return {subject: facts for subject, facts in statements.facts().items() if subject.key in known[subject.type]}


def _stated_facts(
    statements: Statements, assets: Mapping[str, AssetBelief], components: Mapping[str, ComponentBelief]
) -> Iterator[FactBelief]:
    for subject, facts in _known(statements, assets, components).items():
        yield from (fact_row(subject, fact) for fact in facts)


def _other_events(
    split: Split,
    statements: Statements,
    assets: Mapping[str, AssetBelief],
    components: Mapping[str, ComponentBelief],
) -> Iterator[EventBelief]:
    """Yield the events that do not follow from the history of a part."""
    for asset in assets.values():
        yield from asset_events(asset, statements.merges.get(asset.key))
    yield from stated_events(_known(statements, assets, components))
    for part, at in statements.splits.items():
        yield from split_events((c for c, base in split.base_of.items() if base == part), at)


def _findings(split: Split, placed: Placed) -> frozenset[FindingBelief]:
    effective: dict[Hashable, Placement] = {s.id: placement for s, placement in placed.effective()}
    enclosures = enclosures_of((effective[s.id].asset, s.machine.chassis_serial) for s, _ in placed.effective())
    return frozenset(
        chain(
            flag_findings(placed.resolution, effective, split.base_of),
            copy_findings(split.copies, placed.resolution, enclosures),
            future_findings(placed.snapshots, placed.placements, placed.resolution),
        )
    )
