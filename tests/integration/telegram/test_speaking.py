"""What the bot says, as people see it: buttons, documents, each once; and what they press, as the bot hears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.inbox_books import InboxBooks
from tests.support.telegram import Button as SeenButton
from tests.support.telegram import LoopbackTelegram, MediaKind, Message, Repetition, RpcError, User, server_error
from tests.support.waiting import until
from voicepipe.config import Config, TelegramConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Button, Document, Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import Entity, Look
from voicepipe.domain.messages import Press
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Event, Events
from voicepipe.telegram.chat.messenger import Messenger
from voicepipe.telegram.intake.intake import Desk, Intake
from voicepipe.telegram.intake.positions import Positions
from voicepipe.telegram.session.rpc import Rpc
from voicepipe.telegram.session.sign_in import sign_in

ROWS = ((Button("Русский", "language ru"), Button("English", "language en")), (Button("×", "close"),))
CONTENT = bytes(range(256)) * 5000
"""More than two parts of an upload."""
FILE = Document(name="текст.txt", mime_type="text/plain", content=CONTENT)


@dataclass(frozen=True, slots=True)
class Talk:
    """A bot that is signed in, and somebody who writes to it."""

    telegram: LoopbackTelegram
    messenger: Messenger
    books: InboxBooks
    pressed: list[Press]
    events: list[Event]
    anna: User

    def seen(self) -> list[Message]:
        """The bot's messages in the private chat."""
        return [message for message in self.anna.chat.visible if message.sender.is_bot]


@asynccontextmanager
async def talk(directory: Path) -> AsyncIterator[Talk]:
    async with LoopbackTelegram() as telegram:
        config = Config(
            telegram=TelegramConfig(
                api_id=1,
                api_hash=cast(Any, "0" * 32),
                bot_token=cast(Any, telegram.bot_token),
                server=telegram.address_setting,
                server_key=telegram.public_key_pem,
            )
        )
        live, events, books = LiveConfig(config), Events(), InboxBooks()
        happened: list[Event] = []
        events.subscribe(happened.append)
        positions = Positions([])
        intake = Intake(cast(Any, books), positions=positions, live=live, events=events)
        client = await sign_in(config.telegram, directory, intake.ingest)
        messenger = Messenger(client, Rpc(client, live, events, on_answer=positions.follow), live, events)
        pressed: list[Press] = []

        async def act(press: Press) -> None:
            pressed.append(press)
            await messenger.acknowledge(press.query_id, f"pressed {press.data}")

        async def ignore(_: object) -> None:
            pass

        intake.open(
            Desk(
                admit=ignore,
                respond=ignore,
                press=act,
                withdraw=lambda deletion: None,
                stop_draft=ignore,
                answer=ignore,
                follow=ignore,
                greet=ignore,
                check_out=ignore,
                take_payment=ignore,
                note_renewal=ignore,
                wants=lambda item: True,
                parts_of=lambda recording: (recording,),
                accounts=cast(Any, None),
            )
        )
        try:
            yield Talk(telegram, messenger, books, pressed, happened, telegram.user(7))
        finally:
            await intake.stop()
            await client.disconnect_all()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talk(tmp_path) as opened:
        yield opened


async def asked(scene: Talk) -> JobKey:
    return JobKey(7, (await scene.anna.send_text("/settings")).id)


async def test_buttons_stand_in_their_rows(scene: Talk) -> None:
    await scene.messenger.say(await asked(scene), "settings", Reply("Which language?", ROWS))
    (shown,) = scene.seen()
    assert shown.text == "Which language?"
    assert [[button.text for button in row] for row in shown.keyboard] == [["Русский", "English"], ["×"]]
    assert shown.buttons[0] == SeenButton("Русский", data=b"language ru")


async def test_a_press_is_heard_and_acknowledged(scene: Talk) -> None:
    await scene.messenger.say(await asked(scene), "settings", Reply("Which language?", ROWS))
    (shown,) = scene.seen()
    press = await scene.anna.press(shown, "English")
    assert (await press.wait_answer(10)).text == "pressed language en"
    (heard,) = scene.pressed
    assert (heard.key, heard.person.user_id) == (JobKey(7, shown.id), 7)
    await until(lambda: heard.query_id in scene.books.finished, 5)


async def test_copies_of_a_press_are_one(scene: Talk) -> None:
    await scene.messenger.say(await asked(scene), "settings", Reply("Which language?", ROWS))
    scene.telegram.faults.push_copies = 3
    await (await scene.anna.press(scene.seen()[0], "×")).wait_answer(10)
    await asyncio.sleep(0.2)
    assert len(scene.pressed) == 1


async def test_a_press_acknowledged_too_late_harms_nobody(scene: Talk) -> None:
    await scene.messenger.acknowledge(1, "who?")
    assert scene.events == [BackgroundError("acknowledge", "QUERY_ID_INVALID")]


