"""Whole voice messages as a person would send them, made after training to measure it and to show it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from typing import Self

import numpy as np

from demo_model import festival
from demo_model.espeak import Manner
from demo_model.media import SAMPLE_RATE_HZ, Samples
from demo_model.speech import ACCENTS, Speech, WordsNotMarkedError, say, trimmed_line
from demo_model.words import ALL_WORDS, Language, random_sentence

LONGEST_SENTENCE = 10


@dataclass(frozen=True, slots=True)
class Message:
    """`language` None: nothing is said."""

    language: Language | None
    text: str
    samples: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    def filled_up_to(self, seconds: int) -> Self:
        """With as much silence at the end as makes it last that long."""
        missing = seconds * SAMPLE_RATE_HZ - len(self.samples)
        return replace(self, samples=np.pad(self.samples, (0, missing)))


class MessageMaker:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._generator = np.random.default_rng(seed)

    def by_espeak(
        self, language: Language, variants: Sequence[str], sentences: int, longest: int = LONGEST_SENTENCE
    ) -> Message:
        """One voice, `sentences` sentences of up to `longest` words."""
        random = self._random
        variant = random.choice(variants)
        voice = random.choice(ACCENTS[language][:3]) + ("+" + variant if variant else "")
        manner = Manner(words_per_minute=random.randint(130, 210), pitch=random.randint(30, 70))
        spoken = [self._sentence(language, voice, manner, longest) for _ in range(sentences)]
        return self._message(language, spoken)

    def by_festival(self, language: Language, count: int) -> list[Message]:
        """One sentence each."""
        random = self._random
        texts = [random_sentence(random, language, random.randint(1, LONGEST_SENTENCE)) for _ in range(count)]
        lines = [festival.Line(random.choice(festival.VOICES[language]), " ".join(words), 1.0) for words in texts]
        spoken = festival.say_all(lines)
        return [
            self._message(language, [trimmed_line(language, line.voice, words, sound)])
            for words, line, sound in zip(texts, lines, spoken, strict=True)
        ]

    def nothing(self, seconds: float, level: float) -> Message:
        """White noise of that level; 0 is silence."""
        noise = self._generator.standard_normal(int(seconds * SAMPLE_RATE_HZ)) * level
        return Message(None, "", noise.astype(np.float32))

    def _sentence(self, language: Language, voice: str, manner: Manner, longest: int) -> Speech:
        while True:
            words = random_sentence(self._random, language, self._random.randint(1, longest))
            with suppress(WordsNotMarkedError):  # "no one" is one word to the synthesiser
                return say(language, words, voice, manner, self._comma(len(words)))

    def _message(self, language: Language, spoken: list[Speech]) -> Message:
        pieces = [self._pause(0, 1)]
        for speech in spoken:
            pieces += [speech.samples, self._pause(0.6, 1.5)]
        samples = np.concatenate(pieces)
        samples = samples / np.abs(samples).max() * 10 ** (self._random.uniform(-20, -2) / 20)
        if self._random.random() < 0.6:
            level = float(np.sqrt(np.mean(samples**2))) * 10 ** (-self._random.uniform(15, 45) / 20)
            samples = samples + self._generator.standard_normal(len(samples)) * level
        text = " ".join(ALL_WORDS[word] for speech in spoken for word in speech.words)
        return Message(language, text, np.clip(samples, -1, 1).astype(np.float32))

    def _comma(self, word_count: int) -> int:
        """After how many words; 0 for none."""
        if word_count > 4 and self._random.random() < 0.5:
            return self._random.randint(2, word_count - 2)
        return 0

    def _pause(self, shortest: float, longest: float) -> Samples:
        return np.zeros(int(self._random.uniform(shortest, longest) * SAMPLE_RATE_HZ), np.float32)
