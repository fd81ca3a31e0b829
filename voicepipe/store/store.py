"""The store's facade: the only thing that the rest of the supervisor knows of the journal and the records.

Three threads. The event loop's holds the balances, so that a question about them needs no waiting and admission is
never between two answers. The journal and the records have a thread each, which alone touches its database; so nothing
that the records do makes a commit of the journal wait. A background task applies new entries to the records.

A change is made in the journal first. In memory, what a user may use shrinks before the transaction and grows after it,
so that seconds which are not durably free are never given away. A transaction that has begun is completed together with
its effect in memory even when the task that asked for it is cancelled.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from voicepipe.config import QuotaConfig
from voicepipe.config.files import StateFiles
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance, Reservation
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.errors import DiskFull, StoreError
from voicepipe.events import BackgroundError, BotChanged, DiskIsFull, Events, RecordsCatchingUp, RecordsRebuilt
from voicepipe.machine import is_disk_full
from voicepipe.store.balances import Balances, Traces
from voicepipe.store.check import different_pots, violations
from voicepipe.store.entries import Entry, EntryKind, reserved
from voicepipe.store.journal import Journal, Transition
from voicepipe.store.lock import StateLock
from voicepipe.store.records import Records, Session
from voicepipe.store.rows import (
    Counts,
    Farewell,
    Forgotten,
    InboxMessage,
    LedgerRow,
    UpdateState,
    Usage,
    UsageDay,
    UserRow,
)
from voicepipe.supervision import Crew

T = TypeVar("T")

APPLY_DELAY_SECONDS = 5.0
"""How long new entries gather before the records take them over; a question does not wait for it."""
FIRST_ROOM_PAUSE_SECONDS = 1.0
LONGEST_ROOM_PAUSE_SECONDS = 30.0
"""How often a change is tried again that found no room on the disk."""


def utc_now() -> datetime:
    """The current instant, aware."""
    return datetime.now(UTC)


class Store:
    """Everything durable. Opened by `Store.open`; any method raises StoreError (DiskFull) when it can't be done."""

    @classmethod
    async def open(
        cls,
        state_dir: Path,
        quota: QuotaConfig,
        *,
        clock: Callable[[], datetime] = utc_now,
        events: Events | None = None,
    ) -> Store:
        """Lock the directory (StoreLocked names the holder), open the journal and bring the records level."""
        store = cls(state_dir, quota, clock, events or Events())
        try:
            await store._start()
        except BaseException:
            await store.close()
            raise
        return store

    def __init__(self, state_dir: Path, quota: QuotaConfig, clock: Callable[[], datetime], events: Events) -> None:
        """Use `Store.open`."""
        self._files = StateFiles(state_dir)
        with _StoreErrors(state_dir):
            state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock: StateLock | None = StateLock(self._files.lock)
        self._state_dir = state_dir
        self._quota = quota
        self._clock = clock
        self._events = events
        self._journal: Journal | None = None
        self._records = Records(self._files, self._tell_progress)
        self._loop = asyncio.get_running_loop()
        self._records_busy_since: float | None = None
        self._journal_thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._records_thread = ThreadPoolExecutor(1, thread_name_prefix="records")
        self._balances = Balances(quota)
        self._people: dict[int, Person] = {}
        self._admitted = 0
        self._admitted_of: Counter[int] = Counter()
        self._changes = 0
        self._pending: set[asyncio.Task[Any]] = set()
        self._new_entries = asyncio.Event()
        self._crew = Crew()

    async def close(self) -> None:
        """Complete what has begun, close both files and release the lock. Harmless when closed already."""
        if self._lock is None:
            return
        await self._crew.stop()
        if self._pending:
            await asyncio.wait(self._pending)
        lock, self._lock = self._lock, None
        await asyncio.to_thread(self._close_threads)
        lock.release()

    async def wait_failed(self) -> NoReturn:
        """Raise the exception that ended the background task; wait for as long as it is well."""
        await self._crew.wait_failed()

    def records_stuck_seconds(self) -> float:
        """For how long the records' thread has been at one thing without any progress; 0 when it is at none."""
        since = self._records_busy_since
        return 0.0 if since is None else time.monotonic() - since

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T:
        """Make a change as soon as there is room for it: it is tried again for as long as the disk is full."""
        pause = FIRST_ROOM_PAUSE_SECONDS
        while True:
            try:
                return await change()
            except DiskFull:
                self._events.emit(DiskIsFull())
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_ROOM_PAUSE_SECONDS)

    # --- inbox -----------------------------------------------------------------------------------------------------
    async def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None = None) -> list[JobKey]:
        """Journal messages and Telegram's update state in one transaction; the keys not seen before, in order."""
        now = self._clock()
        return await self._durably(self._in_journal(lambda journal: journal.receive(messages, state, now)))

    async def update_states(self) -> dict[int, UpdateState]:
        """How far Telegram's updates are journalled, by box."""
        return await self._in_journal(Journal.update_states)

    async def drop_update_state(self, box: int) -> None:
        """Remember no longer how far a box was journalled."""
        await self._durably(self._in_journal(lambda journal: journal.drop_update_state(box)))

    async def last_message_id(self, box: int) -> int | None:
        """The highest id of a message of this box that is remembered."""
        return await self._in_journal(lambda journal: journal.last_message_id(box))

    async def dismiss(self, key: JobKey) -> None:
        """Decide on a received message without a job (refused, ignored)."""
        await self._durably(self._in_journal(lambda journal: journal.dismiss(key)))

    async def undecided(self) -> list[InboxMessage]:
        """Messages received but neither dismissed nor accepted (a crash came between), oldest first."""
        return await self._in_journal(Journal.undecided)

    # --- people and balances ---------------------------------------------------------------------------------------
    async def see_person(self, person: Person) -> None:
        """Remember what a person is called; no I/O when that is known."""
        if self._people.get(person.user_id) != person:
            await self._durably(self._see_person(person))

    def balance(self, user_id: int) -> Balance:
        """What a user may use now; reservations whose transaction is still under way count as taken."""
        return self._balances.balance(user_id, self._clock())

    def today(self) -> date:
        """The quota day that it is."""
        return self._balances.day(self._clock())

    def reconfigure(self, quota: QuotaConfig) -> None:
        """Put another default quota or time zone in force."""
        self._quota = quota
        self._balances.reconfigure(quota)

    def person(self, user_id: int) -> Person | None:
        """Who a user is, when seen before."""
        return self._people.get(user_id)

    # --- jobs ------------------------------------------------------------------------------------------------------
    async def accept(self, job: Job) -> bool:
        """Make a job of a received recording: job, decision and reservation in one transaction.

        The balance lacks the reservation before the first suspension: nothing can come between a decision and the
        `accept` that follows it at once. False, and nothing changed, when the job exists already.
        """
        entry = reserved(job.user_id, job.key, job.reservation, self._clock())
        self._take(entry)
        self._count_admitted(job.user_id, 1)
        return await self._durably(self._accept(job, entry))

    async def reserve_again(self, job: Job, reservation: Reservation) -> Job:
        """Replace a job's reservation (a refund and a reserve entry); the job as it is then.

        The balance lacks both reservations until the transaction is durable.
        """
        entry = reserved(job.user_id, job.key, reservation, self._clock())
        self._take(entry)
        return await self._durably(self._reserve_again(job.key, reservation, entry))

    async def record_status_message(self, key: JobKey, message_id: int) -> None:
        """Remember the bot's own message that becomes the answer."""
        await self._durably(self._in_journal(lambda journal: journal.record_status_message(key, message_id)))

    async def record_death(self, key: JobKey) -> int:
        """Count a worker process that the job's recording ended; the count so far."""
        return await self._durably(self._in_journal(lambda journal: journal.record_death(key)))

    async def conclude(
        self, job: Job, outcome: Transcript | Failure, *, charged_seconds: int, usage: Usage | None
    ) -> Job:
        """Record the outcome, settle or refund the reservation and note the usage, in one transaction.

        The job as it is then; a job that was concluded before is returned unchanged, with its first outcome.
        ValueError when more is charged than was reserved, or anything without usage.
        """
        now = self._clock()
        work = self._in_journal(lambda journal: journal.conclude(job.key, outcome, charged_seconds, usage, now))
        return (await self._durably(self._transition(work))).job

    async def finish(self, key: JobKey, *, keep_text: bool = False) -> None:
        """The answer is in the chat: the job is DONE and its text is deleted, or kept until `prune_transcripts`."""
        await self._durably(self._finish(key, keep_text))

    async def unfinished(self) -> list[Job]:
        """Jobs ACCEPTED or CONCLUDED, oldest first."""
        return await self._in_journal(Journal.unfinished)

    def admitted(self) -> int:
        """Number of jobs that are not DONE, those whose transaction is under way included."""
        return self._admitted

    def admitted_of(self, user_id: int) -> int:
        """Those of them that are a user's."""
        return self._admitted_of.get(user_id, 0)

    # --- the operator ----------------------------------------------------------------------------------------------
    # `request_id` is an idempotency key: a repeated request changes nothing and gives False.
    async def set_quota(self, user_id: int, seconds: int | None, *, request_id: str) -> bool:
        """Give a user a daily quota of their own; None gives back the default."""
        return await self._perform(request_id, self._setting(EntryKind.QUOTA, user_id, seconds))

    async def grant(self, user_id: int, seconds: int, *, request_id: str) -> bool:
        """Add seconds to a user's extra pot, where they are kept until used."""
        now = self._clock()
        day = self._balances.day(now)
        return await self._perform(request_id, Entry(EntryKind.GRANT, user_id, now, day, extra_seconds=seconds))

    async def set_unlimited(self, user_id: int, value: bool, *, request_id: str) -> bool:
        """Lift a user's quota, or restore it."""
        return await self._perform(request_id, self._setting(EntryKind.UNLIMITED, user_id, int(value)))

    async def set_banned(self, user_id: int, value: bool, *, request_id: str) -> bool:
        """Ban a user, or readmit one."""
        return await self._perform(request_id, self._setting(EntryKind.BANNED, user_id, int(value)))

    # --- forgetting ------------------------------------------------------------------------------------------------
    async def forget(self, user_id: int, *, asked_by: int = 0, language: str | None = None) -> Forgotten:
        """Delete everything about a user from the journal, unless a recording of theirs is still to be answered.

        What they took of today's quota, and a ban, are kept under a keyed hash of the id. Granted seconds are lost.
        What has to follow is journaled as a farewell until `end_farewell`: `erase`, if anything was known, and whatever
        others have to forget or to say. `asked_by` is the user's message that wants to be answered then.
        """
        return await self._durably(self._forget(Farewell(user_id, asked_by, language)))

    async def erase(self) -> None:
        """Leave no byte, in any file of the store, of whoever was forgotten until now."""
        await self._durably(self._in_records_thread(self._erase))

    async def farewells(self) -> list[Farewell]:
        """Those that are not complete: at the start, what an earlier life of the service began."""
        return await self._in_journal(Journal.farewells)

    async def end_farewell(self, user_id: int, asked_by: int = 0) -> None:
        """A request to forget is fulfilled and answered; the last trace of it goes."""
        farewell = Farewell(user_id, asked_by)
        await self._durably(self._in_records_thread(lambda: self._end_farewell(farewell)))

    # --- the bot ---------------------------------------------------------------------------------------------------
    async def bot_id(self) -> int | None:
        """The bot whose inbox and jobs these are; None before any has signed in."""
        return await self._in_journal(Journal.bot_id)

    async def belong_to(self, bot_id: int) -> None:
        """Be this bot's. What another one had at hand is closed and given back; people, quotas and entries stay.

        Only while nothing is received and no job is under way.
        """
        today, now = self.today(), self._clock()
        closed = await self._in_journal(lambda journal: journal.belong_to(bot_id, today, now))
        if closed is not None:
            await self._in_journal(Journal.tidy)
            await self._remember()
            self._events.emit(BotChanged(closed))

    # --- questions, answered by records that are level with the journal ------------------------------------------
    async def users(self) -> list[UserRow]:
        """Everybody ever seen or set, by id."""
        today = self.today()
        return await self._ask(lambda session: session.users(today))

    async def user(self, user_id: int) -> UserRow | None:
        """One user; None when never seen nor set."""
        if user_id.bit_length() > 63:
            return None
        today = self.today()
        return await self._ask(lambda session: session.user(user_id, today))

    async def find_user(self, name: str) -> UserRow | None:
        """A user by id (`42`) or by username (`@anna`, in any case)."""
        if name.removeprefix("-").isdecimal():
            return await self.user(int(name))
        wanted = name.removeprefix("@").casefold()
        # The latest change first: a username may have passed from one person to another.
        for person in reversed(self._people.values()):
            if person.username and person.username.casefold() == wanted:
                return await self.user(person.user_id)
        return None

    async def history(self, user_id: int, limit: int) -> list[LedgerRow]:
        """A user's latest movements of quota, newest first."""
        return await self._ask(lambda session: session.history(user_id, limit))

    async def usage_by_day(self, days: int) -> list[UsageDay]:
        """Sums of the last `days` quota days, newest first; days without a recognised recording are left out."""
        since = self.today() - timedelta(days=days - 1)
        return await self._ask(lambda session: session.usage_by_day(since))

    async def latest_costs(self, model: str, limit: int) -> list[tuple[float, float]]:
        """Seconds of audio and of computing of the latest recordings that a model recognised, the oldest first."""
        return await self._ask(lambda session: session.latest_costs(model, limit))

    async def counts(self) -> Counts:
        """How much the store holds."""
        found = await self._in_journal(Journal.counts)
        return Counts(
            inbox_received=found.get("inbox.received", 0),
            inbox_accepted=found.get("inbox.accepted", 0),
            inbox_dismissed=found.get("inbox.dismissed", 0),
            jobs_accepted=found.get("jobs.accepted", 0),
            jobs_concluded=found.get("jobs.concluded", 0),
            jobs_done=found.get("jobs.done", 0),
            entries=found["entries"],
            applied=await self._ask(Session.applied),
        )

    # --- upkeep ----------------------------------------------------------------------------------------------------
    async def prune(self, older_than: timedelta) -> int:
        """Delete finished jobs, decided inbox rows and request keys of that age from the journal; how many rows.

        Entries are kept. In small transactions, so that other work gets its turn in between.
        """
        before = self._clock() - older_than
        total = 0
        while deleted := await self._in_journal(lambda journal: journal.prune(before)):
            total += deleted
        yesterday = self.today() - timedelta(days=1)
        await self._in_journal(lambda journal: journal.prune_traces(yesterday))
        return total

    async def prune_transcripts(self, older_than: timedelta) -> int:
        """Delete texts that were kept after their delivery and are of that age; how many."""
        before = self._clock() - older_than
        deleted = await self._in_journal(lambda journal: journal.prune_transcripts(before))
        if deleted:
            await self._in_journal(Journal.tidy)
        return deleted

    async def check(self) -> list[str]:
        """Every broken invariant in a sentence; empty when ledger, jobs, usage, records and balances agree."""
        changes, was_quiet = self._changes, not self._pending
        found, pots = await self._ask(violations)
        if was_quiet and not self._pending and changes == self._changes:
            found += different_pots(pots, self._balances.snapshot(), self.today() - timedelta(days=1))
        return found

    # --- the pieces ------------------------------------------------------------------------------------------------
    async def _start(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._journal_thread, self._open_journal)
        await self._remember()
        self._crew.spawn(self._follow(), "records follower")

    async def _remember(self) -> None:
        """Take what is answered from memory from the files."""
        self._people = {person.user_id: person for person in await self._in_journal(Journal.people)}
        self._admitted, self._admitted_of = 0, Counter()
        for job in await self.unfinished():
            self._count_admitted(job.user_id, 1)
        traces = Traces(await self._in_journal(Journal.tag_key), await self._in_journal(Journal.traces))
        self._balances = Balances(self._quota, await self._ask(Session.accounts), traces)

    def _open_journal(self) -> None:
        with _StoreErrors(self._state_dir):
            self._journal = Journal(self._files.journal)

    def _close_threads(self) -> None:
        self._records_thread.shutdown()
        if self._journal is not None:
            self._journal_thread.submit(self._journal.close).result()
        self._journal_thread.shutdown()

    async def _see_person(self, person: Person) -> None:
        now = self._clock()
        entry = Entry(EntryKind.PERSON, person.user_id, now, self._balances.day(now))
        await self._in_journal(lambda journal: journal.see_person(person, entry))
        self._people.pop(person.user_id, None)
        self._people[person.user_id] = person
        self._give(entry)

    async def _accept(self, job: Job, entry: Entry) -> bool:
        accepted = False
        try:
            accepted = await self._in_journal(lambda journal: journal.accept(job, entry))
        finally:
            if not accepted:
                self._balances.undo(entry)
                self._count_admitted(job.user_id, -1)
        self._new_entries.set()
        return accepted

    async def _reserve_again(self, key: JobKey, reservation: Reservation, entry: Entry) -> Job:
        try:
            transition = await self._in_journal(lambda journal: journal.reserve_again(key, reservation, entry.at))
        finally:
            self._balances.undo(entry)
        self._give(*transition.entries)
        return transition.job

    async def _transition(self, work: Coroutine[Any, Any, Transition]) -> Transition:
        transition = await work
        self._give(*transition.entries)
        return transition

    async def _finish(self, key: JobKey, keep_text: bool) -> None:
        now = self._clock()
        user_id = await self._in_journal(lambda journal: journal.finish(key, now, keep_text=keep_text))
        if user_id is not None:
            self._count_admitted(user_id, -1)
            self._new_entries.set()

    async def _perform(self, request_id: str, entry: Entry) -> bool:
        async def perform() -> bool:
            tag = self._balances.traces.tag(entry.user_id)
            performed = await self._in_journal(lambda journal: journal.perform(request_id, entry, tag))
            if performed:
                self._give(entry)
            return performed

        return await self._durably(perform())

    async def _forget(self, farewell: Farewell) -> Forgotten:
        user_id, today = farewell.user_id, self.today()
        tag = self._balances.traces.tag(user_id)
        memory = await self._in_journal(lambda journal: journal.forget(farewell, tag, today))
        if memory.was_known:
            self._changes += 1
            self._people.pop(user_id, None)
            self._balances.forget(user_id, memory.pots, memory.trace)
            self._new_entries.set()
        return Forgotten(memory.unfinished, memory.was_known)

    def _erase(self) -> None:
        # From the records' thread: the journal is not being read meanwhile.
        self._records.discard()
        for replaced in self._files.replaced_journals():
            replaced.unlink(missing_ok=True)
        self._await_journal(Journal.compact)

    def _end_farewell(self, farewell: Farewell) -> None:
        self._await_journal(lambda journal: journal.end_farewell(farewell))
        self._await_journal(Journal.tidy)

    def _await_journal(self, work: Callable[[Journal], None]) -> None:
        assert self._journal is not None
        self._journal_thread.submit(work, self._journal).result()

    def _setting(self, kind: EntryKind, user_id: int, value: int | None) -> Entry:
        now = self._clock()
        return Entry(kind, user_id, now, self._balances.day(now), value=value)

    def _count_admitted(self, user_id: int, jobs: int) -> None:
        """So many more jobs are not DONE, or fewer."""
        self._admitted += jobs
        self._admitted_of[user_id] += jobs
        if not self._admitted_of[user_id]:
            del self._admitted_of[user_id]

    def _take(self, entry: Entry) -> None:
        """Let a reservation count at once, before it is durable."""
        self._changes += 1
        self._balances.apply(entry)

    def _give(self, *entries: Entry) -> None:
        """Let durable entries count."""
        self._changes += 1
        for entry in entries:
            self._balances.apply(entry)
        self._new_entries.set()

    async def _durably(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work to its end whatever happens to the task that waits for it."""
        task = asyncio.create_task(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        return await asyncio.shield(task)

    async def _in_journal(self, work: Callable[[Journal], T]) -> T:
        def guarded() -> T:
            assert self._journal is not None
            with _StoreErrors(self._state_dir):
                return work(self._journal)

        self._require_open()
        return await asyncio.get_running_loop().run_in_executor(self._journal_thread, guarded)

    async def _in_records_thread(self, work: Callable[[], T]) -> T:
        def guarded() -> T:
            self._records_busy_since = time.monotonic()
            try:
                with _StoreErrors(self._state_dir):
                    return work()
            finally:
                self._records_busy_since = None

        self._require_open()
        return await asyncio.get_running_loop().run_in_executor(self._records_thread, guarded)

    async def _ask(self, question: Callable[[Session], T]) -> T:
        answer = await self._in_records_thread(lambda: self._records.ask(question))
        if rebuilt := answer.rebuilt:
            self._events.emit(RecordsRebuilt(rebuilt.cause, rebuilt.entries, rebuilt.seconds))
        return answer.value

    def _tell_progress(self, applied: int, entries: int) -> None:
        # In the records' thread, where subscribers must not be called.
        self._records_busy_since = time.monotonic()
        self._loop.call_soon_threadsafe(self._events.emit, RecordsCatchingUp(applied, entries))

    def _require_open(self) -> None:
        if self._lock is None:
            raise StoreError("The store is closed.")

    async def _follow(self) -> None:
        """Keep the records about level; their trouble is reported, and retried with the next entry or question."""
        while True:
            await self._new_entries.wait()
            await asyncio.sleep(APPLY_DELAY_SECONDS)
            self._new_entries.clear()
            try:
                await self._ask(Session.applied)
                if not self._admitted:
                    await self._in_journal(Journal.tidy)
            except StoreError as error:
                self._events.emit(BackgroundError("records", type(error).__name__))


class _StoreErrors:
    """Turns the errors of SQLite and of the file system into the store's own."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise self._of_journal(error) from error
        if isinstance(error, OSError):
            raise self._of_files(error) from error

    def _of_journal(self, error: sqlite3.Error) -> StoreError:
        if is_disk_full(error, self._state_dir):
            return DiskFull()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return StoreError("The journal is damaged; restore it from a backup.")
        return StoreError(f"The journal can't be used: {getattr(error, 'sqlite_errorname', type(error).__name__)}.")

    def _of_files(self, error: OSError) -> StoreError:
        if is_disk_full(error):
            return DiskFull()
        return StoreError(f"The state directory {self._state_dir} can't be used: {error.strerror}.")
