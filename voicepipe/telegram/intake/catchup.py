"""Catch-up: fetches what users sent while the service was away, or what Telegram left out of its stream of updates.

Asked for after every start and reconnection, when a gap has stayed open for a moment, when Telegram says that it left
something out, and every few minutes in case it did without saying so.

Where Telegram can't tell what is missing, be it too much, or from a position that it does not know, the messages are
read by their ids: upward from the last known one for private chats and basic groups, which share one numbering, and
downward from the newest one in a supergroup. A supergroup never heard of begins at the first position, and of what it
brings only what was sent since the account was last complete is taken.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from pyrogram import raw, utils
from pyrogram.errors import RPCError

from voicepipe.config.live import LiveConfig
from voicepipe.errors import DiskFull
from voicepipe.events import BackgroundError, CaughtUp, DiskIsFull, Events, PositionLost
from voicepipe.store import UpdateState
from voicepipe.telegram.intake.inbox import Inbox
from voicepipe.telegram.intake.positions import COMMON_BOX, Positions, latest
from voicepipe.telegram.intake.reading import message_of
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.errors import is_error
from voicepipe.telegram.session.rpc import Rpc

PERIOD_SECONDS = 300.0
CHANNEL_LIMIT = 1000
"""Most changes of a supergroup asked for at once."""
FIRST_PTS = 1
"""Where a supergroup never heard of begins; Telegram refuses 0."""
DISORDER_SECONDS = 60
"""How far the dates of messages that follow each other may lie back; Telegram has many clocks."""
READ_AT_ONCE = 100
MOST_READ = 5000
"""Ids read at most where Telegram can't tell what is missing."""
POSITION_UNKNOWN = "PERSISTENT_TIMESTAMP_"
"""Begins the errors about a position that Telegram does not know, or can't look up."""
NOT_OURS = ("CHANNEL_PRIVATE", "CHANNEL_INVALID", "PEER_ID_INVALID")
"""Errors about a supergroup that has removed the bot."""


