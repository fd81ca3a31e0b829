"""Which texts are commands."""

from __future__ import annotations

import pytest

from voicepipe.conversation.commands.forget import is_confirmed
from voicepipe.conversation.registry import command_of, is_addressed_to


@pytest.mark.parametrize("text", ["/forget yes", "/Forget  ДА", "/forget@some_bot Yes!", "/forget да."])
def test_forgetting_is_confirmed_in_either_language(text: str) -> None:
    assert is_confirmed(text)


@pytest.mark.parametrize(
    "text", ["/forget", "forget yes", "/forget no", "/forget yes no", "/forgetyes", "/start yes", ""]
)
def test_whatever_else_is_no_confirmation(text: str) -> None:
    assert not is_confirmed(text)


@pytest.mark.parametrize(
    ("text", "command"),
    [("/start", "start"), ("/Quota now", "quota"), ("/help@some_bot x", "help"), ("hello /start", None), ("", None)],
)
def test_commands_are_recognised(text: str, command: str | None) -> None:
    assert command_of(text) == command


@pytest.mark.parametrize(("text", "is_ours"), [("/help", True), ("/help@Our_Bot", True), ("/help@other_bot", False)])
def test_a_command_in_a_group_may_name_another_bot(text: str, is_ours: bool) -> None:
    assert is_addressed_to(text, "our_bot") is is_ours
