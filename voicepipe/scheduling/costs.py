"""What work costs: in windows and seconds of audio, and as a share of its user's turn. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

WINDOW_PRICE_SECONDS = 14.0
"""About what a window's price is in seconds of speech, for what need not be learned: on one core, with the model `base`
and the profile "accurate", a window takes 0.62 s, and 0.045 s more for each second in it, by measurement."""
SHORT_SECONDS = 60.0
"""What is no longer is a note, and an express worker may do it. It has a window or two, and another note that comes
meanwhile waits for one."""
UNCHARGED = 2.0
"""A part may take so many times what is usual for its price before the rest is charged to its user's share."""
LEARNING, MOST_SURPRISE = 0.05, 5.0
"""How much a part tells of what is usual, and how many times as dear as usual one is taken for at most."""
OPENING_SHARE = 0.02
"""What a second of a recording takes to be decoded and searched for speech, measured in seconds recognised."""


def is_short(audio_seconds: float) -> bool:
    """Whether a recording of that length is a note, and no lecture."""
    return audio_seconds <= SHORT_SECONDS


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be recognised, or was."""

    parts: float
    audio_seconds: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What recordings take where windows are so long at most. Costs are in seconds of audio."""

    window_seconds: float

    def work_of(self, audio_seconds: float) -> Work:
        """A recording, or what is left of one, whose windows are not known: it is taken to fall into full ones."""
        return Work(math.ceil(audio_seconds / self.window_seconds), audio_seconds)

    def of_recording(self, audio_seconds: float) -> float:
        """What all of a recording takes of its user's share."""
        windows = max(1, math.ceil(audio_seconds / self.window_seconds))
        return windows * WINDOW_PRICE_SECONDS + (1 + OPENING_SHARE) * audio_seconds

    def of_opening(self, audio_seconds: float) -> float:
        """What opening a recording takes of it: of a long one, that is the lesser part."""
        return self.of_window(min(audio_seconds, self.window_seconds)) + OPENING_SHARE * audio_seconds

    @staticmethod
    def of_window(audio_seconds: float) -> float:
        """What a further window takes of it."""
        return WINDOW_PRICE_SECONDS + audio_seconds


class Surcharge:
    """What parts take beyond their price: where a model doubts, it may try again and again."""

    def __init__(self) -> None:
        self._usual = 0.0
        """CPU seconds for a second of the price; 0 while nothing is known."""

    def of(self, price: float, cpu_seconds: float) -> float:
        """What is to be charged besides, in seconds of audio, for a part that took so long; learns what is usual."""
        paid = cpu_seconds / price
        usual = self._usual or paid
        self._usual = usual + LEARNING * (min(paid, MOST_SURPRISE * usual) - usual)
        return max(0.0, paid / usual - UNCHARGED) * price if usual else 0.0
