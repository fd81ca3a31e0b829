"""The sentences that say most: whole ones, in their order, with their times, so that nothing can be made up.

LexRank: a sentence says much when many others have words in common with it, rare words counting more. A sentence much
like one that is chosen already is passed over.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicepipe.processing.builtin.words import Sentence, sentences_of, stems_of
from voicepipe.processing.kinds import Failing, Made, Material, NotMade, Point

SHARE = 0.3
"""Of the text's signs, about so many are told."""
FEWEST_SENTENCES, MOST_SENTENCES = 3, 8
MOST_SIGNS = 1500
FEWEST_WORDS = 4
"""A sentence of fewer words is told only where there is nothing else."""
LIKE = 0.5
"""From this cosine on two sentences say the same."""
DAMPING = 0.85
CUE, MOST_CUES = 0.8, 2
"""How much more a sentence weighs for each cue, and how many of them count."""
_CUE = re.compile(
    r"\d+"
    # Russian: numbers, days, months; what is to be done.
    r"|\b(?:дв(?:а|е|ух|адцат)|тр(?:и|ех|ёх|идцат)|четыр|пят(?:ь|и|ого|ом)|шест|семь|семи|восем|девя|десят|сорок|сто|тысяч"
    r"|понедельник|вторник|сред[уы]\b|четверг|пятниц|суббот|воскресен|завтра|послезавтра"
    r"|январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|надо\b|нужн|должн|прошу|пожалуйста|обязательно|нельзя|решил|договорил|переносим|срок)"
    # English.
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred|thousand|million"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|january|february|march|april|june|july|august"
    r"|september|october|november|december|must|need|needs|should|have to|has to|please|deadline|decided|agreed)\b"
)
ROUNDS = 50
MOST_COMPARED = 1500
"""Of a text of more sentences, only every second, third, … counts: two hours of speech."""

Matrix = NDArray[np.float64]


def summary(material: Material) -> Made:
    """Raises NotMade where the text is no longer than its summary would be."""
    sentences = sentences_of(material)
    sentences = sentences[:: -(-len(sentences) // MOST_COMPARED) or 1]
    if len(sentences) <= FEWEST_SENTENCES:
        raise NotMade(Failing.NOTHING)
    chosen = chosen_of(sentences, material.language)
    return Made(points=tuple(Point(sentences[each].text, sentences[each].seconds) for each in sorted(chosen)))


def chosen_of(sentences: Sequence[Sentence], language: str) -> list[int]:
    """Which of the sentences are told, the weightiest first."""
    vectors = _vectors([list(stems_of(sentence.text, language)) for sentence in sentences])
    alike = vectors @ vectors.T
    weights = _weights(alike) * _worth(sentences)
    room = _room(sentences)
    chosen: list[int] = []
    for each in map(int, np.argsort(-weights, kind="stable")):
        signs = sum(len(sentences[other].text) for other in (*chosen, each))
        if len(chosen) >= FEWEST_SENTENCES and signs > room:
            continue
        if len(chosen) < MOST_SENTENCES and all(alike[each, other] < LIKE for other in chosen):
            chosen.append(each)
    return chosen


def _room(sentences: Sequence[Sentence]) -> float:
    """How many signs may be told."""
    return min(MOST_SIGNS, SHARE * sum(len(sentence.text) for sentence in sentences))


def _vectors(stems: Sequence[Sequence[str]]) -> Matrix:
    """A row of length 1 for each sentence, by its words: those that few sentences have weigh more."""
    known = {stem: number for number, stem in enumerate(dict.fromkeys(stem for row in stems for stem in row))}
    spread = Counter(stem for row in stems for stem in set(row))
    vectors = np.zeros((len(stems), len(known) or 1))
    for number, row in enumerate(stems):
        for stem, count in Counter(row).items():
            vectors[number, known[stem]] = count * math.log(1 + len(stems) / spread[stem])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return scaled


def _weights(alike: Matrix) -> Matrix:
    """How much each sentence says: the stationary distribution of going from one to another like it."""
    links = alike.copy()
    np.fill_diagonal(links, 0.0)
    sums = links.sum(axis=1, keepdims=True)
    count = len(links)
    # From a sentence that is like none, one goes anywhere.
    steps = np.divide(links, sums, out=np.full_like(links, 1 / count), where=sums > 0)
    weights = np.full(count, 1 / count)
    for _ in range(ROUNDS):
        weights = (1 - DAMPING) / count + DAMPING * (weights @ steps)
    return weights


def _worth(sentences: Sequence[Sentence]) -> Matrix:
    """By what factor each weighs more, whatever it has in common with others."""
    return np.array([_worth_of(sentence) for sentence in sentences])


def _worth_of(sentence: Sentence) -> float:
    """Short exclamations and questions say little by themselves; dates, sums and what is to be done are what counts."""
    if len(sentence.words) < FEWEST_WORDS:
        return 0.1
    cues = min(MOST_CUES, len(_CUE.findall(sentence.text.casefold())))
    return (0.7 if sentence.text.endswith("?") else 1.0) * (1 + CUE * cues)
