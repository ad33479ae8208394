"""Sending bundles to a running server: a few at once, each again until the server has said what became of it.

Sending again is safe: the same bytes, asset and time are the same bundle.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from reanimator_gql.cli.bundles import Bundle
from reanimator_gql.cli.running import progress
from reanimator_gql.cli.tally import Tally
from reanimator_gql.domain.snapshot import Warn

_AT_ONCE = 4
_TRIES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0
_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class Unreachable(Exception):
    """A server that did not answer, or answered nothing that helps, however often it was asked."""


@dataclass(slots=True)
class _Sender:
    client: httpx.AsyncClient
    asset: str | None
    when: Callable[[Bundle], datetime | None]
    tally: Tally = field(default_factory=Tally)
    machines: set[int] = field(default_factory=set)

    async def send(self, bundle: Bundle) -> None:
        """Send one bundle and count what became of it."""
        try:
            answer = await self._answer(bundle)
        except (OSError, Unreachable) as error:
            self.tally.refuse(bundle, error)
            return
        body = _body(answer)
        if answer.is_success:
            self._count(bundle, body)
        else:
            self.tally.refuse(bundle, body.get("detail") or f"the server answered {answer.status_code}")

    def _count(self, bundle: Bundle, body: dict[str, Any]) -> None:
        self.machines |= {asset["id"] for asset in body["assets"]}
        self.tally.machines = len(self.machines)
        self.tally.parts += body["observations"]
        self.tally.events += body["events"] if body["created"] else 0
        warnings = [Warn(one["path"], one["message"]) for one in body["warnings"]]
        formats = (body.get("format") or "").split()
        self.tally.take(bundle, created=body["created"], formats=formats, warnings=warnings)

    async def _answer(self, bundle: Bundle) -> httpx.Response:
        """Return the server's answer. Raises Unreachable after the last try."""
        at = self.when(bundle)
        told = {"asset": self.asset, "collected_at": at.isoformat() if at else None, "filename": bundle.filename}
        content = await asyncio.to_thread(_read, bundle)
        query = {name: value for name, value in told.items() if value}
        failure = ""
        for attempt in range(_TRIES):
            if attempt:
                pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            try:
                answer = await self.client.post("/ingest/logbundle", content=content, params=query)
            except httpx.TransportError as error:
                failure = str(error) or type(error).__name__
                continue
            if answer.status_code not in _AGAIN:
                return answer
            failure = f"it answered {answer.status_code}"
        raise Unreachable(f"the server could not be reached in {_TRIES} tries ({failure}); start it and send again")


def _read(bundle: Bundle) -> bytes:
    with closing(bundle.open()) as file:
        return file.read()


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def send_all(
    url: str, bundles: list[Bundle], asset: str | None, when: Callable[[Bundle], datetime | None]
) -> Tally:
    """Send bundles to the server at `url`; return what became of them. Parts are counted once a bundle."""
    limits = httpx.Limits(max_connections=_AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits) as client:
        sender = _Sender(client, asset, when)
        left = iter(bundles)
        with progress("bundles") as bar:
            task = bar.add_task("sending", total=len(bundles))

            async def work() -> None:
                for bundle in left:
                    await sender.send(bundle)
                    bar.advance(task)

            await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    return sender.tally
