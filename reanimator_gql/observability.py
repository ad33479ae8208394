"""Logs that a machine can read: one JSON object a line on standard error, and an id for each request.

The id comes from the `X-Request-ID` header where it is a plain word, else it is made; it goes back in the same header
and stands in every line that the request writes. Query strings and bodies are never logged.
"""

import json
import logging
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_request_id: ContextVar[str] = ContextVar("request_id", default="")

logger = logging.getLogger("reanimator_gql.requests")


def request_id() -> str:
    """Return the id of the request that runs here; empty outside of one."""
    return _request_id.get()


class JsonLines(logging.Formatter):
    """A log record as one line of JSON; `extra={"fields": {…}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id():
            line["request_id"] = request_id()
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Send the logs of this program to standard error; call it once, when the process starts."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("reanimator_gql")
    ours.handlers[:] = [handler]
    ours.setLevel(level.upper())
    ours.propagate = False


class RequestLog:
    """Gives each HTTP request its id and writes one line when it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get(HEADER, "")
        token = _request_id.set(wanted if _PLAIN.fullmatch(wanted) else uuid4().hex)
        try:
            await self._answer(scope, receive, send)
        finally:
            _request_id.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id()
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            ms = round((time.perf_counter() - started) * 1000, 1)
            fields = {"method": scope["method"], "path": scope["path"], "status": status, "ms": ms}
            logger.info("answered", extra={"fields": fields})
