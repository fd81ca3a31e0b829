"""Short messages: many at once, one at a time, and on more and more workers; service and bare recognisers in turns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise

from tests.tools.bench.effort import Bench
from tests.tools.bench.engine import Engine, Kind, Setup, running_engine
from tests.tools.bench.figures import Figure, at_least, at_most, median, percentile, ratio
from tests.tools.bench.machine import cores
from tests.tools.bench.material import Recording
from tests.tools.bench.ours import Profile
from tests.tools.bench.service import MeasuredService, bench_service, recognition_settings, whole_seconds

SHORT_SECONDS = 5
PLAIN_AT_ONCE = 3
PERCENTILES = (50, 95, 99)
OVER_PLAIN = {Profile.EXACT: at_least(2.5), Profile.FAST: at_least(6)}
OVER_BARE = {Profile.EXACT: at_least(0.95)}
OVER_BARE_IDLE = {Profile.EXACT: at_most(1.15)}
PLAIN = "plain"


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


Contender = Callable[[Sequence[Recording]], Awaitable[Run]]
Runs = Mapping[str, Sequence[Run]]


async def backlog(bench: Bench) -> list[Figure]:
    """Many short messages at once: a plain design, the bare recogniser, and the whole service, in turns.

    The plain design is one process with one model, a pool of three threads and stock calls; the bare recogniser is our
    workers' own in one process for each core, in a loop over its share of the files, as many together as a worker gets.
    """
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    many = [recording] * bench.effort.waiting
    async with AsyncExitStack() as stack:
        contenders = await _contenders(bench, stack)
        for contender in contenders.values():  # what is loaded on first use is loaded before the clock runs
            await contender([recording] * 2 * cores())
        runs: dict[str, list[Run]] = {name: [] for name in contenders}
        for number in range(bench.effort.rounds):
            bench.say(f"{len(many)} messages of {SHORT_SECONDS} s waiting, round {number + 1}")
            for name, contender in contenders.items():
                runs[name].append(await contender(many))
    return _backlog_figures(bench, runs)


async def _contenders(bench: Bench, stack: AsyncExitStack) -> dict[str, Contender]:
    model = bench.material.model(bench.size, SHORT_SECONDS)
    plain = Setup(Kind.STOCK, model, threads=cores(), at_once=PLAIN_AT_ONCE)
    contenders = {PLAIN: _engines([await stack.enter_async_context(running_engine(plain))])}
    for profile in Profile:
        bare = Setup(Kind.OURS, model, profile=profile, together=profile.together)
        engines = [await stack.enter_async_context(running_engine(bare)) for _ in range(cores())]
        settings = recognition_settings(model, cores(), profile)
        contenders[f"bare_{profile.label}"] = _engines(engines)
        contenders[profile.label] = _service(await stack.enter_async_context(bench_service(settings)))
    return contenders


def _engines(engines: Sequence[Engine]) -> Contender:
    """The work is shared by the engines."""

    async def run(recordings: Sequence[Recording]) -> Run:
        before = sum(engine.cpu_seconds for engine in engines)
        shares = [recordings[index :: len(engines)] for index in range(len(engines))]
        times = await asyncio.gather(*map(_timed, engines, shares))
        spent = sum(engine.cpu_seconds for engine in engines) - before
        return Run([seconds for each in times for seconds in each], spent)

    return run


def _service(service: MeasuredService) -> Contender:
    async def run(recordings: Sequence[Recording]) -> Run:
        before = service.all_cpu_seconds
        exchanges = await service.ask(recordings)
        begun_at = min(each.sent_at for each in exchanges)
        return Run([each.answered_at - begun_at for each in exchanges], service.all_cpu_seconds - before)

    return run


def _backlog_figures(bench: Bench, runs: Runs) -> list[Figure]:
    rates = {name: [run.per_minute for run in of_one] for name, of_one in runs.items()}
    costs = {name: [run.cpu_per_message for run in of_one] for name, of_one in runs.items()}
    ours = [profile.label for profile in Profile]
    return [
        *(median(f"backlog_{name}", each, "messages/min") for name, each in rates.items()),
        *(ratio(f"backlog_{p.label}/plain", rates[p.label], rates[PLAIN], bench.goal(OVER_PLAIN[p])) for p in Profile),
        *(_over_bare(bench, profile, rates) for profile in Profile),
        *(median(f"backlog_{name}_cpu", each, "CPU-s/message") for name, each in costs.items()),
        *(_wait(name, runs[name], percent) for name in (PLAIN, *ours) for percent in PERCENTILES),
    ]


def _over_bare(bench: Bench, profile: Profile, rates: Mapping[str, Sequence[float]]) -> Figure:
    name, bare = profile.label, f"bare_{profile.label}"
    return ratio(f"backlog_{name}/{bare}", rates[name], rates[bare], bench.goal(OVER_BARE.get(profile)))


def _wait(name: str, runs: Sequence[Run], percent: int) -> Figure:
    return median(f"backlog_{name}_p{percent}", [percentile(run.seconds, percent) for run in runs], "s")


async def idle(bench: Bench) -> list[Figure]:
    """How long one person waits for a short message while nothing else goes on."""
    figures = []
    for profile in Profile:
        bench.say(f"one message at a time, {profile.label}")
        bare, service = await _one_at_a_time(bench, profile)
        name, goal = f"idle_{profile.label}", bench.goal(OVER_BARE_IDLE.get(profile))
        figures += [
            median(f"{name}_bare", bare, "s"),
            median(name, service, "s"),
            ratio(f"{name}/bare", service, bare, goal),
        ]
    return figures


async def _one_at_a_time(bench: Bench, profile: Profile) -> tuple[list[float], list[float]]:
    """Seconds of a bare recogniser and of the service, in turns."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    model = bench.material.model(bench.size, SHORT_SECONDS)
    bare_seconds: list[float] = []
    service_seconds: list[float] = []
    async with (
        running_engine(Setup(Kind.OURS, model, profile=profile)) as bare,
        bench_service(recognition_settings(model, 1, profile)) as service,
    ):
        await _timed(bare, [recording])
        await service.ask([recording])
        for _ in range(2 * bench.effort.repeats):
            bare_seconds += await _timed(bare, [recording])
            service_seconds.append((await service.ask_next(recording)).seconds)
    return bare_seconds, service_seconds


