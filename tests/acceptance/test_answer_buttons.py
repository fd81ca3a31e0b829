"""The answer of a long recording: how its text stands there, and the buttons under it, pressed as people would."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.answers import is_final
from tests.support.menus import labels
from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send, thaw
from tests.support.service import Settings
from tests.support.telegram import Chat, MediaKind, Message, RpcError, User
from tests.support.waiting import until
from tests.support.words import in_one_line
from voicepipe.control.messages import ForgetUser

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, SENTENCES, MINUTES = SAMPLES["seen_ru_18.ogg"], SAMPLES["sentences_ru.ogg"], SAMPLES["minutes_ru.ogg"]
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "service": {"transcript_retention_hours": 24},
    "quota": {"daily_seconds": 3600},
}
FORMATS, TIMES, TEXT = [".txt", ".srt", ".vtt"], TEXTS.get("ru", "answer-times"), TEXTS.get("ru", "answer-text")
HIDE, YES, NO = (TEXTS.get("ru", f"answer-{name}") for name in ("hide", "hide-yes", "hide-no"))
AGAIN, BACK = TEXTS.get("ru", "answer-again"), TEXTS.get("ru", "answer-again-back")
GONE, NOT_YOURS = TEXTS.get("ru", "button-gone"), TEXTS.get("ru", "answer-not-yours")


async def answer_of(scene: Scene, anna: User, chat: Chat | None = None) -> Message:
    """The answer to several sentences, once the service knows that it is there."""
    sent = await send(anna, SENTENCES, chat=chat or anna.chat)
    answer = await scene.answer_to(sent)
    await scene.delivered(sent)
    return answer


async def press(user: User, message: Message, button: str) -> str:
    """The notice."""
    return (await (await user.press(message, button)).wait_answer()).text


async def forge(user: User, message: Message, data: str) -> str:
    """The notice."""
    return (await (await user.forge(message, data.encode())).wait_answer()).text


async def changed(scene: Scene, message: Message, button: str) -> None:
    """Wait until there is such a button under a message."""
    await scene.telegram.wait_for(lambda: button in labels(message) or None, 30, button)


async def documents(scene: Scene, answer: Message, number: int) -> list[Message]:
    """The files that came in reply to an answer, once there are so many."""

    def found() -> list[Message] | None:
        replies = answer.chat.replies_to(answer)
        return replies if len(replies) >= number else None

    return await scene.telegram.wait_for(found, 30, "files")


# --- how the text stands there --------------------------------------------------------------------------------------
async def test_a_note_is_answered_by_its_text_and_nothing_else(scene: Scene) -> None:
    answer = await scene.answer_to(await send(scene.person(), SHORT))
    assert (answer.text, answer.entities, answer.buttons) == (SHORT.text, (), [])


async def test_a_longer_recording_comes_in_paragraphs_with_buttons(scene: Scene) -> None:
    answer = await answer_of(scene, scene.person())
    assert in_one_line(answer.text) == SENTENCES.text
    assert "\n\n" in answer.text
    assert [[button.text for button in row] for row in answer.keyboard] == [FORMATS, [TIMES, AGAIN, HIDE]]


async def test_of_minutes_the_first_lines_are_shown_and_the_rest_is_folded(scene: Scene) -> None:
    anna = scene.person()
    answer = await scene.answer_to(await send(anna, MINUTES))
    (quote,) = (entity for entity in answer.entities if entity.kind == "Blockquote")
    assert quote.extra["collapsed"] is True
    assert 50 < quote.offset < 320
    assert quote.offset + quote.length == len(answer.text)
    assert answer.text[quote.offset - 1] == "\n"


async def test_a_very_long_text_comes_as_a_file_too(tmp_path: Path) -> None:
    async with open_scene(tmp_path, {"answers": {"file_from_signs": 1000}, "quota": {"daily_seconds": 3600}}) as scene:
        sent = await scene.person().send_voice(MINUTES.data, MINUTES.seconds)
        scene.answered_in_parts.append(sent)
        answer = await scene.answer_to(sent)
        await scene.delivered(sent)
        text, file = answer.chat.replies_to(sent)
    assert file.document is not None
    assert file.document.kind is MediaKind.DOCUMENT
    assert file.document.file_name.endswith(".txt")
    assert in_one_line(file.document.data.decode("utf-8-sig")) == in_one_line(text.text)


# --- files ----------------------------------------------------------------------------------------------------------
async def test_each_format_comes_as_a_file_once(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    files = []
    for number, label in enumerate(FORMATS, start=1):
        assert await press(anna, answer, label) == ""
        files.append((await documents(scene, answer, number))[-1].document)
    assert [file.file_name.rpartition(".")[2] for file in files if file] == ["txt", "srt", "vtt"]
    txt, srt, vtt = (file.data.decode("utf-8-sig") for file in files if file)
    assert in_one_line(txt) == SENTENCES.text
    assert srt.startswith("1\n00:00:0")
    assert vtt.startswith("WEBVTT\n")


async def test_copies_of_a_press_bring_one_file(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    scene.telegram.faults.push_copies = 3
    await press(anna, answer, ".srt")
    scene.telegram.faults.push_copies = 1
    await press(anna, answer, ".vtt")
    names = [file.document.file_name[-4:] for file in await documents(scene, answer, 2) if file.document]
    assert names == [".srt", ".vtt"]


# --- the text in another form ---------------------------------------------------------------------------------------
async def test_times_take_the_place_of_the_text_and_go_again(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    before = (answer.text, labels(answer))
    await press(anna, answer, TIMES)
    await changed(scene, answer, TEXT)
    assert answer.text.startswith("0:0")
    assert len(answer.text.split("\n")) > 2
    await press(anna, answer, TEXT)
    await changed(scene, answer, TIMES)
    assert (answer.text, labels(answer)) == before


async def test_an_answer_goes_when_that_is_confirmed(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    text = answer.text
    assert "?" in await press(anna, answer, HIDE)
    await changed(scene, answer, YES)
    await press(anna, answer, NO)
    await changed(scene, answer, HIDE)
    assert (answer.text, answer.is_deleted) == (text, False)
    await press(anna, answer, HIDE)
    await changed(scene, answer, YES)
    await press(anna, answer, YES)
    await scene.telegram.wait_for(lambda: answer.is_deleted or None, 30, "the end of the answer")
    recording = answer.chat.messages[answer.reply_to or 0]
    assert not recording.is_deleted
    scene.unanswered.append(recording)


async def test_no_from_the_view_with_times_leads_back_there(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    await press(anna, answer, TIMES)
    await changed(scene, answer, TEXT)
    await press(anna, answer, HIDE)
    await changed(scene, answer, NO)
    await press(anna, answer, NO)
    await changed(scene, answer, TEXT)


# --- another language -----------------------------------------------------------------------------------------------
async def test_a_recording_is_heard_again_in_another_language(scene: Scene) -> None:
    """Below the first text, as a job of its own; also when the service is killed as it is asked, and only once."""
    anna, seconds = scene.person(), round(SENTENCES.seconds)
    await anna.wait_reply(await anna.send_text("/settings languages en"))
    answer = await answer_of(scene, anna)
    await press(anna, answer, AGAIN)
    await changed(scene, answer, "Русский")
    assert "English" not in labels(answer)
    frozen = await scene.freeze_workers()
    assert await press(anna, answer, "Русский") == TEXTS.get("ru", "answer-again-taken")
    await scene.busy_worker()
    await scene.service.kill()
    thaw(frozen)
    await scene.service.start()
    recording = anna.chat.messages[answer.reply_to or 0]
    again = await anna.wait_reply(recording, lambda reply: reply is not answer and is_final(reply), 90)
    assert in_one_line(again.text) == SENTENCES.text
    await changed(scene, answer, AGAIN)
    await press(anna, answer, AGAIN)
    await changed(scene, answer, "Русский")
    await press(anna, answer, "Русский")
    await changed(scene, answer, AGAIN)
    await scene.assert_works()
    assert answer.chat.replies_to(recording) == [answer, again]
    scene.answered_in_parts.append(recording)
    assert (await scene.account(anna)).used_today_seconds == 2 * seconds


async def test_the_command_takes_a_language(scene: Scene) -> None:
    anna = scene.person()
    await anna.wait_reply(await anna.send_text("/settings languages en"))
    answer = await answer_of(scene, anna)
    assert answer.reply_to is not None
    recording = anna.chat.messages[answer.reply_to]
    await anna.send_text("/transcribe по-русски", reply_to=recording)
    again = await anna.wait_reply(recording, lambda reply: reply is not answer and is_final(reply), 90)
    assert in_one_line(again.text) == SENTENCES.text
    scene.answered_in_parts.append(recording)


async def test_the_languages_go_again_where_none_is_chosen(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    before = labels(answer)
    await press(anna, answer, AGAIN)
    await changed(scene, answer, BACK)
    await press(anna, answer, BACK)
    await changed(scene, answer, AGAIN)
    assert labels(answer) == before


# --- who may, and what can't be forged ------------------------------------------------------------------------------
async def test_in_a_group_the_sender_and_administrators_may_press(scene: Scene) -> None:
    anna, ben, root = scene.person(), scene.person(), scene.person()
    group = scene.supergroup(anna, ben, root)
    group.administrators.add(root.id)
    answer = await answer_of(scene, anna, group)
    assert await press(ben, answer, ".srt") == NOT_YOURS
    assert await press(root, answer, ".srt") == ""
    assert await press(anna, answer, ".vtt") == ""
    assert len(await documents(scene, answer, 2)) == 2


async def test_what_somebody_has_asked_for_has_its_buttons(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    group = scene.supergroup(anna, ben)
    song = await ben.send_audio(SENTENCES.data, SENTENCES.seconds, chat=group)
    await anna.send_text("/transcribe@loopback_bot", chat=group, reply_to=song)
    answer = await anna.wait_reply(song, is_final, 60)
    await scene.delivered(song)
    assert await press(ben, answer, ".srt") == NOT_YOURS
    assert await press(anna, answer, ".srt") == ""
    assert len(await documents(scene, answer, 1)) == 1


@pytest.mark.parametrize("data", ["answer:srt:text", "answer:hide-yes:text", "answer:nonsense", "answer:"])
async def test_forged_buttons_reach_nobody_s_text(scene: Scene, data: str) -> None:
    """Mallory makes a client send what he likes, under messages that he sees."""
    anna, mallory = scene.person(), scene.person()
    answer = await answer_of(scene, anna)
    help_text = await scene.answer_to(await mallory.send_text("/help"))
    assert await forge(mallory, help_text, data) == GONE
    if data != "answer:":
        stranger = await forge(mallory, answer, data)
        assert stranger in (NOT_YOURS, GONE)
    assert not answer.is_deleted
    assert answer.chat.replies_to(answer) == []


# --- for how long ---------------------------------------------------------------------------------------------------
@pytest_asyncio.fixture(loop_scope="module")
async def fading(tmp_path: Path) -> AsyncIterator[Scene]:
    settings: Settings = {"answers": {"buttons_minutes": 0.02}, "service": {"transcript_retention_hours": 24}}
    async with open_scene(tmp_path, settings) as opened:
        yield opened


async def test_buttons_go_after_a_while_and_the_text_stays(fading: Scene) -> None:
    anna = fading.person()
    answer = await fading.answer_to(await send(anna, SENTENCES))
    await fading.telegram.wait_for(lambda: answer.buttons == [] or None, 40, "no buttons")
    assert in_one_line(answer.text) == SENTENCES.text


async def test_buttons_go_also_when_the_service_was_away(fading: Scene) -> None:
    anna = fading.person()
    sent = await send(anna, SENTENCES)
    answer = await fading.answer_to(sent)
    await fading.delivered(sent)
    await fading.service.kill()
    assert answer.buttons != []
    await fading.service.start()
    await fading.telegram.wait_for(lambda: answer.buttons == [] or None, 40, "no buttons")


async def test_buttons_that_can_not_be_taken_away_are_let_be(fading: Scene) -> None:
    anna = fading.person()
    answer = await fading.answer_to(await send(anna, SENTENCES))
    fading.telegram.faults.answer("messages.EditMessage", RpcError(400, "CHAT_WRITE_FORBIDDEN"), times=None)
    await until(lambda: hidden(fading), 40)
    fading.telegram.faults.clear()
    assert labels(answer)


def hidden(scene: Scene) -> bool:
    with contextlib.closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
        found: tuple[int, int] = db.execute("SELECT count(*), count(hides_at) FROM answers").fetchone()
        return found == (1, 0)


async def test_what_is_not_kept_has_no_buttons(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        answer = await scene.answer_to(await send(scene.person(), SENTENCES))
        assert (in_one_line(answer.text), answer.buttons) == (SENTENCES.text, [])


async def test_buttons_of_who_is_forgotten_are_old(scene: Scene) -> None:
    anna = scene.person()
    answer = await answer_of(scene, anna)
    await scene.service.control.perform(ForgetUser(user_id=anna.id))
    assert await press(anna, answer, ".srt") == GONE
    assert answer.chat.replies_to(answer) == []
