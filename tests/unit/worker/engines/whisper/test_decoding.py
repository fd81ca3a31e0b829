"""What a try is judged by."""

from __future__ import annotations

import pytest

from voicepipe.worker.engines.whisper.decoding import MOST_TOKENS, Attempt, limit_of

LONG_RUSSIAN = (
    "Нажмите один, чтобы включить или выключить свой микрофон, два, чтобы заблокировать или разблокировать конференцию,"
    " три, чтобы удалить из конференции последнего вошедшего, четыре или шесть для уменьшения или увеличения уровня"
    " громкости звука, пять, чтобы расширить конференцию, семь или девять для уменьшения или увеличения громкости"
    " вашего голоса."
)


def attempt(text: str) -> Attempt:
    return Attempt(tuple(range(30)), text, -0.3, 0.0)


def test_a_long_sentence_is_not_repetitive_in_any_alphabet() -> None:
    assert not attempt(LONG_RUSSIAN).is_repetitive
    assert attempt("Я не знаю, что это было. " * 8).is_repetitive
    assert attempt("I don't know what it was. " * 8).is_repetitive


@pytest.mark.parametrize(("loop", "times", "expected"), [(1, 20, True), (1, 8, False), (4, 9, True), (30, 2, False)])
def test_tokens_that_come_again_and_again(loop: int, times: int, expected: bool) -> None:
    said = Attempt(tuple(range(loop)) * times, "текст", -0.3, 0.0)
    assert said.is_repetitive is expected


def test_what_can_not_be_said_in_the_time_looks_wrong() -> None:
    assert Attempt((1,), "текст", -0.3, 0.0, is_overlong=True).looks_wrong
    assert [limit_of(seconds).tokens for seconds in (0.5, 2.0, 60.0)] == [24, 42, MOST_TOKENS]
