"""Connected accounts on the loopback Telegram, checked with the real, unmodified client: what a bot may ask there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pyrogram import errors, raw
from pyrogram.crypto import rsa

from tests.integration.support.test_loopback_telegram import VOICE, Bot, running_bot
from tests.support.telegram import ConnectedAccount, LoopbackTelegram, Message, User

pytestmark = pytest.mark.timeout(30)
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Place:
    """A bot, an account that it is connected to, and a voice there."""

    server: LoopbackTelegram
    bot: Bot
    account: ConnectedAccount
    contact: User
    voice: Message

    def sending(self, text: str = "the text", number: int = 1, to: int | None = None) -> Any:
        return raw.functions.messages.SendMessage(
            peer=self.peer(),
            message=text,
            random_id=number,
            reply_to=raw.types.InputReplyToMessage(reply_to_msg_id=self.voice.id if to is None else to),
        )

    def peer(self) -> raw.types.InputPeerUser:
        return raw.types.InputPeerUser(user_id=self.contact.id, access_hash=self.contact.person.access_hash)

    async def ask(self, query: Any, dc: int = 4, connection_id: str | None = None) -> Any:
        session = await self.bot.client.get_session(dc)
        wrapped = raw.functions.InvokeWithBusinessConnection(
            connection_id=connection_id or self.account.connection_id, query=query
        )
        return await session.invoke(wrapped)

    def said(self) -> list[str]:
        return [message.text for message in self.voice.chat.visible if message.sender.is_bot]


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(rsa, "server_public_keys", {})
    async with LoopbackTelegram() as server, running_bot(server) as bot:
        owner, contact = server.user(7), server.user(8)
        account = await server.connect(owner, contact, dc=4)
        voice = await account.receive_voice(contact, VOICE)
        yield Place(server, bot, account, contact, voice)


async def test_what_is_said_in_an_owner_s_name_is_theirs_and_tells_by_which_bot(place: Place) -> None:
    answer = await place.ask(place.sending())
    (update,) = answer.updates
    assert isinstance(update, raw.types.UpdateBotNewBusinessMessage)
    assert (update.message.out, update.message.via_business_bot_id) == (True, place.server.world.bot.id)
    assert update.message.reply_to.reply_to_msg_id == place.voice.id
    place.server.faults.random_id_duplicate_code = 400  # the client by itself would repeat a 500
    with pytest.raises(errors.RPCError, match="RANDOM_ID_DUPLICATE"):
        await place.ask(place.sending())
    assert place.said() == ["the text"]
    difference = await place.bot.difference(1)
    kinds = [type(each).__name__ for each in difference.other_updates]
    assert kinds == ["UpdateBotBusinessConnect", *["UpdateBotNewBusinessMessage"] * 2]


async def test_a_connection_can_be_asked_for_again(place: Place) -> None:
    asked = raw.functions.account.GetBotBusinessConnection
    (update,) = (await place.bot.client.invoke(asked(connection_id=place.account.connection_id))).updates
    assert (update.connection.user_id, update.connection.dc_id, update.connection.rights.reply) == (7, 4, True)
    with pytest.raises(errors.RPCError, match="CONNECTION_ID_INVALID"):
        await place.bot.client.invoke(asked(connection_id="nobody's"))


async def test_what_the_owner_does_not_allow_is_refused(place: Place) -> None:
    refused = [
        (place.ask(place.sending(), connection_id="nobody's"), "BUSINESS_CONNECTION_INVALID"),
        (place.ask(place.sending(), dc=2), "BUSINESS_CONNECTION_INVALID"),
        (place.ask(raw.functions.messages.GetMessages(id=[])), "BUSINESS_CONNECTION_NOT_ALLOWED"),
        (place.ask(place.sending(to=1)), "REPLY_MESSAGE_ID_INVALID"),
        (place.ask(place.sending(text="x" * 4097)), "MESSAGE_TOO_LONG"),
        (place.ask(raw.functions.messages.DeleteMessages(id=[place.voice.id])), "MESSAGE_DELETE_FORBIDDEN"),
    ]
    for asking, name in refused:
        with pytest.raises(errors.RPCError, match=name):
            await asking
    place.account.pause(place.contact)
    with pytest.raises(errors.RPCError, match="BUSINESS_PEER_INVALID"):
        await place.ask(place.sending())
    place.account.resume(place.contact)
    place.voice.date -= 2 * DAY_SECONDS
    with pytest.raises(errors.RPCError, match="BUSINESS_PEER_USAGE_MISSING"):
        await place.ask(place.sending())
    await place.account.set_rights(reply=False)
    with pytest.raises(errors.RPCError, match="BOT_ACCESS_FORBIDDEN"):
        await place.ask(place.sending())
    await place.account.disconnect()
    with pytest.raises(errors.RPCError, match="BUSINESS_CONNECTION_INVALID"):
        await place.ask(place.sending())
    assert place.said() == []


async def test_the_bot_hears_of_chosen_chats_that_are_not_paused(place: Place) -> None:
    before = len((await place.bot.difference(1)).other_updates)
    stranger = place.server.user(9)
    await place.account.receive_voice(stranger, VOICE)
    place.account.pause(place.contact)
    await place.account.receive_text(place.contact, "hello")
    await place.account.delete(place.voice)
    assert len((await place.bot.difference(1)).other_updates) == before
