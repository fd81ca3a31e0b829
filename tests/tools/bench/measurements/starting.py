"""How soon a service that was started, or lost a worker, works."""

from __future__ import annotations

import asyncio
import os
import signal
import time

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, median
from tests.tools.bench.material import Recording
from tests.tools.bench.service import MeasuredService, prepared_service, recognition_settings

SHORT_SECONDS = 5
WORKERS = 2


async def starting(bench: Bench) -> list[Figure]:
    """Start with a message waiting: until ready, until its answer; and until a killed worker's successor is ready."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    model = bench.material.model(bench.size, SHORT_SECONDS)
    ready, answered, respawned = [], [], []
    async with prepared_service(recognition_settings(model, WORKERS)) as service:
        bench.say("starting, and starting workers again")
        await service.running.start()  # signs in for the first time
        await service.running.stop()
        for _ in range(bench.effort.repeats):
            ready_seconds, answered_seconds = await _start(service, recording)
            ready.append(ready_seconds)
            answered.append(answered_seconds)
            await service.wait_all_idle()
            respawned.append(await _respawn(service))
            await service.running.stop()
    return [
        median("start_until_ready", ready, "s"),
        median("start_until_first_answer", answered, "s"),
        median("respawn", respawned, "s"),
    ]


async def _start(service: MeasuredService, recording: Recording) -> tuple[float, float]:
    """Seconds until the service is ready, and until it has answered what was sent while it was away."""
    begun_at = time.monotonic()
    asked = asyncio.create_task(service.ask_next(recording))
    await service.running.start()
    ready_seconds = time.monotonic() - begun_at
    return ready_seconds, (await asked).answered_at - begun_at


async def _respawn(service: MeasuredService) -> float:
    """Seconds from a worker's violent end until another is ready in its place."""
    starts = len(service.running.events("worker ready"))
    begun_at = time.monotonic()
    os.kill(service.worker_pids[0], signal.SIGKILL)
    await service.running.wait_event("worker ready", times=starts + 1)
    return time.monotonic() - begun_at
