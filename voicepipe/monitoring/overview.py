"""The overview: all that the status page shows, gathered at one moment. It names nobody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from voicepipe import __version__
from voicepipe.config.live import LiveConfig
from voicepipe.control.lately import Lately, Trouble
from voicepipe.control.messages import ActivityReport, OperatorRequest, Report, ShowActivity
from voicepipe.control.ports import Live
from voicepipe.domain.hosts import HostStatus
from voicepipe.errors import VoicepipeError
from voicepipe.metrics import Labels, Metrics
from voicepipe.monitoring.health import Checks, Verdict
from voicepipe.store import utc_now
from voicepipe.workers.member import WorkerStatus

ACTIVITY_SECONDS = 30.0
"""How long what the records said is shown again."""
PATIENCE_SECONDS = 2.0
"""How long they are waited for."""


class Performing(Protocol):
    """Answers the same requests as the control socket."""

    async def perform(self, request: OperatorRequest[Report]) -> Report: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How the service is."""

    at: datetime
    """In the time zone of its quota."""
    version: str
    model: str
    profile: str
    uptime_seconds: float
    verdict: Verdict
    numbers: Mapping[tuple[str, Labels], float]
    """Of all metrics."""
    workers: Sequence[WorkerStatus]
    speeds: Mapping[int, float | None]
    """Seconds of work for a second of speech, by worker."""
    hosts: Sequence[HostStatus]
    """Other machines that work for it, or did."""
    activity: ActivityReport | None
    """None where the records do not answer."""
    troubles: Sequence[Trouble]

    def number(self, name: str, **labels: str) -> float:
        """A metric's number; 0 where it has none."""
        return self.numbers.get((f"voicepipe_{name}", tuple(labels.items())), 0.0)

    def series(self, name: str) -> list[tuple[str, float]]:
        """A metric's numbers above zero by its single label, the largest first."""
        wanted = f"voicepipe_{name}"
        found = [(labels[0][1], value) for (each, labels), value in self.numbers.items() if each == wanted and value]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


class Overlooker:
    """Gathers overviews."""

    def __init__(
        self,
        *,
        live: LiveConfig,
        facts: Live,
        metrics: Metrics,
        checks: Checks,
        lately: Lately,
        operations: Performing,
    ) -> None:
        self._live = live
        self._facts = facts
        self._metrics = metrics
        self._checks = checks
        self._lately = lately
        self._operations = operations
        self._activity: ActivityReport | None = None
        self._asked_at = -ACTIVITY_SECONDS
        self._asking: asyncio.Task[None] | None = None

    async def overlook(self) -> Overview:
        """How it is now."""
        verdict, activity = await self._checks.readyz(), await self._present_activity()
        recognition, workers = self._live.recognition, self._facts.worker_statuses()
        return Overview(
            at=utc_now().astimezone(self._live.quota.zone),
            version=__version__,
            model=recognition.model_name,
            profile=recognition.profile,
            uptime_seconds=self._facts.uptime_seconds,
            verdict=verdict,
            numbers={(each.name, each.labels): each.value for _, samples in self._metrics.read() for each in samples},
            workers=workers,
            speeds={each.worker: self._facts.real_time_factor(each.worker) for each in workers},
            hosts=self._facts.host_statuses(),
            activity=activity,
            troubles=self._lately.troubles,
        )

    async def _present_activity(self) -> ActivityReport | None:
        """What the records say, or said last: they may be at something that takes long."""
        if self._asking is None and time.monotonic() - self._asked_at >= ACTIVITY_SECONDS:
            self._asking = asyncio.create_task(self._ask(), name="activity of late")
        if self._asking is not None:
            await asyncio.wait({self._asking}, timeout=PATIENCE_SECONDS)
        return self._activity

    async def _ask(self) -> None:
        try:
            report = await self._operations.perform(ShowActivity())
        except VoicepipeError:
            self._activity = None
        else:
            assert isinstance(report, ActivityReport)
            self._activity = report
        finally:
            self._asked_at, self._asking = time.monotonic(), None
