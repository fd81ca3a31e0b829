"""A window's way through the engine: it is encoded, decoded, perhaps with others, and becomes segments.

The last step has all of faster-whisper's checks and second tries, and some more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from voicepipe.domain.transcripts import Segment
from voicepipe.wire.messages import Boot, BootFailure, Capabilities, Options
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.engines.engine import BootError
from voicepipe.worker.engines.whisper.clips import Clip
from voicepipe.worker.engines.whisper.decoding import MOST_TOKENS, Attempt, Decoder, Limit, limit_of
from voicepipe.worker.engines.whisper.languages import Heard, chosen, narrowed
from voicepipe.worker.engines.whisper.model import FRAMES_PER_SECOND, FULL_FRAMES, Manner, Model
from voicepipe.worker.engines.whisper.phantoms import PERHAPS_NO_SPEECH, Surroundings, is_nothing, is_phantom
from voicepipe.worker.engines.whisper.storage import apart, stacked
from voicepipe.worker.engines.whisper.windows import (
    SHORT_WINDOW_SECONDS,
    WINDOW_SECONDS,
    EncodedWindow,
    frame,
    short_context_frames,
    short_size_limits,
)
from voicepipe.worker.placing import placed
from voicepipe.worker.rehearsal import SILENCE
from voicepipe.worker.speech import Floats, Utterance, floats

SILENCE_AFTER = np.zeros(SAMPLE_RATE // 20, np.float32)
"""50 ms for sound that ends amid a word, so that it ends for the model, too: else it may say the last words for ever.
"""
LOUD_END, LOUD_END_SAMPLES = 0.3, SAMPLE_RATE // 50
"""Sound ends loud when its last 20 ms have more than this part of the whole's amplitude."""
LEAST_REST_FRAMES = 60
"""Where a model comes to its last token before the end, less than this has no word in it, but models find one."""
LEAST_LOST_FRAMES = 300
"""So long nobody is silent in what a voice detector takes for speech: a pause of 2 s is left out of it."""
INSTANT_SECONDS, INSTANT_PROBABILITY = 2.0, 0.7
"""What is shorter is taken for the language that is likely, unless another is at least so probable.

Measured (base, 121 words and sentences of less than 2 s): Russian ones are heard as Russian in 61 %, with this in 94 %,
English ones always; where another language is the likely one, English ones are heard as English in 94 %."""
PROMPT_TEMPERATURE = 0.5
"""What was found with a higher one is nothing to go on from."""
BATCH_ON_CPU, SHORT_BATCH_ON_CPU, BATCH_ON_GPU = 2, 8, 16
"""Most parts of a task unless configured; the second is for a short context. On a CPU, decoding Russian by `base` costs
0.77 / 0.80 / 0.68 of one by one for 2 / 3 / 4 together, and a worker then takes 325 / 411 / 444 MB. With a short
context it is 0.60 / 0.50 / 0.46 for 4 / 6 / 8 with one beam, 0.69 / 0.58 / 0.56 with five, and takes 80 to 130 MB
meanwhile, less than a full one."""


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


