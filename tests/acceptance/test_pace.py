"""Who sends too much in a minute is told so once; the rest costs nothing, is no job, and stays unanswered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.scene import SAMPLES, TEXTS, open_scene, send
from tests.support.service import Settings

SHORT = SAMPLES["seen_ru_18.ogg"]
SETTINGS: Settings = {"limits": {"recordings_per_minute": 2, "commands_per_minute": 2}}


async def test_so_many_are_served_one_is_told_why_and_the_rest_is_silence(tmp_path: Path) -> None:
    async with open_scene(tmp_path, SETTINGS) as scene:
        anna, ben = scene.person(), scene.person()
        sent = [await send(anna, SHORT) for _ in range(5)]
        other = await send(ben, SHORT)
        scene.unanswered += sent[3:]
        texts = [await scene.text_for(message) for message in sent[:3]]
        assert texts == [SHORT.text, SHORT.text, TEXTS.get("ru", "refused-too-often", limit=2)]
        assert await scene.text_for(other) == SHORT.text
        asked = [await anna.send_text("/privacy") for _ in range(4)]
        assert await scene.text_for(asked[2]) == TEXTS.get("ru", "too-often")
        async with asyncio.timeout(20):
            await scene.service.wait_event("recording refused", times=3, reason="too_often")
        assert sorted(line.kind for line in await scene.ledger(anna)) == ["reserve"] * 2 + ["settle"] * 2
        assert not [message for message in (*sent[3:], asked[3]) if message.chat.replies_to(message)]
        await scene.service.kill()
        await scene.service.start()
        assert await scene.text_for(await send(ben, SHORT)) == SHORT.text
        assert not [message for message in (*sent[3:], asked[3]) if message.chat.replies_to(message)]
