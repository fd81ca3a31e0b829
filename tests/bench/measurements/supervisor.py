"""What the supervisor itself costs, with workers that answer at once or none at all."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.bench.effort import Bench
from tests.bench.figures import Figure, at_most, median
from tests.bench.instant_worker import TEXT
from tests.bench.material import Recording
from tests.bench.service import PEOPLE, bench_service, whole_seconds
from voicepipe.scheduler import FairQueue, TaskWatch
from voicepipe.workers.pool import TaskOutcome, TaskRequest

SHORT_SECONDS = 5
QUEUE_LENGTHS = (10, 100, 1000, 10_000)
DECISIONS = 2000


async def admission(bench: Bench) -> list[Figure]:
    """Messages a second, and the supervisor's CPU for each, Telegram in to Telegram out; workers answer at once."""
    recording = Recording(bench.material.speech(SHORT_SECONDS), SHORT_SECONDS, TEXT)
    rates, costs = [], []
    async with bench_service({"workers": {"count": 2}}, "tests.bench.instant_service") as service:
        bench.say(f"{bench.effort.admitted} messages to workers that answer at once")
        await service.ask([recording] * PEOPLE)
        for _ in range(bench.effort.rounds):
            before = service.cpu_seconds
            exchanges = await service.ask([recording] * bench.effort.admitted)
            rates.append(len(exchanges) / whole_seconds(exchanges))
            costs.append((service.cpu_seconds - before) / len(exchanges) * 1000)
    return [
        median("admission_rate", rates, "messages/s"),
        median("supervisor_cpu_per_message", costs, "CPU-ms", at_most(15)),
    ]


async def decisions(bench: Bench) -> list[Figure]:
    """The cost of taking the next task from a queue of constant length, while others join it."""
    queues = {length: _queue(length) for length in QUEUE_LENGTHS}
    costs: dict[int, list[float]] = {length: [] for length in QUEUE_LENGTHS}
    bench.say("decisions of the scheduler")
    for _ in range(3 * bench.effort.repeats):
        for length, queue in queues.items():
            costs[length].append(_decision_seconds(queue) * 1e6)
    figures = [median(f"decision_{length}_waiting", each, "CPU-us") for length, each in costs.items()]
    # What else the machine does only ever adds to such short times, so the least of them is compared.
    quotient = min(costs[10_000]) / min(costs[100])
    return [*figures, Figure("decision_10000/100_waiting", quotient, "ratio", at_most(2.0))]


def _queue(length: int) -> FairQueue:
    queue = FairQueue()
    for number in range(length):
        _join(queue, number)
    return queue


def _join(queue: FairQueue, number: int) -> None:
    outcome: asyncio.Future[TaskOutcome] = asyncio.get_running_loop().create_future()
    seconds = float(3 + number * 7919 % 60)
    queue.push(number * 104_729 % (PEOPLE * 10), TaskRequest(Path("recording"), seconds, seconds), TaskWatch(), outcome)


def _decision_seconds(queue: FairQueue) -> float:
    """In CPU time: no wait is part of it."""
    begun_at = time.thread_time()
    for number in range(DECISIONS):
        queue.pop()
        _join(queue, number)
    return (time.thread_time() - begun_at) / DECISIONS
