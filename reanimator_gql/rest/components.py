"""Parts, by the REST interface."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reanimator_gql.domain.global_id import encode_id
from reanimator_gql.rest.find import find
from reanimator_gql.rest.parameters import Parameters, given_only
from reanimator_gql.rest.run import Runner
from reanimator_gql.rest.shape import page, shaped

_FILTERS = ("kind", "vendor_serial", "manufacturer", "model", "part_number", "installed", "asset_id")


class Components:
    """The endpoints below `/components`."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    async def many(self, request: Request) -> Response:
        """List parts."""
        given = Parameters(request, "limit", "cursor", *_FILTERS)
        asset_id = given.integer("asset_id")
        wanted = {
            "kinds": given.words("kind"),
            "vendorSerial": given.text("vendor_serial"),
            "manufacturer": given.text("manufacturer"),
            "model": given.text("model"),
            "partNumber": given.text("part_number"),
            "installed": given.flag("installed"),
            "assetId": None if asset_id is None else encode_id("Asset", asset_id),
        }
        data = await self.runner.read(
            "components", limit=given.integer("limit"), cursor=given.text("cursor"), filter=given_only(wanted)
        )
        return JSONResponse(page(data["components"]))

    async def one(self, request: Request) -> Response:
        """Show a part, and where it is."""
        Parameters(request)
        return JSONResponse(shaped(await find(self.runner, "component", "Component", request)))
