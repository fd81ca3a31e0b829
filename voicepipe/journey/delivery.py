"""Delivery: a concluded job's outcome becomes the answer in the chat, exactly once, and the job is DONE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from voicepipe.accounts.preferences import Preferences
from voicepipe.accounts.retention import kept_hours
from voicepipe.config.live import LiveConfig
from voicepipe.config.sections import LimitsConfig
from voicepipe.conversation.answers.answers import Answers, Subject
from voicepipe.conversation.groups import Style, is_wordless
from voicepipe.conversation.makings import Makings
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.asking import is_aloud
from voicepipe.domain.connections import is_business
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.messages import Sign
from voicepipe.domain.transcripts import Failure, FailureReason, Transcript
from voicepipe.errors import Undeliverable
from voicepipe.events import Events, JobDelivered, JobUndeliverable, JobWithdrawn
from voicepipe.journey.ports import Books, Chats, Signs
from voicepipe.journey.wording import failure_text
from voicepipe.store import Delivered


class Delivery:
    """Puts answers into chats."""

    def __init__(
        self,
        *,
        chat: Chats,
        signs: Signs,
        store: Books,
        texts: Texts,
        answers: Answers,
        live: LiveConfig,
        preferences: Preferences,
        events: Events,
        style: Callable[[JobKey], Style | None],
        makings: Makings | None = None,
    ) -> None:
        """`makings`: what can be made of texts, if anything.

        `style`: what the group of a recording sees besides the text; None elsewhere.
        """
        self._style = style
        self._makings = makings
        self._chat = chat
        self._signs = signs
        self._store = store
        self._texts = texts
        self._answers = answers
        self._live = live
        self._preferences = preferences
        self._events = events

    async def deliver(self, job: Job, status_message_id: int | None, limits: LimitsConfig) -> None:
        """Turn the status message into the answer, or send one, and finish the job.

        An answer that nobody gets, as in a chat that the bot was removed from, ends the job as well, and costs nothing.
        `limits` are those that the job was accepted under.
        """
        key = job.key
        if await self._is_wanted(job):
            messages = await self._tell(job, status_message_id, limits)
            if messages is not None:
                kept = self._kept(job, messages)
                await self._store.persist(lambda: self._store.jobs.mark_done(key, kept=kept))
                if self._makings is not None and kept is not None and kept.making is not None:
                    self._makings.wake()
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

    def _kept(self, job: Job, messages: Sequence[JobKey]) -> Delivered | None:
        """Where the answer is, if its text is kept."""
        hours = self._kept_hours(job)
        if not hours:
            return None
        seconds = min(hours * 3600.0, self._live.answers.buttons_minutes * 60)
        until = datetime.now(UTC) + timedelta(seconds=seconds) if self._has_buttons(job) else None
        delivered = Delivered(messages, until)
        return delivered if self._makings is None else self._makings.with_automatic(delivered, job)

    def _has_buttons(self, job: Job) -> bool:
        """Buttons need the kept text, and a chat in which the bot hears what is pressed.

        Nothing of what nobody may save is given as a file.
        """
        is_long = isinstance(job.outcome, Transcript) and self._answers.is_long(job.outcome)
        return is_long and is_aloud(job.key) and not job.is_protected and self._kept_hours(job) > 0

    def _kept_hours(self, job: Job) -> float:
        return kept_hours(self._preferences, self._live.service, job.user_id, job.key.chat_id)

    async def _tell(self, job: Job, status_message_id: int | None, limits: LimitsConfig) -> Sequence[JobKey] | None:
        """Tell the answer, be it in words or, in a group that wants no words about it, by a sign.

        The messages of the answer, as far as they are known; None if not even its beginning is in the chat.
        """
        key, style = job.key, self._style(job.key)
        if isinstance(job.outcome, Failure) and is_wordless(style, key):
            if status_message_id is not None:
                await self._chat.remove(key, status_message_id)
            await self._signs.show(key, Sign.REFUSED)
            self._events.emit(JobDelivered(key.chat_id, key.message_id, key.door))
            return ()
        messages = await self._put(job, status_message_id, limits)
        if style in (Style.CALM, Style.REACTION):
            await self._signs.show(key, Sign.REFUSED if messages is None else Sign.NONE)
        return messages

    async def _put(self, job: Job, status_message_id: int | None, limits: LimitsConfig) -> Sequence[JobKey] | None:
        """The same in words."""
        key = job.key
        if isinstance(job.outcome, Failure) and is_business(key.door):
            return await self._tell_owner(key, job.outcome)
        replies = [replace(reply, is_protected=job.is_protected) for reply in self._answer(job, limits)]
        try:
            messages = await self._chat.put_answer(key, status_message_id, replies, topic_id=job.topic_id)
        except Undeliverable as error:
            self._events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause, key.door))
            return () if error.is_begun else None
        self._events.emit(JobDelivered(key.chat_id, key.message_id, key.door))
        return messages

    async def _tell_owner(self, key: JobKey, failure: Failure) -> Sequence[JobKey] | None:
        """Whom the owner talks with never learns of a failure."""
        try:
            await self._chat.tell_owner(key, failure.reason.value)
        except Undeliverable as error:
            self._events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause, key.door))
            return None
        return ()

    def _answer(self, job: Job, limits: LimitsConfig) -> Sequence[Reply]:
        match job.outcome:
            case Transcript() as transcript:
                subject = Subject(key=job.key, user_id=job.user_id, language=job.language, at=job.accepted_at)
                return self._answers.replies(subject, transcript, has_buttons=self._has_buttons(job))
            case Failure() as failure:
                balance = self._store.accounts.balance(job.user_id)
                return [Reply(failure_text(self._texts, job, failure, balance=balance, limits=limits))]
            case None:
                raise AssertionError("a concluded job has an outcome")


def _is_cancelled(job: Job) -> bool:
    return isinstance(job.outcome, Failure) and job.outcome.reason is FailureReason.CANCELLED
