"""Who hears the clips: stock faster-whisper with and without voice detection, and voicepipe's worker by profile."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tools.accuracy.clips import Source
from tests.tools.bench.one_worker import running_worker
from voicepipe.config import RecognitionConfig
from voicepipe.domain.transcripts import FailureReason
from voicepipe.journey.recognition import Heard
from voicepipe.machine import cpu_seconds
from voicepipe.workers.local import worker_environment

STOCK, STOCK_VAD = "stock", "stock_vad"
SPEECH_ONLY = frozenset({Source.SENTENCE, Source.LONG})
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


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who hears one clip after the other, with one thread."""

    name: str
    hear: Callable[[Path], Awaitable[Hearing]]
    sources: frozenset[Source] = frozenset(Source)
    """What it is given."""


@asynccontextmanager
async def contenders(
    model: Path, profiles: Mapping[str, RecognitionConfig], *, with_stock: bool
) -> AsyncIterator[Sequence[Contender]]:
    """All of them, each with its model loaded.

    Stock without voice detection is given speech only: noise costs it minutes.
    """
    async with AsyncExitStack() as stack:
        found = []
        if with_stock:
            hear = await stack.enter_async_context(_stock(model))
            found.append(Contender(STOCK, lambda path: hear(path, False), SPEECH_ONLY))
            found.append(Contender(STOCK_VAD, lambda path: hear(path, True)))
        for name, config in profiles.items():
            found.append(Contender(name, await stack.enter_async_context(_ours(model, config))))
        yield found


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

        async def hear(path: Path, skips_silence: bool) -> Hearing:
            assert process.stdin is not None
            before = cpu_seconds(process.pid)
            process.stdin.write(json.dumps([str(path), skips_silence]).encode() + b"\n")
            heard = await answer()
            spent = cpu_seconds(process.pid) - before
            return Hearing(heard["text"], heard["language"] if heard["text"] else "", spent)

        try:
            await answer()
            yield hear
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


# --- ours ---------------------------------------------------------------------------------------------------------
@asynccontextmanager
async def _ours(model: Path, config: RecognitionConfig) -> AsyncIterator[Callable[[Path], Awaitable[Hearing]]]:
    async with running_worker(model, config) as worker:

        async def hear(path: Path) -> Hearing:
            before = worker.cpu_seconds
            outcome = await worker.hear(path)
            spent = worker.cpu_seconds - before
            if isinstance(outcome, Heard):
                text = outcome.transcript.text
                return Hearing(text, outcome.transcript.language if text else "", spent)
            problem = "" if outcome.reason is FailureReason.NO_SPEECH else outcome.reason.value
            return Hearing("", "", spent, problem)

        yield hear
