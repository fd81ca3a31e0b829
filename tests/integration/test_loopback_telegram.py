"""The loopback Telegram, checked with the real, unmodified client over real TCP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import pytest
from pyrogram import Client, types
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.handlers import MessageHandler

from tests.loopback import LoopbackTelegram

pytestmark = pytest.mark.timeout(20)

VOICE = b"OggS" + bytes(range(256)) * 20


@pytest.fixture(autouse=True)
def trusted_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each client trusts only the loopback server, for the length of one test."""
    monkeypatch.setattr(rsa, "server_public_keys", {})


@pytest.fixture
async def server() -> AsyncIterator[LoopbackTelegram]:
    async with LoopbackTelegram() as running:
        yield running


class Bot:
    """A started client and the messages it was handed."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.messages: asyncio.Queue[types.Message] = asyncio.Queue()
        client.add_handler(MessageHandler(self._take))

    async def _take(self, client: Client, message: types.Message) -> None:
        await self.messages.put(message)

    async def next_message(self) -> types.Message:
        return await asyncio.wait_for(self.messages.get(), 10)

    async def download(self, message: types.Message) -> bytes:
        got = await self.client.download_media(message, in_memory=True)
        assert isinstance(got, BytesIO)
        return got.getvalue()


def make_client(server: LoopbackTelegram, **options: Any) -> Client:
    rsa.server_public_keys[server.fingerprint] = rsa.PublicKey(*server.public_key)

    def connect(**about: Any) -> Connection:
        about["server_address"], about["port"] = server.addresses[about["dc_id"]]
        return Connection(**about)

    settings: dict[str, Any] = {
        "in_memory": True,
        "bot_token": server.bot_token,
        "workers": 2,
        "fetch_replies": False,
        "connection_factory": connect,
        **options,
    }
    return Client("loopback", api_id=1, api_hash="0" * 32, **settings)


@asynccontextmanager
async def running_bot(server: LoopbackTelegram, **options: Any) -> AsyncIterator[Bot]:
    bot = Bot(make_client(server, **options))
    await bot.client.start()
    try:
        yield bot
    finally:
        await bot.client.stop()


@pytest.fixture
async def bot(server: LoopbackTelegram) -> AsyncIterator[Bot]:
    async with running_bot(server) as started:
        yield started


async def test_a_bot_signs_in_and_asks_for_nothing_unknown(server: LoopbackTelegram, bot: Bot) -> None:
    assert bot.client.me is not None
    assert bot.client.me.username == "loopback_bot"
    assert server.unknown_methods == []


async def test_a_voice_message_arrives_with_its_bytes_and_is_answered(
    server: LoopbackTelegram, bot: Bot
) -> None:
    ann = server.user(7)
    ann.person.language_code = "ru"
    sent = await ann.send_voice(VOICE, duration=5)
    got = await bot.next_message()
    assert got.voice is not None
    assert got.from_user is not None
    assert (got.id, got.voice.duration, got.from_user.language_code) == (sent.id, 5, "ru")
    assert await bot.download(got) == VOICE

    note = await bot.client.send_message(7, "⏳", reply_parameters=types.ReplyParameters(message_id=got.id))
    assert note is not None
    await note.edit_text("recognised")
    reply = await ann.wait_reply(sent, lambda message: not message.text.startswith("⏳"))
    assert reply.texts == ["⏳", "recognised"]
