"""The check of the books goes on beside everything else, and ends at once when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.support.store.tools import USER, job, transcript, usage
from voicepipe.errors import StoreError
from voicepipe.store import Store
from voicepipe.store.check import different_records, read_journal
from voicepipe.store.journal import JournalReader

ENDLESS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT count(*) FROM numbers"


async def answer(keeper: Store, number: int) -> None:
    new = job(number)
    await keeper.jobs.accept(new)
    await keeper.jobs.conclude(new, transcript(), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_done(new.key)


async def test_questions_and_writes_go_on_while_the_journal_is_read(keeper: Store) -> None:
    await answer(keeper, 1)
    begun, may_end = threading.Event(), threading.Event()

    def read(reader: JournalReader) -> int:
        before = reader.last_entry()
        begun.set()
        assert may_end.wait(30)
        assert reader.last_entry() == before, "it is one state of the journal"
        return before

    reading = asyncio.create_task(keeper._core.read_aside(read))
    await asyncio.to_thread(begun.wait, 30)
    async with asyncio.timeout(20):
        await answer(keeper, 2)
        assert (await keeper.reports.counts()).jobs_done == 2
    assert not reading.done()
    erasing = asyncio.create_task(keeper._core.erase())
    await asyncio.sleep(0.2)
    assert not erasing.done(), "nothing is erased while somebody reads"
    may_end.set()
    async with asyncio.timeout(20):
        assert await reading > 0
        await erasing
    assert await keeper.reports.check() == []


async def test_what_nobody_waits_for_is_broken_off(keeper: Store) -> None:
    begun = threading.Event()

    def read(reader: JournalReader) -> object:
        begun.set()
        return reader.connection.execute(ENDLESS).fetchone()

    reading = asyncio.create_task(keeper._core.read_aside(read))
    await asyncio.to_thread(begun.wait, 30)
    await asyncio.sleep(0.1)
    reading.cancel()
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await keeper.reports.check() == []


async def test_what_goes_wrong_is_the_stores_error(keeper: Store) -> None:
    with pytest.raises(StoreError, match="journal"):
        await keeper._core.read_aside(lambda reader: reader.connection.execute("SELECT nothing FROM nowhere"))
    assert await keeper.reports.check() == []


async def test_entries_that_come_later_make_no_difference(keeper: Store) -> None:
    await answer(keeper, 1)
    journalled = await keeper._core.read_aside(read_journal)
    await answer(keeper, 2)
    assert await keeper._core.ask(lambda session: different_records(journalled, session)) == []


async def test_what_was_read_before_somebody_was_forgotten_is_not_compared(keeper: Store) -> None:
    await answer(keeper, 1)
    journalled = await keeper._core.read_aside(read_journal)
    await keeper.forgetting.forget(USER)
    assert await keeper._core.ask(lambda session: different_records(journalled, session)) is None
    assert await keeper.reports.check() == []
