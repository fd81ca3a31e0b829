"""What the supervisor itself costs, with workers that answer at once or none at all."""

from __future__ import annotations

import time

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, at_most, median
from tests.tools.bench.instant_worker import TEXT
from tests.tools.bench.material import Recording
from tests.tools.bench.service import PEOPLE, bench_service, whole_seconds
from tests.tools.bench.waiting import Line
from voicepipe.domain.jobs import JobKey
from voicepipe.scheduling.costs import Costs
from voicepipe.scheduling.estimate import Estimator

SHORT_SECONDS = 5
QUEUE_LENGTHS = (10, 100, 1000, 10_000)
DECISIONS = 500
PREDICTIONS = 50
WINDOW_SECONDS = 30.0


async def admission(bench: Bench) -> list[Figure]:
    """Messages a second, and the supervisor's CPU for each, Telegram in to Telegram out; workers answer at once."""
    recording = Recording(bench.material.speech(SHORT_SECONDS), SHORT_SECONDS, TEXT)
    rates, costs = [], []
    async with bench_service({"workers": {"count": 2}}, "tests.tools.bench.instant_service") as service:
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
    """The cost of giving an idle worker what it does next, from a line of constant length that others join."""
    lines = {length: Line(length) for length in QUEUE_LENGTHS}
    costs: dict[int, list[float]] = {length: [] for length in QUEUE_LENGTHS}
    bench.say("decisions of the scheduler")
    for _ in range(3 * bench.effort.repeats):
        for length, line in lines.items():
            costs[length].append(_decision_seconds(line) * 1e6)
    figures = [median(f"decision_{length}_waiting", each, "CPU-us") for length, each in costs.items()]
    # What else the machine does only ever adds to such short times, so the least of them is compared.
    quotient = min(costs[10_000]) / min(costs[100])
    return [*figures, Figure("decision_10000/100_waiting", quotient, "ratio", at_most(2.0))]


async def predictions(bench: Bench) -> list[Figure]:
    """The cost of telling how long a recording will take, while so many are in work, each another user's."""
    bench.say("predictions of the estimator")
    return [_prediction(length) for length in QUEUE_LENGTHS]


def _decision_seconds(line: Line) -> float:
    """In CPU time: no wait is part of it. For each part that is given away, and another that joins."""
    begun_at = time.thread_time()
    taken = sum(line.decide() for _ in range(DECISIONS))
    return (time.thread_time() - begun_at) / taken


def _prediction(waiting: int) -> Figure:
    estimator = Estimator(3, Costs(WINDOW_SECONDS), [(5.0, 1.0), (30.0, 2.0)], express=1)
    for number in range(waiting):
        estimator.expect(JobKey(number, 1), number, 3 + number * 7919 % 28)
    begun_at = time.thread_time()
    for number in range(PREDICTIONS):
        estimator.predict(JobKey(number % waiting, 1))
    return Figure(f"prediction_{waiting}_in_work", (time.thread_time() - begun_at) / PREDICTIONS * 1e6, "CPU-us")
