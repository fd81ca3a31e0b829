"""A refusal is told once for a while, and says how many more it goes for; with a chat in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from tests.support.talk import Clock, balance
from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.groups import Style
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.admission import RefusalReason, Refused
from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Event, Events, JobUndeliverable, RecordingRefused
from voicepipe.journey import refusals
from voicepipe.journey.refusals import PRIVATE_WHILE_SECONDS, WHILE_SECONDS, Refusals

T = TypeVar("T")
ANN, BEN = Person(7, "ann", "en"), Person(8, "ben", "ru")
GROUP = -100
QUEUE = Refused(RefusalReason.USER_QUEUE_FULL, limit=3)


class Place:
    """Chats, and the store, as far as refusals are concerned."""

    def __init__(self) -> None:
        self.inbox = self.accounts = self
        self.said: dict[JobKey, str] = {}
        """What the bot's replies say now, by what they reply to."""
        self.edits = 0
        self.dismissed: list[JobKey] = []
        self.offered: dict[JobKey, object] = {}
        self.happened: list[Event] = []
        self.trouble: Undeliverable | None = None
        self.says_ids = True
        self.clock = Clock()
        self.style: Style | None = None
        events = Events()
        events.subscribe(self.happened.append)
        it: Any = self
        self.refusals = Refusals(
            chat=it,
            signs=it,
            store=it,
            texts=Texts(lambda: "ru"),
            live=LiveConfig(Config()),
            events=events,
            style=lambda _: self.style,
            clock=self.clock,
        )

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        self.said[key] = refusal.text
        self.offered[key] = refusal.buttons
        return 1000 + key.message_id if self.says_ids else None

    async def change_refusal(self, chat_id: int, message_id: int, text: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.edits += 1
        self.said[JobKey(chat_id, message_id - 1000)] = text

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T:
        return await change()

    async def reject(self, key: JobKey, user_id: int, reason: str, declared_seconds: int | None) -> None:
        self.dismissed.append(key)

    def balance(self, user_id: int) -> Balance:
        return balance()


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(refusals, "COUNTING_SECONDS", 0.0)
    return Place()


def recordings(count: int, person: Person = ANN, *, first: int = 1, is_private: bool = False) -> list[Recording]:
    chat = person.user_id if is_private else GROUP
    one = Recording(JobKey(chat, 1), person, RecordingKind.VOICE, is_private, 5, 1000, datetime.now(UTC), None)
    return [replace(one, key=JobKey(chat, number)) for number in range(first, first + count)]


async def refuse(place: Place, refused: Refused, sent: list[Recording]) -> None:
    async with asyncio.timeout(5):
        await asyncio.gather(*(place.refusals.refuse(recording, refused) for recording in sent))


@pytest.mark.parametrize("is_private", [True, False])
async def test_an_album_is_refused_once_with_the_count(place: Place, is_private: bool) -> None:
    sent = recordings(9, is_private=is_private)
    await refuse(place, QUEUE, sent)
    (text,) = place.said.values()
    assert text.endswith("Nothing was charged.\n\nThe same goes for 8 more recordings.")
    assert place.edits == 1
    assert sorted(place.dismissed) == [recording.key for recording in sent]
    assert len([event for event in place.happened if isinstance(event, RecordingRefused)]) == 9


async def test_what_follows_in_a_while_is_counted_too(place: Place) -> None:
    for number in range(1, 4):
        await refuse(place, QUEUE, recordings(1, first=number))
    (text,) = place.said.values()
    assert text.endswith("The same goes for 2 more recordings.")


@pytest.mark.parametrize(("is_private", "seconds"), [(True, PRIVATE_WHILE_SECONDS), (False, WHILE_SECONDS)])
async def test_after_a_while_it_is_told_anew(place: Place, is_private: bool, seconds: float) -> None:
    await refuse(place, QUEUE, recordings(1, is_private=is_private))
    place.clock.now += seconds - 1
    await refuse(place, QUEUE, recordings(1, first=2, is_private=is_private))
    assert len(place.said) == 1
    place.clock.now += seconds if is_private else 1  # in private after the latest, in a group after the first
    await refuse(place, QUEUE, recordings(1, first=3, is_private=is_private))
    assert len(place.said) == 2


async def test_something_accepted_ends_it_in_private(place: Place) -> None:
    for is_private in (True, False):
        await refuse(place, QUEUE, recordings(1, is_private=is_private))
        place.refusals.end(recordings(1, first=2, is_private=is_private)[0])
        await refuse(place, QUEUE, recordings(1, first=3, is_private=is_private))
    assert list(place.said) == [JobKey(7, 1), JobKey(7, 3), JobKey(GROUP, 1)]


async def test_each_person_and_each_reason_has_one(place: Place) -> None:
    await refuse(place, QUEUE, recordings(2) + recordings(2, BEN, first=3))
    await refuse(place, Refused(RefusalReason.TOO_LONG, seconds=900, limit=300), recordings(2, first=5))
    assert [key.message_id for key in place.said] == [1, 3, 5]
    assert place.said[JobKey(GROUP, 3)].endswith("То же относится ещё к 1 записи.")


@pytest.mark.parametrize("reason", [RefusalReason.TOO_OLD, RefusalReason.QUEUE_FULL, RefusalReason.DISK_FULL])
async def test_what_lies_in_nobody_is_told_a_group_once(place: Place, reason: RefusalReason) -> None:
    await refuse(place, Refused(reason), recordings(15) + recordings(15, BEN, first=16))
    (text,) = place.said.values()
    assert text.endswith("The same goes for 29 more recordings.")


async def test_private_chats_are_told_each(place: Place) -> None:
    await refuse(place, Refused(RefusalReason.TOO_OLD), recordings(1, is_private=True))
    await refuse(place, Refused(RefusalReason.TOO_OLD), recordings(1, BEN, is_private=True))
    assert len(place.said) == 2


async def test_a_group_hears_nothing_of_a_ban(place: Place) -> None:
    await refuse(place, Refused(RefusalReason.BANNED), recordings(3))
    assert (place.said, len(place.dismissed)) == ({}, 3)


async def test_a_chat_that_can_not_be_written_to(place: Place) -> None:
    place.trouble = Undeliverable("CHAT_WRITE_FORBIDDEN")
    await refuse(place, QUEUE, recordings(3))
    assert len(place.dismissed) == 3
    assert [event for event in place.happened if isinstance(event, JobUndeliverable)] == [
        JobUndeliverable(GROUP, 1, "CHAT_WRITE_FORBIDDEN")
    ]


async def test_a_count_that_can_not_be_shown(place: Place) -> None:
    await refuse(place, QUEUE, recordings(1))
    place.trouble = Undeliverable("CHAT_WRITE_FORBIDDEN")
    await refuse(place, QUEUE, recordings(2, first=2))
    assert BackgroundError("count refusals", "CHAT_WRITE_FORBIDDEN") in place.happened
    assert len(place.dismissed) == 3


async def test_a_refusal_whose_id_is_not_known_is_not_counted_in(place: Place) -> None:
    place.says_ids = False
    await refuse(place, QUEUE, recordings(3))
    assert (len(place.said), place.edits, len(place.dismissed)) == (1, 0, 3)
