"""The gate before the spool: which recordings may be fetched while earlier ones are recognised.

It bounds how many recordings are fetched, or being fetched, that no worker has begun, and how many bytes of media lie
in the spool. Whose turn it is goes by user as everywhere (see `scheduler.FairQueue`); a smaller recording may pass one
that does not fit, but only a few times. Runs in the event loop only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from voicepipe.config import LimitsConfig
from voicepipe.errors import ServiceStopping
from voicepipe.scheduler import FairQueue

_MIB = 1024 * 1024


class Place:
    """A recording's leave to be fetched. What is given back twice is given back once."""

    def __init__(self, gate: FetchGate, file_bytes: int) -> None:
        self.admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.file_bytes = file_bytes
        self._gate = gate
        self._is_ahead = self._has_media = False

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return not self.admitted.done()

    def admit(self) -> None:
        self._is_ahead = self._has_media = True
        self.admitted.set_result(None)

    def begin(self) -> None:
        """A worker has the recording: another may be fetched."""
        if self._is_ahead:
            self._is_ahead = False
            self._gate.give_back(recordings=1)

    def clear(self) -> None:
        """Its media is deleted."""
        self.begin()
        if self._has_media:
            self._has_media = False
            self._gate.give_back(file_bytes=self.file_bytes)


class FetchGate:
    """Lets recordings through as there is room. `limits` is asked each time: it may change."""

    def __init__(self, limits: Callable[[], LimitsConfig]) -> None:
        self._limits = limits
        self._queue: FairQueue[Place] = FairQueue()
        # Their turn has come, but they do not fit.
        self._aside: list[Place] = []
        self._times_passed = 0
        self._ahead = 0
        self._bytes = 0
        self._is_stopped = False

    @property
    def waiting(self) -> int:
        """Recordings that may not be fetched yet."""
        return len(self._queue) + len(self._aside)

    @property
    def not_begun(self) -> int:
        """Recordings that no worker has yet, fetched or not."""
        return self.waiting + self._ahead

    @asynccontextmanager
    async def place(self, user_id: int, audio_seconds: float, file_bytes: int) -> AsyncIterator[Place]:
        """Wait until a recording may be fetched; its place is given back at the end, if it was not before.

        Raises ServiceStopping when the service stops first.
        """
        if self._is_stopped:
            raise ServiceStopping
        place = Place(self, file_bytes)
        self._queue.push(user_id, audio_seconds, place, time.monotonic())
        self._admit()
        try:
            await place.admitted
            yield place
        finally:
            place.admitted.cancel()
            place.clear()

    def stop(self) -> None:
        """Let nothing more through; whoever waits gets ServiceStopping."""
        self._is_stopped = True
        waiting = [*self._aside, *(self._queue.pop() for _ in range(len(self._queue)))]
        self._aside.clear()
        for place in waiting:
            if place.is_wanted:
                place.admitted.set_exception(ServiceStopping())

    def give_back(self, *, recordings: int = 0, file_bytes: int = 0) -> None:
        """For places: something is not taken any more."""
        self._ahead -= recordings
        self._bytes -= file_bytes
        self._admit()

    def _admit(self) -> None:
        while self._ahead < self._limits().fetch_ahead and (place := self._next()):
            self._ahead += 1
            self._bytes += place.file_bytes
            place.admit()
        if not self.not_begun:
            self._queue.forget_the_past()

    def _next(self) -> Place | None:
        """Whose turn it is among those that fit; None when nobody's is."""
        self._aside = [place for place in self._aside if place.is_wanted]
        if not self._aside:
            self._times_passed = 0
        return self._next_of_aside() or self._next_of_queue()

    def _next_of_aside(self) -> Place | None:
        for place in self._aside if self._may_be_passed else self._aside[:1]:
            if self._fits(place):
                self._times_passed = 0 if place is self._aside[0] else self._times_passed + 1
                self._aside.remove(place)
                return place
        return None

    def _next_of_queue(self) -> Place | None:
        while self._queue and self._may_be_passed and len(self._aside) <= self._limits().fetch_ahead:
            place = self._queue.pop()
            if place.is_wanted and self._fits(place):
                self._times_passed += bool(self._aside)
                return place
            if place.is_wanted:
                self._aside.append(place)
        return None

    @property
    def _may_be_passed(self) -> bool:
        # Or a large one could be passed for ever.
        return self._times_passed < self._limits().fetch_ahead

    def _fits(self, place: Place) -> bool:
        # What is larger than all the room there is goes alone.
        return self._bytes == 0 or self._bytes + place.file_bytes <= self._limits().fetch_ahead_mib * _MIB
