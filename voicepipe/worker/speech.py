"""From sound to windows: where somebody speaks, cut into what is recognised in one go.

A recording goes through in pieces; what is held of it is a window and what is not decided yet. Which samples are
speech is decided exactly as faster-whisper's `get_speech_timestamps` decides it with its defaults for the recording as
a whole, so a recording whose speech fits one window is recognised as faster-whisper would. Where there is more, it is
cut where the speaker pauses. But where next to nothing is speech, or what is can hardly be heard, there is none; and
what is quiet is made louder (see `loudness`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from faster_whisper.vad import VadOptions, get_vad_model
from numpy.typing import NDArray

from voicepipe.wire.messages import Span
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.downmix import Samples
from voicepipe.worker.loudness import MOMENT_SAMPLES, is_audible, made_louder

FRAME_SAMPLES = 512
"""What Silero judges at once."""
CONTEXT_SAMPLES = 64
"""What it hears of the sound before."""
SHORTEST_PAUSE = SAMPLE_RATE // 10
LEAST_REST = SAMPLE_RATE
"""What is left for the next window, at least: of less, a model makes up words."""
LEAST_VOICED_SAMPLES = int(0.15 * SAMPLE_RATE)
"""Of the frames in which somebody probably speaks; a recording with less has no speech. The shortest of 1100 prompts, a
letter, has 0.16 s; of 13 recordings of noise (of 700 made by chance) in which any frame is voiced, 12 have less."""

Floats = NDArray[np.float32]


class Voice(Protocol):
    """Hears a recording from its beginning to its end."""

    def __call__(self, frames: Floats) -> Floats:
        """How probably somebody speaks in each of the next frames: from 0 to 1. `frames` is count x FRAME_SAMPLES."""
        ...


class SileroVoice:
    """The network that faster-whisper brings along; its state goes on from call to call."""

    def __init__(self) -> None:
        self._session = get_vad_model().session
        self._state = {name: np.zeros((1, 1, 128), np.float32) for name in "hc"}
        self._context: Floats = np.zeros((1, CONTEXT_SAMPLES), np.float32)

    def __call__(self, frames: Floats) -> Floats:
        before = np.concatenate([self._context, frames[:-1, -CONTEXT_SAMPLES:]])
        self._context = frames[-1:, -CONTEXT_SAMPLES:]
        heard = {"input": np.concatenate([before, frames], axis=1)}
        probabilities, self._state["h"], self._state["c"] = self._session.run(None, heard | self._state)
        return np.asarray(probabilities, np.float32).reshape(-1)


@dataclass(frozen=True, slots=True)
class Utterance:
    """The speech of one window."""

    spans: tuple[Span, ...]
    """What of the recording it is, in order."""
    sound: Samples
    """The spans one after the other, made louder where they are quiet."""

    @property
    def seconds(self) -> float:
        return len(self.sound) / SAMPLE_RATE


def floats(sound: Samples) -> Floats:
    """The samples from -1 to 1, as the networks want them."""
    return sound.astype(np.float32) / 32768.0


class Speech:
    """The speech of a recording that comes in pieces; iterating gives it window by window, each as soon as it is cut.

    `voice` None: all of it is speech. Every sample of speech is in exactly one window, in order, unless all that would
    be in that window can hardly be heard, or all speech of the recording is too short.
    """

    def __init__(self, pieces: Iterable[Samples], voice: Voice | None, window_seconds: float) -> None:
        self._pieces = pieces
        self._voice = voice
        self._ear = _Ear()
        self._cutter = _Cutter(int(window_seconds * SAMPLE_RATE))
        self._held: Samples = np.empty(0, np.int16)
        """The recording from `_begin` to where it has come."""
        self._begin = 0
        self._judged = 0

    @property
    def audio_seconds(self) -> float:
        """How much of the recording has come."""
        return self._end / SAMPLE_RATE

    @property
    def _end(self) -> int:
        return self._begin + len(self._held)

    def __iter__(self) -> Iterator[Utterance]:
        for piece in self._pieces:
            self._held = np.concatenate([self._held, piece])
            self._judge()
            self._hand_on()
            yield from _for_an_engine(self._cutter.full_windows())
        self._judge_rest()
        self._hand_on()
        if self._ear.voiced >= LEAST_VOICED_SAMPLES or self._voice is None:
            yield from _for_an_engine(self._cutter.last_windows())

    def _judge(self) -> None:
        """All whole frames."""
        if self._voice is None:
            self._ear.hear_speech(self._end)
            return
        sound = self._held[self._judged - self._begin :]
        count = len(sound) // FRAME_SAMPLES
        if count:
            self._hear(self._voice(floats(sound[: count * FRAME_SAMPLES]).reshape(count, FRAME_SAMPLES)))

    def _judge_rest(self) -> None:
        """What is left is filled up, by a whole frame if need be, and ends in silence, as faster-whisper has it."""
        if self._voice is not None:
            rest = floats(self._held[self._judged - self._begin :])
            frame = np.pad(rest, (0, FRAME_SAMPLES - len(rest)))
            frame[-CONTEXT_SAMPLES:] = 0
            self._hear(self._voice(frame.reshape(1, FRAME_SAMPLES)))
        self._ear.end(self._end)

    def _hear(self, probabilities: Floats) -> None:
        for probability in probabilities:
            self._ear.hear(self._judged, float(probability))
            self._judged += FRAME_SAMPLES

    def _hand_on(self) -> None:
        """What is speech to the cutter; what can no longer be is forgotten."""
        begin = max(self._begin, self._ear.undecided(min(self._judged, self._end)))
        spans, pauses = self._ear.found()
        for span in spans:
            self._cutter.add(span.start, self._held[span.start - self._begin : span.end - self._begin])
        self._cutter.learn(pauses, self._ear.quiet_since)
        self._held = self._held[begin - self._begin :].copy()
        self._begin = begin


def _for_an_engine(windows: Iterable[Utterance]) -> Iterator[Utterance]:
    """Those that can be heard."""
    for window in windows:
        if is_audible(window.sound):
            yield Utterance(window.spans, made_louder(window.sound))


# --- what is speech -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Pause:
    """Where nobody speaks, in samples of the recording."""

    start: int
    end: int
    is_gap: bool
    """Whether it has been left out; otherwise it is short, and counts as speech."""

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def cut(self) -> int:
        """Where to cut in it."""
        return self.start if self.is_gap else (self.start + self.end) // 2


class _Ear:
    """Tells stretches of speech by the probability of each frame, in samples of the recording."""

    def __init__(self) -> None:
        options = VadOptions()
        self._threshold = float(options.threshold)
        self._quiet_threshold = max(self._threshold - 0.15, 0.01)
        self._silence = SAMPLE_RATE * int(options.min_silence_duration_ms) // 1000
        self._padding = SAMPLE_RATE * int(options.speech_pad_ms) // 1000
        self._spans: list[Span] = []
        self._pauses: list[_Pause] = []
        self._first_frame = 0
        """Of the present stretch."""
        self._taken: int | None = None
        """Up to where the present stretch has been found; None where there is none."""
        self._quiet: int | None = None
        """Since when it has been quiet in it."""
        self._last_end: int | None = None
        """Of the stretch before."""
        self.voiced = 0
        """Samples of all frames until here in which somebody probably speaks."""

    @property
    def quiet_since(self) -> int | None:
        """Where a pause began of which it is not decided yet how long it is; None where there is none."""
        return self._quiet

    def hear(self, frame: int, probability: float) -> None:
        """The frame that begins there."""
        if probability >= self._threshold:
            self.voiced += FRAME_SAMPLES
            self._begin(frame) if self._taken is None else self._go_on(frame)
        elif probability < self._quiet_threshold and self._taken is not None:
            self._fall_quiet(frame)

    def hear_speech(self, end: int) -> None:
        """Without listening: everything is speech until here."""
        self._taken = self._taken or 0
        self._take(end)

    def end(self, end: int) -> None:
        """The recording ends here, and with it what is being said."""
        if self._taken is not None and self._first_frame < end:
            self._quiet = None
            self._take(end)
        self._taken = None
        self._last_end = end

    def found(self) -> tuple[list[Span], list[_Pause]]:
        """What has been found since the last time, in order. A pause that goes on is found again as it grows."""
        found = self._spans, self._pauses
        self._spans, self._pauses = [], []
        return found

    def undecided(self, heard: int) -> int:
        """The first sample that may yet turn out to be speech, once all frames up to `heard` have been heard."""
        if self._taken is None:
            return max(self._last_end or 0, heard - self._padding)
        if self._quiet is None:
            return self._take(heard)
        taken = self._take(min(heard, self._quiet + self._padding))
        self._pauses.append(_Pause(self._quiet, taken, is_gap=False))
        return taken

    def _begin(self, frame: int) -> None:
        self._first_frame = frame
        self._taken = max(0, frame - self._padding)
        if self._last_end is not None:
            self._pauses.append(_Pause(self._last_end, self._taken, is_gap=True))

    def _go_on(self, frame: int) -> None:
        if self._quiet is not None:
            self._pauses.append(_Pause(self._quiet, frame, is_gap=False))
        self._quiet = None

    def _fall_quiet(self, frame: int) -> None:
        if self._quiet is None:
            self._quiet = frame
        if frame - self._quiet >= self._silence:
            self._pauses.append(_Pause(self._quiet, self._quiet, is_gap=False))  # it is a gap: no short one stands here
            self._last_end = self._take(self._quiet + self._padding)
            self._taken = self._quiet = None

    def _take(self, end: int) -> int:
        """The present stretch up to there, at least; returns up to where."""
        assert self._taken is not None
        if end > self._taken:
            self._spans.append(Span(self._taken, end))
            self._taken = end
        return self._taken


# --- cutting it ---------------------------------------------------------------------------------------------------
class _Cutter:
    """Holds speech until there is more than a window of it."""

    def __init__(self, window_samples: int) -> None:
        self._window = window_samples
        # A window is cut after these: between stretches of speech, or within one.
        self._later_half, self._last_third = window_samples // 2, window_samples * 2 // 3
        self._pieces: list[tuple[int, Samples]] = []
        """Where in the recording each begins, and its sound; in order."""
        self._pauses: dict[int, _Pause] = {}
        """By where they begin."""
        self._undecided: int | None = None
        """Where a pause begins of which it is not known how long it is."""

    def add(self, start: int, sound: Samples) -> None:
        """Speech that begins there in the recording."""
        self._pieces.append((start, sound))

    def learn(self, pauses: Iterable[_Pause], undecided: int | None) -> None:
        """Where it could be cut, and where a pause begins of which it is not known how long it is."""
        self._pauses |= {pause.start: pause for pause in pauses}
        self._undecided = undecided

    def full_windows(self) -> Iterator[Utterance]:
        """All that are certain: how a window is cut does not depend on what comes after it."""
        while self._length > self._window + LEAST_REST and self._knows_all_pauses:
            yield self._window_until(self._cut())

    def last_windows(self) -> Iterator[Utterance]:
        """All that is left, when nothing more comes."""
        while self._length > self._window:
            yield self._window_until(self._cut())
        if self._pieces:
            start, sound = self._pieces[-1]
            yield self._window_until(start + len(sound))

    @property
    def _length(self) -> int:
        return sum(len(sound) for _, sound in self._pieces)

    @property
    def _knows_all_pauses(self) -> bool:
        """Whether no pause in which the next window could be cut may still turn out to be longer."""
        return self._undecided is None or self._undecided > self._position_after(self._window)

    def _window_until(self, cut: int) -> Utterance:
        window = [(start, sound[: cut - start]) for start, sound in self._pieces if start < cut]
        rest = [(max(start, cut), sound[max(0, cut - start) :]) for start, sound in self._pieces]
        self._pieces = [(start, sound) for start, sound in rest if len(sound)]
        self._pauses = {start: pause for start, pause in self._pauses.items() if start >= cut}
        return Utterance(_spans(window), np.concatenate([sound for _, sound in window]))

    def _cut(self) -> int:
        """Between stretches of speech if that fills half a window, else where the speaker pauses longest."""
        limit = self._position_after(min(self._window, self._length - LEAST_REST))
        pauses = [
            _Pause(each.start, each.end if each.is_gap else min(each.end, limit), each.is_gap)
            for each in self._pauses.values()
            if each.start <= limit and self._speech_before(each.start) >= self._later_half
        ]
        pauses = [each for each in pauses if each.length >= SHORTEST_PAUSE]
        gaps = [each for each in pauses if each.is_gap]
        late = [each for each in pauses if self._speech_before(each.cut) >= self._last_third]
        candidates = gaps or late or pauses
        if not candidates:
            return self._quietest_before(limit)
        return max(candidates, key=lambda each: (each.length, each.start)).cut

    def _quietest_before(self, limit: int) -> int:
        """Somebody speaks without a pause: where it is least likely to be in a word. The latest of equals."""
        sound = np.concatenate([sound for _, sound in self._pieces])[self._last_third : self._speech_before(limit)]
        moments = sound[: len(sound) // MOMENT_SAMPLES * MOMENT_SAMPLES].reshape(-1, MOMENT_SAMPLES)
        loudness = np.square(moments, dtype=np.float32).mean(axis=1)
        quietest = len(loudness) - 1 - int(np.argmin(loudness[::-1]))
        return self._position_after(self._last_third + quietest * MOMENT_SAMPLES + MOMENT_SAMPLES // 2)

    def _position_after(self, samples: int) -> int:
        """Where so much speech ends, of which there must be more."""
        for start, sound in self._pieces:
            if samples <= len(sound):
                return start + samples
            samples -= len(sound)
        raise AssertionError("there is not so much")

    def _speech_before(self, position: int) -> int:
        return sum(min(len(sound), max(0, position - start)) for start, sound in self._pieces)


def _spans(pieces: list[tuple[int, Samples]]) -> tuple[Span, ...]:
    """Of pieces in order; those that follow on one another without a gap are one."""
    spans: list[Span] = []
    for start, sound in pieces:
        first = spans.pop().start if spans and spans[-1].end == start else start
        spans.append(Span(first, start + len(sound)))
    return tuple(spans)
