"""The places of observations in the uploads that were asked for last: finding them is dear, and pages ask again."""

from collections import OrderedDict
from dataclasses import dataclass, field

from reanimator_gql.domain.snapshot import Origin

Places = dict[int, tuple[Origin | None, ...]]
"""Of each snapshot of a bundle the places of its observations, in canonical order."""


@dataclass(slots=True)
class PlaceCache:
    """Places by bundle, bounded; ids are those of one database."""

    size: int = 64
    _known: OrderedDict[int, Places] = field(default_factory=OrderedDict)

    def get(self, bundle_id: int) -> Places | None:
        """Return what is known of a bundle."""
        if bundle_id in self._known:
            self._known.move_to_end(bundle_id)
        return self._known.get(bundle_id)

    def put(self, bundle_id: int, places: Places) -> None:
        """Keep what was found of a bundle."""
        self._known[bundle_id] = places
        while len(self._known) > self.size:
            self._known.popitem(last=False)
