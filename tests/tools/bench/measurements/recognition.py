"""What recognising one message costs: stock faster-whisper, our worker, whisper.cpp, in turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools.bench.effort import Bench
from tests.tools.bench.engine import Kind, Setup, running_engine
from tests.tools.bench.figures import Figure, Goal, at_most, median, ratio
from tests.tools.bench.material import Recording
from tests.tools.bench.one_worker import running_worker
from tests.tools.bench.ours import Profile

GOALS: dict[Profile, dict[int, Goal]] = {
    Profile.EXACT: {5: at_most(0.50), 15: at_most(0.55), 30: at_most(0.68)},
    Profile.FAST: {5: at_most(0.20), 15: at_most(0.30), 30: at_most(0.55)},
}
"""CPU of ours to that of stock, by the message's length in seconds."""
WHISPER_CPP_GOALS = {15: at_most(0.5)}
LONGEST_OFTEN = 30
"""Seconds: what is longer takes long, and is repeated half as often."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who recognises, one message after the other, in a process of his own."""

    name: str
    recognise: Callable[[Path], Awaitable[str]]
    cpu_seconds: Callable[[], float]

    async def cost(self, recording: Recording) -> float:
        """CPU seconds for one message. Raises RuntimeError when the text is wrong."""
        before = self.cpu_seconds()
        text = await self.recognise(recording.path)
        spent = self.cpu_seconds() - before
        if text != recording.text:
            raise RuntimeError(f"{self.name} heard {text!r} instead of {recording.text!r}")
        return spent


async def recognition(bench: Bench) -> list[Figure]:
    """CPU seconds per message by its length. Everybody computes with one thread and detects the language.

    But whisper.cpp is told the language: it would encode once more to detect it. All search with beam 5, and only our
    fast profile with beam 1.
    """
    figures = []
    for seconds in bench.effort.lengths:
        costs = await _costs(bench, bench.material.recording(bench.size, seconds))
        figures += [median(f"cpu_{seconds}s_{name}", spent, "CPU-s") for name, spent in costs.items()]
        figures += _ratios(bench, seconds, costs)
    return figures


def _ratios(bench: Bench, seconds: int, costs: dict[str, list[float]]) -> list[Figure]:
    figures = []
    for profile in Profile:
        goal = bench.goal(GOALS[profile].get(seconds))
        figures.append(ratio(f"cpu_{seconds}s_{profile.label}/stock", costs[profile.label], costs["stock"], goal))
    name, goal = f"cpu_{seconds}s_exact/whisper_cpp", bench.goal(WHISPER_CPP_GOALS.get(seconds))
    if "whisper_cpp" in costs:
        return [*figures, ratio(name, costs["exact"], costs["whisper_cpp"], goal)]
    return [*figures, Figure(name, None, "ratio", goal, "not installed")]


async def _costs(bench: Bench, recording: Recording) -> dict[str, list[float]]:
    """By contender; each has done one message before, which also loads what is loaded on first use."""
    async with AsyncExitStack() as stack:
        contenders = [await stack.enter_async_context(contender) for contender in _contenders(bench, recording.seconds)]
        bench.say(f"recognising {recording.seconds} s")
        for contender in contenders:
            await contender.cost(recording)
        costs: dict[str, list[float]] = {contender.name: [] for contender in contenders}
        for _ in range(_repeats(bench, recording)):
            for contender in contenders:
                costs[contender.name].append(await contender.cost(recording))
    return costs


def _repeats(bench: Bench, recording: Recording) -> int:
    return bench.effort.repeats if recording.seconds <= LONGEST_OFTEN else bench.effort.repeats // 2


def _contenders(bench: Bench, seconds: int) -> Sequence[AbstractAsyncContextManager[Contender]]:
    model = bench.material.model(bench.size, seconds)
    starting = [_from_engine(Setup(Kind.STOCK, model)), *(_from_worker(model, profile) for profile in Profile)]
    if Kind.WHISPER_CPP.is_installed:
        starting.append(_from_engine(Setup(Kind.WHISPER_CPP, bench.material.ggml(bench.size, seconds))))
    return starting


@asynccontextmanager
async def _from_engine(setup: Setup) -> AsyncIterator[Contender]:
    async with running_engine(setup) as engine:

        async def recognise(path: Path) -> str:
            (answer,) = await engine.recognise([path])
            return answer.text

        yield Contender(setup.kind.value, recognise, lambda: engine.cpu_seconds)


@asynccontextmanager
async def _from_worker(model: Path, profile: Profile) -> AsyncIterator[Contender]:
    async with running_worker(model, profile.config) as worker:
        yield Contender(profile.label, worker.recognise, lambda: worker.cpu_seconds)
