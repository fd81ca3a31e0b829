"""The loopback Telegram, checked with the real, unmodified client over real TCP."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import pytest
from pyrogram import Client, errors, raw, types
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from pyrogram.session.session import AuthKeyNotFound

from tests.support.telegram import (
    ChatEvent,
    Document,
    EventKind,
    Forward,
    LoopbackTelegram,
    MediaKind,
    Repetition,
    RpcError,
    flood_wait,
    server_error,
)
from tests.support.telegram.handshake import Handshake, HandshakeError, published_key
from tests.support.telegram.inline import InlineAnswer, Offer

pytestmark = pytest.mark.timeout(20)

SUPERGROUP = -1_000_000_000_777
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
    """A started client and the messages it was handed.

    Untyped on purpose: nearly everything in the library's objects is optional, and the tests say what they expect.
    """

    def __init__(self, client: Client) -> None:
        self.client: Any = client
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        client.add_handler(MessageHandler(self._take))

    async def _take(self, client: Client, message: types.Message) -> None:
        await self.messages.put(message)

    async def nothing_more(self, seconds: float = 0.2) -> bool:
        """Whether no further message was handed over within a moment."""
        await asyncio.sleep(seconds)
        return self.messages.empty()

    async def next_message(self) -> Any:
        return await asyncio.wait_for(self.messages.get(), 10)

    async def answer(self, to: Any, text: str, **options: Any) -> Any:
        """Reply as a bot does: quoting the message it answers."""
        quoting = types.ReplyParameters(message_id=to.id)
        return await self.client.send_message(to.chat.id, text, reply_parameters=quoting, **options)

    async def query(self, chat_id: int, text: str, **about: Any) -> Any:
        """A raw messages.SendMessage, for what the library's own method does not let one say."""
        peer = await self.client.resolve_peer(chat_id)
        return raw.functions.messages.SendMessage(peer=peer, message=text, **about)

    async def difference(self, pts: int) -> Any:
        return await self.client.invoke(raw.functions.updates.GetDifference(pts=pts, date=0, qts=0))

    async def differences(self, pts: int) -> AsyncIterator[Any]:
        """Slice by slice, up to the last."""
        while type(part := await self.difference(pts)).__name__ == "DifferenceSlice":
            yield part
            pts = part.intermediate_state.pts
        yield part

    async def download(self, message: Any) -> bytes:
        got = await self.client.download_media(message, in_memory=True)
        return bytes(got.getvalue())


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
        # The client itself leaves its sessions with foreign data centres open.
        for session in bot.client.sessions.values():
            await session.stop()
        await bot.client.stop()


@pytest.fixture
async def bot(server: LoopbackTelegram) -> AsyncIterator[Bot]:
    async with running_bot(server) as started:
        yield started


# ---------------------------------------------------------------------- signing in


async def test_a_bot_signs_in_and_asks_for_nothing_unknown(server: LoopbackTelegram, bot: Bot) -> None:
    assert bot.client.me.username == "loopback_bot"
    assert server.unknown_methods == []


async def test_a_wrong_token_is_refused(server: LoopbackTelegram) -> None:
    client = make_client(server, bot_token="1001:wrong")
    with pytest.raises(errors.AccessTokenInvalid):
        await client.start()


async def test_a_bot_at_home_elsewhere_is_sent_there() -> None:
    async with LoopbackTelegram(home_dc=4) as server, running_bot(server) as bot:
        assert await bot.client.storage.dc_id() == 4
        await server.user(7).send_voice(VOICE)
        assert await bot.download(await bot.next_message()) == VOICE


async def test_the_published_key_reads_back_from_its_pem(server: LoopbackTelegram) -> None:
    lines = server.public_key_pem.strip().splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN RSA PUBLIC KEY-----", "-----END RSA PUBLIC KEY-----")
    der = base64.b64decode("".join(lines[1:-1]))
    modulus, exponent = server.public_key
    assert modulus.to_bytes(256, "big") in der
    assert der.endswith(b"\x02\x03" + exponent.to_bytes(3, "big"))


async def test_the_address_setting_names_every_data_centre(server: LoopbackTelegram) -> None:
    listed = [part.split("@") for part in server.address_setting.split(",")]
    assert {int(dc): address for dc, address in listed} == {
        dc: f"{host}:{port}" for dc, (host, port) in server.addresses.items()
    }


@pytest.mark.parametrize("skew_seconds", [1000, 20, -20])
async def test_a_client_follows_a_skewed_clock(skew_seconds: float) -> None:
    # Pyrogram's own client stays outside when its clock is more than 30 s ahead; ours does not:
    # integration/telegram/test_clock.py.
    async with LoopbackTelegram() as server:
        server.faults.clock_skew_seconds = skew_seconds
        async with running_bot(server) as bot:
            await server.user(7).send_voice(VOICE, dc=4)
            assert await bot.download(await bot.next_message()) == VOICE


