"""Stored documents: valid at the start, and their errors as problems."""

import asyncio
from contextlib import nullcontext

import pytest
import strawberry

from reanimator_gql.rest import run
from reanimator_gql.rest.run import Runner, check_documents
from reanimator_gql.transport.problems import Problem


@strawberry.type
class Query:
    @strawberry.field
    async def slow(self) -> str:
        await asyncio.sleep(30)
        return "late"

    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError("SELECT secret")


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two documents of a small schema in the place of the real ones."""
    monkeypatch.setattr(run, "documents", lambda: {"slow": "{slow}", "broken": "{broken}"})


def runner() -> Runner:
    return Runner(strawberry.Schema(Query), nullcontext, timeout_s=0.05)


async def test_what_takes_too_long_is_cancelled() -> None:
    with pytest.raises(Problem) as caught:
        await runner().read("slow")
    assert (caught.value.status, caught.value.code) == (503, "TIMEOUT")


async def test_a_fault_of_ours_tells_nothing() -> None:
    with pytest.raises(Problem) as caught:
        await runner().read("broken")
    assert caught.value.status == 500
    assert "SELECT" not in caught.value.detail


def test_a_document_that_does_not_fit_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "documents", lambda: {"wrong": "{nothing}"})
    with pytest.raises(ValueError, match="the stored document wrong"):
        check_documents(strawberry.Schema(Query))
