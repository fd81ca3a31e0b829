"""A machine whose clock differs from Telegram's, or is set while the service runs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.support.scene import SAMPLES
from tests.support.service import RunningService
from tests.support.settings import config
from tests.support.telegram import LoopbackTelegram
from voicepipe.telegram.session import client as client_module
from voicepipe.telegram.session.client import BotClient

VOICE = SAMPLES["seen_ru_00.ogg"]


@pytest.mark.parametrize("skew_seconds", [3600, -60, -3600, -86_400])
async def test_a_service_works_whatever_its_clock_says(tmp_path: Path, skew_seconds: float) -> None:
    async with LoopbackTelegram(data_centres=(2, 4)) as telegram:
        telegram.faults.clock_skew_seconds = skew_seconds
        async with RunningService(telegram, tmp_path, {"telegram": {"max_message_age_hours": 100}}) as service:
            ann = telegram.user(7)
            sent = await ann.send_voice(VOICE.data, 4, dc=4)  # a session with another data centre, too
            reply = await ann.wait_reply(sent, lambda message: message.text == VOICE.text, timeout_seconds=40)
            assert reply.text == VOICE.text
            (told,) = service.events("clock is wrong")
            assert told["ahead_seconds"] == pytest.approx(-skew_seconds, abs=5)


async def test_a_clock_that_is_right_is_not_spoken_of(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        telegram.faults.clock_skew_seconds = 5.0
        async with RunningService(telegram, tmp_path) as service:
            assert not service.events("clock is wrong")


async def test_a_clock_that_is_set_does_not_change_telegrams_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ignore(_: object) -> None:
        pass

    client = BotClient(config(telegram={"api_id": 1, "api_hash": "0", "bot_token": "1:x"}).telegram, tmp_path, ignore)
    now = time.time()
    client._set_server_time(int((now + 100) * 2**32))
    monkeypatch.setattr(time, "time", lambda: now + 5000)
    assert client.server_time == pytest.approx(now + 100, abs=2)
    assert client.clock_skew_seconds == pytest.approx(-4900, abs=2)


async def test_numbers_grow_and_are_set_back_only_with_the_clock(tmp_path: Path) -> None:
    async def ignore(_: object) -> None:
        pass

    client = BotClient(config(telegram={"api_id": 1, "api_hash": "0", "bot_token": "1:x"}).telegram, tmp_path, ignore)
    numbers = client_module._MessageNumbers(client)
    first = await numbers.allocate_message_identity()
    client._set_server_time(first - 2 * 2**32)  # a correction by 2 s
    second = await numbers.allocate_message_identity()
    client._set_server_time(first - 60 * 2**32)
    third = await numbers.allocate_message_identity()
    many = await asyncio.gather(*(numbers.allocate_message_identity() for _ in range(100)))
    assert second == first + 4
    assert third / 2**32 == pytest.approx(first / 2**32 - 60, abs=2)
    assert [third, *many] == sorted({third, *many})
    assert all(number % 4 == 0 for number in many)