class WhisperEngine:
    """A loaded model, and how it is to be used."""

    def __init__(self, boot: Boot) -> None:
        self._boot = boot
        self._model = Model(boot)
        self._decoder = Decoder(self._model, boot.beam_size)
        for language in (boot.language, boot.preferred_language, *boot.languages):
            if language is not None:
                self._model.require(language)

    @property
    def capabilities(self) -> Capabilities:
        is_short = self._boot.has_short_context
        batch_size = SHORT_BATCH_ON_CPU if is_short else BATCH_ON_CPU
        return Capabilities(
            window_seconds=SHORT_WINDOW_SECONDS if is_short else WINDOW_SECONDS,
            batch_size=batch_size if self.is_on_cpu else BATCH_ON_GPU,
            is_batch_cheap=not self.is_on_cpu,
            size_limits_seconds=short_size_limits() if is_short else (),
        )

    @property
    def is_on_cpu(self) -> bool:
        return self._model.is_on_cpu

    def check(self) -> None:
        # A full window can take a second.
        window = self._encoded(SILENCE, Options(language="en"), 100)
        self._first_tries([window, window], [Limit(SILENCE.seconds, tokens=4)] * 2)
        self.segments(window)

    # --- encoding -----------------------------------------------------------------------------------------------
    def encode(self, utterance: Utterance, options: Options) -> EncodedWindow:
        return self._encoded(utterance, options, self._context_frames(frame(utterance.seconds)))

    def _context_frames(self, speech_frames: int) -> int:
        """How many frames to encode for so many of speech.

        A short context is never done again as a full one: of 592 clips (base; `scripts/accuracy --only
        word,1s,2s,sentence --seed 51`, and 52) that mended no word and no language, and doubled the cost of second
        tries.
        """
        return short_context_frames(speech_frames) if self._boot.has_short_context else FULL_FRAMES

    def _features(self, utterance: Utterance) -> NDArray[np.float32]:
        sound = floats(utterance.sound)
        return self._model.features(np.concatenate([sound, SILENCE_AFTER]) if _ends_loud(sound) else sound)

    def _encoded(self, utterance: Utterance, options: Options, frames: int) -> EncodedWindow:
        """Cut as faster-whisper cuts it, and filled up to so many frames."""
        features = self._features(utterance)
        encoded = self._model.encode(features[:, :-1], frames)
        heard = self._language(encoded, options, utterance.seconds)
        kept = stacked([encoded]) if self.is_on_cpu else encoded
        manner = Manner(heard.language, options.translates, options.vocabulary)
        return EncodedWindow(utterance, apart([features]), kept, heard, manner)

    def _language(self, encoded: ctranslate2.StorageView, options: Options, seconds: float) -> Heard:
        """The language that is wanted, else the one that is heard. Raises ValueError for one nobody knows."""
        if not self._model.is_multilingual:
            return Heard("en", certainty=1.0)
        if options.language is not None:
            self._model.require(options.language)
            return Heard(options.language)
        wanted = tuple(filter(self._model.knows, options.languages))
        allowed = narrowed(self._boot.languages, wanted)
        given = self._boot.language if not wanted else allowed[0] if len(allowed) == 1 else None
        if given is not None:
            return Heard(given)
        is_instant = options.likely is not None and seconds < INSTANT_SECONDS
        return chosen(
            self._model.languages(encoded),
            allowed,
            options.likely or self._boot.preferred_language,
            max(INSTANT_PROBABILITY * is_instant, self._boot.min_language_probability),
        )

    # --- decoding -----------------------------------------------------------------------------------------------
    def decode_together(self, windows: Sequence[EncodedWindow]) -> None:
        alike: dict[tuple[int, int], list[EncodedWindow]] = defaultdict(list)
        for window in windows:
            alike[window.encoded.shape[1], len(self._model.prompt(window.manner))].append(window)
        for group in alike.values():
            with suppress(Exception):  # too much at once, perhaps: each is then decoded alone
                self._first_tries(group, [self._first_limit(window) for window in group])

    def _first_tries(self, windows: Sequence[EncodedWindow], limits: Sequence[Limit]) -> None:
        """The windows are alike in size and in the length of their prompts."""
        attempts = self._decoder.try_together(
            windows[0].encoded if len(windows) == 1 else stacked([window.encoded for window in windows]),
            [self._model.prompt(window.manner) for window in windows],
            [window.language for window in windows],
            limits,
        )
        for window, attempt in zip(windows, attempts, strict=True):
            window.first_try = attempt

    def _first_limit(self, window: EncodedWindow) -> Limit:
        limit = limit_of(window.utterance.seconds)
        return limit if self._boot.limits_tokens else replace(limit, tokens=MOST_TOKENS)

    # --- segments -----------------------------------------------------------------------------------------------
    def segments(self, window: EncodedWindow) -> tuple[Segment, ...]:
        found = sorted(self._clip(window, 0, window.frames, []), key=lambda each: each.start)
        spans = window.utterance.spans
        return tuple(part for each in found for part in placed(spans, each.start, each.end, each.text, each.words))

    def _clip(self, window: EncodedWindow, start: int, end: int, said: list[int]) -> Iterator[Segment]:
        """What is said between two frames, in seconds of the window's speech; `said` are the tokens until here.

        Where a model leaves out speech, which it does at times after a pause, that is decoded again by itself.
        """
        if start >= end:
            return
        found, stopped_at = self._pass(window, start, end, said)
        yield from found
        for lost_start, lost_end in _lost(found, start, end, stopped_at, has_voice=self._boot.vad):
            yield from self._clip(window, lost_start, lost_end, said)

    def _pass(self, window: EncodedWindow, start: int, end: int, said: list[int]) -> tuple[list[Segment], int]:
        """What the model makes of it at once; the frame it came to."""
        is_whole = start == 0
        encoded = window.encoded if is_whole else self._encoded_part(window, start, end)
        seconds = (end - start) / FRAMES_PER_SECOND
        before = said if self._boot.condition_on_previous_text else []
        attempt = self._decoder.settle(
            encoded,
            self._model.prompt(window.manner, before),
            window.language,
            limit_of(seconds),
            window.first_try if is_whole else None,
            # Where words that may be said lead a model astray, it has to do without.
            self._model.prompt(replace(window.manner, vocabulary=""), before),
            lambda attempt: self._is_nothing(window, seconds, attempt),
        )
        if self._is_nothing(window, seconds, attempt):
            return [], end
        clip = Clip(self._model, encoded, window.language, start, end)
        found, stopped_at = clip.said(attempt)
        kept = [each for each in found if not is_phantom(each.segment.text, attempt, window.language)]
        said += [token for each in kept for token in each.tokens]
        if attempt.temperature > PROMPT_TEMPERATURE:
            said.clear()
        return [each.segment for each in kept], stopped_at

    def _encoded_part(self, window: EncodedWindow, start: int, end: int) -> ctranslate2.StorageView:
        return self._model.encode(window.features[:, start:end], self._context_frames(end - start))

    def _is_nothing(self, window: EncodedWindow, seconds: float, attempt: Attempt) -> bool:
        """Whether nobody speaks. A language that was given is listened for only where that is in doubt."""
        if window.heard.certainty is None and attempt.no_speech_probability > PERHAPS_NO_SPEECH:
            certainty = self._model.languages(window.encoded)[0][1]
            window.heard = replace(window.heard, certainty=certainty)
        return is_nothing(attempt, Surroundings(seconds, window.language, window.heard.certainty or 1.0))


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
        begins = [start, *(frame(each.end) for each in found)]
        ends = [*(frame(each.start) for each in found), min(end, stopped_at)]
        yield from (pair for pair in zip(begins, ends, strict=True) if pair[1] - pair[0] >= LEAST_LOST_FRAMES)
    if end - stopped_at >= LEAST_REST_FRAMES:
        yield stopped_at, end


def _ends_loud(sound: Floats) -> bool:
    return bool(sound[-LOUD_END_SAMPLES:].std() > LOUD_END * sound.std())
