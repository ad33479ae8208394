"""The tally of an ingestion: what became of each bundle, told while it runs and summed up at its end."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from reanimator_gql.cli.bundles import Bundle
from reanimator_gql.cli.running import complain
from reanimator_gql.domain.snapshot import Warn

_SHOWN = 20


@dataclass(slots=True)
class Tally:
    """Counts of one run."""

    bundles: int = 0
    known: int = 0
    refused: int = 0
    machines: int = 0
    parts: int = 0
    events: int = 0
    by_format: Counter[str] = field(default_factory=Counter)

    def take(self, bundle: Bundle, *, created: bool, formats: Collection[str], warnings: Iterable[Warn]) -> None:
        """Count a bundle that was taken in, and name the files in it that were not read."""
        self.bundles += 1
        self.known += not created
        self.by_format.update(formats)
        unread = [one for one in warnings if one.message.startswith("not read")]
        for one in unread[:_SHOWN]:
            complain(f"{one.message.partition(':')[0]} in {bundle.path}: {one.path}:{one.message.partition(':')[2]}")
        if len(unread) > _SHOWN:
            complain(f"not read in {bundle.path}: {len(unread) - _SHOWN} more files")

    def refuse(self, bundle: Bundle, reason: object) -> None:
        """Count and name a bundle that was refused."""
        self.bundles += 1
        self.refused += 1
        complain(f"refused {bundle.path}: {str(reason).removeprefix(f'{bundle.filename}: ')}")

    def lines(self) -> list[str]:
        """Return the summary."""
        taken = self.bundles - self.refused
        formats = ", ".join(f"{name} {count}" for name, count in sorted(self.by_format.items()))
        return [
            *([f"by format: {formats}"] if formats else []),
            f"{taken} of {self.bundles} bundles taken in ({self.known} of them known before): "
            f"{self.machines} machines, {self.parts} parts, {self.events} events; {self.refused} refused",
        ]
