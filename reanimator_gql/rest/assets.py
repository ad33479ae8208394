"""Machines, by the REST interface."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reanimator_gql.rest.find import find
from reanimator_gql.rest.parameters import Parameters, given_only
from reanimator_gql.rest.run import Runner
from reanimator_gql.rest.shape import page, shaped, whole


class Assets:
    """The endpoints below `/assets`."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    async def many(self, request: Request) -> Response:
        """List machines."""
        given = Parameters(
            request, "limit", "cursor", "vendor_serial", "manufacturer", "model", "state", "search"
        )  # fmt: skip
        wanted = {
            "vendorSerial": given.text("vendor_serial"),
            "manufacturer": given.text("manufacturer"),
            "model": given.text("model"),
            "state": given.word("state"),
            "search": given.text("search"),
        }
        data = await self.runner.read(
            "assets", limit=given.integer("limit"), cursor=given.text("cursor"), filter=given_only(wanted)
        )
        return JSONResponse(page(data["assets"]))

    async def one(self, request: Request) -> Response:
        """Show a machine."""
        Parameters(request)
        return JSONResponse(shaped(await find(self.runner, "asset", "Asset", request)))

    async def components(self, request: Request) -> Response:
        """List what is in a machine, by slot."""
        given = Parameters(request, "at", "known_at", "kind")
        found = await find(
            self.runner, "asset_components", "Asset", request,
            at=given.instant("at"), knownAt=given.instant("known_at"), kinds=given.words("kind"),
        )  # fmt: skip
        return JSONResponse(whole([_placed(stay) for stay in found["installed"]]))


def _placed(stay: dict[str, Any]) -> dict[str, Any]:
    """Return a part with its place beside what it is."""
    return {**shaped(stay["component"]), **shaped({key: value for key, value in stay.items() if key != "component"})}
