"""Tokens without what a model says again and again."""

from __future__ import annotations

import pytest

from voicepipe.worker.engines.whisper.loops import without_loops


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("", ""),
        ("abcabc", "abcabc"),
        ("aab", "aab"),
        ("aaaaaaa", "a"),
        ("xabcabcabcab", "xabc"),
        ("xabcabcabcy", "xabcy"),
        ("abababcdcdcd", "abcd"),
        ("xyababababz", "xyabz"),
    ],
)
def test_of_three_times_or_more_the_first_is_left(said: str, left: str) -> None:
    tokens = [ord(sign) for sign in said]
    assert "".join(said[place] for place in without_loops(tokens)) == left
