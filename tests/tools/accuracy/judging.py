"""What was right and wrong about what somebody heard in a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.tools.accuracy.clips import Clip, Source
from tests.tools.accuracy.contenders import Hearing
from tests.tools.accuracy.cuts import Cut, is_near
from tests.tools.accuracy.words import Fate, Step, compare, doubled, errors_in, words_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """One clip and what one contender made of it, counted."""

    clip: Clip
    hearing: Hearing
    words: int
    """That are said, as far as it is known."""
    errors: int
    """Words replaced, lost or added."""
    invented: int
    """Words heard where nobody speaks."""
    repeated: int
    """Added words that repeat what was heard just before."""
    lost_at_cuts: int
    doubled_at_cuts: int

    @property
    def is_silenced(self) -> bool:
        """Whether nothing was heard where somebody speaks."""
        return bool(self.clip.language) and not self.hearing.text

    @property
    def is_language_wrong(self) -> bool:
        return bool(self.clip.language and self.hearing.text) and self.hearing.language != self.clip.language


def judge(clip: Clip, hearing: Hearing, cuts: list[Cut]) -> Judgement:
    """`cuts` are where the clip is cut into windows."""
    if not clip.source.has_words:
        # Words of no language in particular: numbers count figure by figure.
        invented = len(words_of(hearing.text, "en")) if clip.source is Source.NO_SPEECH else 0
        return Judgement(clip, hearing, 0, 0, invented or _signs(clip, hearing), 0, 0, 0)
    heard = words_of(hearing.text, clip.language)
    steps = compare(clip.words, heard)
    repeated = doubled(steps, heard)
    lost = [step for step in steps if step.fate is Fate.LOST]
    return Judgement(
        clip,
        hearing,
        words=len(clip.words),
        errors=errors_in(steps),
        invented=0,
        repeated=len(repeated),
        lost_at_cuts=_near_cuts(lost, clip, cuts),
        doubled_at_cuts=_near_cuts(repeated, clip, cuts),
    )


def _signs(clip: Clip, hearing: Hearing) -> int:
    """A text without a single word, as «♪», where nobody speaks counts as one."""
    return int(clip.source is Source.NO_SPEECH and bool(hearing.text))


def _near_cuts(steps: Sequence[Step], clip: Clip, cuts: list[Cut]) -> int:
    return sum(is_near(clip.word_seconds[min(step.said, len(clip.words) - 1)], cuts) for step in steps)
