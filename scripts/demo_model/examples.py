"""Turns clips into what the network is trained on: spectrograms, tokens, and where in the sound each token lies.

Times of the encoder are in frames of 20 ms; the spectrogram has two columns to a frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from torch import Tensor

from demo_model.clips import Clip, ClipMaker, ClipShape, Sentence, SpokenWord
from demo_model.media import SAMPLE_RATE_HZ, Samples
from demo_model.tokens import (
    END,
    FIRST_TIMESTAMP,
    LANGUAGE_TOKENS,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS,
    START,
    TRANSCRIBE,
    UNUSED,
    WORD_COUNT,
    timestamp_token,
)
from demo_model.words import WORDS, Language

FRAMES_PER_SECOND = 50
WINDOW_SECONDS = 30
WINDOW_COLUMNS = 3000
WINDOW_FRAMES = WINDOW_COLUMNS // 2
MEL_BANDS = 80
MAXIMUM_TOKENS = 448
MAXIMUM_PROMPT = 120
NO_WORD = WORD_COUNT  # the frame's label where nobody speaks
LAST_INDEX = 13  # words further on in a sentence share this index
IGNORED = -1
LATEST_FIRST_TIMESTAMP_SECONDS = 1.0  # faster-whisper allows no later one
CUT_SECONDS = 0.02  # a sentence that ends this close to the window's end counts as cut off

Span = tuple[float, float]  # seconds within the sound

_FILTERS = torch.from_numpy(np.asarray(FeatureExtractor().mel_filters, np.float32))
_HANN = torch.hann_window(400)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of example and how many of it make a batch.

    `whole_window`: padded to 30 s as the recogniser does, rather than by up to `padding_seconds`.
    `anywhere`: the sound may stand anywhere in the window, so that all positions are learnt from short sounds.
    """

    batch_size: int
    shape: ClipShape
    weight: float = 1.0
    whole_window: bool = False
    padding_seconds: float = 1.0
    anywhere: bool = False
    silent_share: float = 0.04
    prompt_share: float = 0.0


@dataclass(slots=True)
class TokenTrack:
    """Inputs of the decoder; what it must answer to each; where in the sound that answer lies."""

    inputs: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    spans: list[Span | None] = field(default_factory=list)

    def given(self, token: int, answer: int = IGNORED) -> None:
        self.inputs.append(token)
        self.answers.append(answer)
        self.spans.append(None)

    def transcript(self, tokens: Sequence[tuple[int, Span | None]]) -> None:
        """Each token is the answer to the one before it; the first one, to what was given last."""
        for token, span in tokens:
            self.answers[-1], self.spans[-1] = token, span
            self.given(token)
        if tokens:  # nothing is asked after the last one
            for column in (self.inputs, self.answers, self.spans):
                column.pop()


@dataclass(frozen=True, slots=True)
class FrameLabels:
    """For every frame of the window: the word spoken, the word before it, its index in the sentence."""

    word: np.ndarray
    previous: np.ndarray
    index: np.ndarray


@dataclass(frozen=True, slots=True)
class Example:
    mel: Tensor  # (80, columns)
    first_frame: int
    tokens: TokenTrack
    labels: FrameLabels


@dataclass(frozen=True, slots=True)
class Guides:
    """Answers whose place is known: rows of the batch, positions in the tokens, first and last + 1 frame."""

    rows: Tensor
    positions: Tensor
    starts: Tensor
    ends: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    mel: Tensor  # (rows, 80, columns)
    first_frame: Tensor  # (rows,)
    inputs: Tensor  # (rows, tokens)
    answers: Tensor  # (rows, tokens)
    guides: Guides
    word: Tensor  # (rows, frames), like the next two
    previous: Tensor
    index: Tensor


