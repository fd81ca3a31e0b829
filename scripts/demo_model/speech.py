"""The store of synthesised phrases that training draws its messages from.

Every phrase is a run of different words by one voice, trimmed to the speech itself, with the time of each word.
Half of them have been through the codec of voice messages.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from demo_model import festival
from demo_model.espeak import Manner, espeak
from demo_model.media import SAMPLE_RATE_HZ, Samples, through_opus
from demo_model.words import Language, ids_of, random_sentence

ACCENTS = {
    Language.ENGLISH: ("en-us", "gmw/en", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-us-nyc"),
    Language.RUSSIAN: ("ru", "ru", "ru", "ru-lv"),
}
USUAL_VARIANTS = ("", "m1", "m3", "m5", "f1", "f2")
TRAINING_VARIANTS = (
    *("", "m1", "m2", "m3", "m4", "m5", "m6", "f1", "f2", "f3", "f4", "Alex", "Alicia", "Andy", "Annie", "Denis"),
    *("Gene", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Michael", "Mike", "adam", "anika", "antonio", "belinda"),
    *("benjamin", "boris", "caleb", "david", "edward", "grandma", "iven", "john", "linda", "max", "michel"),
    *("norbert", "paul", "rob", "steph", "travis", "victor", "zac", "klatt", "klatt3", "shelby"),
)
UNSEEN_VARIANTS = (
    *("m7", "m8", "f5", "Diogo", "ed", "steph2", "pablo", "klatt2", "quincy", "iven2", "Gene2", "miguel"),
)
FESTIVAL_SHARE = 0.12
LENGTH_WEIGHTS = {1: 3, 2: 3, 3: 3, 4: 3, 5: 2, 6: 2, 7: 1, 8: 1}  # words in a phrase -> how often
QUIET = 0.02  # of the loudest sample: what counts as silence at the ends of a phrase
LOUDNESS = 20_000
OPUS_BITS_PER_SECOND = (24_000, 32_000)
OPUS_GAP = np.zeros(SAMPLE_RATE_HZ // 5, np.float32)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Where a phrase lies in the store (in samples) and where its words lie in the phrase (in seconds)."""

    language: Language
    voice: str
    words: list[int]
    starts: list[float]
    ends: list[float]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Speech:
    """One synthesised phrase before it is stored."""

    language: Language
    voice: str
    words: list[int]
    starts: list[float]
    ends: list[float]
    samples: Samples


class WordsNotMarkedError(ValueError):
    """The synthesiser gave fewer word times than there are words: it ran some of them together."""


class PhraseStore:
    def __init__(self, folder: Path) -> None:
        entries = json.loads((folder / "phrases.json").read_text())
        self.phrases = [Phrase(**entry | {"language": Language(entry["language"])}) for entry in entries]
        self._samples: NDArray[np.int16] = np.load(folder / "speech.npy", mmap_mode="r")

    @cached_property
    def by_language(self) -> dict[Language, list[Phrase]]:
        return {language: [p for p in self.phrases if p.language == language] for language in Language}

    @cached_property
    def by_voice(self) -> dict[str, list[Phrase]]:
        voices: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            voices.setdefault(phrase.voice, []).append(phrase)
        return voices

    def samples(self, phrase: Phrase) -> Samples:
        stored = self._samples[phrase.offset : phrase.offset + phrase.length]
        return np.divide(stored, 32768, dtype=np.float32)


