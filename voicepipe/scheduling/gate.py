"""The gate before the spool: which recordings may be fetched while earlier ones are recognised.

It bounds how many recordings are fetched, or being fetched, that no worker has begun, and how many bytes lie in the
spool for those that are not done. Half of that room is for short recordings and half for long ones, so that neither
waits for the other. Whose turn it is goes by user as everywhere (see `fair_queue`), with one exception: the last
place is for a short one whose user has none, and who has something there already gets no more than half of a half. So
whoever comes with a note has it fetched at once, whatever others have sent before.

The scheduler is fair as well, but only among what has been fetched: behind 60 notes of another user, one of 5 s has its
text after 1.3 s, and after 15 s where the gate lets recordings in as they come (`scripts/bench --only worth`).

Runs in the event loop only.
"""

from __future__ import annotations

import asyncio
import bisect
import heapq
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import chain

from voicepipe.config import LimitsConfig
from voicepipe.errors import ServiceStopping
from voicepipe.scheduling.costs import Costs
from voicepipe.scheduling.fair_queue import Turn, Turns
from voicepipe.wire.sound import SAMPLE_BYTES, SAMPLE_RATE

SHORT_SHARE = 64
"""A recording is short when so many like it would have room: as it is configured by default, up to 8 minutes."""
_MIB = 1024 * 1024


class Place:
    """Permission to fetch one recording; hold it with `async with`. Releasing twice is harmless."""

    def __init__(self, gate: FetchGate, shelf: _Shelf, user_id: int, turn: Turn, room_bytes: int) -> None:
        self.user_id = user_id
        self.turn = turn
        self.room_bytes = room_bytes
        """What lies in the spool for it, or will."""
        self.shelf = shelf
        self._gate = gate
        self._admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_ahead = self._has_room = False

    async def __aenter__(self) -> Place:
        """Wait until it may be fetched. Raises ServiceStopping when the service stops first."""
        try:
            await self._admitted
        except BaseException:
            self._give_up()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.clear()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return not self._admitted.done()

    @property
    def before(self) -> int:
        """How many recordings that no worker has yet go before it, in the fair order."""
        return self._gate.before(self)

    def let_in(self) -> None:
        self._is_ahead = self._has_room = True
        self._admitted.set_result(None)

    def refuse(self) -> None:
        self._admitted.set_exception(ServiceStopping())

    def mark_begun(self) -> None:
        """A worker has the recording: another may be fetched."""
        if self._is_ahead:
            self._is_ahead = False
            self._gate.begun(self)

    def keep_sound(self, audio_seconds: float) -> None:
        """Its media is deleted; the sound of so much speech, made from it, lies there until it is done."""
        if self._has_room and self.room_bytes != (room_bytes := _sound_bytes(audio_seconds)):
            self._gate.resized(self, room_bytes)

    def clear(self) -> None:
        """Nothing lies there for it any more."""
        self.mark_begun()
        if self._has_room:
            self._has_room = False
            self._gate.cleared(self)

    def _give_up(self) -> None:
        if self._has_room:  # it was let in just when its journey ended
            self.clear()
        else:
            self._gate.gave_up(self)


