"""The status: what the user sees of a job until its answer is there.

In a private chat it is a live draft, where that can be had: Telegram's own button stops it. Elsewhere it is a message,
which has a button of ours and becomes the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from voicepipe.accounts.preferences import PREFERENCES, Preference, Preferences, Scope, Theme
from voicepipe.conversation.commands.cancel import cancel_buttons
from voicepipe.conversation.groups import Style
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.errors import Undeliverable, WriteForbidden
from voicepipe.journey.ports import Books, Chat, Signs
from voicepipe.journey.recognition import Advance
from voicepipe.scheduling.estimate import Estimator, told_seconds
from voicepipe.scheduling.gate import Place
from voicepipe.supervision import end_tasks

FOLLOW_SECONDS = 10.0
"""How often it is looked how the queue has moved on."""
LIVE_DRAFTS = PREFERENCES.register(
    Preference(name="live_drafts", values=(True, False), default=True, scope=Scope.USER, theme=Theme.ANSWERS)
)

CALM_SECONDS = 4.0
"""How long a group waits for a text with no more than a sign: most are there sooner, and need no status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """Makes the statuses of jobs."""

    chat: Chat
    store: Books
    texts: Texts
    preferences: Preferences
    estimator: Estimator
    is_crowded: Callable[[], bool]
    """Whether anything waits, be it to be fetched or for a worker."""
    signs: Signs
    style: Callable[[JobKey], Style | None]
    """What the group of a recording sees besides the text; None elsewhere."""
    can_recognise: Callable[[str], bool]
    """Whether a worker is there that has this model; empty: the one of the configuration."""

    def of(self, job: Job, *, is_new: bool) -> Status:
        """The status of a job; `is_new` where no earlier life of the service can have sent one."""
        return Status(self, job, is_new=is_new)


class Status:
    """The status of one job."""

    def __init__(self, shared: Statuses, job: Job, *, is_new: bool) -> None:
        self._shared = shared
        self._job = job
        self._is_new = is_new
        self._style = shared.style(job.key)
        self.model = ""
        """What recognises it."""
        self._is_begun = False
        self._advance: Advance | None = None
        self._was_stranded = False
        self._is_draft = False
        self._shown: Reply | None = None
        self._following: asyncio.Task[None] | None = None
        self._is_over = asyncio.Event()
        self.is_taken = asyncio.Event()
        """Set when the chat is known to take messages."""
        self.message_id = job.status_message_id
        """Of the message; None while there is none, or its id is not known."""

    async def appear(self, place: Place) -> None:
        """Tell the user that the job is in work, or how many recordings go before it. Harmless when done already.

        Said again after a crash, for then it may be that the message was sent but its id was lost. Raises
        WriteForbidden.
        """
        await self.find()
        if self.message_id is None and await self._is_due():
            self._shown = self._present(place)
            self._is_draft = await self._open_draft(self._shown.text)
            if not self._is_draft:
                await self._announce(self._shown)
        self._following = asyncio.create_task(self._follow(place), name=f"queue of {self._job.key}")

    async def _is_due(self) -> bool:
        """Whether there shall be a status: in a group that wants quiet, after a sign and a while, if at all.

        Raises WriteForbidden.
        """
        if self._style not in (Style.CALM, Style.REACTION):
            return True
        await self._shared.signs.show_work(self._job.key, topic_id=self._job.topic_id)
        self.is_taken.set()
        try:
            async with asyncio.timeout(CALM_SECONDS if self._style is Style.CALM else None):
                await self._is_over.wait()
        except TimeoutError:
            return True
        return False

    def end(self) -> None:
        """The outcome is known: no status has to appear any more."""
        self._is_over.set()

    async def find(self) -> None:
        """Look for a message whose id a crash has lost: the status, or the answer where no status could be sent.

        It may have been a message where this life would send none.
        """
        if self.message_id is None and not self._is_new:
            await self._remember(await self._shared.chat.find_reply(self._job.key))

    def show_begun(self) -> None:
        """A worker has got the recording."""
        self._is_begun = True
        self._show(self._working())

    def advance(self, advance: Advance) -> None:
        """So much is recognised: show it, and the text so far."""
        self._advance = advance
        self._show(self._working())

    async def stop(self) -> None:
        """Show nothing more; a message stays until it becomes the answer. Harmless twice."""
        if self._following is not None:
            await end_tasks([self._following])
        if self._is_draft:
            await self._shared.chat.close_draft(self._job.key)

    async def _open_draft(self, text: str) -> bool:
        job, shared = self._job, self._shared
        is_wanted = shared.preferences.value_of(job.user_id, LIVE_DRAFTS)
        if job.key.door or not job.is_private or not is_wanted:
            return False
        return await shared.chat.open_draft(job.key, text, topic_id=job.topic_id)

    async def _announce(self, status: Reply) -> None:
        job = self._job
        try:
            await self._remember(await self._shared.chat.announce(job.key, status, topic_id=job.topic_id))
        except WriteForbidden:
            raise
        except Undeliverable:
            return

    async def _remember(self, message_id: int | None) -> None:
        """Where the message is; None where nobody knows."""
        key, store = self._job.key, self._shared.store
        if message_id is not None:
            await store.persist(lambda: store.jobs.record_status_message(key, message_id))
            self.message_id = message_id

    async def _follow(self, place: Place) -> None:
        """Tell how the queue moves on, until it is the job's turn, and when a machine is waited for."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            is_news = not self._is_begun or self._was_stranded is not self._is_stranded
            if is_news and (status := self._present(place)) != self._shown:
                self._show(status)

    @property
    def _is_stranded(self) -> bool:
        """Whether nobody is there who could recognise it."""
        return not self._shared.can_recognise(self.model)

    def _present(self, place: Place) -> Reply:
        if not self._is_begun and not self._is_stranded and self._shared.is_crowded():
            return self._reply(self._text("status-queued", ahead=place.before, eta=self._eta()))
        return self._working()

    def _working(self) -> Reply:
        """How far it is, and the text so far."""
        text = "" if self._advance is None else self._advance.text
        # A draft grows at its end, where whoever reads along looks; a message is cut there when it gets too long.
        parts = (text, self._progress()) if self._is_draft else (self._progress(), text)
        return self._reply("\n\n".join(filter(None, parts)), has_text=bool(text))

    def _progress(self) -> str:
        self._was_stranded = self._is_stranded
        if self._was_stranded:
            return self._text("status-no-machine")
        if self._advance is None:
            return self._text("status-working", eta=self._eta())
        percent = min(99, int(100 * self._advance.done_seconds / self._advance.found_seconds))
        return self._text("status-progress", percent=percent, eta=self._eta())

    def _reply(self, text: str, *, has_text: bool = False) -> Reply:
        return Reply(text, cancel_buttons(self._text, has_text=has_text), is_protected=self._job.is_protected)

    def _eta(self) -> int:
        return told_seconds(self._shared.estimator.predict(self._job.key))

    def _text(self, text_key: str, **facts: int | str) -> str:
        return self._shared.texts.get(self._job.language, text_key, **facts)

    def _show(self, status: Reply) -> None:
        self._shown = status
        if self._is_draft:
            self._shared.chat.show_draft(self._job.key, status.text)
        elif self.message_id is not None:
            self._shared.chat.show_progress(self._job.key, self.message_id, status)