async def test_a_document_arrives_as_it_is_with_its_caption_and_buttons(scene: Talk) -> None:
    await scene.messenger.say(await asked(scene), "export", Reply("Here it is", ROWS, FILE))
    (shown,) = scene.seen()
    assert shown.document is not None
    assert (shown.document.kind, shown.document.file_name, shown.document.mime_type) == (
        MediaKind.DOCUMENT,
        FILE.name,
        FILE.mime_type,
    )
    assert shown.document.data == CONTENT
    assert shown.text == "Here it is"
    assert len(shown.buttons) == 3


async def test_a_text_too_long_for_a_caption_goes_before_the_document(scene: Talk) -> None:
    text = "слово " * 400
    await scene.messenger.say(await asked(scene), "export", Reply(text, ROWS, FILE))
    before, last = scene.seen()
    assert "".join((before.text).split()) == "".join(text.split())
    assert (before.buttons, last.text, len(last.buttons)) == ([], "", 3)
    assert last.document is not None


@pytest.mark.parametrize("reply", [Reply("hello", ROWS), Reply("hello", ROWS, FILE), Reply("слово " * 900, (), FILE)])
async def test_what_is_said_again_is_there_once(scene: Talk, reply: Reply) -> None:
    key = await asked(scene)
    await scene.messenger.say(key, "reply", reply)
    said = scene.seen()
    await scene.messenger.say(key, "reply", reply)
    assert scene.seen() == said
    await scene.messenger.say(key, "another", reply)
    assert len(scene.seen()) == 2 * len(said)


async def test_a_document_whose_answer_is_lost_is_there_once(scene: Talk) -> None:
    scene.telegram.faults.silence("messages.SendMedia", performed=True, drop=True)
    await scene.messenger.say(await asked(scene), "export", Reply("", (), FILE))
    assert len(scene.seen()) == 1


async def test_what_cannot_be_said_is_told(scene: Talk) -> None:
    scene.telegram.faults.answer("messages.SendMedia", RpcError(403, "CHAT_SEND_DOCS_FORBIDDEN"))
    with pytest.raises(Undeliverable):
        await scene.messenger.say(await asked(scene), "export", Reply("", (), FILE))


# --- answers that Telegram refuses ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["MSG_ID_INVALID", "REPLY_TO_MONOFORUM_PEER_INVALID", "REPLY_TO_SOMETHING_NEW"])
async def test_an_answer_whose_reply_is_refused_is_sent_without(scene: Talk, name: str) -> None:
    key = await asked(scene)
    scene.telegram.faults.answer("messages.SendMessage", RpcError(400, name))
    await scene.messenger.put_answer(key, None, [Reply("хорошо два шесть")])
    (shown,) = scene.seen()
    assert (shown.text, shown.reply_to) == ("хорошо два шесть", None)
    assert scene.events == []


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        *[("MSG_ID_INVALID", 2), ("REPLY_TO_MONOFORUM_PEER_INVALID", 2)],
        *[("SEND_AS_PEER_INVALID", 1), ("MESSAGE_EMPTY", 1), ("PEER_ID_INVALID", 1)],
    ],
)
async def test_an_answer_that_is_always_refused_is_given_up_at_once(scene: Talk, name: str, calls: int) -> None:
    key = await asked(scene)
    scene.telegram.faults.answer("messages.SendMessage", RpcError(400, name), times=None)
    async with asyncio.timeout(5):
        with pytest.raises(Undeliverable) as given_up:
            await scene.messenger.put_answer(key, None, [Reply("хорошо два шесть")])
    assert given_up.value.cause == name
    assert len(scene.telegram.calls_of("messages.SendMessage")) == calls


async def test_an_answer_that_is_refused_in_its_midst_is_begun(scene: Talk) -> None:
    key, faults = await asked(scene), scene.telegram.faults
    status = await scene.messenger.announce(key, Reply("⏳"))
    faults.answer("messages.SendMessage", RpcError(403, "CHAT_WRITE_FORBIDDEN"), times=None)
    with pytest.raises(Undeliverable) as begun:
        await scene.messenger.put_answer(key, status, [Reply("слово " * 1500)])
    faults.answer("messages.EditMessage", RpcError(403, "CHAT_WRITE_FORBIDDEN"))
    with pytest.raises(Undeliverable) as refused:
        await scene.messenger.put_answer(key, status, [Reply("слово " * 1500)])
    assert (begun.value.is_begun, refused.value.is_begun) == (True, False)


