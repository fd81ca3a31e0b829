"""How much of a text a language model is given at once, so that nothing of it is cut in silence."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from voicepipe.formats.cutting import best_cut

FEWEST_SIGNS_PER_TOKEN = 2.0
"""As long as nothing is known of a model, a token is taken for no longer than this: Russian with an older tokenizer."""
MOST_SIGNS_PER_TOKEN = 8.0
"""And for no longer than this when it is asked whether all was read."""
SURE_SIGNS = 2500
"""A prompt that is no longer fits any model, so what its tokens are is learned from it."""
TOLERANCE = 1.4
"""How much fewer tokens than usual a text of as many signs may have."""


class Gauge:
    """How long a model's tokens are, learned from what it counts. Used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signs_per_token: float | None = None

    def learn(self, signs: int, tokens: int | None) -> None:
        """A prompt of so many signs had so many tokens."""
        if tokens and signs <= SURE_SIGNS:
            with self._lock:
                self._signs_per_token = max(self._signs_per_token or 0.0, signs / tokens)

    def was_read(self, signs: int, tokens: int | None) -> bool:
        """Whether a prompt of so many signs can have so few tokens; None: the model does not say."""
        usual = self._signs_per_token
        most = MOST_SIGNS_PER_TOKEN if usual is None else min(MOST_SIGNS_PER_TOKEN, TOLERANCE * usual)
        return tokens is None or signs <= SURE_SIGNS or tokens >= signs / most


def room(tokens: int, answer_share: float, instructions_signs: int) -> int:
    """How many signs of a text fit so many tokens, with the instructions and an answer of such a share of the text."""
    signs = tokens * FEWEST_SIGNS_PER_TOKEN - instructions_signs
    return max(400, int(signs / (1 + answer_share)))


def cut(text: str, most: int) -> Iterator[str]:
    """The text in pieces of at most so many signs, cut at the ends of lines and sentences."""
    while len(text) > most:
        end = best_cut(text, most)
        yield text[:end]
        text = text[end:]
    if text.strip():
        yield text
