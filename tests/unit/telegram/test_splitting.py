"""Texts, cut as Telegram takes them."""

from __future__ import annotations

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


# --- progress ---
def test_a_text_so_far_that_fits_is_shown_whole() -> None:
    text = "⏳ 40 %\n\n" + "слово " * 500 + "конец"
    assert beginning(text) == text


def test_of_a_long_one_the_beginning_is_shown_up_to_a_word_s_end() -> None:
    shown = beginning("⏳ 40 %\n\n" + "слово " * 5000)
    assert shown.endswith("слово …")
    assert 4000 < utf16_units(shown) <= 4096


@given(st.text("🎤 а", max_size=9000))
def test_whatever_is_shown_fits_one_message(text: str) -> None:
    assert utf16_units(beginning(text)) <= 4096
