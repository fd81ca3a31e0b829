"""A recogniser in a process of its own, without voicepipe around it: what the service is measured against.

As a program: `python -m tests.bench.engine KIND MODEL THREADS BEAMS AT_ONCE`. It says `null` when the model is loaded;
then each line it reads is a list of paths, and the line it answers a list of texts and of the seconds until each was
there, counted from when the line was read.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from tests.bench.machine import cpu_seconds
from voicepipe.workers.pool import worker_environment

LONGEST_LINE = 1 << 24
LONGEST_RECORDING_SECONDS = 86_400.0


class Kind(StrEnum):
    """Whose code recognises."""

    STOCK = "stock"
    """faster-whisper, by `transcribe` with the language detected."""
    OURS = "ours"
    """What voicepipe's workers use, with the settings they have by default."""
    WHISPER_CPP = "whisper_cpp"
    """whisper.cpp through pywhispercpp, which is told the language: that spares it an encoder run."""

    @property
    def is_installed(self) -> bool:
        return self is not Kind.WHISPER_CPP or find_spec("pywhispercpp") is not None


@dataclass(frozen=True, slots=True)
class Setup:
    """How an engine works."""

    kind: Kind
    model: Path
    threads: int = 1
    """Of the model."""
    beams: int = 5
    at_once: int = 1
    """Recordings worked on at the same time, by threads that share the model."""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    seconds: float


class Engine:
    """The supervising side of the process."""

    def __init__(self, process: asyncio.subprocess.Process, log: TextIO) -> None:
        self._process = process
        self._log = log

    @property
    def cpu_seconds(self) -> float:
        """Used until now."""
        return cpu_seconds(self._process.pid)

    async def recognise(self, paths: Sequence[Path]) -> list[Answer]:
        """Raises RuntimeError, with what the process wrote, when it ends over it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(path) for path in paths]).encode() + b"\n")
        return [Answer(text, seconds) for text, seconds in await self.read()]

    async def read(self) -> Any:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise RuntimeError(f"a recogniser ended:\n{self._log.read()}")
        return json.loads(line)


@asynccontextmanager
async def running_engine(setup: Setup) -> AsyncIterator[Engine]:
    """The engine, with its model loaded."""
    arguments = (setup.kind, str(setup.model), str(setup.threads), str(setup.beams), str(setup.at_once))
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.engine", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=worker_environment(setup.threads),
            limit=LONGEST_LINE,
        )
        try:
            engine = Engine(process, log)
            await engine.read()
            yield engine
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


# --- the process itself -------------------------------------------------------------------------------------------
Recognise = Callable[[Path], str]


def _stock(setup: Setup) -> Recognise:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(setup.model), device="cpu", compute_type="int8", cpu_threads=setup.threads)

    def recognise(path: Path) -> str:
        # Text before a window would move a bench model's script; without it stock does a little less, never more.
        segments, _ = model.transcribe(str(path), beam_size=setup.beams, condition_on_previous_text=False)
        return "".join(segment.text for segment in segments).strip()

    return recognise


def _ours(setup: Setup) -> Recognise:
    from voicepipe.config import RecognitionConfig
    from voicepipe.workers.messages import Boot
    from voicepipe.workers.transcriber import load

    config = RecognitionConfig()
    boot = Boot(
        model_path=setup.model,
        device=config.device,
        compute_type=config.compute_type,
        threads=setup.threads,
        language=None,
        preferred_language=config.preferred_language,
        min_language_probability=config.min_language_probability,
        beam_size=setup.beams,
        vad=config.vad,
        condition_on_previous_text=config.condition_on_previous_text,
        heartbeat_seconds=1.0,
        is_sandboxed=False,
        memory_limit_bytes=0,
        spool=None,
    )
    recogniser = load(boot)
    return lambda path: recogniser.recognise(path, LONGEST_RECORDING_SECONDS, None, lambda *_: None).text


def _whisper_cpp(setup: Setup) -> Recognise:
    from faster_whisper.audio import decode_audio

    pywhispercpp = importlib.import_module("pywhispercpp.model")
    quiet = {"print_progress": False, "print_realtime": False}
    model = pywhispercpp.Model(str(setup.model), params_sampling_strategy=1, n_threads=setup.threads, **quiet)
    beams = {"beam_size": setup.beams, "patience": -1.0}

    def recognise(path: Path) -> str:
        segments = model.transcribe(decode_audio(str(path)), language="en", beam_search=beams)
        return "".join(segment.text for segment in segments).strip()

    return recognise


ENGINES: dict[Kind, Callable[[Setup], Recognise]] = {
    Kind.STOCK: _stock,
    Kind.OURS: _ours,
    Kind.WHISPER_CPP: _whisper_cpp,
}


def main(kind: str, model: str, threads: str, beams: str, at_once: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print is no answer
    setup = Setup(Kind(kind), Path(model), int(threads), int(beams), int(at_once))
    recognise = ENGINES[setup.kind](setup)
    _say(answers, None)
    with ThreadPoolExecutor(setup.at_once) as executor:
        for line in sys.stdin:
            _say(answers, _answer(recognise, [Path(path) for path in json.loads(line)], executor))


def _answer(recognise: Recognise, paths: Sequence[Path], executor: ThreadPoolExecutor) -> list[tuple[str, float]]:
    begun_at = time.monotonic()

    def one(path: Path) -> tuple[str, float]:
        return recognise(path), time.monotonic() - begun_at

    return list(executor.map(one, paths))


def _say(answers: TextIO, content: object) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