def synthesise(folder: Path, count: int, variants: Sequence[str], seed: int) -> None:
    """Fills `folder` with about `count` phrases; the text file is written last and marks it complete."""
    if (folder / "phrases.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    by_festival = round(count * FESTIVAL_SHARE)
    speeches = [*_by_espeak(random, count - by_festival, variants), *_by_festival(random, by_festival)]
    random.shuffle(speeches)
    _store(folder, _half_through_opus(speeches))


def say(language: Language, words: Sequence[str], voice: str, manner: Manner, comma_after: int = 0) -> Speech:
    """espeak-ng's rendering; a comma makes it pause after that many words (0: nowhere)."""
    text = " ".join(words[:comma_after]) + ", " * bool(comma_after) + " ".join(words[comma_after:])
    samples, starts = espeak().say(text, voice, manner)
    if len(starts) < len(words):
        raise WordsNotMarkedError(text)
    seconds = [start / espeak().rate_hz for start in starts[: len(words)]]  # the end may be marked as one more
    return _trimmed(language, voice, list(words), seconds, _at_16_khz(samples, espeak().rate_hz))


def _by_espeak(random: Random, count: int, variants: Sequence[str]) -> Iterator[Speech]:
    for index in range(count):
        language = list(Language)[index % 2]
        variant = random.choice(USUAL_VARIANTS if index % 8 < 2 and "m1" in variants else variants)
        voice = random.choice(ACCENTS[language]) + ("+" + variant if variant else "")
        manner = Manner(
            words_per_minute=random.randint(120, 220),
            pitch=random.randint(25, 75),
            pitch_range=random.randint(20, 80),
            word_gap=random.choice([0, 0, 0, 1, 2, 4]),
        )
        with suppress(WordsNotMarkedError):
            yield say(language, _random_words(random, language), voice, manner)


def _by_festival(random: Random, count: int) -> Iterator[Speech]:
    plan = []
    for index in range(count):
        language = list(Language)[index % 2]
        plan.append((language, random.choice(festival.VOICES[language]), _random_words(random, language)))
    lines = [festival.Line(voice, " ".join(words), random.uniform(0.8, 1.2)) for _, voice, words in plan]
    for (language, voice, words), spoken in zip(plan, festival.say_all(lines), strict=True):
        with suppress(WordsNotMarkedError):
            yield trimmed_line(language, voice, words, spoken, tempo=random.uniform(0.9, 1.12))


def trimmed_line(
    language: Language, voice: str, words: list[str], spoken: festival.SpokenLine, tempo: float = 1.0
) -> Speech:
    """Festival's rendering; a tempo above 1 makes it faster and higher, as another voice would be."""
    if len(spoken.word_ends_seconds) != len(words):
        raise WordsNotMarkedError(" ".join(words))
    starts = [0.0, *(end / tempo for end in spoken.word_ends_seconds[:-1])]
    return _trimmed(language, voice, words, starts, _at_16_khz(spoken.samples, spoken.rate_hz * tempo))


def _random_words(random: Random, language: Language) -> list[str]:
    [length] = random.choices(list(LENGTH_WEIGHTS), list(LENGTH_WEIGHTS.values()))
    return random_sentence(random, language, length)


def _at_16_khz(samples: NDArray[np.int16], rate_hz: float) -> Samples:
    ratio = Fraction(SAMPLE_RATE_HZ / rate_hz).limit_denominator(500)
    resampled = resample_poly(samples.astype(np.float32), ratio.numerator, ratio.denominator)
    return np.asarray(resampled, np.float32)


def _trimmed(language: Language, voice: str, words: list[str], starts: list[float], samples: Samples) -> Speech:
    """Without the silence at both ends, and as loud as every other phrase."""
    peak = np.abs(samples).max()
    loud = np.flatnonzero(np.abs(samples) > peak * QUIET)
    first, end = int(loud[0]), int(loud[-1]) + 1
    starts = [max(0.0, start - first / SAMPLE_RATE_HZ) for start in starts]
    ends = [*starts[1:], (end - first) / SAMPLE_RATE_HZ]
    return Speech(language, voice, ids_of(words), starts, ends, samples[first:end] * (LOUDNESS / 32768 / peak))


def _half_through_opus(speeches: list[Speech]) -> list[Speech]:
    """Whole streams of many phrases, as the codec needs a while to settle and starts badly."""
    result = list(speeches)
    for remainder, bits_per_second in enumerate(OPUS_BITS_PER_SECOND):
        chosen = range(remainder, len(speeches), 2 * len(OPUS_BITS_PER_SECOND))
        stream = np.concatenate([part for i in chosen for part in (speeches[i].samples, OPUS_GAP)])
        decoded = through_opus(stream, bits_per_second)
        position = 0
        for i in chosen:
            length = len(speeches[i].samples)
            result[i] = replace(speeches[i], samples=decoded[position : position + length])
            position += length + len(OPUS_GAP)
    return result


def _store(folder: Path, speeches: Iterable[Speech]) -> None:
    phrases, pieces, offset = [], [], 0
    for speech in speeches:
        length = len(speech.samples)
        place = {"offset": offset, "length": length}
        fields = ("language", "voice", "words", "starts", "ends")
        phrases.append({name: getattr(speech, name) for name in fields} | place)
        pieces.append(np.rint(np.clip(speech.samples, -1, 1) * 32767).astype(np.int16))
        offset += length
    np.save(folder / "speech.npy", np.concatenate(pieces))
    (folder / "phrases.json").write_text(json.dumps(phrases))
