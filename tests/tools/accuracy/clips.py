"""The set of clips: sentences whose words are known, their beginnings, long speech put together, and no speech at all.

It follows from a seed alone: everybody measures with the same one, and a set that nobody has seen is one number away.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from tests.tools.accuracy.noises import NOISES, no_speech
from tests.tools.accuracy.prompts import LANGUAGES, WORDS, Prompt
from tests.tools.accuracy.sound import RATE, Floats, read_g722, silence, voice_note
from tests.tools.accuracy.words import words_of

SEED = 1
LEAST_WORDS = 4
"""Of a sentence, so that there is something to tell its language by."""
LONGEST_SENTENCE_SECONDS = 27.0
LONG_SECONDS = 75.0
PAUSES_SECONDS = (0.15, 0.9)
"""Between the sentences of long speech: the least and the most."""
EDGE_SECONDS = 0.2
"""Silence around long speech."""
AUDIBLE = 0.02
"""A sample above this is no silence any more."""
LONGEST_WORD_SECONDS = 1.0
SIGNALS = 8
"""Of the recordings without speech, those that are prompts."""


class Source(StrEnum):
    """Where a clip comes from."""

    SENTENCE = "sentence"
    """A prompt, as it is."""
    ONE_SECOND = "1s"
    """The first second of a sentence: only its language is known."""
    TWO_SECONDS = "2s"
    """The first two seconds of one."""
    WORD = "word"
    """A word, a letter or a number, as short as they are: only that somebody speaks is known."""
    LONG = "long"
    """Sentences with short pauses, for more than one window."""
    NO_SPEECH = "no_speech"
    """Noises, signals, music-like, laughter-like: see `noises`."""

    @property
    def has_words(self) -> bool:
        """Whether it is known what is said."""
        return self in (Source.SENTENCE, Source.LONG)


BEGINNINGS = {Source.ONE_SECOND: 1.0, Source.TWO_SECONDS: 2.0}
"""In seconds."""
COUNTS: Mapping[tuple[Source, str], int] = {
    (Source.SENTENCE, "ru"): 30,
    (Source.SENTENCE, "en"): 24,
    (Source.ONE_SECOND, "ru"): 50,
    (Source.ONE_SECOND, "en"): 50,
    (Source.TWO_SECONDS, "ru"): 50,
    (Source.TWO_SECONDS, "en"): 50,
    (Source.WORD, "ru"): 24,
    (Source.WORD, "en"): 18,
    (Source.LONG, "ru"): 2,
    (Source.LONG, "en"): 2,
    (Source.NO_SPEECH, ""): 100,
}
"""How many clips of a source and a language there are."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A voice note, and what is known of it."""

    name: str
    source: Source
    language: str
    """ISO 639-1 code; empty without speech."""
    path: Path
    seconds: float
    number: int = 0
    """Among those of its source and language."""
    words: tuple[str, ...] = ()
    """What is said, as `words_of` has it."""
    word_seconds: tuple[float, ...] = ()
    """About when each word is said."""


@dataclass(frozen=True, slots=True)
class _Draft:
    name: str
    sound: Floats
    words: tuple[str, ...] = ()
    word_seconds: tuple[float, ...] = ()


def make_clips(
    prompts: Sequence[Prompt],
    directory: Path,
    *,
    seed: int = SEED,
    times: int = 1,
    sources: Sequence[Source] = tuple(Source),
    limit: int | None = None,
    record: Callable[[Floats], bytes] = voice_note,
) -> list[Clip]:
    """The set, `times` as large as usual, of these sources only; `limit` takes so many of it, in the same proportions.

    The clips are written into the directory; speech as `record` has it. Each part of the set has something of all.
    """
    groups = [(key, count * times) for key, count in COUNTS.items() if key[0] in sources]
    wanted = _proportionally([count for _, count in groups], limit)
    clips: list[tuple[float, Clip]] = []
    for ((source, language), count), taken in zip(groups, wanted, strict=True):
        # A group depends on no other one, so that it is the same whatever else is asked for.
        chance = random.Random(f"{seed} {source} {language}")
        of_group = [prompt for prompt in prompts if prompt.language == language or not language]
        drafts = list(DRAFTS[source](of_group, count, chance))
        for number, draft in enumerate(drafts[:taken]):
            path = directory / f"{source}-{language}{number:03}"
            path.write_bytes(record(draft.sound) if language else voice_note(draft.sound))
            seconds = len(draft.sound) / RATE
            clip = Clip(draft.name, source, language, path, seconds, number, draft.words, draft.word_seconds)
            clips.append(((number + 0.5) / count, clip))
    clips.sort(key=lambda placed: placed[0])
    return [clip for _, clip in clips]


