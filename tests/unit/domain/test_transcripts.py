"""Texts that follow one another in a recording, and the words of one."""

from __future__ import annotations

import pytest

from voicepipe.domain.transcripts import Segment, Word, begun, joined


@pytest.mark.parametrize(
    ("language", "texts", "whole"),
    [
        ("ru", ["Раз.", "", "Два."], "Раз. Два."),
        ("ko", ["하나.", "둘."], "하나. 둘."),
        ("zh", ["北京开", "会。"], "北京开会。"),
        ("ja", ["今日は", "晴れ。"], "今日は晴れ。"),
        ("th", ["สวัสดี", "ครับ"], "สวัสดีครับ"),
        ("yue", [], ""),
    ],
)
def test_spaces_stand_where_the_language_has_them(language: str, texts: list[str], whole: str) -> None:
    assert joined(texts, language) == whole


def test_a_stripped_segment_has_the_words_of_its_text() -> None:
    words = (Word(" раз", 0.9), Word(" два. ", 0.2))
    stripped = Segment(1.0, 2.0, " раз два. ", words).stripped
    assert stripped == Segment(1.0, 2.0, "раз два.", (Word("раз", 0.9), Word(" два.", 0.2)))
    assert Segment(1.0, 2.0, " раз ", (Word(" раз ", 0.5),)).stripped.words == (Word("раз", 0.5),)
    assert Segment(1.0, 2.0, "  ", (Word("  ", 0.5),)).stripped == Segment(1.0, 2.0, "")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("нажмите один. Потом два.", "ru", "Нажмите один. Потом два."),
        ("iPhone сломался.", "ru", "iPhone сломался."),
        ("istanbul güzel.", "tr", "İstanbul güzel."),
        ("და სხვა.", "ka", "და სხვა."),
        ("10 минут.", "ru", "10 минут."),
        ("without a single sentence", "en", "without a single sentence"),
        ("", "en", ""),
    ],
)
def test_a_text_of_sentences_begins_with_a_capital(text: str, language: str, expected: str) -> None:
    assert begun(text, language) == expected


def test_the_first_segment_begins_as_its_text() -> None:
    said = Segment(0.0, 1.0, "раз два.", (Word("раз", 0.9), Word(" два.", 0.8)))
    assert said.begun("Раз два. Три.") == Segment(0.0, 1.0, "Раз два.", (Word("Раз", 0.9), Word(" два.", 0.8)))
    assert Segment(0.0, 1.0, "раз.").begun("Раз.") == Segment(0.0, 1.0, "Раз.")
