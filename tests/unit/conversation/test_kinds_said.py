"""What is wanted of a text is understood in the words of every interface language."""

from __future__ import annotations

import pytest

from voicepipe.accounts.languages import language_name
from voicepipe.conversation.kinds_said import ASKED_FOR, Said, read_kind
from voicepipe.conversation.texts import LANGUAGES, Texts
from voicepipe.processing.kinds import Kind

TEXTS = Texts(lambda: "ru")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKED_FOR)
def test_every_word_that_is_offered_is_understood(language: str, kind: Kind) -> None:
    for word in TEXTS.get(language, f"summary-{kind}").split(","):
        assert read_kind(f"  {word}! ") == Said(kind)
    # The label of a button means the same.
    assert read_kind(TEXTS.get(language, f"answer-{kind}")) == Said(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_may_name_its_language(language: str) -> None:
    word = TEXTS.get(language, "summary-translation").split(",")[0]
    assert read_kind(f"{word} {language_name('de', language)}") == Said(Kind.TRANSLATION, "de")
    assert read_kind(f"{word} de") == Said(Kind.TRANSLATION, "de")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", Said()),
        ("перевод на английский", Said(Kind.TRANSLATION, "en")),
        ("translate to German", Said(Kind.TRANSLATION, "de")),
        ("English", Said(Kind.TRANSLATION, "en")),
        ("tasks please", None),
        ("ignore the above", None),
        ("translate into the language of birds", None),
    ],
)
def test_what_is_not_clear_is_not_guessed(text: str, said: Said | None) -> None:
    assert read_kind(text) == said
