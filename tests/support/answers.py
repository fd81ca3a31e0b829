"""What a message of the bot is, by its text."""

from __future__ import annotations

import re

from tests.support.telegram.world import Message


def is_final(message: Message) -> bool:
    """Whether a message of the bot is an answer, and not the status that precedes it."""
    return not message.text.startswith("⏳")


def has_reply(message: Message) -> bool:
    """Whether the bot has replied to it at all, be it with a status."""
    return bool(message.chat.replies_to(message))


def percent(status: str) -> int:
    """How far a status says that recognition is; 0 where it says nothing of the kind."""
    found = re.search(r"(\d+) ?%", status)
    return int(found[1]) if found else 0
