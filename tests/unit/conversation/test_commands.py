"""What commands and hints may cost, and what they say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

import pytest

from voicepipe.config import Config, LimitsConfig, RecognitionConfig, TelegramConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Remark
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance
from voicepipe.errors import StoreError
from voicepipe.events import Events
from voicepipe.store import Forgotten
from voicepipe.telegram.commands import ERASING_SHARE, Commands

A = TypeVar("A")

TAKES_SECONDS = 0.02
ANNA, BEN = Person(7, "anna", "ru"), Person(8, "ben", "ru")
TEXTS = Texts(lambda: "ru")


class SmallStore:
    """Knows one balance, erases slowly, and notes when."""

    def __init__(self, balance: Balance | None = None, *, knows: bool = True) -> None:
        self._balance = balance
        self._knows = knows
        self.erased_at: list[float] = []
        self.ended: list[tuple[int, int]] = []
        self.trouble: StoreError | None = None

    async def persist(self, work: Callable[[], Awaitable[A]]) -> A:
        return await work()

    async def see_person(self, person: Person) -> None:
        pass

    async def dismiss(self, key: JobKey) -> None:
        pass

    def balance(self, user_id: int) -> Balance:
        assert self._balance is not None
        return self._balance

    async def forget(self, user_id: int, *, asked_by: int, language: str | None) -> Forgotten:
        return Forgotten(0, self._knows)

    async def erase(self) -> None:
        self.erased_at.append(time.monotonic())
        await asyncio.sleep(TAKES_SECONDS)
        if self.trouble is not None:
            raise self.trouble

    async def end_farewell(self, user_id: int, asked_by: int) -> None:
        self.ended.append((user_id, asked_by))


class Listener:
    """A messenger that only remembers what was to be sent."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def say(self, key: JobKey, purpose: str, reply: Reply) -> None:
        self.heard.append(reply.text)

    async def forget_peer(self, user_id: int) -> None:
        pass


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def remark(key: JobKey, person: Person, text: str, *, has_media: bool = False) -> Remark:
    return Remark(key=key, person=person, is_private=True, text=text, has_media=has_media, sent_at=datetime.now(UTC))


class Talk:
    """Commands with what they need, and somebody to talk to them."""

    def __init__(self, config: Config | None = None, balance: Balance | None = None) -> None:
        self.store, self.listener, self.clock = SmallStore(balance), Listener(), Clock()
        store, messenger = cast(Any, self.store), cast(Any, self.listener)
        self._commands = Commands(LiveConfig(config or Config()), store, messenger, TEXTS, Events(), clock=self.clock)
        self._number = 0

    async def say(self, text: str, person: Person = ANNA, *, has_media: bool = False) -> list[str]:
        """What is answered."""
        self._number += 1
        before = len(self.listener.heard)
        key = JobKey(person.user_id, self._number)
        await self._commands.respond(remark(key, person, text, has_media=has_media))
        return self.listener.heard[before:]


def balance(daily: int = 60, left: int = 60, extra: int = 0, *, is_unlimited: bool = False) -> Balance:
    return Balance(daily, left, extra, datetime.now(UTC), date(2026, 11, 23), is_unlimited, is_banned=False)


# --- forgetting -----------------------------------------------------------------------------------------------------
def commands_on(store: SmallStore) -> Commands:
    return Commands(LiveConfig(Config()), cast(Any, store), cast(Any, Listener()), TEXTS, Events())


def request(user_id: int, number: int) -> Remark:
    key, person = JobKey(user_id, number), Person(user_id, None, "ru")
    return remark(key, person, "/forget yes")


async def test_who_asks_again_and_again_to_be_forgotten_takes_little_of_the_time() -> None:
    store = SmallStore()
    commands = commands_on(store)
    for number in range(3):
        await commands.respond(request(7, number))
    first, second, third = store.erased_at
    assert min(second - first, third - second) >= TAKES_SECONDS / ERASING_SHARE


async def test_who_asks_again_and_again_keeps_nobody_waiting() -> None:
    """They, and whoever else waits meanwhile, are erased together."""
    store = SmallStore()
    commands = commands_on(store)
    asked = [request(7, number) for number in range(20)] + [request(8, 100)]
    async with asyncio.timeout(4 * TAKES_SECONDS / ERASING_SHARE):
        await asyncio.gather(*map(commands.respond, asked))
    assert len(store.erased_at) <= 2
    assert len(store.ended) == len(asked)


async def test_a_stranger_costs_nothing() -> None:
    store = SmallStore(knows=False)
    commands = commands_on(store)
    for number in range(3):
        await commands.respond(request(7, number))
    assert store.erased_at == []
    assert len(store.ended) == 3


async def test_what_can_not_be_erased_now_is_left_for_the_next_start() -> None:
    store = SmallStore()
    store.trouble = StoreError()
    await commands_on(store).respond(request(7, 1))
    assert store.ended == []


# --- hints ----------------------------------------------------------------------------------------------------------
async def test_texts_and_stickers_get_one_hint_together_until_the_interval_is_over() -> None:
    talk = Talk(Config(limits=LimitsConfig(text_hint_interval_seconds=100)))
    assert await talk.say("hello") == [TEXTS.get("ru", "hint-text")]
    assert await talk.say("", has_media=True) == []
    talk.clock.now += 99.9
    assert await talk.say("hello?") == []
    assert await talk.say("hello", BEN) == [TEXTS.get("ru", "hint-text")]
    talk.clock.now += 0.1
    assert await talk.say("", has_media=True) == [TEXTS.get("ru", "hint-unsupported")]
    assert await talk.say("hello?!") == []


async def test_without_an_interval_every_text_gets_a_hint() -> None:
    talk = Talk(Config(limits=LimitsConfig(text_hint_interval_seconds=0)))
    assert [len(await talk.say("hello")) for _ in range(3)] == [1, 1, 1]


# --- what is told of the limits -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("of_anna", "words"),
    [
        (balance(), "Лимит на день: 60 секунд. Одна запись — до 60 секунд."),
        (balance(left=0), "Лимит на день: 60 секунд. Одна запись — до 60 секунд."),
        (balance(extra=21), "Лимит на день: 60 секунд. Одна запись — до 81 секунды."),
        (balance(daily=7200), "Лимит на день: 2 часа. Одна запись — до 5 минут."),
        (balance(is_unlimited=True), "Дневного лимита для вас нет. Одна запись — до 5 минут."),
        (balance(daily=0, left=0), "Секунды для распознавания выдаёт владелец бота."),
    ],
)
@pytest.mark.parametrize("command", ["/start", "/help"])
async def test_the_limits_told_are_the_users_own(of_anna: Balance, words: str, command: str) -> None:
    [text] = await Talk(balance=of_anna).say(command)
    assert words in text


async def test_the_help_follows_the_configuration() -> None:
    config = Config(
        limits=LimitsConfig(max_file_mib=20),
        recognition=RecognitionConfig(language="en"),
        telegram=TelegramConfig(all_media_in_groups=True),
    )
    [text] = await Talk(config, balance()).say("/help")
    assert [words for words in ("до 20 МБ", "английскую речь", "всё то же") if words not in text] == []
    assert "определяю" not in text
