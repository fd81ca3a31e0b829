"""What our worker recognises with, for a process that is no worker; the only code here that calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.wire.messages import Boot
from voicepipe.workers.local import boot_of

if TYPE_CHECKING:
    from voicepipe.worker.speech import Utterance

LONGEST_RECORDING_SECONDS = 86_400.0
RecogniseAll = Callable[[Sequence[Path]], list[str]]
"""Recognises recordings, together where the engine can; their texts, in order."""


class Profile(StrEnum):
    """A profile by its name in the configuration."""

    EXACT = "accurate"
    """The text is stock faster-whisper's, to the letter."""
    FAST = "fast"

    @property
    def label(self) -> str:
        """How figures name it."""
        return self.name.lower()

    @property
    def settings(self) -> Mapping[str, str]:
        """What chooses it in the configuration's section `recognition`."""
        return {"profile": self.value}

    @property
    def together(self) -> int:
        """Recordings that a worker is given together at most."""
        from voicepipe.worker.engines.whisper.engine import BATCH_ON_CPU, SHORT_BATCH_ON_CPU

        return SHORT_BATCH_ON_CPU if self is Profile.FAST else BATCH_ON_CPU

    @property
    def config(self) -> RecognitionConfig:
        return RecognitionConfig.model_validate(self.settings)


def load_ours(model: Path, profile: Profile, threads: int) -> RecogniseAll:
    """The worker's engine, set up as in a worker with the default configuration of this profile.

    Its memory is a worker's where the environment of this process is.

    Of each recording it recognises the only window; it raises ValueError when there are more, or none.
    """
    from voicepipe.worker import allocator, processor  # none of it above: others are measured without it

    processor.use_wide_vectors()
    heap = allocator.Heap()
    from voicepipe.wire.messages import AS_CONFIGURED
    from voicepipe.worker.engines.whisper import load

    engine = load(_boot(model, profile.config, threads))

    def recognise(paths: Sequence[Path]) -> list[str]:
        windows = [engine.encode(_only_window(path), AS_CONFIGURED) for path in paths]
        engine.decode_together(windows)
        texts = ["".join(segment.text for segment in engine.segments(each)).strip() for each in windows]
        heap.task_done()
        return texts

    return recognise


def _only_window(path: Path) -> Utterance:
    from voicepipe.worker.engines.whisper import WINDOW_SECONDS
    from voicepipe.worker.media import decode
    from voicepipe.worker.speech import SileroVoice, Speech

    with path.open("rb") as file:
        (window,) = Speech(decode(file, LONGEST_RECORDING_SECONDS), SileroVoice(), WINDOW_SECONDS)
    return window


def _boot(model: Path, config: RecognitionConfig, threads: int) -> Boot:
    """As a worker is told, but that nothing shuts this process in."""
    return replace(boot_of(WorkersConfig(threads=threads), config, model), is_sandboxed=False, memory_limit_bytes=0)
