"""What the books of the store share: its threads, its clock, and the one way to write.

Three threads. The event loop's holds what is answered from memory. The journal and the records have a thread each,
which alone touches its database, so nothing that the records do makes a commit of the journal wait. What reads the
journal for long has a fourth, and a connection of its own, so that neither waits for it.

A change is made in the journal first. In memory, what a user may use shrinks before the transaction and grows after it,
so seconds which are not durably free are never given away. A transaction that has begun is completed together with its
effect in memory even when the task that asked for it is cancelled.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from voicepipe.config import QuotaConfig
from voicepipe.config.files import StateFiles
from voicepipe.errors import DiskFull, StoreError
from voicepipe.events import Events, JournalCommitted, QuotaMoved, RecordsCatchingUp, RecordsRebuilt
from voicepipe.machine import is_disk_full
from voicepipe.store.balances import Balances
from voicepipe.store.entries import LEDGER_KINDS, Entry
from voicepipe.store.journal import Journal, JournalReader
from voicepipe.store.lock import StateLock
from voicepipe.store.records import Answer, Records, Session

T = TypeVar("T")


class Core:
    """The store's files and threads, and what must stay in step with them in memory."""

    def __init__(
        self, state_dir: Path, quota: Callable[[], QuotaConfig], clock: Callable[[], datetime], events: Events
    ) -> None:
        """Lock the directory. Raises StoreLocked, StoreError."""
        self._files = StateFiles(state_dir)
        with _StoreErrors(state_dir):
            state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock: StateLock | None = StateLock(self._files.lock)
        self.clock = clock
        self.events = events
        self.balances = Balances(quota)
        self.new_entries = asyncio.Event()
        """Set when the journal holds entries that the records may lack."""
        self.changes = 0
        """Grows with every change of what is in memory."""
        self._state_dir = state_dir
        self._journal: Journal | None = None
        self._records = Records(self._files, self._tell_progress)
        self._records_busy_since: float | None = None
        self._last_entry = self._applied = 0
        self._journal_thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._records_thread = ThreadPoolExecutor(1, thread_name_prefix="records")
        self._aside_thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._reading_aside = asyncio.Lock()
        """Held while the journal is read beside the records' thread, and while nobody may do so."""
        self._loop = asyncio.get_running_loop()
        self._pending: set[asyncio.Task[Any]] = set()

    async def open_journal(self) -> None:
        """Raises StoreError when it can't be used."""

        def open_file() -> None:
            with _StoreErrors(self._state_dir):
                self._journal = Journal(self._files.journal)
                self._last_entry = self._journal.last_entry()

        await self._loop.run_in_executor(self._journal_thread, open_file)

    async def close(self) -> None:
        """Complete what has begun, close both files and release the lock. Harmless when closed already."""
        if self._lock is None:
            return
        if self._pending:
            await asyncio.wait(self._pending)
        lock, self._lock = self._lock, None
        await asyncio.to_thread(self._close_threads)
        lock.release()

    @property
    def is_quiet(self) -> bool:
        """Whether no change is under way."""
        return not self._pending

    @property
    def records_stuck_seconds(self) -> float:
        """For how long the records' thread has been at one thing without any progress; 0 when it is at none."""
        since = self._records_busy_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def records_lag(self) -> int:
        """How many of the entries the records lack, as far as this life of the service knows."""
        return max(0, self._last_entry - self._applied)

    def today(self) -> date:
        """The quota day that it is."""
        return self.balances.day(self.clock())

    def tag(self, user_id: int) -> bytes:
        """The keyed hash that stands for a user who may have been forgotten."""
        return self.balances.traces.tag(user_id)

    # --- the journal ------------------------------------------------------------------------------------------------
    async def write(
        self,
        work: Callable[[Journal], T],
        then: Callable[[T], None] = lambda _: None,
        otherwise: Callable[[], None] = lambda: None,
    ) -> T:
        """Do work in one transaction of the journal, and once it is durable its effect in memory: `then`.

        When there was no transaction, `otherwise` is called. Both happen even when the caller is cancelled. Raises
        StoreError, DiskFull.
        """

        async def run() -> T:
            try:
                result, entries, seconds = await self.read(lambda journal: _transact(journal, work))
            except BaseException:
                otherwise()
                raise
            self._tell_commit(entries, seconds)
            then(result)
            return result

        return await self.durably(run())

    def _tell_commit(self, entries: list[Entry], seconds: float) -> None:
        self._last_entry += len(entries)
        self.events.emit(JournalCommitted(seconds))
        moved: Counter[str] = Counter()
        for entry in entries:
            if entry.kind in LEDGER_KINDS:
                moved[entry.kind.value] += abs(entry.seconds + entry.extra_seconds)
        for kind, moved_seconds in moved.items():
            self.events.emit(QuotaMoved(kind, moved_seconds))

    async def read(self, work: Callable[[Journal], T]) -> T:
        """Do work in the journal's thread."""

        def guarded() -> T:
            assert self._journal is not None
            with _StoreErrors(self._state_dir):
                return work(self._journal)

        self._require_open()
        return await self._loop.run_in_executor(self._journal_thread, guarded)

    async def read_aside(self, work: Callable[[JournalReader], T]) -> T:
        """Do long work on one state of the journal, beside everything else; only erasing waits for it.

        When the caller is cancelled, the work is broken off.
        """
        readers: list[JournalReader] = []

        def run() -> T:
            with _StoreErrors(self._state_dir), closing(JournalReader(self._files.journal)) as reader:
                readers.append(reader)
                with reader.one_state():
                    return work(reader)

        async with self._reading_aside:
            self._require_open()
            reading = self._loop.run_in_executor(self._aside_thread, run)
            try:
                return await asyncio.shield(reading)
            except asyncio.CancelledError:
                for reader in readers:
                    reader.connection.interrupt()
                await asyncio.wait([reading])
                reading.exception()  # that it was broken off is no news
                raise

    async def durably(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work to its end whatever happens to the task that waits for it."""
        task = asyncio.create_task(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        return await asyncio.shield(task)

    def count(self, *entries: Entry) -> None:
        """Let entries count in memory: durable ones, or a reservation that is about to be."""
        self.changes += 1
        for entry in entries:
            self.balances.apply(entry)
        self.new_entries.set()

    # --- the records ------------------------------------------------------------------------------------------------
    async def ask(self, question: Callable[[Session], T]) -> T:
        """What the records say, level with the journal."""
        return self._heard(await self._in_records_thread(lambda: self._records.ask(question)))

    @asynccontextmanager
    async def copy_of_records(self) -> AsyncIterator[Path]:
        """A copy of the records, level with the journal, for as long as it is needed.

        By its name it counts as one of the records' files: whoever is forgotten is so there, too.
        """
        prefix = f"{self._files.records.name}.copy-"
        with TemporaryDirectory(prefix=prefix, dir=self._state_dir, ignore_cleanup_errors=True) as room:
            copy = Path(room, self._files.records.name)
            self._heard(await self._in_records_thread(lambda: self._records.copy(copy)))
            yield copy

    def _heard(self, answer: Answer[T]) -> T:
        self._applied = answer.applied
        if rebuilt := answer.rebuilt:
            self.events.emit(RecordsRebuilt(rebuilt.cause, rebuilt.entries, rebuilt.seconds))
        return answer.value

    async def erase(self) -> None:
        """Remove the records and write the journal anew, so that nothing deleted is in any file any more."""
        await self.durably(self._unread(self._erase))

    async def write_unread(self, work: Callable[[Journal], None]) -> None:
        """Do work in one transaction and empty the log behind it, while the records do not read the journal."""

        def run() -> None:
            self._await_journal(lambda journal: journal.transact(work))
            self._await_journal(Journal.tidy)

        await self.durably(self._unread(run))

    async def _unread(self, work: Callable[[], None]) -> None:
        """Do work in the records' thread while the journal is read in no other."""
        async with self._reading_aside:
            await self._in_records_thread(work)

    def _erase(self) -> None:
        # From the records' thread: the journal is not being read meanwhile.
        self._records.discard()
        for replaced in self._files.replaced_journals():
            replaced.unlink(missing_ok=True)
        self._await_journal(Journal.compact)

    def _await_journal(self, work: Callable[[Journal], None]) -> None:
        assert self._journal is not None
        self._journal_thread.submit(work, self._journal).result()

    async def _in_records_thread(self, work: Callable[[], T]) -> T:
        def guarded() -> T:
            self._records_busy_since = time.monotonic()
            try:
                with _StoreErrors(self._state_dir):
                    return work()
            finally:
                self._records_busy_since = None

        self._require_open()
        return await self._loop.run_in_executor(self._records_thread, guarded)

    def _tell_progress(self, applied: int, entries: int) -> None:
        # In the records' thread, where subscribers must not be called.
        self._records_busy_since = time.monotonic()
        self._loop.call_soon_threadsafe(self.events.emit, RecordsCatchingUp(applied, entries))

    def _require_open(self) -> None:
        if self._lock is None:
            raise StoreError("The store is closed.")

    def _close_threads(self) -> None:
        self._aside_thread.shutdown()
        self._records_thread.shutdown()
        if self._journal is not None:
            self._journal_thread.submit(self._journal.close).result()
        self._journal_thread.shutdown()


def _transact(journal: Journal, work: Callable[[Journal], T]) -> tuple[T, list[Entry], float]:
    """What the work gives, the entries that it wrote, and the seconds until all was durable."""
    begun_at = time.perf_counter()
    result = journal.transact(work)
    return result, journal.appended, time.perf_counter() - begun_at


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
        return StoreError(f"{error.filename or self._state_dir} can't be used: {error.strerror}.")
