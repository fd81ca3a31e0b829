"""The engine `whisper`: the one place that knows CTranslate2 and faster-whisper's recognition.

The last step of a window keeps all of faster-whisper's checks and second tries.

Decoding together gives each window what decoding it alone would: the beams of different windows do not see each other.
Where a number format rounds by the size of a batch, as some on a GPU do, the last digits of a probability may differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.models import WhisperGenerationResult
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import (
    TranscriptionOptions,
    get_compression_ratio,
    get_suppressed_tokens,
)
from numpy.typing import NDArray

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.messages import Boot, BootFailure, Capabilities
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.engines.engine import BootError
from voicepipe.worker.engines.storage import apart, compute_type, stacked
from voicepipe.worker.placing import placed
from voicepipe.worker.rehearsal import SILENCE
from voicepipe.worker.speech import Floats, Utterance, floats

FRAMES_PER_SECOND = 100
"""Of the mel spectrogram."""
FULL_FRAMES = 3000
"""What Whisper was trained on, and hears at once: 30 s."""
LEAST_FRAMES, STEP_FRAMES = 1000, 250
"""A short context has one of a few sizes, as only windows encoded to the same size can be decoded together."""
MARGIN_FRAMES = 200
"""Silence after the speech, in which the model sees that it ends."""
SILENCE_AFTER = np.zeros(SAMPLE_RATE // 20, np.float32)
"""50 ms for sound that ends amid a word, so that it ends for the model, too: else it may say the last words for ever.
"""
LOUD_END, LOUD_END_SAMPLES = 0.3, SAMPLE_RATE // 50
"""Sound ends loud when its last 20 ms have more than this part of the whole's amplitude."""
LEAST_REST_FRAMES = 60
"""Where a model comes to its last token before the end, less than this has no word in it, but models find one."""
LEAST_WORD_SECONDS = 0.1
"""Nobody says anything in less: what a model hears that near the end is made up."""
LEAST_LOST_FRAMES = 300
"""So long nobody is silent in what a voice detector takes for speech: a pause of 2 s is left out of it."""
WINDOW_SECONDS = FULL_FRAMES / FRAMES_PER_SECOND
BATCH_ON_CPU, SHORT_BATCH_ON_CPU, BATCH_ON_GPU = 2, 4, 16
"""Most parts of a task unless configured. Decoding holds memory for each, and no more for so many than encoding takes
for one; the second is for a short context. More would gain little on a CPU, and hold others up."""
TOKENS_AT_LEAST, TOKENS_PER_SECOND, MOST_TOKENS = 24, 14, 224
"""What a text may take; speech in the languages that take most has about 10 a second. The last is Whisper's own."""


@dataclass(slots=True)
class EncodedWindow:
    """A window on its way through the recogniser."""

    utterance: Utterance
    features: NDArray[np.float32]
    """The mel spectrogram: bands x frames of 10 ms."""
    encoded: ctranslate2.StorageView
    """What the encoder made of it: 1 x (frames / 2) x width."""
    language: str
    language_probability: float
    """1.0 where the language was given."""
    first_try: WhisperGenerationResult | None = None
    """Decoded together with others, or shortened: stands for faster-whisper's own first try."""

    @property
    def is_short(self) -> bool:
        return bool(self.encoded.shape[1] * 2 < FULL_FRAMES)


# --- loading ------------------------------------------------------------------------------------------------------
def load(boot: Boot) -> WhisperEngine:
    """Load the model and have it decode a second of silence. Raises BootError."""
    for name in ("model.bin", "config.json"):
        if not (boot.model_path / name).is_file():
            raise BootError(BootFailure.MODEL_MISSING, f"the directory has no {name}")
    if not (boot.model_path / "tokenizer.json").is_file():  # the library would look for one on the network
        raise BootError(BootFailure.MODEL_UNUSABLE, "the directory has no tokenizer.json")
    try:
        engine = WhisperEngine(boot)
        engine.check()
    except MemoryError as error:
        raise BootError(BootFailure.OUT_OF_MEMORY, "there is not enough memory for the model") from error
    except Exception as error:
        raise BootError(_boot_failure(error), f"{type(error).__name__}: {error}") from error
    return engine


def _boot_failure(error: Exception) -> BootFailure:
    """The libraries raise ValueError and RuntimeError for everything; their texts tell devices from models."""
    text = str(error).lower()
    if "out of memory" in text or "bad_alloc" in text:
        return BootFailure.OUT_OF_MEMORY
    is_device = any(word in text for word in ("cuda", "cudnn", "cublas", "device", "compute type"))
    return BootFailure.DEVICE_UNUSABLE if is_device else BootFailure.MODEL_UNUSABLE


