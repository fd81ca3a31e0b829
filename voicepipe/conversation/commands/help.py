"""/help: what can be sent, the limits, and the other commands."""

from __future__ import annotations

from voicepipe.conversation.limits import limit_facts
from voicepipe.conversation.registry import Asked, Command
from voicepipe.conversation.replies import Reply


async def _respond(asked: Asked) -> Reply:
    config = asked.services.config
    text = asked.text(
        "help",
        **limit_facts(config.limits, asked.balance),
        max_mib=config.limits.max_file_mib,
        speech_language=config.recognition.language,
        all_media=int(config.telegram.all_media_in_groups),
        commands=asked.commands.help(asked.text),
    )
    return Reply(text)


COMMAND = Command(name="help", respond=_respond, menu_order=20, is_in_help=False)
