"""What people ask about themselves: /quota with its bar, /stats, /mydata; and links that open a command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.support.talk import ANNA, Talk, balance
from voicepipe.config import Config, QuotaConfig
from voicepipe.conversation.commands.quota import TIME_ZONE
from voicepipe.conversation.texts import Texts
from voicepipe.store import UsageDay

TEXTS = Texts(lambda: "ru")


def used(day: int, recordings: int, seconds: float) -> UsageDay:
    return UsageDay(date(2026, 11, day), recordings, 1, seconds, 1.0, 0.0, 1.0, None)


# --- /quota ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("left", "daily", "bar"),
    [
        (60, 60, "▰▰▰▰▰▰▰▰▰▰▰▰"),
        (59, 60, "▰▰▰▰▰▰▰▰▰▰▰▱"),
        (30, 60, "▰▰▰▰▰▰▱▱▱▱▱▱"),
        (1, 86_400, "▰▱▱▱▱▱▱▱▱▱▱▱"),
        (0, 60, "▱▱▱▱▱▱▱▱▱▱▱▱"),
        (90, 60, "▰▰▰▰▰▰▰▰▰▰▰▰"),
    ],
)
async def test_the_bar_is_full_or_empty_only_where_the_quota_is(left: int, daily: int, bar: str) -> None:
    account = replace(balance(), daily_left_seconds=left, daily_quota_seconds=daily)
    [text] = await Talk(balance=account).say("/quota")
    assert bar in text.splitlines()


@pytest.mark.parametrize(("zone", "told"), [("", "00:00, Europe/Moscow"), ("Asia/Almaty", "02:00, Asia/Almaty")])
async def test_the_reset_is_told_in_ones_own_zone(zone: str, told: str) -> None:
    resets_at = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
    config = Config(quota=QuotaConfig(time_zone="Europe/Moscow"))
    talk = Talk(config, balance=replace(balance(), resets_at=resets_at))
    if zone:
        talk.books.settings[ANNA.user_id, TIME_ZONE.name] = TIME_ZONE.parse(zone.lower())
    [text] = await talk.say("/quota")
    assert told in text


@pytest.mark.parametrize(("language", "told"), [("ru", "Ваш план: Плюс."), ("de", "Ihr Tarif: Plus.")])
@pytest.mark.parametrize("is_unlimited", [False, True])
async def test_a_plan_is_told_by_its_title(language: str, told: str, is_unlimited: bool) -> None:
    plan = {"daily_seconds": 600, "title": {"ru": "Плюс", "en": "Plus"}}
    config = Config(quota=QuotaConfig.model_validate({"plans": {"plus": plan}}))
    talk = Talk(config, balance=replace(balance(), plan="plus", is_unlimited=is_unlimited))
    [text] = await talk.say("/quota", replace(ANNA, language=language))
    assert text.splitlines()[-1] == told


@pytest.mark.parametrize("text", ["Moscow", "UTC+3", "../etc/passwd"])
def test_what_is_no_zone_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Exception, match="Europe/Moscow"):
        TIME_ZONE.parse(text)


# --- /stats, /mydata ------------------------------------------------------------------------------------------------
async def test_statistics_are_a_picture_with_its_sums() -> None:
    talk = Talk(balance=balance())
    talk.books.days = [used(27, 2, 61.4), used(3, 1, 30.0)]
    [reply] = await talk.replies("/stats")
    assert reply.text == TEXTS.get("ru", "stats", days=30, count=3, seconds=91, most=61)
    assert reply.document is not None
    assert (reply.document.is_picture, reply.document.content[:4]) == (True, b"\x89PNG")


async def test_without_recordings_there_are_words_and_no_picture() -> None:
    [reply] = await Talk(balance=balance()).replies("/stats")
    assert (reply.text, reply.document) == (TEXTS.get("ru", "stats-none", days=30), None)


async def test_ones_own_data_are_a_file() -> None:
    [reply] = await Talk(balance=balance()).replies("/mydata")
    assert reply.document is not None
    assert json.loads(reply.document.content) == {"people": [{"user_id": ANNA.user_id}]}


@pytest.mark.parametrize("command", ["/stats", "/mydata"])
async def test_what_is_about_one_person_is_told_to_nobody_else(command: str) -> None:
    replies = await Talk(balance=balance()).replies(command, is_private=False)
    assert [reply.document for reply in replies] == [None]


# --- links ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("link", "opens"), [("privacy", "/privacy"), ("start", "/start"), ("nothing", "/start"), ("forget yes", "/start")]
)
async def test_a_link_opens_a_command(link: str, opens: str) -> None:
    talk = Talk(balance=balance())
    said: Sequence[str] = await talk.say(f"/start {link}")
    assert said == await talk.say(opens)
