"""What administrators read: the same texts in all languages, with the same facts."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from voicepipe.administration.office import Words
from voicepipe.administration.screens import NAME
from voicepipe.conversation.replies import MAX_DATA_BYTES
from voicepipe.conversation.texts import LANGUAGES, Texts

FACT = re.compile(r"\$([a-z_]+)")


def texts_in(language: str) -> dict[str, str]:
    source = resources.files("voicepipe.administration").joinpath("locales", f"{language}.ftl").read_text("utf-8")
    return dict(re.findall(r"(?ms)^([a-z0-9-]+) =(.*?)(?=^[a-z]|\Z)", source))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_facts(language: str) -> None:
    found, wanted = texts_in(language), texts_in("en")
    assert found.keys() == wanted.keys()
    assert {key: set(FACT.findall(text)) for key, text in found.items()} == {
        key: set(FACT.findall(text)) for key, text in wanted.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_made(language: str) -> None:
    words = Words(Texts(lambda: "ru"), None, None)  # type: ignore[arg-type]  # nothing is looked up
    for key, text in texts_in(language).items():
        facts = dict.fromkeys(FACT.findall(text), 65)
        for flag in (0, 1):
            shown = words.get(language, key.removeprefix(f"{NAME}-"), **{**facts, "is_banned": flag, "is_paused": flag})
            assert shown
            assert "{" not in shown


def test_a_button_has_room_for_the_longest_user_and_plan() -> None:
    assert len(f"{NAME}:plan:{-(2**52)}:{'p' * 32}") <= MAX_DATA_BYTES
