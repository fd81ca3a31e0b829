"""What commands and hints say to whom."""

from __future__ import annotations

import pytest

from tests.support.talk import ANNA, BEN, Talk, balance
from voicepipe.config import Config, LimitsConfig, RecognitionConfig, ServiceConfig, TelegramConfig
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance

TEXTS = Texts(lambda: "ru")


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


async def test_what_has_expired_is_told_whatever_was_hinted_and_again_soon() -> None:
    talk = Talk(Config(limits=LimitsConfig(text_hint_interval_seconds=3600)))
    expired = [Reply(TEXTS.get("ru", "hint-expired"))]
    assert await talk.say("hello") == [TEXTS.get("ru", "hint-text")]
    assert await talk.replies("", has_expired=True) == expired
    assert await talk.replies("", has_expired=True) == []
    talk.clock.now += 60
    assert await talk.replies("", has_expired=True) == expired
    assert await talk.say("hello?") == []
    assert await talk.replies("", has_expired=True, is_private=False) == []


async def test_without_an_interval_every_text_gets_a_hint() -> None:
    talk = Talk(Config(limits=LimitsConfig(text_hint_interval_seconds=0)))
    assert [len(await talk.say("hello")) for _ in range(3)] == [1, 1, 1]


async def test_a_reload_gives_nobody_a_second_hint_and_changes_the_interval_at_once() -> None:
    talk = Talk(Config(limits=LimitsConfig(text_hint_interval_seconds=100)))
    assert len(await talk.say("hello")) == 1
    talk.live.replace(Config(limits=LimitsConfig(text_hint_interval_seconds=200)))
    talk.clock.now += 100
    assert await talk.say("hello?") == []
    talk.clock.now += 100
    assert len(await talk.say("hello?!")) == 1


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


async def test_a_reload_may_change_the_language_of_who_has_none() -> None:
    talk, stranger = Talk(), Person(9, None, None)
    assert await talk.say("/privacy", stranger) == [TEXTS.get("ru", "privacy", kept_hours=24)]
    talk.live.replace(Config(service=ServiceConfig(default_language="en")))
    assert await talk.say("/privacy", stranger) == [TEXTS.get("en", "privacy", kept_hours=24)]
    assert talk.conversation.menu(None)["privacy"] == TEXTS.get("en", "command-privacy")


# --- forgetting -----------------------------------------------------------------------------------------------------
async def test_forgetting_is_done_once_it_is_confirmed_and_its_asker_is_not_remembered() -> None:
    talk = Talk()
    assert await talk.say("/forget") == [TEXTS.get("ru", "forget-ask")]
    assert (talk.books.seen, talk.books.forgotten) == ([ANNA], [])
    assert await talk.say("/forget да") == [TEXTS.get("ru", "forget-done")]
    assert (talk.books.seen, talk.books.forgotten) == ([ANNA], [ANNA.user_id])


async def test_forgetting_waits_for_recordings() -> None:
    talk = Talk()
    talk.books.unfinished = 1
    assert await talk.say("/forget yes") == [TEXTS.get("ru", "forget-busy")]
    assert talk.books.forgotten == []


async def test_nobody_is_forgotten_in_a_group() -> None:
    talk = Talk()
    [reply] = await talk.replies("/forget yes", is_private=False)
    assert (reply.text, talk.books.forgotten) == (TEXTS.get("ru", "forget-private"), [])
