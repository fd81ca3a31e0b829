"""What a running service does for its store beside its work: completes what an earlier life began to forget, checks the
books, clears away what is old.

One background task in the event loop; the store's threads do the work, in small transactions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from voicepipe.control.performing import ForgetPeer
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import StoreError, Undeliverable
from voicepipe.events import BackgroundError, InvariantBroken
from voicepipe.journey.pipeline import Tools
from voicepipe.store import Farewell

PERIOD_SECONDS = 3600.0
KEPT_DAYS = 30
"""How long finished jobs and decided messages are remembered at least, so that they are known if they come again."""


class Upkeep:
    """Looks after the store for as long as `run` runs."""

    def __init__(self, tools: Tools, farewells: Sequence[Farewell], forget_peer: ForgetPeer) -> None:
        """`farewells` are those that an earlier life did not complete."""
        self._tools = tools
        self._farewells = list(farewells)
        self._forget_peer = forget_peer

    async def run(self) -> None:
        """Check once, then prune every hour, for ever. Trouble of the store is reported and tried again."""
        await self._attempt(self._complete_farewells)
        await self._attempt(self._check)
        while True:
            await self._attempt(self._prune)
            await asyncio.sleep(PERIOD_SECONDS)
            await self._attempt(self._complete_farewells)

    async def _attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except StoreError as error:
            self._tools.events.emit(BackgroundError("upkeep", type(error).__name__))

    async def _complete_farewells(self) -> None:
        store = self._tools.store
        if any(not farewell.is_erased for farewell in self._farewells):
            await store.persist(store.erase)
        while self._farewells:
            farewell = self._farewells[0]
            if farewell.message_id:
                await self._confirm(farewell)
            # Who has written since is known to the messenger with reason.
            if store.person(farewell.user_id) is None:
                await self._forget_peer(farewell.user_id)
            await store.persist(partial(store.end_farewell, farewell.user_id, farewell.message_id))
            self._farewells.pop(0)

    async def _confirm(self, farewell: Farewell) -> None:
        """Tell somebody that they are forgotten, unless an earlier life did and was ended as it replied."""
        key, tools = JobKey(farewell.user_id, farewell.message_id), self._tools
        try:
            if await tools.chat.find_reply(key) is None:
                await tools.chat.refuse(key, tools.texts.get(farewell.language, "forget-done"))
        except Undeliverable as error:
            tools.events.emit(BackgroundError("farewell", error.cause))

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
