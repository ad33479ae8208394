"""What is believed of the parts whose spans an arrival changes, before and after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.compressed import NONE, Flags
from reanimator_gql.domain.derivation.model import Span
from reanimator_gql.domain.derivation.parts import Renamed
from reanimator_gql.domain.derivation.revision import WHOLE, Case, Known, Revision, Window, revise
from reanimator_gql.domain.derivation.weaving import Unsure
from reanimator_gql.domain.identity.model import Identifier, Part
from reanimator_gql.domain.identity.places import normal_place
from reanimator_gql.domain.identity.recognition import Unrecognised
from reanimator_gql.services.changing import Woven, told_in
from reanimator_gql.services.learning import Held
from reanimator_gql.store.believed import component_of
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.following import ChangedPart
from reanimator_gql.store.revising import Revised
from reanimator_gql.store.spans import span_of
from reanimator_gql.store.standing_reads import Reach, components_by_id, reaches, renamed_at, spans_of


class Elsewhere(Exception):
    """The parts stand on other machines too, which must be held before they are read."""

    def __init__(self, asset_ids: set[int]) -> None:
        super().__init__(asset_ids)
        self.asset_ids = asset_ids


@dataclass(slots=True)
class _Concerned:
    """What is read of the parts that an arrival concerns."""

    ids: dict[str, int]
    rows: Mapping[int, Any] = field(default_factory=dict)
    reaches: Mapping[int, Mapping[int, Reach]] = field(default_factory=dict)
    others: dict[int, list[Any]] = field(default_factory=dict)


async def revise_parts(connection: AsyncConnection, cache: ContentCache, woven: Woven, held: Held) -> list[ChangedPart]:
    """Return the parts that an arrival changes. Raises Unsure, Unrecognised, or Elsewhere where more must be held."""
    found = await _read(connection, woven, held)
    known = await _known(connection, cache, woven, found)
    changed: list[ChangedPart] = []
    whole: list[str] = []
    for part in sorted(woven.after):
        case = _case(woven, found, part)
        try:
            changed.append(_changed(woven, found, part, case, revise(case, known)))
        except Unsure:
            if not case.window:
                raise
            whole.append(part)
    if whole:
        changed += await _whole(connection, cache, woven, found, known, whole)
    return changed


async def _read(connection: AsyncConnection, woven: Woven, held: Held) -> _Concerned:
    learned = set(woven.learned.known.values())
    ids = {part: int(part[1:]) for part in woven.after if part not in woven.new_parts}
    found = _Concerned(ids)
    concerned = set(ids.values())
    found.rows = await components_by_id(connection, concerned)
    found.reaches = await reaches(connection, concerned)
    own = woven.arrival.head.stream_id
    elsewhere = {i for i, streams in found.reaches.items() if streams.keys() - {own}}
    for row in await spans_of(connection, elsewhere, but_of=own):
        found.others.setdefault(row.component_id, []).append(row)
    assets = {row.asset_id for rows in found.others.values() for row in rows}
    if held is not None and not assets <= held.assets:
        raise Elsewhere(assets)
    for component_id in concerned:
        stored = found.rows.get(component_id)
        if stored is None or not stored.alive or (component_id in learned and not _is_plain(stored)):
            raise Unrecognised("a part that is not believed in, or one of several that bear a serial")
    _check_flags(woven, found)
    return found


def _is_plain(row: Any) -> bool:
    """Whether the part is the only one of its serial."""
    return bool(row.key == f"{row.family}:{row.vendor_serial}")


def _check_flags(woven: Woven, found: _Concerned) -> None:
    learned = set(woven.learned.known.values())
    concerned = set(found.ids.values())
    rows = [row for row in woven.rows if row.component_id in concerned]
    for row in (*rows, *(row for rows_of in found.others.values() for row in rows_of)):
        late_copy = row.flags & Flags.COPY and (not woven.arrival.is_newest or row.component_id in learned)
        if row.flags & Flags.STATED or late_copy:
            raise Unsure("parts that somebody stated something about, or that bear one serial")


async def _known(connection: AsyncConnection, cache: ContentCache, woven: Woven, found: _Concerned) -> Known:
    rows = [row for rows in found.others.values() for row in rows]
    await _learn_items(connection, cache, woven, rows)
    arrival = woven.arrival
    before = {(row.asset_key, row.source): row.newest_t for row in rows if row.newest_t is not None}
    before[arrival.stream] = arrival.head.newest_t
    stream_ids = {(row.asset_key, row.source): row.stream_id for row in rows}
    stream_ids[arrival.stream] = arrival.head.stream_id
    times = await renamed_at(connection, set(stream_ids.values()) if _tell_several_places(woven, rows) else ())
    for family in woven.renamed:
        times[arrival.head.stream_id, family].append(arrival.t)
    return Known(
        told_of=lambda span: told_in(span, woven.items),
        item_of=lambda span: woven.items[span.ref],
        renamed_in=lambda family: _renamed_in(family, stream_ids, times),
        before=before,
        after=before | {arrival.stream: max(arrival.t, arrival.head.newest_t)},
    )


def _tell_several_places(woven: Woven, others: Iterable[Any]) -> bool:
    """Whether a part was told in several places, so that it matters whether they were renamed."""
    places: dict[str, set[str | None]] = defaultdict(set)
    for part, span in chain(_spans_of(woven.before), _spans_of(woven.after)):
        places[part].add(normal_place(woven.items[span.ref].slot))
    for row in others:
        places[f"#{row.component_id}"].add(normal_place(woven.items[row.observation_id].slot))
    return any(len(told - {None}) > 1 for told in places.values())


def _spans_of(parts: Mapping[str, Sequence[Span]]) -> Iterator[tuple[str, Span]]:
    return ((part, span) for part, spans in parts.items() for span in spans)


def _renamed_in(
    family: str, stream_ids: Mapping[tuple[str, str], int], times: Mapping[tuple[int, str], list[datetime]]
) -> Renamed:
    def renamed(asset: str, source: str, after: datetime, at: datetime) -> bool:
        return any(after < t <= at for t in times.get((stream_ids[asset, source], family), ()))

    return renamed


async def _learn_items(connection: AsyncConnection, cache: ContentCache, woven: Woven, rows: Iterable[Any]) -> None:
    spans = [span_of(row, row.asset_key) for row in rows]
    wanted: set[Any] = {ref for span in spans for ref in (span.ref, *span.also)}
    woven.items |= await cache.items(connection, wanted - woven.items.keys())


def _case(woven: Woven, found: _Concerned, part: str) -> Case:
    if part in woven.new_parts:
        return Case(woven.new_parts[part], (), woven.after[part])
    component_id = found.ids[part]
    row = found.rows[component_id]
    others = [span_of(other, other.asset_key) for other in found.others.get(component_id, ())]
    reach = found.reaches.get(component_id, {}).get(woven.arrival.head.stream_id)
    told = [one for one in (*woven.rows, *found.others.get(component_id, ())) if one.component_id == component_id]
    return Case(
        part=_part(row),
        old=woven.before[part],
        new=woven.after[part],
        others=others,
        shown=component_of(row, ()),
        window=_window(woven.before[part], reach),
        is_copy=any(one.flags & Flags.COPY for one in told),
    )


def _part(row: Any) -> Part:
    """Return the part of a row. What names it changes with its words alone, so that only its serial is needed here."""
    names = (Identifier("serial", row.vendor_serial),) if row.vendor_serial is not None else ()
    return Part(row.key, row.family, names, row.machine, row.place)


def _window(spans: Sequence[Span], reach: Reach | None) -> Window:
    if reach is None:
        return WHOLE
    begins = [span.first for span in spans]
    return Window(
        lacks_earlier=not begins or reach.first < min(begins), lacks_later=not begins or reach.last > max(begins)
    )


def _changed(woven: Woven, found: _Concerned, part: str, case: Case, revision: Revision) -> ChangedPart:
    component_id = found.ids.get(part)
    stored = found.rows[component_id] if component_id is not None else None
    stood = [row for row in woven.rows if component_id is not None and row.component_id == component_id]
    stand = [(span, revision.flags.get(span, NONE)) for span in case.new]
    if not case.window and component_id is not None:
        stood += found.others.get(component_id, [])
        stand += [(span, revision.flags.get(span, NONE)) for span in case.others]
    return ChangedPart(Revised(revision.belief, revision.rows, stored), stood, stand)


async def _whole(  # noqa: PLR0913 - what is known, and the parts for which it does not suffice
    connection: AsyncConnection,
    cache: ContentCache,
    woven: Woven,
    found: _Concerned,
    known: Known,
    parts: Sequence[str],
) -> list[ChangedPart]:
    """Look at parts of very many spans whole: for what a window does not show."""
    ids = {found.ids[part] for part in parts}
    rows = [row for row in await spans_of(connection, ids) if row.stream_id == woven.arrival.head.stream_id]
    await _learn_items(connection, cache, woven, rows)
    woven.rows = [row for row in woven.rows if row.component_id not in ids] + rows
    _check_flags(woven, found)
    weave = woven.weave()
    changed = []
    for part in parts:
        spans = [span_of(row, row.asset_key) for row in rows if row.component_id == found.ids[part]]
        woven.before[part], woven.after[part] = spans, weave.into(part, spans)
        case = replace(_case(woven, found, part), window=WHOLE)
        changed.append(_changed(woven, found, part, case, revise(case, known)))
    return changed
