"""However many rows, a query sends the same statements: the number depends on its shape alone."""

from types import SimpleNamespace
from typing import Any

import pytest

from reanimator_gql.execution.batch import BATCH
from reanimator_gql.schema.assets import Asset
from reanimator_gql.schema.components import Component
from reanimator_gql.schema.context import RequestContext
from reanimator_gql.schema.node import load
from reanimator_gql.services.context import Context
from reanimator_gql.store.reader import Reader
from tests.schema.asking import ask, statements
from tests.schema.fleet import write_fleet

pytestmark = pytest.mark.thorough

HIERARCHY = """
query ($first: Int) { assets(first: $first) { nodes {
  id vendorSerial manufacturer model name state
  installed { id slot installedAt component {
    id kind vendorSerial manufacturer model partNumber firmware firstSeenAt } } } } }
"""

DEEP = """
query ($first: Int) { assets(first: $first) { totalCount pageInfo { hasNextPage } nodes {
  vendorSerial state lastSeenAt identifiers { kind value } mergedInto { id }
  then: installed(at: "2025-06-01T00:00:00Z", knownAt: "2025-06-01T00:00:00Z") {
    slot component { firmware(at: "2025-06-01T00:00:00Z") } }
  installed { slot component {
    state linkSpeedGts lastSeenAt identifiers { value } installation { asset { vendorSerial } slot }
    timeline(first: 2) { totalCount nodes { kind subject { __typename } installation { slot } asset { id } } }
    installations(last: 1) { totalCount nodes { slot } }
    observations(first: 1) { nodes { firstSeenAt component { id } } }
    findings { totalCount } } }
  firmware { version component { id } }
  installations(first: 2) { totalCount edges { cursor node { component { vendorSerial } } } }
  timeline(first: 3) { totalCount pageInfo { endCursor } nodes { component { vendorSerial } } }
  snapshots(first: 2) { nodes {
    changed voided
    logBundle { assets { id } timeline { totalCount } findings { nodes { code } } snapshots { nodes { id } } }
    observations { component { id } lastSeenAt } } }
  findings { nodes { sentence subjects { __typename } evidence { snapshot { collectedAt } } } }
} } }
"""


@pytest.mark.parametrize("document", [HIERARCHY, DEEP], ids=["hierarchy", "deep"])
async def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(context: Context, document: str) -> None:
    await write_fleet(context, 500, parts=2)
    sent = {}
    for first in (1, 2, 200):
        with statements(context) as seen:
            data = await ask(context, document, first=first)
        assert len(data["assets"]["nodes"]) == first
        sent[first] = len(seen)
    assert len(set(sent.values())) == 1, sent


def _relations() -> list[Any]:
    """Every relation below a machine or a part, with its batch resolver, as the schema declares them."""
    return [
        pytest.param(noun, field.metadata[BATCH], id=f"{noun}.{field.python_name}")
        for noun, declared in (("Asset", Asset), ("Component", Component))
        for field in declared.__strawberry_definition__.fields
        if BATCH in field.metadata
    ]


@pytest.mark.parametrize(("noun", "batch"), _relations())
async def test_a_relation_sends_as_many_statements_for_five_hundred_parents_as_for_one(
    context: Context, noun: str, batch: Any
) -> None:
    await write_fleet(context, 500, parts=1)
    ids = [n if noun == "Asset" else n * 100 for n in range(1, 501)]
    sent = {}
    for many in (1, 500):
        async with Reader(context.database) as reader:
            info = SimpleNamespace(context=RequestContext(context, reader), selected_fields=[])
            parents = await load(info, noun, ids[:many])
            assert None not in parents
            with statements(context) as seen:
                assert len(await batch(parents, info)) == many
            sent[many] = len(seen)
    assert sent[1] == sent[500], sent


async def test_a_hierarchy_takes_a_statement_a_level(context: Context) -> None:
    await write_fleet(context, 20)
    with statements(context) as seen:
        await ask(context, HIERARCHY, first=20)
    tables = [statement.split("FROM ")[1].split()[0] for statement in seen]
    assert tables == ["assets", "facts", "installations", "facts", "components"]


async def test_five_hundred_machines_by_pages_are_each_listed_once(context: Context) -> None:
    await write_fleet(context, 500, parts=1)
    document = """query ($after: String) { assets(first: 200, after: $after) {
        nodes { vendorSerial } pageInfo { endCursor hasNextPage } } }"""
    serials, after, more = [], None, True
    while more:
        page = (await ask(context, document, after=after))["assets"]
        serials += [node["vendorSerial"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert serials == [f"SRV{n:05}" for n in range(1, 501)]
