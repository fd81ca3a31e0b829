"""The whole service, Telegram included, against recognisers with nothing around them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.bench.effort import Bench
from tests.bench.engine import Answer, Engine, Kind, Setup, running_engine
from tests.bench.figures import Figure, at_least, at_most, median, percentile, ratio
from tests.bench.machine import cores
from tests.bench.material import Recording
from tests.bench.service import MeasuredService, bench_service, recognition_settings, whole_seconds

SHORT_SECONDS = 5
PLAIN_AT_ONCE = 3
PERCENTILES = (50, 95, 99)
WORKER_COUNTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Run:
    """Many messages at once, once."""

    seconds: list[float]
    """Until each was answered, from when all were there."""
    cpu_seconds: float
    """Of all processes, for all messages."""

    @property
    def per_minute(self) -> float:
        return len(self.seconds) / max(self.seconds) * 60

    @property
    def cpu_per_message(self) -> float:
        return self.cpu_seconds / len(self.seconds)


async def backlog(bench: Bench) -> list[Figure]:
    """Many short messages at once: a plain design, the bare recogniser, and the whole service, in turns.

    The plain design is one process with one model, a pool of three threads and stock calls; the bare recogniser is our
    workers' own in one process for each core, in a loop over its share of the files.
    """
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    many = [recording] * bench.effort.waiting
    model = bench.material.model(bench.size, SHORT_SECONDS)
    plain_setup = Setup(Kind.STOCK, model, threads=cores(), at_once=PLAIN_AT_ONCE)
    runs: dict[str, list[Run]] = {"plain": [], "bare": [], "service": []}
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(running_engine(plain_setup))
        bare = [await stack.enter_async_context(running_engine(Setup(Kind.OURS, model))) for _ in range(cores())]
        service = await stack.enter_async_context(bench_service(recognition_settings(model, cores())))
        for engine in (plain, *bare):
            await _timed(engine, [recording])
        await service.ask([recording] * cores())
        for number in range(bench.effort.rounds):
            bench.say(f"{len(many)} messages of {SHORT_SECONDS} s waiting, round {number + 1}")
            runs["plain"].append(await _engines_run([plain], many))
            runs["bare"].append(await _engines_run(bare, many))
            runs["service"].append(await _service_run(service, many))
    return _backlog_figures(bench, runs)


async def _engines_run(engines: Sequence[Engine], recordings: Sequence[Recording]) -> Run:
    """With the work shared by the engines."""
    before = sum(engine.cpu_seconds for engine in engines)
    shares = [recordings[index :: len(engines)] for index in range(len(engines))]
    times = await asyncio.gather(*map(_timed, engines, shares))
    spent = sum(engine.cpu_seconds for engine in engines) - before
    return Run([seconds for each in times for seconds in each], spent)


async def _service_run(service: MeasuredService, recordings: Sequence[Recording]) -> Run:
    before = service.all_cpu_seconds
    exchanges = await service.ask(recordings)
    begun_at = min(each.sent_at for each in exchanges)
    return Run([each.answered_at - begun_at for each in exchanges], service.all_cpu_seconds - before)


def _backlog_figures(bench: Bench, runs: dict[str, list[Run]]) -> list[Figure]:
    rates = {name: [run.per_minute for run in of_one] for name, of_one in runs.items()}
    costs = {name: [run.cpu_per_message for run in of_one] for name, of_one in runs.items()}
    service_over_plain = ratio("backlog_service/plain", rates["service"], rates["plain"], bench.goal(at_least(2.5)))
    service_over_bare = ratio("backlog_service/bare", rates["service"], rates["bare"], bench.goal(at_least(0.95)))
    return [
        *(median(f"backlog_{name}", each, "messages/min") for name, each in rates.items()),
        service_over_plain,
        service_over_bare,
        *(median(f"backlog_{name}_cpu", each, "CPU-s/message") for name, each in costs.items()),
        *(_wait(name, runs[name], percent) for name in ("plain", "service") for percent in PERCENTILES),
    ]


def _wait(name: str, runs: Sequence[Run], percent: int) -> Figure:
    return median(f"backlog_{name}_p{percent}", [percentile(run.seconds, percent) for run in runs], "s")


async def idle(bench: Bench) -> list[Figure]:
    """How long one person waits for a short message while nothing else goes on."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    model = bench.material.model(bench.size, SHORT_SECONDS)
    bare_seconds, service_seconds = [], []
    async with (
        running_engine(Setup(Kind.OURS, model)) as bare,
        bench_service(recognition_settings(model, 1)) as service,
    ):
        bench.say("one message at a time")
        await _timed(bare, [recording])
        await service.ask([recording])
        for _ in range(3 * bench.effort.repeats):
            bare_seconds += await _timed(bare, [recording])
            service_seconds.append((await service.ask_next(recording)).seconds)
    return [
        median("idle_bare", bare_seconds, "s"),
        median("idle_service", service_seconds, "s"),
        ratio("idle_service/bare", service_seconds, bare_seconds, bench.goal(at_most(1.15))),
    ]


