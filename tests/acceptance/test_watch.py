"""`voicepipe status --watch` at a real terminal, before a real service that works, hangs, and goes away."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.answers import is_final
from tests.support.samples import load_samples
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram
from tests.support.terminal import Terminal

VOICE = load_samples()["seen_ru_00.ogg"]
LEAVES_SCREEN = r"\x1b\[\?1049l"


@pytest.mark.parametrize(("columns", "lines"), [(140, 40), (60, 40)])
async def test_who_waits_and_what_each_worker_does_is_seen_live(tmp_path: Path, columns: int, lines: int) -> None:
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path)
        service.module = "tests.support.paced"
        service.environment = {**service.environment, "PACE_SECONDS": "8"}
        await service.start()
        try:
            command = [sys.executable, "-m", "voicepipe", "--config", str(service.config_path), "status", "--watch"]
            environment = {**service.environment, "TZ": "Asia/Kathmandu"}
            with Terminal(
                [*command, "--every", "0.3"], environment, columns=columns, lines=lines, kind="xterm"
            ) as seen:
                await asyncio.to_thread(seen.wait_for, r"● .*Telegram.*disk")
                await asyncio.to_thread(seen.wait_for, r"\+0545")
                anna = telegram.user(7)
                voice = await anna.send_voice(VOICE.data, 4)
                await asyncio.to_thread(seen.wait_for, r"recognising")
                await asyncio.to_thread(seen.wait_for, r"busy")
                assert (await anna.wait_reply(voice, is_final)).text == VOICE.text
                await service.kill()
                await asyncio.to_thread(seen.wait_for, "No service answers")
                seen.forget()
                await service.start()
                await asyncio.to_thread(seen.wait_for, r"● .*Telegram.*disk")
                seen.type("\x03")
                assert await asyncio.to_thread(seen.wait_exit) == 0
                assert "Traceback" not in seen.shown
                seen.wait_for(LEAVES_SCREEN)
        finally:
            await service.stop()
