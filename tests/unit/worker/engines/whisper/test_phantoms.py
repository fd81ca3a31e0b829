"""What a model says although nobody does, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from voicepipe.worker.engines.whisper.decoding import Attempt
from voicepipe.worker.engines.whisper.phantoms import Surroundings, is_nothing, is_phantom, is_phrase, plainly
from voicepipe.worker.engines.whisper.phrases import PHRASES

LOOP = "I'm sorry, " * 9


def attempt(text: str = " Первое.", no_speech: float = 0.1, log_probability: float = -0.5, **changes: Any) -> Attempt:
    return Attempt((1, 2, 3), text, log_probability, no_speech, **changes)


def where(seconds: float = 1.0, language: str = "ru", certainty: float = 0.95) -> Surroundings:
    return Surroundings(seconds, language, certainty)


@pytest.mark.parametrize(
    ("heard", "surroundings"),
    [
        (attempt(LOOP, 0.79, -0.48), where(0.43, "en", 0.58)),
        (attempt("I'm not sure if I'm right or", 0.74, -0.83, is_overlong=True), where(0.67, "en", 0.65)),
        (attempt("You", 0.5, -0.9), where(0.99, "en", 0.69)),
        (attempt("Редактор субтитров А.Синецкая", 0.79, -0.59), where(1.9, "ru", 0.16)),
        (attempt("ПППППППППППППППППППППППППППППППП", 0.43, -0.3), where(0.9, "ru", 0.43)),
        (attempt("Третья.", 0.81, -0.7), where(2.7, "ru", 0.43)),
        (attempt("Третья.", 0.81, -0.7), where(2.7, "ru", 1.0)),
        (attempt("Какой-то шум.", 0.7, -1.2), where(20.0, "ru", 0.95)),
        (attempt("Yeah. Yeah. Yeah.", 0.7, -0.6), where(2.51, "en", 0.6)),
        (attempt("I'm sorry.", 0.449, -1.74), where(0.37, "en", 0.63)),
        (attempt("I'm going, " * 9, 0.63, -0.2), where(10.0, "en", 0.75)),
        (attempt("I'm going, " * 9, 0.63, -0.2, temperature=0.2), where(10.0, "en", 0.98)),
        (attempt("Oh", 0.774, -1.01), where(2.2, "en", 0.185)),
        (attempt("I don't know what you're talking about.", 0.74, -0.82), where(1.0, "en", 0.445)),
        (attempt("I don't know what you're talking about, " * 2, 0.56, -0.91), where(1.5, "en", 0.38)),
        (attempt("I'm sorry.", 0.77, -1.61), where(2.7, "en", 0.9)),
        (attempt("press 2 to it.", 0.77, -1.1), where(1.0, "en", 1.0)),
    ],
)
def test_nobody_speaks(heard: Attempt, surroundings: Surroundings) -> None:
    assert is_nothing(heard, surroundings)


@pytest.mark.parametrize(
    ("heard", "surroundings"),
    [
        (attempt("Первое.", 0.17, -0.71), where(0.55, "ru", 0.37)),
        (attempt("для", 0.52, -0.73), where(0.6, "ru", 0.27)),
        (attempt("Спасибо за внимание!", 0.1, -0.2), where(1.2, "ru", 0.98)),
        (attempt("Thank you.", 0.03, -0.53), where(0.8, "en", 0.51)),
        (attempt("Мгцепы.", 0.17, -0.94), where(1.2, "ru", 0.24)),
        (attempt("Длинная лекция.", 0.7, -0.3), where(25.0, "ru", 0.99)),
        (attempt("Да да да да да да да да да да да да да да", 0.2, -0.4), where(4.0)),
        (attempt("3", 0.607, -0.52), where(0.33, "en", 0.425)),
        (attempt("press 2 to it.", 0.925, -0.76), where(1.0, "en", 0.607)),
        (attempt("yellow.", 0.511, -1.02), where(0.44, "en", 0.57)),
        (attempt("I'm sorry.", 0.31, -0.43), where(1.0, "en", 0.95)),
        (attempt("Thank you.", 0.26, -0.51), where(1.0, "en", 0.39)),
        (attempt("Press 1 to record.", 0.71, -0.57), where(1.0, "en", 0.88)),
        (attempt("Press 1 to record.", 0.71, -0.57), where(1.0, "en", 1.0)),
        (attempt("Press 1, press 2, " * 6, 0.63, -0.2), where(10.0, "en", 0.98)),
        (attempt("Press 1, 2, 3, 4, 3, 4", 0.608, -0.34, is_overlong=True), where(1.0, "en", 0.92)),
        (attempt("Press 4 to make a circle.", 0.695, -1.23), where(1.05, "en", 0.93)),
        (attempt("that it pounds.", 0.458, -1.48), where(1.05, "en", 0.85)),
        (attempt("You.", 0.014, -0.95), where(0.78, "en", 0.64)),
        (attempt("%", 0.09, -0.7), where(0.6, "en", 0.18)),
        (attempt("I don't know what you're talking about.", 0.56, -0.7), where(1.8, "en", 0.445)),
        (attempt("I don't know what you're talking about.", 0.74, -0.7), where(1.0, "en", 0.9)),
    ],
)
def test_somebody_speaks_however_short_quiet_or_unclear(heard: Attempt, surroundings: Surroundings) -> None:
    assert not is_nothing(heard, surroundings)
    assert not is_phantom(heard.text, heard, surroundings.language)


@pytest.mark.parametrize("text", ["♪", " ...", "[Music]", "(смех)", "*вздох*", "♪ la la ♪", "", " — "])
def test_what_is_no_word_is_no_text(text: str) -> None:
    assert is_phantom(text, attempt(), "ru")


def test_a_phrase_counts_only_with_doubt_beside_it_and_only_as_a_whole() -> None:
    credit = " Субтитры сделал DimaTorzok"
    assert not is_phantom(credit, attempt(), "ru")
    for doubtful in (attempt(no_speech=0.45), attempt(log_probability=-0.9)):
        assert is_phantom(credit, doubtful, "ru")
    for caption in (" ТЕЛЕФОННЫЙ ЗВОНОК", " ПЕЧАЛЬНЫЙ КРИК", " LAUGHTER"):
        assert is_phantom(caption, attempt(no_speech=0.45), "ru")
        assert not is_phantom(caption, attempt(), "ru")
    assert not is_phantom(" НАТО", attempt(no_speech=0.45), "ru")
    for word, surely in (" You", " The letter U"), (" Thank you", " Thank you, Anna"):
        assert is_phantom(word, attempt(log_probability=-0.9, no_speech=0.25), "en")
        assert not is_phantom(surely, attempt(log_probability=-0.9, no_speech=0.25), "en")
    said = " Вчера я делал субтитры к лекции. Продолжение следует."
    assert not is_phantom(said, attempt(no_speech=0.45), "ru")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Продолжение следует..."),
        ("ru", "Редактор субтитров А.Семкин Корректор А.Егорова"),
        ("ru", "ТРЕВОЖНАЯ МУЗЫКА"),
        ("ru", "НАПРЯЖЁННАЯ МУЗЫКА"),
        ("en", "I'll see you in the next video."),
        ("fr", "Sous-titrage ST' 501"),
        ("de", "Untertitelung des ZDF, 2020"),
        ("tr", "İzlediğiniz için teşekkürler."),
        ("kk", "You"),
    ],
)
def test_phrases_are_known_however_they_are_written(language: str, text: str) -> None:
    assert is_phrase(text, language)


@pytest.mark.parametrize("text", ["Спасибо.", "И", "Пока!", "Продолжение следует завтра", "Thank you, Anna"])
def test_what_people_say_is_no_phrase(text: str) -> None:
    assert not is_phrase(text, "ru")


def test_each_language_of_the_interface_has_phrases_as_they_are_compared() -> None:
    assert set(PHRASES) >= {"ru", "en", "uk", "be", "kk", "uz", "de", "es", "pt", "fr", "it", "tr"}
    for phrases in PHRASES.values():
        assert [phrase for phrase in phrases if plainly(phrase) != phrase] == []
        assert len(set(phrases)) == len(phrases)
