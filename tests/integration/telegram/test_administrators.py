"""Who administers a group: asked of Telegram, kept for a minute, and nobody where it does not tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.telegram.test_speaking import Talk, talk
from tests.support.talk import Clock
from tests.support.telegram import Chat, RpcError
from voicepipe.telegram.chat.administrators import KEPT_SECONDS, Administrators

BEN = 8
METHODS = {"group": "messages.GetFullChat", "supergroup": "channels.GetParticipant"}


def made(scene: Talk, kind: str) -> Chat:
    """A group that Anna and Ben are in."""
    world = scene.telegram.world
    world.add_user(BEN, "Ben")
    if kind == "group":
        return world.add_group(-5, "Work", [scene.anna.id, BEN])
    return world.add_supergroup(-1_000_000_000_005, "Work", [scene.anna.id, BEN])


@pytest.mark.parametrize("kind", METHODS)
async def test_administrators_and_who_made_the_group_are_and_nobody_else(tmp_path: Path, kind: str) -> None:
    async with talk(tmp_path) as scene:
        chat, anna = made(scene, kind), scene.anna
        await anna.send_text("hello", chat=chat)
        chat.administrators.add(anna.id)
        chat.creator_id = BEN
        asked = scene.messenger.is_administrator
        assert [await asked(chat.id, user_id) for user_id in (anna.id, BEN, 4711)] == [True, True, False]


@pytest.mark.parametrize("kind", METHODS)
async def test_an_answer_counts_for_a_minute(tmp_path: Path, kind: str) -> None:
    async with talk(tmp_path) as scene:
        chat, anna, clock = made(scene, kind), scene.anna, Clock()
        await anna.send_text("hello", chat=chat)
        administrators = Administrators(scene.messenger._rpc, clock=clock)
        chat.administrators.add(anna.id)
        assert await administrators.is_administrator(chat.id, anna.id)
        chat.administrators.clear()
        assert await administrators.is_administrator(chat.id, anna.id)
        assert len(scene.telegram.calls_of(METHODS[kind])) == 1
        clock.now += KEPT_SECONDS
        assert not await administrators.is_administrator(chat.id, anna.id)


@pytest.mark.parametrize("kind", METHODS)
async def test_where_telegram_does_not_tell_nobody_is_and_it_is_asked_again(tmp_path: Path, kind: str) -> None:
    async with talk(tmp_path) as scene:
        chat, anna = made(scene, kind), scene.anna
        await anna.send_text("hello", chat=chat)
        chat.administrators.add(anna.id)
        scene.telegram.faults.answer(METHODS[kind], RpcError(400, "CHAT_ADMIN_REQUIRED"))
        assert not await scene.messenger.is_administrator(chat.id, anna.id)
        assert await scene.messenger.is_administrator(chat.id, anna.id)


async def test_who_speaks_for_the_group_is_and_who_speaks_as_a_channel_is_not(tmp_path: Path) -> None:
    async with talk(tmp_path) as scene:
        chat = made(scene, "supergroup")
        asked = scene.messenger.is_administrator
        assert await asked(chat.id, chat.id)
        assert not await asked(chat.id, -1_000_000_000_777)
        assert await asked(scene.anna.id, scene.anna.id)
        assert not await asked(scene.anna.id, BEN)
        assert scene.telegram.calls_of(METHODS["supergroup"]) == []
