"""The service's own life: how it starts, what it weighs, how it ends, and what the next start makes of a sudden end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.answers import has_reply
from tests.support.processes import children_of, is_alive, resident_bytes
from tests.support.scene import SAMPLES, Scene, open_scene, send, thaw
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram, User, flood_wait
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, VOICE = SAMPLES["seen_ru_18.ogg"], SAMPLES["seen_ru_15.ogg"]
ONE_WORKER = {"workers": {"count": 1}}
MOST_START_SECONDS = 5.0
MOST_SUPERVISOR_BYTES = 200 << 20
"""Measured: 181 MiB on Python 3.11, and 8 more on 3.13, whose classes are larger; Telegram's schema has thousands, and
the texts of twelve languages take 6."""
OF_THE_SUPERVISOR = ("duckdb", "pyrogram", "uvloop")
OF_A_WORKER = ("ctranslate2", "onnxruntime", "av")


# --- weight ---------------------------------------------------------------------------------------------------------
async def test_start_memory_and_what_the_processes_are_made_of(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        [ready] = scene.service.events("service ready")
        workers = await scene.idle_workers()
        anna = scene.person()
        await scene.make_unlimited(anna)
        for message in [await send(anna, SHORT) for _ in range(30)]:
            await scene.answer_to(message)
        memory = resident_bytes(scene.service.pid)
        print(f"ready after {ready['start_seconds']} s, supervisor {memory >> 20} MiB")  # noqa: T201  what was measured, for pytest -rP

        supervisor = _mapped_packages(scene.service.pid)
        assert supervisor.isdisjoint(OF_A_WORKER)
        assert {"duckdb", "uvloop"} <= supervisor
        for pid in workers:
            packages = _mapped_packages(pid)
            assert packages.isdisjoint(OF_THE_SUPERVISOR)
            assert set(OF_A_WORKER) <= packages
        assert memory <= MOST_SUPERVISOR_BYTES
        assert ready["bot"] == f"@{scene.telegram.world.bot.username}"
        assert ready["start_seconds"] <= MOST_START_SECONDS * _slowness()


def _slowness() -> float:
    """How much longer things may take on a machine that has more to do than processors."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _mapped_packages(pid: int) -> set[str]:
    """The installed packages whose libraries a process has mapped."""
    paths = re.findall(
        r"/site-packages/(\w+?)(?:\.libs|\.cpython|\.abi3|/|\.so)", Path(f"/proc/{pid}/maps").read_text()
    )
    return {name.lstrip("_") for name in paths}


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("voicepipe.service", ("ctranslate2", "faster_whisper", "av", "onnxruntime")),
        ("voicepipe.worker.main", ("pyrogram", "duckdb")),
        ("voicepipe.worker.engines.whisper", ("pyrogram", "duckdb")),
    ],
)
async def test_what_a_process_imports(module: str, forbidden: Iterable[str]) -> None:
    program = f"import sys, {module}; print([name for name in {list(forbidden)} if name in sys.modules])"
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


async def test_nobody_else_may_read_what_the_service_keeps(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        await scene.assert_works()
        state = scene.service.state_path
        open_to_others = [path.name for path in (state, *state.rglob("*")) if path.stat().st_mode & 0o077]
        assert open_to_others == ["control.sock"]
        assert (state / "control.sock").stat().st_mode & 0o777 == 0o660


# --- starts that can't be -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"telegram": {"bot_token": "1001:wrong"}}, "bot_token"),
        ({"telegram": {"bot_token": ""}}, "bot_token"),
        ({"recognition": {"model": "/nowhere/at/all"}}, "/nowhere/at/all"),
        ({"recognition": {"model": "base"}}, "voicepipe model download"),
        ({"quota": {"daily_secondz": 60}}, "daily_seconds"),
    ],
    ids=["wrong token", "no token", "no model", "model not downloaded", "typo"],
)
async def test_a_start_that_cannot_be_ends_with_one_clear_error(
    tmp_path: Path, settings: dict[str, dict[str, str | int | float | bool]], words: str
) -> None:
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path, settings)
        await service.spawn()
        assert await service.wait_exit() == 78
        assert words in service.log
        assert "Traceback" not in service.log
        assert len(service.log.strip().splitlines()) <= 3, service.log
        assert "1001:wrong" not in service.log


