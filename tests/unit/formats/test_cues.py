"""Cues that can be read: short lines, short times, ends where something ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicepipe.domain.transcripts import Segment
from voicepipe.formats.cues import CUE_SECONDS, LINE_SIGNS, LINES, Cue, cues

SENTENCES = (
    "Сегодня мы говорим о том, как делают хлеб. Сначала мелют зерно; потом из муки, воды и соли замешивают тесто. "
    "Оно стоит ночь, и утром его пекут!"
)


def lines(text: str, seconds: float = 5.0) -> list[tuple[str, ...]]:
    return [cue.lines for cue in cues([Segment(0.0, seconds, text)])]


def test_what_fits_stays_as_it_is() -> None:
    assert list(cues([Segment(1.0, 2.5, " Привет, мир.")])) == [Cue(1.0, 2.5, ("Привет, мир.",))]


def test_two_lines_are_about_as_long_as_each_other() -> None:
    assert lines("один два три четыре пять шесть семь восемь девять") == [
        ("один два три четыре пять", "шесть семь восемь девять")
    ]


def test_a_long_segment_is_cut_where_sentences_and_clauses_end() -> None:
    found = lines(SENTENCES, 14.0)
    assert [cue[-1][-1] for cue in found] == [".", ".", "!"]
    assert " ".join(line for cue in found for line in cue) == SENTENCES


def test_a_long_sentence_is_cut_where_a_clause_ends() -> None:
    found = lines(SENTENCES.replace(". ", " ").replace("!", ""), 14.0)
    assert [cue[-1][-1] for cue in found][:1] == [";"]


def test_time_is_shared_out_by_signs_without_gaps() -> None:
    found = list(cues([Segment(10.0, 24.0, SENTENCES)]))
    assert [found[0].start, found[-1].end] == pytest.approx([10.0, 24.0])
    assert all(left.end == pytest.approx(right.start) for left, right in pairwise(found))


def test_a_word_drawn_out_is_shown_no_longer_than_a_cue() -> None:
    assert list(cues([Segment(0.0, 20.0, "Да")])) == [Cue(0.0, CUE_SECONDS, ("Да",))]


def test_chinese_and_japanese_are_cut_between_signs_and_not_before_punctuation() -> None:
    text = "今天我们说的是怎么做面包，首先要磨面粉。" * 5
    found = lines(text, 20.0)
    assert "".join(line for cue in found for line in cue) == text
    assert all(len(line) <= LINE_SIGNS // 2 + 1 and line[0] not in "，。" for cue in found for line in cue)


def test_thai_is_never_cut_before_a_combining_mark() -> None:
    text = "เมื่อวานนี้ฉันไปตลาดและซื้อผักผลไม้ปลาและข้าวสารหนึ่งถุงใหญ่เพื่อทำอาหารเย็นให้ครอบครัว"
    found = [line for cue in lines(text, 6.0) for line in cue]
    assert "".join(found) == text
    assert all(line[0] not in "ิีึืุู่้๊๋์ั็" for line in found)


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=30)


@given(st.lists(words, min_size=1, max_size=60), st.floats(0.0, 60.0), st.floats(0.0, 30.0))
def test_whatever_is_said_no_sign_is_lost_and_every_cue_can_be_read(
    said: list[str], start: float, seconds: float
) -> None:
    found = list(cues([Segment(start, start + seconds, " ".join(said))]))
    assert "".join("".join(cue.lines) for cue in found).replace(" ", "") == "".join(said)
    for cue in found:
        assert len(cue.lines) <= LINES
        assert 0 <= cue.end - cue.start <= CUE_SECONDS + 1e-6
    assert all(left.start <= right.start + 1e-9 for left, right in pairwise(found))
