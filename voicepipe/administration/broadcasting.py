"""Says to everybody what an administrator has to say: one after the other, so fast and no faster, each once.

What became of each is journaled before the next is tried. The one that a kill caught is tried again in the next life,
with the same random_id, so that Telegram refuses what it has. One background task.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import NoReturn, Protocol

from voicepipe.administration.office import Office
from voicepipe.administration.screens import Screens, progress_reply
from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import StoreError, Undeliverable
from voicepipe.events import BackgroundError
from voicepipe.store import Store
from voicepipe.store.books.broadcasts import BLOCKED, DELIVERED, FAILED, STRANGER, Broadcast
from voicepipe.supervision import Crew

AT_ONCE = 50
"""How many recipients are read from the journal at a time."""
SHOWN_EVERY_SECONDS = 3.0
PAUSE_SECONDS = 30.0
"""How long the store is left alone when it is in trouble."""
STRANGE = ("PEER_ID_INVALID", "USER_ID_INVALID")
"""Telegram's words for people who have never written to the bot in private: it may not write to them first.

The second is said where the bot knows only their number, as of who asked for it by name in another's chat.
"""
GONE = ("USER_IS_BLOCKED", "USER_DEACTIVATED", "INPUT_USER_DEACTIVATED", "USER_DEACTIVATED_BAN")
"""Telegram's words for people who hear nothing of the bot any more."""


class Editor(Protocol):
    """Changes the bot's messages."""

    async def change(self, key: JobKey, reply: Reply) -> None:
        """Raises Undeliverable."""


class Broadcasting:
    """Carries out broadcasts, one at a time. A Part."""

    def __init__(self, office: Office, store: Store, editor: Editor) -> None:
        self._office = office
        self._store = store
        self._editor = editor
        self._woken = asyncio.Event()
        self._shown_at = 0.0
        self._crew = Crew()

    async def start(self) -> None:
        """Go on with what an earlier life has begun, and wait for more."""
        self._crew.spawn(self._carry_out_all(), "broadcasts")

    async def stop(self, timeout_seconds: float) -> None:
        """End at once, whatever the time: the next life goes on."""
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    def wake(self) -> None:
        """One was begun."""
        self._woken.set()

    async def _carry_out_all(self) -> NoReturn:
        while True:
            self._woken.clear()
            try:
                while (broadcast := await self._store.broadcasts.running()) is not None:
                    await self._carry_out(broadcast)
            except StoreError as error:
                self._office.events.emit(BackgroundError("broadcast", type(error).__name__))
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            await self._woken.wait()

    async def _carry_out(self, broadcast: Broadcast) -> None:
        books, number = self._store.broadcasts, broadcast.broadcast_id
        self._shown_at = 0.0
        while recipients := await books.waiting(number, AT_ONCE):
            for user_id in recipients:
                if not await self._is_running(number):
                    await self._show(broadcast)  # what was shown last may have been under way when it was stopped
                    return
                await self._show_now_and_then(broadcast)
                begun_at = time.monotonic()
                outcome = await self._say(broadcast, user_id)
                await self._note(number, user_id, outcome)
                pause = 1 / self._office.live.telegram.broadcast_per_second
                await asyncio.sleep(max(0.0, pause - (time.monotonic() - begun_at)))
        if await self._is_running(number):
            await self._end(broadcast)

    async def _is_running(self, number: int) -> bool:
        found = await self._store.broadcasts.find(number)
        return found is not None and found.state == "running"

    async def _note(self, number: int, user_id: int, outcome: str) -> None:
        await self._store.persist(lambda: self._store.broadcasts.note_recipient(number, user_id, outcome))

    async def _say(self, broadcast: Broadcast, user_id: int) -> str:
        purpose = f"broadcast {broadcast.request_id}"
        try:
            await self._office.voice.say_to(user_id, JobKey(user_id, 0), purpose, Reply(broadcast.text))
        except Undeliverable as error:
            return BLOCKED if error.cause in GONE else STRANGER if error.cause in STRANGE else FAILED
        return DELIVERED

    async def _end(self, broadcast: Broadcast) -> None:
        """The counts are told before they are final: said twice, they are there once."""
        progress = await self._store.broadcasts.progress(broadcast.broadcast_id)
        words, user_id = self._office.words, broadcast.user_id
        await self._show(broadcast, is_over=True)
        reply = progress_reply(words, words.language_of(user_id), progress, "cast-done")
        await self._office.tell(user_id, f"broadcast over {broadcast.request_id}", reply)
        await self._store.persist(lambda: self._store.broadcasts.end_broadcast(broadcast.broadcast_id))

    async def _show_now_and_then(self, broadcast: Broadcast) -> None:
        if not self._shown_at or time.monotonic() - self._shown_at >= SHOWN_EVERY_SECONDS:
            self._shown_at = time.monotonic()
            await self._show(broadcast)

    async def _show(self, broadcast: Broadcast, *, is_over: bool = False) -> None:
        """Tell the administrator how far it is, where it was begun."""
        present = await self._store.broadcasts.find(broadcast.broadcast_id)
        if present is None or present.message_id is None:
            return
        user_id = broadcast.user_id
        screens = Screens(self._office, self._office.words.language_of(user_id))
        reply = await screens.progress(replace(present, state="done") if is_over else present)
        try:
            await self._editor.change(JobKey(user_id, present.message_id), reply)
        except Undeliverable as error:
            self._office.events.emit(BackgroundError("show broadcast", error.cause))
