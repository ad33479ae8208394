"""A bundle on its way in, and what is kept of it once it has been taken in or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.services.parsing import parsers_version
from reanimator_gql.services.restless import warnings_of_restless
from reanimator_gql.store.bundles import DONE, REFUSED, keep_warnings
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.snapshots import NewSnapshot

_NOTHING: dict[str, Any] = {
    "format": None, "code": None, "reason": None, "remedy": None, "warnings_id": None,
    "snapshots": 0, "observations": 0, "position": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """The snapshots of a bundle that were placed, and the feed position they took.

    `latest`: of each stream that they changed, the latest inventories, oldest first.
    """

    snapshot_ids: Sequence[int]
    latest: Sequence[Sequence[int]] = ()
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the parsers read in a bundle and admission let through, with what its sender is to be warned of."""

    bundle_id: int
    formats: Sequence[str]
    new: Sequence[NewSnapshot]
    warnings: Sequence[Warn]

    async def outcome(self, connection: AsyncConnection, cache: ContentCache, taken: Taken) -> dict[str, Any]:
        """Return what is kept of the bundle once its snapshots stand."""
        restless = await warnings_of_restless(connection, cache, taken.latest)
        return _NOTHING | {
            "bundle_id": self.bundle_id,
            "status": DONE,
            "parser_version": parsers_version(),
            "format": " ".join(self.formats),
            "warnings_id": await keep_warnings(connection, cache, [*self.warnings, *restless]),
            "snapshots": len(taken.snapshot_ids),
            "observations": sum(len(one.content.items) for one in self.new),
            "position": taken.position,
        }


def refusal(bundle_id: int, code: str, reason: str, remedy: str | None) -> dict[str, Any]:
    """Return what is kept of a bundle that was refused. It shows nowhere else."""
    told = {"bundle_id": bundle_id, "status": REFUSED, "parser_version": parsers_version()}
    return _NOTHING | told | {"code": code, "reason": reason, "remedy": remedy}
