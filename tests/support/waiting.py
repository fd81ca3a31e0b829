"""Waiting for other tasks, and for what announces itself by no event since it belongs to another process or thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

STEP_SECONDS = 0.005


async def settle() -> None:
    """Let tasks that are ready go on, through a few awaits each."""
    for _ in range(5):
        await asyncio.sleep(0)


async def until(
    condition: Callable[[], bool], timeout_seconds: float = 60.0, *, step_seconds: float = STEP_SECONDS
) -> None:
    """Raises TimeoutError if the condition does not hold in time. `step_seconds`: more, where looking takes long."""
    async with asyncio.timeout(timeout_seconds):
        while not condition():  # noqa: ASYNC110  what is waited for sets no Event
            await asyncio.sleep(step_seconds)
