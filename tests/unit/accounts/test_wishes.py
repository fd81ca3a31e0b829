"""Words after the bot's name: a language, or shortness; and talk, which wishes nothing."""

from __future__ import annotations

import pytest

from voicepipe.accounts.wishes import Wishes, read_wishes


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("@voicepipe_bot", Wishes()),
        ("", Wishes()),
        ("@voicepipe_bot en", Wishes("en")),
        ("EN @voicepipe_bot", Wishes("en")),
        ("@voicepipe_bot English!", Wishes("en")),
        ("@voicepipe_bot по-английски", Wishes("en")),
        ("@voicepipe_bot, украинский", Wishes("uk")),
        ("@voicepipe_bot кратко", Wishes(is_short=True)),
        ("@voicepipe_bot ru, кратко.", Wishes("ru", is_short=True)),
        # Words that could be codes of languages, but are talk.
        ("@voicepipe_bot what is it", Wishes()),
        ("@voicepipe_bot что он там говорит?", Wishes()),
        ("@voicepipe_bot it", Wishes("it")),
    ],
)
def test_what_is_wished(text: str, wishes: Wishes) -> None:
    assert read_wishes(text) == wishes
