"""The loaded model: what of CTranslate2 and faster-whisper the engine uses, in its words.

The pieces, not faster-whisper's `transcribe`, because that encodes a window twice when it has to detect the language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.models import WhisperGenerationResult
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from voicepipe.wire.messages import Boot
from voicepipe.worker.engines.whisper.languages import LanguageProbabilities
from voicepipe.worker.engines.whisper.storage import compute_type
from voicepipe.worker.speech import Floats

FRAMES_PER_SECOND = 100
"""Of the mel spectrogram."""
FULL_FRAMES = 3000
"""What Whisper was trained on, and hears at once: 30 s."""
MAX_INITIAL_TIMESTAMP_SECONDS = 1.0
"""Speech begins no later, as far as the model is free to say."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What a text is to be like."""

    language: str
    """ISO 639-1 code of what is spoken."""
    translates: bool = False
    """Whether it is in English all the same."""
    vocabulary: str = ""
    """Names and jargon that may be in it."""

    @property
    def task(self) -> str:
        return "translate" if self.translates and self.language != "en" else "transcribe"


class Model:
    """A Whisper model that CTranslate2 runs."""

    def __init__(self, boot: Boot) -> None:
        self._whisper = WhisperModel(
            str(boot.model_path),
            device=boot.device,
            compute_type=compute_type(boot.device, boot.compute_type),
            cpu_threads=boot.threads,
            num_workers=1,
            local_files_only=True,
        )
        self.engine: ctranslate2.models.Whisper = self._whisper.model
        self.tokenizer = cache(self._make_tokenizer)
        """By language and task; texts are the same with all."""
        self._suppressed = cache(self._make_suppressed)

    @property
    def is_multilingual(self) -> bool:
        return bool(self.engine.is_multilingual)

    @property
    def is_on_cpu(self) -> bool:
        return str(self.engine.device) == "cpu"

    def knows(self, language: str) -> bool:
        return language in self._whisper.supported_languages

    def require(self, language: str) -> None:
        """Raises ValueError for a language that the model does not know."""
        if self.is_multilingual and not self.knows(language):
            raise ValueError(f"the model does not know the language {language!r}")

    def features(self, sound: Floats) -> NDArray[np.float32]:
        """The mel spectrogram: bands x frames of 10 ms."""
        features: NDArray[np.float32] = self._whisper.feature_extractor(sound)
        return features

    def encode(self, features: NDArray[np.float32], frames: int) -> ctranslate2.StorageView:
        """Cut or filled up to so many frames."""
        return self._whisper.encode(pad_or_trim(features, frames))

    def languages(self, encoded: ctranslate2.StorageView) -> LanguageProbabilities:
        """That are spoken, perhaps; the most probable first."""
        return [(token[2:-2], float(probability)) for token, probability in self.engine.detect_language(encoded)[0]]

    def prompt(self, manner: Manner, said: Sequence[int] = ()) -> list[int]:
        """What a text begins after; `said` are the tokens before it.

        A model takes a vocabulary for what was said before. The full stop keeps it from leaving the same words out now.
        Measured (base): in 6 sentences whose hard words are in the vocabulary 7 words are wrong (without the stop 9,
        without the vocabulary 12), in 14 others 8 (10, 8).
        """
        tokenizer = self.tokenizer(manner.language, manner.task)
        words = f"{manner.vocabulary}." if manner.vocabulary else None
        prompt: list[int] = self._whisper.get_prompt(tokenizer, list(said), hotwords=words)
        return prompt

    def text(self, tokens: Sequence[int], language: str) -> str:
        return str(self.tokenizer(language).decode(list(tokens)))

    def generate(
        self, encoded: ctranslate2.StorageView, prompts: Sequence[list[int]], language: str, **options: Any
    ) -> list[WhisperGenerationResult]:
        """As faster-whisper asks for it; `options` are CTranslate2's."""
        results: list[WhisperGenerationResult] = self.engine.generate(
            encoded,
            list(prompts),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppressed(language),
            max_initial_timestamp_index=round(MAX_INITIAL_TIMESTAMP_SECONDS / self._whisper.time_precision),
            **options,
        )
        return results

    def parts(self, tokens: Sequence[int], language: str, start: int, end: int) -> tuple[list[dict[str, Any]], int]:
        """The tokens by utterance, and the frame that the model came to; they are said of what is between two frames.

        Each utterance has `start` and `end`, in seconds of the window's speech, and its `tokens`.
        """
        found, stopped_at, _ = self._whisper._split_segments_by_timestamps(
            tokenizer=self.tokenizer(language),
            tokens=list(tokens),
            time_offset=start / FRAMES_PER_SECOND,
            segment_size=end - start,
            segment_duration=(end - start) / FRAMES_PER_SECOND,
            seek=start,
        )
        return found, stopped_at

    def begun_by(self, tokens: Sequence[int], language: str, seconds: float) -> Sequence[int]:
        """The tokens up to the first segment that begins then, or later."""
        first = self.tokenizer(language).timestamp_begin
        too_late = first + seconds / self._whisper.time_precision
        begins = (i for i, token in enumerate(tokens) if token >= too_late and (i == 0 or tokens[i - 1] >= first))
        return tokens[: next(begins, len(tokens))]

    def is_text(self, token: int, language: str) -> bool:
        """Whether it is no time stamp and nothing else that is not said."""
        return bool(token < self.tokenizer(language).eot)

    def words(self, tokens: Sequence[int], language: str) -> list[tuple[str, list[int]]]:
        """The words of a text, each with its tokens; punctuation is a word of its own."""
        return list(zip(*self.tokenizer(language).split_to_word_tokens(list(tokens)), strict=True))

    def probabilities(
        self, encoded: ctranslate2.StorageView, tokens: Sequence[int], language: str, frames: int
    ) -> list[float]:
        """Of each token of a text, which is aligned with the sound for it."""
        (aligned,) = self.engine.align(encoded, self.tokenizer(language).sot_sequence, [list(tokens)], frames)
        return list(aligned.text_token_probs)

    def _make_tokenizer(self, language: str, task: str = "transcribe") -> Tokenizer:
        return Tokenizer(self._whisper.hf_tokenizer, self.is_multilingual, task=task, language=language)

    def _make_suppressed(self, language: str) -> list[int]:
        return list(get_suppressed_tokens(self.tokenizer(language), [-1]))
