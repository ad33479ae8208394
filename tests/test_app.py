"""The whole application: start and stop, readiness, GraphQL on a real database, and what goes on in the background."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from graphql import get_introspection_query
from sqlalchemy import text

import reanimator_gql.app as module
from reanimator_gql.app import create_app
from reanimator_gql.rest.routes import ENDPOINTS
from reanimator_gql.rest.run import check_documents, documents
from reanimator_gql.schema import build_schema
from reanimator_gql.services.context import Context
from reanimator_gql.services.ingest import Given, ingest
from reanimator_gql.settings import BadSetting, Settings
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import current_revision, newest_revision
from tests.fixtures.world import day, dimm, machine

pytestmark = pytest.mark.thorough

FIRST = machine("MACH0001", day(0), memory=[dimm("DIMM0001")])


def settings(dsn: str, **more: Any) -> Settings:
    return Settings(database_dsn=dsn, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def running(dsn: str, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings(dsn, **more))
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", timeout=60) as client,
    ):
        yield client


async def graphql(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    return answer.json()


async def test_an_embedded_database_is_made_at_the_start(tmp_path: Path) -> None:
    dsn = f"sqlite:///{tmp_path / 'new.db'}"
    async with running(dsn) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ready"}
        assert (await graphql(client, "{assets {totalCount}}")) == {"data": {"assets": {"totalCount": 0}}}
    database = Database(dsn)
    assert await current_revision(database) == newest_revision()
    await database.close()


async def test_a_schema_that_is_behind_is_not_ready(dsn: str, database: Database) -> None:
    async with running(dsn) as client:
        assert (await client.get("/readyz")).status_code == 200
        async with database.engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "reanimator-gql migrate" in answer.json()["detail"]
        assert (await client.get("/healthz")).status_code == 200
        async with database.engine.begin() as connection:
            await connection.execute(text(f"UPDATE alembic_version SET version_num = '{newest_revision()}'"))


async def test_a_database_that_is_away_is_not_ready_and_does_not_stop_the_start() -> None:
    async with running("mysql+aiomysql://u:geheim@127.0.0.1:1/x") as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["detail"] == "the database cannot be reached"
        failed = await client.get("/assets")
        assert failed.status_code == 500
        assert "geheim" not in failed.text
        assert "127.0.0.1" not in failed.text


@pytest.mark.parametrize("dsn", ["oracle://u:geheim@h/n", "nonsense", "mysql+pymysql://u:geheim@h/n"])
def test_a_wrong_address_stops_with_a_line_that_names_the_setting(dsn: str) -> None:
    with pytest.raises(BadSetting) as caught:
        create_app(settings(dsn))
    assert str(caught.value).startswith("database_dsn: ")
    assert "geheim" not in str(caught.value)


async def test_the_index_lists_what_there_is(tmp_path: Path) -> None:
    async with running(f"sqlite:///{tmp_path / 'x.db'}") as client:
        assert (await client.get("/")).json()["endpoints"] == ENDPOINTS
        page = await client.get("/graphql", headers={"Accept": "text/html"})
        assert "curl" in page.text
        for endpoint in ENDPOINTS:
            method, path = endpoint.split()
            answer = await client.request(method, path.replace("{id}", "77"))
            assert answer.status_code in {200, 400, 404, 415, 422}, endpoint
            assert answer.json().get("detail") != "Not Found", endpoint


async def test_an_upload_by_graphql_and_what_came_of_it(dsn: str, database: Database) -> None:
    query = """
    mutation ($input: IngestLogBundleInput!) {
      ingestLogBundle(input: $input) { created logBundle { status } userErrors { code } assets { vendorSerial } }
    }"""
    document = {"collected_at": "2025-01-01T00:00:00Z", "hardware": {"board": {"serial_number": "MACH0001"}}}
    async with running(dsn) as client:
        made = (await graphql(client, query, input={"document": document}))["data"]["ingestLogBundle"]
        assert made == {
            "created": True,
            "logBundle": {"status": "DONE"},
            "userErrors": [],
            "assets": [{"vendorSerial": "MACH0001"}],
        }
        forged = await graphql(client, query, input={"file": "L2V0Yy9wYXNzd2Q="})
        assert forged["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert "data" not in forged


async def test_tools_can_ask_for_the_schema(tmp_path: Path) -> None:
    async with running(f"sqlite:///{tmp_path / 'x.db'}") as client:
        assert "errors" not in await graphql(client, get_introspection_query())


@pytest.mark.parametrize("first", [0, -1, 201, 2**31])
async def test_wrong_pages_are_typed_errors(tmp_path: Path, first: int) -> None:
    async with running(f"sqlite:///{tmp_path / 'x.db'}") as client:
        for query in (f"{{assets(first: {first}) {{nodes {{id}}}}}}", '{assets(after: "forged") {nodes {id}}}'):
            (error,) = (await graphql(client, query))["errors"]
            assert error["extensions"]["code"] in {"BAD_USER_INPUT", "BAD_CURSOR"}


async def test_what_a_crash_left_pending_is_worked_on(
    dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patched:
        patched.setattr("reanimator_gql.services.ingest.work_on", crash)
        with pytest.raises(RuntimeError):
            await ingest(Context(database), io.BytesIO(FIRST), Given())
    async with running(dsn) as client:
        until = time.monotonic() + 20
        while (await client.get("/assets")).json()["total"] == 0:
            assert time.monotonic() < until, "still pending"
            await asyncio.sleep(0.05)


async def test_housekeeping_goes_on_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    async def failing(_: Context) -> int:
        nonlocal calls
        calls += 1
        raise RuntimeError("broken")

    monkeypatch.setattr(module, "let_in_what_is_due", failing)
    monkeypatch.setattr(module, "HOUSEKEEPING_S", 0.01)
    async with running(f"sqlite:///{tmp_path / 'x.db'}") as client:
        while calls < 3:
            await asyncio.sleep(0.01)
        assert (await client.get("/healthz")).status_code == 200


def test_every_stored_document_fits_the_schema() -> None:
    check_documents(build_schema())
    assert {"assets", "asset", "components", "component", "ingest_log_bundle"} <= documents().keys()
