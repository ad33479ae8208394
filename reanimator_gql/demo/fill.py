"""Filling a database with the made fleet, through the same ingestion that real bundles take."""

import io
from collections.abc import Callable

from reanimator_gql.demo.fleet import MONTHS, fleet_logs
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, ingest
from reanimator_gql.store.bundles import senders

WHO = "demo"


class NotADemo(ValueError):
    """The database holds more than an earlier demo."""


async def check_is_demo(context: Context) -> None:
    """Refuse a database that anybody else has sent bundles to. Raises NotADemo."""
    async with context.database.reading() as connection:
        others = [who for who in await senders(connection) if who != WHO]
    if others:
        raise NotADemo(
            "this database holds bundles that no demo made; name an empty one in DATABASE_DSN, "
            "or unset it to use reanimator-demo.db"
        )


def total(assets: int) -> int:
    """Return how many bundles the fleet sends."""
    return assets * MONTHS


async def fill(context: Context, assets: int, on_sent: Callable[[], None]) -> None:
    """Send every bundle of the fleet; those that an earlier demo sent are known and cost little."""
    for log in fleet_logs(assets):
        await ingest(context, io.BytesIO(log.content), Given(filename=log.filename, who=WHO))
        on_sent()
