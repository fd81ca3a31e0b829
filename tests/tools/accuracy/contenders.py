"""Who hears the clips: stock faster-whisper with and without voice detection, and voicepipe's worker by profile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tools.accuracy import steps
from tests.tools.accuracy.clips import Clip, Source
from tests.tools.accuracy.steps import DIRECTORY_VARIABLE, Step, counters_of
from tests.tools.bench.one_worker import running_worker
from voicepipe.config import RecognitionConfig
from voicepipe.domain.transcripts import FailureReason
from voicepipe.journey.recognition import Heard
from voicepipe.machine import cpu_seconds
from voicepipe.wire.messages import Options
from voicepipe.workers.local import worker_environment

STOCK, STOCK_VAD = "stock", "stock_vad"
ONE_IN = 5
"""Stock without voice detection is given so few of the recordings without speech, each of which costs it dear."""
STOCK_WINDOW_SECONDS = 30.0
ANSWER_TIMEOUT_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """What somebody made of a clip."""

    text: str
    """Empty where no speech was heard."""
    language: str
    """ISO 639-1 code; empty where no speech was heard."""
    cpu_seconds: float
    problem: str = ""
    """Why there is no text, if not for want of speech."""
    counters: tuple[float, ...] = ()
    """What `steps` counts, of this clip; empty where nothing was counted."""

    def cpu_seconds_of(self, step: Step) -> float:
        return self.counters[steps.STEPS.index(step)] if self.counters else 0.0

    @property
    def texts_again(self) -> int:
        """How often a text was decoded once more."""
        return round(self.counters[-1]) if self.counters else 0


Hear = Callable[[Clip], Awaitable[Hearing]]


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who hears one clip after the other, with one thread."""

    name: str
    process: str
    """Two of the same process can't hear at the same time."""
    hear: Hear
    takes: Callable[[Clip], bool] = lambda _: True
    """Whether it is given a clip."""
    window_seconds: float = STOCK_WINDOW_SECONDS
    """The longest window that it makes of a recording."""


@asynccontextmanager
async def contenders(
    model: Path, profiles: Mapping[str, RecognitionConfig], *, with_stock: bool, knows_people: bool = False
) -> AsyncIterator[Sequence[Contender]]:
    """All of them, each with its model loaded. Stock is not given all clips, see `_is_for_stock`.

    `knows_people`: ours is told of each clip the language that its speaker spoke of late.
    """
    async with AsyncExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="voicepipe-accuracy-")))
        os.environ[DIRECTORY_VARIABLE] = str(room)
        found = []
        if with_stock:
            hear = await stack.enter_async_context(_stock(model))
            found.append(Contender(STOCK, STOCK, lambda clip: hear(clip.path, False), _is_for_stock))
            found.append(Contender(STOCK_VAD, STOCK, lambda clip: hear(clip.path, True), _is_for_stock_vad))
        for name, config in profiles.items():
            ours = await stack.enter_async_context(_ours(name, model, config, room, knows_people=knows_people))
            found.append(ours)
        yield found


def _is_for_stock(clip: Clip) -> bool:
    return clip.source is Source.SENTENCE or (clip.source is Source.NO_SPEECH and clip.number % ONE_IN == 0)


def _is_for_stock_vad(clip: Clip) -> bool:
    return clip.source not in (Source.WORD, Source.TWO_SECONDS)


def _between(before: Sequence[float], after: Sequence[float]) -> tuple[float, ...]:
    return tuple(late - early for early, late in zip(before, after, strict=True))


# --- stock --------------------------------------------------------------------------------------------------------
@asynccontextmanager
async def _stock(model: Path) -> AsyncIterator[Callable[[Path, bool], Awaitable[Hearing]]]:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.tools.accuracy.stock", str(model)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=worker_environment(1),
        )

        async def answer() -> Any:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), ANSWER_TIMEOUT_SECONDS)
            if not line:
                log.seek(0)
                raise RuntimeError(f"stock faster-whisper ended:\n{log.read()}")
            return json.loads(line)

        counted: Sequence[float] = [0.0] * steps.COUNTERS

        async def hear(path: Path, skips_silence: bool) -> Hearing:
            nonlocal counted
            assert process.stdin is not None
            before, counted_before = cpu_seconds(process.pid), counted
            process.stdin.write(json.dumps([str(path), skips_silence]).encode() + b"\n")
            heard = await answer()
            spent, counted = cpu_seconds(process.pid) - before, heard["counters"]
            language = heard["language"] if heard["text"] else ""
            return Hearing(heard["text"], language, spent, counters=_between(counted_before, counted))

        try:
            await answer()
            yield hear
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


# --- ours ---------------------------------------------------------------------------------------------------------
@asynccontextmanager
async def _ours(
    name: str, model: Path, config: RecognitionConfig, room: Path, *, knows_people: bool
) -> AsyncIterator[Contender]:
    """A worker that counts in the directory `room`."""
    async with running_worker(model, config.model_copy(update={"engine": steps.__name__})) as worker:

        async def hear(clip: Clip) -> Hearing:
            likely = clip.language if knows_people else ""
            before, counted_before = worker.cpu_seconds, counters_of(room, worker.pid)
            outcome = await worker.hear(clip.path, Options(likely=likely or None))
            spent, counters = worker.cpu_seconds - before, _between(counted_before, counters_of(room, worker.pid))
            if isinstance(outcome, Heard):
                text = outcome.transcript.text
                return Hearing(text, outcome.transcript.language if text else "", spent, counters=counters)
            problem = "" if outcome.reason is FailureReason.NO_SPEECH else outcome.reason.value
            return Hearing("", "", spent, problem, counters)

        yield Contender(name, name, hear, window_seconds=worker.window_seconds)
