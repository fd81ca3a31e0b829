"""Groups: topics, groups that become supergroups, where the bot may not write, and what is deleted meanwhile.

What nobody got costs nobody anything, and what was taken back is not published.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial

import pytest
from pyrogram.raw import types

from tests.support.answers import is_final
from tests.support.scene import SAMPLES, Scene, send, thaw
from tests.support.telegram import Chat, Message, RpcError, User
from voicepipe.control.messages import ShowStatus

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, LONG = SAMPLES["seen_ru_18.ogg"], SAMPLES["sentences_ru.ogg"]
SHORT_SECONDS = round(SHORT.seconds)
CHARGED = [("reserve", -SHORT_SECONDS - 1), ("settle", 1)]
NOT_RECOGNISED = [("reserve", -SHORT_SECONDS - 1), ("refund", SHORT_SECONDS + 1)]
GIVEN_BACK = [*CHARGED, ("refund", SHORT_SECONDS)]
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "telegram": {"request_timeout_seconds": 1.5},
    "preferences": {"defaults": "group_style=status"},
}
WAIT_SECONDS = 30.0


# --- what all have --------------------------------------------------------------------------------------------------
async def at_rest(scene: Scene, anna: User) -> list[tuple[str, int]]:
    """What was charged to somebody, once the service has nothing to do any more."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            has_come = await scene.ledger(anna)  # asked first: it might come between the two
            jobs = (await scene.service.control.perform(ShowStatus())).jobs
            if has_come and jobs.undecided + jobs.accepted + jobs.concluded == 0:
                return [(line.kind, line.seconds + line.extra_seconds) for line in await scene.ledger(anna)]
            await asyncio.sleep(0.02)


async def send_to_work(scene: Scene, anna: User, chat: Chat | None = None) -> tuple[Message, list[int]]:
    """A recording that a worker has, and does not get done before it is thawed; its status is there."""
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=chat or anna.chat)
    await anna.wait_reply(sent)
    await scene.busy_worker()
    return sent, frozen


def of_bot(chat: Chat) -> list[Message]:
    return [message for message in chat.visible if message.sender.is_bot]


def fetched(scene: Scene) -> int:
    return len(scene.telegram.calls_of("upload.GetFile"))


def moved_when_written_to(scene: Scene, group: Chat, anna: User) -> int:
    """The id of the supergroup that a group becomes just before the bot's next message to it."""
    chat_id = scene.supergroup().id - 500

    def migrate() -> None:
        scene.telegram.world.migrate(group, chat_id, anna.person)

    scene.telegram.faults.hook("messages.SendMessage", migrate)
    return chat_id


