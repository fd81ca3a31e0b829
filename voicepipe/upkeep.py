"""What a running service does for its store beside its work: checks the books at the start, clears away what is old.

One background task in the event loop; the store's threads do the work, in small transactions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from voicepipe.errors import StoreError
from voicepipe.events import BackgroundError, InvariantBroken
from voicepipe.pipeline import Tools

PERIOD_SECONDS = 3600.0
KEPT_DAYS = 30
"""How long finished jobs and decided messages are remembered at least, so that they are known if they come again."""


class Upkeep:
    """Looks after the store for as long as `run` runs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(self) -> None:
        """Check once, then prune every hour, for ever. Trouble of the store is reported and tried again."""
        await self._attempt(self._check)
        while True:
            await self._attempt(self._prune)
            await asyncio.sleep(PERIOD_SECONDS)

    async def _attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except StoreError as error:
            self._tools.events.emit(BackgroundError("upkeep", type(error).__name__))

    async def _check(self) -> None:
        violations = await self._tools.store.check()
        if violations:
            self._tools.events.emit(InvariantBroken(len(violations)))

    async def _prune(self) -> None:
        config, store = self._tools.config, self._tools.store
        await store.prune_transcripts(timedelta(hours=config.service.transcript_retention_hours))
        # A message that is older than this is refused for its age when it comes again, and so never answered anew.
        oldest_message = timedelta(hours=config.telegram.max_message_age_hours)
        await store.prune(max(timedelta(days=KEPT_DAYS), 2 * oldest_message))
