"""What people send that is no recording, as plain immutable data. Instants are UTC-aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from voicepipe.domain.asking import is_in_bots_chat
from voicepipe.domain.connections import connection_of
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.payments import Paid
from voicepipe.domain.people import Person

SUPERGROUPS_BELOW = -1_000_000_000_000
"""The ids of channels and supergroups, which alone have a numbering of messages of their own."""


class Sign(StrEnum):
    """What a group is told about a recording without a word, by a reaction."""

    WORKING = "working"
    REFUSED = "refused"
    """There will be no text."""
    NONE = "none"


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
    replies_to: int | None = None
    """The message of the same chat that it replies to."""
    brings_recording: bool = False
    """Whether it replies to a message of another chat, and shows the media of that."""
    mentions: frozenset[str] = frozenset()
    """Whom it mentions: usernames in small letters, without @."""
    is_post: bool = False
    """Whether it was posted in a channel."""
    is_caption: bool = False
    """Whether it is the text under a recording, which is decided on by itself."""
    is_whispered: bool = False
    """Whether the bot alone sees it; such messages have a numbering of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Messages were deleted, by whomever."""

    chat_id: int | None
    """The supergroup that they were in; None for private chats and basic groups, whose messages share one numbering."""
    message_ids: frozenset[int]
    door: str = ""
    """As in `JobKey`, but of a connected account's the connection alone; behind it, messages are known by their chat,
    whichever it is."""
    but: str = ""
    """The door of what has taken the place of all else that was in these messages."""

    def concerns(self, key: JobKey) -> bool:
        """Whether a message is one of them."""
        if self.but and key.door == self.but:
            return False
        if connection_of(key.door) != self.door and (self.door or not is_in_bots_chat(key)):
            return False
        chat_id = key.chat_id if self.door or key.chat_id < SUPERGROUPS_BELOW else None
        return chat_id == self.chat_id and key.message_id in self.message_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnection:
    """An account is connected no longer."""

    door: str
    """Of all that came in by it, without a file."""

    def concerns(self, key: JobKey) -> bool:
        """Whether a message came in by it."""
        return connection_of(key.door) == self.door


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody pressed a button under a message of the bot's."""

    query_id: int
    """Telegram's number of the press, by which it is acknowledged."""
    key: JobKey
    """The message that has the button; of what was posted as a guest, the query that it answers."""
    person: Person
    is_private: bool
    data: str
    """What the button holds: at most 64 bytes of UTF-8."""
    pressed_at: datetime
    place: bytes | None = None
    """Where the message is, in Telegram's own form, as long as its key is still to be found by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineQuery:
    """Somebody types the bot's name, and words after it, in any chat; asked anew with each letter."""

    query_id: int
    """Telegram's number of the question, by which it is answered."""
    person: Person
    text: str
    """The words; may be empty."""
    offset: str
    """What the answer before this one said of where more is found; empty at first."""


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
    newcomers: frozenset[int] = frozenset()
    """Who came into the group."""
    moved: tuple[int, int] | None = None
    """A basic group, and the supergroup that it has become; told in both."""
    paid: Paid | None = None
    """What was paid, or paid back."""
