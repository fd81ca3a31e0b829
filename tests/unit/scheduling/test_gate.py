"""The gate before the spool: bounded in recordings and bytes, fair, and nobody keeps a newcomer out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.waiting import settle
from voicepipe.config import LimitsConfig
from voicepipe.errors import ServiceStopping
from voicepipe.scheduling.costs import Costs
from voicepipe.scheduling.gate import SHORT_SHARE, FetchGate, Place

MIB = 1024 * 1024
SHORT_MIB, HALF_MIB, QUARTER_MIB = 64 // SHORT_SHARE, 32, 16
"""Of all the room that there is, unless a test says otherwise."""


class Street:
    """A gate, and recordings that come to it."""

    def __init__(self, *, recordings: int = 4, mib: int = 64) -> None:
        self.limits = LimitsConfig(fetch_ahead=recordings, fetch_ahead_mib=mib)
        self.gate = FetchGate(lambda: self.limits, Costs(window_seconds=30.0))
        self.places: dict[str, Place] = {}
        self.order: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def send(self, name: str, user_id: int = 1, *, mib: int = 1, seconds: float = 10.0) -> None:
        self.tasks[name] = asyncio.create_task(self._come(name, user_id, mib, seconds))
        await settle()

    async def open(self, name: str, seconds: float) -> None:
        """A worker has found so much speech in it."""
        self.places[name].mark_begun()
        self.places[name].keep_sound(seconds)
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


@asynccontextmanager
async def street(*, recordings: int = 4, mib: int = 64) -> AsyncIterator[Street]:
    there = Street(recordings=recordings, mib=mib)
    yield there
    for task in there.tasks.values():
        task.cancel()
    await asyncio.gather(*there.tasks.values(), return_exceptions=True)
    assert there.gate.not_begun == there.gate.waiting == 0
    for shelf in (there.gate._short, there.gate._long):
        assert (shelf._taken, shelf._taken_by, list(shelf.waiting())) == (0, {}, [])


async def test_so_many_are_fetched_ahead_and_no_more() -> None:
    async with street(recordings=2) as there:
        for user_id, name in enumerate("abcd"):
            await there.send(name, user_id)
        assert there.order == ["a", "b"]
        assert (there.gate.not_begun, there.gate.waiting) == (4, 2)
        there.places["b"].mark_begun()
        there.places["b"].mark_begun()
        await settle()
        assert there.order == ["a", "b", "c"]
        assert there.gate.not_begun == 3
        there.places["b"].clear()
        await settle()
        assert there.order == ["a", "b", "c"]
        await there.leave("a")
        assert there.order == ["a", "b", "c", "d"]


async def test_bytes_are_taken_until_the_media_is_deleted() -> None:
    async with street() as there:
        await there.send("large", user_id=1, mib=HALF_MIB - 2)
        there.places["large"].mark_begun()
        await there.send("other", user_id=2, mib=3)
        assert there.order == ["large"]
        there.places["large"].clear()
        await settle()
        assert there.order == ["large", "other"]


async def test_what_is_larger_than_all_room_goes_alone() -> None:
    async with street() as there:
        await there.send("lesser", user_id=1, mib=2)
        await there.send("huge", user_id=2, mib=500)
        assert there.order == ["lesser"]
        there.places["lesser"].clear()
        await settle()
        assert there.order == ["lesser", "huge"]
        there.places["huge"].mark_begun()
        await there.send("next", user_id=3, mib=2)
        await there.send("note", user_id=3)
        assert there.order == ["lesser", "huge", "note"]
        there.places["huge"].clear()
        await settle()
        assert there.order == ["lesser", "huge", "note", "next"]


async def test_a_large_one_is_passed_by_no_other_large_one() -> None:
    async with street(recordings=8) as there:
        await there.send("first", user_id=1, mib=HALF_MIB - 4)
        await there.send("large", user_id=2, mib=20)
        for user_id in range(3, 6):
            await there.send(f"{user_id}", user_id, mib=4)
        assert there.order == ["first"]
        there.places["first"].clear()
        await settle()
        assert there.order == ["first", "large", "3", "4", "5"]


async def test_users_take_turns() -> None:
    async with street(recordings=1) as there:
        await there.send("first")
        for name in ("a1", "a2", "a3"):
            await there.send(name, user_id=1, seconds=30.0)
        await there.send("b1", user_id=2)
        for _ in range(4):
            there.places[there.order[-1]].clear()
            await settle()
        assert there.order[:3] in (["first", "b1", "a1"], ["first", "a1", "b1"])


async def test_who_gave_up_takes_no_place() -> None:
    async with street(recordings=1) as there:
        for name in "abcd":
            await there.send(name)
        await there.leave("c")
        await there.leave("b")
        await there.leave("a")
        assert there.order == ["a", "d"]


async def test_other_limits_count_from_the_next_recording_on() -> None:
    async with street(recordings=1) as there:
        for user_id, name in enumerate("ab"):
            await there.send(name, user_id)
        there.limits = LimitsConfig(fetch_ahead=3)
        await there.send("c", user_id=2)
        assert sorted(there.order) == ["a", "b", "c"]


# --- one user among others ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mib", [1, 3], ids=["notes", "large files"])
async def test_one_user_s_recordings_leave_a_place_for_a_newcomer(mib: int) -> None:
    async with street(recordings=4) as there:
        for number in range(20):
            await there.send(f"a{number}", user_id=1, mib=mib)
        assert there.order == ["a0", "a1", "a2"]
        await there.send("note", user_id=2)
        assert there.order[3:] == ["note"]
        await there.send("his second", user_id=2)
        assert len(there.order) == 4
        there.places["note"].mark_begun()
        await settle()
        assert there.order[4:] == ["his second"]


async def test_two_who_send_much_leave_a_place_for_a_third() -> None:
    async with street(recordings=4) as there:
        for number in range(20):
            for user_id in (1, 2):
                await there.send(f"{user_id}: {number}", user_id)
        assert len(there.order) == 3
        await there.send("note", user_id=3)
        assert there.order[3:] == ["note"]


async def test_long_recordings_of_many_leave_a_place_for_a_note() -> None:
    async with street(recordings=4) as there:
        for user_id in range(10):
            await there.send(f"{user_id}", user_id, mib=2)
        assert len(there.order) == 3
        await there.send("note", user_id=11)
        assert there.order[3:] == ["note"]


async def test_one_user_s_large_files_leave_room_for_a_note_and_for_another_s_large_one() -> None:
    async with street(recordings=8) as there:
        for number in range(8):
            await there.send(f"a{number}", user_id=1, mib=8)
        assert len(there.order) == QUARTER_MIB // 8
        for number in range(3):
            await there.send(f"b{number}", user_id=2, mib=SHORT_MIB)
        await there.send("c", user_id=3, mib=8)
        assert there.order[2:] == ["b0", "b1", "b2", "c"]


async def test_notes_pass_a_large_one_for_as_long_as_it_has_no_room() -> None:
    async with street(recordings=4) as there:
        await there.send("first", user_id=1, mib=HALF_MIB)
        there.places["first"].mark_begun()
        await there.send("large", user_id=2, mib=HALF_MIB)
        for number in range(100):
            await there.send(f"{number}", user_id=3)
            there.places[f"{number}"].clear()
        assert len(there.order) == 101
        there.places["first"].clear()
        await settle()
        assert there.order[-1] == "large"


async def test_whoever_is_next_is_told_so_however_many_wait() -> None:
    async with street(recordings=4) as there:
        for number in range(50):
            await there.send(f"a{number}", user_id=1)
        await there.send("note", user_id=2)
        assert there.places["note"].before == 1
        there.places["a0"].mark_begun()
        assert there.places["note"].before == 0
        assert there.places["a1"].before <= 1


# --- the sound of opened recordings ---------------------------------------------------------------------------------
async def test_the_sound_of_opened_lectures_counts_until_they_are_done() -> None:
    quarter = QUARTER_MIB * MIB / 32_000
    async with street(recordings=4) as there:
        for number in range(6):
            await there.send(f"a{number}", user_id=1, seconds=quarter / 2)
        for number in range(2):
            await there.open(f"a{number}", quarter / 2)
        assert there.order == ["a0", "a1"]
        await there.send("note", user_id=1)
        assert there.order[2:] == ["note"]
        there.places["a0"].clear()
        await settle()
        assert there.order[3:] == ["a2"]


async def test_little_speech_in_a_lecture_gives_room_to_others() -> None:
    half = HALF_MIB * MIB / 32_000
    async with street() as there:
        await there.send("silent", user_id=1, seconds=half)
        await there.send("other", user_id=2, seconds=half / 2)
        assert there.order == ["silent"]
        await there.open("silent", half / 4)
        assert there.order == ["silent", "other"]


async def test_what_proves_to_be_long_takes_no_room_from_the_short() -> None:
    half = HALF_MIB * MIB / 32_000
    async with street() as there:
        await there.send("claims to be short", user_id=1)
        await there.open("claims to be short", half)
        await there.send("lecture", user_id=2, mib=2)
        await there.send("note", user_id=3)
        assert there.order == ["claims to be short", "note"]


async def test_at_the_stop_whoever_waits_is_told() -> None:
    async with street(recordings=2) as there:
        await there.send("a", mib=HALF_MIB)
        there.places["a"].mark_begun()
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
