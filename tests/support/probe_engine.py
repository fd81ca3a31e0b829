"""An engine from outside: it hears no words, and tells of each window how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.messages import Boot, Capabilities, Options
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.speech import Utterance

WINDOW_SECONDS = 10.0
"""Other than Whisper's."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A window: it is decoded as it is encoded."""

    utterance: Utterance
    language: str
    language_probability: float = 1.0


class ProbeEngine:
    """Needs no model."""

    capabilities = Capabilities(window_seconds=WINDOW_SECONDS, batch_size=3, is_batch_cheap=True)
    is_on_cpu = True

    def __init__(self, preferred_language: str) -> None:
        self._language = preferred_language

    def check(self) -> None:
        """Nothing can be wrong."""

    def encode(self, utterance: Utterance, options: Options) -> Measured:
        return Measured(utterance, options.language or self._language)

    def decode_together(self, windows: Sequence[Measured]) -> None:
        """Nothing is left to do."""

    def segments(self, window: Measured) -> tuple[Segment, ...]:
        spans = window.utterance.spans
        start, end = spans[0].start / SAMPLE_RATE, spans[-1].end / SAMPLE_RATE
        return (Segment(start, end, f" A window of {window.utterance.seconds:.1f} s."),)


def load(boot: Boot) -> ProbeEngine:
    """The engine."""
    return ProbeEngine(boot.preferred_language)
