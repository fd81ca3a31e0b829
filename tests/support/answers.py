"""What a message of the bot is, by its text."""

from __future__ import annotations

import re

from tests.support.telegram.world import Message

_COUNT = re.compile(r"\n\n(?:The same goes for|То же относится ещё к) (\d+) [^\n]*$")


def is_final(message: Message) -> bool:
    """Whether a message of the bot is an answer, and not the status that precedes it."""
    return not message.text.startswith("⏳")


def has_reply(message: Message) -> bool:
    """Whether the bot has replied to it at all, be it with a status."""
    return bool(message.chat.replies_to(message))


def counted(text: str) -> int:
    """How many more recordings a refusal says that it goes for."""
    found = _COUNT.search(text)
    return int(found[1]) if found else 0


def without_count(text: str) -> str:
    """A refusal as it would be if it went for one recording."""
    return _COUNT.sub("", text)


def is_counted(recording: Message) -> bool:
    """Whether refusals of what its sender has sent to this chat go for everything that has no reply of its own."""
    sent = [message for message in recording.chat.messages.values() if message.sender is recording.sender]
    alone = [message for message in sent if message.document is not None and not has_reply(message)]
    return sum(counted(reply.text) for message in sent for reply in message.chat.replies_to(message)) >= len(alone)


def percent(status: str) -> int:
    """How far a status says that recognition is; 0 where it says nothing of the kind."""
    found = re.search(r"(\d+) ?%", status)
    return int(found[1]) if found else 0
