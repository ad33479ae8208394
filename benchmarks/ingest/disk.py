"""Bytes on disk of one more day of a machine that does not change.

Several machines are reported daily by one tool. What the tables take is read on an early and on the last day, and the
difference is shared among the bundles between, so that pages and extents allotted at the start do not count. MariaDB:
`data_length + index_length` after ANALYZE TABLE, which counts pages anew and moves none (no OPTIMIZE); allotted extents
count although they are not full. SQLite: pages by table. Logs do not count.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.ingest.databases import KEPT, Kind
from benchmarks.ingest.telling import Telling
from benchmarks.ingest.texts import dmidecode, lshw
from benchmarks.ingest.worlds import Hardware, day, hardware, report
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, Sent, ingest_all
from reanimator_gql.services.parsing import read_upload
from reanimator_gql.store.database import Database
from reanimator_gql.store.tables import metadata

_EARLY = 30
_TOOLS: dict[str, Callable[[Hardware, datetime], bytes]] = {
    "hardware JSON": report,
    "dmidecode": dmidecode,
    "lshw": lshw,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What one unchanged day of one machine takes, in bytes; `file_bytes` is what was sent."""

    database: str
    tool: str
    bundles: int
    file_bytes: int
    raw: float
    derived: float


async def room(kind: Kind, machines: int, days: int) -> list[Room]:
    """Return what a day takes, by tool."""
    return [await _room(kind, tool, machines, days) for tool in _TOOLS]


async def _room(kind: Kind, tool: str, machines: int, days: int) -> Room:
    early = min(_EARLY, days // 2)
    telling = Telling(f"{kind.title}, {days} days of {tool}", machines * days)
    async with kind.at_head() as context:
        await _days(context, tool, machines, range(early), telling)
        before = await _taken(context.database)
        await _days(context, tool, machines, range(early, days), telling)
        after = await _taken(context.database)
    bundles = machines * (days - early)
    grown = {name: (after[name] - before[name]) / bundles for name in after}
    raw = sum(size for name, size in grown.items() if name.startswith(KEPT))
    return Room(kind.title, tool, bundles, len(_TOOLS[tool](hardware(0), day(0))), raw, sum(grown.values()) - raw)


async def _days(context: Context, tool: str, machines: int, days: range, telling: Telling) -> None:
    for number in days:
        sent = [_sent(tool, machine, day(number + machine / 1440)) for machine in range(machines)]
        await ingest_all(context, sent)
        telling.step(machines)


def _sent(tool: str, machine: int, t: datetime) -> Sent:
    content = _TOOLS[tool](hardware(machine), t)
    given = Given(collected_at=None if tool == "hardware JSON" else t)
    return Sent(io.BytesIO(content), given, read_upload(io.BytesIO(content), None))


async def _taken(database: Database) -> dict[str, int]:
    """Return the bytes that each table takes with its indexes."""
    async with database.reading() as connection:
        taken = await (_in_sqlite if database.is_sqlite else _in_mariadb)(connection)
    return {name: taken[name] for name in metadata.tables}


async def _in_mariadb(connection: AsyncConnection) -> dict[str, int]:
    for name in metadata.tables:
        await connection.execute(text(f"ANALYZE TABLE `{name}`"))
    lengths = "SELECT table_name AS name, data_length + index_length AS size FROM information_schema.tables"
    rows = await connection.execute(text(f"{lengths} WHERE table_schema = DATABASE()"))
    return {row.name: int(row.size) for row in rows}


async def _in_sqlite(connection: AsyncConnection) -> dict[str, int]:
    sizes = "SELECT m.tbl_name AS name, sum(s.pgsize) AS size FROM dbstat s JOIN sqlite_master m ON m.name = s.name"
    return {row.name: int(row.size) for row in await connection.execute(text(f"{sizes} GROUP BY m.tbl_name"))}
