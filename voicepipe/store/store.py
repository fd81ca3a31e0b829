"""The store as a whole: opened, followed by its records, looked after, closed. Its subjects are the books.

A background task applies new entries of the journal to the records.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn, TypeVar

from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import JobState
from voicepipe.errors import DiskFull, StoreError
from voicepipe.events import BackgroundError, BotChanged, DiskIsFull, Events
from voicepipe.store.balances import Balances, Traces
from voicepipe.store.books import (
    Accounts,
    Broadcasts,
    Connections,
    Forgetting,
    Inbox,
    Jobs,
    ListOfJobs,
    Makings,
    Payments,
    People,
    Portrait,
    Reports,
    Transcripts,
)
from voicepipe.store.books.forgetting import tag_key
from voicepipe.store.books.jobs import unfinished_jobs
from voicepipe.store.books.set_aside import taken_of
from voicepipe.store.books.traces import prune_traces, traces
from voicepipe.store.core import Core
from voicepipe.store.entries import Entry, EntryKind, released
from voicepipe.store.journal import Journal, to_microseconds
from voicepipe.store.records import Session
from voicepipe.supervision import Crew

T = TypeVar("T")

APPLY_DELAY_SECONDS = 5.0
"""How long new entries gather before the records take them over; a question does not wait for it."""
FIRST_ROOM_PAUSE_SECONDS = 1.0
LONGEST_ROOM_PAUSE_SECONDS = 30.0
"""How often a change is tried again that found no room on the disk."""
_PRUNE_ROWS = 1000

# What is kept of another bot's work gets keys that no message has: each job's, and its text's, is its first entry.
_JOBS_OF_FORMER_BOT = """
WITH job AS (
    SELECT chat_id, message_id, door, min(seq) AS first FROM entries WHERE chat_id <> 0
    GROUP BY chat_id, message_id, door
)
"""
_BEGIN_ANEW = (
    *(
        f"{_JOBS_OF_FORMER_BOT} UPDATE {table} SET chat_id = 0, message_id = job.first, door = '' FROM job"
        f" WHERE {table}.chat_id = job.chat_id AND {table}.message_id = job.message_id AND {table}.door = job.door"
        for table in ("transcripts", "entries")
    ),
    "DELETE FROM jobs",
    "DELETE FROM set_aside",
    "DELETE FROM inbox",
    "DELETE FROM originals",
    "DELETE FROM presses",
    "DELETE FROM answers",
    "DELETE FROM made",
    "DELETE FROM makings",
    "DELETE FROM uses",
    "DELETE FROM connections",
    "DELETE FROM broadcasts",
    "DELETE FROM recipients",
    "DELETE FROM orders",
    "UPDATE payments SET state = 'abandoned', refund_to = NULL WHERE state = 'refunding'",
    "UPDATE payments SET notice = NULL",
    "UPDATE till SET signing_key = randomblob(32), since = CAST(strftime('%s', 'now') AS INTEGER) * 1000000,"
    " reconciled_at = NULL",
    "DELETE FROM update_state",
    "DELETE FROM bot",
    "UPDATE OR REPLACE farewells SET message_id = 0",
    "UPDATE traces SET message_id = 0",
    # The records hold the former keys.
    "UPDATE forgetting SET times = times + 1",
)


def utc_now() -> datetime:
    """The current instant, aware."""
    return datetime.now(UTC)


class Store:
    """Everything durable. Opened by `Store.open`; whatever can't be done raises StoreError (DiskFull)."""

    @classmethod
    async def open(
        cls,
        state_dir: Path,
        quota: QuotaConfig | Callable[[], QuotaConfig],
        *,
        clock: Callable[[], datetime] = utc_now,
        events: Events | None = None,
    ) -> Store:
        """Lock the directory (StoreLocked names the holder), open the journal and bring the records level.

        A function is asked for the quota at each use: it may be configured anew.
        """
        ask = quota if callable(quota) else lambda: quota
        store = cls(Core(state_dir, ask, clock, events or Events()), ask)
        try:
            await store._start()
        except BaseException:
            await store.close()
            raise
        return store

    def __init__(self, core: Core, quota: Callable[[], QuotaConfig]) -> None:
        """Use `Store.open`."""
        self._core = core
        self._quota = quota
        self._crew = Crew()
        self.people = People(core)
        self.inbox = Inbox(core)
        self.accounts = Accounts(core)
        self.broadcasts = Broadcasts(core, self.people)
        self.jobs = Jobs(core)
        self.list_of_jobs = ListOfJobs(core)
        self.connections = Connections(core)
        self.forgetting = Forgetting(core, self.people, self.connections)
        self.reports = Reports(core, self.people)
        self.payments = Payments(core)
        self.portrait = Portrait(core)
        self.transcripts = Transcripts(core)
        self.makings = Makings(core)

    async def close(self) -> None:
        """Complete what has begun, close all files and release the lock. Harmless when closed already."""
        await self._crew.stop()
        self._crew.fail(StoreError("The store is closed."))
        await self._core.close()

    async def wait_failed(self) -> NoReturn:
        """Raise what ended the background task, or StoreError when the store is closed."""
        await self._crew.wait_failed()

    def records_stuck_seconds(self) -> float:
        """For how long the records' thread has been at one thing without any progress; 0 when it is at none."""
        return self._core.records_stuck_seconds

    @property
    def records_lag(self) -> int:
        """How many of the journal's entries the records lack."""
        return self._core.records_lag

    async def prove(self) -> None:
        """Commit a transaction that changes nothing but has to reach the disk. Raises StoreError, DiskFull."""
        await self._core.write(_write_again)

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T:
        """Make a change as soon as there is room for it: it is tried again for as long as the disk is full."""
        pause = FIRST_ROOM_PAUSE_SECONDS
        while True:
            try:
                return await change()
            except DiskFull:
                self._core.events.emit(DiskIsFull())
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_ROOM_PAUSE_SECONDS)

    # --- the bot ---------------------------------------------------------------------------------------------------
    async def bot_id(self) -> int | None:
        """The bot whose inbox and jobs these are; None before any has signed in."""
        return await self._core.read(_bot_id)

    async def belong_to(self, bot_id: int) -> None:
        """Be this bot's. What another one had at hand is closed and given back; people, quotas and entries stay.

        Only while nothing is received and no job is under way.
        """
        today, now = self._core.today(), self._core.clock()
        closed = await self._core.write(lambda journal: _belong_to(journal, bot_id, today, now))
        if closed is not None:
            await self._core.read(Journal.tidy)
            await self._remember()
            self._core.events.emit(BotChanged(closed))

    # --- upkeep ----------------------------------------------------------------------------------------------------
    async def prune(self, older_than: timedelta) -> int:
        """Delete finished jobs, decided messages and request keys of that age from the journal; how many rows.

        Entries are kept. In small transactions, so that other work gets its turn in between.
        """
        before, total = self._core.clock() - older_than, 0
        while deleted := await self._core.write(lambda journal: _prune(journal, before)):
            total += deleted
        return total

    async def prune_forgotten(self, older_than: timedelta) -> None:
        """Delete what is kept of users who were forgotten that long ago; a ban stays."""
        before, yesterday = self._core.clock() - older_than, self._core.today() - timedelta(days=1)
        await self._core.write(lambda journal: prune_traces(journal, yesterday, before))

    # --- the pieces ------------------------------------------------------------------------------------------------
    async def _start(self) -> None:
        await self._core.open_journal()
        await self._remember()
        self._crew.spawn(self._follow(), "records-follower")

    async def _remember(self) -> None:
        """Take what is answered from memory from the files."""
        core = self._core
        await self.people.remember()
        await self.connections.remember()
        await self.jobs.remember()
        kept = Traces(await core.read(tag_key), await core.read(traces))
        core.balances = Balances(self._quota, await core.ask(Session.accounts), kept)

    async def _follow(self) -> None:
        """Keep the records about level; their trouble is reported, and retried with the next entry or question."""
        core = self._core
        while True:
            await core.new_entries.wait()
            await asyncio.sleep(APPLY_DELAY_SECONDS)
            core.new_entries.clear()
            try:
                await core.ask(Session.applied)
                if not self.jobs.admitted():
                    await core.read(Journal.tidy)
            except StoreError as error:
                core.events.emit(BackgroundError("records", type(error).__name__))