def _proportionally(counts: Sequence[int], limit: int | None) -> list[int]:
    """How many to take of each group."""
    places = sorted(((i + 0.5) / count, group) for group, count in enumerate(counts) for i in range(count))
    taken = [group for _, group in places[:limit]]
    return [taken.count(group) for group in range(len(counts))]


# --- what each source has ------------------------------------------------------------------------------------------
def _sentences(prompts: Sequence[Prompt], count: int, chance: random.Random) -> Iterator[_Draft]:
    for prompt in _chosen(prompts, count, chance):
        sound, words = read_g722(prompt.path), tuple(words_of(prompt.text, prompt.language))
        yield _Draft(prompt.name, sound, words, _spread(words, 0.0, len(sound) / RATE))


def _beginnings(seconds: float) -> Callable[[Sequence[Prompt], int, random.Random], Iterator[_Draft]]:
    def drafts(prompts: Sequence[Prompt], count: int, chance: random.Random) -> Iterator[_Draft]:
        for prompt in _chosen(prompts, count, chance):
            sound = read_g722(prompt.path)
            start = int(np.argmax(np.abs(sound) > AUDIBLE))
            yield _Draft(prompt.name, sound[start : start + round(seconds * RATE)])

    return drafts


def _words(prompts: Sequence[Prompt], count: int, chance: random.Random) -> Iterator[_Draft]:
    short = [prompt for prompt in prompts if prompt.text and prompt.seconds <= LONGEST_WORD_SECONDS]
    for prompt in chance.sample(short, min(count, len(short))):
        yield _Draft(prompt.name, read_g722(prompt.path))


def _long(prompts: Sequence[Prompt], count: int, chance: random.Random) -> Iterator[_Draft]:
    for number in range(count):
        yield _put_together(f"{number + 1}", _chosen(prompts, None, chance), chance)


def _put_together(name: str, prompts: Sequence[Prompt], chance: random.Random) -> _Draft:
    sound, words, times = [silence(EDGE_SECONDS)], list[str](), list[float]()
    seconds = EDGE_SECONDS
    for prompt in prompts:
        said, spoken = tuple(words_of(prompt.text, prompt.language)), read_g722(prompt.path)
        words += said
        times += _spread(said, seconds, len(spoken) / RATE)
        sound += [spoken, silence(chance.uniform(*PAUSES_SECONDS))]
        seconds += (len(sound[-2]) + len(sound[-1])) / RATE
        if seconds >= LONG_SECONDS:
            break
    return _Draft(name, np.concatenate([*sound, silence(EDGE_SECONDS)]), tuple(words), tuple(times))


def _no_speech(prompts: Sequence[Prompt], count: int, chance: random.Random) -> Iterator[_Draft]:
    signals = [prompt for prompt in prompts if not prompt.text]
    signals = chance.sample(signals, min(len(signals), SIGNALS * count // COUNTS[Source.NO_SPEECH, ""]))
    kinds = _shuffled_again_and_again(list(NOISES), chance)
    drafts = [_Draft(f"{prompt.language}/{prompt.name}", read_g722(prompt.path)) for prompt in signals]
    for kind, _ in zip(kinds, range(count - len(drafts)), strict=False):
        drafts.append(_Draft(kind, no_speech(kind, np.random.default_rng(chance.getrandbits(64)))))
    chance.shuffle(drafts)
    yield from drafts


def _shuffled_again_and_again(kinds: list[str], chance: random.Random) -> Iterator[str]:
    while True:
        yield from chance.sample(kinds, len(kinds))


def _chosen(prompts: Sequence[Prompt], count: int | None, chance: random.Random) -> list[Prompt]:
    """As many sentences as there are, if `count` is larger or None."""
    fitting = [prompt for prompt in prompts if is_sentence(prompt)]
    return chance.sample(fitting, len(fitting) if count is None else min(count, len(fitting)))


def is_sentence(prompt: Prompt) -> bool:
    """Whether it is long enough to tell its language, and fits a window."""
    if prompt.language not in LANGUAGES or prompt.name.startswith(WORDS):
        return False
    if len(words_of(prompt.text, prompt.language)) < LEAST_WORDS:
        return False
    return max(BEGINNINGS.values()) <= prompt.seconds <= LONGEST_SENTENCE_SECONDS


def _spread(words: Sequence[str], start: float, seconds: float) -> tuple[float, ...]:
    """As if every word took the same time."""
    return tuple(start + seconds * (index + 0.5) / len(words) for index in range(len(words)))


DRAFTS: Mapping[Source, Callable[[Sequence[Prompt], int, random.Random], Iterator[_Draft]]] = {
    Source.SENTENCE: _sentences,
    Source.WORD: _words,
    Source.LONG: _long,
    Source.NO_SPEECH: _no_speech,
    **{source: _beginnings(seconds) for source, seconds in BEGINNINGS.items()},
}