def mel_spectrogram(samples: Samples) -> Tensor:
    """As faster-whisper computes it, (80, columns of 10 ms); in torch, since numpy takes several times as long."""
    padded = torch.nn.functional.pad(torch.from_numpy(samples), (0, 160))
    spectrum = torch.stft(padded, 400, 160, window=_HANN, center=True, return_complex=True)[:, :-1]
    mel = _FILTERS @ (spectrum.real**2 + spectrum.imag**2)
    logarithm = mel.clamp(min=1e-10).log10()
    return (torch.maximum(logarithm, logarithm.max() - 8.0) + 4) / 4


class ExampleMaker:
    def __init__(self, clips: ClipMaker, random: Random) -> None:
        self._clips, self._random = clips, random

    def batch(self, recipe: Recipe) -> Batch:
        examples = [self._example(recipe) for _ in range(recipe.batch_size)]
        longest = max(example.mel.shape[1] for example in examples)
        padding = int(self._random.uniform(0, recipe.padding_seconds) * 100)
        columns = WINDOW_COLUMNS if recipe.whole_window else min(WINDOW_COLUMNS, max(64, longest + padding))
        return _collated(examples, columns + columns % 2)

    def _example(self, recipe: Recipe) -> Example:
        random = self._random
        silent = random.random() < recipe.silent_share
        clip = self._clips.silence(recipe.shape.seconds) if silent else self._clips.speech(recipe.shape)
        mel = mel_spectrogram(clip.samples[: WINDOW_SECONDS * SAMPLE_RATE_HZ + 400])[:, :WINDOW_COLUMNS]
        if random.random() < 0.5:  # microphones differ in their treble
            mel = mel + torch.linspace(-1, 1, MEL_BANDS)[:, None] * random.uniform(-0.15, 0.15)
        seconds = mel.shape[1] / 100
        offset = 0.0
        if recipe.anywhere and not silent and random.random() < 0.6:
            offset = round(random.uniform(0, max(0.0, 29 - seconds)), 1)
        prompt = self._prompt() if random.random() < recipe.prompt_share else []
        return Example(
            mel=mel,
            first_frame=round(offset * FRAMES_PER_SECOND),
            tokens=_tokens(clip, seconds, offset, prompt, timestamps=random.random() < 0.7),
            labels=_labels(clip, mel.shape[1] // 2),
        )

    def _prompt(self) -> list[int]:
        """What faster-whisper may put before: the text so far, or words that the model does not know."""
        random = self._random
        if random.random() < 0.1:
            return [PREVIOUS, *([UNUSED] * random.randint(1, 30))]
        tokens: list[int] = []
        first_word = random.choice([0, len(WORDS[Language.ENGLISH])])
        timestamps = random.random() < 0.85
        now = random.uniform(0, 1.2)
        for _ in range(random.randint(1, 10)):
            length = random.randint(1, 12)
            words = random.sample(range(first_word, first_word + len(WORDS[Language.ENGLISH])), length)
            end = now + length * 0.38
            if end > WINDOW_SECONDS:
                now = random.uniform(0.5, 1.0)
                end = now + length * 0.38
            tokens += [timestamp_token(now), *words, timestamp_token(end)] if timestamps else words
            now = end + random.uniform(0.6, 1.5)
        return [PREVIOUS, *tokens[-MAXIMUM_PROMPT:]]


def _tokens(clip: Clip, seconds: float, offset: float, prompt: list[int], timestamps: bool) -> TokenTrack:
    track = TokenTrack()
    for token in prompt:
        track.given(token)
    language = LANGUAGE_TOKENS[clip.language or Language.RUSSIAN]
    track.given(START, answer=language if clip.language else NO_SPEECH)
    track.given(language)
    track.given(TRANSCRIBE)
    if timestamps:
        track.transcript([*_with_timestamps(clip, seconds, offset), (END, None)])
    else:
        track.given(NO_TIMESTAMPS)
        heard = [_said(word) for sentence in clip.sentences for word in sentence if word.end <= seconds]
        track.transcript([*heard, (END, None)])
    return track


def _with_timestamps(clip: Clip, seconds: float, offset: float) -> list[tuple[int, Span | None]]:
    """Sentences between timestamps. Of one that the window's end cuts off, only the start: the next window takes it.

    If it is the only one, the words heard so far are all there is to say.
    """
    if not clip.sentences:
        return [(FIRST_TIMESTAMP, None)]
    tokens: list[tuple[int, Span | None]] = []
    for number, sentence in enumerate(clip.sentences):
        start, end = sentence[0].start, sentence[-1].end
        if start > seconds - 0.1:
            break
        tokens.append(_start(start, offset, first=number == 0))
        if end > seconds - CUT_SECONDS:
            tokens += [_said(word) for word in sentence if word.end <= seconds and number == 0]
            break
        tokens += [*map(_said, sentence), (timestamp_token(end + offset), (end - 0.15, end + 0.1))]
    return tokens


def _start(start: float, offset: float, first: bool) -> tuple[int, Span]:
    allowed = min(start, LATEST_FIRST_TIMESTAMP_SECONDS) if first and offset == 0 else start
    return timestamp_token(allowed + offset), (start - 0.1, start + 0.15)


def _said(word: SpokenWord) -> tuple[int, Span]:
    return word.word, (word.start, word.end)


def _labels(clip: Clip, frames: int) -> FrameLabels:
    word = np.full(WINDOW_FRAMES, NO_WORD, np.int64)
    previous = np.full(WINDOW_FRAMES, IGNORED, np.int64)
    index = np.full(WINDOW_FRAMES, IGNORED, np.int64)
    for sentence in clip.sentences:
        _label_sentence(sentence, word, previous, index)
    word[frames:], previous[frames:], index[frames:] = NO_WORD, IGNORED, IGNORED
    return FrameLabels(word, previous, index)


def _label_sentence(sentence: Sentence, word: np.ndarray, previous: np.ndarray, index: np.ndarray) -> None:
    before = NO_WORD
    for number, spoken in enumerate(sentence):
        frames = slice(int(spoken.start * FRAMES_PER_SECOND), int(spoken.end * FRAMES_PER_SECOND))
        word[frames], previous[frames], index[frames] = spoken.word, before, min(number, LAST_INDEX)
        before = spoken.word


def _collated(examples: list[Example], columns: int) -> Batch:
    rows, frames = len(examples), columns // 2
    length = min(MAXIMUM_TOKENS, max(len(example.tokens.inputs) for example in examples))
    mel = torch.zeros(rows, MEL_BANDS, columns)
    inputs = torch.full((rows, length), END)
    answers = torch.full((rows, length), IGNORED)
    for row, example in enumerate(examples):
        width = min(columns, example.mel.shape[1])
        mel[row, :, :width] = example.mel[:, :width]
        tokens = example.tokens
        count = min(length, len(tokens.inputs))
        inputs[row, :count] = torch.tensor(tokens.inputs[:count])
        answers[row, :count] = torch.tensor(tokens.answers[:count])
    return Batch(
        mel=mel,
        first_frame=torch.tensor([example.first_frame for example in examples]),
        inputs=inputs,
        answers=answers,
        guides=_guides(examples, length, frames),
        word=_stacked([example.labels.word for example in examples], frames),
        previous=_stacked([example.labels.previous for example in examples], frames),
        index=_stacked([example.labels.index for example in examples], frames),
    )


def _stacked(labels: list[np.ndarray], frames: int) -> Tensor:
    return torch.from_numpy(np.stack([label[:frames] for label in labels]))


def _guides(examples: list[Example], length: int, frames: int) -> Guides:
    found: list[tuple[int, int, int, int]] = []
    for row, example in enumerate(examples):
        for position, span in enumerate(example.tokens.spans[:length]):
            if span is not None:
                start = min(max(0, int(span[0] * FRAMES_PER_SECOND) - 2), frames - 1)
                end = max(start + 1, min(frames, int(span[1] * FRAMES_PER_SECOND) + 2))
                found.append((row, position, start, end))
    columns = torch.tensor(found, dtype=torch.long).reshape(-1, 4).unbind(1)
    return Guides(*columns)
