"""The monitor: whoever looks at the service from outside, on loopback, is answered here. Off unless configured."""

from __future__ import annotations

from typing import NoReturn

from voicepipe.config.kinds import Listening
from voicepipe.errors import ConfigError
from voicepipe.events import Events, MonitoringOpened
from voicepipe.metrics import Metrics
from voicepipe.monitoring.health import Checks
from voicepipe.monitoring.http import HttpServer
from voicepipe.monitoring.overview import Overlooker
from voicepipe.monitoring.site import Site
from voicepipe.supervision import Crew


class Monitor:
    """Serves the site where the configuration says, if it says so. A Part."""

    def __init__(self, listening: Listening | None, metrics: Metrics, events: Events) -> None:
        """Raises ConfigError when something is to be served and what that takes is not installed."""
        self._events = events
        self._site = self._server = None
        self._unfailing = Crew()
        if listening is not None:
            self._site = _site(metrics)
            self._server = HttpServer(listening, self._site.answer, events)

    async def start(self) -> None:
        """Raises SocketUnavailable, ConfigError."""
        if self._server is not None:
            await self._server.start()
            self._events.emit(MonitoringOpened(self._server.port))

    def open(self, checks: Checks, overlooker: Overlooker) -> None:
        """The service is put together."""
        if self._site is not None:
            self._site.open(checks, overlooker)

    def close(self) -> None:
        """It is stopping."""
        if self._site is not None:
            self._site.close()

    async def stop(self, timeout_seconds: float) -> None:
        if self._server is not None:
            await self._server.stop(timeout_seconds)

    async def wait_failed(self) -> NoReturn:
        await (self._server or self._unfailing).wait_failed()


def _site(metrics: Metrics) -> Site:
    try:
        import h11  # noqa: F401  only whether it is there

        return Site(metrics)
    except ImportError as error:
        raise ConfigError(
            f"[monitoring] listen needs {error.name}, which is not installed: install the extra `metrics` "
            "(`scripts/setup metrics`), or leave the key empty"
        ) from None
