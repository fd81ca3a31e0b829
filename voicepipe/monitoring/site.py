"""The site: what is behind each path. It is there from the beginning of the start until the end of the stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from voicepipe.metrics import Metrics
from voicepipe.monitoring.exposition import Exposition
from voicepipe.monitoring.health import Checks, Verdict, starting
from voicepipe.monitoring.http import Answer, Question
from voicepipe.monitoring.overview import Overlooker
from voicepipe.monitoring.page import POLICY, page, starting_page

GOOD_FOR_SECONDS = 0.5
"""How long a text that was written for Prometheus is given again: asking in a loop costs no more than that."""


class Site:
    """Answers questions about the service."""

    def __init__(self, metrics: Metrics) -> None:
        """Raises ImportError when the extra `metrics` is not installed."""
        self._metrics = metrics
        self._exposition = Exposition()
        self._checks: Checks | None = None
        self._overlooker: Overlooker | None = None
        self._written: dict[str, tuple[float, bytes, str]] = {}
        self._writing = asyncio.Lock()
        self._paths: dict[str, Callable[[Question], Awaitable[Answer]]] = {
            "/": self._show_page,
            "/metrics": self._tell_metrics,
            "/healthz": self._tell_life,
            "/readyz": self._tell_readiness,
        }

    def open(self, checks: Checks, overlooker: Overlooker) -> None:
        """The service is put together: tell how it is from now on."""
        self._checks, self._overlooker = checks, overlooker

    def close(self) -> None:
        """It is stopping."""
        if self._checks is not None:
            self._checks.stop()

    async def answer(self, question: Question) -> Answer:
        """What is at a path."""
        tell = self._paths.get(question.path)
        if tell is None:
            return Answer(404, f"There are {', '.join(self._paths)}\n".encode())
        return await tell(question)

    async def _show_page(self, _: Question) -> Answer:
        if self._overlooker is None:
            text = starting_page(starting())
        else:
            view = await self._overlooker.overlook()
            text = await asyncio.to_thread(page, view)
        return Answer(200, text.encode(), "text/html; charset=utf-8", POLICY)

    async def _tell_metrics(self, question: Question) -> Answer:
        async with self._writing:
            at, body, content_type = self._written.get(question.accepts, (0.0, b"", ""))
            if time.monotonic() - at > GOOD_FOR_SECONDS:
                snapshot = self._metrics.read()
                body, content_type = await asyncio.to_thread(self._exposition.write, snapshot, question.accepts)
                self._written = {question.accepts: (time.monotonic(), body, content_type)}
        return Answer(200, body, content_type)

    async def _tell_life(self, _: Question) -> Answer:
        """While it starts, it lives."""
        if self._checks is None:
            return Answer(200, starting().text.encode())
        return _told(await self._checks.healthz())

    async def _tell_readiness(self, _: Question) -> Answer:
        return _told(starting() if self._checks is None else await self._checks.readyz())


def _told(verdict: Verdict) -> Answer:
    return Answer(200 if verdict.is_ok else 503, verdict.text.encode())
