"""What the service knows of people outlasts a reload of its configuration."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.support.scene import TEXTS, Scene, close_scene
from tests.support.service import RunningService
from tests.support.tampered import ERASING_SHARE
from tests.support.telegram import LoopbackTelegram


async def test_a_reload_gives_nobody_a_second_hint_and_frees_nobody_from_the_bound_on_erasing(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path)
        service.module = "tests.support.tampered"
        # Ten milliseconds of erasing are followed by twenty seconds without.
        service.environment |= {ERASING_SHARE: "0.0005"}
        async with service:
            scene = Scene(telegram, service)
            anna, ben = scene.person(), scene.person()
            assert await scene.text_for(await anna.send_text("hello")) == TEXTS.get("ru", "hint-text")
            assert await scene.text_for(await ben.send_text("hello")) == TEXTS.get("ru", "hint-text")
            assert await scene.text_for(await ben.send_text("/forget yes")) == TEXTS.get("ru", "forget-done")

            service.send_signal(signal.SIGHUP)
            async with asyncio.timeout(10):
                await service.wait_event("reconfigured")
            again = await anna.send_text("hello?")
            await scene.answer_to(await anna.send_text("/help"))
            assert not anna.chat.replies_to(again)
            with pytest.raises(TimeoutError):
                await scene.answer_to(await anna.send_text("/forget yes"), 1.5)
            await close_scene(scene)
