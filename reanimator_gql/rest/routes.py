"""The paths of the REST interface, and the list of them."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reanimator_gql.rest.assets import Assets
from reanimator_gql.rest.components import Components
from reanimator_gql.rest.ingest import Ingest
from reanimator_gql.rest.run import Runner
from reanimator_gql.rest.timeline import Timeline

ENDPOINTS = {
    "POST /graphql": "everything: GraphQL over HTTP",
    "POST /ingest/logbundle": "take in a log bundle: the raw bytes as body, or a multipart form with one file",
    "POST /ingest/hardware": "the same for a bare hardware JSON",
    "GET /assets": "machines; filters, limit and cursor as query parameters",
    "GET /assets/{id}": "a machine by its id or vendor serial",
    "GET /assets/{id}/components": "what is in it; at and known_at ask about another time",
    "GET /assets/{id}/timeline": "what happened to it",
    "GET /components": "parts; filters, limit and cursor as query parameters",
    "GET /components/{id}": "a part by its id or vendor serial",
    "GET /components/{id}/timeline": "what happened to it",
    "GET /log-bundles/{id}/raw": "an upload, byte for byte",
    "GET /healthz": "whether the process lives",
    "GET /readyz": "whether it can serve",
}


async def index(_: Request) -> Response:
    """List the endpoints."""
    return JSONResponse({"name": "Reanimator", "endpoints": ENDPOINTS})


def rest_routes(runner: Runner, upload_limit: int) -> list[Route]:
    """Return the routes."""
    assets, components, timeline = Assets(runner), Components(runner), Timeline(runner)
    ingest = Ingest(runner, upload_limit)
    return [
        Route("/ingest/logbundle", ingest.logbundle, methods=["POST"]),
        Route("/ingest/hardware", ingest.hardware, methods=["POST"]),
        Route("/assets", assets.many),
        Route("/assets/{id}", assets.one),
        Route("/assets/{id}/components", assets.components),
        Route("/assets/{id}/timeline", timeline.of_asset),
        Route("/components", components.many),
        Route("/components/{id}", components.one),
        Route("/components/{id}/timeline", timeline.of_component),
    ]
