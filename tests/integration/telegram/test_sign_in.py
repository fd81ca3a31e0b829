"""Signing in with a session that is there already: with whose secrets it was made, and who else holds its file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.scene import SAMPLES
from tests.support.service import RunningService
from tests.support.settings import config
from tests.support.telegram import LoopbackTelegram
from voicepipe.config.files import StateFiles
from voicepipe.errors import SignInFailed
from voicepipe.telegram.session.sign_in import sign_in

VOICE = SAMPLES["seen_ru_00.ogg"]


async def ignore(_: object) -> None:
    pass


async def sign_in_and_out(telegram: LoopbackTelegram, directory: Path, **changed: str | int) -> int:
    """How often the bot has shown its token so far."""
    settings = {
        "api_id": 1,
        "api_hash": "0" * 32,
        "bot_token": telegram.bot_token,
        "server": telegram.address_setting,
        "server_key": telegram.public_key_pem,
    }
    client = await sign_in(config(telegram=settings | changed).telegram, directory, ignore)
    await client.disconnect_all()
    return len(telegram.calls_of("auth.ImportBotAuthorization"))


async def test_a_session_is_used_as_long_as_the_secrets_are_the_same(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        assert await sign_in_and_out(telegram, tmp_path) == 1
        assert await sign_in_and_out(telegram, tmp_path) == 1
        assert await sign_in_and_out(telegram, tmp_path, api_hash="1" * 32) == 2
        assert await sign_in_and_out(telegram, tmp_path, api_hash="1" * 32, api_id=2) == 3
        owner = StateFiles(tmp_path).session_owner.read_text()
        assert owner.startswith(f"{telegram.bot_token.partition(':')[0]} ")
        assert telegram.bot_token.partition(":")[2] not in owner


async def test_a_wrong_token_of_the_same_bot_is_noticed(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        await sign_in_and_out(telegram, tmp_path)
        number = telegram.bot_token.partition(":")[0]
        with pytest.raises(SignInFailed, match="Telegram does not know this bot_token"):
            await sign_in_and_out(telegram, tmp_path, bot_token=f"{number}:wrong")
        await sign_in_and_out(telegram, tmp_path)


async def test_a_session_of_an_earlier_version_is_kept(tmp_path: Path) -> None:
    """It told the bot only."""
    async with LoopbackTelegram() as telegram:
        await sign_in_and_out(telegram, tmp_path)
        StateFiles(tmp_path).session_owner.write_text(telegram.bot_token.partition(":")[0])
        assert await sign_in_and_out(telegram, tmp_path) == 1


async def test_a_service_whose_session_is_locked_says_so_and_recovers(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        service = RunningService(telegram, tmp_path)
        async with service:
            await ann.wait_reply(await ann.send_text("/start"))
        session = StateFiles(service.state_path).session
        with closing(sqlite3.connect(session)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            await service.spawn()
            assert await service.wait_exit() == 75
        assert f"Another process has the session file {session} locked; find it with: fuser -v" in service.log
        assert "Traceback" not in service.log
        async with service:
            sent = await ann.send_voice(VOICE.data, 4)
            await ann.wait_reply(sent, lambda message: message.text == VOICE.text, timeout_seconds=30)
        assert len(telegram.calls_of("auth.ImportBotAuthorization")) == 1


async def test_a_new_person_is_answered_at_once_though_the_session_is_locked(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        with closing(sqlite3.connect(StateFiles(service.state_path).session)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            ann = telegram.user(7)
            sent = await ann.send_voice(VOICE.data, 4)
            await ann.wait_reply(sent, lambda message: message.text == VOICE.text, timeout_seconds=15)
