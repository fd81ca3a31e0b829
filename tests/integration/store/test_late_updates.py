"""Who was forgotten stays forgotten, however late, often or disordered Telegram hands over what they sent before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.store.tools import QUOTA, USER, Clock, job
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.store import InboxMessage, Sent, Store

START = datetime(2026, 3, 1, 11, tzinfo=UTC)
GROUP = -1_001_234_567_890
ANNA = Person(USER, "anna", "ru")
NO_SPEECH = Failure(FailureReason.NO_SPEECH, 4.2)
REQUEST_ID = 10
REQUEST_AT = START + timedelta(seconds=10)


def sent(number: int, chat_id: int = USER, *, seconds: float | None = None) -> InboxMessage:
    """A recording of Anna's: by default each is sent a second after the one before."""
    at = START + timedelta(seconds=number if seconds is None else seconds)
    return InboxMessage(JobKey(chat_id, number), True, at, USER)


async def opened(state_dir: Path) -> Store:
    return await Store.open(state_dir, QUOTA, clock=Clock())


async def arrive(store: Store, message: InboxMessage) -> bool:
    """All that an arriving recording sets in motion; whether it is accepted."""
    if await store.inbox.receive([message]) != [message.key]:
        return False
    await store.people.see(ANNA, Sent(USER, message.key, message.sent_at))
    return await store.jobs.accept(replace(job(message.key.message_id), key=message.key), message.sent_at)


async def forget(store: Store) -> None:
    await store.forgetting.forget(USER, asked_by=REQUEST_ID, language="ru", sent_at=REQUEST_AT)
    await store.forgetting.erase()
    await store.forgetting.end_farewell(USER, REQUEST_ID)


async def assert_forgotten(store: Store) -> None:
    assert store.people.person(USER) is None
    assert await store.reports.user(USER) is None
    assert await store.jobs.unfinished() == []
    assert await store.inbox.undecided() == []
    assert store.accounts.balance(USER).left_seconds == 60
    assert await store.reports.check() == []


@pytest.mark.parametrize("order", list(permutations([3, 7, 3])))
async def test_late_messages_bring_nobody_back(tmp_path: Path, order: tuple[int, ...]) -> None:
    store = await opened(tmp_path)
    await forget(store)
    assert [await arrive(store, sent(number)) for number in order] == [False, False, False]
    assert not await arrive(store, sent(5, GROUP))
    await assert_forgotten(store)
    await store.close()
    store = await opened(tmp_path)
    assert not await arrive(store, sent(order[0]))
    await assert_forgotten(store)
    await store.close()


async def test_request_itself_may_come_again(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await forget(store)
    assert await store.inbox.receive([InboxMessage(JobKey(USER, REQUEST_ID), False, REQUEST_AT, USER)]) == []
    await assert_forgotten(store)
    await store.close()


async def test_what_is_sent_afterwards_is_met_anew(tmp_path: Path) -> None:
    """In the private chat even within the same second: the numbers of messages tell what was before what."""
    store = await opened(tmp_path)
    await forget(store)
    assert await arrive(store, sent(REQUEST_ID + 1, seconds=10))
    assert await arrive(store, sent(4, GROUP, seconds=11))
    assert store.people.person(USER) == ANNA
    await store.close()


async def test_others_in_the_same_batch_are_not_passed_over(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await forget(store)
    ben = InboxMessage(JobKey(8, 3), True, START, 8)
    assert await store.inbox.receive([sent(3), ben]) == [ben.key]
    await store.close()


async def test_answer_under_way_does_not_bring_its_sender_back(tmp_path: Path) -> None:
    """A text was journaled before, and whoever replies to it comes to remember its sender after the forgetting."""
    store = await opened(tmp_path)
    await store.inbox.receive([InboxMessage(JobKey(USER, 3), False, START, USER)])
    await forget(store)
    await store.people.see(ANNA, Sent(USER, JobKey(USER, 3), START))
    assert not await store.jobs.accept(job(4), START)
    await assert_forgotten(store)
    await store.close()


async def test_operator_s_request_counts_from_now(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    now = Clock().now
    await arrive(store, sent(3))
    await store.jobs.conclude(job(3), NO_SPEECH, charged_seconds=0, usage=None)
    await store.jobs.mark_done(job(3).key)
    assert (await store.forgetting.forget(USER)).was_known
    assert not await arrive(store, InboxMessage(JobKey(USER, 4), True, now - timedelta(seconds=5), USER))
    assert await arrive(store, InboxMessage(JobKey(USER, 5), True, now, USER))
    await store.close()


async def test_forgotten_twice_counts_from_the_later_request(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await forget(store)
    await store.forgetting.forget(USER, asked_by=5, sent_at=START + timedelta(seconds=5))
    assert not await arrive(store, sent(9))
    assert await arrive(store, sent(11))
    await store.close()
