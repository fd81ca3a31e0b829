"""A recogniser in a process of its own, without voicepipe around it: what the service is measured against.

As a program: `python -m tests.tools.bench.engine SETUP`. It says `null` when the model is loaded; then each line
it reads is a list of paths, and the line it answers a list of texts and of the seconds until each was there, counted
from when the line was read.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from tests.tools.bench.ours import Profile, RecogniseAll, load_ours
from voicepipe.machine import cpu_seconds
from voicepipe.workers.local import worker_environment

LONGEST_LINE = 1 << 24


class Kind(StrEnum):
    """Whose code recognises."""

    STOCK = "stock"
    """faster-whisper, by `transcribe` with the language detected."""
    OURS = "ours"
    """What voicepipe's workers use, with the settings that they have by default in a profile."""
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
    """Of ours the profile decides."""
    profile: Profile = Profile.EXACT
    at_once: int = 1
    """Threads that share the model and take work at the same time."""
    together: int = 1
    """Recordings that are handed over in one call; only ours can take several."""


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
    described = json.dumps(asdict(setup) | {"model": str(setup.model)})
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.tools.bench.engine", described),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=worker_environment(setup.threads, keeps_memory=setup.kind is Kind.OURS),
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
def _stock(setup: Setup) -> RecogniseAll:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(setup.model), device="cpu", compute_type="int8", cpu_threads=setup.threads)

    def recognise(path: Path) -> str:
        # Text before a window would move a bench model's script; without it stock does a little less, never more.
        segments, _ = model.transcribe(str(path), beam_size=setup.beams, condition_on_previous_text=False)
        return "".join(segment.text for segment in segments).strip()

    return lambda paths: [recognise(path) for path in paths]


def _ours(setup: Setup) -> RecogniseAll:
    return load_ours(setup.model, setup.profile, setup.threads)


def _whisper_cpp(setup: Setup) -> RecogniseAll:
    from faster_whisper.audio import decode_audio

    pywhispercpp = importlib.import_module("pywhispercpp.model")
    # No text before a window, as above.
    options = {"print_progress": False, "print_realtime": False, "n_max_text_ctx": 0}
    model = pywhispercpp.Model(str(setup.model), params_sampling_strategy=1, n_threads=setup.threads, **options)
    beams = {"beam_size": setup.beams, "patience": -1.0}

    def recognise(path: Path) -> str:
        segments = model.transcribe(decode_audio(str(path)), language="en", beam_search=beams)
        return " ".join(segment.text.strip() for segment in segments)

    return lambda paths: [recognise(path) for path in paths]


ENGINES: dict[Kind, Callable[[Setup], RecogniseAll]] = {
    Kind.STOCK: _stock,
    Kind.OURS: _ours,
    Kind.WHISPER_CPP: _whisper_cpp,
}


def main(described: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print is no answer
    setup = _read_setup(described)
    recognise = ENGINES[setup.kind](setup)
    _say(answers, None)
    with ThreadPoolExecutor(setup.at_once) as executor:
        for line in sys.stdin:
            paths = [Path(path) for path in json.loads(line)]
            _say(answers, _answer(recognise, [*_groups(paths, setup.together)], executor))


def _read_setup(described: str) -> Setup:
    fields = json.loads(described)
    known = {"kind": Kind(fields["kind"]), "model": Path(fields["model"]), "profile": Profile(fields["profile"])}
    return Setup(**fields | known)


def _groups(paths: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def _answer(
    recognise: RecogniseAll, groups: Sequence[Sequence[Path]], executor: ThreadPoolExecutor
) -> list[tuple[str, float]]:
    begun_at = time.monotonic()

    def one(group: Sequence[Path]) -> list[tuple[str, float]]:
        texts = recognise(group)
        seconds = time.monotonic() - begun_at
        return [(text, seconds) for text in texts]

    return [answer for answers in executor.map(one, groups) for answer in answers]


def _say(answers: TextIO, content: object) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
