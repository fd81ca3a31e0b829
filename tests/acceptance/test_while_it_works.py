"""While a recording is in work: the live draft and its Stop, the status message and its buttons, and /cancel.

What is cancelled costs nothing; of what is stopped amid its text, the text so far is answered, and charged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.acceptance.test_groups import at_rest
from tests.support.answers import is_final
from tests.support.scene import SAMPLES, TEXTS, Scene, send, thaw
from tests.support.telegram import Message, RpcError, User
from tests.support.telegram.world import Button
from tests.support.words import in_one_line

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE_SECONDS = 1.5
SHORT, LONG = SAMPLES["seen_ru_18.ogg"], SAMPLES["long_ru_1.ogg"]
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "workers": {"count": 1},
    "quota": {"daily_seconds": 3600},
    "telegram": {"edit_interval_seconds": 0.2, "group_edit_interval_seconds": 0.2},
    "preferences": {"defaults": "group_style=status"},
}
CANCELLED = TEXTS.get("ru", "failed-cancelled")
CANCEL, ENOUGH = TEXTS.get("ru", "cancel-button"), TEXTS.get("ru", "cancel-button-keep")


@pytest.fixture(autouse=True)
def with_drafts(scene: Scene) -> Iterator[None]:
    """Telegram takes live drafts."""
    scene.telegram.world.takes_drafts = True
    yield
    scene.telegram.world.takes_drafts = False


def without_progress(text: str) -> str:
    return text.partition("⏳")[0].rstrip()


def of_bot(user: User) -> list[Message]:
    return [message for message in user.chat.visible if message.sender.is_bot]


async def charged(scene: Scene, anna: User) -> int:
    """Seconds, once nothing is in work any more."""
    return -sum(seconds for _, seconds in await at_rest(scene, anna))


def has_text(message: Message) -> bool:
    return not is_final(message) and ENOUGH in [button.text for button in message.buttons]


# --- live drafts ----------------------------------------------------------------------------------------------------
async def test_the_text_appears_as_it_is_recognised(scene: Scene) -> None:
    anna = scene.person()
    sent = await send(anna, LONG)
    draft = await anna.wait_draft(lambda draft: without_progress(draft.texts[-1]))
    assert (draft.can_stop, of_bot(anna)) == (True, [])
    answer = await scene.answer_to(sent)
    assert (in_one_line(answer.text), answer.texts, anna.chat.draft) == (LONG.text, [answer.text], None)
    texts = [without_progress(text) for text in draft.texts]
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert (len(anna.chat.drafts), LONG.text.startswith(texts[-1])) == (1, True)
    assert await charged(scene, anna) == round(LONG.seconds)


async def test_what_is_stopped_amid_its_text_is_answered_with_that(scene: Scene) -> None:
    anna = scene.person()
    sent = await send(anna, LONG)
    draft = await anna.wait_draft(lambda draft: without_progress(draft.texts[-1]))
    await anna.stop_draft()
    answer = await scene.answer_to(sent)
    so_far = without_progress(draft.texts[-1])
    assert in_one_line(answer.text).startswith(so_far)
    assert LONG.text.startswith(so_far)
    assert answer.text.splitlines()[-1].startswith("✂️ Только начало: до 0:")
    assert 0 < await charged(scene, anna) < LONG.seconds / 2


async def test_what_is_stopped_before_its_text_is_cancelled(scene: Scene) -> None:
    anna, frozen = scene.person(), await scene.freeze_workers()
    sent = await send(anna, LONG)
    await anna.wait_draft()
    await anna.stop_draft()
    answer = await scene.answer_to(sent)
    thaw(frozen)
    assert (answer.text, await charged(scene, anna)) == (CANCELLED, 0)


async def test_a_chat_has_one_draft_and_messages_for_the_others(scene: Scene) -> None:
    anna, frozen = scene.person(), await scene.freeze_workers()
    first = await send(anna, SHORT)
    await anna.wait_draft()
    second = await send(anna, SHORT)
    status = await anna.wait_reply(second)
    assert CANCEL in [button.text for button in status.buttons]
    thaw(frozen)
    assert [await scene.text_for(sent) for sent in (first, second)] == [SHORT.text] * 2
    assert len(anna.chat.drafts) == 1


async def test_a_draft_that_only_somebody_else_names_is_not_theirs_to_stop(scene: Scene) -> None:
    anna, ben, frozen = scene.person(), scene.person(), await scene.freeze_workers()
    sent = await send(anna, SHORT)
    ben.chat.draft = await anna.wait_draft()
    await ben.stop_draft()
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text


async def test_where_drafts_are_refused_there_are_messages(scene: Scene) -> None:
    anna, faults = scene.person(), scene.telegram.faults
    faults.answer("messages.SetTyping", RpcError(403, "USER_IS_BLOCKED"))  # of this chat alone
    sent = await send(anna, LONG)
    status = await anna.wait_reply(sent, has_text)
    await anna.press(status, ENOUGH)
    answer = await scene.answer_to(sent)
    assert (answer.id, answer.buttons, anna.chat.drafts) == (status.id, [], [])
    assert 0 < await charged(scene, anna) < LONG.seconds / 2


# --- buttons --------------------------------------------------------------------------------------------------------
async def test_in_a_group_the_sender_cancels_and_nobody_else(scene: Scene) -> None:
    anna, ben, frozen = scene.person(), scene.person(), await scene.freeze_workers()
    group = scene.supergroup(anna, ben)
    sent = await send(anna, SHORT, chat=group)
    status = await anna.wait_reply(sent)
    refused = await ben.press(status, CANCEL)
    assert (await refused.wait_answer()).text == TEXTS.get("ru", "cancel-not-yours")
    await (await anna.press(status, CANCEL)).wait_answer()
    assert await charged(scene, anna) == 0
    await scene.telegram.wait_for(lambda: status.is_deleted, 30, "the status to go")
    thaw(frozen)
    scene.unanswered.append(sent)


async def test_in_a_group_an_administrator_cancels(scene: Scene) -> None:
    anna, ben, frozen = scene.person(), scene.person(), await scene.freeze_workers()
    group = scene.supergroup(anna, ben)
    group.administrators.add(ben.id)
    sent = await send(anna, SHORT, chat=group)
    status = await anna.wait_reply(sent)
    await (await ben.press(status, CANCEL)).wait_answer()
    await scene.telegram.wait_for(lambda: status.is_deleted, 30, "the status to go")
    thaw(frozen)
    scene.unanswered.append(sent)


async def test_in_a_group_the_text_so_far_can_be_kept(scene: Scene) -> None:
    anna = scene.person()
    sent = await send(anna, LONG, chat=scene.group(anna))
    await anna.press(await anna.wait_reply(sent, has_text), ENOUGH)
    answer = await scene.answer_to(sent)
    assert LONG.text.startswith(answer.text.partition("\n")[0][:40])
    assert 0 < await charged(scene, anna) < LONG.seconds / 2


async def test_a_button_is_for_the_recording_it_is_under(scene: Scene) -> None:
    """Whatever the data say: here, that of a status that has become the answer."""
    anna = scene.person()
    group = scene.supergroup(anna)
    answer = await scene.answer_to(await send(anna, SHORT, chat=group))
    answer.keyboard = ((await _some_button(scene, anna),),)
    press = await anna.press(answer, CANCEL)
    assert (await press.wait_answer()).text == TEXTS.get("ru", "button-gone")


async def _some_button(scene: Scene, anna: User) -> Button:
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=scene.supergroup(anna))
    status = await anna.wait_reply(sent)
    button = status.buttons[0]
    thaw(frozen)
    await scene.answer_to(sent)
    return button


# --- /cancel --------------------------------------------------------------------------------------------------------
async def test_everything_of_ones_own_in_the_chat_is_cancelled(scene: Scene) -> None:
    anna, ben, frozen = scene.person(), scene.person(), await scene.freeze_workers()
    group = scene.group(anna, ben)
    of_ben = await send(ben, SHORT, chat=group)
    sent = [await send(anna, SHORT, chat=group) for _ in range(2)]
    elsewhere = await send(anna, SHORT)
    await asyncio.gather(*(anna.wait_reply(each) for each in (of_ben, *sent)))
    told = await anna.wait_reply(await anna.send_text("/cancel", chat=group))
    assert told.text == TEXTS.get("ru", "cancel-done", count=2)
    thaw(frozen)
    assert [await scene.text_for(each) for each in (of_ben, elsewhere)] == [SHORT.text] * 2
    scene.unanswered.extend(sent)
    again = await anna.wait_reply(await anna.send_text("/cancel", chat=group))
    assert again.text == TEXTS.get("ru", "cancel-done", count=0)
    assert await charged(scene, anna) == round(SHORT.seconds)
