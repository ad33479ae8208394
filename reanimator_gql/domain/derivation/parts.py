"""The history of one part: its track read by the rule, split by asset where one serial proves to be on two machines."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from reanimator_gql.domain.derivation import changes as c
from reanimator_gql.domain.derivation.model import Change, Fact, PartHistory, Seen, Track
from reanimator_gql.domain.derivation.order import Losses, copies, in_order, runs_of, without_handovers
from reanimator_gql.domain.derivation.stays import build_stays, without_sightings


class Copies(NamedTuple):
    """The proof that one serial is on two machines: the four sightings a <= b < a' <= b'."""

    part: str
    proof: tuple[Seen, Seen, Seen, Seen]

    @property
    def since(self) -> datetime:
        """The time that completed the proof."""
        return self.proof[-1].t


class Split(NamedTuple):
    """Tracks after rule C9: `base_of` gives the part, as identity knows it, of each component."""

    tracks: dict[str, Track]
    base_of: dict[str, str]
    copies: list[Copies]


def split_copies(tracks: Mapping[str, Track], stated: Collection[str] = ()) -> Split:
    """Split each ambiguous serial by asset (rule C9).

    `stated` names the parts that a person declared to be several: they are split without a proof or a finding.
    """
    result = Split({}, {}, [])
    for part, track in tracks.items():
        proof = None if part in stated else proof_of_copies(track)
        if proof:
            result.copies.append(Copies(part, proof))
        components = _by_asset(part, track) if proof or part in stated else {part: track}
        result.tracks.update(components)
        result.base_of.update(dict.fromkeys(components, part))
    return result


def proof_of_copies(track: Track) -> tuple[Seen, Seen, Seen, Seen] | None:
    """Return the sightings that prove one serial to be on two machines (rule C9); None: nothing does."""
    if len({s.asset for s in track.seen}) < 2:
        return None
    return copies(runs_of(in_order(track.seen), Losses(track.lost)))


def _by_asset(part: str, track: Track) -> dict[str, Track]:
    return {
        f"{part}@{asset}": Track(
            tuple(s for s in track.seen if s.asset == asset),
            tuple(loss for loss in track.lost if loss.asset == asset),
            tuple(span for span in track.spans if span.asset == asset),
        )
        for asset in sorted({s.asset for s in track.seen})
    }


Renamed = Callable[[str, str, datetime, datetime], bool]


def derive_part(track: Track, renamed: Renamed, *, placeholder: bool) -> PartHistory:
    """Apply the rule to one part."""
    losses = Losses(track.lost)
    everything = in_order(track.seen)
    seen = everything
    if _wandered(everything):
        seen = in_order(without_handovers(everything, runs_of(everything, losses)))
    stays = build_stays(seen, losses)
    found: list[Change] = []
    facts: list[Fact] = []
    for stay in stays:
        moved, relinked = c.slot_changes(stay, renamed), c.link_changes(stay)
        found += moved + relinked
        facts += c.value_facts(c.SLOT, stay.seen, lambda s: s.told.slot, moved, stay)
        facts += c.value_facts(c.LINK, stay.seen, lambda s: s.told.link_width, relinked, stay)
    flashed = c.firmware_changes(everything)
    found += flashed
    facts += c.value_facts(c.FIRMWARE, everything, lambda s: s.told.firmware, flashed)
    if placeholder:
        exchanged = c.model_changes(everything)
        found += exchanged
        facts += c.value_facts(c.MODEL, everything, lambda s: s.told.model, exchanged)
    return PartHistory(tuple(without_sightings(stay) for stay in stays), tuple(found), tuple(facts), track.spans)


def _wandered(seen: list[Seen]) -> bool:
    return any(s.asset != seen[0].asset for s in seen)
