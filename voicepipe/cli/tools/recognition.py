"""Recognition for commands: the same workers as the service's, for files that the operator names."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from voicepipe.config import Config
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.errors import VoicepipeError
from voicepipe.events import Events, SandboxIncomplete, WorkerReady
from voicepipe.journey.recognition import Advance, Heard, Media, Recognition, Watch
from voicepipe.models import find_model
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.supervision import unless
from voicepipe.wire.messages import Crashed
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.local import local_seats, opening_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import Sounds

LONGEST_SECONDS = 86_400
"""Longest recording that a command takes; the quota and the limit per recording are for the bot's users."""
_LEAST_BYTES_PER_SECOND = 250
"""Of any codec in use: gives a recording's greatest possible length, which scales its deadline."""

T = TypeVar("T")


class ModelReport(BaseModel):
    """That a model works, and how fast: what came of loading it and recognising a clip."""

    model_config = ConfigDict(frozen=True)

    model: str
    path: Path
    load_seconds: float
    clip_seconds: float
    compute_seconds: float
    """CPU time that the clip took."""
    unguarded: str
    """What this machine can't keep workers from, though the configuration says so: words, empty when it can."""
    language: str
    text: str


class Workers:
    """Worker processes that recognise files until all is done."""

    def __init__(self, pool: WorkerPool, sounds: Sounds, max_deaths: int) -> None:
        scheduler = Scheduler(pool, are_windows_together=True)
        pool.call_when_idle(scheduler.assign_waiting)
        self._pool = pool
        self._recognition = Recognition(scheduler, sounds)
        self._max_deaths = max_deaths
        # The sound of a file that is being recognised lies in the temporary directory.
        self._room = asyncio.Semaphore(pool.able() + 1)
        self._numbers = itertools.count()

    async def transcribe(self, media: Media, on_advance: Callable[[Advance], None] = lambda _: None) -> Heard | Failure:
        """Recognise a file, a part of it again when its worker dies, as often as the service would."""
        deaths: Counter[int] = Counter()

        async def on_death(part: int, cause: LossCause | Crashed) -> Failure | None:
            deaths[part] += 1
            if isinstance(cause, Crashed):
                return cause.failure
            return None if deaths[part] < self._max_deaths else Failure(FailureReason.POISON)

        watch = Watch(lambda: None, on_advance, on_death)
        async with self._room:
            # Files take turns as the bot's users do.
            return await self._recognition.recognise(next(self._numbers), media, watch)

    async def unless_failed(self, work: Awaitable[T]) -> T:
        """Await the work, or raise WorkersFailed as soon as no worker is left that could do it."""
        return await unless(work, self._pool.wait_failed())


def media_of(file: Path, track: int | None = None) -> Media:
    """What is known of a file whose length nobody knows yet. Raises OSError."""
    longest = max(60.0, min(LONGEST_SECONDS, file.stat().st_size / _LEAST_BYTES_PER_SECOND))
    return Media(file.resolve(), longest, LONGEST_SECONDS, track=track)


@asynccontextmanager
async def started_workers(config: Config, count: int, events: Events | None = None) -> AsyncIterator[Workers]:
    """Run `count` workers with the configured model; none is left afterwards, however it ends.

    Their memory has no limit: an operator's own files are not out for it.

    Raises ModelMissing, or WorkersFailed with the reason.
    """
    model_path = find_model(config.recognition.model, config.service.files.models)
    settings = config.workers.model_copy(update={"count": count, "express": 0, "memory_limit_mib": 0})
    sounds = Sounds(None)
    pool = WorkerPool(settings, local_seats(settings, config.recognition, model_path, sounds), events or Events())
    await pool.start()
    try:
        yield Workers(pool, sounds, settings.max_deaths_per_recording)
    finally:
        await pool.stop(0.0)


def with_recognition(config: Config, *, profile: str | None = None, **changes: str | None) -> Config:
    """The configuration with other values in `[recognition]`; None leaves one as it is.

    A profile is given whole: keys that the configuration sets apart from its own profile are as this one has them. A
    language that is asked for, or detection, is not bound to the languages that are spoken to the bot.
    """
    given: dict[str, object] = {key: value for key, value in changes.items() if value is not None}
    if "language" in given:
        given["languages"] = ()
    if profile is not None:
        given |= {"profile": profile, "beam_size": None, "short_context": None, "limit_tokens": None}
    return config.model_copy(update={"recognition": config.recognition.model_copy(update=given)})


async def check_model(config: Config) -> ModelReport:
    """Load the configured model in a worker process and recognise the bundled clip.

    Raises ModelMissing, WorkersFailed, or VoicepipeError when the model hears nothing in the clip.
    """
    name = config.recognition.model
    ready: list[WorkerReady] = []
    warnings: list[SandboxIncomplete] = []
    events = Events()
    events.subscribe(lambda event: ready.append(event) if isinstance(event, WorkerReady) else None)
    events.subscribe(lambda event: warnings.append(event) if isinstance(event, SandboxIncomplete) else None)
    clip = Path(str(resources.files("voicepipe.cli.tools") / "clip.ogg"))
    async with started_workers(config, 1, events) as workers:
        heard = await workers.unless_failed(workers.transcribe(media_of(clip)))
    if isinstance(heard, Failure):
        raise VoicepipeError(f"The model {name!r} loads, but fails on a clip of speech ({heard.reason}): use another")
    unguarded = warnings[0].missing if warnings else ""
    return _report(config, heard, ready[0].load_seconds, unguarded)


async def check_opening(config: Config) -> tuple[float, str]:
    """Start a worker that only opens recordings: it opens a made one before it is ready.

    Returns how long it took, in seconds, and what of the sandbox is not in force. Raises WorkersFailed.
    """
    events, ready, warnings = Events(), [], []
    events.subscribe(lambda event: ready.append(event) if isinstance(event, WorkerReady) else None)
    events.subscribe(lambda event: warnings.append(event) if isinstance(event, SandboxIncomplete) else None)
    settings = config.workers.model_copy(update={"count": 1, "express": 0})
    seats = opening_seats(settings, config.recognition, Sounds(None))
    pool = WorkerPool(settings, seats, events, recognises=False)
    await pool.start()
    await pool.stop(0.0)
    return ready[0].load_seconds, warnings[0].missing if warnings else ""


def _report(config: Config, heard: Heard, load_seconds: float, unguarded: str) -> ModelReport:
    name, transcript = config.recognition.model, heard.transcript
    return ModelReport(
        model=name,
        path=find_model(name, config.service.files.models),
        load_seconds=load_seconds,
        clip_seconds=transcript.audio_seconds,
        compute_seconds=heard.compute_seconds,
        unguarded=unguarded,
        language=transcript.language,
        text=transcript.text,
    )
