"""The status message: what the user sees of a job until its answer is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job
from voicepipe.errors import Undeliverable, WriteForbidden
from voicepipe.journey.ports import Books, Chat
from voicepipe.journey.recognition import Advance
from voicepipe.scheduling.estimate import Estimator, told_seconds
from voicepipe.scheduling.gate import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """Makes the status messages of jobs."""

    chat: Chat
    store: Books
    texts: Texts
    estimator: Estimator
    is_crowded: Callable[[], bool]
    """Whether anything waits, be it to be fetched or for a worker."""

    def of(self, job: Job) -> Status:
        return Status(self, job)


class Status:
    """The status message of one job."""

    def __init__(self, shared: Statuses, job: Job) -> None:
        self._shared = shared
        self._key = job.key
        self._topic_id = job.topic_id
        self._language = job.language
        self._is_begun = False
        self.message_id = job.status_message_id
        """None while there is none, or its id is not known."""

    async def appear(self, place: Place) -> None:
        """Tell the user that the job is in work, or how many recordings go before it. Harmless when done already.

        Said again after a crash, for then it may be that the message was sent but its id was lost. Raises
        WriteForbidden.
        """
        if self.message_id is not None:
            return
        try:
            text = self._first_text(place)
            message_id = await self._shared.chat.announce(self._key, text, topic_id=self._topic_id)
        except WriteForbidden:
            raise
        except Undeliverable:
            return
        if message_id is not None:
            store, key = self._shared.store, self._key
            await store.persist(lambda: store.jobs.record_status_message(key, message_id))
            self.message_id = message_id

    async def find(self) -> None:
        """Look for a message whose id a crash has lost: the status, or the answer where no status could be sent."""
        if self.message_id is None:
            self.message_id = await self._shared.chat.find_reply(self._key)

    def show_begun(self) -> None:
        """A worker has got the recording."""
        self._is_begun = True
        self._show(self._working())

    def advance(self, advance: Advance) -> None:
        """So much is recognised: show it, and the text so far."""
        percent = min(99, int(100 * advance.done_seconds / advance.found_seconds))
        progress = self._text("status-progress", percent=percent, eta=self._eta())
        self._show(f"{progress}\n\n{advance.text}".rstrip())

    def _first_text(self, place: Place) -> str:
        if not self._is_begun and self._shared.is_crowded():
            return self._text("status-queued", ahead=place.before, eta=self._eta())
        return self._working()

    def _working(self) -> str:
        return self._text("status-working", eta=self._eta())

    def _eta(self) -> int:
        return told_seconds(self._shared.estimator.predict(self._key))

    def _text(self, text_key: str, **facts: int) -> str:
        return self._shared.texts.get(self._language, text_key, **facts)

    def _show(self, text: str) -> None:
        if self.message_id is not None:
            self._shared.chat.show_progress(self._key, self.message_id, text)
