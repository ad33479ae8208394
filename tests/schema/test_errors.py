"""Errors: every one has a code, and nothing of the inside leaves the server."""

import logging
from typing import Any

import pytest

from reanimator_gql.services.context import Context
from reanimator_gql.store.reader import Reader
from tests.schema.asking import answer, code_of
from tests.schema.fleet import write_fleet


async def test_documents_that_cannot_run_are_the_clients_to_mend(context: Context) -> None:
    for document in (
        "{",
        "{ nothing }",
        "{ assets { nodes { id(x: 1) } } }",
        '{ assets(first: "x") { totalCount } }',
    ):
        assert await code_of(context, document) == "BAD_USER_INPUT", document


async def test_variables_that_do_not_fit_are_the_clients_to_mend(context: Context) -> None:
    document = """query ($first: Int, $kinds: [ComponentKind!]) {
        assets(first: $first) { nodes { installed(kinds: $kinds) { id } } } }"""
    assert await code_of(context, document, first="x") == "BAD_USER_INPUT"
    assert await code_of(context, document, kinds=["NOTHING"]) == "BAD_USER_INPUT"


async def test_what_is_unexpected_is_logged_and_hidden(
    context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await write_fleet(context, 1)

    async def broken(self: Reader, *_: Any) -> Any:
        raise RuntimeError("SELECT secret FROM /a/path")

    monkeypatch.setattr(Reader, "rows_of", broken)
    with caplog.at_level(logging.ERROR):
        result = await answer(context, "{ assets { nodes { vendorSerial lastSeenAt } } }")
    (error,) = result.errors
    assert (error.extensions, error.path) == ({"code": "INTERNAL"}, ["assets", "nodes", 0, "lastSeenAt"])
    assert "secret" not in str(error)
    assert "secret" in caplog.text
    assert result.data == {"assets": {"nodes": [{"vendorSerial": "SRV00001", "lastSeenAt": None}]}}


async def test_a_typed_error_of_one_field_leaves_the_others(context: Context) -> None:
    await write_fleet(context, 1)
    result = await answer(context, '{ assets { totalCount } node(id: "x") { id } }')
    assert result.data == {"assets": {"totalCount": 1}, "node": None}
    assert [error.extensions["code"] for error in result.errors] == ["BAD_ID"]
