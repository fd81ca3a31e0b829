"""/transcribe: recognises the recording that it replies to, or stands under, whoever sent it and however long ago.

Who asks is charged. Where the text is in the chat already, the bot points to it instead. Under the refusal of a
recording that is too long, a button asks for as much of its beginning as there can be.
"""

from __future__ import annotations

from voicepipe.conversation.groups import ASKING
from voicepipe.conversation.registry import Asked, Command, Pressed
from voicepipe.conversation.replies import Button, Reaction, Reply
from voicepipe.conversation.requests import Answered, Verdict

FIRST = "first:"
"""Begins the data of the button for a recording's beginning; its message's number follows."""
WHY_NOT = {
    Verdict.NOTHING: "transcribe-nothing",
    Verdict.GONE: "transcribe-gone",
    Verdict.EXPIRED: "transcribe-expired",
}
"""The keys of the texts that say why there will be no text."""


async def _respond(asked: Asked) -> Reply | None:
    match await asked.services.requests.ask(asked.remark):
        case Answered(message_id):
            return Reply(asked.text("transcribe-answered"), under=message_id)
        case Verdict.TAKEN:
            return None
        case verdict:
            return Reply(asked.text(WHY_NOT[verdict]))


def first_button(label: str, message_id: int) -> Button:
    """The button that asks for the beginning of the recording in a message of the same chat."""
    return Button(label, f"{ASKING}:{FIRST}{message_id}")


async def _react(pressed: Pressed) -> Reaction:
    number = pressed.argument.removeprefix(FIRST)
    if not number.isdecimal() or not await pressed.services.requests.ask_beginning(pressed.press, int(number)):
        return Reaction(notice=pressed.text("button-gone"))
    return Reaction(notice=pressed.text("first-taken"))


COMMAND = Command(name=ASKING, respond=_respond, react=_react, menu_order=15)
