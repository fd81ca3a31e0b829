"""Texts that follow one another in a recording, and the words of one."""

from __future__ import annotations

import pytest

from voicepipe.domain.transcripts import Segment, Word, joined


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
