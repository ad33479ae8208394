"""Uploads through the graph: what goes in, what comes back, and what a log bundle shows of it."""

import base64
import hashlib
from typing import Any

import orjson
import pytest

from reanimator_gql.services.context import Context
from reanimator_gql.services.raw import open_raw
from tests.fixtures.world import day, drive, machine, send
from tests.schema.asking import ask, code_of

pytestmark = pytest.mark.thorough

INGEST = """
mutation ($input: IngestLogBundleInput!) { ingestLogBundle(input: $input) {
  created userErrors { code message field } warnings { path message }
  logBundle { id databaseId contentDigest size filename receivedAt collectedAt asset status format reason remedy rawUrl
    warnings { path } assets { vendorSerial } snapshots { totalCount nodes { source } }
    timeline(first: 1) { totalCount pageInfo { hasNextPage } } findings { totalCount } }
  timeline { kind subject { __typename } } findings { code } assets { vendorSerial lastSeenAt } } }
"""


async def _ingest(context: Context, **given: Any) -> dict[str, Any]:
    answered: dict[str, Any] = (await ask(context, INGEST, input=given))["ingestLogBundle"]
    return answered


async def _raw(context: Context, bundle_id: int) -> bytes:
    upload = await open_raw(context, bundle_id)
    assert upload is not None
    return b"".join([chunk async for chunk in upload.chunks])


async def test_bytes_are_kept_as_they_are_and_their_history_is_there(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("DRIVE0001", color="red")])
    made = await _ingest(context, content=base64.b64encode(content).decode(), filename="a.json")
    assert (made["created"], made["userErrors"]) == (True, [])
    bundle = made["logBundle"]
    assert bundle["contentDigest"] == hashlib.sha256(content).hexdigest()
    assert (bundle["size"], bundle["filename"], bundle["status"]) == (len(content), "a.json", "DONE")
    assert (bundle["format"], bundle["asset"], bundle["collectedAt"]) == ("hardware_json", None, None)
    assert bundle["rawUrl"] == f"/log-bundles/{bundle['databaseId']}/raw"
    assert await _raw(context, bundle["databaseId"]) == content
    assert bundle["assets"] == [{"vendorSerial": "SRV0001"}]
    assert made["assets"] == [{"vendorSerial": "SRV0001", "lastSeenAt": "2025-01-02T00:00:00Z"}]
    assert bundle["snapshots"] == {"totalCount": 1, "nodes": [{"source": "hardware_json"}]}
    assert bundle["timeline"] == {"totalCount": len(made["timeline"]), "pageInfo": {"hasNextPage": True}}
    kinds = [(one["kind"], one["subject"]["__typename"]) for one in made["timeline"]]
    assert kinds[0] == ("FIRST_SEEN", "Asset")
    assert ("INSTALLED", "Component") in kinds
    assert [one["path"] for one in made["warnings"]] == [one["path"] for one in bundle["warnings"]] != []


async def test_a_document_is_kept_in_canonical_form(context: Context) -> None:
    document = orjson.loads(machine("SRV0001", day(1), storage=[drive("DRIVE0001")]))
    turned = dict(reversed(document.items()))
    first, again = await _ingest(context, document=document), await _ingest(context, document=turned)
    assert (first["created"], again["created"]) == (True, False)
    assert first["logBundle"]["id"] == again["logBundle"]["id"]
    assert first["timeline"] == again["timeline"] != []
    kept = await _raw(context, first["logBundle"]["databaseId"])
    assert kept == orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


async def test_what_is_given_beside_an_upload_is_shown(context: Context) -> None:
    document = {"hardware": {"storage": [drive("DRIVE0001")]}}
    made = await _ingest(context, document=document, asset="SRV0009", collectedAt="2025-01-02T03:00:00+03:00")
    assert made["userErrors"] == []
    assert (made["logBundle"]["asset"], made["logBundle"]["collectedAt"]) == ("SRV0009", "2025-01-02T00:00:00Z")
    assert made["assets"][0]["vendorSerial"] == "SRV0009"


async def test_a_refused_upload_is_kept_and_says_why(context: Context) -> None:
    refused = await _ingest(context, content=base64.b64encode(b"no machine at all").decode())
    (error,) = refused["userErrors"]
    assert (error["code"], refused["created"]) == ("UNREADABLE", False)
    assert refused["logBundle"]["status"] == "REFUSED"
    assert refused["logBundle"]["reason"] in error["message"]
    assert (refused["timeline"], refused["findings"], refused["assets"]) == ([], [], [])
    unnamed = await _ingest(context, document={"collected_at": "2025-01-01T00:00:00Z", "hardware": {"storage": []}})
    assert unnamed["userErrors"][0]["code"] == "NOT_ADMITTED"


async def test_input_that_makes_no_upload_is_a_user_error(context: Context) -> None:
    document: dict[str, Any] = {"hardware": {}}
    for given, field in (
        ({}, "content"),
        ({"content": "AAAA", "document": document}, "content"),
        ({"content": "not base64!"}, "content"),
        ({"document": {"n": 2**70}}, "document"),
    ):
        made = await _ingest(context, **given)
        assert (made["userErrors"][0]["code"], made["userErrors"][0]["field"]) == ("BAD_INPUT", field)
        assert made["logBundle"] is None
    context.upload_limit = 10
    made = await _ingest(context, content=base64.b64encode(b"x" * 11).decode())
    assert (made["userErrors"][0]["code"], made["logBundle"]) == ("TOO_LARGE", None)


async def test_two_uploads_in_one_request_each_see_what_they_made(context: Context) -> None:
    document = """mutation ($a: JSON, $b: JSON) {
        a: ingestLogBundle(input: {document: $a}) { assets { vendorSerial installed { active } } }
        b: ingestLogBundle(input: {document: $b}) { assets { vendorSerial installed { active } } } }"""
    told = [orjson.loads(machine("SRV0001", day(n), storage=[drive(f"DRIVE000{n}")])) for n in (1, 2)]
    made = await ask(context, document, a=told[0], b=told[1])
    assert made["a"] == made["b"] == {"assets": [{"vendorSerial": "SRV0001", "installed": [{"active": True}] * 2}]}


async def test_uploads_are_listed_latest_first_and_found_by_their_bytes(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("DRIVE0001")])
    await send(context, content, filename="one.json")
    await send(context, content, collected_at=day(2), filename="two.json")
    await _ingest(context, content=base64.b64encode(b"nothing").decode())
    document = """query ($filter: LogBundleFilter) { logBundles(filter: $filter) { totalCount nodes { filename } } }"""
    every = (await ask(context, document))["logBundles"]
    assert [one["filename"] for one in every["nodes"]] == [None, "two.json", "one.json"]
    digest = hashlib.sha256(content).hexdigest()
    for where, count in (
        ({"contentDigest": digest}, 2), ({"contentDigest": digest.upper(), "filename": "one.json"}, 1),
        ({"contentDigest": "00"}, 0), ({"status": "REFUSED"}, 1), ({"status": "DONE"}, 2),
    ):  # fmt: skip
        assert (await ask(context, document, filter=where))["logBundles"]["totalCount"] == count, where
    assert await code_of(context, document, filter={"contentDigest": "no hex"}) == "BAD_USER_INPUT"
    one = (await ask(context, "{ logBundles { nodes { id } } }"))["logBundles"]["nodes"][0]
    found = await ask(context, "query ($id: ID) { logBundle(id: $id) { id } }", id=one["id"])
    assert found["logBundle"] == one
