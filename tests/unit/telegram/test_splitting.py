"""Texts, cut as Telegram takes them."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tests.support.words import utf16_units
from voicepipe.telegram.chat.splitting import beginning, split_text


# --- splitting ------------------------------------------------------------------------------------------------------
def test_a_text_that_fits_stays_whole() -> None:
    assert split_text("слово " * 600) == [("слово " * 600).strip()]


def test_a_long_text_is_cut_at_the_end_of_a_sentence() -> None:
    assert split_text("Первое предложение. Второе предложение тут", 25) == [
        "Первое предложение.",
        "Второе предложение тут",
    ]


def test_a_word_too_long_for_a_message_is_cut_inside() -> None:
    assert split_text("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(10, 50))
def test_parts_fit_and_nothing_but_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(utf16_units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text("🎤🎧 ", min_size=1, max_size=200))
def test_characters_of_two_units_are_never_torn(text: str) -> None:
    assert all(utf16_units(part) <= 11 for part in split_text(text, 11))


# --- texts without spaces, and what must not be torn ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("sentence", "limit"),
    [
        ("我们明天开会。", 30),
        ("「会議は明日ですか？」", 40),
        ("今日はいい天気ですね！", 40),
        ("यह एक वाक्य है।", 40),
        ("这是第一句，", 20),
        ("これは、", 15),
        ("Он сказал: «да».  ", 40),
    ],
)
def test_a_text_is_cut_where_a_sentence_or_a_clause_ends(sentence: str, limit: int) -> None:
    text = sentence * 20
    parts = split_text(text, limit)
    assert {part.strip()[-2:] for part in parts} == {sentence.strip()[-2:]}
    assert max(map(utf16_units, parts)) > limit // 2


def test_the_end_of_a_sentence_is_preferred_to_the_end_of_a_clause() -> None:
    assert split_text("一二三四五六。七八，九十", 10) == ["一二三四五六。", "七八，九十"]


CLUSTERS = (
    *("👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "👩🏻‍🔬", "❤️‍🔥", "1️⃣", "🇷🇺", "🇬🇧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    *("é", "й", "й", "שָׁ", "ก็", "กำ", "ดี่", "தி", "한", "각", "क्षि", "َّم", "\r\n"),
    *("a", "我", "я", "🎤"),
)


@given(st.lists(st.sampled_from(CLUSTERS), max_size=120), st.integers(25, 60))
def test_what_readers_see_as_one_character_is_never_torn(clusters: list[str], limit: int) -> None:
    text = "".join(clusters)
    parts = split_text(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(utf16_units(part) <= limit for part in parts)
    whole = {match.end() for match in regex.finditer(r"\X", text)}
    at = 0
    for part in parts[:-1]:
        at = text.index(part, at) + len(part)
        assert at in whole


@pytest.mark.parametrize("mark", ["\u0301", "\u05b8", "\u0e34", "\u064e", "\ufe0f", "\u200d"])
@given(text=st.text("ab ", min_size=30, max_size=60))
def test_no_part_begins_with_a_mark(mark: str, text: str) -> None:
    marked = "a" + "".join(letter + mark for letter in text)
    assert not [part for part in split_text(marked, 10) if part.startswith(mark)]


def test_a_letter_with_more_accents_than_fit_is_cut_all_the_same() -> None:
    text = "a" + "\u0301" * 30
    parts = split_text(text, 10)
    assert ["".join(parts), max(map(len, parts))] == [text, 10]


def test_a_long_text_is_cut_soon_enough() -> None:
    begun_at = time.monotonic()
    parts = split_text("我们明天开会" * 20_000)
    assert len(parts) == 30
    assert time.monotonic() - begun_at < 5


# --- progress ---
def test_a_text_so_far_that_fits_is_shown_whole() -> None:
    text = "⏳ 40 %\n\n" + "слово " * 500 + "конец"
    assert beginning(text) == text


def test_of_a_long_one_the_beginning_is_shown_up_to_a_word_s_end() -> None:
    shown = beginning("⏳ 40 %\n\n" + "слово " * 5000)
    assert shown.endswith("слово …")
    assert 4000 < utf16_units(shown) <= 4096


@pytest.mark.parametrize("filler", range(12))
def test_of_what_is_shown_no_character_is_torn(filler: int) -> None:
    shown = beginning("a" * filler + "👨‍👩‍👧‍👦" * 500).removesuffix(" …")
    assert shown.endswith("👨‍👩‍👧‍👦")


@given(st.text("🎤 а", max_size=9000))
def test_whatever_is_shown_fits_one_message(text: str) -> None:
    assert utf16_units(beginning(text)) <= 4096
