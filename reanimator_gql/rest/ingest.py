"""Taking in log bundles by the REST interface: the body goes spooled into the mutation, without a copy in memory.

A new bundle answers 201, one seen before 200 with the same body but for `created`. What was refused answers a problem
with the reason, and the id under which the bytes are kept.
"""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reanimator_gql.rest.parameters import Parameters, given_only
from reanimator_gql.rest.run import Runner
from reanimator_gql.rest.shape import shaped
from reanimator_gql.transport.problems import Problem
from reanimator_gql.transport.spool import Spooled, spooled, too_large

_STATUS = {"TOO_LARGE": 413, "NOT_ADMITTED": 422, "UNREADABLE": 422, "REFUSED": 422}


class Ingest:
    """The endpoints below `/ingest`; `limit` is in bytes."""

    def __init__(self, runner: Runner, limit: int) -> None:
        self.runner = runner
        self.limit = limit

    async def logbundle(self, request: Request) -> Response:
        """Take in a log bundle of any format."""
        given = Parameters(request, "asset", "collected_at", "filename")
        _told(given)  # what is wrong with the query is said before the body is read
        async with spooled(request, self.limit) as upload:
            given.fill(upload.fields)
            return await self._take_in(upload, _told(given))

    async def hardware(self, request: Request) -> Response:
        """Take in a bare hardware JSON."""
        return await self.logbundle(request)

    async def _take_in(self, upload: Spooled, told: dict[str, Any]) -> Response:
        told = given_only({"filename": upload.filename}) | told
        data = await self.runner.write("ingest_log_bundle", input={"file": upload.file} | told)
        payload = data["ingestLogBundle"]
        if payload["userErrors"]:
            raise self._refusal(payload)
        return JSONResponse(result(payload), 201 if payload["created"] else 200)

    def _refusal(self, payload: dict[str, Any]) -> Problem:
        error, bundle = payload["userErrors"][0], payload["logBundle"]
        if error["code"] == "TOO_LARGE" and bundle is None:
            return too_large(self.limit)
        kept = bundle["databaseId"] if bundle else None
        detail = error["message"]
        return Problem(_STATUS.get(error["code"], 400), error["code"], detail, log_bundle=kept)


def _told(given: Parameters) -> dict[str, Any]:
    """Return what is said beside the bytes; `now` is the time of this server."""
    time = given.instant("collected_at")
    collected_at = datetime.now(UTC).isoformat() if time == "now" else time
    told = {"asset": given.text("asset"), "collectedAt": collected_at, "filename": given.text("filename")}
    return given_only(told)


def result(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the body that tells what became of an upload."""
    bundle = payload["logBundle"]
    return {
        "id": bundle["databaseId"],
        "digest": bundle["contentDigest"],
        "created": payload["created"],
        "status": bundle["status"],
        "format": bundle["format"],
        "snapshots": bundle["snapshots"]["totalCount"],
        "observations": bundle["observationCount"],
        "events": bundle["timeline"]["totalCount"],
        "assets": [shaped(asset) | {"url": f"/assets/{asset['databaseId']}"} for asset in payload["assets"]],
        "timeline": shaped(payload["timeline"]),
        "findings": shaped(payload["findings"]),
        "warnings": shaped(payload["warnings"]),
    }
