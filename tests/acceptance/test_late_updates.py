"""Who was forgotten stays forgotten when Telegram hands over, late and again, what they had sent before."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send
from tests.support.service import Settings
from tests.support.telegram import Message, User

pytestmark = pytest.mark.asyncio(loop_scope="module")

VOICE = SAMPLES["seen_ru_18.ogg"]
DIFFERENCE = "updates.GetDifference"
SETTINGS: Settings = {"telegram": {"edit_interval_seconds": 0.1, "request_timeout_seconds": 1.0}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path_factory.mktemp("scene"), SETTINGS) as opened:
        yield opened


async def _forgotten_in_a_gap(scene: Scene, anna: User) -> list[Message]:
    """Telegram does not tell of somebody's line, nor what is missing, while Anna speaks, is answered, and is forgotten.

    What Anna sent.
    """
    scene.telegram.faults.silence(DIFFERENCE, times=None)
    await scene.person().send_text("See you at nine.", deliver=False)
    sent = await send(anna, VOICE)
    assert await scene.text_for(sent) == VOICE.text
    await scene.delivered(sent)
    request = await anna.send_text("/forget yes")
    assert await scene.text_for(request) == TEXTS.get("ru", "forget-done")
    return [sent, request]


async def _caught_up(scene: Scene) -> None:
    """Let Telegram tell what is missing, and wait until all of it is taken in."""
    caught_up = len(scene.service.events("caught up"))
    scene.telegram.faults.clear()
    fetched = await scene.service.wait_event("caught up", times=caught_up + 1)
    assert fetched["messages"] >= 3
    await scene.answer_to(await scene.person().send_text("/quota"))


async def _stays_forgotten(scene: Scene, anna: User, sent: list[Message]) -> None:
    assert [len(anna.chat.replies_to(message)) for message in sent] == [1, 1]
    account = await scene.account(anna)
    assert (account.is_known, account.username, account.recordings) == (False, None, 0)
    assert account.daily_left_seconds == 60 - round(VOICE.seconds)
    assert await scene.ledger(anna) == []
    assert (await scene.service.command("check"))[0] == 0


async def test_a_late_difference_brings_nobody_back(scene: Scene) -> None:
    anna = scene.person()
    sent = await _forgotten_in_a_gap(scene, anna)
    await _caught_up(scene)
    await _stays_forgotten(scene, anna, sent)


async def test_the_difference_of_the_next_life_brings_nobody_back(scene: Scene) -> None:
    anna = scene.person()
    sent = await _forgotten_in_a_gap(scene, anna)
    await scene.service.kill()
    await scene.service.start()
    await _caught_up(scene)
    await _stays_forgotten(scene, anna, sent)


async def test_who_was_forgotten_and_comes_again_is_served(scene: Scene) -> None:
    anna = scene.person()
    sent = await _forgotten_in_a_gap(scene, anna)
    again = await send(anna, VOICE)
    assert await scene.text_for(again) == VOICE.text
    await _caught_up(scene)
    assert [len(anna.chat.replies_to(message)) for message in (*sent, again)] == [1, 1, 1]
    assert [line.kind for line in await scene.ledger(anna)] == ["reserve", "settle"]
