"""Rule A2: a tag that names several machines, by contradicting makers or as the serial of an enclosure.

A shared tag is dropped: the tag that the UUID spells takes its place where it is another, else board or UUID are left.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations, pairwise

from reanimator_gql.domain.identity.identifiers import Identity, identify
from reanimator_gql.domain.identity.makers import family_name, systems_contradict
from reanimator_gql.domain.identity.model import Flag, Sighting, SightingId
from reanimator_gql.domain.identity.part_serials import memory_and_drives

_NODE_PRODUCTS = re.compile(r"^(?:SBI|SBA|SYS-5038|SYS-5039)|TR-|TP-|BT-")
_NODE_LETTER = re.compile(r"^.{15}[A-H]$")


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting with its identity as it counts: `tag` may be qualified by a maker (`J30ABC1@dell`) or dropped.

    One whose tag `was_shared` is not named by its enclosure either.
    """

    sighting: Sighting
    identity: Identity
    was_shared: bool = False


@dataclass(slots=True)
class Tagged:
    """The sightings after rule A2, and what was found on the way."""

    seen: list[Seen]
    flags: list[Flag] = field(default_factory=list)
    in_question: set[SightingId] = field(default_factory=set)
    """Sightings under a tag of several nodes, not declared as shared: when they were seen decides what it names."""


def read_tags(sightings: Iterable[Sighting]) -> Tagged:
    """Give each sighting the tag that names one machine, if there is one."""
    tagged = Tagged([Seen(s, identify(s.machine, s.source)) for s in sightings])
    _read_names(tagged)
    _split_by_maker(tagged)
    while shared := _shared_tags(tagged):
        _drop(tagged, shared)
        _split_by_maker(tagged)
    return tagged


def _read_names(tagged: Tagged) -> None:
    """A name given beside an upload is a tag, unless no sighting has that tag and some sighting has it as its board."""
    tags = {seen.identity.tag for seen in tagged.seen}
    boards = {seen.identity.board for seen in tagged.seen}
    for index, seen in enumerate(tagged.seen):
        if named := seen.identity.named:
            kind = "board" if named not in tags and named in boards else "tag"
            tagged.seen[index] = replace(seen, identity=replace(seen.identity, **{kind: named}))


def _groups(seen: Sequence[Seen], tag_of: Callable[[Identity], str | None]) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(seen):
        if tag := tag_of(one.identity):
            groups[tag].append(index)
    return groups


def _bare_tag(identity: Identity) -> str | None:
    """Return the tag without the maker that qualifies it."""
    if identity.tag is None or identity.maker is None:
        return identity.tag
    return identity.tag.removesuffix(f"@{family_name(identity.maker)}")


def _split_by_maker(tagged: Tagged) -> None:
    """A2a: contradicting system makers are one machine each; a sighting of no known maker counts as without a tag."""
    for tag, group in _groups(tagged.seen, _bare_tag).items():
        identities = [tagged.seen[index].identity for index in group]
        makers = sorted({one.maker for one in identities if one.maker})
        was_split = any(one.tag != tag for one in identities)
        if not was_split and not any(systems_contradict(a, b) for a, b in combinations(makers, 2)):
            continue
        orphans: set[SightingId] = set()
        for index in group:
            seen = tagged.seen[index]
            maker = seen.identity.maker
            qualified = f"{tag}@{family_name(maker)}" if maker else None
            tagged.seen[index] = replace(seen, identity=replace(seen.identity, tag=qualified))
            if maker is None:
                orphans.add(seen.sighting.id)
        if orphans:
            tagged.flags.append(Flag("AMBIGUOUS_ID", f"tag:{tag}", frozenset(orphans)))


def _shared_tags(tagged: Tagged) -> dict[str, list[int]]:
    shared = {}
    for tag, group in _groups(tagged.seen, lambda identity: identity.tag).items():
        members = [tagged.seen[index] for index in group]
        if any(_declares(seen.identity) for seen in members):
            shared[tag] = group
            continue
        nodes = _nodes(members)
        if len(nodes) > 1:
            tagged.in_question |= {seen.sighting.id for seen in members}
        if _nodes_differ(nodes):
            shared[tag] = group
    return shared


def _declares(identity: Identity) -> bool:
    """Supermicro's blades and twins tell the enclosure's serial, unless it ends in the node's letter."""
    return (
        identity.maker == "supermicro"
        and _NODE_PRODUCTS.search((identity.product or "").upper()) is not None
        and _NODE_LETTER.match(_bare_tag(identity) or "") is None
    )


def _drop(tagged: Tagged, shared: Mapping[str, list[int]]) -> None:
    for tag, group in shared.items():
        concerned = frozenset(tagged.seen[index].sighting.id for index in group)
        tagged.flags.append(Flag("SHARED_TAG", f"tag:{tag}", concerned))
        for index in group:
            seen = tagged.seen[index]
            spelled = seen.identity.uuid_tag
            other = spelled if spelled != _bare_tag(seen.identity) else None
            identity = replace(seen.identity, tag=other, uuid_tag=None)
            tagged.seen[index] = replace(seen, identity=identity, was_shared=True)


@dataclass(slots=True)
class _Node:
    """One board (else UUID) under a tag: when each tool saw it, and the memory and drives it held."""

    times: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[datetime, set[str]] = field(default_factory=lambda: defaultdict(set))

    def span(self) -> tuple[datetime, datetime]:
        """First and last time at which its parts were seen."""
        return min(self.parts), max(self.parts)


def _nodes_differ(nodes: Mapping[str, _Node]) -> bool:
    if len(nodes) < 2:
        return False
    return _seen_by_turns(list(nodes.values())) or _hold_other_parts([n for n in nodes.values() if n.parts])


def _nodes(group: Sequence[Seen]) -> Mapping[str, _Node]:
    """Node of a sighting: its board, else the one board seen with its UUID under this tag, else the UUID."""
    boards: dict[str, set[str]] = defaultdict(set)
    for seen in group:
        if seen.identity.uuid and seen.identity.board:
            boards[seen.identity.uuid].add(seen.identity.board)
    nodes: dict[str, _Node] = defaultdict(_Node)
    for seen in group:
        uuid = seen.identity.uuid
        with_uuid = boards.get(uuid or "", set())
        key = seen.identity.board or (next(iter(with_uuid)) if len(with_uuid) == 1 else uuid)
        if key is None:
            continue
        nodes[key].times[seen.sighting.source].append(seen.sighting.t)
        if parts := memory_and_drives(seen.sighting.items):
            nodes[key].parts[seen.sighting.t] |= parts
    return nodes


def _seen_by_turns(nodes: Sequence[_Node]) -> bool:
    """One tool saw two nodes with overlapping first-last spans: no board swap looks like that."""
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for node in nodes:
        for source, times in node.times.items():
            spans[source].append((min(times), max(times)))
    return any(later[0] <= earlier[1] for of_tool in spans.values() for earlier, later in pairwise(sorted(of_tool)))


def _hold_other_parts(nodes: Sequence[_Node]) -> bool:
    """Two neighbours in time share fewer than half of the smaller one's memory and drives."""
    for older, newer in pairwise(
        sorted(nodes, key=lambda node: (*node.span(), sorted(set().union(*node.parts.values()))))
    ):
        if newer.span()[0] <= older.span()[1]:
            before, after = set().union(*older.parts.values()), set().union(*newer.parts.values())
        else:
            before, after = older.parts[older.span()[1]], newer.parts[newer.span()[0]]
        if 2 * len(before & after) < min(len(before), len(after)):
            return True
    return False
