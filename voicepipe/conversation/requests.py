"""What comes of it when somebody asks for a recording that is in the chat: as a command sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Press, Remark
from voicepipe.domain.people import Person


class Verdict(StrEnum):
    """What became of a request."""

    TAKEN = "taken"
    """It is recognised or refused like any other recording, or is in work already."""
    NOTHING = "nothing"
    """No recording was named: the message replies to none, nor has one."""
    GONE = "gone"
    """What it replies to can't be read any more."""
    EXPIRED = "expired"
    """The recording could be opened once, and was."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The text is in the chat already."""

    message_id: int
    """The message that it is in, or begins in."""


class Requests(Protocol):
    """Finds recordings that somebody asks for, and gives them to be recognised. To ask again is harmless."""

    async def ask(self, remark: Remark) -> Verdict | Answered:
        """Act upon a remark that replies to a recording, or stands under it."""
        ...

    async def ask_language(self, press: Press, person: Person, key: JobKey, language: str) -> bool:
        """Have the recording of a job recognised in a language (ISO 639-1 code), for whoever pressed a button.

        False where it is not there any more.
        """
        ...

    async def ask_beginning(self, press: Press, message_id: int) -> bool:
        """Have as much of a refused recording's beginning recognised as can be; False where it is not the presser's."""
        ...
