"""Watching the service: what is asked of it again and again, and put on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voicepipe.cli.tools.troubles import TroubleRow, troubles
from voicepipe.control.messages import ActivityReport, ShowActivity, ShowStatus, StatusReport
from voicepipe.control.work import ErrorsReport, JobLine, ListJobs, ShowErrors
from voicepipe.errors import ControlUnavailable
from voicepipe.store.books.list_of_jobs import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, RenderableType

    from voicepipe.cli.tools.operator import Operator

HOURS = 24
"""Whose recordings are drawn."""
LATE_SECONDS = 10.0
"""How often it is asked for what changes slowly."""
MOST_JOBS, MOST_TROUBLES = 100, 50


@dataclass(frozen=True, slots=True)
class View:
    """What an operator sees at one moment."""

    at: datetime
    status: StatusReport | None = None
    """None before the service has answered."""
    jobs: tuple[JobLine, ...] = ()
    """Those that are not answered yet, the oldest first."""
    activity: ActivityReport | None = None
    troubles: tuple[TroubleRow, ...] = ()
    """The latest first."""
    silence: str = ""
    """Why there is no answer now; empty where there is one."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Of the metrics without labels, by name."""

    def number(self, name: str) -> float:
        """A metric's number; 0 where it has none."""
        return self.numbers.get(f"voicepipe_{name}", 0.0)


class Watcher:
    """Asks the service how it is."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self._view = View(datetime.now(UTC))
        self._late_at = -LATE_SECONDS

    async def look(self) -> View:
        """How it is now, or how it was when it last answered, and why it does not."""
        try:
            self._view = await self._ask()
        except ControlUnavailable as error:
            self._view = replace(self._view, at=datetime.now(UTC), silence=str(error))
        return self._view

    async def _ask(self) -> View:
        status = await self._operator.perform(ShowStatus())
        jobs = await self._operator.perform(ListJobs(choice=Choice.UNFINISHED, limit=MOST_JOBS))
        activity, late = self._view.activity, self._view.troubles
        if time.monotonic() - self._late_at >= LATE_SECONDS:
            activity = await self._operator.perform(ShowActivity(hours=HOURS, days=2))
            late = _latest(await self._operator.perform(ShowErrors(limit=MOST_TROUBLES)))
            self._late_at = time.monotonic()
        return View(datetime.now(UTC), status, jobs.jobs, activity, late, numbers=_numbers(status))


def _latest(report: ErrorsReport) -> tuple[TroubleRow, ...]:
    return tuple(troubles(report)[:MOST_TROUBLES])


def _numbers(status: StatusReport) -> dict[str, float]:
    samples = (sample for metric in status.metrics for sample in metric.samples)
    return {sample.name: sample.value for sample in samples if not sample.labels}


async def watch(
    operator: Operator,
    draw: Callable[[View, int, int], RenderableType],
    screen: Console,
    *,
    every_seconds: float,
) -> None:
    """Fill the screen with what the service says, until it is interrupted. Raises FilesUnusable."""
    from rich.live import Live

    watcher = Watcher(operator)
    with Live(console=screen, screen=True, auto_refresh=False) as live:
        while True:
            view = await watcher.look()
            live.update(draw(view, screen.width, screen.height), refresh=True)
            await asyncio.sleep(every_seconds)
