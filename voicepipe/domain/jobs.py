"""Jobs: the recordings that were accepted and must be answered. Plain immutable data.

A job is the durable record that a recording was accepted. Its key is (chat_id, message_id, door). Instants are
UTC-aware.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from voicepipe.domain.people import Person
from voicepipe.domain.quota import Reservation
from voicepipe.domain.transcripts import Failure, Transcript

GUEST = "guest"
"""The door of those who ask for the bot in a chat that it is no member of: the chat is who asked (the id of the private
chat with them), the message is the number of the query."""

OWN_MODEL = ""
"""What the model of the configuration is called, where there are others that recordings may be given to."""


@dataclass(frozen=True, slots=True, order=True)
class JobKey:
    """What makes a job unique: the chat (Telegram's bot-API style id, negative for groups), the message in it, and the
    door that it came in by, since each has numbers of its own.
    """

    chat_id: int
    message_id: int
    door: str = ""
    """"" for what the bot itself sees in a chat; `GUEST`; or a connected account's, as `business:<connection id>+<file
    id>`, with chat and message in its owner's numbering; or what somebody has asked for, as `Asking` says."""

    @classmethod
    def parse(cls, text: str) -> JobKey | None:
        """What `str` makes of one; None for another text."""
        found = re.fullmatch(r"(-?\d{1,18})/(-?\d{1,18})(?:/(\S+))?", text.strip(), re.ASCII)
        return None if found is None else cls(int(found[1]), int(found[2]), found[3] or "")

    def __str__(self) -> str:
        """As `7/100`, or `7/100/guest`."""
        return "/".join(filter(None, (str(self.chat_id), str(self.message_id), self.door)))


class RecordingKind(StrEnum):
    """What sort of media a recording came as."""

    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


class JobState(StrEnum):
    """The durable states of a job; each change of state is one transaction together with its entries."""

    ACCEPTED = "accepted"
    """Quota is reserved; the recording must be fetched and recognised."""
    CONCLUDED = "concluded"
    """The outcome is recorded and the quota settled or refunded; the answer is not known to be in the chat yet."""
    DONE = "done"
    """The answer is in the chat, or can't get there and cost nothing; its text is deleted."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as it came in, before anything was decided about it."""

    key: JobKey
    person: Person
    kind: RecordingKind
    is_private: bool
    declared_seconds: int | None
    file_bytes: int
    sent_at: datetime
    source: object
    """Where the media can be fetched from; only the Telegram adapter looks inside."""
    topic_id: int | None = None
    """The topic of a forum that it was sent in; None in General, and where there are no topics."""
    asked_language: str | None = None
    """ISO 639-1 code of the language that is spoken in it, as who asked for its text says; None where nobody does."""
    file_id: int | None = None
    """The messenger's number of the file: the same for all copies of it; None where there is none."""
    first_seconds: int | None = None
    """How much of its beginning is wanted, if there can be no more; None for all of it."""
    status_message_id: int | None = None
    """A message of the bot's that shall become its status, and its answer."""
    caption: str = ""
    """The text under it."""
    is_post: bool = False
    """Whether it was posted in a channel."""
    forwarded_post: int | None = None
    """The channel that it is a post of, where Telegram itself has forwarded it to the channel's discussion group."""
    is_protected: bool = False
    """Whether its chat, or its sender, lets nobody forward or save it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the journal holds it."""

    key: JobKey
    user_id: int
    kind: RecordingKind
    is_private: bool
    """Whether the chat is the user's own chat with the bot."""
    language: str | None
    """The user's Telegram language code, for the texts of the answer."""
    declared_seconds: int | None
    """Duration that the metadata claims; None where it claims nothing."""
    file_bytes: int
    reservation: Reservation
    accepted_at: datetime
    state: JobState = JobState.ACCEPTED
    deaths: int = 0
    """Worker processes this recording has ended so far."""
    status_message_id: int | None = None
    """The bot's own message that says the job is in work and that becomes the answer."""
    outcome: Transcript | Failure | None = None
    """Set when CONCLUDED; a transcript's text is gone when DONE."""
    topic_id: int | None = None
    """The topic of a forum that the answer belongs in."""
    asked_language: str | None = None
    """As in `Recording`."""
    first_seconds: int | None = None
    """How much of the recording's beginning is wanted; None for all of it."""
    fingerprint: str | None = None
    """The same for recordings whose text will be the same; None where nothing of it shall be kept for others."""
    is_cancelled: bool = False
    """Whether somebody who may has asked to have it no more, before it was concluded."""
    is_protected: bool = False
    """Whether nobody may forward or save the recording, nor so its text."""
    model: str | None = None
    """What recognises it: a model that other machines have; empty: the one of the configuration; None: not decided."""
