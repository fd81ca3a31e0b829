"""From the tokens of a try to segments, whose words say how sure they are.

The probability of a word is that of its tokens together, punctuation left out. With one beam the decoder tells them at
no cost. With more it does not, so the text is aligned with the sound, which costs as much as 2 or 3 tokens.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import ctranslate2

from voicepipe.domain.transcripts import Segment, Word
from voicepipe.worker.engines.whisper.decoding import LEAST_WORD_SECONDS, Attempt
from voicepipe.worker.engines.whisper.loops import without_loops
from voicepipe.worker.engines.whisper.model import FRAMES_PER_SECOND, FULL_FRAMES, Model

PROBABILITY_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A segment, in seconds of the window's speech, and the tokens it comes from."""

    segment: Segment
    tokens: Sequence[int]


@dataclass(frozen=True, slots=True)
class Clip:
    """A window, or a part of one, as it was heard."""

    model: Model
    encoded: ctranslate2.StorageView
    language: str
    start: int
    end: int
    """In frames of the window."""

    def said(self, attempt: Attempt) -> tuple[list[Said], int]:
        """The segments with words, in order, and the frame that the model came to."""
        tokens, probabilities = attempt.tokens, self._probabilities(attempt)
        if attempt.looks_wrong:
            kept = without_loops(tokens)
            tokens, probabilities = tuple(tokens[i] for i in kept), tuple(probabilities[i] for i in kept)
        parts, stopped_at = self.model.parts(tokens, self.language, self.start, self.end)
        latest, place, found = self.end / FRAMES_PER_SECOND - LEAST_WORD_SECONDS, 0, []
        for part in parts:
            of_part = part["tokens"]
            sure = probabilities[place : place + len(of_part)]
            place += len(of_part)
            text = self.model.text(of_part, self.language)
            if text.strip() and part["start"] != part["end"] and part["start"] < latest:
                words = self._words(text, of_part, sure)
                found.append(Said(Segment(float(part["start"]), float(part["end"]), text, words), of_part))
        return found, stopped_at

    def _probabilities(self, attempt: Attempt) -> tuple[float, ...]:
        """Of each token; 1 for those that are no text."""
        if len(attempt.probabilities) == len(attempt.tokens):
            return attempt.probabilities
        text = [token for token in attempt.tokens if self.model.is_text(token, self.language)]
        frames = min(self.end - self.start, FULL_FRAMES, self.encoded.shape[1] * 2)
        sure = iter(self.model.probabilities(self.encoded, text, self.language, frames) if text else ())
        return tuple(next(sure, 1.0) if self.model.is_text(token, self.language) else 1.0 for token in attempt.tokens)

    def _words(self, text: str, tokens: Sequence[int], probabilities: Sequence[float]) -> tuple[Word, ...]:
        pairs = [pair for pair in zip(tokens, probabilities, strict=True) if self.model.is_text(pair[0], self.language)]
        words, place = list[Word](), 0
        for written, of_word in self.model.words([token for token, _ in pairs], self.language):
            sure = math.prod(probability for _, probability in pairs[place : place + len(of_word)])
            place += len(of_word)
            if words and not any(sign.isalnum() for sign in written):
                words[-1] = Word(words[-1].text + written, words[-1].probability)
            else:
                words.append(Word(written, round(sure, PROBABILITY_DIGITS)))
        return tuple(words) if "".join(word.text for word in words) == text else ()
