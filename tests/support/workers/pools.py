"""Pools of worker processes, and sound files for their parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.events import Events
from voicepipe.wire.messages import Capabilities
from voicepipe.workers.local import WORKER_PROGRAM, local_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.sounds import SoundKey, Sounds

SOUNDS = Sounds(None)
"""What the pools that are made here know."""
PLAIN = Capabilities(window_seconds=30.0, batch_size=1, is_batch_cheap=False)
"""An engine without any peculiarity."""


def local_pool(
    workers: WorkersConfig,
    recognition: RecognitionConfig,
    model_path: Path,
    events: Events,
    *,
    program: Sequence[str] = WORKER_PROGRAM,
    express: int = 0,
) -> WorkerPool:
    """As the service makes it, but for the number of express workers."""
    workers = workers.model_copy(update={"express": express})
    return WorkerPool(workers, local_seats(workers, recognition, model_path, SOUNDS, program=program), events)


@contextmanager
def sound_file() -> Iterator[SoundKey]:
    """An empty one."""
    with tempfile.TemporaryFile() as file:
        yield SOUNDS.add(file)