async def test_a_start_that_telegram_does_not_allow_now_may_be_repeated(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        telegram.faults.answer("auth.ImportBotAuthorization", flood_wait(3000))
        service = RunningService(telegram, tmp_path)
        await service.spawn()
        assert await service.wait_exit() == 75
        assert "FLOOD_WAIT" in service.log
        assert "Traceback" not in service.log


async def test_under_systemd_a_telegram_that_is_away_is_waited_for(tmp_path: Path) -> None:
    """Whoever starts it is not held up, and not told of a failure; the watchdog is fed meanwhile."""
    async with LoopbackTelegram() as telegram:
        ann = telegram.user(7)
        telegram.faults.answer("auth.ImportBotAuthorization", flood_wait(3000), times=3)
        service = RunningService(telegram, tmp_path, {"telegram": {"probe_seconds": 1.0}})
        with listening_systemd() as (address, said):
            service.environment |= {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "900000"}
            await service.spawn()
            async with asyncio.timeout(30):
                await until(lambda: "READY=1" in said)
                waiting = await service.wait_event("sign in delayed")
                await service.wait_event("service ready")
                await until(lambda: "STATUS=at work" in said)
            assert "FLOOD_WAIT" in waiting["cause"]
            assert any(line.startswith("STATUS=waiting: Telegram does not let the bot sign in") for line in said)
            before_work = said[: said.index("STATUS=at work")]
            assert before_work.count("WATCHDOG=1") >= 5
            sent = await ann.send_voice(SHORT.data, SHORT.seconds)
            await ann.wait_reply(sent, lambda message: message.text == SHORT.text, timeout_seconds=30)
            assert await service.stop() == 0


@contextmanager
def listening_systemd() -> Iterator[tuple[str, list[str]]]:
    """The address that systemd listens on, and what it was told so far."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"{directory}/notify")

        def receive() -> None:
            while lines := receiver.recv(4096).decode().splitlines():
                said.extend(lines)

        listening = threading.Thread(target=receive, name="systemd")
        listening.start()
        yield f"{directory}/notify", said
        receiver.shutdown(socket.SHUT_RD)
        listening.join()


async def test_a_signal_ends_a_start_that_telegram_does_not_answer(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        telegram.faults.silence("auth.ImportBotAuthorization", times=None)
        service = RunningService(telegram, tmp_path)
        await service.spawn()
        await telegram.wait_call("auth.ImportBotAuthorization", timeout_seconds=30)
        children = children_of(service.pid)
        service.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            assert await service.wait_exit() == 0, service.log
        await _gone(children)
        assert "Traceback" not in service.log


async def test_a_recording_that_came_undecided_into_the_next_life_is_decided_once(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        anna = scene.person()
        await scene.set_quota(anna, round(SHORT.seconds))
        await scene.freeze_workers()
        at_hand = await send(scene.person(), VOICE)
        await scene.busy_worker()
        scene.service.send_signal(signal.SIGTERM)
        await scene.service.wait_event("service draining")
        # While it drains, it journals what comes and leaves it to the next life.
        calls = len(scene.telegram.calls)
        late = await send(anna, SHORT)
        await scene.service.kill()
        assert not [call for call in scene.telegram.calls[calls:] if call.name == "upload.GetFile"]
        await scene.service.start()
        assert await scene.text_for(late) == SHORT.text
        assert await scene.text_for(at_hand) == VOICE.text
        await _charged(scene, anna, round(SHORT.seconds))


async def test_what_came_undecided_does_not_hold_up_the_start(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        await scene.freeze_workers()
        at_hand = await send(scene.person(), VOICE)
        await scene.busy_worker()
        scene.service.send_signal(signal.SIGTERM)
        await scene.service.wait_event("service draining")
        late = [await send(scene.person(), SHORT) for _ in range(2)]
        await scene.service.kill()
        scene.telegram.faults.answer("messages.GetMessages", flood_wait(15))
        await scene.service.start()
        assert scene.service.events("service ready")[-1]["start_seconds"] < 15
        new = await send(scene.person(), SHORT)
        for message in (new, *late):
            assert await scene.text_for(message) == SHORT.text
        assert await scene.text_for(at_hand) == VOICE.text


async def test_two_services_on_one_state_directory(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        second = RunningService(
            scene.telegram, tmp_path / "second", {"service": {"state_dir": str(tmp_path / "state")}}
        )
        await second.spawn()
        assert await second.wait_exit() != 0
        assert str(scene.service.pid) in second.log
        assert "Traceback" not in second.log
        await scene.assert_works()


# --- ends -----------------------------------------------------------------------------------------------------------
async def test_a_signal_lets_the_work_in_hand_be_answered(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        anna = scene.person()
        frozen = await scene.freeze_workers()
        at_hand = await send(anna, SHORT)
        await scene.busy_worker()
        waiting = await send(scene.person(), SHORT)
        await scene.service.wait_event("job accepted", message_id=waiting.id)
        children = children_of(scene.service.pid)
        scene.service.send_signal(signal.SIGTERM)
        await scene.service.wait_event("service draining", cause="SIGTERM")
        thaw(frozen)
        assert await scene.service.wait_exit() == 0
        assert at_hand.chat.replies_to(at_hand)[0].text == SHORT.text
        assert not [pid for pid in children if is_alive(pid)]
        # What nobody had begun waits for the next start.
        await scene.service.start()
        assert await scene.text_for(waiting) == SHORT.text
        assert await scene.service.stop(signal.SIGINT) == 0


async def test_a_download_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        scene.telegram.faults.silence("upload.GetFile", times=None)
        sent = await send(scene.person(), SHORT)
        await scene.telegram.wait_call("upload.GetFile", timeout_seconds=30)
        scene.service.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):  # half of what running recordings may take
            assert await scene.service.wait_exit() == 0
        scene.telegram.faults.clear()
        await scene.service.start()
        assert await scene.text_for(sent) == SHORT.text


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    async with open_scene(tmp_path, ONE_WORKER) as scene:
        anna = scene.person()
        await scene.freeze_workers()
        sent = await send(anna, SHORT)
        await scene.busy_worker()
        children = children_of(scene.service.pid)
        scene.service.send_signal(signal.SIGINT)
        await scene.service.wait_event("service draining")
        scene.service.send_signal(signal.SIGINT)
        async with asyncio.timeout(5):
            assert await scene.service.wait_exit() == 128 + signal.SIGINT
        await _gone(children)
        await scene.service.start()
        assert await scene.text_for(sent) == SHORT.text


async def _gone(pids: list[int]) -> None:
    await until(lambda: not any(map(is_alive, pids)), 5)


# --- a sudden end ---------------------------------------------------------------------------------------------------
async def test_jobs_of_a_killed_supervisor_are_answered_once_and_charged_once(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        people = [scene.person() for _ in range(3)]
        group = scene.supergroup(*people)
        await scene.freeze_workers()
        sent = [await send(each, SHORT) for each in people] + [await send(people[0], VOICE, chat=group)]
        await scene.telegram.wait_for(lambda: all(map(has_reply, sent)), 30, "a status for each")
        await scene.busy_worker(await scene.busy_worker())
        children = children_of(scene.service.pid)
        await scene.service.kill()
        await _gone(children)
        await scene.service.start()
        assert [await scene.text_for(message) for message in sent] == [SHORT.text] * 3 + [VOICE.text]
        await _charged(scene, people[0], round(SHORT.seconds) + round(VOICE.seconds))
        for each in people[1:]:
            await _charged(scene, each, round(SHORT.seconds))


async def _charged(scene: Scene, user: User, seconds: int) -> None:
    account = await scene.account(user)
    assert account.used_today_seconds == seconds
    assert account.daily_left_seconds == account.daily_quota_seconds - seconds
