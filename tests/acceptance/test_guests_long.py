"""A text too long for the one message that a guest may post: its beginning there, the whole of it in private."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support import tampered
from tests.support.scene import ANSWER_TIMEOUT_SECONDS, SAMPLES, TEXTS, Scene, close_scene, send
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram, Message, User
from tests.support.words import utf16_units

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

LONG = SAMPLES["minutes_ru.ogg"]
NAME = "@loopback_bot"
UNITS = 400
"""As if no message could be longer."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path_factory.mktemp("guests-long"), {"quota": {"daily_seconds": 3600}})
        service.module = "tests.support.tampered"
        service.environment |= {tampered.MESSAGE_UNITS: str(UNITS)}
        async with service:
            scene = Scene(telegram, service)
            yield scene
            await close_scene(scene)


async def ask(scene: Scene, anna: User) -> Message:
    """What stands there at the end, where Anna has asked for a long text."""
    place = scene.telegram.elsewhere(anna, boris := scene.person())
    query = await place.ask(anna, NAME, await send(boris, LONG, chat=place.chat, deliver=False))
    return await place.wait_answer(query, timeout_seconds=ANSWER_TIMEOUT_SECONDS)


def is_beginning(answer: Message, hint: str) -> bool:
    text, _, below = answer.text.rpartition("\n\n")
    words = text.split()
    is_cut = LONG.text.split()[: len(words)] == words and len(text) > 100
    return is_cut and below == hint and utf16_units(answer.text) <= UNITS


async def test_the_whole_is_in_private(scene: Scene) -> None:
    anna = scene.person()
    hello = await anna.send_text("hello")
    await anna.wait_reply(hello)
    answer = await ask(scene, anna)
    assert is_beginning(answer, TEXTS.get("ru", "guest-rest", bot=NAME))
    told = [message.text for message in anna.chat.visible if message.sender.is_bot and message.reply_to != hello.id]
    assert len(told) > 2
    assert " ".join(told).split() == LONG.text.split()


async def test_who_has_no_chat_with_the_bot_is_told_how_to_have_the_whole(scene: Scene) -> None:
    anna = scene.person()
    answer = await ask(scene, anna)
    assert is_beginning(answer, TEXTS.get("ru", "guest-rest-unreachable", bot=NAME))
