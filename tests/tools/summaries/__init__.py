"""How good the built-in summaries are, against the first sentences of each text: `scripts/summaries`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from voicepipe.processing.builtin import lexrank
from voicepipe.processing.builtin.words import Sentence, sentences_of
from voicepipe.processing.kinds import Material

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and what whoever reads its summary should learn."""

    name: str
    material: Material
    points: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Score:
    """What a summary is worth."""

    coverage: float
    """Of the points, the share that it tells."""
    length: float
    """Its share of the text's signs."""


Chooser = Callable[[Sequence[Sentence], str], Sequence[int]]


def texts() -> Iterator[Text]:
    """All that there are."""
    for path in sorted(TEXTS.glob("*.toml")):
        for each in tomllib.loads(path.read_text(encoding="utf-8"))["texts"]:
            yield Text(f"{path.stem} {each['name']}", Material(each["text"], path.stem), each["points"])


def lead_3(sentences: Sequence[Sentence], language: str) -> Sequence[int]:
    """The first three sentences: the baseline to beat."""
    return range(3)


def lead_as_long(sentences: Sequence[Sentence], language: str) -> Sequence[int]:
    """As many first sentences as ours has signs: a summary that is merely long gains nothing over it."""
    signs = sum(len(sentences[each].text) for each in lexrank.chosen_of(sentences, language))
    count, total = 0, 0
    while total < signs:
        total += len(sentences[count].text)
        count += 1
    return range(count)


CHOOSERS: dict[str, Chooser] = {
    "Главные фразы": lexrank.chosen_of,
    "lead-3": lead_3,
    "lead as long": lead_as_long,
}


def score(text: Text, choose: Chooser) -> Score:
    """What a way to choose sentences is worth on a text."""
    sentences = sentences_of(text.material)
    chosen = [_folded(sentences[each].text) for each in choose(sentences, text.material.language)]
    told = [any(all(_folded(word) in sentence for word in point) for sentence in chosen) for point in text.points]
    return Score(sum(told) / len(told), sum(map(len, chosen)) / len(text.material.text))


def can_be_told(text: Text) -> list[Sequence[str]]:
    """The points that no sentence of the text tells: there must be none."""
    sentences = [_folded(sentence.text) for sentence in sentences_of(text.material)]
    return [
        point for point in text.points if not any(all(_folded(word) in each for word in point) for each in sentences)
    ]


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")


def mean(scores: Sequence[Score]) -> Score:
    return Score(fmean(each.coverage for each in scores), fmean(each.length for each in scores))


def report() -> str:
    """The table that README.md has."""
    lines = ["| | coverage | length | " + " | ".join(text.name for text in texts()) + " |"]
    lines.append("| --- " * (len(list(texts())) + 3) + "|")
    for name, choose in CHOOSERS.items():
        scores = [score(text, choose) for text in texts()]
        average = mean(scores)
        each = " | ".join(f"{one.coverage:.2f}" for one in scores)
        lines.append(f"| {name} | {average.coverage:.2f} | {average.length:.2f} | {each} |")
    return "\n".join(lines)
