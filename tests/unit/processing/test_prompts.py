"""The prompts that come along: one for whatever a model makes, with the instructions before and after the text."""

from __future__ import annotations

import pytest

from voicepipe.processing.kinds import BY_MODEL
from voicepipe.processing.llm.making import BEGINNING, END, LANGUAGES, SYSTEM, prompts

PROMPTS = prompts("")


def test_there_is_one_for_each_kind_and_language() -> None:
    assert set(PROMPTS) == {f"{kind}.{language}" for kind in (*BY_MODEL, SYSTEM) for language in LANGUAGES}


@pytest.mark.parametrize("name", [name for name in PROMPTS if not name.startswith(SYSTEM)])
def test_the_instructions_stand_before_and_after_the_text(name: str) -> None:
    before, _, after = PROMPTS[name].partition("{text}")
    assert len(before.strip()) > 40
    assert len(after.strip()) > 40
    assert PROMPTS[name].count("{text}") == 1
    assert ("{language}" in PROMPTS[name]) == name.endswith(".en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_is_told_that_a_text_is_data(language: str) -> None:
    assert BEGINNING in PROMPTS[f"{SYSTEM}.{language}"]
    assert END in PROMPTS[f"{SYSTEM}.{language}"]
