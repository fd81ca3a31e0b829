"""A long recording on one worker and on two, and short messages that come in the middle of it."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, Goal, at_most, median, ratio
from tests.tools.bench.material import Recording
from tests.tools.bench.service import MeasuredService, Sent, bench_service, recognition_settings

SHORT_SECONDS = 5
FULL_SECONDS = 30
"""A model of this length says in each window what is said in a full one."""
WORKER_COUNTS = (1, 2)
GOALS = {2: at_most(2.0)}
"""A single worker can't begin before its window is done, which takes longer than a short message does."""
LONGEST_PAUSE_SECONDS = 3.0
"""Before a short message: about as long as a window takes, so that messages come at any moment of one."""

Services = Mapping[int, MeasuredService]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What short messages that came to one service took, in seconds."""

    undisturbed: list[float]
    """While nothing else went on."""
    at_opening: float
    """Of the one that came right after the long recording."""
    amid: list[float]
    """While windows of the long recording were being recognised."""

    @property
    def waits(self) -> list[float]:
        """How much longer each took in the middle of the long recording."""
        usual = statistics.median(self.undisturbed)
        return [seconds - usual for seconds in self.amid]


async def long_recording(bench: Bench) -> list[Figure]:
    """How long it takes on one worker and on two."""
    model = bench.material.model(bench.size, FULL_SECONDS)
    long = bench.material.recording_by(model, bench.effort.long_seconds)
    short = bench.material.recording_by(model, SHORT_SECONDS)
    async with AsyncExitStack() as stack:
        services = {
            count: await stack.enter_async_context(bench_service(recognition_settings(model, count)))
            for count in WORKER_COUNTS
        }
        for count, service in services.items():
            await service.ask([short] * 2 * count)
        return await _on_each(bench, services, long)


async def amid(bench: Bench) -> list[Figure]:
    """How long somebody waits who sends a short message in the middle of a lecture.

    The model says in each window as much as is said in a full one, also in the only window of a short message. So of a
    short message only what it has to wait is measured so; what it takes by itself is measured with the model that says
    a fitting text, and their sum is what is told.
    """
    model = bench.material.model(bench.size, FULL_SECONDS)
    long = bench.material.recording_by(model, bench.effort.long_seconds)
    short = bench.material.recording_by(model, SHORT_SECONDS)
    arrivals = {}
    for count in WORKER_COUNTS:
        bench.say(f"short messages in the middle of {long.seconds} s, workers: {count}")
        async with bench_service(recognition_settings(model, count)) as service:  # it goes, and the lecture with it
            await service.ask([short] * 2 * count)
            arrivals[count] = await _arrivals(bench, service, long, short)
    return _arrival_figures(bench, arrivals, await _alone(bench))


async def _on_each(bench: Bench, services: Services, long: Recording) -> list[Figure]:
    seconds, checks = {}, []
    for count, service in services.items():
        bench.say(f"a recording of {long.seconds} s, workers: {count}")
        sent = await service.send(long)
        seconds[count] = (await sent.answered()).seconds
        checks.append(asyncio.create_task(sent.answered_wholly()))  # Telegram lets a long text go out only slowly
    await asyncio.gather(*checks)
    return [
        *(Figure(f"long_on_{count}_workers", each, "s") for count, each in seconds.items()),
        ratio("long_on_2/1_workers", [seconds[2]], [seconds[1]], bench.goal(at_most(0.56))),
        Figure("long_windows", long.windows, "windows"),
    ]


async def _arrivals(bench: Bench, service: MeasuredService, long: Recording, short: Recording) -> Arrivals:
    """The long recording is given up when all have come."""
    undisturbed = [(await service.ask_next(short)).seconds for _ in range(bench.effort.arrivals)]
    sent = await service.send(long)
    await service.wait_busy()
    at_opening = (await service.ask_next(short)).seconds
    await sent.begun()
    return Arrivals(undisturbed, at_opening, await _amid(bench, service, short, sent))


async def _amid(bench: Bench, service: MeasuredService, short: Recording, long: Sent) -> list[float]:
    """Seconds of each that was answered before the long recording was."""
    chance = random.Random(bench.effort.arrivals)
    seconds: list[float] = []
    for _ in range(bench.effort.arrivals):
        await asyncio.sleep(chance.uniform(0.0, LONGEST_PAUSE_SECONDS))
        exchange = await service.ask_next(short)
        if long.is_answered:
            break
        seconds.append(exchange.seconds)
    return seconds


def _arrival_figures(bench: Bench, arrivals: Mapping[int, Arrivals], alone: Sequence[float]) -> list[Figure]:
    figures = [median("short_idle", alone, "s")]
    for count, each in arrivals.items():
        figures.append(Figure(f"short_at_opening_on_{count}_workers", each.at_opening, "s"))
        goal = bench.goal(GOALS.get(count))
        figures += _amid_figures(f"short_amid_long_on_{count}_workers", each, statistics.median(alone), goal)
    return figures


def _amid_figures(name: str, arrivals: Arrivals, alone: float, goal: Goal | None) -> list[Figure]:
    if not arrivals.amid:
        return [Figure(f"{name}/idle", None, "ratio", goal, "it was over too soon")]
    seconds = [alone + wait for wait in arrivals.waits]
    return [median(name, seconds, "s"), median(f"{name}/idle", [each / alone for each in seconds], "ratio", goal)]


async def _alone(bench: Bench) -> list[float]:
    """Seconds of a short message by itself, with a model that says what is said in its time."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    settings = recognition_settings(bench.material.model(bench.size, SHORT_SECONDS), 1)
    async with bench_service(settings) as service:
        await service.ask_next(recording)
        return [(await service.ask_next(recording)).seconds for _ in range(bench.effort.arrivals)]
