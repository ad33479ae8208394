"""The tables, in groups that different database users may own.

Inputs (`raw`, `inputs`) are only ever inserted. Everything else is derived from them and can be thrown away and derived
again.
"""

from reanimator_gql.store.tables.base import metadata
from reanimator_gql.store.tables.beliefs import (
    asset_identifiers,
    assets,
    assets_past,
    component_identifiers,
    components,
    components_past,
    facts,
    facts_past,
    finding_snapshots,
    finding_subjects,
    findings,
    installations,
    installations_past,
    lots,
    timeline_events,
)
from reanimator_gql.store.tables.inputs import (
    event_values,
    identifier_set_values,
    identifier_sets,
    inventories,
    observations,
    recorded_events,
    snapshots,
    value_locks,
)
from reanimator_gql.store.tables.raw import log_bundles, raw_blob, raw_keyframe, raw_part
from reanimator_gql.store.tables.standing import (
    placements,
    plain_identifiers,
    renamings,
    snapshot_telemetry,
    spans,
    stream_values,
    streams,
    words,
)
from reanimator_gql.store.tables.work import bundle_status, event_status, feed, idempotency_keys, publications

__all__ = [
    "asset_identifiers",
    "assets",
    "assets_past",
    "bundle_status",
    "component_identifiers",
    "components",
    "components_past",
    "event_status",
    "event_values",
    "facts",
    "facts_past",
    "feed",
    "finding_snapshots",
    "finding_subjects",
    "findings",
    "idempotency_keys",
    "identifier_set_values",
    "identifier_sets",
    "installations",
    "installations_past",
    "inventories",
    "log_bundles",
    "lots",
    "metadata",
    "observations",
    "placements",
    "plain_identifiers",
    "publications",
    "raw_blob",
    "raw_keyframe",
    "raw_part",
    "recorded_events",
    "renamings",
    "snapshot_telemetry",
    "snapshots",
    "spans",
    "stream_values",
    "streams",
    "timeline_events",
    "value_locks",
    "words",
]
