"""How far Telegram's changes are known, and of which boxes something is missing.

Telegram numbers the changes of a box (`pts`): the account's common box, and each supergroup's own. Changes come in any
order and more than once; answers to requests of ours are changes too. Queries of guests, and all of connected accounts,
are numbered apart (`qts`), in a sequence that belongs to the common box. Lives in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyrogram import raw, utils

from voicepipe.store import UpdateState

COMMON_BOX = 0
GAP_SECONDS = 1.0
"""How long a missing update may be late before it counts as left out: core.telegram.org/api/updates says 0.5 s."""
FULL_DISK_PAUSE_SECONDS = 5.0


class Position:
    """How far the changes of one box are known without a gap."""

    def __init__(self, pts: int) -> None:
        self.pts = pts
        self._early: dict[int, int] = {}

    @property
    def has_gap(self) -> bool:
        """Whether later changes are known, but not all before them."""
        return bool(self._early)

    def follow(self, pts: int, count: int) -> None:
        """`count` changes are known that end at `pts`. They may come in any order, and more than once."""
        if pts - count > self.pts:
            self._early[pts - count] = pts
        else:
            self.reach(max(self.pts, pts))

    def reach(self, pts: int) -> None:
        """Everything up to `pts` is known."""
        self.pts = pts
        for start in sorted(self._early):
            if start <= self.pts:
                self.pts = max(self.pts, self._early.pop(start))


News = tuple[Any, Sequence[raw.types.User]]
"""A single update, and the people whom it mentions."""


class Line:
    """The changes that are numbered by `qts`: each is let through once, and in order."""

    def __init__(self, qts: int) -> None:
        self.qts = qts
        self._early: dict[int, News] = {}

    @property
    def has_gap(self) -> bool:
        """Whether later changes wait for one before them."""
        return bool(self._early)

    def follow(self, news: News) -> list[News]:
        """Those that are due when this one has come: none while one before it is missing, or if it was due before."""
        number = news[0].qts
        if number > self.qts:
            self._early.setdefault(number, news)
        return self._due()

    def reach(self, qts: int) -> list[News]:
        """Those that are due when everything up to `qts` is known."""
        self.qts = max(self.qts, qts)
        self._early = {number: news for number, news in self._early.items() if number > self.qts}
        return self._due()

    def _due(self) -> list[News]:
        due = []
        while (news := self._early.pop(self.qts + 1, None)) is not None:
            due.append(news)
            self.qts += 1
        return due


@dataclass(frozen=True, slots=True)
class Mark:
    """How far everything was complete at some time."""

    pts: Mapping[int, int]
    """By box."""
    qts: int


class Positions:
    """The positions of all boxes, and the boxes whose difference has to be asked for."""

    def __init__(self, states: Iterable[UpdateState]) -> None:
        """`states`: where an earlier life of the service was."""
        self._states = {state.box: state for state in states}
        self._positions = {box: Position(state.pts) for box, state in self._states.items()}
        common = self._states.get(COMMON_BOX)
        self._line = Line(0 if common is None else common.qts)
        self._wanted: set[int] = set()
        self._is_wanted = asyncio.Event()

    # --- how far a box is known ---------------------------------------------------------------------------------
    @property
    def boxes(self) -> list[int]:
        return list(self._positions)

    def state(self, box: int) -> UpdateState | None:
        """How far a box is complete; None for one that was never heard of."""
        position = self._positions.get(box)
        if position is None:
            return None
        state = replace(self._states.get(box, UpdateState(box, 0, 0, 0, 0)), pts=position.pts)
        return self.with_line(state)

    def state_with(self, messages: Iterable[object], box: int) -> UpdateState:
        """How far a box is complete, and until when, once these messages of it are journaled."""
        state = self.state(box) or UpdateState(box, 0, 0, 0, 0)
        return state if self._has_gap(box) else replace(state, date=latest(messages, state.date))

    def follow(self, updates: object) -> None:
        """Count the changes that these updates, or this answer to a request of ours, stand for."""
        for update in changes_in(updates):
            if isinstance(update, raw.types.UpdatesTooLong):
                self.want(*self.boxes)
            elif isinstance(update, raw.types.UpdateChannelTooLong):
                self.want(_box_of(update))  # it may be one never heard of
            elif hasattr(update, "pts_count"):
                self._follow_change(_box_of(update), update.pts, update.pts_count)

    def due(self, news: Iterable[News]) -> list[News]:
        """Of these changes that are numbered by `qts`, and of those that came too early, what is to be taken in now."""
        found = [each for one in news for each in self._line.follow(one)]
        if self._line.has_gap:
            asyncio.get_running_loop().call_later(GAP_SECONDS, self._want_if_gap, COMMON_BOX)
        return found

    def due_of_difference(self, news: Iterable[News], state: UpdateState, *, begins_anew: bool) -> list[News]:
        """The same of a difference that makes a box complete up to `state`."""
        if state.box != COMMON_BOX:
            return []
        if begins_anew:
            self._line = Line(state.qts)
        # In order, whatever is between two of them is of no interest to the bot.
        found = [one for one in sorted(news, key=lambda one: one[0].qts) if one[0].qts > self._line.qts]
        return found + self._line.reach(state.qts)

    def with_line(self, state: UpdateState) -> UpdateState:
        """A box's state with how far the line is let through, which may be further than a difference tells."""
        return replace(state, qts=self._line.qts) if state.box == COMMON_BOX else state

    def remember(self, state: UpdateState) -> None:
        """A box is known to be complete so far, and until then."""
        self._states[state.box] = state

    def complete(self, state: UpdateState, *, begins_anew: bool) -> None:
        """A difference has made a box complete up to there; with `begins_anew` what was known of it counts no more."""
        if begins_anew:
            self._positions[state.box] = Position(state.pts)
        position = self._position(state.box, state.pts)
        # Updates that were pushed since the difference was asked for may have gone further.
        position.reach(max(position.pts, state.pts))
        self._states[state.box] = state

    def drop(self, box: int) -> None:
        """The box is none of ours any more."""
        self._positions.pop(box, None)
        self._states.pop(box, None)

    def before(self, updates: object) -> Mark:
        """How far every box is complete without the changes that these updates stand for."""
        for update in changes_in(updates):
            if hasattr(update, "pts_count"):
                self._position(_box_of(update), update.pts - update.pts_count)
        return Mark({box: position.pts for box, position in self._positions.items()}, self._line.qts)

    def go_back(self, before: Mark) -> None:
        """What has come since could not be journaled, and counts as never heard of."""
        self._positions = {box: Position(pts) for box, pts in before.pts.items()}
        self._line = Line(before.qts)

    def _follow_change(self, box: int, pts: int, count: int) -> None:
        position = self._position(box, pts - count)
        position.follow(pts, count)
        if position.has_gap:
            asyncio.get_running_loop().call_later(GAP_SECONDS, self._want_if_gap, box)

    def _position(self, box: int, start: int) -> Position:
        # A box heard of for the first time is complete up to what we hear: its past is not ours.
        return self._positions.setdefault(box, Position(start))

    def _has_gap(self, box: int) -> bool:
        position = self._positions.get(box)
        return (position is not None and position.has_gap) or (box == COMMON_BOX and self._line.has_gap)

    # --- what is missing ----------------------------------------------------------------------------------------
    def want(self, *boxes: int) -> None:
        """The difference of these boxes has to be asked for."""
        self._wanted.update(boxes)
        self._is_wanted.set()

    def want_all(self) -> None:
        """The same of every box."""
        self.want(*self.boxes, COMMON_BOX)

    def want_all_later(self) -> None:
        """The same when there may be room on the disk again for what it brings."""
        asyncio.get_running_loop().call_later(FULL_DISK_PAUSE_SECONDS, self.want_all)

    async def wanted(self) -> list[int]:
        """The boxes that are wanted, as soon as there are any, the account's first; they are not wanted after that."""
        await self._is_wanted.wait()
        boxes, self._wanted = self._wanted, set()
        self._is_wanted.clear()
        return sorted(boxes, key=lambda box: box != COMMON_BOX)

    def _want_if_gap(self, box: int) -> None:
        if self._has_gap(box):
            self.want(box)


def changes_in(updates: object) -> list[Any]:
    """The single updates, in whatever form Telegram sent them; an answer to a request may be one too."""
    if isinstance(updates, raw.types.UpdateShort):
        return [updates.update]
    return list(getattr(updates, "updates", [updates]))


def is_in_line(update: object) -> bool:
    """Whether an update is numbered by `qts`."""
    return hasattr(update, "qts")


def latest(messages: Iterable[object], date: int) -> int:
    """The latest date of the messages, or this one if that is later."""
    return max([date, *(getattr(message, "date", None) or 0 for message in messages)])


def box_of_message(message: object) -> int:
    """The box whose changes a raw message is among."""
    channel_id = getattr(getattr(message, "peer_id", None), "channel_id", None)
    return utils.get_channel_id(channel_id) if channel_id else COMMON_BOX


def _box_of(update: object) -> int:
    """The box that a change belongs to."""
    channel_id = getattr(update, "channel_id", None)
    return utils.get_channel_id(channel_id) if channel_id else box_of_message(getattr(update, "message", None))
