"""What it costs to be looked at: the scrapes of Prometheus, which must hold nobody up, and counting what happens."""

from __future__ import annotations

import asyncio
import signal
import time

from tests.support.monitor import SETTINGS, fetch, port_of
from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, at_most, median, percentile
from tests.tools.bench.full_store import fill_store
from tests.tools.bench.measurements.crowd import LAG_EVENT
from tests.tools.bench.ours import Profile
from tests.tools.bench.service import MeasuredService, bench_service, prepared_service, recognition_settings
from voicepipe.control.lately import Lately
from voicepipe.events import (
    Event,
    Events,
    JobAccepted,
    JobConcluded,
    JobDelivered,
    JournalCommitted,
    PredictionMet,
    QuotaMoved,
    StageDone,
    TaskDone,
)
from voicepipe.metrics import Metrics

SCRAPE_SECONDS = 15.0
"""How often Prometheus asks by itself."""
PAUSE_SECONDS = 0.6
"""Between two scrapes here: sooner, it would be given the same text again."""
SHORT_SECONDS = 5
MESSAGES = 20_000
"""Whose events are counted."""
COMMITS = 7
"""Transactions of the journal for a message."""
KEY = (7, 1)


async def monitoring(bench: Bench) -> list[Figure]:
    """Scrapes of a service that keeps a million recordings, and what counting takes of a message's time."""
    scrapes, cpu_seconds, lag_ms = await _scrapes(bench)
    bench.say("counting what happens")
    counting_seconds = _counting_seconds()
    message_seconds = await _message_seconds(bench)
    share = counting_seconds / message_seconds + cpu_seconds / SCRAPE_SECONDS
    return [
        median("scrape", scrapes, "ms", at_most(20)),
        Figure("scrape_p95", percentile(scrapes, 95), "ms", at_most(20)),
        Figure("scrape_cpu", cpu_seconds * 1000, "CPU-ms"),
        Figure("scrape_loop_lag_p99", lag_ms, "ms", at_most(50)),
        Figure("counting_per_message", counting_seconds * 1e6, "CPU-us"),
        Figure("message_5s_fast", message_seconds * 1000, "CPU-ms"),
        Figure("metrics_share", share * 100, "%", at_most(1.0)),
    ]


async def _scrapes(bench: Bench) -> tuple[list[float], float, float]:
    """Milliseconds of each as Prometheus sees it, CPU seconds of one, and how late the event loop was meanwhile."""
    # Workers that answer at once have no heartbeat.
    settings = {"workers": {"count": 2, "express": 0, "heartbeat_seconds": 600.0}, **SETTINGS}
    async with prepared_service(settings, "tests.tools.bench.lag_service") as service:
        bench.say(f"a store of {bench.effort.kept_users} users and {bench.effort.kept_jobs} recordings")
        await fill_store(service.running.state_path, bench.effort.kept_users, bench.effort.kept_jobs)
        await service.running.start()
        await service.wait_all_idle()
        port = await port_of(service.running)
        await quiet(service)
        bench.say("scrapes")
        await lag(service)
        idle_cpu = await _idle_cpu_seconds(service, 10 * PAUSE_SECONDS) / 10
        begun_cpu = service.cpu_seconds
        taken = [await _scrape(port) for _ in range(10 * bench.effort.repeats)]
        cpu_seconds = (service.cpu_seconds - begun_cpu) / len(taken) - idle_cpu
        return taken, max(0.0, cpu_seconds), await lag(service)


async def _scrape(port: int) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    begun_at = time.perf_counter()
    page = await asyncio.to_thread(fetch, port, "/metrics")
    milliseconds = (time.perf_counter() - begun_at) * 1000
    if page.status != 200 or "voicepipe_queue_recordings" not in page.text:
        raise RuntimeError(f"a wrong answer: {page.status}")
    return milliseconds


async def quiet(service: MeasuredService) -> None:
    """Until what the service does for its store at the start is done: it checks the books."""
    while await _idle_cpu_seconds(service, 2.0) > 0.2:
        pass


async def _idle_cpu_seconds(service: MeasuredService, seconds: float) -> float:
    before = service.cpu_seconds
    await asyncio.sleep(seconds)
    return service.cpu_seconds - before


async def lag(service: MeasuredService) -> float:
    """The 99th percentile since it was asked before, in milliseconds."""
    told = len(service.running.events(LAG_EVENT))
    service.running.send_signal(signal.SIGUSR1)
    line = await service.running.wait_event(LAG_EVENT, times=told + 1)
    return float(line["p99"])


def _counting_seconds() -> float:
    """CPU seconds that all who count take for the events of one message, those included that they pass over."""
    events, happened = Events(), _message()
    events.subscribe(Metrics().fold)
    events.subscribe(Lately().remember)
    begun_at = time.thread_time()
    for _ in range(MESSAGES):
        for event in happened:
            events.emit(event)
    return (time.thread_time() - begun_at) / MESSAGES


def _message() -> list[Event]:
    """What happens when somebody sends a note."""
    return [
        JobAccepted(*KEY, "voice", 5, 20_000),
        *(JournalCommitted(0.002) for _ in range(COMMITS)),
        *(QuotaMoved(kind, 5) for kind in ("reserve", "settle")),
        *(StageDone(*KEY, stage, 0.3) for stage in ("waited", "fetched", "recognised", "delivered")),
        TaskDone(worker=1, parts=1, audio_seconds=5.0, wall_seconds=0.2),
        PredictionMet(*KEY, 1.0, 0.2),
        JobConcluded(*KEY, "recognised", 5.0, 0.1, 0.2, 0.5),
        JobDelivered(*KEY),
    ]


async def _message_seconds(bench: Bench) -> float:
    """CPU seconds of supervisor and workers for a message of 5 s, in the cheapest profile."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    settings = recognition_settings(bench.material.model(bench.size, SHORT_SECONDS), 1, Profile.FAST)
    async with bench_service(settings) as service:
        bench.say("messages, to compare with")
        await service.ask([recording] * 2)
        before = service.all_cpu_seconds
        await service.ask([recording] * bench.effort.waiting)
        return (service.all_cpu_seconds - before) / bench.effort.waiting
