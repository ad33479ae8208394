"""Findings: with what they concern and rest on, and what became of them."""

from reanimator_gql.services.context import Context
from tests.fixtures.world import day, drive, machine, send
from tests.schema.asking import ask

FINDINGS = """
query ($filter: FindingFilter) { findings(filter: $filter) { totalCount nodes { code sentence since resolvedAt
  subjects { __typename ... on Asset { vendorSerial findings { totalCount } } ... on Component {
    findings { nodes { code } } } }
  evidence { snapshot { asset { vendorSerial } } } } } }
"""


async def test_a_serial_on_two_machines_is_found(context: Context) -> None:
    for number in (1, 2, 3, 4):
        await send(context, machine(f"SRV000{number % 2}", day(number), storage=[drive("CLONE001")]))
    await send(context, machine("SRV0000", day(5), storage=[drive("CLONE001")]))
    (finding,) = (await ask(context, FINDINGS, filter={"codes": ["DUPLICATE_SERIAL"]}))["findings"]["nodes"]
    machines = [one["vendorSerial"] for one in finding["subjects"] if one["__typename"] == "Asset"]
    parts = [one for one in finding["subjects"] if one["__typename"] == "Component"]
    assert machines == ["SRV0001", "SRV0000"]
    assert [one["findings"]["nodes"] for one in parts] == [[{"code": "DUPLICATE_SERIAL"}]] * 2
    assert "SRV0000" in finding["sentence"]
    assert finding["resolvedAt"] is None


async def test_a_snapshot_from_the_future_is_evidence(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("DRIVE0001")]))
    await send(context, machine("SRV0001", day(5_000), storage=[drive("DRIVE0001")]))
    standing = {"codes": ["FROM_FUTURE"], "resolved": False}
    (finding,) = (await ask(context, FINDINGS, filter=standing))["findings"]["nodes"]
    assert len(finding["evidence"]) == 1
    assert (await ask(context, FINDINGS, filter={"resolved": True}))["findings"]["totalCount"] == 0
    assert (await ask(context, FINDINGS, filter={"codes": ["SHARED_TAG"]}))["findings"]["totalCount"] == 0