class CatchUp:
    """Keeps the inbox complete."""

    def __init__(
        self,
        client: BotClient,
        rpc: Rpc,
        *,
        inbox: Inbox,
        positions: Positions,
        live: LiveConfig,
        events: Events,
    ) -> None:
        self._client = client
        self._rpc = rpc
        self._inbox = inbox
        self._positions = positions
        self._live = live
        self._events = events
        self._complete_at = 0
        """When the account was complete before the latest catch-up; what happened since may be news."""

    async def start(self) -> None:
        """Make the positions known: where an earlier life of the service was, or where Telegram is now."""
        if self._positions.state(COMMON_BOX) is None:
            state = await self._rpc.call(raw.functions.updates.GetState())
            # Journaled at once: from here on nothing may be missed, even if the service ends before a message comes.
            await self._inbox.journal_difference([], [], _common_state(state))
        self._positions.want_all()

    async def follow(self) -> None:
        """Catch up whenever there is a reason, for ever. Raises StoreError, SessionEnded."""
        while True:
            try:
                async with asyncio.timeout(PERIOD_SECONDS):
                    boxes = await self._positions.wanted()
            except TimeoutError:
                self._positions.want_all()
            else:
                await self._catch_up_all(boxes)

    async def _catch_up_all(self, boxes: Iterable[int]) -> None:
        for box in boxes:
            try:
                await self._catch_up(box)
            except DiskFull:
                self._events.emit(DiskIsFull())
                self._positions.want_all_later()
                return

    async def _catch_up(self, box: int) -> None:
        try:
            await (self._catch_up_common() if box == COMMON_BOX else self._catch_up_channel(box))
        except RPCError as error:
            # The next periodic catch-up tries again.
            self._events.emit(BackgroundError("catch-up", type(error).__name__))
            if box != COMMON_BOX and is_error(error, *NOT_OURS):
                await self._drop(box)

    async def _drop(self, box: int) -> None:
        """Ask no more for a supergroup that is none of ours."""
        state = self._positions.state(box)
        await self._inbox.drop(box)
        if state is None or state.pts == FIRST_PTS:
            # It never was: Telegram has told of another one by a wrong id, and does not tell again.
            self._positions.want(*(other for other in self._positions.boxes if other != COMMON_BOX))

    # --- the account --------------------------------------------------------------------------------------------
    async def _catch_up_common(self) -> None:
        state = self._positions.state(COMMON_BOX)
        self._complete_at = state.date if state is not None else 0
        while (state := self._positions.state(COMMON_BOX)) is not None:
            query = raw.functions.updates.GetDifference(pts=state.pts, date=state.date, qts=state.qts)
            try:
                part = await self._rpc.call(query)
            except RPCError as error:
                await self._begin_common_anew(state, error)
                return
            match part:
                case raw.types.updates.DifferenceTooLong(pts=pts):
                    self._events.emit(PositionLost(COMMON_BOX, "too long"))
                    await self._read_account(state)
                    await self._inbox.journal_difference([], [], replace(state, pts=pts), begins_anew=True)
                case raw.types.updates.DifferenceSlice():
                    await self._journal_common(part, part.intermediate_state)
                case raw.types.updates.Difference():
                    await self._journal_common(part, part.state)
                    return
                case raw.types.updates.DifferenceEmpty(date=date):
                    with suppress(DiskFull):  # it can wait for the next one
                        await self._inbox.journal_difference([], [], replace(state, date=date))
                    return
                case _:
                    return

    async def _journal_common(self, part: raw.base.updates.Difference, reached: raw.types.updates.State) -> None:
        for update in part.other_updates:
            if isinstance(update, raw.types.UpdateChannelTooLong):
                box = utils.get_channel_id(update.channel_id)
                # Telegram says so once: it must be journaled before the account moves on.
                if self._positions.state(box) is None:
                    await self._begin_channel_anew(box)
        await self._journal(part, part.new_messages, _common_state(reached))

    async def _begin_common_anew(self, state: UpdateState, error: RPCError) -> None:
        """Go on from where Telegram is now, if that is what it is about. Raises the error if not."""
        if not is_error(error, POSITION_UNKNOWN):
            raise error
        self._events.emit(PositionLost(COMMON_BOX, type(error).__name__))
        now = await self._rpc.call(raw.functions.updates.GetState())
        await self._read_account(state)
        await self._inbox.journal_difference([], [], _common_state(now), begins_anew=True)

    async def _read_account(self, state: UpdateState) -> None:
        """Take in the messages of private chats and basic groups that follow the last known one."""
        last = await self._inbox.last_message_id(COMMON_BOX)
        if last is None:
            return
        for start in range(last + 1, last + MOST_READ, READ_AT_ONCE):
            ids = _message_ids(range(start, start + READ_AT_ONCE))
            found = await self._rpc.call(raw.functions.messages.GetMessages(id=ids))
            if not await self._journal_read(found, state, since=0):
                return

    # --- supergroups --------------------------------------------------------------------------------------------
    async def _catch_up_channel(self, box: int) -> None:
        if self._positions.state(box) is None:
            await self._begin_channel_anew(box)
        try:
            await self._journal_channel(box)
        except RPCError as error:
            if not is_error(error, POSITION_UNKNOWN):
                raise
            self._events.emit(PositionLost(box, type(error).__name__))
            await self._begin_channel_anew(box)
            await self._journal_channel(box)

    async def _begin_channel_anew(self, box: int) -> None:
        known = self._positions.state(box)
        since = (known.date if known is not None else 0) or self._complete_at
        await self._inbox.journal_difference([], [], UpdateState(box, FIRST_PTS, 0, since, 0), begins_anew=True)

    async def _journal_channel(self, box: int) -> None:
        channel = await self._rpc.channel(box)
        while (state := self._positions.state(box)) is not None:
            query = raw.functions.updates.GetChannelDifference(
                channel=channel, filter=raw.types.ChannelMessagesFilterEmpty(), pts=state.pts, limit=CHANNEL_LIMIT
            )
            part = await self._rpc.call(query, chat_id=box)
            match part:
                case raw.types.updates.ChannelDifference():
                    messages = _since(part.new_messages, state.date)
                    await self._journal(part, messages, _channel_state(state, part.pts, messages))
                case raw.types.updates.ChannelDifferenceTooLong():
                    await self._journal_channel_too_long(part, channel, state)
            if part.final or isinstance(part, raw.types.updates.ChannelDifferenceEmpty):
                return

    async def _journal_channel_too_long(
        self, part: raw.types.updates.ChannelDifferenceTooLong, channel: raw.types.InputChannel, state: UpdateState
    ) -> None:
        if state.pts != FIRST_PTS:
            self._events.emit(PositionLost(state.box, "too long"))
        await self._read_channel(channel, part.dialog.top_message, state)
        messages = self._recent(_since(part.messages, state.date))
        await self._journal(part, messages, _channel_state(state, part.dialog.pts, messages))

    async def _read_channel(self, channel: raw.types.InputChannel, newest: int, state: UpdateState) -> None:
        """Take in the messages of a supergroup between the last known one and the newest."""
        last = max(await self._inbox.last_message_id(state.box) or 0, newest - MOST_READ)
        for end in range(newest, last, -READ_AT_ONCE):
            ids = _message_ids(range(max(last, end - READ_AT_ONCE) + 1, end + 1))
            found = await self._rpc.call(raw.functions.channels.GetMessages(channel=channel, id=ids))
            if not await self._journal_read(found, state, since=state.date):
                return

    # --- both ---------------------------------------------------------------------------------------------------
    async def _journal_read(self, found: raw.base.messages.Messages, state: UpdateState, since: int) -> bool:
        """Take in messages that were read by their ids; False where there is nothing, or nothing so new, among them."""
        there = [message for message in found.messages if not isinstance(message, raw.types.MessageEmpty)]
        wanted = _since(there, since)
        await self._journal(found, self._recent(wanted), state)
        return bool(wanted)

    def _recent(self, messages: Iterable[object]) -> list[object]:
        """Those not too old to be answered. The others would get an apology, perhaps not for the first time."""
        return _since(messages, round(time.time() - 3600 * self._live.telegram.max_message_age_hours))

    async def _journal(
        self,
        part: raw.base.updates.Difference | raw.base.messages.Messages,
        messages: Sequence[object],
        reached: UpdateState,
    ) -> None:
        await self._client.fetch_peers(part.users)
        await self._client.fetch_peers(part.chats)
        others = getattr(part, "other_updates", [])
        brought = [message for message in map(message_of, others) if message is not None]
        self._events.emit(CaughtUp(reached.box, len(messages) + len(brought)))
        changes = raw.types.Updates(updates=others, users=[], chats=[], date=0, seq=0)
        await self._inbox.journal_difference(messages, part.users, reached, others=changes)


def _message_ids(numbers: Iterable[int]) -> list[raw.types.InputMessageID]:
    return [raw.types.InputMessageID(id=number) for number in numbers]


def _since(messages: Iterable[object], date: int) -> list[object]:
    """The messages that are not older, or not certainly so."""
    return [message for message in messages if (getattr(message, "date", None) or 0) >= date - DISORDER_SECONDS]


def _common_state(state: raw.types.updates.State) -> UpdateState:
    return UpdateState(COMMON_BOX, state.pts, state.qts, state.date, state.seq)


def _channel_state(state: UpdateState, pts: int, messages: Iterable[object]) -> UpdateState:
    return replace(state, pts=pts, date=latest(messages, state.date))
