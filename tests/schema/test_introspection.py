"""Whoever meets the graph for the first time finds a word on everything in it."""

from typing import Any

from graphql import get_introspection_query

from reanimator_gql.schema import (
    asset_queries,
    build_schema,
    component_queries,
    findings,
    installations,
    log_bundles,
    print_schema,
    snapshots,
    timeline_events,
)
from reanimator_gql.store import assets as asset_store
from reanimator_gql.store import components as component_store
from reanimator_gql.store import findings as finding_store
from reanimator_gql.store import installations as installation_store
from reanimator_gql.store import log_bundles as bundle_store
from reanimator_gql.store import snapshot_reads
from reanimator_gql.store import timeline_events as event_store


def _types() -> list[dict[str, Any]]:
    query = get_introspection_query(descriptions=True, input_value_deprecation=True)
    result = build_schema().execute_sync(query)
    assert result.data is not None
    return [one for one in result.data["__schema"]["types"] if not one["name"].startswith("__")]


def test_every_type_field_argument_and_value_is_described() -> None:
    bare = []
    for one in _types():
        members = [*(one["fields"] or []), *(one["inputFields"] or []), *(one["enumValues"] or [])]
        arguments = [(f"{one['name']}.{field['name']}", arg) for field in one["fields"] or [] for arg in field["args"]]
        named = [(one["name"], member) for member in members] + arguments
        bare += [one["name"]] if not one["description"] else []
        bare += [f"{place}.{member['name']}" for place, member in named if not member["description"]]
    assert bare == []


def test_no_argument_has_the_default_null() -> None:
    assert "= null" not in print_schema()


def test_what_can_be_left_out_can_be_null() -> None:
    assert "first: Int\n" in print_schema()


def test_lists_offer_the_orders_that_the_store_knows() -> None:
    offered = {
        asset_queries.AssetOrderField: asset_store.ORDERINGS,
        component_queries.ComponentOrderField: component_store.ORDERINGS,
        installations.InstallationOrderField: installation_store.ORDERINGS,
        snapshots.SnapshotOrderField: snapshot_reads.ORDERINGS,
        timeline_events.TimelineEventOrderField: event_store.ORDERINGS,
        findings.FindingOrderField: finding_store.ORDERINGS,
        log_bundles.LogBundleOrderField: bundle_store.ORDERINGS,
    }
    for enum, orderings in offered.items():
        assert {one.value for one in enum} == orderings.keys()
    cursors = [ordering.name for orderings in offered.values() for ordering in orderings.values()]
    assert len(set(cursors)) == len(cursors), "cursors of two orders could be taken for each other"
