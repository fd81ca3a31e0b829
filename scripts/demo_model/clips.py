"""Random messages made of stored phrases: sentences by one or several voices, pauses, noise."""

from dataclasses import dataclass
from itertools import count
from random import Random

import numpy as np

from demo_model.media import SAMPLE_RATE_HZ, Samples
from demo_model.noise import Noise
from demo_model.speech import Phrase, PhraseStore
from demo_model.words import Language

MAXIMUM_WORDS = 12
MARGIN_SECONDS = 0.02
FADE_SAMPLES = 160
ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class SpokenWord:
    word: int
    start: float
    end: float


Sentence = list[SpokenWord]


@dataclass(frozen=True, slots=True)
class Clip:
    """Audio and what is said in it; no language and no sentences: nothing is said."""

    samples: Samples
    language: Language | None
    sentences: list[Sentence]


@dataclass(frozen=True, slots=True)
class ClipShape:
    """What kind of message to make: at least `seconds` long, or just one sentence."""

    seconds: float
    one_sentence: bool = False
    maximum_words: int = MAXIMUM_WORDS
    silence: float = 1.0
    starts_within_word: float = 0.0


class ClipMaker:
    def __init__(self, store: PhraseStore, noise: Noise, random: Random) -> None:
        self._store, self._noise, self._random = store, noise, random

    def speech(self, shape: ClipShape) -> Clip:
        """A message in one language, whose speaker may change between sentences."""
        random = self._random
        language = random.choice(list(Language))
        voice = self._any_phrase(language).voice if random.random() < 0.5 else None
        track = _Track()
        if random.random() < shape.starts_within_word:
            track.add(self._rest_of_a_word(language))
            track.pause(random.uniform(0.3, 1.2))
        lead = random.choice([random.uniform(0, 0.3), random.uniform(0, 1.0), random.uniform(0.4, 1.6)])
        track.pause(lead * shape.silence)
        while True:
            self._add_sentence(track, language, voice, shape.maximum_words)
            if shape.one_sentence or track.seconds >= shape.seconds:
                break
            track.pause(random.choice([random.uniform(0.6, 1.0), random.uniform(0.6, 1.6)]))
        track.pause(random.choice([random.uniform(0, 0.3), random.uniform(0, 1.2)]) * shape.silence)
        return Clip(self._recorded(track.samples()), language, track.sentences)

    def silence(self, seconds: float) -> Clip:
        """Nothing, or nothing but noise."""
        random = self._random
        length = int(random.uniform(0.5, max(seconds, 1.5)) * SAMPLE_RATE_HZ)
        if random.random() < 0.4:
            return Clip(np.zeros(length, np.float32), None, [])
        level = 10 ** (random.uniform(-70, -12) / 20)
        return Clip((self._noise.take(random, length) * level).astype(np.float32), None, [])

    def _add_sentence(self, track: "_Track", language: Language, voice: str | None, maximum_words: int) -> None:
        track.begin_sentence()
        if maximum_words <= 3:
            self._add_extract(track, self._any_phrase(language, voice), maximum_words)
            return
        for _ in range(self._random.choices([1, 2, 3], [5, 3, 1])[0]):
            self._add_phrase(track, language, voice, maximum_words)

    def _add_phrase(self, track: "_Track", language: Language, voice: str | None, maximum_words: int) -> None:
        """A phrase none of whose words the sentence has yet, after a short pause.

        A sentence always gets a first phrase, of another voice where need be; further ones only if one is found.
        """
        said = {spoken.word for spoken in track.sentences[-1]}
        for attempt in count():
            phrase = self._any_phrase(language, voice if attempt < ATTEMPTS else None)
            if len(said) + len(phrase.words) <= maximum_words and said.isdisjoint(phrase.words):
                if said:
                    track.pause(self._random.uniform(0.05, 0.35))
                track.say(phrase, self._store.samples(phrase) * self._gain(3))
                return
            if said and attempt >= ATTEMPTS:
                return

    def _add_extract(self, track: "_Track", phrase: Phrase, maximum_words: int) -> None:
        """A few neighbouring words cut out of a phrase: the first thing that a network can learn."""
        length = min(len(phrase.words), self._random.randint(1, maximum_words))
        first = self._random.randint(0, len(phrase.words) - length)
        chosen = slice(first, first + length)
        start = max(0.0, phrase.starts[first] - MARGIN_SECONDS)
        end = phrase.ends[first + length - 1] + MARGIN_SECONDS
        extract = Phrase(
            *(phrase.language, phrase.voice, phrase.words[chosen]),
            starts=[seconds - start for seconds in phrase.starts[chosen]],
            ends=[seconds - start for seconds in phrase.ends[chosen]],
            offset=phrase.offset,
            length=phrase.length,
        )
        samples = self._store.samples(phrase)[int(start * SAMPLE_RATE_HZ) : int(end * SAMPLE_RATE_HZ)]
        track.say(extract, _faded(samples) * self._gain(3))

    def _rest_of_a_word(self, language: Language) -> Samples:
        """The end of a word: what a window begins with when it was cut a little too early."""
        samples = self._store.samples(self._any_phrase(language))
        return samples[-int(self._random.uniform(0.02, 0.15) * SAMPLE_RATE_HZ) :]

    def _any_phrase(self, language: Language, voice: str | None = None) -> Phrase:
        return self._random.choice(self._store.by_voice[voice] if voice else self._store.by_language[language])

    def _recorded(self, samples: Samples) -> Samples:
        """As some microphone in some room would give it."""
        samples = samples * 10 ** (self._random.uniform(-22, 3) / 20)
        if self._random.random() < 0.75:
            ratio = 10 ** (-self._random.uniform(12, 55) / 20)
            level = float(np.sqrt(np.mean(samples**2) + 1e-12)) * ratio
            samples = samples + self._noise.take(self._random, len(samples)) * level
        return np.clip(samples, -1, 1).astype(np.float32)

    def _gain(self, decibels: float) -> float:
        return float(10 ** (self._random.uniform(-decibels, decibels) / 20))


class _Track:
    """Sound and words laid one after another."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._length = 0
        self.sentences: list[Sentence] = []

    @property
    def seconds(self) -> float:
        return self._length / SAMPLE_RATE_HZ

    def add(self, samples: Samples) -> None:
        self._pieces.append(samples)
        self._length += len(samples)

    def pause(self, seconds: float) -> None:
        self.add(np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32))

    def begin_sentence(self) -> None:
        self.sentences.append([])

    def say(self, phrase: Phrase, samples: Samples) -> None:
        now = self.seconds
        for word, start, end in zip(phrase.words, phrase.starts, phrase.ends, strict=True):
            self.sentences[-1].append(SpokenWord(word, now + start, now + end))
        self.add(samples)

    def samples(self) -> Samples:
        return np.concatenate(self._pieces)


def _faded(samples: Samples) -> Samples:
    length = min(FADE_SAMPLES, len(samples) // 4)
    ramp = np.ones(len(samples), np.float32)
    ramp[:length] = np.linspace(0, 1, length)
    ramp[len(samples) - length :] = np.linspace(1, 0, length)
    return samples * ramp
