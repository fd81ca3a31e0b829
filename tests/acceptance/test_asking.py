"""Asking for a recording that is in the chat: /transcribe, the bot's name, captions; and who is never answered."""

from __future__ import annotations

import signal
from functools import partial
from typing import Unpack

import pytest

from tests.support.answers import is_final
from tests.support.scene import SAMPLES, TEXTS, Scene, send, thaw
from tests.support.telegram import Chat, Document, Forward, MediaKind, Message, Person, User
from tests.support.telegram.people import How

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, OTHER = SAMPLES["seen_ru_18.ogg"], SAMPLES["heldout_en_11.ogg"]
SHORT_SECONDS = round(SHORT.seconds)
COMMAND = "/transcribe@loopback_bot"
BOT = "@loopback_bot"
WAIT_SECONDS = 60.0
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {"quota": {"daily_seconds": 600}}


# --- what all have --------------------------------------------------------------------------------------------------
async def group_by_request(scene: Scene, *members: User) -> Chat:
    """A supergroup in which nothing is recognised unasked; the first of its members administers it."""
    group = scene.supergroup(*members)
    await scene.choose(members[0], group, "group_mode", "command")
    return group


async def spoken(scene: Scene, user: User, place: Chat, **how: Unpack[How]) -> Message:
    """A recording that is not recognised by itself."""
    how["chat"] = place
    sent = await send(user, SHORT, **how)
    scene.unanswered.append(sent)
    return sent


async def text_of(scene: Scene, recording: Message) -> str:
    """The bot's answer to it, once somebody has asked."""
    scene.unanswered.remove(recording)
    return await scene.text_for(recording, WAIT_SECONDS)


def of_bot(chat: Chat) -> list[Message]:
    return [message for message in chat.visible if message.sender.is_bot]


def texts_under(message: Message) -> list[str]:
    """What the bot has replied to it."""
    return [reply.text for reply in message.chat.replies_to(message) if reply.sender.is_bot]


async def used(scene: Scene, user: User) -> int:
    return (await scene.account(user)).used_today_seconds


