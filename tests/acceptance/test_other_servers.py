"""Servers that keep to the schema and behave in their own ways, as those of other implementations do: all is right."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from pyrogram.raw import types

from tests.support.scene import SAMPLES, Scene, send
from tests.support.service import Settings
from tests.support.telegram import Message, Repetition, server_error

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
SETTINGS: Settings = {"telegram": {"edit_interval_seconds": 0.1, "group_edit_interval_seconds": 0.1}}


@pytest.fixture(autouse=True)
def at_peace(scene: Scene) -> Iterator[None]:
    """Each test says itself in which ways the server behaves."""
    yield
    faults = scene.telegram.faults
    faults.clear()
    faults.steps_of_own_messages = faults.push_copies = 1
    faults.push_to_all_sessions = faults.leave_out_missing = faults.wrong_too_long_ids = False
    faults.repetition = Repetition.REFUSED


def misbehave(scene: Scene, repetition: Repetition) -> None:
    """All of it at once."""
    faults = scene.telegram.faults
    faults.steps_of_own_messages = 2
    faults.push_copies, faults.push_to_all_sessions = 2, True
    faults.repetition = repetition
    faults.leave_out_missing = True
    faults.wrong_too_long_ids = True
    faults.answer("bots.SetBotCommands", server_error(), times=None)


async def answered_once(scene: Scene, sent: list[Message]) -> None:
    for message in sent:
        assert await scene.text_for(message) == SHORT.text
        await scene.delivered(message)
        assert len([reply for reply in message.chat.replies_to(message) if reply.sender.is_bot]) == 1


@pytest.mark.parametrize("repetition", Repetition)
async def test_every_recording_has_one_answer_and_one_charge(scene: Scene, repetition: Repetition) -> None:
    misbehave(scene, repetition)
    anna, ben = scene.person(), scene.person()
    group = scene.supergroup(anna, ben)
    sent = [await send(anna, SHORT) for _ in range(3)] + [await send(ben, SHORT, chat=group) for _ in range(3)]
    await answered_once(scene, sent)
    for user in (anna, ben):
        assert (await scene.account(user)).used_today_seconds == 3 * round(SHORT.seconds)


@pytest.mark.parametrize("repetition", Repetition)
async def test_neither_kills_nor_lost_answers_make_a_second_one(scene: Scene, repetition: Repetition) -> None:
    misbehave(scene, repetition)
    anna = scene.person()
    group = scene.supergroup(anna)
    await answered_once(scene, [await send(anna, SHORT, chat=group)])
    scene.telegram.faults.silence("messages.SendMessage", performed=True, drop=True)
    sent = [await send(anna, SHORT), await send(anna, SHORT, chat=group)]
    await anna.wait_reply(sent[0])
    assert await scene.service.stop(signal.SIGKILL) == -signal.SIGKILL
    sent.append(await send(anna, SHORT, deliver=False))
    await scene.service.start()
    await answered_once(scene, sent)
    assert (await scene.account(anna)).used_today_seconds == 4 * round(SHORT.seconds)


async def test_gaps_of_its_own_making_are_asked_for_once_each(scene: Scene) -> None:
    scene.telegram.faults.steps_of_own_messages = 2
    anna = scene.person()
    asked_before, sent_before = _asked(scene)
    await answered_once(scene, [await send(anna, SHORT) for _ in range(3)])
    asked, sent = _asked(scene)
    # One that finds the gap, and perhaps one that says there is no more; nothing goes on by itself.
    assert asked - asked_before <= 2 * (sent - sent_before) + 1


def _asked(scene: Scene) -> tuple[int, int]:
    return len(scene.telegram.calls_of("updates.GetDifference")), len(scene.telegram.calls_of("messages.SendMessage"))


@pytest.mark.parametrize("way", ["pushed", "in a difference"])
async def test_a_supergroup_told_of_by_a_wrong_id_is_found(scene: Scene, way: str) -> None:
    anna, faults = scene.person(), scene.telegram.faults
    group = scene.supergroup(anna)
    await answered_once(scene, [await send(anna, SHORT, chat=group)])
    missed = await send(anna, SHORT, chat=group, deliver=False)
    if way == "pushed":
        wrong = types.UpdateChannelTooLong(channel_id=group.bare_id + 1_000_000, pts=group.log.pts)
        await scene.telegram.push(types.UpdateShort(update=wrong, date=0))
    else:
        faults.wrong_too_long_ids = True
        faults.supergroups_too_long.add(group)
        await send(anna, SHORT, deliver=False)
        await send(anna, SHORT)  # there is a gap before it
    await answered_once(scene, [missed])


async def test_the_menu_that_can_not_be_set_harms_nobody(scene: Scene) -> None:
    scene.telegram.faults.answer("bots.SetBotCommands", server_error(), times=None)
    await scene.service.kill()
    await scene.service.start()
    await scene.assert_works()
