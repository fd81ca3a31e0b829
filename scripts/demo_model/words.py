"""The words that the demo model knows, and the two languages they belong to."""

from collections.abc import Sequence
from enum import StrEnum
from random import Random


class Language(StrEnum):
    ENGLISH = "en"
    RUSSIAN = "ru"


WORDS: dict[Language, tuple[str, ...]] = {
    Language.ENGLISH: (
        *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        *("yes", "no", "hello", "thanks", "please", "today", "tomorrow", "yesterday", "meeting", "call"),
        *("money", "house", "water", "coffee", "train", "morning", "evening", "good", "time", "friend"),
    ),
    Language.RUSSIAN: (
        *("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"),
        *("да", "нет", "привет", "спасибо", "пожалуйста", "сегодня", "завтра", "вчера", "встреча", "звонок"),
        *("деньги", "дом", "вода", "кофе", "поезд", "утро", "вечер", "хорошо", "время", "друг"),
    ),
}
ALL_WORDS = WORDS[Language.ENGLISH] + WORDS[Language.RUSSIAN]
WORD_IDS = {word: index for index, word in enumerate(ALL_WORDS)}


def random_sentence(random: Random, language: Language, word_count: int) -> list[str]:
    """Different words only: a word said twice in a sentence makes so small a network lose its place."""
    return random.sample(WORDS[language], word_count)


def ids_of(words: Sequence[str]) -> list[int]:
    return [WORD_IDS[word] for word in words]