@pytest.mark.parametrize("repetition", Repetition)
async def test_a_message_that_is_there_is_known_however_a_server_says_so(scene: Talk, repetition: Repetition) -> None:
    key = await asked(scene)
    scene.telegram.faults.repetition = repetition
    scene.telegram.faults.silence("messages.SendMessage", performed=True, drop=True)
    status = await scene.messenger.announce(key, Reply("⏳"))
    assert [message.id for message in scene.seen()] == [status]
    await scene.messenger.put_answer(key, status, [Reply("слово " * 1500)])
    async with asyncio.timeout(20):  # as after a crash
        await scene.messenger.put_answer(key, status, [Reply("слово " * 1500)])
    assert len(scene.seen()) == 3


async def test_the_same_text_said_to_somebody_else_is_another_message(scene: Talk) -> None:
    ben = scene.telegram.user(8)
    key, other = await asked(scene), JobKey(8, (await ben.send_text("/settings")).id)
    await scene.messenger.say(other, "reply", Reply("hello"))
    scene.telegram.faults.answer("messages.SendMessage", server_error(), times=4)
    await scene.messenger.say(key, "reply", Reply("hello"))
    assert [message.text for message in scene.seen()] == ["hello"]


# --- answers in several messages ------------------------------------------------------------------------------------
TALE = " ".join(f"<b>Кот</b> сказал: *мяу* 🐈‍⬛ {number}. שלום!" for number in range(300))
"""Looks like markup, and is long, wide and from right to left."""
FOLDED = Entity(Look.FOLDED, 30, len(TALE) - 31)


async def test_an_answer_is_there_once_with_its_markup_its_buttons_and_its_document(scene: Talk) -> None:
    key = await asked(scene)
    status = await scene.messenger.announce(key, Reply("⏳"))
    answer = [Reply(TALE, ROWS, entities=(FOLDED,)), Reply("", (), FILE)]
    places = await scene.messenger.put_answer(key, status, answer)
    again = await scene.messenger.put_answer(key, status, answer)  # as after a crash
    *texts, document = scene.seen()
    assert places == again == [JobKey(7, message.id) for message in (*texts, document)]
    assert texts[0].id == status
    assert "".join("".join(message.text for message in texts).split()) == "".join(TALE.split())
    assert [len(message.buttons) for message in texts] == [*[0] * (len(texts) - 1), 3]
    assert document.document is not None
    assert document.document.data == CONTENT
    for message in texts:
        (quote,) = message.entities
        assert (quote.kind, quote.extra["collapsed"]) == ("Blockquote", True)
    assert (texts[0].entities[0].offset, texts[-1].entities[0].offset) == (31, 0)  # the cat takes two units


@pytest.mark.parametrize("has_status", [True, False])
async def test_a_long_answer_is_one_rich_message_where_telegram_takes_them(scene: Talk, has_status: bool) -> None:
    key = await asked(scene)
    scene.telegram.faults.takes_rich = True
    status = await scene.messenger.announce(key, Reply("⏳")) if has_status else None
    doubt = Entity(Look.UNDERLINE, 3, 3)
    answer = [Reply(TALE, ROWS, entities=(doubt, FOLDED))]
    places = await scene.messenger.put_answer(key, status, answer)
    assert await scene.messenger.put_answer(key, status, answer) == places  # as after a crash
    (shown,) = scene.seen()
    assert places == [JobKey(7, shown.id)]
    assert ("".join(shown.text.split()), len(shown.buttons)) == ("".join(TALE.split()), 3)
    assert shown.rich is not None
    paragraph, quote, *_ = shown.rich.blocks
    assert (paragraph.text.texts[1].text.text, quote.collapsed, bool(shown.rich.rtl)) == ("Кот", True, False)


async def test_a_server_that_takes_no_rich_message_gets_plain_ones_and_is_not_asked_again(scene: Talk) -> None:
    key, other = await asked(scene), await asked(scene)
    status = await scene.messenger.announce(key, Reply("⏳"))
    await scene.messenger.put_answer(key, status, [Reply(TALE, ROWS)])
    assert "".join("".join(message.text for message in scene.seen()).split()) == "".join(TALE.split())
    assert scene.events == [BackgroundError("rich message", "RICH_MESSAGE_UNSUPPORTED")]
    await scene.messenger.put_answer(other, None, [Reply(TALE, ROWS)])
    assert len(scene.events) == 1


async def test_markup_of_a_message_is_changed_with_its_text(scene: Talk) -> None:
    key = await asked(scene)
    await scene.messenger.say(key, "reply", Reply("кот", entities=(Entity(Look.BOLD, 0, 3),)))
    (said,) = scene.seen()
    place = JobKey(7, said.id)
    await scene.messenger.change(place, Reply(TALE, entities=(FOLDED,)))
    assert [(each.kind, each.offset) for each in said.entities] == [("Blockquote", 31)]
    await scene.messenger.change(place, Reply("кот"))
    assert said.entities == ()
