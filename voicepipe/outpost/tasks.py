"""What a host was given: tasks that come in parts, and the sound of each, which lies in memory only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from voicepipe.wire.codec import Garbage
from voicepipe.wire.messages import FurtherWindow
from voicepipe.wire.remote import MOST_PARTS, Give, sound_bytes
from voicepipe.workers.assignment import Part, PartOutcome, seconds_of
from voicepipe.workers.sounds import SoundKey, Sounds


@dataclass(slots=True, eq=False)
class Task:
    """A task, as far as it is there."""

    number: int
    secret: str
    session: str
    parts: list[tuple[FurtherWindow, bytes] | None]
    outcomes: list[asyncio.Future[PartOutcome]] = field(default_factory=list)
    is_dropped: bool = False
    """Whether nobody wants it any more."""

    @property
    def is_complete(self) -> bool:
        """Whether all parts are there."""
        return None not in self.parts


def task_of(give: Give) -> Task:
    """A task of which this part is the first to come. Raises Garbage."""
    if not 0 < give.parts <= MOST_PARTS:
        raise Garbage("parts")
    return Task(give.task, give.secret, give.session, [None] * give.parts)


def add_part(task: Task, give: Give, sound: bytes) -> None:
    """Raises Garbage for one that does not fit."""
    is_other = task.secret != give.secret or len(task.parts) != give.parts or not 0 <= give.part < give.parts
    if is_other or task.parts[give.part] is not None or len(sound) != sound_bytes(give.further.window):
        raise Garbage("part")
    task.parts[give.part] = (give.further, sound)


@contextmanager
def in_memory(task: Task, sounds: Sounds) -> Iterator[list[Part]]:
    """The parts for the pool, while inside. Raises OSError when there is no room for another file."""
    with ExitStack() as stack:
        whole = [each for each in task.parts if each is not None]
        keys = [stack.enter_context(_sound_in_memory(sound, sounds)) for _, sound in whole]
        pairs = zip((further for further, _ in whole), keys, strict=True)
        yield [Part(work=further, sound=key, audio_seconds=seconds_of(further.window)) for further, key in pairs]


@contextmanager
def _sound_in_memory(sound: bytes, sounds: Sounds) -> Iterator[SoundKey]:
    with os.fdopen(os.memfd_create("sound"), "w+b", buffering=0) as file:
        file.write(sound)
        key = sounds.add(file)
        try:
            yield key
        finally:
            sounds.forget(key)