async def test_a_changed_salt_is_learned(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.change_salts()
    ann = server.user(7)
    await ann.send_text("hello")
    await bot.answer(await bot.next_message(), "hi")
    assert (await ann.wait_message()).text == "hi"


# ---------------------------------------------------------------------- messages and media


async def test_a_voice_message_arrives_with_its_bytes_and_is_answered(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    ann.person.language_code = "ru"
    sent = await ann.send_voice(VOICE, duration=5)
    got = await bot.next_message()
    assert (got.id, got.voice.duration, got.from_user.language_code) == (sent.id, 5, "ru")
    assert await bot.download(got) == VOICE

    note = await bot.answer(got, "⏳")
    await bot.client.edit_message_text(7, note.id, "recognised")
    reply = await ann.wait_reply(sent, lambda message: not message.text.startswith("⏳"))
    assert reply.texts == ["⏳", "recognised"]
    assert sent.at < reply.at < reply.edits[-1].at


async def test_every_kind_of_media_is_what_it_says(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    await ann.send_video_note(VOICE)
    await ann.send_audio(VOICE, title="Song", performer="Ann", file_name="song.mp3")
    await ann.send_video(VOICE)
    await ann.send_document(VOICE, "talk.ogg", "audio/ogg", caption="listen")
    await ann.send_sticker()
    await ann.send_photo()
    await ann.send_text("/start")
    got = [await bot.next_message() for _ in range(7)]
    names = [None if message.media is None else message.media.name for message in got]
    assert names == ["VIDEO_NOTE", "AUDIO", "VIDEO", "DOCUMENT", "STICKER", "PHOTO", None]
    assert (got[1].audio.title, got[1].audio.performer) == ("Song", "Ann")
    assert (got[3].caption, got[6].text) == ("listen", "/start")
    assert await bot.download(got[5]) == b"photo"


async def test_a_forwarded_message_names_its_author_or_only_a_name(server: LoopbackTelegram, bot: Bot) -> None:
    boris = server.world.add_user(8, "Boris")
    await server.user(7).send_voice(VOICE, forward=Forward(boris))
    await server.user(7).send_voice(VOICE, forward=Forward(name="Somebody"))
    first, second = [(await bot.next_message()).forward_origin for _ in range(2)]
    assert (type(first).__name__, first.sender_user.id) == ("MessageOriginUser", 8)
    assert (type(second).__name__, second.sender_user_name) == ("MessageOriginHiddenUser", "Somebody")


async def test_a_file_on_a_foreign_data_centre_is_fetched_there(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_voice(VOICE, dc=4)
    assert await bot.download(await bot.next_message()) == VOICE
    assert {call.dc for call in server.calls_of("upload.GetFile")} == {4}
    assert len(server.calls_of("auth.ImportAuthorization")) >= 1


async def test_a_file_asked_for_in_the_wrong_place_names_the_right_one(server: LoopbackTelegram, bot: Bot) -> None:
    sent = await server.user(7).send_voice(VOICE, dc=4)
    await bot.next_message()
    document = sent.document
    assert document is not None
    place = raw.types.InputDocumentFileLocation(
        id=document.id,
        access_hash=document.access_hash,
        file_reference=document.reference,
        thumb_size="",
    )
    with pytest.raises(errors.FileMigrate) as refused:
        await bot.client.invoke(raw.functions.upload.GetFile(location=place, offset=0, limit=4096))
    assert refused.value.value == 4


async def test_a_declared_size_may_be_a_lie(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_voice(VOICE, declared_size=2**31)
    got = await bot.next_message()
    assert got.voice.file_size == 2**31
    assert await bot.download(got) == VOICE


@pytest.mark.parametrize(
    ("size", "method"),
    [(3_000, "upload.SaveFilePart"), (10 * 1024 * 1024 + 16, "upload.SaveBigFilePart")],
)
async def test_an_uploaded_file_appears_in_the_chat(server: LoopbackTelegram, bot: Bot, size: int, method: str) -> None:
    ann = server.user(7)
    sent = await ann.send_text("send me a file")
    data = BytesIO(b"0123456789abcdef" * (size // 16))
    data.name = "transcript.txt"
    got = await bot.next_message()
    await bot.client.send_document(7, data, caption="here", reply_parameters=types.ReplyParameters(message_id=got.id))
    reply = await ann.wait_reply(sent)
    assert reply.document is not None
    assert (reply.text, reply.document.file_name) == ("here", "transcript.txt")
    assert reply.document.data == data.getvalue()
    assert server.calls_of(method)


async def test_a_message_may_be_old(server: LoopbackTelegram, bot: Bot) -> None:
    sent = await server.user(7).send_voice(VOICE, age_seconds=90_000)
    got = await bot.next_message()
    assert int(got.date.timestamp()) == sent.date
    assert time.time() - sent.date >= 90_000


async def test_texts_out_of_bounds_are_refused(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_text("hello")
    got = await bot.next_message()
    with pytest.raises(errors.MessageTooLong):
        await bot.answer(got, "😀" * 2049)
    with pytest.raises(errors.MessageEmpty):
        await bot.answer(got, " ")
    with pytest.raises(errors.EntityBoundsInvalid):
        await bot.client.invoke(
            await bot.query(7, "hi", entities=[raw.types.MessageEntityBold(offset=0, length=3)], random_id=1)
        )
    sent = await bot.answer(got, "😀" * 2048)
    with pytest.raises(errors.MessageNotModified):
        await bot.client.edit_message_text(7, sent.id, "😀" * 2048)
    with pytest.raises(errors.MessageIdInvalid):
        await bot.client.edit_message_text(7, 99_999, "nothing there")


async def test_a_repeated_random_id_is_sent_once(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    await ann.send_text("hello")
    await bot.next_message()
    query = await bot.query(7, "once", random_id=42)
    await bot.client.invoke(query)
    # The client retries a 500 by itself, in vain, and then speaks of a time-out.
    with pytest.raises(TimeoutError):
        await bot.client.invoke(query, retries=1, retry_delay=0)
    server.faults.random_id_duplicate_code = 400
    with pytest.raises(errors.RandomIdDuplicate):
        await bot.client.invoke(query)
    assert [message.text for message in ann.chat.visible] == ["hello", "once"]


async def test_entities_reach_the_reader(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    await ann.send_text("hello")
    await bot.next_message()
    link = raw.types.MessageEntityTextUrl(offset=2, length=4, url="https://example.org/")
    await bot.client.invoke(await bot.query(7, "a link", entities=[link], random_id=5))
    (entity,) = (await ann.wait_message()).entities
    assert (entity.kind, entity.offset, entity.length) == ("TextUrl", 2, 4)
    assert entity.extra["url"] == "https://example.org/"


async def test_a_deleted_message_is_gone_for_both_sides(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    sent = await ann.send_text("hello")
    note = await bot.answer(await bot.next_message(), "⏳")
    await bot.client.delete_messages(7, note.id)
    await ann.delete(sent)
    assert ann.chat.visible == []
    read = await bot.client.get_messages(7, sent.id)
    assert read.empty


async def test_what_makes_no_sense_is_refused(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    sent = await ann.send_voice(VOICE)
    await bot.next_message()
    peer = await bot.client.resolve_peer(7)
    document = sent.document
    assert document is not None
    messages, upload = raw.functions.messages, raw.functions.upload
    place = raw.types.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.reference, thumb_size=""
    )
    elsewhere = raw.types.InputDocumentFileLocation(
        id=document.id, access_hash=1, file_reference=document.reference, thumb_size=""
    )
    missing = raw.types.InputMediaUploadedDocument(
        file=raw.types.InputFile(id=1, parts=1, name="a.txt", md5_checksum=""),
        mime_type="text/plain",
        attributes=[raw.types.DocumentAttributeFilename(file_name="a.txt")],
    )
    unknown = raw.types.InputReplyToMessage(reply_to_msg_id=99_999)
    refusals = {
        "OFFSET_INVALID": upload.GetFile(location=place, offset=1, limit=4096),
        "LIMIT_INVALID": upload.GetFile(location=place, offset=0, limit=1000),
        "LOCATION_INVALID": upload.GetFile(location=elsewhere, offset=0, limit=4096),
        "FILE_PART_X_MISSING": messages.SendMedia(peer=peer, media=missing, message="", random_id=1),
        "MEDIA_CAPTION_TOO_LONG": messages.SendMedia(peer=peer, media=missing, message="x" * 1025, random_id=1),
        "MEDIA_INVALID": messages.SendMedia(peer=peer, media=raw.types.InputMediaEmpty(), message="", random_id=1),
        "REPLY_MESSAGE_ID_INVALID": messages.SendMessage(peer=peer, message="x", random_id=1, reply_to=unknown),
        "MESSAGE_AUTHOR_REQUIRED": messages.EditMessage(peer=peer, id=sent.id, message="mine"),
        "QUERY_ID_INVALID": messages.SetBotCallbackAnswer(query_id=1, cache_time=0),
        "CHAT_ID_INVALID": messages.GetChats(id=[500]),
        "USERNAME_NOT_OCCUPIED": raw.functions.contacts.ResolveUsername(username="nobody"),
        "DC_ID_INVALID": raw.functions.auth.ExportAuthorization(dc_id=3),
        "AUTH_BYTES_INVALID": raw.functions.auth.ImportAuthorization(id=1001, bytes=b"stolen"),
    }
    for name, query in refusals.items():
        with pytest.raises(errors.RPCError) as refused:
            await bot.client.invoke(query)
        assert name == refused.value.ID
    assert ann.chat.visible == [sent]


async def test_a_known_file_can_be_sent_again(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    sent = await ann.send_voice(VOICE)
    got = await bot.next_message()
    await bot.client.send_cached_media(7, got.voice.file_id)
    assert (await ann.wait_message()).document is sent.document


async def test_a_bot_that_logged_out_is_a_stranger(server: LoopbackTelegram, bot: Bot) -> None:
    await bot.client.invoke(raw.functions.auth.LogOut())
    with pytest.raises(errors.AuthKeyUnregistered):
        await bot.client.invoke(raw.functions.updates.GetState())


def test_a_broken_key_exchange_is_given_up() -> None:
    exchange = Handshake(published_key())
    offer: Any = exchange.answer(raw.functions.ReqPqMulti(nonce=1))
    answer = {
        "p": b"",
        "q": b"",
        "public_key_fingerprint": offer.server_public_key_fingerprints[0],
        "encrypted_data": bytes(256),
    }
    with pytest.raises(HandshakeError, match="nonces"):
        exchange.answer(raw.functions.ReqDHParams(nonce=2, server_nonce=offer.server_nonce, **answer))
    with pytest.raises(HandshakeError, match="unreadable"):
        exchange.answer(raw.functions.ReqDHParams(nonce=1, server_nonce=offer.server_nonce, **answer))
    with pytest.raises(HandshakeError, match="unexpected"):
        exchange.answer(raw.functions.Ping(ping_id=1))
    assert exchange.auth_key is None


async def test_waiting_ends_and_says_for_what(server: LoopbackTelegram) -> None:
    with pytest.raises(TimeoutError, match=r"a message of the bot: not within 0\.05 s"):
        await server.user(7).wait_message(timeout_seconds=0.05)


async def test_somebody_the_bot_never_met_cannot_be_written_to(server: LoopbackTelegram, bot: Bot) -> None:
    server.world.add_user(9, "Stranger")
    with pytest.raises(errors.RPCError):
        await bot.client.send_message(9, "hello")
    await server.user(7).send_text("hello")
    await bot.next_message()
    stolen = raw.types.InputPeerUser(user_id=7, access_hash=123)
    with pytest.raises(errors.PeerIdInvalid):
        await bot.client.invoke(raw.functions.messages.SendMessage(peer=stolen, message="hello", random_id=1))


async def test_a_bot_that_was_blocked_is_told_so(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    await ann.send_text("hello")
    got = await bot.next_message()
    ann.person.blocked_bot = True
    with pytest.raises(errors.UserIsBlocked):
        await bot.answer(got, "hi")


# ---------------------------------------------------------------------- buttons and commands


async def test_a_pressed_button_is_answered_and_the_keyboard_changes(server: LoopbackTelegram, bot: Bot) -> None:
    async def pressed(client: Client, query: types.CallbackQuery) -> None:
        await query.answer(f"chosen {query.data!s}", show_alert=True)
        await query.edit_message_text("done")

    bot.client.add_handler(CallbackQueryHandler(pressed))
    keyboard = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Русский", callback_data="ru")]])
    ann = server.user(7)
    sent = await ann.send_text("/language")
    await bot.answer(await bot.next_message(), "Which?", reply_markup=keyboard)
    menu = await ann.wait_reply(sent)
    press = await ann.press(menu, "Русский")
    answer = await press.wait_answer()
    assert (answer.text, answer.alert) == ("chosen ru", True)
    await ann.wait_reply(sent, lambda message: message.text == "done")
    assert menu.buttons == []
    with pytest.raises(LookupError):
        await ann.press(menu, "Русский")


async def test_commands_are_kept_by_scope_and_language(server: LoopbackTelegram, bot: Bot) -> None:
    await bot.client.set_bot_commands([types.BotCommand("start", "Начать")], language_code="ru")
    assert server.commands["Default", "ru"] == {"start": "Начать"}
    assert [item.command for item in await bot.client.get_bot_commands(language_code="ru")] == ["start"]
    await bot.client.delete_bot_commands(language_code="ru")
    assert server.commands == {}


async def test_typing_is_seen(server: LoopbackTelegram, bot: Bot) -> None:
    seen: list[ChatEvent] = []
    server.on_chat_event(seen.append)
    await server.user(7).send_text("hello")
    await bot.next_message()
    await bot.client.invoke(
        raw.functions.messages.SetTyping(
            peer=await bot.client.resolve_peer(7), action=raw.types.SendMessageTypingAction()
        )
    )
    assert [event.kind for event in seen] == [EventKind.NEW, EventKind.TYPING]


# ---------------------------------------------------------------------- groups


@pytest.mark.parametrize("chat_id", [-500, SUPERGROUP])
async def test_a_group_works_like_a_private_chat(server: LoopbackTelegram, bot: Bot, chat_id: int) -> None:
    server.world.add_user(7, "Ann", username="ann")
    ann = server.user(7)
    add = server.world.add_supergroup if chat_id == SUPERGROUP else server.world.add_group
    group = add(chat_id, "Work", [7])
    sent = await ann.send_voice(VOICE, chat=group)
    got = await bot.next_message()
    assert (got.chat.id, got.chat.title) == (chat_id, "Work")
    note = await bot.answer(got, "⏳")
    await bot.client.edit_message_text(chat_id, note.id, "recognised")
    reply = await ann.wait_reply(sent, lambda message: message.text == "recognised")
    assert (reply.chat, ann.chat.visible) == (group, [])

    server.faults.expire_reference(sent)
    again = await bot.client.get_messages(chat_id, sent.id)
    assert await bot.download(again) == VOICE
    await bot.client.delete_messages(chat_id, note.id)
    assert group.visible == [sent]


async def test_looking_up_groups_and_people(server: LoopbackTelegram, bot: Bot) -> None:
    server.world.add_user(7, "Ann", username="ann")
    server.world.add_group(-500, "Small", [7])
    server.world.add_supergroup(SUPERGROUP, "Large", [7], username="large")
    assert (await bot.client.get_users("ann")).id == 7
    assert (await bot.client.get_chat("large")).title == "Large"
    assert (await bot.client.get_chat(-500)).title == "Small"
    assert (await bot.client.get_chat(SUPERGROUP)).members_count == 2
    assert (await bot.client.get_chat_member(SUPERGROUP, 7)).user.first_name == "Ann"


async def test_a_post_without_a_sender_is_handed_over(server: LoopbackTelegram, bot: Bot) -> None:
    channel = server.world.add_supergroup(SUPERGROUP, "News", [7], is_broadcast=True)
    group = server.world.add_supergroup(SUPERGROUP - 1, "Work", [7])
    await server.user(7).send_voice(VOICE, chat=channel)
    await server.user(7).send_voice(VOICE, chat=group, anonymous=True)
    post, anonymous = [await bot.next_message() for _ in range(2)]
    assert (post.from_user, post.sender_chat.id, post.chat.type.name) == (None, SUPERGROUP, "CHANNEL")
    assert (anonymous.from_user, anonymous.sender_chat.id) == (None, SUPERGROUP - 1)


async def test_where_a_bot_may_not_write_it_is_told_so(server: LoopbackTelegram, bot: Bot) -> None:
    group = server.world.add_group(-500, "Work", [7])
    await server.user(7).send_text("hello", chat=group)
    group.bot_may_write = False
    with pytest.raises(errors.ChatWriteForbidden):
        await bot.answer(await bot.next_message(), "hi")


async def test_any_reason_may_be_given_for_that(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    chat = server.world.add_supergroup(SUPERGROUP, "Quiet", [7])
    await ann.send_text("psst", chat=chat)
    await bot.next_message()
    chat.refusal = (400, "USER_BANNED_IN_CHANNEL")
    with pytest.raises(errors.UserBannedInChannel):
        await bot.client.send_message(SUPERGROUP, "hello?")


async def test_a_bot_that_left_a_supergroup_cannot_write_there(server: LoopbackTelegram, bot: Bot) -> None:
    group = server.world.add_supergroup(SUPERGROUP, "Work", [7])
    await server.user(7).send_text("hello", chat=group)
    got = await bot.next_message()
    group.members.discard(server.world.bot.id)
    with pytest.raises(errors.ChannelPrivate):
        await bot.answer(got, "hi")


# ---------------------------------------------------------------------- topics


async def test_a_message_of_a_topic_says_so_and_its_answer_is_there(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    chat = server.world.add_supergroup(SUPERGROUP, "Forum", [7])
    topic = await ann.open_topic(chat, "Work")
    await bot.next_message()
    first = await ann.send_text("one", chat=chat, topic=topic)
    second = await ann.send_text("two", chat=chat, reply_to=first)
    assert second.topic is topic
    seen = [(await bot.next_message()).message_thread_id for _ in range(2)]
    assert seen == [topic.id, topic.id]
    answers = [
        await bot.client.invoke(await _in_topic(bot, to=second.id)),
        await bot.client.invoke(await _in_topic(bot)),
    ]
    assert answers
    assert [message.reply_to for message in chat.seen_in(topic)] == [None, first.id, second.id, None]
    assert chat.seen_in(None) == []


async def test_a_reply_to_a_deleted_message_is_refused_or_dropped(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    chat = server.world.add_supergroup(SUPERGROUP, "Forum", [7])
    topic = await ann.open_topic(chat, "Work")
    sent = await ann.send_text("one", chat=chat, topic=topic)
    await bot.next_message()
    await ann.delete(sent)
    with pytest.raises(errors.ReplyMessageIdInvalid):
        await bot.client.invoke(await _in_topic(bot, to=sent.id))
    server.faults.drop_replies_to_deleted = True
    await bot.client.invoke(await _in_topic(bot, to=sent.id))
    await bot.client.invoke(await _in_topic(bot, to=sent.id, top_msg_id=topic.id))
    assert [len(chat.seen_in(place)) for place in (None, topic)] == [1, 1]


async def test_nothing_is_written_in_a_topic_that_is_closed_or_gone(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    chat = server.world.add_supergroup(SUPERGROUP, "Forum", [7])
    topic = await ann.open_topic(chat, "Work")
    await bot.next_message()
    topic.is_closed = chat.is_general_closed = True
    with pytest.raises(errors.TopicClosed406):
        await bot.client.invoke(await _in_topic(bot))
    with pytest.raises(errors.TopicClosed406):
        await bot.client.send_message(SUPERGROUP, "hello")
    server.world.delete_topic(chat, topic)
    with pytest.raises(errors.TopicDeleted406):
        await bot.client.invoke(await _in_topic(bot))


async def _in_topic(bot: Bot, to: int | None = None, top_msg_id: int | None = None) -> Any:
    """A message for the first topic there is, in reply to this one."""
    reply_to = raw.types.InputReplyToMessage(reply_to_msg_id=to or 1, top_msg_id=top_msg_id)
    return await bot.query(SUPERGROUP, "answer", random_id=bot.client.rnd_id(), reply_to=reply_to)


# ---------------------------------------------------------------------- migration


async def test_a_group_that_became_a_supergroup_can_be_read_and_says_where_it_is(
    server: LoopbackTelegram, bot: Bot
) -> None:
    ann = server.user(7)
    group = server.world.add_group(-5, "Work", [7])
    sent = await ann.send_text("one", chat=group)
    await bot.next_message()
    place = await ann.migrate(group, SUPERGROUP)
    moved_to, moved_from = await bot.next_message(), await bot.next_message()
    assert (moved_to.migrate_to_chat_id, moved_from.migrate_from_chat_id) == (SUPERGROUP, -5)
    with pytest.raises(errors.PeerIdInvalid):
        await bot.client.send_message(-5, "hello?")
    assert (await bot.client.get_messages(-5, sent.id)).text == "one"
    (found,) = (await bot.client.invoke(raw.functions.messages.GetChats(id=[5]))).chats
    assert found.deactivated
    assert found.migrated_to.channel_id == place.bare_id
    await bot.client.send_message(SUPERGROUP, "here")
    assert [message.text for message in place.visible if message.sender.is_bot] == ["here"]


# ---------------------------------------------------------------------- what a client missed


async def test_a_withheld_message_is_in_the_difference(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    start = server.world.account_log.pts
    sent = await ann.send_voice(VOICE, deliver=False)
    assert await bot.nothing_more()
    missed = await bot.difference(start)
    assert [message.id for message in missed.new_messages] == [sent.id]
    assert [user.id for user in missed.users] == [7]
    assert missed.state.pts == start + 1
    assert isinstance(await bot.difference(start + 1), raw.types.updates.DifferenceEmpty)


async def test_the_difference_has_everything_in_order(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    start = server.world.account_log.pts
    first = await ann.send_text("one")
    note = await bot.answer(await bot.next_message(), "⏳")
    await bot.client.edit_message_text(7, note.id, "done")
    await ann.edit_text(first, "one!")
    gone = await ann.send_text("two")
    await ann.delete(gone)
    missed = await bot.difference(start)
    assert [(message.id, message.message, bool(message.out)) for message in missed.new_messages] == [
        (first.id, "one!", False),
        (note.id, "done", True),
    ]
    assert [type(update).__name__ for update in missed.other_updates] == [
        "UpdateEditMessage",
        "UpdateEditMessage",
        "UpdateDeleteMessages",
    ]
    assert missed.state.pts == start + 6


async def test_a_long_difference_comes_in_slices(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.difference_limit = 2
    pts = server.world.account_log.pts
    for number in range(5):
        await server.user(7).send_text(str(number), deliver=False)
    texts = [message.message async for part in bot.differences(pts) for message in part.new_messages]
    assert texts == ["0", "1", "2", "3", "4"]
    server.faults.difference_too_long = 1
    assert isinstance(await bot.difference(pts), raw.types.updates.DifferenceTooLong)


async def test_a_supergroup_has_a_difference_of_its_own(server: LoopbackTelegram, bot: Bot) -> None:
    group = server.world.add_supergroup(SUPERGROUP, "Work", [7])
    account = server.world.account_log.pts
    await server.user(7).send_text("one", chat=group)
    await bot.next_message()
    sent = await server.user(7).send_voice(VOICE, chat=group, deliver=False)
    server.faults.difference_limit = 1
    query = raw.functions.updates.GetChannelDifference(
        channel=await _input_channel(bot), filter=raw.types.ChannelMessagesFilterEmpty(), pts=1, limit=100
    )
    first = await bot.client.invoke(query)
    query.pts = first.pts
    second = await bot.client.invoke(query)
    assert (bool(first.final), bool(second.final)) == (False, True)
    assert [message.id for message in second.new_messages] == [sent.id]
    query.pts = second.pts
    assert isinstance(await bot.client.invoke(query), raw.types.updates.ChannelDifferenceEmpty)
    query.pts, server.faults.difference_too_long = 1, 1
    assert isinstance(await bot.client.invoke(query), raw.types.updates.ChannelDifferenceTooLong)
    assert server.world.account_log.pts == account


async def _input_channel(bot: Bot) -> Any:
    peer = await bot.client.resolve_peer(SUPERGROUP)
    return raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)


async def test_the_short_form_of_a_text_is_completed(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.short_text_updates = True
    await server.user(7).send_text("hello")
    got = await bot.next_message()
    assert (got.text, got.from_user.id) == ("hello", 7)


async def test_both_confirmations_of_a_sent_text(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_text("hello")
    got = await bot.next_message()
    short = await bot.answer(got, "short")
    server.faults.short_sent_updates = False
    full = await bot.answer(got, "full")
    assert [message.id for message in server.user(7).chat.visible] == [got.id, short.id, full.id]


# ---------------------------------------------------------------------- faults


async def test_pushes_may_come_twice_late_or_not_at_all(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    server.faults.push_copies = 2
    await ann.send_text("twice")
    assert [(await bot.next_message()).text for _ in range(2)] == ["twice", "twice"]
    server.faults.push_copies = 1
    server.faults.hold_pushes = True
    await ann.send_text("early")
    await ann.send_text("late")
    assert await bot.nothing_more()
    await server.faults.release_pushes(newest_first=True)
    assert {(await bot.next_message()).text for _ in range(2)} == {"early", "late"}
    server.faults.withhold_pushes = True
    await ann.send_text("never")
    assert await bot.nothing_more()


async def test_a_media_session_may_be_told_as_well(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.push_to_all_sessions = True
    await server.user(7).send_voice(VOICE)
    await bot.download(await bot.next_message())
    await server.user(7).send_text("told twice")
    assert [(await bot.next_message()).text for _ in range(2)] == ["told twice", "told twice"]


async def test_a_short_flood_is_waited_out_and_a_long_one_raises(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_text("hello")
    got = await bot.next_message()
    server.faults.answer("messages.SendMessage", flood_wait(1))
    await bot.answer(got, "after a second")
    server.faults.answer("messages.SendMessage", flood_wait(33), times=None)
    for _ in range(2):
        with pytest.raises(errors.FloodWait) as refused:
            await bot.answer(got, "never")
        assert refused.value.value == 33
    server.faults.clear()
    await bot.answer(got, "again")


async def test_any_error_can_be_injected(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_text("hello")
    got = await bot.next_message()
    server.faults.answer("messages.SendMessage", RpcError(401, "AUTH_KEY_UNREGISTERED"))
    with pytest.raises(errors.AuthKeyUnregistered):
        await bot.answer(got, "refused")
    server.faults.answer("messages.SendMessage", server_error())
    with pytest.raises(TimeoutError):
        await bot.client.invoke(await bot.query(7, "x", random_id=3), retries=1, retry_delay=0)


async def test_a_call_can_be_performed_without_an_answer(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    await ann.send_text("hello")
    await bot.next_message()
    moments: list[int] = []
    server.faults.silence("messages.SendMessage", performed=True)
    server.faults.hook("messages.SendMessage", lambda: moments.append(len(ann.chat.visible)), performed=True)
    query = await bot.query(7, "sent in silence", random_id=6)
    with pytest.raises(TimeoutError):
        await bot.client.invoke(query, retries=1, timeout=0.2, retry_delay=0)
    assert moments == [2]
    assert ann.chat.visible[-1].text == "sent in silence"


async def test_a_call_can_be_ignored_and_its_connection_cut(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    await ann.send_text("hello")
    await bot.next_message()
    server.faults.silence("messages.SendMessage", drop=True)
    await bot.client.invoke(await bot.query(7, "at the second attempt", random_id=6), timeout=0.3, retry_delay=0.1)
    assert [message.text for message in ann.chat.visible] == ["hello", "at the second attempt"]


async def test_a_delayed_call_holds_up_no_other(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.delay("help.GetConfig", 0.3)
    slow = asyncio.create_task(bot.client.invoke(raw.functions.help.GetConfig()))
    await bot.client.invoke(raw.functions.updates.GetState())
    assert not slow.done()
    await slow


async def test_a_short_read_ends_as_success(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_voice(VOICE)
    got = await bot.next_message()
    server.faults.short_reads = 1
    assert await bot.download(got) == VOICE[: len(VOICE) // 2]
    assert await bot.download(got) == VOICE


async def test_an_expired_reference_is_renewed_by_reading_the_message(server: LoopbackTelegram, bot: Bot) -> None:
    sent = await server.user(7).send_voice(VOICE)
    got = await bot.next_message()
    server.faults.expire_reference(sent)
    with pytest.raises(errors.FileReferenceExpired):
        await bot.download(got)
    renewed = await bot.client.get_messages(7, got.id)
    assert await bot.download(renewed) == VOICE


async def test_a_dropped_client_returns_and_is_told_again(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    before = len(server.calls_of("help.GetConfig"))
    server.faults.drop_connections()
    await server.wait_for(lambda: len(server.calls_of("help.GetConfig")) > before)
    await ann.send_text("hello again")
    assert (await bot.next_message()).text == "hello again"


async def test_refused_connections_keep_a_client_away(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.refuse_connections = True
    server.faults.drop_connections()
    await asyncio.sleep(0.2)
    assert server.connection_count == 0
    server.faults.refuse_connections = False
    await server.wait_for(lambda: server.connection_count > 0)


async def test_a_muted_server_answers_nothing(server: LoopbackTelegram, bot: Bot) -> None:
    server.faults.mute = True
    with pytest.raises(TimeoutError):
        await bot.client.invoke(raw.functions.updates.GetState(), retries=1, timeout=0.2, retry_delay=0)
    server.faults.mute = False
    await bot.client.invoke(raw.functions.updates.GetState())


async def test_a_forgotten_key_leaves_the_old_client_mute_and_lets_a_new_one_in(
    server: LoopbackTelegram,
) -> None:
    old: Any = make_client(server)
    await old.start()
    server.faults.forget_keys()
    with pytest.raises((TimeoutError, OSError)):
        await old.invoke(raw.functions.updates.GetState(), retries=1, timeout=0.5, retry_delay=0)
    with pytest.raises(AuthKeyNotFound):
        await old.stop()
    await old.storage.close()
    async with running_bot(server) as new:
        await server.user(7).send_text("hello")
        assert (await new.next_message()).text == "hello"


async def test_an_unknown_method_is_refused_and_recorded(server: LoopbackTelegram, bot: Bot) -> None:
    with pytest.raises(errors.MethodInvalid):
        await bot.client.invoke(raw.functions.help.GetAppUpdate(source=""))
    assert server.unknown_methods == ["help.GetAppUpdate"]


async def test_a_mistake_of_the_server_fails_the_test_that_met_it() -> None:
    server = LoopbackTelegram()
    await server.start()
    async with running_bot(server) as bot:
        server.world.clock = lambda: 1 / 0
        with pytest.raises(TimeoutError):
            await bot.client.invoke(raw.functions.updates.GetState(), retries=1, retry_delay=0)
        server.world.clock = lambda: 0
    with pytest.raises(BaseExceptionGroup, match="the loopback Telegram failed"):
        await server.stop()


async def test_hundreds_of_people_at_once(server: LoopbackTelegram, bot: Bot) -> None:
    people = [server.user(number) for number in range(1000, 1300)]
    sent = [await person.send_text(f"from {person.id}") for person in people]
    got = [await bot.next_message() for _ in people]
    assert [message.id for message in got] == [message.id for message in sent]
    replies = asyncio.gather(*(person.wait_reply(message) for person, message in zip(people, sent, strict=True)))
    for message in got:
        await bot.answer(message, "ok")
    assert len(await replies) == len(people)


async def test_a_backlog_of_thousands_is_read_in_linear_time(server: LoopbackTelegram, bot: Bot) -> None:
    ann, pts, count = server.user(7), server.world.account_log.pts, 3_000
    for number in range(count):
        await ann.send_text(str(number), deliver=False)
    sizes = [len(part.new_messages) async for part in bot.differences(pts)]
    assert sizes == [server.faults.difference_limit] * (count // server.faults.difference_limit)


# ---------------------------------------------------------------------- what people do, and what other servers do


async def test_an_album_comes_at_once_and_belongs_together(server: LoopbackTelegram, bot: Bot) -> None:
    files = [Document(MediaKind.AUDIO, VOICE, "audio/mpeg", duration=number) for number in (1, 2, 3)]
    sent = await server.user(7).send_album(files, caption="Three songs")
    got = [await bot.next_message() for _ in sent]
    assert [message.id for message in got] == [message.id for message in sent]
    assert len({message.media_group_id for message in got}) == 1
    assert [message.caption for message in got] == ["Three songs", None, None]


async def test_somebody_may_be_shown_as_min(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.world.add_user(7, "Ann", username="ann", language_code="en")
    await server.user(7).send_text("hello")
    assert (await bot.next_message()).from_user.username == "ann"
    ann.is_min = True
    await server.user(7).send_text("hello again")
    (shown,) = (await bot.difference(server.world.account_log.pts - 1)).users
    assert (shown.min, shown.username, shown.lang_code) == (True, None, None)
    (asked,) = await bot.client.invoke(
        raw.functions.users.GetUsers(id=[raw.types.InputUser(user_id=7, access_hash=ann.access_hash)])
    )
    assert (asked.min, asked.username, asked.lang_code) == (False, "ann", "en")


async def test_a_file_that_could_be_opened_once_expires(server: LoopbackTelegram, bot: Bot) -> None:
    sent = await server.user(7).send_voice(VOICE, view_once=True)
    voice = await bot.next_message()
    assert await bot.download(voice) == VOICE
    server.faults.expire_media(sent)
    read = await bot.client.invoke(raw.functions.messages.GetMessages(id=[raw.types.InputMessageID(id=sent.id)]))
    media = read.messages[0].media
    assert (media.document, media.voice, media.ttl_seconds) == (None, True, 2**31 - 1)


async def test_service_messages_and_the_voice_of_a_channel(server: LoopbackTelegram, bot: Bot) -> None:
    news = server.world.add_supergroup(SUPERGROUP - 1, "News", is_broadcast=True)
    group = server.world.add_supergroup(SUPERGROUP, "Work", members=[7])
    joined = raw.types.MessageActionChatAddUser(users=[7])
    await server.user(7).cause(joined, chat=group)
    assert (await bot.next_message()).new_chat_members[0].id == 7
    await server.user(7).send_text("hello", chat=group, speaks_as=news)
    assert (await bot.next_message()).sender_chat.id == news.id


@pytest.mark.parametrize("repetition", Repetition)
async def test_a_random_id_may_be_repeated(server: LoopbackTelegram, bot: Bot, repetition: Repetition) -> None:
    ann = server.user(7)
    await ann.send_text("hello")
    await bot.next_message()
    server.faults.repetition = repetition
    query = await bot.query(7, "hello to you", random_id=5)
    first = await bot.client.invoke(query)
    if repetition is Repetition.ANSWERED:
        assert (await bot.client.invoke(query)).id == first.id
    else:
        with pytest.raises(errors.InternalServerError):
            await bot.client.session.send(query)
    assert len(ann.chat.visible) == 2


async def test_own_messages_may_leave_gaps(server: LoopbackTelegram, bot: Bot) -> None:
    await server.user(7).send_text("hello")
    await bot.next_message()
    before = server.world.account_log.pts
    server.faults.steps_of_own_messages = 2
    told = await bot.client.invoke(await bot.query(7, "hello to you", random_id=5))
    assert (told.pts, told.pts_count) == (before + 2, 1)
    assert [type(part).__name__ async for part in bot.differences(before)] == ["DifferenceSlice", "DifferenceEmpty"]


async def test_missing_messages_may_be_left_out(server: LoopbackTelegram, bot: Bot) -> None:
    sent = await server.user(7).send_text("hello")
    query = raw.functions.messages.GetMessages(
        id=[raw.types.InputMessageID(id=number) for number in (sent.id, sent.id + 1)]
    )
    assert len((await bot.client.invoke(query)).messages) == 2
    server.faults.leave_out_missing = True
    assert [message.id for message in (await bot.client.invoke(query)).messages] == [sent.id]


# --- the line of qts, guests, and inline mode -------------------------------------------------------------------------
def article(text: str, number: int = 1, **about: Any) -> raw.types.InputBotInlineResult:
    message = raw.types.InputBotInlineMessageText(message=text, **about)
    return raw.types.InputBotInlineResult(id=str(number), type="article", title="Text", send_message=message)


def guest_result(query_id: int, text: str, **about: Any) -> raw.functions.messages.SetBotGuestChatResult:
    return raw.functions.messages.SetBotGuestChatResult(query_id=query_id, result=article(text, **about))


async def test_the_line_is_told_in_slices_and_apart_from_the_chats(server: LoopbackTelegram, bot: Bot) -> None:
    ann = server.user(7)
    place = server.elsewhere(ann, server.user(8))
    server.faults.withhold_pushes, server.faults.difference_limit = True, 2
    start = await bot.client.invoke(raw.functions.updates.GetState())
    await ann.send_text("hello")
    asked = [await place.ask(ann, "@loopback_bot") for _ in range(4)]
    told: list[Any] = []
    pts, qts, number = start.pts, start.qts, 0
    while True:
        part = await bot.client.invoke(raw.functions.updates.GetDifference(pts=pts, date=start.date, qts=qts))
        if isinstance(part, raw.types.updates.DifferenceEmpty):
            break
        number += 1
        told += part.other_updates
        state = getattr(part, "state", None) or part.intermediate_state
        pts, qts = state.pts, state.qts
    assert number == 3
    assert [update.query_id for update in told] == [query.id for query in asked]
    assert [update.qts for update in told] == [start.qts + step for step in range(1, 5)]
    assert all(update.message.from_id.user_id == 7 for update in told)
    assert (await bot.client.invoke(raw.functions.updates.GetState())).qts == qts


async def test_a_query_of_a_guest_is_answered_once_and_the_answer_can_be_changed(
    server: LoopbackTelegram, bot: Bot
) -> None:
    ann = server.user(7)
    place = server.elsewhere(ann, server.user(8))
    query = await place.ask(ann, "@loopback_bot")
    for query_id, text in ((1, "text"), (query.id, " "), (query.id, "x" * 4097)):
        with pytest.raises(errors.BadRequest):
            await bot.client.invoke(guest_result(query_id, text))
    beyond = [raw.types.MessageEntityBold(offset=0, length=9)]
    with pytest.raises(errors.BadRequest, match="ENTITY_BOUNDS_INVALID"):
        await bot.client.invoke(guest_result(query.id, "text", entities=beyond))
    there = await bot.client.invoke(guest_result(query.id, "text"))
    with pytest.raises(errors.QueryIdInvalid):
        await bot.client.invoke(guest_result(query.id, "text"))
    for text, refusal in (("text", "MESSAGE_NOT_MODIFIED"), ("x" * 4097, "MESSAGE_TOO_LONG"), ("", "MESSAGE_EMPTY")):
        with pytest.raises(errors.BadRequest, match=refusal):
            await bot.client.invoke(raw.functions.messages.EditInlineBotMessage(id=there, message=text))
    await bot.client.invoke(raw.functions.messages.EditInlineBotMessage(id=there, message="another"))
    assert (await place.wait_answer(query)).texts == ["text", "another"]
    there.access_hash ^= 1
    with pytest.raises(errors.MessageIdInvalid):
        await bot.client.invoke(raw.functions.messages.EditInlineBotMessage(id=there, message="third"))


async def test_an_inline_question_is_answered_once_and_not_too_much(server: LoopbackTelegram, bot: Bot) -> None:
    question = await server.user(7).type_name("word")

    async def answer(query_id: int, results: list[Any], **about: Any) -> None:
        method = raw.functions.messages.SetInlineBotResults
        await bot.client.invoke(method(query_id=query_id, results=results, cache_time=0, private=True, **about))

    with pytest.raises(errors.QueryIdInvalid):
        await answer(1, [])
    await answer(question.query_id, [article("text")], next_offset="20")
    assert await question.wait_answer() == InlineAnswer(
        offers=[Offer("Text", "text")], next_offset="20", is_private=True, cache_time=0
    )
    with pytest.raises(errors.QueryIdInvalid):
        await answer(question.query_id, [])
    wrong_link = raw.types.InlineBotSwitchPM(text="hint", start_param="a b")
    for results, about in (
        ([article("text", number) for number in range(51)], {}),
        ([article("text"), article("text")], {}),
        ([article("x" * 4097)], {}),
        ([], {"switch_pm": wrong_link}),
        ([], {"next_offset": "x" * 65}),
    ):
        again = await server.user(7).type_name("word")
        with pytest.raises(errors.BadRequest):
            await answer(again.query_id, results, **about)
