"""Long recordings grow in the chat and hold nobody up; how long it takes is told; the spool stays small."""

from __future__ import annotations

import asyncio
import os
import re
import signal

import pytest

from tests.support.answers import percent
from tests.support.media import repeated
from tests.support.scene import SAMPLES, Scene, send, thaw
from tests.support.telegram import Message, User
from tests.support.words import in_one_line
from voicepipe.control.messages import ShowStatus

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, ENGLISH, MINUTE = SAMPLES["seen_ru_18.ogg"], SAMPLES["heldout_en_11.ogg"], SAMPLES["minutes_ru.ogg"]
LONG = max((sample for sample in SAMPLES.values() if sample.language == "en"), key=lambda sample: sample.seconds)
TIMES = 3
"""So often a minute or two make a lecture whose text still fits one message."""
FETCH_AHEAD = 2
PACE_SECONDS = 0.3
"""However fast the machine is, there is time to look at what is said meanwhile."""
SETTINGS = {
    "workers": {"express": 1},
    "telegram": {"edit_interval_seconds": 0.2, "group_edit_interval_seconds": 0.2},
    "limits": {"max_recording_seconds": 3600, "fetch_ahead": FETCH_AHEAD},
}


async def send_lecture(user: User, times: int = TIMES) -> Message:
    return await user.send_voice(repeated(MINUTE.data, times), times * MINUTE.seconds)


def shows_text(message: Message) -> bool:
    """Whether it is a status with the text so far."""
    return "%" in message.text and "\n\n" in message.text


def percent_and_text(status: str) -> tuple[int, str]:
    first, _, so_far = status.partition("\n\n")
    found = re.search(r"(\d+) ?%", first)
    assert found
    return int(found[1]), so_far.removesuffix(" …")


async def test_the_text_of_a_long_one_grows_and_becomes_the_answer(scene: Scene) -> None:
    anna = scene.person()
    await scene.make_unlimited(anna)
    sent = await send_lecture(anna)
    answer = await scene.answer_to(sent, 120)
    await scene.delivered(sent)
    steps = [percent_and_text(text) for text in answer.texts if "%" in text]
    assert len(steps) > 1
    assert [percent for percent, _ in steps] == sorted(percent for percent, _ in steps)
    assert all(in_one_line(answer.text).startswith(so_far) for _, so_far in steps)
    lengths = [len(so_far) for _, so_far in steps]
    assert lengths == sorted(lengths)
    assert 0 < lengths[-1] < len(answer.text)
    assert all(text.startswith("⏳") for text in answer.texts[:-1])
    assert {entity.kind for entity in answer.entities} <= {"Blockquote", "Underline"}
    assert anna.chat.visible == [sent, answer]


async def test_one_over_its_limit_gives_nothing_away(scene: Scene) -> None:
    anna = scene.person()
    await scene.set_quota(anna, 90)
    sent = await anna.send_voice(repeated(MINUTE.data, TIMES), 20)
    answer = await scene.answer_to(sent, 120)
    assert answer.text.endswith("Ничего не списано.")
    assert not [text for text in answer.texts if "%" in text or "\n\n" in text]
    await scene.assert_nothing_charged(anna)


async def test_a_note_overtakes_another_user_s_lecture(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    await scene.make_unlimited(anna)
    lecture = await send_lecture(anna, 4)
    scene.answered_in_parts.append(lecture)
    await anna.wait_reply(lecture, shows_text, 60)
    assert scene.spooled() == [], "the media is not needed any more"
    quick = await scene.answer_to(await send(ben, SHORT))
    assert quick.text == SHORT.text
    slow = await scene.answer_to(lecture, 120)
    assert quick.edits[-1].at < slow.edits[-1].at


async def test_a_long_one_shows_progress_and_a_short_one_does_not_wait_for_it(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person("en")
    await scene.make_unlimited(anna)
    slow = await send(anna, LONG)
    await scene.busy_worker()
    quick = await scene.answer_to(await send(ben, ENGLISH))
    answer = await scene.answer_to(slow)
    assert quick.edits[-1].at < answer.edits[-1].at
    assert [text for text in answer.texts if "%" in text] == sorted(
        {text for text in answer.texts if "%" in text}, key=percent
    )
    assert any("%" in text for text in answer.texts)
    assert "%" not in answer.text


async def test_a_long_recording_may_lose_workers_in_several_places(scene: Scene) -> None:
    anna, times = scene.person("en"), 10
    await scene.make_unlimited(anna)
    sent = await anna.send_voice(repeated(LONG.data, times), times * LONG.seconds)
    await anna.wait_reply(sent, lambda status: percent(status.text) > 0, 40)
    first = await scene.busy_worker()
    os.kill(first, signal.SIGKILL)
    await anna.wait_reply(sent, lambda status: percent(status.text) > 40, 40)
    os.kill(await scene.busy_worker(first), signal.SIGKILL)
    answer = await scene.answer_to(sent)
    scene.answered_in_parts.append(sent)
    await scene.delivered(sent)
    assert answer.text.startswith(LONG.text.split()[0])
    assert (await scene.account(anna)).recordings == 1


async def test_how_long_it_will_take_is_told_and_remembered(scene: Scene) -> None:
    anna = scene.person()
    await scene.make_unlimited(anna)
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    frozen = await scene.freeze_workers()
    sent = await send_lecture(anna, 7)
    status = await anna.wait_reply(sent)
    assert re.fullmatch(r"⏳ Распознаю… примерно (\d+ (секунд|минут|час)\w*)", status.text), status.text
    thaw(frozen)
    await anna.wait_reply(sent, shows_text, 60)
    answer = await scene.answer_to(sent, 240)
    scene.answered_in_parts.append(sent)
    assert any("ещё примерно" in text for text in answer.texts)
    await scene.delivered(sent)
    report = await scene.service.control.perform(ShowStatus())
    assert report.today is not None
    assert report.today.median_error_seconds is not None
    assert all(worker.real_time_factor for worker in report.workers)
    assert report.sandbox is not None


async def test_who_waits_in_the_queue_is_told_how_long(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    await scene.make_unlimited(anna)
    frozen = await scene.freeze_workers()
    lectures = [await send_lecture(anna, 1) for _ in range(4)]
    await asyncio.gather(*(anna.wait_reply(lecture) for lecture in lectures))
    sent = await send(ben, SHORT)
    status = await ben.wait_reply(sent)
    # Anna's other lectures were there before, but it is not their turn.
    assert status.text.startswith("⏳ В очереди: ваша запись следующая…"), status.text
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text
    await asyncio.gather(*(scene.answer_to(lecture, 240) for lecture in lectures))


async def test_no_more_is_fetched_ahead_than_allowed(scene: Scene) -> None:
    people = [scene.person() for _ in range(16)]
    frozen = await scene.freeze_workers()
    sent = [await send(each, SHORT) for each in people]
    await asyncio.gather(*(each.wait_reply(message) for each, message in zip(people, sent, strict=True)))
    await scene.telegram.wait_for(lambda: len(scene.spooled()) >= FETCH_AHEAD, 10, "recordings in the spool")
    answers = asyncio.gather(*(scene.text_for(message) for message in sent))
    thaw(frozen)
    most = 0
    while not answers.done():
        most = max(most, len(scene.spooled()))
        await asyncio.sleep(0.01)
    assert await answers == [SHORT.text] * len(people)
    # Each worker may have one, and one that is done and just being removed; beside these so many are fetched ahead.
    assert FETCH_AHEAD <= most <= FETCH_AHEAD + 2 * len(frozen)
