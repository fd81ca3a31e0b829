"""An engine from outside with a defect: every recording makes it raise an error that quotes it."""

from __future__ import annotations

from tests.support.probe_engine import Measured, ProbeEngine
from voicepipe.wire.messages import Boot, Options
from voicepipe.worker.speech import Utterance

QUOTED = "what somebody has said"


class BrokenEngine(ProbeEngine):
    """Loads, and shows that it can recognise silence."""

    def encode(self, utterance: Utterance, options: Options) -> Measured:
        raise ZeroDivisionError(QUOTED)


def load(boot: Boot) -> BrokenEngine:
    """The engine."""
    return BrokenEngine(boot.preferred_language)
