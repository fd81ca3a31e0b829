"""What a recording's way needs of the messenger and of the store. The composition root decides who they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.messages import Sign
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance, Reservation
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.store import Delivered, Sent, Usage

T = TypeVar("T")


class Signs(Protocol):
    """What the messenger shows without a word, where a chat allows it. What can't be shown is left."""

    async def show_work(self, key: JobKey, *, topic_id: int | None = None) -> None:
        """Show that the bot is at work on a recording. Raises WriteForbidden where the answer would be refused."""

    async def show(self, key: JobKey, sign: Sign) -> None:
        """Put a sign under a recording, in the place of another one."""


class Answers(Protocol):
    """Where recordings come from, and their answers go to. To send again what was sent before is harmless."""

    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Write the recording's media to `path`; `source` None means that it must be looked up again.

        Raises FetchFailed, DiskFull when there is no room, and ServiceStopping.
        """

    async def announce(self, key: JobKey, status: Reply, *, topic_id: int | None = None) -> int | None:
        """Reply to the recording with a status; the id of that message, or None when it can't be known.

        Raises Undeliverable; WriteForbidden where the answer would be refused as well.
        """

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        """Change the status some time soon; only the latest one counts, and of its text what fits one message."""

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None = None
    ) -> Sequence[JobKey]:
        """Turn the status message into the answer, in as many messages as it takes; where they are, as far as is known.

        The first reply has a text and no document. Raises Undeliverable.
        """
        ...

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        """Take the status away, if that can be done."""

    async def is_there(self, key: JobKey) -> bool:
        """Whether the recording has not been deleted from its chat; True also where nobody can tell."""
        ...

    async def find_reply(self, key: JobKey) -> int | None:
        """The id of the bot's own first message in reply to the recording, if there is one."""

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        """Reply to a recording that does not become a job; the id of that message, or None when it can't be known.

        Raises Undeliverable.
        """


class Chat(Answers, Protocol):
    """The messenger that recordings come from."""

    async def open_draft(self, key: JobKey, text: str, *, topic_id: int | None = None) -> bool:
        """Show a text as one that is being written, in a private chat; False where that can't be done now."""
        ...

    def show_draft(self, key: JobKey, text: str) -> None:
        """Change it some time soon; only the latest text counts, and of it the end that fits one message."""

    async def close_draft(self, key: JobKey) -> None:
        """Show it no longer; harmless where there is none."""

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        """Whether somebody administers a chat; False also where that can't be known."""
        ...

    async def change_refusal(self, chat_id: int, message_id: int, text: str) -> None:
        """Put a text in the place of such a reply; harmless when it is not there any more. Raises Undeliverable."""


class Chats(Chat, Protocol):
    """The chats behind all doors."""

    async def tell_owner(self, key: JobKey, matter: str) -> None:
        """Tell the owner of a connected account why a recording of it has no text; once a day, where it is no fault of
        the recording. `matter` is a reason's value. Raises Undeliverable."""


class PeopleBook(Protocol):
    """Of the store: who has been seen."""

    async def see(self, person: Person, sent: Sent | None = None) -> None: ...


class InboxBook(Protocol):
    """Of the store: messages that were received."""

    async def reject(self, key: JobKey, user_id: int, reason: str, declared_seconds: int | None) -> None: ...


class AccountsBook(Protocol):
    """Of the store: what users may use."""

    def balance(self, user_id: int) -> Balance: ...

    def is_paused(self) -> bool: ...

    def languages_of_late(self, subject_id: int) -> tuple[str, ...]: ...


class JobsBook(Protocol):
    """Of the store: the jobs."""

    def admitted(self) -> int: ...

    def admitted_of(self, user_id: int) -> int: ...

    async def accept(self, job: Job, sent_at: datetime | None = None) -> bool: ...

    async def unfinished(self) -> list[Job]: ...

    async def record_status_message(self, key: JobKey, message_id: int) -> None: ...

    async def reserve_again(self, job: Job, reservation: Reservation) -> Job: ...

    async def cancel(self, key: JobKey, *, by: int | None = None) -> bool: ...

    async def route(self, key: JobKey, model: str) -> None: ...

    async def record_death(self, key: JobKey) -> int: ...

    async def conclude(
        self, job: Job, outcome: Transcript | Failure, *, charged_seconds: int, usage: Usage | None
    ) -> Job: ...

    async def mark_done(self, key: JobKey, *, kept: Delivered | None = None) -> None: ...

    async def mark_unanswered(self, key: JobKey) -> None: ...


class TranscriptsBook(Protocol):
    """Of the store: texts that are kept after their delivery."""

    async def alike(self, fingerprint: str) -> Transcript | None:
        """The text of a recording with this fingerprint, if one is kept."""


class Books(Protocol):
    """The store, as far as jobs are concerned. What can't be done raises StoreError."""

    @property
    def people(self) -> PeopleBook: ...

    @property
    def inbox(self) -> InboxBook: ...

    @property
    def accounts(self) -> AccountsBook: ...

    @property
    def jobs(self) -> JobsBook: ...

    @property
    def transcripts(self) -> TranscriptsBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T:
        """Make a change as soon as there is room for it on the disk."""
        ...
