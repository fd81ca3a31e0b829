"""The gate before the spool: bounded in recordings and bytes, fair, and nobody is passed for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from voicepipe.config import LimitsConfig
from voicepipe.errors import ServiceStopping
from voicepipe.gate import FetchGate, Place

MIB = 1024 * 1024


class Street:
    """A gate, and recordings that come to it."""

    def __init__(self, *, recordings: int = 2, mib: int = 10) -> None:
        self.limits = LimitsConfig(fetch_ahead=recordings, fetch_ahead_mib=mib)
        self.gate = FetchGate(lambda: self.limits)
        self.places: dict[str, Place] = {}
        self.order: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def send(self, name: str, user_id: int = 1, *, mib: int = 1, seconds: float = 10.0) -> None:
        self.tasks[name] = asyncio.create_task(self._come(name, user_id, mib, seconds))
        await settle()

    async def leave(self, name: str) -> None:
        """Its journey ends, wherever it is."""
        self.tasks.pop(name).cancel()
        await settle()

    async def _come(self, name: str, user_id: int, mib: int, seconds: float) -> None:
        async with self.gate.place(user_id, seconds, mib * MIB) as place:
            self.places[name] = place
            self.order.append(name)
            await asyncio.Event().wait()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@asynccontextmanager
async def street(*, recordings: int = 2, mib: int = 10) -> AsyncIterator[Street]:
    there = Street(recordings=recordings, mib=mib)
    yield there
    for task in there.tasks.values():
        task.cancel()
    await asyncio.gather(*there.tasks.values(), return_exceptions=True)
    assert there.gate.not_begun == 0


async def test_so_many_are_fetched_ahead_and_no_more() -> None:
    async with street(recordings=2) as there:
        for name in "abcd":
            await there.send(name)
        assert there.order == ["a", "b"]
        assert there.gate.not_begun == 4
        there.places["b"].begin()
        there.places["b"].begin()
        await settle()
        assert there.order == ["a", "b", "c"]
        assert there.gate.not_begun == 3
        there.places["b"].clear()
        await settle()
        assert there.order == ["a", "b", "c"]
        await there.leave("a")
        assert there.order == ["a", "b", "c", "d"]


async def test_bytes_are_taken_until_the_media_is_deleted() -> None:
    async with street(mib=10) as there:
        await there.send("large", mib=8)
        there.places["large"].begin()
        await there.send("other", mib=3)
        assert there.order == ["large"]
        there.places["large"].clear()
        await settle()
        assert there.order == ["large", "other"]


async def test_what_is_larger_than_all_room_goes_alone() -> None:
    async with street(mib=10) as there:
        await there.send("small", mib=1)
        await there.send("huge", mib=50)
        assert there.order == ["small"]
        there.places["small"].clear()
        await settle()
        assert there.order == ["small", "huge"]
        there.places["huge"].begin()
        await there.send("next", mib=1)
        assert there.order == ["small", "huge"]
        there.places["huge"].clear()
        await settle()
        assert there.order == ["small", "huge", "next"]


async def test_a_small_one_may_pass_a_large_one_but_not_for_ever() -> None:
    async with street(recordings=3, mib=10) as there:
        await there.send("first", mib=6)
        there.places["first"].begin()
        await there.send("large", mib=6)
        for number in range(10):
            await there.send(f"{number}", user_id=2, mib=1)
            if f"{number}" in there.places:
                there.places[f"{number}"].clear()
                await settle()
        assert there.order == ["first", "0", "1", "2"]
        there.places["first"].clear()
        await settle()
        assert there.order[4:] == ["large", "3", "4"]


async def test_users_take_turns() -> None:
    async with street(recordings=1) as there:
        await there.send("first")
        for name in ("a1", "a2", "a3"):
            await there.send(name, user_id=1, seconds=100.0)
        await there.send("b1", user_id=2)
        for _ in range(4):
            there.places[there.order[-1]].clear()
            await settle()
        assert there.order[:3] in (["first", "b1", "a1"], ["first", "a1", "b1"])


async def test_who_gave_up_takes_no_place() -> None:
    async with street(recordings=1) as there:
        for name in "abc":
            await there.send(name)
        await there.leave("b")
        await there.leave("a")
        assert there.order == ["a", "c"]


async def test_other_limits_count_from_the_next_recording_on() -> None:
    async with street(recordings=1) as there:
        for name in "ab":
            await there.send(name)
        there.limits = LimitsConfig(fetch_ahead=3)
        await there.send("c")
        assert sorted(there.order) == ["a", "b", "c"]


async def test_at_the_stop_whoever_waits_is_told() -> None:
    async with street(recordings=1, mib=10) as there:
        await there.send("a", mib=9)
        there.places["a"].begin()
        await there.send("large", mib=9)
        await there.send("b")
        await there.send("c")
        there.gate.stop()
        await settle()
        for name in ("large", "c"):
            with pytest.raises(ServiceStopping):
                await there.tasks.pop(name)
        there.places["b"].clear()
        await there.send("late")
        with pytest.raises(ServiceStopping):
            await there.tasks.pop("late")
