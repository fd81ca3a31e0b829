"""What recognising one message costs: stock faster-whisper, our worker, whisper.cpp, in turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.effort import Bench
from tests.bench.engine import Kind, Setup, running_engine
from tests.bench.figures import Figure, at_most, median, ratio
from tests.bench.machine import cpu_seconds
from tests.bench.material import Recording
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.events import Events
from voicepipe.workers.messages import Recognised
from voicepipe.workers.pool import TaskRequest, WorkerPool

EXACT_GOALS = {5: at_most(0.50), 15: at_most(0.55), 30: at_most(0.68)}
WHISPER_CPP_GOALS = {15: at_most(0.5)}
TASK_SECONDS = 3600.0


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
    """CPU seconds per message by its length. Everybody computes with one thread, beam 5, and detects the language.

    But whisper.cpp is told the language: it would encode once more to detect it.
    """
    figures = []
    for seconds in bench.effort.lengths:
        costs = await _costs(bench, bench.material.recording(bench.size, seconds))
        figures += [median(f"cpu_{seconds}s_{name}", spent, "CPU-s") for name, spent in costs.items()]
        figures += _ratios(bench, seconds, costs)
    return figures


def _ratios(bench: Bench, seconds: int, costs: dict[str, list[float]]) -> list[Figure]:
    name, ours = f"cpu_{seconds}s_exact", costs["exact"]
    goal, cpp_goal = bench.goal(EXACT_GOALS.get(seconds)), bench.goal(WHISPER_CPP_GOALS.get(seconds))
    figures = [ratio(f"{name}/stock", ours, costs["stock"], goal)]
    if "whisper_cpp" in costs:
        return [*figures, ratio(f"{name}/whisper_cpp", ours, costs["whisper_cpp"], cpp_goal)]
    return [*figures, Figure(f"{name}/whisper_cpp", None, "ratio", cpp_goal, "not installed")]


async def _costs(bench: Bench, recording: Recording) -> dict[str, list[float]]:
    """By contender; each has done one message before, which also loads what is loaded on first use."""
    async with AsyncExitStack() as stack:
        contenders = [await stack.enter_async_context(contender) for contender in _contenders(bench, recording.seconds)]
        bench.say(f"recognising {recording.seconds} s")
        for contender in contenders:
            await contender.cost(recording)
        costs: dict[str, list[float]] = {contender.name: [] for contender in contenders}
        for _ in range(bench.effort.repeats):
            for contender in contenders:
                costs[contender.name].append(await contender.cost(recording))
    return costs


def _contenders(bench: Bench, seconds: int) -> Sequence[AbstractAsyncContextManager[Contender]]:
    model = bench.material.model(bench.size, seconds)
    starting = [_from_engine(Setup(Kind.STOCK, model)), _from_worker(model)]
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
async def _from_worker(model: Path) -> AsyncIterator[Contender]:
    """A real worker process with the default settings, asked by a real pool."""
    pool = WorkerPool(WorkersConfig(count=1), RecognitionConfig(), model, Events())
    await pool.start()
    try:
        (status,) = pool.statuses()
        pid = status.pid
        assert pid is not None

        async def recognise(path: Path) -> str:
            outcome = await pool.assign(TaskRequest(path, TASK_SECONDS, TASK_SECONDS))
            if not isinstance(outcome, Recognised):
                raise RuntimeError(f"the worker answered {outcome}")
            return outcome.transcript.text

        yield Contender("exact", recognise, lambda: cpu_seconds(pid))
    finally:
        await pool.stop(0.0)
