"""From the time in a window's speech to the recording's: what spans a long pause is divided there."""

from __future__ import annotations

import pytest

from voicepipe.domain.transcripts import Segment, Word
from voicepipe.wire.messages import Span
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.placing import placed


def spans(*seconds: tuple[float, float]) -> list[Span]:
    return [Span(int(start * SAMPLE_RATE), int(end * SAMPLE_RATE)) for start, end in seconds]


TWO = spans((1.0, 5.0), (35.0, 38.0))
"""4 s of speech, a pause of 30 s, and 3 s."""


def test_what_is_said_on_one_side_is_placed_there() -> None:
    assert list(placed(TWO, 0.5, 3.5, " Один.")) == [Segment(1.5, 4.5, " Один.")]
    assert list(placed(TWO, 4.0, 7.0, " Два.")) == [Segment(35.0, 38.0, " Два.")]


def test_what_spans_a_pause_is_divided_at_the_end_of_a_sentence() -> None:
    found = list(placed(TWO, 0.0, 7.0, " Раз, два, три. Четыре, пять."))
    assert found == [Segment(1.0, 5.0, " Раз, два, три."), Segment(35.0, 38.0, " Четыре, пять.")]


def test_without_sentences_words_are_shared_out_by_their_length() -> None:
    found = list(placed(TWO, 0.0, 7.0, " один два три четыре пять шесть семь"))
    assert [segment.text for segment in found] == [" один два три четыре", " пять шесть семь"]


def test_a_time_that_reaches_a_little_over_a_pause_does_not_divide() -> None:
    assert list(placed(TWO, 0.0, 4.2, " Один два.")) == [Segment(1.0, 5.0, " Один два.")]
    assert list(placed(TWO, 3.8, 7.0, " Один два.")) == [Segment(35.0, 38.0, " Один два.")]


def test_a_short_pause_does_not_divide() -> None:
    near = spans((1.0, 5.0), (5.8, 9.0))
    assert list(placed(near, 0.0, 7.0, " Один два.")) == [Segment(1.0, 8.8, " Один два.")]


@pytest.mark.parametrize("end", [7.0, 7.5, 30.0])
def test_the_end_is_never_behind_the_recording_s(end: float) -> None:
    assert list(placed(TWO, 5.0, end, " Да."))[-1].end == 38.0


def test_words_go_with_their_text() -> None:
    words = [Word(" Раз,", 0.9), Word(" два.", 0.8), Word(" Три,", 0.1), Word(" четыре.", 0.7)]
    found = list(placed(TWO, 0.0, 7.0, " Раз, два. Три, четыре.", words))
    assert [each.words for each in found] == [tuple(words[:2]), tuple(words[2:])]


def test_a_word_that_lies_on_both_sides_is_divided() -> None:
    (first, second) = placed(TWO, 0.0, 7.0, "一二三四五六七八", [Word("一二三四五六七八", 0.5)])
    assert first.words == (Word(first.text, 0.5),)
    assert second.words == (Word(second.text, 0.5),)
