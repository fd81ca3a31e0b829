"""What bounds a fetch: Telegram's slowness does, an outage and a wait that Telegram asked for do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait

from voicepipe.config import Config, TelegramConfig
from voicepipe.config.live import LiveConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import FetchFailed
from voicepipe.events import Events
from voicepipe.telegram.chat import fetcher
from voicepipe.telegram.chat.fetcher import ATTEMPTS, Fetcher

DATA = b"sound"
FILE = raw.types.Document(
    id=1, access_hash=2, file_reference=b"", date=0, mime_type="", size=len(DATA), dc_id=2, attributes=[]
)


class Line:
    """A client's connection, and whatever a test lets happen on it before the file comes."""

    def __init__(self) -> None:
        self.is_started = asyncio.Event()
        self.is_started.set()
        self.session = self
        self.troubles: list[Callable[[], None]] = []

    async def get_file(self, file_id: object, size: int) -> AsyncIterator[bytes]:
        await self.is_started.wait()
        if self.troubles:
            self.troubles.pop(0)()
        yield DATA

    async def is_answered(self, timeout_seconds: float) -> bool:
        return self.is_started.is_set()


async def fetch(line: Line, path: Path, timeout_seconds: float) -> None:
    live = LiveConfig(Config(telegram=TelegramConfig(fetch_timeout_seconds=timeout_seconds)))
    fetcher = Fetcher(cast(Any, line), cast(Any, line), cast(Any, None), live=live, events=Events())
    await fetcher.fetch(JobKey(7, 1), FILE, path)


def raising(error: Exception) -> Callable[[], None]:
    def trouble() -> None:
        raise error

    return trouble


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(fetcher, "FIRST_RETRY_SECONDS", 0.01)


async def test_an_outage_takes_none_of_the_time(tmp_path: Path) -> None:
    line = Line()
    line.is_started.clear()
    asyncio.get_running_loop().call_later(1.0, line.is_started.set)
    await fetch(line, tmp_path / "file", 0.4)


async def test_a_flood_wait_takes_none_of_the_time(tmp_path: Path) -> None:
    line = Line()
    line.troubles = [raising(FloodWait(1))]
    await fetch(line, tmp_path / "file", 0.4)


async def test_failures_count_while_telegram_answers(tmp_path: Path) -> None:
    line = Line()
    line.troubles = [raising(ConnectionError())] * ATTEMPTS
    with pytest.raises(FetchFailed):
        await fetch(line, tmp_path / "file", 10)


async def test_failures_during_an_outage_do_not_count(tmp_path: Path) -> None:
    line = Line()

    def lose_line() -> None:
        line.is_started.clear()
        asyncio.get_running_loop().call_later(0.1, line.is_started.set)
        raise ConnectionError

    line.troubles = [lose_line] * ATTEMPTS
    await fetch(line, tmp_path / "file", 10)


async def test_a_file_that_does_not_come_is_given_up(tmp_path: Path) -> None:
    line = Line()

    async def hang(file_id: object, size: int) -> AsyncIterator[bytes]:
        with suppress(TimeoutError):
            await asyncio.sleep(60)
        yield DATA

    line.get_file = hang  # type: ignore[method-assign]  # a line that hangs
    with pytest.raises(FetchFailed, match="too long"):
        await fetch(line, tmp_path / "file", 0.2)
