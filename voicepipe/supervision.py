"""Ending tasks for good."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_PATIENCE_SECONDS = 0.2


async def end_tasks(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel the tasks and wait until each is done, however it ends.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, by which Pyrogram waits for every answer, loses a
    cancellation that comes at the moment of the answer, and the task goes on.
    """
    ended = list(tasks)
    while pending := [task for task in ended if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_PATIENCE_SECONDS)
    for task in ended:
        if not task.cancelled():
            task.exception()  # looked at, or it would be reported as never retrieved
