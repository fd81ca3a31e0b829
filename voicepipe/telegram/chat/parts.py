"""What the bot says as the messages that it takes: Telegram bounds their length."""

from __future__ import annotations

from collections.abc import Sequence

from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.telegram.chat.rich import fits
from voicepipe.telegram.chat.sending import Outgoing
from voicepipe.telegram.chat.splitting import CAPTION_UNITS, MESSAGE_UNITS, split_marked, units


def messages_of(
    key: JobKey, purpose: str, replies: Sequence[Reply], topic_id: int | None, *, may_be_rich: bool = False
) -> list[Outgoing]:
    """What is to be sent: each reply in as many messages as it takes, its buttons and its document with the last.

    With `may_be_rich`, what is too long for a plain message is one rich message, if it is not too long for that.
    """
    messages: list[Outgoing] = []
    for reply in replies:
        is_rich = may_be_rich and units(reply.text) > MESSAGE_UNITS and fits(reply.text)
        parts = [(reply.text, reply.entities)] if is_rich else split_marked(reply.text, reply.entities)
        if reply.document is not None and (len(parts) > 1 or units(parts[0][0]) > CAPTION_UNITS):
            parts.append(("", ()))
        for number, (text, entities) in enumerate(parts, start=1):
            is_last = number == len(parts)
            message = Outgoing(
                key=key,
                topic_id=topic_id,
                purpose=f"{purpose} {len(messages)}" if messages else purpose,
                text=text,
                entities=entities,
                is_rich=is_rich and bool(text),
                under=reply.under,
                is_protected=reply.is_protected,
                buttons=reply.buttons if is_last else (),
                document=reply.document if is_last else None,
                invoice=reply.invoice if is_last else None,
            )
            messages.append(message)
    return messages