# --- topics ---------------------------------------------------------------------------------------------------------
async def test_an_answer_is_in_its_topic(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    work = await anna.open_topic(group, "Work")
    sent = [await send(anna, SHORT, chat=group, topic=topic) for topic in (work, None)]
    sent.append(await send(anna, SHORT, chat=group, reply_to=sent[0]))
    answers = [await scene.answer_to(each) for each in sent]
    assert [answer.topic for answer in answers] == [work, None, work]
    assert [answer.reply_to for answer in answers] == [each.id for each in sent]


@pytest.mark.parametrize("drops", [True, False], ids=["dropped in silence", "refused"])
async def test_an_answer_to_what_is_gone_is_in_its_topic(scene: Scene, drops: bool) -> None:
    """The command was deleted before its answer; General is closed, and not for everybody's eyes."""
    anna = scene.person()
    group = scene.supergroup(anna)
    work = await anna.open_topic(group, "Work")
    group.is_general_closed = True
    scene.telegram.faults.drop_replies_to_deleted = drops

    def delete_command() -> None:
        scene.telegram.world.delete(group.seen_in(work))

    scene.telegram.faults.hook("messages.SendMessage", delete_command)
    await anna.send_text("/help@loopback_bot", chat=group, topic=work)
    answer = await anna.wait_message(chat=group, timeout_seconds=WAIT_SECONDS)
    assert (answer.topic, answer.reply_to) == (work, None)
    scene.telegram.faults.drop_replies_to_deleted = False


async def test_an_answer_that_can_not_be_a_reply_is_in_its_topic(scene: Scene) -> None:
    """Also the parts of a long one, and after the status was deleted."""
    anna = scene.person()
    group = scene.supergroup(anna)
    work = await anna.open_topic(group, "Work")
    scene.telegram.faults.answer("messages.SendMessage", RpcError(400, "MSG_ID_INVALID"))
    sent = await send(anna, SHORT, chat=group, topic=work)
    answer = await anna.wait_message(is_final, chat=group, timeout_seconds=WAIT_SECONDS)
    assert (answer.text, answer.topic, answer.reply_to) == (SHORT.text, work, None)
    scene.unanswered.append(sent)


@pytest.mark.parametrize("place", ["topic", "General"])
async def test_nothing_is_recognised_where_the_topic_is_closed(scene: Scene, place: str) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    topic = await anna.open_topic(group, "Work")
    topic.is_closed = group.is_general_closed = True
    before = fetched(scene)
    scene.unanswered.append(await send(anna, SHORT, chat=group, topic=topic if place == "topic" else None))
    assert await at_rest(scene, anna) == NOT_RECOGNISED
    assert (fetched(scene) - before, of_bot(group)) == (0, [])


async def test_a_topic_deleted_during_the_job_leaves_nothing(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    work = await anna.open_topic(group, "Work")
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=group, topic=work)
    await anna.wait_reply(sent)
    scene.telegram.world.delete_topic(group, work)
    scene.unanswered.append(sent)
    thaw(frozen)
    assert await at_rest(scene, anna) in (NOT_RECOGNISED, GIVEN_BACK)
    assert group.visible == []


# --- a group becomes a supergroup -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["PEER_ID_INVALID", "CHAT_ID_INVALID", "CHAT_WRITE_FORBIDDEN", "CHANNEL_INVALID"])
async def test_the_text_follows_a_group_that_becomes_a_supergroup(scene: Scene, name: str) -> None:
    anna = scene.person()
    group = scene.group(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    place = await anna.migrate(group, scene.supergroup().id - 500)
    group.refusal = (400, name)
    thaw(frozen)
    assert await at_rest(scene, anna) == CHARGED
    assert [message.text for message in of_bot(place)] == [SHORT.text]
    assert of_bot(group) == []
    scene.unanswered.append(sent)


async def test_a_status_that_is_not_found_does_not_hide_the_move(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    place = await anna.migrate(group, scene.supergroup().id - 500)
    scene.telegram.faults.answer("messages.EditMessage", RpcError(400, "MESSAGE_ID_INVALID"))
    thaw(frozen)
    assert await at_rest(scene, anna) == CHARGED
    assert ([message.text for message in of_bot(place)], of_bot(group)) == ([SHORT.text], [])
    scene.unanswered.append(sent)


@pytest.mark.parametrize("method", ["messages.SendMessage", "messages.DeleteMessages"])
async def test_a_text_that_followed_is_there_once_whatever_is_killed(scene: Scene, method: str) -> None:
    anna = scene.person()
    group = scene.group(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    place = await anna.migrate(group, scene.supergroup().id - 500)
    kill = partial(scene.service.send_signal, signal.SIGKILL)
    scene.telegram.faults.hook(method, kill, performed=True)
    thaw(frozen)
    assert await scene.service.wait_exit() == -signal.SIGKILL
    await scene.service.start()
    assert await at_rest(scene, anna) == CHARGED
    assert ([message.text for message in of_bot(place)], of_bot(group)) == ([SHORT.text], [])
    scene.unanswered.append(sent)


async def test_commands_are_obeyed_where_the_group_is_now(scene: Scene) -> None:
    anna = scene.person()
    group, chats = scene.group(anna), scene.telegram.world.chats
    chat_id = moved_when_written_to(scene, group, anna)
    await anna.send_text("/help@loopback_bot", chat=group)
    await scene.telegram.wait_for(lambda: of_bot(chats[chat_id]) if chat_id in chats else None)
    assert of_bot(group) == []


async def test_a_group_that_moved_before_the_status_gets_the_text(scene: Scene) -> None:
    anna = scene.person()
    group, chats = scene.group(anna), scene.telegram.world.chats
    chat_id = moved_when_written_to(scene, group, anna)
    scene.unanswered.append(await send(anna, SHORT, chat=group))
    assert await at_rest(scene, anna) == CHARGED
    assert [message.text for message in of_bot(chats[chat_id])] == [SHORT.text]
    assert of_bot(group) == []


async def test_a_group_whose_supergroup_may_not_be_written_to_is_left_clean(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    place = await anna.migrate(group, scene.supergroup().id - 500)
    place.refusal = (403, "CHAT_WRITE_FORBIDDEN")
    thaw(frozen)
    assert await at_rest(scene, anna) == GIVEN_BACK
    assert of_bot(group) + of_bot(place) == []
    scene.unanswered.append(sent)


# --- the bot may not write ------------------------------------------------------------------------------------------
REFUSALS = [
    *[(403, name) for name in ("CHAT_WRITE_FORBIDDEN", "CHAT_SEND_PLAIN_FORBIDDEN", "CHAT_GUEST_SEND_FORBIDDEN")],
    *[(400, name) for name in ("USER_BANNED_IN_CHANNEL", "CHANNEL_PRIVATE", "CHAT_RESTRICTED", "CHAT_ADMIN_REQUIRED")],
    *[(406, "CHANNEL_PRIVATE"), (406, "PRIVACY_PREMIUM_REQUIRED"), (400, "BALANCE_TOO_LOW"), (403, "SOMETHING_NEW")],
]


@pytest.mark.parametrize(("code", "name"), REFUSALS)
async def test_nothing_is_recognised_where_the_bot_may_not_write(scene: Scene, code: int, name: str) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    group.refusal = (code, name)
    before = fetched(scene)
    scene.unanswered.append(await send(anna, SHORT, chat=group))
    assert await at_rest(scene, anna) == NOT_RECOGNISED
    assert (fetched(scene) - before, of_bot(group)) == (0, [])
    assert [event["cause"] for event in scene.service.events("job undeliverable", chat_id=group.id)] == [name]
    assert scene.service.events("job concluded", chat_id=group.id)[0]["outcome"] == "unwritable"
    group.refusal = None
    assert await scene.text_for(await send(anna, SHORT, chat=group)) == SHORT.text


@pytest.mark.parametrize("name", ["REPLY_TO_MONOFORUM_PEER_INVALID", "MSG_ID_INVALID"])
async def test_nothing_is_recognised_where_neither_a_reply_nor_a_message_is_taken(scene: Scene, name: str) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    group.refusal = (400, name)
    before = fetched(scene)
    scene.unanswered.append(await send(anna, SHORT, chat=group))
    assert await at_rest(scene, anna) == NOT_RECOGNISED
    assert (fetched(scene) - before, of_bot(group)) == (0, [])


async def test_a_refusal_ends_what_waits_in_the_queue(scene: Scene) -> None:
    """Nobody has to be at it, and its place is free again."""
    anna, ben = scene.person(), scene.person()
    group = scene.supergroup(anna)
    group.bot_may_write = False
    frozen = await scene.freeze_workers()
    waiting = [await send(ben, SHORT) for _ in range(3)]
    scene.unanswered.append(await send(anna, SHORT, chat=group))
    async with asyncio.timeout(WAIT_SECONDS):
        await scene.service.wait_event("job concluded", chat_id=group.id, outcome="unwritable")
    thaw(frozen)
    assert [await scene.text_for(each) for each in waiting] == [SHORT.text] * 3


async def test_a_slow_refusal_stops_the_work(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    group.bot_may_write = False
    frozen = await scene.freeze_workers()
    scene.telegram.faults.delay("messages.SendMessage", 1.3)
    scene.unanswered.append(await send(anna, SHORT, chat=group))
    await scene.busy_worker()
    async with asyncio.timeout(WAIT_SECONDS):
        await scene.service.wait_event("job concluded", chat_id=group.id, outcome="unwritable")
    scene.telegram.faults.clear()
    thaw(frozen)
    assert await at_rest(scene, anna) == NOT_RECOGNISED


def mute(scene: Scene, group: Chat) -> None:
    group.bot_may_write = False


def close_door(scene: Scene, group: Chat) -> None:
    group.refusal = (406, "CHANNEL_PRIVATE")


@pytest.mark.parametrize("trouble", [mute, close_door])
async def test_what_nobody_got_is_not_charged(scene: Scene, trouble: Callable[[Scene, Chat], None]) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    trouble(scene, group)
    thaw(frozen)
    assert await at_rest(scene, anna) == GIVEN_BACK
    await scene.assert_nothing_charged(anna)
    assert of_bot(group) == []
    scene.unanswered.append(sent)


async def test_who_blocks_the_bot_meanwhile_pays_nothing(scene: Scene) -> None:
    anna = scene.person()
    sent, frozen = await send_to_work(scene, anna)
    anna.person.blocked_bot = True
    thaw(frozen)
    assert await at_rest(scene, anna) == GIVEN_BACK
    scene.unanswered.append(sent)


# --- deleted meanwhile ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_what_is_deleted_from_a_group_is_not_published(scene: Scene, kind: str) -> None:
    anna = scene.person()
    group = getattr(scene, kind)(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    await anna.delete(sent)
    scene.unanswered.append(sent)
    async with asyncio.timeout(WAIT_SECONDS):  # at once, while its worker has it
        await scene.service.wait_event("job concluded", chat_id=group.id, outcome="withdrawn")
    thaw(frozen)
    assert await at_rest(scene, anna) == NOT_RECOGNISED
    assert group.visible == []
    assert len(scene.service.events("job withdrawn", chat_id=group.id)) == 1
    await scene.assert_works()


async def test_what_is_deleted_elsewhere_under_the_same_number_does_no_harm(scene: Scene) -> None:
    anna = scene.person()
    groups = [scene.supergroup(anna), scene.supergroup(anna)]
    frozen = await scene.freeze_workers()
    sent = [await send(anna, SHORT, chat=group) for group in groups]
    for each in sent:
        await anna.wait_reply(each)
    assert sent[0].id == sent[1].id
    await anna.delete(sent[0])
    scene.unanswered.append(sent[0])
    await scene.telegram.push(
        types.Updates(
            updates=[types.UpdateDeleteMessages(messages=[sent[1].id], pts=1, pts_count=0)],
            users=[],
            chats=[],
            date=0,
            seq=0,
        )
    )
    async with asyncio.timeout(WAIT_SECONDS):
        await scene.service.wait_event("job withdrawn", chat_id=groups[0].id)
    thaw(frozen)
    assert await scene.text_for(sent[1]) == SHORT.text


async def test_a_deletion_that_nobody_told_of_counts_too(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    scene.telegram.faults.withhold_pushes = True
    await anna.delete(sent)
    scene.unanswered.append(sent)
    thaw(frozen)
    assert await at_rest(scene, anna) == GIVEN_BACK
    scene.telegram.faults.withhold_pushes = False
    assert group.visible == []


async def test_what_was_deleted_while_the_service_was_away_is_not_even_fetched(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    sent, frozen = await send_to_work(scene, anna, group)
    await scene.service.kill()
    thaw(frozen)
    await anna.delete(sent)
    scene.unanswered.append(sent)
    before = fetched(scene)
    await scene.service.start()
    assert await at_rest(scene, anna) == NOT_RECOGNISED
    assert (fetched(scene) - before, group.visible) == (0, [])


async def test_in_a_private_chat_the_text_is_wanted_all_the_same(scene: Scene) -> None:
    """Who tidies up keeps the text and not the voice; nobody else sees either."""
    anna = scene.person()
    sent, frozen = await send_to_work(scene, anna)
    await anna.delete(sent)
    thaw(frozen)
    assert (await anna.wait_message(is_final, timeout_seconds=WAIT_SECONDS)).text == SHORT.text
    assert await at_rest(scene, anna) == CHARGED