async def long_recording(bench: Bench) -> list[Figure]:
    """A long recording on one worker and on two, and a short message that comes in the middle of it."""
    model = bench.material.model(bench.size, SHORT_SECONDS)
    short = bench.material.recording(bench.size, SHORT_SECONDS)
    long = bench.material.recording_by(model, bench.effort.long_seconds)
    on_one, on_two, undisturbed, disturbed = [], [], [], []
    async with (
        bench_service(recognition_settings(model, 1)) as one,
        bench_service(recognition_settings(model, 2)) as two,
    ):
        await one.ask([short])
        await two.ask([short] * 2)
        for number in range(bench.effort.rounds):
            bench.say(f"a recording of {long.seconds} s, round {number + 1}")
            on_one.append((await one.deliver(long)).seconds)
            on_two.append((await two.deliver(long)).seconds)
            undisturbed.append((await one.ask_next(short)).seconds)
            disturbed.append(await _amid(one, long, short))
    return [
        median("long_on_1_worker", on_one, "s"),
        median("long_on_2_workers", on_two, "s"),
        ratio("long_on_2/1_workers", on_two, on_one, bench.goal(at_most(0.56))),
        median("short_idle", undisturbed, "s"),
        median("short_amid_long_on_1_worker", disturbed, "s"),
        ratio("short_amid_long/idle", disturbed, undisturbed, bench.goal(at_most(2.0))),
    ]


async def _amid(service: MeasuredService, long: Recording, short: Recording) -> float:
    """Seconds that the short one takes while the long one is being recognised."""
    going_on = asyncio.create_task(service.deliver(long))
    await service.wait_busy()
    try:
        return (await service.ask_next(short)).seconds
    finally:
        await going_on


async def workers(bench: Bench) -> list[Figure]:
    """How throughput grows with the number of workers."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    model = bench.material.model(bench.size, SHORT_SECONDS)
    many = [recording] * bench.effort.waiting
    rates: dict[int, list[float]] = {count: [] for count in WORKER_COUNTS}
    async with AsyncExitStack() as stack:
        services = {
            count: await stack.enter_async_context(bench_service(recognition_settings(model, count)))
            for count in WORKER_COUNTS
        }
        for number in range(bench.effort.rounds):
            bench.say(f"{len(many)} messages on 1 worker and on more, round {number + 1}")
            for count, service in services.items():
                if number == 0:
                    await service.ask([recording] * count)
                rates[count].append(len(many) / whole_seconds(await service.ask(many)) * 60)
    figures = [median(f"throughput_{count}_workers", each, "messages/min") for count, each in rates.items()]
    return [*figures, ratio("throughput_2/1_workers", rates[2], rates[1])]


async def _timed(engine: Engine, recordings: Sequence[Recording]) -> list[float]:
    """Seconds until each was recognised."""
    return [answer.seconds for answer in await _answers(engine, recordings)]


async def _answers(engine: Engine, recordings: Sequence[Recording]) -> list[Answer]:
    answers = await engine.recognise([recording.path for recording in recordings])
    for recording, answer in zip(recordings, answers, strict=True):
        if answer.text != recording.text:
            raise RuntimeError(f"a recogniser heard {answer.text!r} instead of {recording.text!r}")
    return answers
