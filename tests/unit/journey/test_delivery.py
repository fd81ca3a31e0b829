"""Delivery: what is put into the chat, and that the job is done afterwards whatever Telegram says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.talk import Books
from voicepipe.accounts.preferences import Preferences
from voicepipe.accounts.retention import KEEP_TEXTS
from voicepipe.config import Config, LimitsConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.answers import Answers
from voicepipe.conversation.groups import Style
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey, JobState, RecordingKind
from voicepipe.domain.quota import Balance, Reservation
from voicepipe.domain.transcripts import UNTOLD, Failure, FailureReason, Transcript
from voicepipe.errors import Undeliverable
from voicepipe.events import Event, Events, JobDelivered, JobUndeliverable, JobWithdrawn
from voicepipe.journey.delivery import Delivery
from voicepipe.store import Delivered

KEY = JobKey(7, 100)
DAY = date(2026, 3, 1)
JOB = Job(
    key=KEY,
    user_id=7,
    kind=RecordingKind.VOICE,
    is_private=True,
    language="en",
    declared_seconds=5,
    file_bytes=1000,
    reservation=Reservation(DAY, 6, 0),
    accepted_at=datetime(2026, 3, 1, tzinfo=UTC),
    state=JobState.CONCLUDED,
    outcome=Transcript("All of it.", "en", 1.0, 5.0, ()),
    topic_id=5,
)
IN_GROUP = replace(JOB, is_private=False)
LIMITS = LimitsConfig(max_recording_seconds=40)


class Around:
    """The chat and the store of a delivery."""

    def __init__(self, live: LiveConfig) -> None:
        it: Any = self
        self.accounts = self.jobs = it
        events = Events()
        self.seen: list[Event] = []
        events.subscribe(self.seen.append)
        self.books = Books()
        self.style: Style | None = None
        texts, preferences = Texts(lambda: "ru"), Preferences(self.books, lambda: live.preferences)
        self.delivery = Delivery(
            chat=it,
            signs=it,
            store=it,
            texts=texts,
            answers=Answers(live=live, texts=texts, preferences=preferences, transcripts=it, chats=it),
            live=live,
            preferences=preferences,
            events=events,
            style=lambda _: self.style,
        )
        self.answers: list[tuple[int | None, str]] = []
        self.finished: list[tuple[JobKey, Delivered | None]] = []
        self.trouble: Undeliverable | None = None
        self.is_deleted = False
        self.unanswered: list[JobKey] = []
        self.removed: list[int] = []

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None
    ) -> Sequence[JobKey]:
        assert (key, topic_id) == (KEY, 5)
        if self.trouble is not None:
            raise self.trouble
        self.answers.append((status_message_id, "\n\n".join(reply.text for reply in replies)))
        return [key]

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        self.removed.append(status_message_id)

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        raise AssertionError("nobody presses anything here")

    async def is_there(self, key: JobKey) -> bool:
        return not self.is_deleted

    async def mark_unanswered(self, key: JobKey) -> None:
        self.unanswered.append(key)

    def balance(self, user_id: int) -> Balance:
        return Balance(60, 60, 0, datetime.now(UTC), DAY, is_unlimited=False, is_banned=False)

    async def persist(self, change: Callable[[], Awaitable[None]]) -> None:
        await change()

    async def mark_done(self, key: JobKey, *, kept: Delivered | None) -> None:
        self.finished.append((key, kept))

    def setting(self, subject_id: int, name: str) -> None:
        """Nobody has chosen anything."""


@pytest.fixture
def live() -> LiveConfig:
    """No text is kept."""
    return LiveConfig(Config.model_validate({"service": {"transcript_retention_hours": 0}}))


async def test_transcript_is_put_as_it_is(live: LiveConfig) -> None:
    around = Around(live)
    await around.delivery.deliver(JOB, 101, LIMITS)
    assert around.answers == [(101, "All of it.")]
    assert around.finished == [(KEY, None)]
    assert around.seen == [JobDelivered(7, 100)]


async def test_failure_is_told_with_the_limits_that_the_job_was_accepted_under(live: LiveConfig) -> None:
    around = Around(live)
    failed = replace(JOB, outcome=Failure(FailureReason.TOO_LONG, 41.0))
    await around.delivery.deliver(failed, None, LIMITS)
    ((status_message_id, text),) = around.answers
    assert status_message_id is None
    assert "40 seconds" in text


async def test_what_can_not_be_delivered_ends_the_job_too_and_costs_nothing(live: LiveConfig) -> None:
    around = Around(live)
    around.trouble = Undeliverable("USER_IS_BLOCKED")
    await around.delivery.deliver(JOB, 101, LIMITS)
    assert (around.unanswered, around.finished) == ([KEY], [])
    assert around.removed == [101]
    assert around.seen == [JobUndeliverable(7, 100, "USER_IS_BLOCKED")]


async def test_an_answer_whose_beginning_is_there_counts(live: LiveConfig) -> None:
    around = Around(live)
    around.trouble = Undeliverable("USER_IS_BLOCKED", is_begun=True)
    await around.delivery.deliver(JOB, 101, LIMITS)
    assert (around.unanswered, around.finished, around.removed) == ([], [(KEY, None)], [])
    assert around.seen == [JobUndeliverable(7, 100, "USER_IS_BLOCKED")]


@pytest.mark.parametrize("reason", sorted(UNTOLD))
async def test_nobody_is_told_what_nobody_shall_know(live: LiveConfig, reason: FailureReason) -> None:
    around = Around(live)
    await around.delivery.deliver(replace(IN_GROUP, outcome=Failure(reason)), None, LIMITS)
    assert (around.answers, around.unanswered, around.finished, around.removed) == ([], [KEY], [], [])


async def test_what_was_deleted_is_published_in_no_group(live: LiveConfig) -> None:
    around = Around(live)
    await around.delivery.deliver(IN_GROUP, 101, LIMITS)
    around.is_deleted = True
    await around.delivery.deliver(IN_GROUP, 101, LIMITS)
    assert (len(around.answers), around.finished) == (1, [(KEY, None)])
    assert (around.unanswered, around.removed) == ([KEY], [101])
    assert around.seen == [JobDelivered(7, 100), JobWithdrawn(7, 100)]


async def test_what_was_deleted_from_a_private_chat_is_answered(live: LiveConfig) -> None:
    around = Around(live)
    around.is_deleted = True
    await around.delivery.deliver(JOB, 101, LIMITS)
    assert around.answers == [(101, "All of it.")]


async def test_texts_are_kept_from_the_reload_on_that_says_so(live: LiveConfig) -> None:
    around = Around(live)
    await around.delivery.deliver(JOB, 101, LIMITS)
    live.replace(Config.model_validate({"service": {"transcript_retention_hours": 24}}))
    await around.delivery.deliver(JOB, 101, LIMITS)
    assert around.finished == [(KEY, None), (KEY, Delivered([KEY], None))]


async def test_texts_of_who_wants_none_kept_are_not(live: LiveConfig) -> None:
    around = Around(live)
    live.replace(Config.model_validate({"service": {"transcript_retention_hours": 24}}))
    around.books.settings[JOB.user_id, KEEP_TEXTS.name] = False
    await around.delivery.deliver(JOB, 101, LIMITS)
    assert around.finished == [(KEY, None)]