def _write_again(journal: Journal) -> None:
    # A row that is written as it was would not be written at all; this is.
    (version,) = journal.execute("PRAGMA user_version").fetchone()
    journal.execute(f"PRAGMA user_version = {version}")


def _bot_id(journal: Journal) -> int | None:
    row = journal.execute("SELECT bot_id FROM bot").fetchone()
    return None if row is None else int(row[0])


def _belong_to(journal: Journal, bot_id: int, today: date, now: datetime) -> int | None:
    """How many jobs of another bot are closed; None when there was no other one."""
    former = _bot_id(journal)
    if former == bot_id:
        return None
    closed = None if former is None else _begin_anew(journal, today, now)
    journal.execute("INSERT INTO bot VALUES (?)", (bot_id,))
    return closed


def _begin_anew(journal: Journal, today: date, now: datetime) -> int:
    """Close the jobs of another bot: they can't be answered, so what they cost comes back."""
    jobs = unfinished_jobs(journal)
    for job in jobs:
        if job.state is JobState.ACCEPTED:
            release = released(EntryKind.REFUND, job.user_id, job.key, job.reservation, 0, now)
            journal.append(release, *taken_of(journal, job.key, release))
    charged = journal.execute(
        "SELECT user_id, sum(charged_seconds) FROM jobs WHERE state = 'concluded' GROUP BY user_id"
    ).fetchall()
    for user_id, seconds in charged:
        if seconds:
            journal.append(Entry(EntryKind.GRANT, user_id, now, today, extra_seconds=seconds))
    for statement in _BEGIN_ANEW:
        journal.execute(statement)
    return len(jobs)


def _prune(journal: Journal, before: datetime) -> int:
    """Delete up to a thousand rows of each kind that are done with and older than an instant; how many it were."""
    instant = to_microseconds(before)
    return sum(
        journal.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT ?)",
            (instant, _PRUNE_ROWS),
        ).rowcount
        for table, key, condition in (
            ("jobs", "rowid", "state = 'done' AND changed_at < ?"),
            ("inbox", "rowid", "state <> 'received' AND received_at < ?"),
            ("presses", "query_id", "pressed_at < ?"),
            ("requests", "request_id", "made_at < ?"),
            ("broadcasts", "broadcast_id", "state <> 'running' AND made_at < ?"),
            # A subscription may be paid for further months.
            ("orders", "order_id", "(plan IS NULL OR paid_at IS NULL) AND expires_at < ?"),
        )
    )