class _Model:
    """A CTranslate2 model that may be told what its next `generate` gives, because that has been done already."""

    def __init__(self, engine: ctranslate2.models.Whisper) -> None:
        self.engine = engine
        self._known: WhisperGenerationResult | None = None

    @contextmanager
    def knowing(self, result: WhisperGenerationResult | None) -> Iterator[None]:
        """The first `generate` inside, if there is one, gives this, unless it is None. It is of no use afterwards."""
        self._known = result
        try:
            yield
        finally:
            self._known = None

    def generate(self, *arguments: Any, **options: Any) -> list[WhisperGenerationResult]:
        result, self._known = self._known, None
        return [result] if result is not None else self.engine.generate(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


class WhisperEngine:
    """A Whisper model run by CTranslate2, through the public pieces of faster-whisper.

    The pieces, not its `transcribe`, because that encodes a window twice when it has to detect the language.
    """

    def __init__(self, boot: Boot) -> None:
        self._boot = boot
        self._whisper = WhisperModel(
            str(boot.model_path),
            device=boot.device,
            compute_type=compute_type(boot),
            cpu_threads=boot.threads,
            num_workers=1,
            local_files_only=True,
        )
        self._model = _Model(self._whisper.model)
        self._whisper.model = self._model
        self._tokenizer = cache(self._make_tokenizer)
        for language in (boot.language, boot.preferred_language):
            self._require(language)

    @property
    def capabilities(self) -> Capabilities:
        is_short = self._boot.has_short_context
        batch_size = SHORT_BATCH_ON_CPU if is_short else BATCH_ON_CPU
        return Capabilities(
            window_seconds=WINDOW_SECONDS,
            batch_size=batch_size if self.is_on_cpu else BATCH_ON_GPU,
            is_batch_cheap=not self.is_on_cpu,
            size_limits_seconds=short_size_limits() if is_short else (),
        )

    @property
    def is_on_cpu(self) -> bool:
        return str(self._model.device) == "cpu"

    def check(self) -> None:
        window = self._encoded(SILENCE, self._features(SILENCE), 100, "en")  # a full one can take a second
        self._first_tries([window, window], most_tokens=4)
        self.segments(window)

    # --- encoding -----------------------------------------------------------------------------------------------
    def encode(self, utterance: Utterance, language: str | None, *, is_all: bool) -> EncodedWindow:
        features = self._features(utterance)
        is_short = self._boot.has_short_context and is_all
        frames = short_context_frames(features.shape[-1] - 1) if is_short else FULL_FRAMES
        return self._encoded(utterance, features, frames, language or self._boot.language)

    def _features(self, utterance: Utterance) -> NDArray[np.float32]:
        sound = floats(utterance.sound)
        if _ends_loud(sound):
            sound = np.concatenate([sound, SILENCE_AFTER])
        features: NDArray[np.float32] = self._whisper.feature_extractor(sound)
        return features

    def _encoded(
        self, utterance: Utterance, features: NDArray[np.float32], frames: int, language: str | None
    ) -> EncodedWindow:
        """Cut as `generate_segments` cuts it, and filled up to so many frames."""
        encoded = self._whisper.encode(pad_or_trim(features[:, : features.shape[-1] - 1], frames))
        heard = self._language(encoded, language)
        kept = stacked([encoded]) if self.is_on_cpu else encoded
        return EncodedWindow(utterance, apart([features]), kept, *heard)

    def _language(self, encoded: ctranslate2.StorageView, wanted: str | None) -> tuple[str, float]:
        """The language to recognise in and its probability: the wanted, else the heard, else the preferred."""
        if not self._model.is_multilingual:
            return "en", 1.0
        if wanted is not None:
            self._require(wanted)
            return wanted, 1.0
        heard = [(token[2:-2], float(probability)) for token, probability in self._model.detect_language(encoded)[0]]
        language, probability = heard[0]
        if probability >= self._boot.min_language_probability:
            return language, probability
        return self._boot.preferred_language, dict(heard)[self._boot.preferred_language]

    def _require(self, language: str | None) -> None:
        is_known = language in self._whisper.supported_languages
        if language is not None and self._model.is_multilingual and not is_known:
            raise ValueError(f"the model does not know the language {language!r}")

    # --- decoding -----------------------------------------------------------------------------------------------
    def decode_together(self, windows: Sequence[EncodedWindow]) -> None:
        alike: dict[tuple[int, int], list[EncodedWindow]] = defaultdict(list)
        for window in windows:
            alike[window.encoded.shape[1], len(self._prompt(window))].append(window)
        for group in alike.values():
            with suppress(Exception):  # too much at once, perhaps: each is then decoded alone
                self._first_tries(group, max(map(self._most_tokens, group)))

    def segments(self, window: EncodedWindow) -> tuple[Segment, ...]:
        if window.first_try is None or self._looks_wrong(window, window.first_try):
            self._start_over(window)
        with self._model.knowing(window.first_try):
            found = sorted(self._clip(window, 0, window.features.shape[-1] - 1, []), key=lambda each: each.start)
        return tuple(part for each in found for part in placed(window.utterance.spans, each.start, each.end, each.text))

    def _start_over(self, window: EncodedWindow) -> None:
        """Nothing is shortened this time."""
        window.first_try = None
        if window.is_short:
            full = pad_or_trim(window.features[:, : window.features.shape[-1] - 1], FULL_FRAMES)
            window.encoded = self._whisper.encode(full)

    def _clip(self, window: EncodedWindow, start: int, end: int, said: list[int]) -> Iterator[Segment]:
        """What is said between two frames, in seconds of the window's speech; `said` are the tokens until here.

        Where a model leaves out speech, which it does at times after a pause, that is decoded again by itself.
        """
        found, stopped_at = self._pass(window, start, end, said)
        yield from found
        for lost_start, lost_end in _lost(found, start, end, stopped_at, has_voice=self._boot.vad):
            yield from self._clip(window, lost_start, lost_end, said)

    def _pass(self, window: EncodedWindow, start: int, end: int, said: list[int]) -> tuple[list[Segment], int]:
        """What the model makes of it at once, with faster-whisper's checks and second tries; the frame it came to."""
        tokenizer = self._tokenizer(window.language)
        most_tokens = _tokens_within((end - start) / FRAMES_PER_SECOND)
        # CTranslate2 leaves half of it to the text.
        options = self._options(tokenizer, max_new_tokens=2 * most_tokens - len(self._prompt(window)))
        encoded = window.encoded if start == 0 else self._whisper.encode(pad_or_trim(window.features[:, start:end]))
        prompt = self._whisper.get_prompt(tokenizer, said if options.condition_on_previous_text else [])
        result, log_probability, temperature, _ = self._whisper.generate_with_fallback(
            encoded, prompt, tokenizer, options
        )
        is_doubtful = log_probability <= options.log_prob_threshold
        if is_doubtful and result.no_speech_prob > options.no_speech_threshold:
            return [], end
        parts, stopped_at, _ = self._whisper._split_segments_by_timestamps(
            tokenizer=tokenizer,
            tokens=result.sequences_ids[0],
            time_offset=start / FRAMES_PER_SECOND,
            segment_size=end - start,
            segment_duration=(end - start) / FRAMES_PER_SECOND,
            seek=start,
        )
        texts = [(part, tokenizer.decode(part["tokens"])) for part in parts]
        latest = end / FRAMES_PER_SECOND - LEAST_WORD_SECONDS
        found = [
            (part, text)
            for part, text in texts
            if text.strip() and part["start"] != part["end"] and part["start"] < latest
        ]
        said += [token for part, _ in found for token in part["tokens"]]
        if temperature > options.prompt_reset_on_temperature:
            said.clear()
        return [Segment(float(part["start"]), float(part["end"]), text) for part, text in found], stopped_at

    def _first_tries(self, windows: Sequence[EncodedWindow], most_tokens: int) -> None:
        """What `generate_with_fallback` would try first for each; the windows are alike in size and prompt."""
        prompts = [self._prompt(window) for window in windows]
        options = self._options(self._tokenizer(windows[0].language))
        results = self._model.engine.generate(
            windows[0].encoded if len(windows) == 1 else stacked([window.encoded for window in windows]),
            prompts,
            beam_size=options.beam_size,
            patience=options.patience,
            length_penalty=options.length_penalty,
            repetition_penalty=options.repetition_penalty,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            max_length=2 * most_tokens,  # of which CTranslate2 leaves half to the text
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=options.suppress_blank,
            suppress_tokens=options.suppress_tokens,
            max_initial_timestamp_index=round(options.max_initial_timestamp / self._whisper.time_precision),
        )
        for window, result in zip(windows, results, strict=True):
            window.first_try = result

    def _most_tokens(self, window: EncodedWindow) -> int:
        return _tokens_within(window.utterance.seconds) if self._boot.limits_tokens else MOST_TOKENS

    def _looks_wrong(self, window: EncodedWindow, result: WhisperGenerationResult) -> bool:
        """Whether what was shortened has to be done again in full. What was not is left to faster-whisper to judge."""
        tokens = result.sequences_ids[0]
        if not window.is_short:
            return self._most_tokens(window) <= len(tokens) < MOST_TOKENS
        tokenizer = self._tokenizer(window.language)
        options, text = self._options(tokenizer), tokenizer.decode(tokens).strip()
        log_probability = result.scores[0] * len(tokens) ** options.length_penalty / (len(tokens) + 1)
        is_doubtful = (
            not text  # where somebody was heard to speak
            or get_compression_ratio(text) > options.compression_ratio_threshold
            or log_probability < options.log_prob_threshold
        )
        return bool(is_doubtful or len(tokens) >= _tokens_within(window.utterance.seconds))

    def _prompt(self, window: EncodedWindow) -> list[int]:
        prompt: list[int] = self._whisper.get_prompt(self._tokenizer(window.language), [])
        return prompt

    def _make_tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(self._whisper.hf_tokenizer, self._model.is_multilingual, task="transcribe", language=language)

    def _options(self, tokenizer: Tokenizer, **changes: Any) -> TranscriptionOptions:
        """What `transcribe` would pass on, with our settings.

        But a second try is no longer than can be said in the time: where nobody speaks, all tries fail, and stock
        faster-whisper takes up to a hundred times as long as for speech.
        """
        options = {
            "beam_size": self._boot.beam_size,
            "best_of": 5,
            "patience": 1,
            "length_penalty": 1,
            "repetition_penalty": 1,
            "no_repeat_ngram_size": 0,
            "log_prob_threshold": -1.0,
            "no_speech_threshold": 0.6,
            "compression_ratio_threshold": 2.4,
            "condition_on_previous_text": self._boot.condition_on_previous_text,
            "prompt_reset_on_temperature": 0.5,
            "temperatures": [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
            "initial_prompt": None,
            "prefix": None,
            "suppress_blank": True,
            "suppress_tokens": get_suppressed_tokens(tokenizer, [-1]),
            "without_timestamps": False,
            "max_initial_timestamp": 1.0,
            "word_timestamps": False,
            "prepend_punctuations": "",
            "append_punctuations": "",
            "multilingual": False,
            "max_new_tokens": None,
            "clip_timestamps": "0",
            "hallucination_silence_threshold": None,
            "hotwords": None,
        }
        return TranscriptionOptions(**options | changes)


def _lost(
    found: Sequence[Segment], start: int, end: int, stopped_at: int, *, has_voice: bool
) -> Iterator[tuple[int, int]]:
    """What of a clip has still to be decoded, in frames: always less than the clip.

    That is the rest, where the model has come to its last token before the end. And where a voice detector has heard
    somebody speak, it is what lies between the segments, if it is long.
    """
    if not found:
        return
    if has_voice:
        begins = [start, *(_frame(each.end) for each in found)]
        ends = [*(_frame(each.start) for each in found), min(end, stopped_at)]
        yield from (pair for pair in zip(begins, ends, strict=True) if pair[1] - pair[0] >= LEAST_LOST_FRAMES)
    if end - stopped_at >= LEAST_REST_FRAMES:
        yield stopped_at, end


def _ends_loud(sound: Floats) -> bool:
    return bool(sound[-LOUD_END_SAMPLES:].std() > LOUD_END * sound.std())


def _frame(seconds: float) -> int:
    return round(seconds * FRAMES_PER_SECOND)


def short_context_frames(speech_frames: int) -> int:
    """How many frames to encode for so many of speech, where the context may be short."""
    steps = -(-(speech_frames + MARGIN_FRAMES) // STEP_FRAMES)
    return min(FULL_FRAMES, max(LEAST_FRAMES, steps * STEP_FRAMES))


def short_size_limits() -> tuple[float, ...]:
    """The longest speech, in seconds, that is encoded to each size of a short context."""
    return tuple((size - MARGIN_FRAMES) / FRAMES_PER_SECOND for size in range(LEAST_FRAMES, FULL_FRAMES, STEP_FRAMES))


def _tokens_within(seconds: float) -> int:
    """More than is said in so many seconds of speech, timestamps included."""
    return min(MOST_TOKENS, TOKENS_AT_LEAST + int(TOKENS_PER_SECOND * seconds))
