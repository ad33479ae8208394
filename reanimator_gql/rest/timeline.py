"""What happened to a machine or a part, by the REST interface."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reanimator_gql.rest.find import find
from reanimator_gql.rest.parameters import Parameters, given_only
from reanimator_gql.rest.run import Runner
from reanimator_gql.rest.shape import page


class Timeline:
    """The endpoints `…/{id}/timeline`."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    async def of_asset(self, request: Request) -> Response:
        """List the events of a machine."""
        return await self._answer("asset_timeline", "Asset", request)

    async def of_component(self, request: Request) -> Response:
        """List the events of a part."""
        return await self._answer("component_timeline", "Component", request)

    async def _answer(self, document: str, type_name: str, request: Request) -> Response:
        given = Parameters(request, "limit", "cursor", "known_at", "kind", "from", "to", "superseded")
        wanted = {
            "kinds": given.words("kind"),
            "from": given.instant("from"),
            "to": given.instant("to"),
            "superseded": given.flag("superseded"),
        }
        found = await find(
            self.runner, document, type_name, request,
            limit=given.integer("limit"),
            cursor=given.text("cursor"),
            knownAt=given.instant("known_at"),
            filter=given_only(wanted),
        )  # fmt: skip
        return JSONResponse(page(found["timeline"]))
