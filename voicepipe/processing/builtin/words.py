"""The words and sentences of a text, as the built-in processors count them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicepipe.domain.sentences import SENTENCE_ENDS, sentences
from voicepipe.domain.transcripts import Segment, Transcript
from voicepipe.formats.paragraphs import placed_segments, seconds_at
from voicepipe.processing.kinds import Material

SHORTEST_STEM, LONGEST_STEM = 4, 7
"""Words count as the same when they begin alike: in all letters but the last, of which so many count. That finds as
much as Snowball's stemmers do (0.55 and 0.54 of what a summary should tell, see `scripts/summaries`), and in every
language.
"""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STOP = {
    "ru": """а без более больше будет будто бы был была были было быть в вам вас ведь весь вот впрочем все всегда всего
        всех всю вы где говорит да даже два для до другой его ее ей ему если есть еще ж же за здесь и из или им иногда
        их к как какая какой когда конечно кто куда ли лучше между меня мне много может можно мой моя мы на над надо
        наконец нас не него нее ней нельзя нет ни нибудь никогда ним них ничего но ну о об один он она они оно опять от
        очень перед по под после потом потому почти при про раз разве с сам свою себе себя сейчас сегодня со совсем так
        такой там тебя тем теперь то тогда того тоже только том тот тут ты у уж уже хорошо хоть чего чем через что чтобы
        чуть эти это этого этой этом этот эту я просто вообще типа короче значит кстати вроде ага угу нам нами вами
        который которая которое которые которых наш наша наши ваш ваша ваши свой свои своих который-то что-то кто-то
        чтоб этих этим этими тех теми такие такая такое именно нужно самом деле
        во-первых во-вторых в-третьих в-четвертых в-пятых следующий следующая следующее следующие следующей следующую
        следующего следующем хочу хотел хотела хотели рассказать рассказал рассказала сказать сказал сказала сказали""",
    "en": """a about above after again all also am an and any are as at be because been before being below between both
        but by can could did do does doing down during each even few for from further get go going got had has have
        having he her here hers herself him himself his how i if in into is it it's its itself just like me more most my
        myself no nor not now of off on once only or other our ours out over own really said same say she should so
        some still such than that that's the their them then there these they this those through to too two under until
        up us very was we well were what when where which while who whom why will with would yes you your yours i'm
        i've i'll we're we've we'll you're don't didn't doesn't isn't can't won't let's okay ok yeah um uh think know
        mean actually basically one""",
}
_STOPS = {language: frozenset(words.split()) for language, words in _STOP.items()}
_SHORT_SIGNS = 3
"""In a language whose little words are not known, words that are no longer count as such."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text."""

    text: str
    seconds: float | None
    """When it was said; None where nobody knows."""

    @property
    def words(self) -> list[str]:
        return words_of(self.text)


def sentences_of(material: Material) -> list[Sentence]:
    """The text's sentences in their order; where it has no full stops, what was said in one breath."""
    transcript = _transcript(material)
    placed = placed_segments(transcript)
    spans = list(sentences(material.text))
    if placed and not any(sign in SENTENCE_ENDS for sign in material.text):
        starts = [start for start, _ in placed]
        spans = list(zip(starts, [*starts[1:], len(material.text)], strict=True))
    return [
        Sentence(text, seconds_at(start, placed) if placed else None)
        for start, end in spans
        if (text := " ".join(material.text[start:end].split()))
    ]


def _transcript(material: Material) -> Transcript:
    segments = tuple(Segment(piece.start, piece.end, piece.text) for piece in material.pieces)
    return Transcript(material.text, material.language, 1.0, 0.0, segments)


def words_of(text: str) -> list[str]:
    """Its words in small letters, numbers left out."""
    return [match[0].casefold().replace("ё", "е") for match in _WORD.finditer(text)]


def is_little(word: str, language: str) -> bool:
    """Whether a word says nothing by itself, as «and»."""
    stops = _STOPS.get(language)
    return len(word) <= _SHORT_SIGNS if stops is None else word in stops or len(word) < 2


def stem(word: str) -> str:
    """What counts of a word."""
    return word[: max(SHORTEST_STEM, min(LONGEST_STEM, len(word) - 1))]


def stems_of(text: str, language: str) -> Iterator[str]:
    """Of its words that say something, and its numbers."""
    yield from (stem(word) for word in words_of(text) if not is_little(word, language))
    yield from re.findall(r"\d+", text)
