"""What a running service does for its store beside its work: completes what an earlier life began to forget, checks the
books, clears away what is old.

One background task in the event loop; the store's threads do the work, in small transactions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import NoReturn

from voicepipe.accounts.forgetting import Forgetting
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import StoreError, Undeliverable
from voicepipe.events import BackgroundError, Events, InvariantBroken
from voicepipe.journey.ports import Chat
from voicepipe.store import Farewell, Store
from voicepipe.supervision import Crew

PERIOD_SECONDS = 3600.0
KEPT_DAYS = 30
"""How long finished jobs and decided messages are remembered at least, so that they are known if they come again."""


class Upkeep:
    """Looks after the store. A Part."""

    def __init__(
        self,
        *,
        live: LiveConfig,
        store: Store,
        chat: Chat,
        texts: Texts,
        events: Events,
        farewells: Sequence[Farewell],
        forgetting: Forgetting,
    ) -> None:
        """`farewells` are those that an earlier life did not complete."""
        self._live = live
        self._store = store
        self._chat = chat
        self._texts = texts
        self._events = events
        self._farewells = farewells
        self._forgetting = forgetting
        self._crew = Crew()

    async def start(self) -> None:
        """Check once, then prune every hour. Trouble of the store is reported and tried again."""
        self._crew.spawn(self._look_after(), "upkeep")

    async def stop(self, timeout_seconds: float) -> None:
        """End at once, whatever the time: what is left is done in the next life."""
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    async def _look_after(self) -> None:
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
            self._events.emit(BackgroundError("upkeep", type(error).__name__))

    async def _complete_farewells(self) -> None:
        await self._forgetting.complete(self._farewells, self._confirm, self._is_back)
        self._farewells = ()

    def _is_back(self, user_id: int) -> bool:
        """Who has written since is known to the messenger with reason."""
        return self._store.people.person(user_id) is not None

    async def _confirm(self, farewell: Farewell) -> None:
        """Tell somebody that they are forgotten, unless an earlier life did and was ended as it replied."""
        key = JobKey(farewell.user_id, farewell.message_id)
        try:
            if await self._chat.find_reply(key) is None:
                await self._chat.refuse(key, Reply(self._texts.get(farewell.language, "forget-done")))
        except Undeliverable as error:
            self._events.emit(BackgroundError("farewell", error.cause))

    async def _check(self) -> None:
        violations = await self._store.reports.check()
        if violations:
            self._events.emit(InvariantBroken(len(violations)))

    async def _prune(self) -> None:
        await self._store.transcripts.prune_kept(timedelta(hours=self._live.service.transcript_retention_hours))
        # A message that is older than this is refused for its age when it comes again, and so never answered anew.
        oldest_message = timedelta(hours=self._live.telegram.max_message_age_hours)
        kept = max(timedelta(days=KEPT_DAYS), 2 * oldest_message)
        await self._store.prune(kept)
        await self._store.prune_forgotten(kept)
