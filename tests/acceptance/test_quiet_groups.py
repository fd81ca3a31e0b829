"""What a group sees of the bot besides the texts: reactions, statuses, silence; and what only who asked sees."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial

import pytest

from tests.support.scene import SAMPLES, TEXTS, Scene, send, thaw
from tests.support.telegram import Chat, Message, RpcError, User

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, SILENCE, LONG = SAMPLES["seen_ru_18.ogg"], SAMPLES["silence_8.ogg"], SAMPLES["long_ru_1.ogg"]
SHORT_SECONDS = round(SHORT.seconds)
BOT_ID = 1001
COMMAND = "/transcribe@loopback_bot"
WAIT_SECONDS = 60.0
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "quota": {"daily_seconds": 600},
    "telegram": {"request_timeout_seconds": 1.5},
}
WORKING, REFUSED = "👀", "🤷"


# --- what all have --------------------------------------------------------------------------------------------------
def of_bot(chat: Chat) -> list[Message]:
    return [message for message in chat.visible if message.sender.is_bot]


def sign_under(message: Message) -> str:
    return message.reactions.get(BOT_ID, "")


def has_sign(message: Message, sign: str) -> bool:
    return sign_under(message) == sign


async def until(scene: Scene, condition: Callable[[], object], what: str) -> None:
    await scene.telegram.wait_for(lambda: condition() or None, WAIT_SECONDS, what)


async def send_to_work(scene: Scene, anna: User, chat: Chat) -> tuple[Message, list[int]]:
    """A recording that a worker has, and does not get done before it is thawed."""
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=chat)
    await scene.busy_worker()
    return sent, frozen


async def wordless(scene: Scene, *sent: Message) -> None:
    """They get no words, but a sign."""
    for message in sent:
        scene.unanswered.append(message)
        await until(scene, partial(has_sign, message, REFUSED), "the sign that there is no text")
        assert [each for each in message.chat.replies_to(message) if each.sender.is_bot] == []


# --- signs ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_reaction_says_that_it_is_at_work_and_the_text_notifies_nobody(scene: Scene, kind: str) -> None:
    anna = scene.person()
    group = getattr(scene, kind)(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    await until(scene, lambda: sign_under(sent) == WORKING, "the sign that it is at work")
    assert of_bot(group) == []
    thaw(frozen)
    answer = await scene.answer_to(sent)
    await scene.service.at_rest()
    assert (answer.texts, answer.is_silent, sign_under(sent)) == ([SHORT.text], True, "")


async def test_a_status_comes_where_the_text_takes_its_time(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    status = await anna.wait_reply(sent)
    assert status.text.startswith("⏳")
    assert status.at - sent.at > 3
    assert status.buttons
    thaw(frozen)
    assert (await scene.answer_to(sent)).id == status.id
    assert status.is_silent


async def test_a_group_may_want_no_status_at_all(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    await scene.choose(anna, group, "group_style", "reaction")
    before = of_bot(group)
    sent, frozen = await send_to_work(scene, anna, group)
    await asyncio.sleep(5)
    assert of_bot(group) == before
    thaw(frozen)
    assert (await scene.answer_to(sent)).texts == [SHORT.text]


async def test_in_private_there_is_no_reaction(scene: Scene) -> None:
    anna = scene.person()
    sent = await send(anna, SHORT)
    answer = await scene.answer_to(sent)
    assert (sent.reactions, answer.is_silent) == ({}, False)


@pytest.mark.parametrize(
    ("allowed", "sign"), [(("🔥", "✍", "🤷"), "✍"), (("🔥",), ""), ((), "")], ids=["another", "none of ours", "none"]
)
async def test_only_allowed_reactions_are_set(scene: Scene, allowed: tuple[str, ...], sign: str) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    group.allowed_reactions = allowed
    sent, frozen = await send_to_work(scene, anna, group)
    if sign:
        await until(scene, lambda: sign_under(sent) == sign, "the sign")
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text
    await scene.service.at_rest()
    assert sign_under(sent) == ""
    quiet = await send(anna, SILENCE, chat=group)
    scene.unanswered.append(quiet)
    await scene.service.at_rest()
    await scene.service.wait_event("job delivered", chat_id=group.id, message_id=quiet.id)
    assert sign_under(quiet) == ("🤷" if sign else "")


async def test_a_reaction_that_is_refused_holds_nobody_up(scene: Scene) -> None:
    anna = scene.person()
    for fault in (RpcError(400, "REACTION_INVALID"), RpcError(403, "ANONYMOUS_REACTIONS_DISABLED")):
        scene.telegram.faults.answer("messages.SendReaction", fault, times=None)
        assert await scene.text_for(await send(anna, SHORT, chat=scene.supergroup(anna))) == SHORT.text
    scene.telegram.faults.clear()


async def test_there_are_no_words_for_what_has_no_text(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    silent = await send(anna, SILENCE, chat=group)
    too_long = await anna.send_voice(SHORT.data, 100_000, chat=group)
    await wordless(scene, silent, too_long)
    await scene.set_quota(anna, 0)
    await wordless(scene, *[await send(anna, SHORT, chat=group) for _ in range(3)])
    await scene.service.at_rest()
    assert of_bot(group) == []
    await scene.assert_nothing_charged(anna)


async def test_who_asks_is_told_in_words(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    silent = await send(anna, SILENCE, chat=group)
    await wordless(scene, silent)
    scene.unanswered.remove(silent)
    await anna.send_text(COMMAND, chat=group, reply_to=silent)
    answer = await scene.answer_to(silent)
    assert answer.text == TEXTS.get("ru", "failed-no-speech")
    await scene.service.at_rest()


async def test_nothing_is_recognised_where_the_bot_may_not_write(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    group.bot_may_write = False
    before = len(scene.telegram.calls_of("upload.GetFile"))
    scene.unanswered.append(await send(anna, SHORT, chat=group))
    await scene.service.wait_event("job concluded", chat_id=group.id, outcome="unwritable")
    await scene.service.at_rest()
    assert len(scene.telegram.calls_of("upload.GetFile")) == before
    await scene.assert_nothing_charged(anna)


async def test_a_group_that_moves_before_anything_is_said_gets_the_text(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    place = await anna.migrate(group, scene.supergroup().id - 500)
    scene.unanswered.append(sent)
    thaw(frozen)
    answer = await anna.wait_message(lambda message: message.text == SHORT.text, chat=place)
    assert answer.chat is place
    await scene.service.at_rest()


async def test_what_is_cancelled_leaves_no_sign(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    status = await anna.wait_reply(sent)
    await anna.press(status, TEXTS.get("ru", "cancel-button"))
    scene.unanswered.append(sent)
    await until(scene, lambda: status.is_deleted, "that the status is gone")
    thaw(frozen)
    await scene.service.at_rest()
    assert sign_under(sent) == ""


@pytest.mark.parametrize("method", ["messages.SetTyping", "messages.SendReaction", "messages.SendMessage"])
async def test_one_text_and_no_sign_come_of_it_whatever_is_killed(scene: Scene, method: str) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    scene.telegram.faults.hook(method, partial(scene.service.send_signal, signal.SIGKILL), performed=True)
    sent = await send(anna, SHORT, chat=group)
    assert await scene.service.wait_exit() == -signal.SIGKILL
    await scene.service.start()
    assert await scene.text_for(sent) == SHORT.text
    await scene.service.at_rest()
    assert [message.text for message in of_bot(group)] == [SHORT.text]
    assert sign_under(sent) == ""
    assert (await scene.account(anna)).used_today_seconds == SHORT_SECONDS


# --- for nobody but who asked ---------------------------------------------------------------------------------------
async def discreet(scene: Scene, *members: User, is_administrator: bool = True) -> Chat:
    """A group whose texts are for who asks."""
    group = scene.supergroup(*members)
    await scene.choose(members[0], group, "group_visibility", "asker")
    if is_administrator:
        group.administrators.add(BOT_ID)
    return group


async def spoken(scene: Scene, user: User, chat: Chat) -> Message:
    sent = await send(user, SHORT, chat=chat)
    scene.unanswered.append(sent)
    return sent


def whispers_to(group: Chat, user: User) -> list[str]:
    """What somebody sees now that nobody else does."""
    return [each.text for each in group.ephemerals if each.receiver is user.person and not each.is_deleted]


def has_been_told(group: Chat, user: User) -> bool:
    return whispers_to(group, user) == [SHORT.text]


async def test_a_text_is_seen_by_who_asked_alone(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await discreet(scene, anna, ben)
    before = of_bot(group)
    old = await spoken(scene, anna, group)
    frozen = await scene.freeze_workers()
    await ben.send_text(COMMAND, chat=group, reply_to=old)
    await until(scene, lambda: whispers_to(group, ben), "the placeholder")
    assert whispers_to(group, ben)[0].startswith("⏳")
    thaw(frozen)
    await until(scene, lambda: whispers_to(group, ben) == [SHORT.text], "the text")
    await scene.service.at_rest()
    assert (of_bot(group), whispers_to(group, anna), old.reactions) == (before, [], {})
    assert (await scene.account(ben)).used_today_seconds == SHORT_SECONDS
    await scene.assert_nothing_charged(anna)


async def test_each_who_asks_gets_the_text(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await discreet(scene, anna, ben)
    old = await spoken(scene, anna, group)
    for user in (anna, ben):
        await user.send_text(COMMAND, chat=group, reply_to=old)
        await until(scene, partial(has_been_told, group, user), "the text")
    await scene.service.at_rest()


async def test_a_bot_that_is_no_administrator_answers_a_whisper(scene: Scene) -> None:
    """The command is sent so that nobody else sees it, which the menu brings about."""
    anna = scene.person()
    group = await discreet(scene, anna, is_administrator=False)
    assert await scene.text_for(await anna.send_text("/start")) != ""
    old = await spoken(scene, anna, group)
    await anna.send_text(COMMAND, chat=group, reply_to=old)
    told = await anna.wait_message(lambda message: message.text == SHORT.text)
    assert told.chat is anna.chat
    await scene.service.at_rest()
    before = of_bot(group)
    await anna.whisper(COMMAND, group, await spoken(scene, anna, group))
    await until(scene, lambda: whispers_to(group, anna) == [SHORT.text], "the text")
    await scene.service.at_rest()
    assert of_bot(group) == before
    await anna.whisper(COMMAND, group)
    await until(scene, lambda: TEXTS.get("ru", "transcribe-nothing") in whispers_to(group, anna), "the hint")


async def test_who_can_be_told_nowhere_pays_nothing(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await discreet(scene, anna, ben, is_administrator=False)
    old = await spoken(scene, anna, group)
    await ben.send_text(COMMAND, chat=group, reply_to=old)  # who has never written to the bot
    await scene.service.wait_event("job concluded", chat_id=group.id, outcome="unwritable")
    await scene.service.at_rest()
    await scene.assert_nothing_charged(ben)


async def test_a_caption_asks_in_such_a_group_too(scene: Scene) -> None:
    anna = scene.person()
    group = await discreet(scene, anna)
    sent = await send(anna, SHORT, chat=group, caption=COMMAND)
    scene.unanswered.append(sent)
    await until(scene, lambda: whispers_to(group, anna) == [SHORT.text], "the text")
    await scene.service.at_rest()


async def test_what_is_protected_is_told_in_private_as_such(scene: Scene) -> None:
    anna = scene.person()
    group = await discreet(scene, anna, is_administrator=False)
    group.is_protected = True
    await scene.text_for(await anna.send_text("/start"))
    await anna.send_text(COMMAND, chat=group, reply_to=await spoken(scene, anna, group))
    told = await anna.wait_message(lambda message: message.text == SHORT.text)
    assert told.is_protected
    await scene.service.at_rest()


@pytest.mark.parametrize("method", ["ephemeral.SendMessage", "ephemeral.EditMessage"])
async def test_who_asked_has_the_text_whatever_is_killed(scene: Scene, method: str) -> None:
    anna = scene.person()
    group = await discreet(scene, anna)
    old = await spoken(scene, anna, group)
    scene.telegram.faults.hook(method, partial(scene.service.send_signal, signal.SIGKILL), performed=True)
    await anna.send_text(COMMAND, chat=group, reply_to=old)
    assert await scene.service.wait_exit() == -signal.SIGKILL
    await scene.service.start()
    await until(scene, lambda: SHORT.text in whispers_to(group, anna), "the text")
    await scene.service.at_rest()
    assert whispers_to(group, anna).count(SHORT.text) == 1
    assert (await scene.account(anna)).used_today_seconds == SHORT_SECONDS


# --- privacy mode ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_who_adds_a_bot_that_hears_nothing_is_told_so(scene: Scene, kind: str) -> None:
    anna, ben, bot = scene.person(), scene.person("en"), scene.telegram.world.bot
    bot.sees_all = False
    try:
        await scene.text_for(await anna.send_text("/start"))
        group = getattr(scene, kind)(anna, ben)
        await anna.add_bot(group)
        told = await anna.wait_message(
            lambda message: message.text == TEXTS.get("ru", "privacy-mode", bot="@loopback_bot")
        )
        assert (told.chat, of_bot(group)) == (anna.chat, [])
        arrival = await ben.add_bot(group)  # who has never written to the bot
        reply = await ben.wait_reply(arrival)
        assert (reply.text, reply.is_silent) == (TEXTS.get("en", "privacy-mode", bot="@loopback_bot"), True)
    finally:
        bot.sees_all = True
    await scene.service.at_rest()


async def test_where_nothing_is_hidden_nothing_is_said(scene: Scene) -> None:
    anna, bot = scene.person(), scene.telegram.world.bot
    group, administered = scene.supergroup(anna), scene.supergroup(anna)
    asked = len(scene.telegram.calls_of("users.GetUsers"))
    await anna.add_bot(group)
    await scene.telegram.wait_call("users.GetUsers", asked + 1)
    await scene.service.at_rest()
    administered.administrators.add(BOT_ID)
    bot.sees_all = False
    try:
        await anna.add_bot(administered)
        assert await scene.text_for(await send(anna, SHORT, chat=administered)) == SHORT.text
        await scene.service.at_rest()
    finally:
        bot.sees_all = True
    assert of_bot(group) == []
    assert len(of_bot(administered)) == 1


async def test_an_arrival_is_told_of_once_whatever_is_killed(scene: Scene) -> None:
    anna, bot = scene.person(), scene.telegram.world.bot
    bot.sees_all = False
    try:
        group = scene.supergroup(anna)
        kill = partial(scene.service.send_signal, signal.SIGKILL)
        scene.telegram.faults.hook("messages.SendMessage", kill, performed=True)
        await anna.add_bot(group)
        assert await scene.service.wait_exit() == -signal.SIGKILL
        await scene.service.start()
        await scene.service.at_rest()
        assert len(of_bot(group)) == 1
    finally:
        bot.sees_all = True
