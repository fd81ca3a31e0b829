"""/transcribe: recognises the recording that it replies to, or stands under, whoever sent it and however long ago.

Who asks is charged. Where the text is in the chat already, the bot points to it instead.
"""

from __future__ import annotations

from voicepipe.conversation.groups import ASKING
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.requests import Answered, Verdict

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


COMMAND = Command(name=ASKING, respond=_respond, menu_order=15)