class FetchGate:
    """Lets recordings through as there is room. `limits` is asked each time: it may change."""

    def __init__(self, limits: Callable[[], LimitsConfig], costs: Costs) -> None:
        self._limits = limits
        self._costs = costs
        self._turns = Turns()
        self._short, self._long = _Shelf(), _Shelf()
        self._not_begun: list[Turn] = []
        """Of those that no worker has yet, in order."""
        self._ahead: Counter[int] = Counter()
        """How many of each user's are let in, and no worker has them yet."""
        self._is_stopped = False

    @property
    def waiting(self) -> int:
        """Recordings that may not be fetched yet."""
        return self.not_begun - self._ahead.total()

    @property
    def not_begun(self) -> int:
        """Recordings that no worker has yet, fetched or not."""
        return len(self._not_begun)

    def before(self, place: Place) -> int:
        """How many of them have their turn before it."""
        return bisect.bisect_left(self._not_begun, place.turn)

    def place(self, user_id: int, audio_seconds: float, file_bytes: int) -> Place:
        """For a recording that wants to be fetched, to be entered at once. Raises ServiceStopping after the stop."""
        if self._is_stopped:
            raise ServiceStopping
        turn = self._turns.next_turn(user_id, self._costs.of_recording(audio_seconds), time.monotonic())
        room_bytes = max(file_bytes, _sound_bytes(audio_seconds))
        place = Place(self, self._shelf(room_bytes), user_id, turn, room_bytes)
        bisect.insort(self._not_begun, turn)
        place.shelf.line_up(place)
        self._let_in_more()
        return place

    def stop(self) -> None:
        """Let nothing more through; whoever waits gets ServiceStopping."""
        self._is_stopped = True
        for place in (*self._short.waiting(), *self._long.waiting()):
            if place.is_wanted:
                place.refuse()

    # --- what places tell -------------------------------------------------------------------------------------------
    def gave_up(self, place: Place) -> None:
        """Nobody waits for it any more."""
        place.shelf.leave(place)
        self._forget(place)
        self._let_in_more()

    def begun(self, place: Place) -> None:
        """A worker has it."""
        # Not before: what is only fetched puts nobody behind who comes meanwhile.
        self._turns.serve(place.turn)
        self._forget(place)
        _count(self._ahead, place.user_id, -1)
        self._let_in_more()

    def resized(self, place: Place, room_bytes: int) -> None:
        """What lies there for it takes more, or less."""
        place.shelf.count(place, -1)
        # It takes away from those that are like it, whatever it claimed to be.
        if room_bytes > place.room_bytes:
            place.shelf = self._shelf(room_bytes)
        place.room_bytes = room_bytes
        place.shelf.count(place, 1)
        self._let_in_more()

    def cleared(self, place: Place) -> None:
        """Nothing lies there for it."""
        place.shelf.count(place, -1)
        self._let_in_more()

    # --- whose turn it is -------------------------------------------------------------------------------------------
    @property
    def _room_bytes(self) -> int:
        return self._limits().fetch_ahead_mib * _MIB

    def _shelf(self, room_bytes: int) -> _Shelf:
        return self._short if room_bytes <= self._room_bytes // SHORT_SHARE else self._long

    def _forget(self, place: Place) -> None:
        del self._not_begun[self.before(place)]

    def _let_in_more(self) -> None:
        while (free := self._limits().fetch_ahead - self._ahead.total()) > 0 and (place := self._next(free)):
            _count(self._ahead, place.user_id, 1)
            place.shelf.leave(place)
            place.shelf.count(place, 1)
            place.let_in()
        if not self._not_begun:
            self._turns.forget_the_past()

    def _next(self, free: int) -> Place | None:
        """Whose turn it is among those that may go; None when nobody's is."""
        is_for_anyone = free > 1 or self._limits().fetch_ahead == 1

        def may_go(place: Place) -> bool:
            return is_for_anyone or (place.shelf is self._short and not self._ahead[place.user_id])

        firsts = [shelf.first(may_go, self._room_bytes // 2) for shelf in (self._short, self._long)]
        return min((first for first in firsts if first), key=lambda place: place.turn, default=None)


class _Shelf:
    """Half of the spool's room, and who waits for some of it: a line for each user, of which the first may go."""

    def __init__(self) -> None:
        self._lines: dict[int, deque[Place]] = {}
        # The first of each line; some that have left theirs may lie here still.
        self._firsts: list[tuple[Turn, Place]] = []
        self._taken = 0
        self._taken_by: Counter[int] = Counter()

    def waiting(self) -> Iterator[Place]:
        return chain.from_iterable(self._lines.values())

    def line_up(self, place: Place) -> None:
        line = self._lines.setdefault(place.user_id, deque())
        line.append(place)
        if len(line) == 1:
            heapq.heappush(self._firsts, (place.turn, place))

    def leave(self, place: Place) -> None:
        """It waits no longer."""
        line = self._lines[place.user_id]
        was_first = line[0] is place
        line.remove(place)
        if not line:
            del self._lines[place.user_id]
        elif was_first:
            heapq.heappush(self._firsts, (line[0].turn, line[0]))

    def count(self, place: Place, sign: int) -> None:
        """What lies here for it counts, or no longer does."""
        self._taken += sign * place.room_bytes
        _count(self._taken_by, place.user_id, sign * place.room_bytes)

    def first(self, may_go: Callable[[Place], bool], room_bytes: int) -> Place | None:
        """Whose turn it is. A newcomer is waited for; only those who have something here already are passed over."""
        looked_at: list[tuple[Turn, Place]] = []
        found = None
        while self._firsts and found is None:
            entry = heapq.heappop(self._firsts)
            place = entry[1]
            if not place.is_wanted:
                continue
            looked_at.append(entry)
            if may_go(place) and self._has_room(place, room_bytes):
                found = place
            elif may_go(place) and not self._taken_by[place.user_id]:
                break
        for entry in looked_at:
            heapq.heappush(self._firsts, entry)
        return found

    def _has_room(self, place: Place, room_bytes: int) -> bool:
        if self._taken_by[place.user_id]:
            room_bytes //= 2
        # What is larger than all the room there is goes alone.
        return self._taken == 0 or self._taken + place.room_bytes <= room_bytes


def _count(counter: Counter[int], user_id: int, change: int) -> None:
    """Nothing is kept of those who have nothing."""
    counter[user_id] += change
    if not counter[user_id]:
        del counter[user_id]


def _sound_bytes(audio_seconds: float) -> int:
    """What the sound of so much speech takes, as workers exchange it."""
    return int(audio_seconds * SAMPLE_RATE) * SAMPLE_BYTES
