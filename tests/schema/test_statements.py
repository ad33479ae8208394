"""However many rows, a query sends the same statements: the number depends on its shape alone."""

import pytest

from reanimator_gql.services.context import Context
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
