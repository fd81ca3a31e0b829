"""The engine `opening`: none at all. Its workers find the windows of recordings, which other machines recognise.

It loads no model. What a worker takes then is its decoder and voice detector: about half of what it takes with the
smallest model (`scripts/bench --only remote`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.messages import Boot, Capabilities, Options
from voicepipe.worker.engines.engine import Encoded
from voicepipe.worker.speech import Utterance

WINDOW_SECONDS, SHORT_WINDOW_SECONDS = 30.0, 13.0
"""As `whisper` cuts them; whoever recognises them elsewhere has to be able to."""
OPENED_TOGETHER = 4


def load(boot: Boot) -> OpeningEngine:
    """Load nothing."""
    return OpeningEngine(boot)


class OpeningEngine:
    """Recognises nothing. Satisfies Engine."""

    is_on_cpu = True

    def __init__(self, boot: Boot) -> None:
        seconds = SHORT_WINDOW_SECONDS if boot.has_short_context else WINDOW_SECONDS
        self.capabilities = Capabilities(seconds, OPENED_TOGETHER, is_batch_cheap=False)

    def check(self) -> None:
        """What there is to be checked is checked with the opening itself."""

    def encode(self, utterance: Utterance, options: Options) -> NoReturn:
        raise ValueError("nothing is recognised here")

    def decode_together(self, windows: Sequence[Encoded]) -> None:
        """There are none."""

    def segments(self, window: Encoded) -> tuple[Segment, ...]:
        """There are none."""
        return ()
