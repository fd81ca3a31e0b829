"""What systemd and the operator's signals get from a running service."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from tests.support.answers import is_final
from tests.support.samples import load_samples
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram
from voicepipe.log.folding import BURST

VOICE = load_samples()["seen_ru_00.ogg"]


@pytest.fixture
def notify_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A socket as systemd's, named in the environment."""
    path = tmp_path / "notify"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    listener.bind(str(path))
    monkeypatch.setenv("NOTIFY_SOCKET", str(path))
    monkeypatch.setenv("WATCHDOG_USEC", str(900_000))
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    return listener


async def next_line(listener: socket.socket) -> str:
    async with asyncio.timeout(15):
        return (await asyncio.get_running_loop().sock_recv(listener, 4096)).decode()


async def test_systemd_hears_of_readiness_life_and_stopping(notify_socket: socket.socket, tmp_path: Path) -> None:
    with notify_socket:
        async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path / "service") as service:
            assert await next_line(notify_socket) == "READY=1\nSTATUS=at work"
            assert await next_line(notify_socket) == "WATCHDOG=1"
            os.kill(service.pid, signal.SIGTERM)
            while (line := await next_line(notify_socket)) == "WATCHDOG=1":
                pass
            assert line == "STOPPING=1"


async def test_hangup_puts_new_limits_in_force_and_drops_no_job(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        ann, bob = telegram.user(7), telegram.user(8)
        at_work = await ann.send_voice(VOICE.data, 4)
        await ann.wait_reply(at_work)  # accepted
        config = service.config_path.read_text()
        changed = config.replace("[limits]", "[limits]\nmax_recording_seconds = 2")
        service.config_path.write_text(changed.replace("[workers]", "[workers]\nthreads = 2"))
        os.kill(service.pid, signal.SIGHUP)
        async with asyncio.timeout(10):
            await service.wait_event("reconfigured")
            needed = await service.wait_event("restart needed")
        assert (needed["level"], needed["keys"]) == ("warning", "[workers] threads")
        assert (await ann.wait_reply(at_work, is_final)).text == VOICE.text
        refused = await ann.wait_reply(await ann.send_voice(VOICE.data, 4), is_final)
        assert refused.text.startswith("Запись длится 4 секунды, а принимаются записи до 2 секунд")

        service.config_path.write_text(config.replace("[limits]", "[limits]\nmax_recordings = 2"))
        os.kill(service.pid, signal.SIGHUP)
        async with asyncio.timeout(10):
            await service.wait_event("reconfiguration refused")
        again = await bob.wait_reply(await bob.send_voice(VOICE.data, 4), is_final)
        assert again.text == refused.text
        service.config_path.write_text(config)
        await assert_counted(service)


async def assert_counted(service: RunningService) -> None:
    """The operator sees what the service has counted: one recording recognised, two refused."""
    metrics = {metric["name"]: metric for metric in (await service.report("status"))["metrics"]}
    numbers = {
        name: [(sample["labels"], sample["value"]) for sample in it["samples"] if sample["value"]]
        for name, it in metrics.items()
    }
    assert numbers["voicepipe_recordings_accepted_total"] == [({"kind": "voice"}, 1)]
    assert numbers["voicepipe_recordings_refused_total"] == [({"reason": "too_long"}, 2)]
    assert numbers["voicepipe_recordings_concluded_total"] == [({"outcome": "recognised"}, 1)]
    assert numbers["voicepipe_worker_starts_total"] == [({"reason": "start"}, 2)]
    assert numbers["voicepipe_telegram_connected"] == [({}, 1)]


async def test_hangup_during_the_start_counts_once_it_is_ready(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        telegram.faults.delay("auth.ImportBotAuthorization", 1.0)
        service = RunningService(telegram, tmp_path)
        await service.spawn()
        try:
            await telegram.wait_call("auth.ImportBotAuthorization", timeout_seconds=30)
            config = service.config_path.read_text()
            service.config_path.write_text(config.replace("[limits]", "[limits]\nmax_recording_seconds = 2"))
            service.send_signal(signal.SIGHUP)
            async with asyncio.timeout(30):
                await service.wait_event("reconfigured")
            ann = telegram.user(7)
            refused = await ann.wait_reply(await ann.send_voice(VOICE.data, 4), is_final)
            assert refused.text.startswith("Запись длится 4 секунды, а принимаются записи до 2 секунд")
        finally:
            await service.stop()


async def test_what_was_folded_is_told_before_the_service_ends(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        async with RunningService(telegram, tmp_path) as service:
            for times in range(1, 16):
                os.kill(service.pid, signal.SIGHUP)
                if times <= BURST:
                    async with asyncio.timeout(10):
                        await service.wait_event("reconfigured", times=times)
                else:
                    await asyncio.sleep(0.3)
        assert len(service.events("reconfigured")) == BURST
        (folded,) = service.events("line repeated")
        assert (folded["line"], folded["level"]) == ("reconfigured", "info")
        assert 1 <= folded["times"] <= 5
