"""Catch-up: fetches what users sent while the service was away, or what Telegram left out of its stream of updates.

Asked for after every start and reconnection, when a gap has stayed open for a moment, when Telegram says that it left
something out, and every few minutes in case it did without saying so.
"""

from __future__ import annotations

import asyncio

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.errors import DiskFull
from voicepipe.events import BackgroundError, CaughtUp, DiskIsFull, Events
from voicepipe.store import UpdateState
from voicepipe.telegram.client import BotClient
from voicepipe.telegram.inbox import COMMON_BOX, Inbox, new_messages_among
from voicepipe.telegram.requests import Requests

GAP_SECONDS = 1.0
"""How long a missing update may be late before it counts as left out: core.telegram.org/api/updates says 0.5 s."""
PERIOD_SECONDS = 300.0
FULL_DISK_PAUSE_SECONDS = 5.0
CHANNEL_LIMIT = 1000
"""Most changes of a supergroup asked for at once."""


class CatchUp:
    """Keeps the inbox complete."""

    def __init__(self, client: BotClient, requests: Requests, inbox: Inbox, events: Events) -> None:
        self._client = client
        self._requests = requests
        self._inbox = inbox
        self._events = events
        self._wanted: set[int] = set()
        self._is_wanted = asyncio.Event()
        inbox.on_gap = self._check_gap_later

    def want_all(self) -> None:
        """Ask for the difference of every box as soon as possible."""
        self._want(*self._inbox.boxes, COMMON_BOX)

    def want_all_later(self) -> None:
        """The same when there may be room on the disk again for what it brings."""
        asyncio.get_running_loop().call_later(FULL_DISK_PAUSE_SECONDS, self.want_all)

    async def run(self) -> None:
        """Catch up whenever there is a reason, for ever. Raises StoreError, SessionEnded."""
        while True:
            try:
                async with asyncio.timeout(PERIOD_SECONDS):
                    await self._is_wanted.wait()
            except TimeoutError:
                self.want_all()
            await self._catch_up_wanted()

    async def start(self) -> None:
        """Make the positions known: where an earlier life of the service was, or where Telegram is now."""
        if self._inbox.state(COMMON_BOX) is None:
            state = await self._requests.call(raw.functions.updates.GetState())
            # Journaled at once: from here on nothing may be missed, even if the service ends before a message comes.
            await self._inbox.take_difference([], [], _common_state(state))
        self.want_all()

    def _want(self, *boxes: int) -> None:
        self._wanted.update(boxes)
        self._is_wanted.set()

    def _check_gap_later(self, box: int) -> None:
        asyncio.get_running_loop().call_later(GAP_SECONDS, self._check_gap, box)

    def _check_gap(self, box: int) -> None:
        if self._inbox.state(box) is None or self._inbox.has_gap(box):
            self._want(box)

    async def _catch_up_wanted(self) -> None:
        boxes, self._wanted = self._wanted, set()
        self._is_wanted.clear()
        for box in sorted(boxes, key=lambda box: box != COMMON_BOX):
            try:
                await (self._catch_up_common() if box == COMMON_BOX else self._catch_up_channel(box))
            except RPCError as error:
                # As for a supergroup that the bot was removed from; the next periodic catch-up tries again.
                self._events.emit(BackgroundError("catch-up", type(error).__name__))
            except DiskFull:
                self._events.emit(DiskIsFull())
                self.want_all_later()
                return

    async def _catch_up_common(self) -> None:
        while (state := self._inbox.state(COMMON_BOX)) is not None:
            query = raw.functions.updates.GetDifference(pts=state.pts, date=state.date, qts=state.qts)
            match await self._requests.call(query):
                case raw.types.updates.DifferenceTooLong(pts=pts):
                    await self._inbox.take_difference([], [], UpdateState(COMMON_BOX, pts, state.qts, state.date, 0))
                case raw.types.updates.DifferenceSlice() as part:
                    await self._take_common(part, part.intermediate_state)
                case raw.types.updates.Difference() as rest:
                    await self._take_common(rest, rest.state)
                    return
                case _:
                    return

    async def _take_common(self, part: raw.base.updates.Difference, state: raw.types.updates.State) -> None:
        await self._take(part, part.new_messages, _common_state(state))

    async def _catch_up_channel(self, box: int) -> None:
        peer = await self._requests.peer(box)
        channel = raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
        while (state := self._inbox.state(box)) is not None:
            query = raw.functions.updates.GetChannelDifference(
                channel=channel, filter=raw.types.ChannelMessagesFilterEmpty(), pts=state.pts, limit=CHANNEL_LIMIT
            )
            part = await self._requests.call(query, chat_id=box)
            match part:
                case raw.types.updates.ChannelDifference():
                    await self._take(part, part.new_messages, UpdateState(box, part.pts, 0, 0, 0))
                case raw.types.updates.ChannelDifferenceTooLong():
                    await self._take(part, part.messages, UpdateState(box, part.dialog.pts, 0, 0, 0))
            if part.final or isinstance(part, raw.types.updates.ChannelDifferenceEmpty):
                return

    async def _take(self, part: raw.base.updates.Difference, messages: list[object], reached: UpdateState) -> None:
        await self._client.fetch_peers(part.users)
        await self._client.fetch_peers(part.chats)
        others = getattr(part, "other_updates", [])
        found = [*messages, *new_messages_among(others)]
        self._events.emit(CaughtUp(reached.box, len(found)))
        changes = raw.types.Updates(updates=others, users=[], chats=[], date=0, seq=0)
        await self._inbox.take_difference(found, part.users, reached, changes)


def _common_state(state: raw.types.updates.State) -> UpdateState:
    return UpdateState(COMMON_BOX, state.pts, state.qts, state.date, state.seq)
