"""Tries to say what is said: the first, which windows of one size make together, and the second ones.

What a try is judged by, and what a second one does, are as in faster-whisper. But no try is longer than can be said in
the time, what it tells of a time after the end is left out, and all second tries together take no more than such a
text: where nobody speaks, all fail, and stock faster-whisper takes up to a hundred times as long as for speech.

Decoding together gives each window what decoding it alone would: the beams of different windows do not see each other.
Only where a text had to be broken off, it has been searched for as long as the longest of them may be.
Where a number format rounds by the size of a batch, as some on a GPU do, the last digits of a probability may differ.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import ctranslate2
import numpy as np
from ctranslate2.models import WhisperGenerationResult
from numpy.typing import NDArray

from voicepipe.worker.engines.whisper.loops import without_loops
from voicepipe.worker.engines.whisper.model import Model

TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Of second tries."""
HYPOTHESES, HYPOTHESES_OF_ONE_BEAM = 5, 3
"""Texts that a second try draws, for the best to be chosen; with one, words were lost now and then. The second is where
the first try has one beam, and costs so little that a second one is soon several times as dear.

Measured (base, one beam, the 69 of 868 clips of a second or a word that are decoded again): 5 / 3 / 2 texts cost 16.8,
13.4 and 12.6 CPU-s at 97, 99 and 105 wrong words. With 5 texts as long as TOKENS_AT_LEAST 24 and TOKENS_PER_SECOND 14
allow it was 20.1 at 98."""
WIDER_BEAM_SIZE = 5
"""Of the first second try, which draws nothing, where the first try has one beam. Measured on 18 of these clips, it
costs 0.81 of drawing at once, at 23 wrong words instead of 22 to 26; with 3 beams it is 0.80 at 34."""
SEARCHED = 0.1
"""What stands for a temperature there."""
LEAST_LOG_PROBABILITY = -1.0
MOST_COMPRESSION = 2.4
"""A text that can be compressed more repeats itself."""
MOST_REPEATED = 12
"""Tokens; people say that much again and again."""
NO_SPEECH = 0.6
"""Above this, what is doubtful is silence."""
TOKENS_OF_A_TRY = 10
"""A second try costs as much as so many tokens more than it says. None begins any more when all together have cost as
much as a text of the greatest length; measured, twice as much mends no word more.
"""
MOST_LOGITS = 256
"""Tokens of a batch whose probabilities are taken from the decoder: each has 0.2 MB of them meanwhile."""
TOKENS_AT_LEAST, TOKENS_PER_SECOND, MOST_TOKENS = 18, 12, 224
"""What a text may take; speech in the languages that take most has about 10 a second, of 60 Russian sentences none had
more than 5.4 and 8 time stamps. The last is Whisper's own."""
LEAST_WORD_SECONDS = 0.1
"""Nobody says anything in less: what a model hears that near the end is made up."""


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
    longest: int = 0
    """Tokens of the longest text that was drawn."""
    is_overlong: bool = False
    """Whether it is longer than can be said in the time, so that it had to be broken off."""
    probabilities: tuple[float, ...] = ()
    """Of each token, where the decoder told them at no cost."""

    @property
    def is_repetitive(self) -> bool:
        repeated = len(self.tokens) - len(without_loops(self.tokens))
        return _compression(self.text) > MOST_COMPRESSION or repeated > max(MOST_REPEATED, len(self.tokens) / 2)

    @property
    def is_improbable(self) -> bool:
        return self.log_probability < LEAST_LOG_PROBABILITY

    @property
    def is_silence(self) -> bool:
        """Whether nobody speaks there, whatever the text is."""
        return self.log_probability <= LEAST_LOG_PROBABILITY and self.no_speech_probability > NO_SPEECH

    @property
    def looks_wrong(self) -> bool:
        return self.is_overlong or self.is_repetitive or (self.is_improbable and not self.is_silence)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a text can be."""

    seconds: float
    """Of speech; nothing is said of what begins later."""
    tokens: int
    """At most."""


def limit_of(seconds: float) -> Limit:
    """More tokens than are said in so many seconds of speech, timestamps included."""
    return Limit(seconds, min(MOST_TOKENS, TOKENS_AT_LEAST + int(TOKENS_PER_SECOND * seconds)))


class Decoder:
    """Tries with a model; all sound is encoded already."""

    def __init__(self, model: Model, beam_size: int) -> None:
        self._model = model
        self._beam_size = beam_size
        self._temperatures = TEMPERATURES if beam_size > 1 else (SEARCHED, *TEMPERATURES)
        self._hypotheses = HYPOTHESES if beam_size > 1 else HYPOTHESES_OF_ONE_BEAM

    def try_together(
        self,
        encoded: ctranslate2.StorageView,
        prompts: Sequence[list[int]],
        languages: Sequence[str],
        limits: Sequence[Limit],
    ) -> list[Attempt]:
        """The first try of each; the prompts are alike in length."""
        longest = max(limit.tokens for limit in limits)
        tells = self._beam_size == 1 and longest * len(prompts) <= MOST_LOGITS
        results = self._model.generate(
            encoded,
            prompts,
            languages[0],
            beam_size=self._beam_size,
            max_length=_length(longest, prompts[0]),
            return_logits_vocab=tells,
        )
        return [
            self._attempt(result, language, limit, probabilities=_probabilities(result) if tells else ())
            for result, language, limit in zip(results, languages, limits, strict=True)
        ]

    def settle(
        self,
        encoded: ctranslate2.StorageView,
        prompt: list[int],
        language: str,
        limit: Limit,
        first: Attempt | None,
        plain: list[int],
        is_nothing: Callable[[Attempt], bool],
    ) -> Attempt:
        """The first try if it is good or there is nothing to say, else the first second try that is, else the best.

        `plain` is the prompt of second tries.
        """
        (attempt,) = [first] if first else self.try_together(encoded, [prompt], [language], [limit])
        # Where one beam went on as long as it may, one second try more is all that the time spoken is worth.
        is_spent = self._beam_size == 1 and attempt.is_overlong
        attempts, tokens_left = [attempt], TOKENS_OF_A_TRY if is_spent else limit.tokens
        for temperature in self._temperatures:
            if not attempts[-1].looks_wrong or is_nothing(attempts[-1]):
                return attempts[-1]
            if tokens_left <= 0:
                break
            attempts.append(self._try_again(encoded, plain, language, limit, temperature))
            tokens_left -= attempts[-1].longest + TOKENS_OF_A_TRY
        return _best(attempts) if attempts[-1].looks_wrong else attempts[-1]

    def _try_again(
        self, encoded: ctranslate2.StorageView, prompt: list[int], language: str, limit: Limit, temperature: float
    ) -> Attempt:
        """Words are drawn by chance, or searched for with more beams."""
        drawn = {"num_hypotheses": self._hypotheses, "sampling_topk": 0, "sampling_temperature": temperature}
        how = {"beam_size": WIDER_BEAM_SIZE} if temperature == SEARCHED else {"beam_size": 1, **drawn}
        length = _length(limit.tokens, prompt)
        (result,) = self._model.generate(encoded, [prompt], language, max_length=length, **how)
        return self._attempt(result, language, limit, temperature)

    def _attempt(
        self,
        result: WhisperGenerationResult,
        language: str,
        limit: Limit,
        temperature: float = 0.0,
        probabilities: tuple[float, ...] = (),
    ) -> Attempt:
        drawn = result.sequences_ids[0][: limit.tokens]
        tokens = tuple(self._model.begun_by(drawn, language, limit.seconds - LEAST_WORD_SECONDS))
        return Attempt(
            tokens,
            self._model.text(tokens, language).strip(),
            # CTranslate2 divides by the number of tokens, and Whisper counts the one that ends the text.
            log_probability=result.scores[0] * len(drawn) / (len(drawn) + 1),
            no_speech_probability=result.no_speech_prob,
            temperature=temperature,
            longest=max(map(len, result.sequences_ids)),
            is_overlong=limit.tokens <= len(tokens) < MOST_TOKENS,
            probabilities=probabilities[: len(tokens)],
        )


def _probabilities(result: WhisperGenerationResult) -> tuple[float, ...]:
    """Of each token of the only text."""
    tokens = result.sequences_ids[0]
    return tuple(
        _probability(np.asarray(logits), token) for logits, token in zip(result.logits[0], tokens, strict=False)
    )


def _probability(logits: NDArray[np.float32], token: int) -> float:
    return float(1.0 / np.exp(logits - logits[token]).sum())


def _best(attempts: Sequence[Attempt]) -> Attempt:
    """Of those that failed; it is as uncertain as the last one."""
    return replace(max(attempts, key=_goodness), temperature=attempts[-1].temperature)


def _goodness(attempt: Attempt) -> float:
    """What repeats itself or was broken off is as bad as what is improbable."""
    return attempt.log_probability + LEAST_LOG_PROBABILITY * (attempt.is_repetitive + attempt.is_overlong)


def _compression(text: str) -> float:
    """How often the text fits into its compressed form. A letter is a byte in any alphabet.

    faster-whisper compresses UTF-8, where Cyrillic has two bytes a letter, so that it takes long Russian sentences for
    repetitive, and tries them five times more.
    """
    plain = bytes(ord(sign) & 0xFF for sign in text)
    return len(plain) / len(zlib.compress(plain))


def _length(most_tokens: int, prompt: Sequence[int]) -> int:
    """What CTranslate2 calls it: it leaves half of it to the text at most, and no more than the prompt leaves."""
    return min(2 * MOST_TOKENS, max(2 * most_tokens, most_tokens + len(prompt)))
