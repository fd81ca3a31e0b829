"""What people send that is no recording, as plain immutable data. Instants are UTC-aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person

SUPERGROUPS_BELOW = -1_000_000_000_000
"""The ids of channels and supergroups, which alone have a numbering of messages of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A message that is no recording: a command, a text, a sticker, a photo…"""

    key: JobKey
    person: Person
    is_private: bool
    text: str
    """Empty for media without a caption."""
    has_media: bool
    sent_at: datetime
    topic_id: int | None = None
    """The topic of a forum that it was sent in; None in General, and where there are no topics."""
    has_expired: bool = False
    """Whether it is a recording that could be opened once, and was, so that its media is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Messages were deleted, by whomever."""

    chat_id: int | None
    """The supergroup that they were in; None for private chats and basic groups, whose messages share one numbering."""
    message_ids: frozenset[int]
    door: str = ""
    """As in `JobKey`; behind a connected account's, messages are known by their chat, whichever it is."""

    def concerns(self, key: JobKey) -> bool:
        """Whether a message is one of them."""
        if key.door != self.door:
            return False
        chat_id = key.chat_id if key.door or key.chat_id < SUPERGROUPS_BELOW else None
        return chat_id == self.chat_id and key.message_id in self.message_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody pressed a button under a message of the bot's."""

    query_id: int
    """Telegram's number of the press, by which it is acknowledged."""
    key: JobKey
    """The message that has the button."""
    person: Person
    is_private: bool
    data: str
    """What the button holds: at most 64 bytes of UTF-8."""
    pressed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStop:
    """Somebody pressed the button that Telegram shows under a live draft."""

    user_id: int
    draft_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMessage:
    """A message that Telegram itself puts into a chat and that is the bot's business, as one about a payment."""

    key: JobKey
    person: Person
    is_private: bool
    kind: str
    """Telegram's name for what happened, as `PaymentSentMe`."""
    sent_at: datetime
