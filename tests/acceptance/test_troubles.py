"""Telegram and the machine misbehave; every recording still gets exactly one answer."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from pyrogram.raw import types
from pyrogram.raw.base import Updates

from tests.support.answers import percent
from tests.support.media import repeated, silent_opus
from tests.support.scene import SAMPLES, TEXTS, Scene, close_scene, open_scene, send, thaw
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram, RpcError, flood_wait, server_error
from tests.support.words import in_one_line
from voicepipe.machine import cpu_seconds

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
LONG = max((sample for sample in SAMPLES.values() if sample.language == "en"), key=lambda sample: sample.seconds)
HOUR_SECONDS = 3600
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "telegram": {"edit_interval_seconds": 0.1, "request_timeout_seconds": 1.5},
    "limits": {"max_recording_seconds": HOUR_SECONDS},
    "workers": {"backoff_base_seconds": 0.1},
}


# --- Telegram refuses for a while -----------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["messages.SendMessage", "messages.EditMessage", "upload.GetFile"])
async def test_flood_waits_are_obeyed(scene: Scene, method: str) -> None:
    scene.telegram.faults.answer(method, flood_wait(1), times=2 if method == "messages.SendMessage" else 1)
    begun_at = time.monotonic()
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text
    assert time.monotonic() - begun_at > 1


async def test_a_flood_in_one_chat_holds_up_no_other(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person("en")
    scene.telegram.faults.answer("messages.EditMessage", flood_wait(3))
    slow = await send(anna, SHORT)
    async with asyncio.timeout(30):
        await scene.service.wait_event("flood waited", method="messages.EditMessage", seconds=3.0)
    english = SAMPLES["seen_en_03.ogg"]
    quick = await scene.answer_to(await send(ben, english))
    assert quick.text == english.text
    assert (await scene.answer_to(slow)).edits[-1].at > quick.edits[-1].at


async def test_many_floods_of_a_download_are_no_reason_to_give_up(scene: Scene) -> None:
    scene.telegram.faults.answer("upload.GetFile", flood_wait(0), times=8)
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text


@pytest.mark.parametrize("method", ["messages.SendMessage", "messages.EditMessage", "upload.GetFile"])
async def test_server_errors_are_outlasted(scene: Scene, method: str) -> None:
    scene.telegram.faults.answer(method, server_error(), times=2)
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("method", ["messages.SendMessage", "messages.EditMessage"])
async def test_an_unanswered_request_is_repeated_without_a_second_message(
    scene: Scene, method: str, performed: bool
) -> None:
    anna = scene.person()
    scene.telegram.faults.silence(method, performed=performed)
    sent = await send(anna, SHORT)
    assert await scene.text_for(sent) == SHORT.text
    await scene.delivered(sent)
    assert len(anna.chat.visible) == 2


async def test_an_edit_refused_for_no_reason_of_the_chat_is_tried_again(scene: Scene) -> None:
    scene.telegram.faults.answer("messages.EditMessage", RpcError(400, "MSG_WAIT_FAILED"))
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text


async def test_an_edit_always_refused_for_no_reason_of_the_chat_is_sent_instead(scene: Scene) -> None:
    anna = scene.person()
    scene.telegram.faults.answer("messages.EditMessage", RpcError(400, "SOMETHING_NEW"), times=None)
    sent = await send(anna, SHORT)
    await anna.wait_message(lambda message: message.text == SHORT.text, timeout_seconds=30)
    await scene.delivered(sent)
    scene.telegram.faults.clear()
    status, _ = sent.chat.replies_to(sent)
    await anna.delete(status)


async def test_an_answer_that_telegram_refuses_for_no_known_reason_is_kept_and_tried_again(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    await anna.delete(await anna.wait_reply(sent))
    scene.telegram.faults.answer("messages.SendMessage", RpcError(400, "CONNECTION_NOT_INITED"), times=3)
    scene.telegram.faults.answer("messages.SendMessage", RpcError(456, "SOMETHING_NEW"), times=2)
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text
    assert not scene.service.events("job undeliverable", chat_id=anna.id)


@pytest.mark.parametrize("answer", [types.UpdatesTooLong(), types.UpdateShort(update=types.UpdateConfig(), date=0)])
async def test_a_status_confirmed_in_another_way_becomes_the_answer(scene: Scene, answer: Updates) -> None:
    def say_something_else() -> None:
        scene.telegram.faults.answer("messages.SendMessage", answer)

    scene.telegram.faults.silence("messages.SendMessage", performed=True)
    scene.telegram.faults.hook("messages.SendMessage", say_something_else, performed=True)
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text


# --- files ----------------------------------------------------------------------------------------------------------
async def test_an_expired_file_reference_is_renewed(scene: Scene) -> None:
    faults = scene.telegram.faults
    faults.hold_pushes = True
    sent = await send(scene.person(), SHORT)
    faults.expire_reference(sent)
    await faults.release_pushes()
    assert await scene.text_for(sent) == SHORT.text


@pytest.mark.parametrize(
    "error", [RpcError(400, "MSG_WAIT_FAILED"), RpcError(456, "SOMETHING_NEW"), RpcError(-503, "Timeout")]
)
async def test_a_file_refused_for_a_moment_is_asked_for_again(scene: Scene, error: RpcError) -> None:
    scene.telegram.faults.answer("upload.GetFile", error)
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text


async def test_a_file_refused_for_good_is_an_apology(scene: Scene) -> None:
    anna = scene.person()
    scene.telegram.faults.answer("upload.GetFile", RpcError(400, "LOCATION_INVALID"))
    assert await scene.text_for(await send(anna, SHORT)) == TEXTS.get("ru", "failed-fetch-failed")
    await scene.assert_nothing_charged(anna)


async def test_short_reads_are_repeated(scene: Scene) -> None:
    scene.telegram.faults.short_reads = 2
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text


async def test_a_file_that_never_comes_whole_is_an_apology(scene: Scene) -> None:
    anna = scene.person()
    sent = await send(anna, SHORT, declared_size=len(SHORT.data) + 10)
    assert await scene.text_for(sent) == TEXTS.get("ru", "failed-fetch-failed")
    await scene.assert_nothing_charged(anna)


async def test_first_files_of_a_foreign_data_centre_at_the_same_moment(tmp_path: Path) -> None:
    # A service of its own: the first file is what opens the connection, for all of them.
    async with open_scene(tmp_path) as scene:
        people = [scene.person() for _ in range(4)]
        sent = await asyncio.gather(*(send(each, SHORT, dc=4) for each in people))
        assert [await scene.text_for(message) for message in sent] == [SHORT.text] * 4
        # One for what the account does there, and one for all files.
        assert scene.telegram.connections_with(4) == 2


async def test_first_files_at_the_same_moment_come_over_one_connection(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        people = [scene.person() for _ in range(4)]
        before = scene.telegram.connection_count
        scene.telegram.faults.delay("help.GetConfig", 0.3)  # asked before a connection is made
        sent = await asyncio.gather(*(send(each, SHORT, dc=2) for each in people))
        assert [await scene.text_for(message) for message in sent] == [SHORT.text] * 4
        assert scene.telegram.connection_count == before + 1


async def test_a_first_file_given_up_leaves_the_connection_to_the_next(tmp_path: Path) -> None:
    settings = {"telegram": {"fetch_timeout_seconds": 1.0}}
    async with open_scene(tmp_path, settings) as scene:
        anna, ben = scene.person(), scene.person()
        scene.telegram.faults.delay("auth.ExportAuthorization", 1.5)
        sent = await send(anna, SHORT, dc=4)
        assert await scene.text_for(sent) == TEXTS.get("ru", "failed-fetch-failed")
        await scene.telegram.wait_call("auth.ImportAuthorization", times=2)
        assert await scene.text_for(await send(ben, SHORT, dc=4)) == SHORT.text
        assert scene.telegram.connections_with(4) == 2


# --- updates --------------------------------------------------------------------------------------------------------
async def test_copies_of_an_update_are_one_recording(scene: Scene) -> None:
    faults = scene.telegram.faults
    faults.push_copies, faults.push_to_all_sessions = 2, True
    try:
        sent = await send(scene.person(), SHORT, dc=4)
    finally:
        faults.push_copies, faults.push_to_all_sessions = 1, False
    assert await scene.text_for(sent) == SHORT.text
    await scene.delivered(sent)
    assert len(scene.service.events("job accepted", message_id=sent.id)) == 1
    assert len(sent.chat.visible) == 2


async def test_pushes_in_the_wrong_order(scene: Scene) -> None:
    anna, faults = scene.person(), scene.telegram.faults
    faults.hold_pushes = True
    sent = [await send(anna, SHORT) for _ in range(3)]
    await faults.release_pushes(newest_first=True)
    assert [await scene.text_for(message) for message in sent] == [SHORT.text] * 3


# --- the network ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("moment", ["messages.SendMessage", "upload.GetFile", "messages.EditMessage"])
async def test_connections_drop_at_any_moment(scene: Scene, moment: str) -> None:
    scene.telegram.faults.hook(moment, scene.telegram.drop_connections)
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text
    await scene.assert_works()


async def test_telegram_is_out_of_reach_for_a_while(scene: Scene) -> None:
    anna, faults = scene.person(), scene.telegram.faults
    used_before = cpu_seconds(scene.service.pid)
    faults.refuse_connections = True
    scene.telegram.drop_connections()
    sent = await send(anna, SHORT)
    await asyncio.sleep(2)
    assert scene.telegram.connection_count == 0
    # Trying again must not keep a processor busy.
    assert cpu_seconds(scene.service.pid) - used_before < 1
    faults.refuse_connections = False
    assert await scene.text_for(sent) == SHORT.text
    await scene.assert_works()


async def test_an_outage_is_told_in_few_lines_of_our_own(tmp_path: Path) -> None:
    async with open_scene(tmp_path, SETTINGS) as scene:
        await scene.assert_works()
        lines_before = len(scene.service.events())
        scene.telegram.faults.refuse_connections = True
        scene.telegram.drop_connections()
        sent = await send(scene.person(), SHORT)
        await asyncio.sleep(8)
        assert len(scene.service.events()) - lines_before <= 8, scene.service.log
        scene.telegram.faults.refuse_connections = False
        assert await scene.text_for(sent) == SHORT.text
        async with asyncio.timeout(10):
            assert (await scene.service.wait_event("connection restored"))["seconds"] > 7
        assert len(scene.service.events("connection lost")) == 1
        assert scene.service.library_lines == []


async def test_an_outage_longer_than_a_file_may_take(tmp_path: Path) -> None:
    settings = {"telegram": {"fetch_timeout_seconds": 6.0, "request_timeout_seconds": 2.0}}
    async with open_scene(tmp_path, settings) as scene:
        anna, faults = scene.person(), scene.telegram.faults
        faults.delay("upload.GetFile", 3.0)
        sent = await send(anna, SHORT)
        await scene.telegram.wait_call("upload.GetFile")
        faults.refuse_connections = True
        scene.telegram.drop_connections()
        await asyncio.sleep(9)
        faults.clear()
        faults.refuse_connections = False
        assert await scene.text_for(sent) == SHORT.text


async def test_a_connection_that_nothing_comes_over_is_made_anew(tmp_path: Path) -> None:
    settings = {"telegram": {"probe_seconds": 1.5, "request_timeout_seconds": 2.0}}
    async with open_scene(tmp_path, settings) as scene:
        await scene.assert_works()
        scene.telegram.faults.mute = True
        sent = await send(scene.person(), SHORT)
        async with asyncio.timeout(30):
            await scene.service.wait_event("session restarted")
        scene.telegram.faults.mute = False
        assert await scene.text_for(sent) == SHORT.text
        await scene.assert_works()


async def test_connections_drop_while_it_is_recognised(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    await scene.busy_worker()
    scene.telegram.drop_connections()
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text
    await scene.assert_works()


# --- messages that are not taken ------------------------------------------------------------------------------------
async def test_a_status_that_cannot_be_sent_costs_nobody_the_answer(scene: Scene) -> None:
    anna = scene.person()
    scene.telegram.faults.answer("messages.SendMessage", RpcError(400, "MESSAGE_TOO_LONG"))
    sent = await send(anna, SHORT)
    answer = await scene.answer_to(sent)
    assert answer.texts == [SHORT.text]
    assert anna.chat.visible == [sent, answer]


async def test_an_answer_that_cannot_be_edited_in_is_sent(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    await anna.wait_reply(sent)
    scene.telegram.faults.answer("messages.EditMessage", RpcError(400, "MESSAGE_EDIT_TIME_EXPIRED"), times=None)
    thaw(frozen)
    await anna.wait_message(lambda message: message.text == SHORT.text, timeout_seconds=30)
    await scene.delivered(sent)
    scene.telegram.faults.clear()
    status, answer = sent.chat.replies_to(sent)
    assert status.text.startswith("⏳ Распознаю…")
    assert answer.text == SHORT.text
    await anna.delete(status)


# --- Telegram is slow -----------------------------------------------------------------------------------------------
async def test_an_answer_that_is_ready_before_the_status_is_sent(scene: Scene) -> None:
    anna = scene.person()
    scene.telegram.faults.delay("messages.SendMessage", 1.2)
    sent = await send(anna, SHORT)
    answer = await scene.answer_to(sent)
    scene.telegram.faults.clear()
    await scene.delivered(sent)
    status, text = answer.texts
    assert (status.startswith("⏳ Распознаю…"), text) == (True, SHORT.text)
    assert anna.chat.visible == [sent, answer]


async def test_no_progress_is_shown_after_the_answer(scene: Scene) -> None:
    anna, long = scene.person(), SAMPLES["sentences_ru.ogg"]
    scene.telegram.faults.delay("messages.EditMessage", 0.3)
    sent = await send(anna, long)
    answer = await scene.answer_to(sent)
    await scene.delivered(sent)
    # Whatever else was on its way comes before this.
    scene.telegram.faults.delay("messages.SendMessage", 0.5)
    await scene.answer_to(await anna.send_text("/help"))
    scene.telegram.faults.clear()
    assert in_one_line(answer.text) == long.text
    assert answer.texts.count(answer.text) == 1


async def test_progress_that_comes_to_effect_late_does_not_replace_the_answer(scene: Scene) -> None:
    anna, faults = scene.person(), scene.telegram.faults
    await scene.make_unlimited(anna)
    sent = await anna.send_voice(repeated(LONG.data, 2), 2 * LONG.seconds)
    await anna.wait_reply(sent, lambda status: percent(status.text) > 60, 60)
    edits = len(scene.telegram.calls_of("messages.EditMessage"))
    faults.delay("messages.EditMessage", 5)
    late = await scene.telegram.wait_call("messages.EditMessage", edits + 1, 60)
    faults.delay("messages.EditMessage", 0)
    await scene.delivered(sent)
    await asyncio.sleep(late.at + 5.5 - time.monotonic())
    (answer,) = sent.chat.replies_to(sent)
    assert any(text.startswith("⏳") and "%" in text for text in answer.texts)
    assert answer.text.startswith(LONG.text.split()[0])


# --- people -------------------------------------------------------------------------------------------------------
async def test_a_recording_deleted_meanwhile_is_answered_all_the_same(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    await scene.busy_worker()
    await anna.wait_reply(sent)
    await anna.delete(sent)
    thaw(frozen)
    await anna.wait_message(lambda message: message.text == SHORT.text, timeout_seconds=30)
    await scene.delivered(sent)
    assert len(anna.chat.visible) == 1


async def test_a_recording_deleted_before_the_status_is_answered_without_reply(scene: Scene) -> None:
    anna = scene.person()

    def delete_recording() -> None:
        scene.telegram.world.delete(anna.chat.visible)

    scene.telegram.faults.hook("messages.SendMessage", delete_recording)
    sent = await send(anna, SHORT)
    answer = await anna.wait_message(lambda message: message.text == SHORT.text, timeout_seconds=30)
    assert answer.reply_to is None
    await scene.delivered(sent)
    assert anna.chat.visible == [answer]
    scene.unanswered.append(sent)


async def test_a_deleted_status_message_is_replaced(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    status = await anna.wait_reply(sent)
    await anna.delete(status)
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text


async def test_somebody_who_has_blocked_the_bot_harms_nobody(scene: Scene) -> None:
    anna = scene.person()
    anna.person.blocked_bot = True
    sent = await send(anna, SHORT)
    scene.unanswered.append(sent)
    async with asyncio.timeout(30):
        event = await scene.service.wait_event("job undeliverable", chat_id=anna.id)
    assert event["cause"] == "USER_IS_BLOCKED"
    anna.person.blocked_bot = False
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text


async def test_a_group_that_removed_the_bot_harms_nobody(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=group)
    status = await anna.wait_reply(sent)
    group.members.discard(scene.telegram.world.bot.id)
    thaw(frozen)
    async with asyncio.timeout(30):
        await scene.service.wait_event("job undeliverable", chat_id=group.id)
    assert status.text.startswith("⏳")
    await anna.delete(status)
    scene.unanswered.append(sent)
    await scene.assert_works()


# --- worker processes ---------------------------------------------------------------------------------------------
async def test_a_worker_killed_at_work_costs_nobody_the_answer(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    os.kill(await scene.busy_worker(), signal.SIGKILL)
    thaw(frozen)
    assert await scene.text_for(sent) == SHORT.text
    assert (await scene.account(anna)).used_today_seconds == round(SHORT.seconds)
    await scene.idle_workers()


async def test_idle_workers_killed_are_replaced(scene: Scene) -> None:
    for pid in await scene.idle_workers():
        os.kill(pid, signal.SIGKILL)
    assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text
    await scene.idle_workers()


async def test_a_recording_that_ends_two_workers_is_given_up_and_refunded(scene: Scene) -> None:
    anna = scene.person("en")
    await scene.set_quota(anna, HOUR_SECONDS)
    # To find out that it is silent takes one worker a while.
    sent = await anna.send_voice(silent_opus(HOUR_SECONDS - 1), HOUR_SECONDS - 1)
    answering = asyncio.ensure_future(scene.text_for(sent))
    killed: list[int] = []
    while not answering.done():
        killing = asyncio.ensure_future(scene.busy_worker(*killed))
        await asyncio.wait((answering, killing), return_when=asyncio.FIRST_COMPLETED)
        if killing.done():
            await asyncio.sleep(0.2)
            killed.append(killing.result())
            os.kill(killed[-1], signal.SIGKILL)
        killing.cancel()
    assert await answering == TEXTS.get("en", "failed-poison")
    assert len(killed) == 2
    await scene.assert_nothing_charged(anna)
    await scene.assert_works()


async def test_a_worker_that_hangs_is_ended_by_the_deadline(tmp_path: Path) -> None:
    settings = {"workers": {"task_timeout_floor_seconds": 3.0, "task_timeout_per_audio_second": 0.1}}
    async with open_scene(tmp_path, settings) as scene:
        anna = scene.person()
        pid = (await scene.idle_workers())[0]
        os.kill(pid, signal.SIGSTOP)
        sent = await send(anna, SHORT)
        assert await scene.busy_worker() == pid
        assert await scene.text_for(sent) == SHORT.text
        assert [event["cause"] for event in scene.service.events("worker died", pid=pid)] == ["deadline"]
        assert [line.kind for line in await scene.ledger(anna)] == ["reserve", "settle"]


async def test_workers_that_cannot_be_kept_end_the_service_for_a_fresh_start(tmp_path: Path) -> None:
    settings = {"workers": {"count": 1, "max_failures": 2, "backoff_base_seconds": 0.05}}
    async with open_scene(tmp_path, settings) as scene:
        killed = await scene.idle_workers()
        os.kill(killed[0], signal.SIGKILL)
        await scene.service.wait_event("worker ready", times=2)
        os.kill((await scene.idle_workers())[0], signal.SIGKILL)
        assert await scene.service.wait_exit() == 1
        assert "No worker process can be kept running" in scene.service.log
        await scene.service.start()
        await scene.assert_works()


# --- start-up -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("trouble", ["refused", "hangs"])
async def test_commands_that_cannot_be_registered_neither_stop_nor_delay_the_service(
    tmp_path: Path, trouble: str
) -> None:
    async with LoopbackTelegram() as telegram:
        match trouble:
            case "refused":
                telegram.faults.answer("bots.SetBotCommands", RpcError(400, "BOT_COMMAND_INVALID"), times=None)
            case "hangs":
                telegram.faults.silence("bots.SetBotCommands", times=None)
        async with RunningService(telegram, tmp_path) as service:
            scene = Scene(telegram, service)
            await telegram.wait_call("bots.SetBotCommands")
            await scene.assert_works()
            await close_scene(scene)