async def workers(bench: Bench) -> list[Figure]:
    """How throughput grows with the number of workers, with as many messages waiting for each of them."""
    recording = bench.material.recording(bench.size, SHORT_SECONDS)
    model = bench.material.model(bench.size, SHORT_SECONDS)
    counts = bench.effort.worker_counts
    rates: dict[int, list[float]] = {count: [] for count in counts}
    async with AsyncExitStack() as stack:
        services = {
            count: await stack.enter_async_context(bench_service(recognition_settings(model, count)))
            for count in counts
        }
        for count, service in services.items():
            await service.ask([recording] * 2 * count)
        for number in range(bench.effort.rounds):
            bench.say(f"short messages on {', '.join(map(str, counts))} workers, round {number + 1}")
            for count, service in services.items():
                many = [recording] * bench.effort.waiting_for_each * count
                rates[count].append(len(many) / whole_seconds(await service.ask(many)) * 60)
    return [
        *(median(f"throughput_{count}_workers", each, "messages/min") for count, each in rates.items()),
        *(ratio(f"throughput_{more}/{few}_workers", rates[more], rates[few]) for few, more in pairwise(counts)),
    ]


async def _timed(engine: Engine, recordings: Sequence[Recording]) -> list[float]:
    """Seconds until each was recognised."""
    answers = await engine.recognise([recording.path for recording in recordings])
    for recording, answer in zip(recordings, answers, strict=True):
        if answer.text != recording.text:
            raise RuntimeError(f"a recogniser heard {answer.text!r} instead of {recording.text!r}")
    return [answer.seconds for answer in answers]
