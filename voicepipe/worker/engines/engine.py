"""What an engine is to the rest of a worker: from the sound of windows to texts.

An engine is a module with a function `load(boot)` that gives an `Engine` or raises `BootError`. All of it runs in the
worker's main thread. It is loaded and checked before the worker shuts itself in: from then on it opens and imports
nothing (see `worker/sandbox.py`).

A window goes through an engine in three steps: it is encoded, which also tells the language; what is there is decoded
together; and each becomes segments by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.messages import Boot, BootFailure, Capabilities, Options
from voicepipe.worker.speech import Utterance


class BootError(Exception):
    """The engine can't work here; the message is for the operator."""

    def __init__(self, failure: BootFailure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class Encoded(Protocol):
    """A window on its way through an engine; what else is in it is the engine's own affair."""

    @property
    def utterance(self) -> Utterance: ...

    @property
    def language(self) -> str:
        """ISO 639-1 code."""
        ...

    @property
    def language_probability(self) -> float:
        """1.0 where the language was given."""
        ...


W = TypeVar("W", bound=Encoded)


class Engine(Protocol[W]):
    """A loaded model."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def is_on_cpu(self) -> bool:
        """Whether all its memory is the process's own, so that it can be bounded, and no driver opens files later."""
        ...

    def check(self) -> None:
        """Take a second of silence through all steps. Raises whatever is wrong when that no longer works."""

    def encode(self, utterance: Utterance, options: Options) -> W:
        """The first step. What `options` leave open is as `Boot` says.

        Raises ValueError for a language that the model does not know.
        """
        ...

    def decode_together(self, windows: Sequence[W]) -> None:
        """The second step, of any windows; none is lost when it fails, as the third does without it."""

    def segments(self, window: W) -> tuple[Segment, ...]:
        """The last step. Times are in seconds of the recording; texts keep their leading space."""
        ...


class EngineModule(Protocol):
    """What an engine's module must have."""

    def load(self, boot: Boot) -> Engine[Any]:
        """Load the model and check it. Raises BootError."""
        ...
