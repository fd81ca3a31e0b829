"""Texts that follow one another in a recording, as their language is written."""

from __future__ import annotations

import pytest

from voicepipe.domain.transcripts import joined


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
