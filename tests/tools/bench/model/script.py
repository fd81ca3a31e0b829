"""What a bench model says: one segment of text per window, in a language that it seems to hear."""

from __future__ import annotations

import random
from dataclasses import dataclass

TOKENS_PER_SECOND = 4
"""As speech has: about two words a second of two tokens each."""
WINDOW_SECONDS = 30.0
MAX_TEXT_TOKENS = 220
"""What Whisper's decoder has room for, beside its prompt, in one window."""
CONSONANTS = "bdfgklmnprstvz"
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Script:
    """What the model emits for every window, whatever it hears."""

    text: str
    end_seconds: float = WINDOW_SECONDS
    """Where the one segment ends, counted from the window's beginning."""
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a script needs some text")
        if not 0 < self.end_seconds <= WINDOW_SECONDS:
            raise ValueError(f"a segment ends within its window: 0 < seconds <= {WINDOW_SECONDS:g}")


def script_for(seconds: float, seed: int = 0) -> Script:
    """A script as long as somebody speaking for that time, at most a window, would say."""
    spoken_seconds = min(seconds, WINDOW_SECONDS)
    return Script(words(max(1, round(spoken_seconds * TOKENS_PER_SECOND)), seed), spoken_seconds)


def words(count: int, seed: int = 0) -> str:
    """So many different words; no language, so that they neither repeat nor compress like a decoder that loops."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = chance.choices((1, 2, 3), (1, 3, 2))[0]
        word = "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(syllables))
        found[word + chance.choice(CONSONANTS)] = None
    return " ".join(found)
