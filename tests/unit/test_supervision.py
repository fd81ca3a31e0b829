"""Crew: the first death is fatal. unless: work, unless something fails first."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from voicepipe.errors import ServiceStopping
from voicepipe.supervision import Crew, end_tasks, in_thread, together, unless


async def fail_with(error: Exception) -> None:
    raise error


async def sleep_for_ever() -> None:
    await asyncio.Event().wait()


async def test_first_death_in_a_crew_is_its_failure() -> None:
    crew = Crew()
    crew.spawn(sleep_for_ever(), "sleeper")
    crew.spawn(fail_with(ValueError("first")), "first")
    with pytest.raises(ValueError, match="first"):
        await asyncio.wait_for(crew.wait_failed(), 1)
    crew.fail(KeyError("second"))
    with pytest.raises(ValueError, match="first"):
        await crew.wait_failed()
    await crew.stop()


async def test_death_in_a_crew_names_the_task() -> None:
    crew = Crew()
    crew.spawn(fail_with(KeyError()), "catch-up")
    with pytest.raises(KeyError) as caught:
        await asyncio.wait_for(crew.wait_failed(), 1)
    assert caught.value.__notes__ == ["It ended the task 'catch-up'."]


async def test_harmless_death_in_a_crew_is_none() -> None:
    crew = Crew(harmless=(ServiceStopping,))
    await asyncio.wait({crew.spawn(fail_with(ServiceStopping()), "stopped")})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(crew.wait_failed(), 0.05)


async def test_who_waits_for_a_crew_s_failure_may_leave() -> None:
    crew = Crew()
    waiting = asyncio.create_task(crew.wait_failed())
    await asyncio.sleep(0)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    crew.fail(KeyError())
    with pytest.raises(KeyError):
        await crew.wait_failed()


async def test_crew_lets_tasks_finish_within_the_time() -> None:
    crew = Crew()
    done = []

    async def work(seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(seconds)

    quick, slow = crew.spawn(work(0.01), "quick"), crew.spawn(work(60), "slow")
    await crew.finish(0.2)
    assert done == [0.01]
    assert quick.done()
    assert slow.cancelled()


async def test_crew_without_waiter_reports_nothing_at_its_end() -> None:
    """The exception counts as retrieved: asyncio would write a line about it otherwise, and warnings are errors."""
    crew = Crew()
    await asyncio.wait({crew.spawn(fail_with(ValueError()), "dead")})
    del crew


async def test_unless_gives_the_result_of_the_work() -> None:
    assert await unless(asyncio.sleep(0, "result"), sleep_for_ever()) == "result"


async def test_unless_raises_what_fails_first_and_ends_the_work() -> None:
    work = asyncio.create_task(sleep_for_ever())
    with pytest.raises(ValueError, match="broken"):
        await unless(work, sleep_for_ever(), fail_with(ValueError("broken")))
    assert work.cancelled()


async def test_unless_raises_the_error_of_the_work_itself() -> None:
    with pytest.raises(KeyError):
        await unless(fail_with(KeyError("own")), sleep_for_ever())


async def test_unless_ends_both_when_it_is_cancelled() -> None:
    work, watch = asyncio.create_task(sleep_for_ever()), asyncio.create_task(sleep_for_ever())
    waiting = asyncio.create_task(unless(work, watch))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.cancelled()
    assert watch.cancelled()


async def test_together_gives_both_results() -> None:
    assert await together(asyncio.sleep(0.01, "first"), asyncio.sleep(0, 2)) == ("first", 2)


async def test_together_ends_the_other_when_one_fails() -> None:
    other = asyncio.create_task(sleep_for_ever())
    with pytest.raises(ValueError, match="broken"):
        await together(other, fail_with(ValueError("broken")))
    assert other.cancelled()


async def test_tasks_end_although_one_loses_a_cancellation() -> None:
    """As Python 3.11's `asyncio.wait_for` does when it comes at the moment of the answer."""
    lost = []

    async def lose_the_first() -> None:
        try:
            await sleep_for_ever()
        except asyncio.CancelledError:
            lost.append(1)
        await sleep_for_ever()

    task = asyncio.create_task(lose_the_first())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end_tasks([task])
    assert task.cancelled()
    assert lost == [1]


async def test_tasks_end_however_they_end() -> None:
    async def fail_at_the_end() -> None:
        try:
            await sleep_for_ever()
        finally:
            raise ValueError

    task = asyncio.create_task(fail_at_the_end())
    await asyncio.sleep(0)
    await end_tasks([task])
    assert isinstance(task.exception(), ValueError)


async def test_tasks_are_ended_also_when_who_ends_them_is_cancelled() -> None:
    """As happens in a task that is itself ended, and takes longer than the patience with it."""
    ended = asyncio.Event()

    async def stubborn() -> None:
        try:
            await sleep_for_ever()
        finally:
            with contextlib.suppress(asyncio.CancelledError):
                await ended.wait()
            await asyncio.sleep(0)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    ending = asyncio.create_task(end_tasks([task]))
    await asyncio.sleep(0)
    assert ending.cancel()
    await asyncio.wait([ending], timeout=5)
    assert task.done()
    assert ending.cancelled()


async def test_what_touches_the_disk_is_done_to_its_end_however_often_it_is_cancelled() -> None:
    may_end, done = threading.Event(), []

    def work() -> None:
        may_end.wait()
        done.append(True)

    task = asyncio.create_task(in_thread(work))
    for _ in range(3):
        await asyncio.sleep(0)
        assert task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    await asyncio.wait([task])
    assert task.cancelled()
    assert done
