"""An account that its owner has connected: voices in the chats they have chosen become text, for them or in their name.

The owner pays, exactly once, whatever is killed in between; whom they talk with sees the text at most.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.support.media import silent_opus
from tests.support.scene import ANSWER_TIMEOUT_SECONDS, SAMPLES, TEXTS, Scene, open_scene, thaw
from tests.support.service import Settings
from tests.support.telegram import Chat, ConnectedAccount, Message, User, voice

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

NOTE, OTHER = SAMPLES["seen_ru_18.ogg"], SAMPLES["seen_ru_00.ogg"]
SECONDS, OTHER_SECONDS = round(NOTE.seconds), round(OTHER.seconds)
CHARGED = [("reserve", -SECONDS - 1), ("settle", 1)]
GIVEN_BACK = [("reserve", -SECONDS - 1), ("refund", SECONDS + 1)]
SETTINGS: Settings = {"workers": {"count": 1, "max_deaths_per_recording": 100}}
IN_NAME: Settings = {**SETTINGS, "preferences": {"defaults": "business_answers=chat"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service whose texts are for owners alone, as they are by default."""
    async with open_scene(tmp_path_factory.mktemp("owner"), SETTINGS, with_coverage=True) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def in_name(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One that answers in the owners' names, where they have not chosen."""
    async with open_scene(tmp_path_factory.mktemp("chat"), IN_NAME, with_coverage=True) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Life:
    """Somebody with a connected account, and whom they talk with."""

    scene: Scene
    account: ConnectedAccount
    contact: User

    @property
    def owner(self) -> User:
        return self.account.owner

    @property
    def chat(self) -> Chat:
        return self.account.chat_with(self.contact)

    async def note(self, *, deliver: bool = True) -> Message:
        """The contact sends the owner a voice."""
        return await self.account.receive_voice(self.contact, NOTE.data, NOTE.seconds, deliver=deliver)

    async def note_in_work(self) -> tuple[Message, list[int]]:
        """The same, and the workers are frozen before they can recognise it."""
        frozen = await self.scene.freeze_workers()
        sent = await self.note()
        await self.scene.service.wait_event("job accepted", chat_id=self.contact.id, message_id=sent.id)
        return sent, frozen

    def said_in_chat(self) -> list[Message]:
        """What was said in the owner's name."""
        return [message for message in self.chat.visible if message.sender.is_bot]

    async def said(self, text: str) -> Message:
        """A text that is said in the owner's name, once it is."""

        def found() -> Message | None:
            return next((message for message in self.said_in_chat() if message.text == text), None)

        return await self.scene.telegram.wait_for(found, ANSWER_TIMEOUT_SECONDS, "the text in the chat")

    async def told(self, part: str) -> Message:
        """The bot's message to the owner that has this in it."""
        return await self.owner.wait_message(
            lambda message: part in message.text, timeout_seconds=ANSWER_TIMEOUT_SECONDS
        )

    def told_texts(self) -> list[str]:
        """What the bot has said to the owner, without what it said of the connection."""
        texts = [message.text for message in self.owner.chat.visible if message.sender.is_bot]
        return [text for text in texts if not text.startswith(("Ваш аккаунт", "Your account"))]

    async def assert_moved(self, movements: Sequence[tuple[str, int]]) -> None:
        """So the owner's seconds were moved, and nobody else's."""
        await self.scene.service.at_rest()
        found = [(line.kind, line.seconds + line.extra_seconds) for line in await self.scene.ledger(self.owner)]
        assert found == list(movements)
        assert await self.scene.ledger(self.contact) == []


async def connected(scene: Scene, *, reply: bool = True, dc: int | None = 4, language: str = "ru") -> Life:
    owner, contact = scene.person(language), scene.person()
    life = Life(scene, await scene.telegram.connect(owner, contact, reply=reply, dc=dc), contact)
    await life.told(" ")
    return life


async def sigkill(scene: Scene) -> None:
    """The service dies, and is started again."""
    await scene.service.kill()
    await scene.service.start()


# --- to the owner -----------------------------------------------------------------------------------------------------
async def test_by_default_the_text_is_for_the_owner_alone(scene: Scene) -> None:
    life = await connected(scene)
    await life.note()
    told = await life.told(NOTE.text)
    assert told.text == f"🎙 {life.contact.person.first_name}:\n{NOTE.text}"
    (named,) = told.entities
    assert (named.kind, named.extra) == ("MentionName", {"user_id": life.contact.id})
    assert life.said_in_chat() == []
    assert life.told_texts() == [told.text]
    await life.assert_moved(CHARGED)


async def test_what_is_in_work_when_the_service_is_killed_is_answered_once(scene: Scene) -> None:
    life = await connected(scene)
    await life.note_in_work()
    await sigkill(scene)
    await life.told(NOTE.text)
    await life.assert_moved(CHARGED)
    assert len(life.told_texts()) == 1


async def test_what_is_sent_while_the_service_is_away_is_answered(scene: Scene) -> None:
    life = await connected(scene)
    await scene.service.kill()
    await life.note(deliver=False)
    await scene.service.start()
    await life.told(NOTE.text)
    await life.assert_moved(CHARGED)


async def test_a_connection_from_before_the_bot_s_time_is_asked_for(scene: Scene) -> None:
    owner, contact = scene.person("en"), scene.person()
    life = Life(scene, await scene.telegram.connect(owner, contact, deliver=False), contact)
    await life.note()
    await life.told("Your account is connected")
    await life.told(NOTE.text)
    assert len(scene.telegram.calls_of("account.GetBotBusinessConnection")) == 1
    await life.assert_moved(CHARGED)


async def test_neither_own_voices_nor_bots_nor_the_chat_with_the_bot_are_answered(scene: Scene) -> None:
    life = await connected(scene)
    robot = scene.person()
    robot.person.is_bot = True
    bot = scene.telegram.user(scene.telegram.world.bot.id)
    stranger = scene.person()
    await life.account.choose(life.contact, robot, bot)
    await life.account.send_voice(life.contact, NOTE.data, NOTE.seconds)
    for other in (robot, bot, stranger):
        await life.account.receive_voice(other, NOTE.data, NOTE.seconds)
    await life.account.receive_text(life.contact, "/start")
    await life.note()
    await life.told(NOTE.text)
    await life.assert_moved(CHARGED)
    assert len(life.told_texts()) == 1
    assert life.said_in_chat() == []


async def test_seconds_that_are_lacking_are_told_once_a_day_and_to_the_owner_alone(scene: Scene) -> None:
    life = await connected(scene)
    await scene.set_quota(life.owner, 0)
    await life.note()
    told = await life.told("не хватает секунд")
    assert life.contact.person.first_name in told.text
    await life.note()
    await scene.service.wait_event("recording refused", times=2, chat_id=life.contact.id)
    await sigkill(scene)
    await life.note()
    await scene.service.wait_event("recording refused", times=3, chat_id=life.contact.id)
    await life.assert_moved([])
    assert life.told_texts() == [told.text]
    assert life.said_in_chat() == []


async def test_a_voice_without_speech_is_told_to_its_reader(scene: Scene) -> None:
    life = await connected(scene)
    await life.account.receive_voice(life.contact, silent_opus(3), 3)
    await life.told("речи в нём не слышно")
    await life.assert_moved([("reserve", -4), ("refund", 4)])


# --- in the owner's name ----------------------------------------------------------------------------------------------
async def test_in_the_owner_s_name_the_text_replies_to_the_voice_and_nothing_else_is_said(in_name: Scene) -> None:
    life = await connected(in_name)
    sent = await life.note()
    said = await life.said(NOTE.text)
    assert (said.reply_to, said.texts) == (sent.id, [NOTE.text])
    await life.assert_moved(CHARGED)
    assert life.said_in_chat() == [said]
    assert life.told_texts() == []
    assert {call.dc for call in in_name.telegram.calls_of("InvokeWithBusinessConnection")} == {4}


async def test_the_button_under_the_confirmation_leads_to_where_the_text_goes(scene: Scene) -> None:
    life = await connected(scene)
    confirmation = await life.told("Ваш аккаунт подключён")
    await life.owner.press(confirmation, "Где показывать текст")
    in_chat = TEXTS.get("ru", "preference-business_answers-chat")

    def button() -> str | None:
        return next((each.text for each in confirmation.buttons if in_chat in each.text), None)

    chosen = await scene.telegram.wait_for(button, ANSWER_TIMEOUT_SECONDS, "the preference")
    await (await life.owner.press(confirmation, chosen)).wait_answer()
    await life.note()
    await life.said(NOTE.text)
    await life.assert_moved(CHARGED)
    assert life.told_texts() == [] or NOTE.text not in "".join(life.told_texts())


async def test_own_voices_are_answered_where_their_owner_wants_it(scene: Scene) -> None:
    life = await connected(scene, language="en")
    asked = await life.owner.send_text("/settings business_voices all")
    await life.owner.wait_reply(asked)
    await life.account.send_voice(life.contact, NOTE.data, NOTE.seconds)
    told = await life.told(NOTE.text)
    assert told.text.startswith(f"🎙 You → {life.contact.person.first_name}:")
    await life.assert_moved(CHARGED)


async def test_without_the_right_to_reply_the_text_is_for_the_owner(in_name: Scene) -> None:
    life = await connected(in_name, reply=False)
    assert (await life.told("не разрешает")).buttons[0].data == b"settings:show:business_answers"
    await life.note()
    await life.told(NOTE.text)
    # It is given, and taken away without the bot's knowing.
    await life.account.set_rights(reply=True)
    await life.told("прямо в том чате")
    await life.note()
    await life.said(NOTE.text)
    life.account.connection.can_reply = False
    await life.note()
    await life.assert_moved(CHARGED * 3)
    assert len(life.told_texts()) == 2
    assert len(life.said_in_chat()) == 1


async def test_killed_between_two_lives_the_text_is_said_once(in_name: Scene) -> None:
    life = await connected(in_name)
    _, frozen = await life.note_in_work()
    in_name.telegram.faults.hook(
        "InvokeWithBusinessConnection", lambda: in_name.service.send_signal(signal.SIGKILL), performed=True
    )
    thaw(frozen)
    await in_name.service.wait_exit()
    await in_name.service.start()
    await life.assert_moved(CHARGED)
    assert [message.text for message in life.said_in_chat()] == [NOTE.text]
    assert life.told_texts() == []


async def test_a_chat_that_is_paused_meanwhile_stays_without_a_text(in_name: Scene) -> None:
    life = await connected(in_name)
    _, frozen = await life.note_in_work()
    life.account.pause(life.contact)
    thaw(frozen)
    await life.assert_moved([*CHARGED, ("refund", SECONDS)])
    life.account.resume(life.contact)
    await life.note()
    said = await life.said(NOTE.text)
    assert life.said_in_chat() == [said]
    assert life.told_texts() == []


async def test_refusals_and_failures_are_never_said_in_the_owner_s_name(in_name: Scene) -> None:
    life = await connected(in_name)
    await life.account.receive_voice(life.contact, silent_opus(3), 3)
    await life.assert_moved([("reserve", -4), ("refund", 4)])
    await in_name.set_quota(life.owner, 0)
    await life.note()
    await life.told("не хватает секунд")
    assert life.said_in_chat() == []
    assert len(life.told_texts()) == 1


# --- what is taken back -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_killed", [False, True], ids=["heard", "killed"])
async def test_what_is_deleted_before_its_answer_gets_none(scene: Scene, is_killed: bool) -> None:
    life = await connected(scene)
    sent, frozen = await life.note_in_work()
    if is_killed:
        await scene.service.kill()
    await life.account.delete(sent, deliver=not is_killed)
    if is_killed:
        await scene.service.start()
    thaw(frozen)
    await life.assert_moved(GIVEN_BACK)
    assert life.told_texts() == []


@pytest.mark.parametrize("is_killed", [False, True], ids=["heard", "killed"])
async def test_what_is_in_work_when_the_account_is_disconnected_gets_no_answer(in_name: Scene, is_killed: bool) -> None:
    life = await connected(in_name)
    _, frozen = await life.note_in_work()
    if is_killed:
        await in_name.service.kill()
    await life.account.disconnect()
    if is_killed:
        await in_name.service.start()
    await life.told("Ваш аккаунт отключён")
    thaw(frozen)
    await life.assert_moved(GIVEN_BACK)
    assert life.said_in_chat() == []
    assert life.told_texts() == []


async def test_an_edit_counts_only_where_it_changes_the_file(scene: Scene) -> None:
    life = await connected(scene)
    sent = await life.note()
    await life.told(NOTE.text)
    await life.account.edit(sent, text="a caption")
    await life.account.edit(sent, document=voice(OTHER.data, OTHER.seconds))
    await life.told(OTHER.text)
    await life.account.edit(sent, text="another caption")
    await life.note()
    moved = [*CHARGED, ("reserve", -OTHER_SECONDS - 1), ("settle", 1), *CHARGED]
    await life.assert_moved(moved)
    assert [text.partition("\n")[2] for text in life.told_texts()] == [NOTE.text, OTHER.text, NOTE.text]


async def test_an_edit_takes_the_place_of_what_is_in_work(scene: Scene) -> None:
    life = await connected(scene)
    sent, frozen = await life.note_in_work()
    await life.account.edit(sent, document=voice(OTHER.data, OTHER.seconds))
    thaw(frozen)
    await life.told(OTHER.text)
    await life.scene.service.at_rest()
    moved = [(line.kind, line.seconds) for line in await scene.ledger(life.owner)]
    assert sorted(moved) == sorted([*GIVEN_BACK, ("reserve", -OTHER_SECONDS - 1), ("settle", 1)])
    assert len(life.told_texts()) == 1


# --- the connection itself --------------------------------------------------------------------------------------------
async def test_the_owner_is_told_once_of_each_change(scene: Scene) -> None:
    life = await connected(scene)
    await life.account.choose(life.contact, scene.person())
    await sigkill(scene)
    await life.account.disconnect()
    await life.told("Ваш аккаунт отключён")
    await life.account.enable()

    def texts() -> list[str] | None:
        found = [message.text for message in life.owner.chat.visible if message.sender.is_bot]
        return found if len(found) >= 3 else None

    on = TEXTS.get("ru", "business-connected", place="owner", can_reply=1)
    found = await scene.telegram.wait_for(texts, ANSWER_TIMEOUT_SECONDS, "the owner to be told")
    assert found == [on, TEXTS.get("ru", "business-disconnected"), on]


async def test_who_is_forgotten_is_connected_to_nobody(scene: Scene) -> None:
    life = await connected(scene)
    await life.note()
    await life.told(NOTE.text)
    await life.scene.service.at_rest()
    asked = await life.owner.send_text("/forget да")
    await life.owner.wait_reply(asked)
    await life.assert_moved([])
    # Telegram's connection is the owner's to end; until then a new voice makes them known again.
    await asyncio.sleep(1.1)  # Telegram tells whole seconds
    asked_before = len(scene.telegram.calls_of("account.GetBotBusinessConnection"))
    await life.note()
    await scene.telegram.wait_call("account.GetBotBusinessConnection", asked_before + 1, ANSWER_TIMEOUT_SECONDS)

    def is_told_again() -> bool:
        return sum(NOTE.text in text for text in life.told_texts()) == 2

    await scene.telegram.wait_for(is_told_again, ANSWER_TIMEOUT_SECONDS, "the second text")
    await life.assert_moved(CHARGED)
