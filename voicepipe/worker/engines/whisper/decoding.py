"""Tries to say what is said: the first, which windows of one size make together, and the second ones.

What a try is judged by, and what a second one does, are faster-whisper's. But no second try is longer than can be said
in the time: where nobody speaks, all tries fail, and stock faster-whisper takes up to a hundred times as long as for
speech.

Decoding together gives each window what decoding it alone would: the beams of different windows do not see each other.
Where a number format rounds by the size of a batch, as some on a GPU do, the last digits of a probability may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ctranslate2
from ctranslate2.models import WhisperGenerationResult
from faster_whisper.transcribe import get_compression_ratio

from voicepipe.worker.engines.whisper.model import Model

TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Of second tries."""
HYPOTHESES = 5
"""Texts that a second try draws, for the best to be chosen; with one, words were lost now and then."""
LEAST_LOG_PROBABILITY = -1.0
MOST_COMPRESSION = 2.4
"""A text that can be compressed more repeats itself."""
NO_SPEECH = 0.6
"""Above this, what is doubtful is silence."""
TOKENS_AT_LEAST, TOKENS_PER_SECOND, MOST_TOKENS = 24, 14, 224
"""What a text may take; speech in the languages that take most has about 10 a second. The last is Whisper's own."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one try made of a window, or of a part of it."""

    tokens: tuple[int, ...]
    text: str
    log_probability: float
    """Of a token, on average."""
    no_speech_probability: float
    temperature: float = 0.0
    """Of the last try, where all were tried."""

    @property
    def is_repetitive(self) -> bool:
        return bool(get_compression_ratio(self.text) > MOST_COMPRESSION)

    @property
    def is_improbable(self) -> bool:
        return self.log_probability < LEAST_LOG_PROBABILITY

    @property
    def is_silence(self) -> bool:
        """Whether nobody speaks there, whatever the text is."""
        return self.log_probability <= LEAST_LOG_PROBABILITY and self.no_speech_probability > NO_SPEECH

    @property
    def looks_wrong(self) -> bool:
        return self.is_repetitive or (self.is_improbable and not self.is_silence)


def tokens_within(seconds: float) -> int:
    """More than is said in so many seconds of speech, timestamps included."""
    return min(MOST_TOKENS, TOKENS_AT_LEAST + int(TOKENS_PER_SECOND * seconds))


class Decoder:
    """Tries with a model; all sound is encoded already."""

    def __init__(self, model: Model, beam_size: int) -> None:
        self._model = model
        self._beam_size = beam_size

    def try_together(
        self, encoded: ctranslate2.StorageView, prompts: Sequence[list[int]], languages: Sequence[str], most_tokens: int
    ) -> list[Attempt]:
        """The first try of each; the prompts are alike in length."""
        results = self._model.generate(
            encoded, prompts, languages[0], beam_size=self._beam_size, max_length=_length(most_tokens, prompts[0])
        )
        return [self._attempt(*each, 0.0) for each in zip(results, languages, strict=True)]

    def settle(
        self,
        encoded: ctranslate2.StorageView,
        prompt: list[int],
        language: str,
        most_tokens: int,
        first: Attempt | None = None,
        plain: list[int] | None = None,
    ) -> Attempt:
        """The first try if it is good, else the first second try that is, else the best of all.

        `plain` is the prompt of second tries, if that is another.
        """
        (attempt,) = [first] if first else self.try_together(encoded, [prompt], [language], most_tokens)
        attempts = [attempt]
        for temperature in TEMPERATURES:
            if not attempts[-1].looks_wrong:
                return attempts[-1]
            attempts.append(self._try_again(encoded, plain or prompt, language, most_tokens, temperature))
        return _best(attempts) if attempts[-1].looks_wrong else attempts[-1]

    def _try_again(
        self, encoded: ctranslate2.StorageView, prompt: list[int], language: str, most_tokens: int, temperature: float
    ) -> Attempt:
        (result,) = self._model.generate(
            encoded,
            [prompt],
            language,
            beam_size=1,
            num_hypotheses=HYPOTHESES,
            sampling_topk=0,
            sampling_temperature=temperature,
            max_length=_length(most_tokens, prompt),
        )
        return self._attempt(result, language, temperature)

    def _attempt(self, result: WhisperGenerationResult, language: str, temperature: float) -> Attempt:
        tokens = tuple(result.sequences_ids[0])
        # CTranslate2 divides by the number of tokens, and Whisper counts the one that ends the text.
        log_probability = result.scores[0] * len(tokens) / (len(tokens) + 1)
        text = self._model.text(tokens, language).strip()
        return Attempt(tokens, text, log_probability, result.no_speech_prob, temperature)


def _best(attempts: Sequence[Attempt]) -> Attempt:
    """Of those that failed; it is as uncertain as the last one."""
    plain = [attempt for attempt in attempts if not attempt.is_repetitive]
    best = max(plain or attempts, key=lambda attempt: attempt.log_probability)
    return replace(best, temperature=attempts[-1].temperature)


def _length(most_tokens: int, prompt: Sequence[int]) -> int:
    """What CTranslate2 calls it: it leaves half of it to the text at most, and no more than the prompt leaves."""
    return min(2 * MOST_TOKENS, max(2 * most_tokens, most_tokens + len(prompt)))
