"""What commands may cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

from voicepipe.config import Config
from voicepipe.events import Events
from voicepipe.jobs import JobKey, Person
from voicepipe.store import Forgotten
from voicepipe.telegram.commands import FORGETTING_SHARE, Commands
from voicepipe.telegram.incoming import Remark
from voicepipe.texts import Texts

TAKES_SECONDS = 0.02


class SlowStore:
    """Forgets slowly, and notes when."""

    def __init__(self) -> None:
        self.forgot_at: list[float] = []

    async def persist(self, work: Callable[[], Awaitable[Forgotten]]) -> Forgotten:
        return await work()

    async def forget(self, user_id: int) -> Forgotten:
        self.forgot_at.append(time.monotonic())
        await asyncio.sleep(TAKES_SECONDS)
        return Forgotten(0, True)


class NoMessenger:
    """Sends nothing."""

    async def reply(self, key: JobKey, purpose: str, text: str) -> None:
        pass

    def forget_peer(self, user_id: int) -> None:
        pass


async def test_who_asks_again_and_again_to_be_forgotten_takes_little_of_the_time() -> None:
    store = SlowStore()
    commands = Commands(Config(), cast(Any, store), cast(Any, NoMessenger()), Texts("ru"), Events())
    asked = [
        Remark(JobKey(7, number), Person(7, "anna", "ru"), True, "/forget yes", False, datetime.now(UTC))
        for number in range(3)
    ]
    await asyncio.gather(*map(commands.answer, asked))
    first, second, third = store.forgot_at
    assert min(second - first, third - second) >= TAKES_SECONDS / FORGETTING_SHARE
