"""The server as an ASGI application: everything wired together, opened at the start and closed at the end.

An embedded database is brought to the newest schema by itself. Any other is left as it is, and `/readyz` says what to
do; so does a start while the database is away. What a crash left pending is worked on behind the first requests.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from reanimator_gql.domain.snapshot import Origin
from reanimator_gql.observability import RequestLog
from reanimator_gql.rest.routes import index, rest_routes
from reanimator_gql.rest.run import Runner
from reanimator_gql.schema import build_schema
from reanimator_gql.schema.context import RequestContext
from reanimator_gql.services.context import Context
from reanimator_gql.services.future import let_in_what_is_due
from reanimator_gql.services.places import open_place
from reanimator_gql.services.raw import open_raw
from reanimator_gql.services.working import resume
from reanimator_gql.settings import BadSetting, Settings
from reanimator_gql.store.database import Database
from reanimator_gql.store.dsn import BadDsn, parse_dsn
from reanimator_gql.store.migrate import current_revision, newest_revision, upgrade
from reanimator_gql.store.raw import DamagedBlob
from reanimator_gql.store.reader import Reader
from reanimator_gql.transport.graphql import GraphQLEndpoint
from reanimator_gql.transport.health import healthz, readyz
from reanimator_gql.transport.limits import Limits
from reanimator_gql.transport.problems import HANDLERS, LastCatch, Problem
from reanimator_gql.transport.raw import Part, RawFile, raw_endpoint

logger = logging.getLogger("reanimator_gql.app")
HOUSEKEEPING_S = 30.0

PAGE = """<!doctype html><meta charset="utf-8"><title>Reanimator: GraphQL</title>
<h1>GraphQL</h1><p>Send a query by POST as JSON:</p>
<pre>curl http://HOST/graphql -H 'Content-Type: application/json' \\
  -d '{"query": "{assets(first: 5) {nodes {vendorSerial}}}"}'</pre>
"""


class Server:
    """What lives from start to end of the application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._context: Context | None = None

    @property
    def context(self) -> Context:
        """What use cases need. Raises Problem 503 outside of the lifespan."""
        if self._context is None:
            raise Problem(503, "NOT_READY", "the server is starting or stopping; try again")
        return self._context

    @asynccontextmanager
    async def request(self) -> AsyncIterator[RequestContext]:
        """Yield what one request's resolvers see."""
        async with Reader(self.context.database) as reader:
            yield RequestContext(self.context, reader)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open the database, keep house, and close."""
        database = Database(self.settings.dsn)
        try:
            if database.is_sqlite:
                await upgrade(database)
            self._context = Context(database, upload_limit=self.settings.upload_limit)
            async with _beside(self.keep_house):
                yield
        finally:
            self._context = None
            await database.close()

    async def why_not_ready(self) -> str | None:
        """Return what is missing before requests can be served; None: nothing."""
        try:
            revision = await current_revision(self.context.database)
        except (SQLAlchemyError, OSError):
            logger.warning("the database cannot be reached", exc_info=True)
            return "the database cannot be reached"
        if revision != newest_revision():
            return "the schema of the database is not the one of this version; run: reanimator-gql migrate"
        return None

    async def keep_house(self) -> None:
        """Let inputs from the future in when their time has come, and work once on what a crash left pending."""
        pending = True
        while True:
            try:
                if await self.why_not_ready() is None:
                    await let_in_what_is_due(self.context)
                    while pending:
                        pending = await resume(self.context) > 0
            except Exception:
                logger.exception("housekeeping failed; it is tried again")
            await asyncio.sleep(HOUSEKEEPING_S)

    async def open_raw(self, bundle_id: int) -> RawFile | None:
        """Return an upload to be streamed; None where there is none."""
        with _loud():
            raw = await open_raw(self.context, bundle_id)
        return RawFile(raw.size, raw.filename, raw.chunks) if raw else None

    async def open_part(self, bundle_id: int, part: Part) -> bytes | None:
        """Return a part of an upload; None where there is none."""
        first, last = part.lines or (None, None)
        with _loud():
            return await open_place(
                self.context, bundle_id, Origin(file=part.file, pointer=part.pointer, line=first, last_line=last)
            )


@contextmanager
def _loud() -> Iterator[None]:
    """Say of a damaged upload that it is damaged: whoever runs the server has to bring it back."""
    try:
        yield
    except DamagedBlob as error:
        logger.exception("a stored upload is damaged")
        raise Problem(500, "DAMAGED", f"{error}; whoever runs the server can restore it from a backup") from error


@asynccontextmanager
async def _beside(work: Callable[[], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def create_app(settings: Settings) -> Starlette:
    """Return the application. Raises BadSetting for a database address that cannot be understood."""
    try:
        parse_dsn(settings.dsn)
    except BadDsn as error:
        raise BadSetting(f"database_dsn: {error}") from None
    server = Server(settings)
    schema = build_schema()
    runner = Runner(schema, server.request, settings.query_timeout_s)
    graphql = GraphQLEndpoint(schema, limits(settings), lambda _: server.request(), PAGE)
    return Starlette(
        routes=[
            Route("/", index),
            Route("/graphql", graphql),
            Route("/healthz", healthz),
            Route("/readyz", readyz(server.why_not_ready)),
            Route("/log-bundles/{id:int}/raw", raw_endpoint(server.open_raw, server.open_part)),
            *rest_routes(runner, settings.upload_limit),
        ],
        middleware=[Middleware(RequestLog), Middleware(LastCatch)],
        exception_handlers=HANDLERS,
        lifespan=server.lifespan,
    )


def limits(settings: Settings) -> Limits:
    """Return the bounds of a GraphQL request."""
    return Limits(
        settings.max_body_bytes,
        settings.max_query_bytes,
        settings.max_tokens,
        settings.max_depth,
        settings.max_aliases,
        settings.query_timeout_s,
    )
