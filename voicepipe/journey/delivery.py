"""Delivery: a concluded job's outcome becomes the answer in the chat, exactly once, and the job is DONE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from voicepipe.accounts.preferences import Preferences
from voicepipe.accounts.retention import kept_hours
from voicepipe.config.live import LiveConfig
from voicepipe.config.sections import LimitsConfig
from voicepipe.conversation.groups import Style, is_wordless
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.messages import Sign
from voicepipe.domain.transcripts import Failure, FailureReason, Transcript
from voicepipe.errors import Undeliverable
from voicepipe.events import Events, JobDelivered, JobUndeliverable, JobWithdrawn
from voicepipe.journey.ports import Books, Chat, Signs
from voicepipe.journey.wording import failure_text


class Delivery:
    """Puts answers into chats."""

    def __init__(
        self,
        *,
        chat: Chat,
        signs: Signs,
        store: Books,
        texts: Texts,
        live: LiveConfig,
        preferences: Preferences,
        events: Events,
        style: Callable[[JobKey], Style | None],
    ) -> None:
        """`style`: what the group of a recording sees besides the text; None elsewhere."""
        self._style = style
        self._chat = chat
        self._signs = signs
        self._store = store
        self._texts = texts
        self._live = live
        self._preferences = preferences
        self._events = events

    async def deliver(self, job: Job, status_message_id: int | None, limits: LimitsConfig) -> None:
        """Turn the status message into the answer, or send one, and finish the job.

        An answer that nobody gets, as in a chat that the bot was removed from, ends the job as well, and costs nothing.
        `limits` are those that the job was accepted under.
        """
        key = job.key
        if await self._is_wanted(job) and await self._tell(job, status_message_id, limits):
            keep_text = kept_hours(self._preferences, self._live.service, job.user_id, key.chat_id) > 0
            await self._store.persist(lambda: self._store.jobs.mark_done(key, keep_text=keep_text))
            return
        if status_message_id is not None:
            await self._chat.remove(key, status_message_id)
        if _is_cancelled(job) and self._style(key) is not None:
            await self._signs.show(key, Sign.NONE)
        await self._store.persist(lambda: self._store.jobs.mark_unanswered(key))

    async def _is_wanted(self, job: Job) -> bool:
        """What was deleted from a group is not published there.

        Telegram is asked, for it tells of a deletion only once, and perhaps to nobody.
        """
        key, reason = job.key, job.outcome.reason if isinstance(job.outcome, Failure) else None
        if reason is FailureReason.UNWRITABLE or (_is_cancelled(job) and not job.is_private):
            return False
        if reason is FailureReason.WITHDRAWN or not (job.is_private or await self._chat.is_there(key)):
            self._events.emit(JobWithdrawn(key.chat_id, key.message_id, key.door))
            return False
        return True

    async def _tell(self, job: Job, status_message_id: int | None, limits: LimitsConfig) -> bool:
        """Whether the answer is in the chat, be it in words or, in a group that wants no words about it, by a sign."""
        key, style = job.key, self._style(job.key)
        if isinstance(job.outcome, Failure) and is_wordless(style, key):
            if status_message_id is not None:
                await self._chat.remove(key, status_message_id)
            await self._signs.show(key, Sign.REFUSED)
            self._events.emit(JobDelivered(key.chat_id, key.message_id, key.door))
            return True
        is_there = await self._put(job, status_message_id, limits)
        if style in (Style.CALM, Style.REACTION):
            await self._signs.show(key, Sign.NONE if is_there else Sign.REFUSED)
        return is_there

    async def _put(self, job: Job, status_message_id: int | None, limits: LimitsConfig) -> bool:
        """Whether at least the beginning of the answer is in the chat."""
        key = job.key
        replies = [replace(reply, is_protected=job.is_protected) for reply in self._answer(job, limits)]
        try:
            await self._chat.put_answer(key, status_message_id, replies, topic_id=job.topic_id)
        except Undeliverable as error:
            self._events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause, key.door))
            return error.is_begun
        self._events.emit(JobDelivered(key.chat_id, key.message_id, key.door))
        return True

    def _answer(self, job: Job, limits: LimitsConfig) -> Sequence[Reply]:
        match job.outcome:
            case Transcript(text=text):
                return [Reply(text)]
            case Failure() as failure:
                balance = self._store.accounts.balance(job.user_id)
                return [Reply(failure_text(self._texts, job, failure, balance=balance, limits=limits))]
            case None:
                raise AssertionError("a concluded job has an outcome")


def _is_cancelled(job: Job) -> bool:
    return isinstance(job.outcome, Failure) and job.outcome.reason is FailureReason.CANCELLED
