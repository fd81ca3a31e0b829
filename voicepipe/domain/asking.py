"""What somebody has asked for: a recording that is in the chat already, whoever sent it.

Who asks is charged, and each asking is a job of its own, behind a door that says who asked, by which message, and for
whose eyes the text is. The numbers are those that the bot itself sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from voicepipe.domain.jobs import JobKey


class Manner(StrEnum):
    """How somebody asked."""

    ALOUD = "asked"
    """For all to see, and so is the answer."""
    FOR_ONESELF = "for"
    """For all to see, but the answer is for who asked."""
    WHISPERED = "whispered"
    """By a message that the bot alone sees, and so is the answer. Telegram numbers such messages for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asked, and by which message."""

    manner: Manner
    user_id: int
    message_id: int
    language: str = ""
    """ISO 639-1 code of the language that it is asked for in; empty where none was named."""

    @property
    def door(self) -> str:
        door = f"{self.manner}:{self.user_id}:{self.message_id}"
        return f"{door}:{self.language}" if self.language else door

    @property
    def is_private(self) -> bool:
        """Whether the text is for nobody but who asked."""
        return self.manner is not Manner.ALOUD

    @classmethod
    def of(cls, key: JobKey) -> Self | None:
        """What a job's door says; None where nobody asked."""
        manner, _, rest = key.door.partition(":")
        if manner not in list(Manner):
            return None
        user_id, message_id, *language = rest.split(":")
        return cls(manner=Manner(manner), user_id=int(user_id), message_id=int(message_id), language="".join(language))


def is_in_bots_chat(key: JobKey) -> bool:
    """Whether the bot itself sees the recording in a chat, be it that somebody has asked for it."""
    return not key.door or Asking.of(key) is not None


def is_aloud(key: JobKey) -> bool:
    """Whether the answer is a message of that chat, for all there to see."""
    asking = Asking.of(key)
    return not key.door if asking is None else not asking.is_private