# --- /transcribe ----------------------------------------------------------------------------------------------------
async def test_who_asks_gets_the_text_under_the_recording_and_is_charged(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await group_by_request(scene, anna, ben)
    old = await spoken(scene, anna, group, age_seconds=40 * 86_400)
    await anna.send_text("See you at nine.", chat=group)
    await ben.send_text(COMMAND, chat=group, reply_to=old)
    assert await text_of(scene, old) == SHORT.text
    await scene.service.at_rest()
    assert await used(scene, ben) == SHORT_SECONDS
    await scene.assert_nothing_charged(anna)


async def test_nothing_is_recognised_that_nobody_asks_for(scene: Scene) -> None:
    anna = scene.person()
    group = await group_by_request(scene, anna)
    before = len(scene.telegram.calls_of("upload.GetFile"))
    await spoken(scene, anna, group)
    await scene.assert_works()
    assert len(scene.telegram.calls_of("upload.GetFile")) - before == 1


@pytest.mark.parametrize("where", ["private", "group", "supergroup"])
async def test_what_is_answered_is_pointed_to(scene: Scene, where: str) -> None:
    anna = scene.person()
    chat = anna.chat if where == "private" else getattr(scene, where)(anna)
    sent = await send(anna, SHORT, chat=chat)
    answer = await scene.answer_to(sent)
    await scene.service.at_rest()
    await anna.send_text(COMMAND, chat=chat, reply_to=sent)
    pointing = await anna.wait_reply(answer, timeout_seconds=WAIT_SECONDS)
    assert pointing.text == TEXTS.get("ru", "transcribe-answered")
    await scene.service.at_rest()
    assert await used(scene, anna) == SHORT_SECONDS
    assert texts_under(sent) == [SHORT.text]


@pytest.mark.parametrize("where", ["private", "supergroup"])
async def test_a_text_that_is_gone_is_made_again(scene: Scene, where: str) -> None:
    anna = scene.person()
    chat = anna.chat if where == "private" else scene.supergroup(anna)
    sent = await send(anna, SHORT, chat=chat)
    answer = await scene.answer_to(sent)
    await scene.service.at_rest()
    await anna.delete(answer)
    await anna.send_text(COMMAND, chat=chat, reply_to=sent)
    again = await anna.wait_reply(sent, is_final, WAIT_SECONDS)
    assert (again.text, again.id > answer.id) == (SHORT.text, True)
    await scene.service.at_rest()
    assert await used(scene, anna) == 2 * SHORT_SECONDS


async def test_two_who_ask_at_once_get_one_text(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await group_by_request(scene, anna, ben)
    old = await spoken(scene, anna, group)
    frozen = await scene.freeze_workers()
    for user in (anna, ben):
        await user.send_text(COMMAND, chat=group, reply_to=old)
    await scene.busy_worker()
    thaw(frozen)
    assert await text_of(scene, old) == SHORT.text
    await scene.service.at_rest()
    assert await used(scene, anna) + await used(scene, ben) == SHORT_SECONDS


async def test_what_is_no_recording_is_answered_with_how_to_ask(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    line = await anna.send_text("See you at nine.", chat=group)
    alone = await anna.send_text(COMMAND, chat=group)
    for asked in (alone, await anna.send_text(COMMAND, chat=group, reply_to=line)):
        assert await scene.text_for(asked) == TEXTS.get("ru", "transcribe-nothing")
    gone = await spoken(scene, anna, await group_by_request(scene, anna))
    await anna.delete(gone)
    asked = await anna.send_text(COMMAND, chat=gone.chat, reply_to=gone)
    assert await scene.text_for(asked) in (TEXTS.get("ru", "transcribe-gone"), TEXTS.get("ru", "transcribe-nothing"))


async def test_a_song_is_recognised_when_it_is_asked_for(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    song = await anna.send_audio(SHORT.data, SHORT.seconds, chat=group)
    await anna.send_text(COMMAND, chat=group, reply_to=song, quote="See")
    assert (await anna.wait_reply(song, is_final, WAIT_SECONDS)).text == SHORT.text


async def test_what_is_asked_for_in_a_topic_is_answered_there(scene: Scene) -> None:
    anna = scene.person()
    group = await group_by_request(scene, anna)
    work = await anna.open_topic(group, "Work")
    old = await spoken(scene, anna, group, topic=work)
    await anna.send_text(COMMAND, chat=group, reply_to=old)
    scene.unanswered.remove(old)
    answer = await scene.answer_to(old, WAIT_SECONDS)
    assert (answer.text, answer.topic) == (SHORT.text, work)


async def test_who_asks_for_too_much_is_told_in_words(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await group_by_request(scene, anna, ben)
    await scene.set_quota(ben, 0)
    old = await spoken(scene, anna, group)
    asked = await ben.send_text(COMMAND, chat=group, reply_to=old)
    assert (await scene.text_for(asked)).startswith("У вас не осталось секунд.")
    await scene.service.at_rest()
    assert old.reactions == {}


async def test_a_message_of_another_chat_is_recognised(scene: Scene) -> None:
    anna = scene.person()
    here, elsewhere = scene.supergroup(anna), await group_by_request(scene, anna)
    told = await spoken(scene, anna, elsewhere)
    asked = await anna.send_text(COMMAND, chat=here, elsewhere=told)
    assert await scene.text_for(asked, WAIT_SECONDS) == SHORT.text


async def test_what_privacy_mode_hides_is_found_by_the_reply(scene: Scene) -> None:
    anna, bot = scene.person(), scene.telegram.world.bot
    group = scene.supergroup(anna)
    bot.sees_all = False
    try:
        old = await spoken(scene, anna, group)
        await anna.send_text(COMMAND, chat=group, reply_to=old)
        scene.telegram.faults.expire_reference(old)
        assert await text_of(scene, old) == SHORT.text
        await scene.service.at_rest()
    finally:
        bot.sees_all = True


async def test_who_asks_survives_a_kill_at_every_request(scene: Scene) -> None:
    anna = scene.person()
    group = await group_by_request(scene, anna)
    for method in ("channels.GetMessages", "messages.SendMessage", "upload.GetFile"):
        old = await spoken(scene, anna, group)
        kill = partial(scene.service.send_signal, signal.SIGKILL)
        scene.telegram.faults.hook(method, kill, performed=True)
        await anna.send_text(COMMAND, chat=group, reply_to=old)
        assert await scene.service.wait_exit() == -signal.SIGKILL
        await scene.service.start()
        assert await text_of(scene, old) == SHORT.text
        await scene.service.at_rest()
        assert texts_under(old) == [SHORT.text]
    assert await used(scene, anna) == 3 * SHORT_SECONDS


async def test_an_anonymous_administrator_asks_on_the_group_s_account(scene: Scene) -> None:
    anna = scene.person()
    group = await group_by_request(scene, anna)
    old = await spoken(scene, anna, group)
    await anna.send_text(COMMAND, chat=group, reply_to=old, anonymous=True)
    assert await text_of(scene, old) == SHORT.text
    await scene.service.at_rest()
    await scene.assert_nothing_charged(anna)


async def test_the_text_follows_a_group_that_becomes_a_supergroup(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    await scene.choose(anna, group, "group_mode", "command")
    old = await spoken(scene, anna, group)
    frozen = await scene.freeze_workers()
    await anna.send_text(COMMAND, chat=group, reply_to=old)
    await scene.busy_worker()
    place = await anna.migrate(group, scene.supergroup().id - 500)
    thaw(frozen)
    answer = await anna.wait_message(is_final, chat=place, timeout_seconds=WAIT_SECONDS)
    assert answer.text == SHORT.text
    await scene.service.at_rest()
    assert await used(scene, anna) == SHORT_SECONDS


async def test_what_is_deleted_after_it_was_asked_for_is_not_published(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = await group_by_request(scene, anna, ben)
    old = await spoken(scene, anna, group)
    frozen = await scene.freeze_workers()
    await ben.send_text(COMMAND, chat=group, reply_to=old)
    await scene.busy_worker()
    await anna.delete(old)
    thaw(frozen)
    await scene.service.at_rest()
    assert [message.text for message in of_bot(group) if message.text == SHORT.text] == []
    await scene.assert_nothing_charged(ben)


# --- the other modes ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("mode", "is_heard"), [("automatic", True), ("mention", True), ("command", False)])
async def test_the_bot_s_name_in_a_reply_asks_for_it(scene: Scene, mode: str, is_heard: bool) -> None:
    anna, ben = scene.person(), scene.person()
    group = await group_by_request(scene, anna, ben)
    old = await spoken(scene, anna, group)
    await scene.choose(anna, group, "group_mode", mode)
    await ben.mention_bot("What does it say, ", "?", chat=group)
    await ben.mention_bot(after=" please", chat=group, reply_to=old)
    if is_heard:
        assert await text_of(scene, old) == SHORT.text
    await scene.assert_works()
    assert texts_under(old) == [SHORT.text] * is_heard


async def test_short_ones_are_left_unless_they_are_asked_for(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    await scene.choose(anna, group, "group_min_seconds", "30")
    short = await spoken(scene, anna, group)
    long = await anna.send_voice(SHORT.data, 31, chat=group)
    assert await scene.text_for(long) == SHORT.text
    assert not group.replies_to(short)
    await anna.send_text(COMMAND, chat=group, reply_to=short)
    assert await text_of(scene, short) == SHORT.text


# --- captions, albums, what is forwarded or protected ---------------------------------------------------------------
async def test_a_caption_asks_for_what_it_is_under(scene: Scene) -> None:
    anna = scene.person()
    group = await group_by_request(scene, anna)
    sent = await send(anna, SHORT, chat=group, caption=COMMAND)
    assert await scene.text_for(sent) == SHORT.text
    song = await anna.send_audio(SHORT.data, SHORT.seconds, chat=group, caption=f"{COMMAND} please")
    assert await scene.text_for(song) == SHORT.text
    await scene.service.at_rest()
    assert [len(group.replies_to(each)) for each in (sent, song)] == [1, 1]


@pytest.mark.parametrize("where", ["private", "supergroup"])
async def test_another_command_under_a_recording_is_obeyed_once(scene: Scene, where: str) -> None:
    anna = scene.person("en")
    chat = anna.chat if where == "private" else scene.supergroup(anna)
    sent = await send(anna, OTHER, chat=chat, caption="/quota@loopback_bot")
    await scene.telegram.wait_for(lambda: len([each for each in chat.replies_to(sent) if is_final(each)]) == 2)
    await scene.service.at_rest()
    first, second = sorted(message.text for message in chat.replies_to(sent))
    assert OTHER.text in (first, second)
    assert [text for text in (first, second) if "left today" in text]
    scene.answered_in_parts.append(sent)


async def test_each_of_an_album_is_answered_once(scene: Scene) -> None:
    anna = scene.person()
    files = [Document(MediaKind.AUDIO, SHORT.data, "audio/ogg", duration=SHORT.seconds) for _ in range(3)]
    sent = await anna.send_album(files, caption="/transcribe")
    assert await scene.answered(*sent) == [SHORT.text] * 3
    await scene.service.at_rest()
    assert await used(scene, anna) == 3 * SHORT_SECONDS


async def test_what_is_forwarded_is_answered(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = scene.supergroup(anna)
    sent = await send(anna, SHORT, chat=group, forward=Forward(ben.person))
    assert await scene.text_for(sent) == SHORT.text


@pytest.mark.parametrize("where", ["private", "supergroup"])
async def test_the_text_of_what_is_protected_is_protected(scene: Scene, where: str) -> None:
    anna = scene.person()
    chat = anna.chat if where == "private" else scene.supergroup(anna)
    answer = await scene.answer_to(await send(anna, SHORT, chat=chat, protected=True))
    assert (answer.text, answer.is_protected) == (SHORT.text, True)
    free = await scene.answer_to(await send(anna, SHORT, chat=chat))
    assert not free.is_protected


# --- channels -------------------------------------------------------------------------------------------------------
def channel(scene: Scene, owner: User) -> Chat:
    place = scene.telegram.world.add_supergroup(
        scene.supergroup().id - 2_000_000, "News", [owner.id], is_broadcast=True
    )
    place.administrators.add(scene.telegram.world.bot.id)
    return place


async def test_posts_are_recognised_where_the_channel_has_switched_it_on(scene: Scene) -> None:
    anna = scene.person()
    news = channel(scene, anna)
    before = await spoken(scene, anna, news)
    await scene.choose(anna, news, "channel_posts", "on")
    post = await send(anna, SHORT, chat=news)
    assert await scene.text_for(post) == SHORT.text
    await scene.service.at_rest()
    assert not news.replies_to(before)
    await scene.assert_nothing_charged(anna)


async def test_a_channel_asks_for_one_of_its_posts(scene: Scene) -> None:
    anna = scene.person()
    news = channel(scene, anna)
    post = await spoken(scene, anna, news)
    await anna.send_text(COMMAND, chat=news, reply_to=post)
    assert await text_of(scene, post) == SHORT.text


async def test_a_post_is_not_answered_again_in_the_discussion(scene: Scene) -> None:
    anna = scene.person()
    news, group = channel(scene, anna), scene.supergroup(anna)
    for is_on in (True, False):
        await scene.choose(anna, news, "channel_posts", "on" if is_on else "off")
        post = await spoken(scene, anna, news)
        copy = await send(anna, SHORT, chat=group, speaks_as=news, forward=Forward(post=post))
        if is_on:
            assert await text_of(scene, post) == SHORT.text
            scene.unanswered.append(copy)
        else:
            assert await scene.text_for(copy) == SHORT.text
    await scene.service.at_rest()


# --- bots -----------------------------------------------------------------------------------------------------------
async def test_bots_are_never_answered(scene: Scene) -> None:
    anna, world = scene.person(), scene.telegram.world
    world.people[9_001] = Person(9_001, "Other bot", username="other_bot", is_bot=True)
    other = scene.telegram.user(9_001)
    group = scene.supergroup(anna, other)
    ignored = [
        await send(other, SHORT, chat=group),
        await send(other, SHORT, chat=group, forward=Forward(anna.person)),
        await send(anna, SHORT, chat=group, via_bot=other.person),
    ]
    asked = await other.send_text(COMMAND, chat=group, reply_to=ignored[0])
    scene.unanswered.append(ignored[2])
    assert await scene.text_for(await send(anna, SHORT, chat=group)) == SHORT.text
    assert [group.replies_to(message) for message in (*ignored[1:], asked)] == [[]] * 3
    assert [each for each in group.replies_to(ignored[0]) if each is not asked] == []
