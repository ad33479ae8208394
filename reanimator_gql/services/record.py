"""Recording what a person or another system states: kept under its id for ever, and the history derived again."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.identity.naming import part_spellings, spellings
from reanimator_gql.domain.kinds import CARD, DIMM, DRIVE
from reanimator_gql.domain.recorded_events import RecordedEvent, decode_event
from reanimator_gql.services.context import Context
from reanimator_gql.services.deriving import Locked, Seeds, locked_write, rederive
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.future import let_in_what_is_due
from reanimator_gql.services.spelling import spelled
from reanimator_gql.store.content import fit
from reanimator_gql.store.neighbourhood import target_value
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.recorded_events import write_event


@dataclass(frozen=True, slots=True)
class Recorded:
    """The event's id, whether it is new, and the feed position it took (None: it changed nothing yet)."""

    id: str
    created: bool
    position: int | None = None


async def record(context: Context, event: RecordedEvent) -> Recorded:
    """Keep an event and derive again what it touches. Raises Refused."""
    await let_in_what_is_due(context)
    event = await spelled(context, event)
    values = fit(_values(event))
    seeds = Seeds(values=values, events=[event.id])

    async def work(connection: AsyncConnection, held: Locked) -> Recorded:
        now = context.clock()
        before = await write_event(connection, event, values, now)
        if before is not None:
            _same(event, before)
            return Recorded(event.id, created=False)
        published = await rederive(connection, held, seeds, now, Cause("event", event.id))
        return Recorded(event.id, True, published.publication.position if published.publication else None)

    return await locked_write(context, seeds, work)


def _same(event: RecordedEvent, stored: bytes) -> None:
    if decode_event(stored) != event:
        raise Refused(
            "IDEMPOTENCY_MISMATCH",
            f"the event {event.id!r} was recorded before with other content",
            "give a new event an id of its own; a wrong event is voided by a `void` that names it",
        )


def _values(event: RecordedEvent) -> set[str]:
    """The values through which an event is connected with other inputs."""
    values: set[str] = set()
    for name in ("asset", "with_asset"):
        if text := getattr(event, name, None):
            values |= spellings(text) | spellings(_in_key(text))
    for name in ("component", "serial"):
        if text := getattr(event, name, None):
            for family in (DIMM, DRIVE, CARD, ""):
                values |= part_spellings(text, family) | part_spellings(_in_key(text), family)
            values |= spellings(_in_key(text.partition("/")[0]))  # a placeholder is found through its machine
    if target := getattr(event, "target", None):
        values.add(target_value(target))
    return values


def _in_key(text: str) -> str:
    """The identifier in a key such as `tag:11WLK93` or `DRIVE:S521NA0T605357@tag:11WLK93`."""
    return text.partition(":")[2].partition("@")[0].partition("|")[0]
