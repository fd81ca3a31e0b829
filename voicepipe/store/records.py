"""The records: a DuckDB file of users, ledger and usage, made from the journal's entries and from nothing else.

The file is opened for a question, brought level, and closed again: opening takes milliseconds, closing writes the
checkpoint, and a closed file can't be damaged by an abrupt exit. All of it happens in one thread, which also reads the
journal through a connection of its own. Whatever is wrong with the file, it is set aside and built again.

Beside `tables`, this is the only module that imports duckdb.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import duckdb

from voicepipe.config.files import StateFiles
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.usage import UsageBy
from voicepipe.errors import DiskFull, StoreError
from voicepipe.machine import is_disk_full
from voicepipe.store import migrations
from voicepipe.store.applying import APPLY, BATCH, NAME_PEOPLE
from voicepipe.store.balances import Account
from voicepipe.store.entries import EntryKind
from voicepipe.store.journal import JournalReader, from_microseconds
from voicepipe.store.remembered import read_accounts
from voicepipe.store.rows import DaySoFar, LedgerRow, RefusalRow, UsageDay, UsageGroup, UsageHour, UserRow
from voicepipe.store.usage import read_day, read_days, read_groups, read_hours

T = TypeVar("T")

_MOVEMENT = "seq, user_id, epoch_us(happened_at), quota_day, kind, seconds, extra_seconds, chat_id, message_id, door"
OnProgress = Callable[[int, int], None]

PROGRESS_SECONDS = 5.0
"""How often it is told how far a long application of entries is."""
BATCH_ENTRIES = 2000
"""Entries applied in one transaction: enough for speed, few enough to leave the supervisor's memory small."""

_OPTIONS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "64MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # DuckDB 2.0 would otherwise write files that 1.5 can't read.
    "storage_compatibility_version": "v1.5.0",
}

_USERS = """
SELECT telegram_id, username, language, daily_quota_seconds, is_unlimited, is_banned, epoch_us(created_at),
    coalesce(used_today, 0), coalesce(extra_left, 0), coalesce(recordings, 0), coalesce(audio, 0)
FROM users
LEFT JOIN (
    SELECT user_id, -sum(seconds) FILTER (quota_day = $today) AS used_today, sum(extra_seconds) AS extra_left
    FROM ledger GROUP BY user_id
) AS pots ON pots.user_id = telegram_id
LEFT JOIN (SELECT user_id, count(*) AS recordings, sum(audio_seconds) AS audio FROM usage GROUP BY user_id) AS done
    ON done.user_id = telegram_id
WHERE $user_id IS NULL OR telegram_id = $user_id
ORDER BY telegram_id
"""


class _Unfit(Exception):
    """The file can be opened, but is not this journal's records."""


class _HoldsForgotten(_Unfit):
    """The file was begun before the journal forgot somebody."""


class _OtherVersion(_Unfit):
    """Another version of voicepipe wrote the file."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The records were built again from the entries."""

    cause: str
    """`missing`, `damaged`, `version` or `foreign`."""
    entries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a question gave, and whether the records had to be rebuilt for it."""

    value: T
    rebuilt: Rebuilt | None
    applied: int
    """The number of the last entry that the records hold."""


class Records:
    """The file, opened when asked. Used by one thread only."""

    def __init__(self, files: StateFiles, on_progress: OnProgress | None = None) -> None:
        """`on_progress` is called in that thread: the number of the last applied entry, and of the last there is."""
        self._files = files
        self._is_discarded = False
        self._on_progress = on_progress or (lambda applied, entries: None)

    def ask(self, question: Callable[[Session], T]) -> Answer[T]:
        """Bring the records level with the journal and put a question to them.

        DiskFull or StoreError when they can be neither read nor rebuilt; the journal is not touched by that.
        """
        try:
            return self._ask(question, self._cause_of_absence())
        except (duckdb.Error, _Unfit) as error:
            _raise_if_transient(error)
            cause = self._put_away(error)
        try:
            return self._ask(question, cause)
        except (duckdb.Error, _Unfit) as error:
            _raise_if_transient(error)
            raise StoreError("The records can't be built from the journal.") from error

    def copy(self, target: Path) -> Answer[None]:
        """Bring the records level, and copy them to a file."""
        level = self.ask(lambda session: None)
        shutil.copyfile(self._files.records, target)
        return level

    def discard(self) -> None:
        """Remove the file and whatever was set aside: they hold a forgotten user. The next question makes new ones."""
        for path in self._files.all_records():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        self._is_discarded = True

    def _cause_of_absence(self) -> str | None:
        if self._files.records.exists() or self._is_discarded:
            return None
        return "missing"

    def _put_away(self, error: Exception) -> str | None:
        """Make way for new records; why they have to be built, where that deserves a report."""
        if isinstance(error, _HoldsForgotten):
            self.discard()
            return None
        if isinstance(error, _OtherVersion):
            self.discard()  # nothing is wrong with it, and all of it is in the journal
            return str(error)
        self._set_aside()
        return str(error) if isinstance(error, _Unfit) else "damaged"

    def _ask(self, question: Callable[[Session], T], cause: str | None) -> Answer[T]:
        started = time.monotonic()
        with self._session() as session:
            entries = session.level()
            self._is_discarded = False
            rebuilt = Rebuilt(cause, entries, time.monotonic() - started) if cause and entries else None
            return Answer(_answer(question, session), rebuilt, session.last_applied)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with closing(JournalReader(self._files.journal)) as journal, closing(self._connect()) as records:
            self._protect()
            yield Session(records, journal, self._on_progress)
            self._protect()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self._files.records), config=dict(_OPTIONS))

    def _protect(self) -> None:
        for path in (self._files.records, self._files.records_log):
            with suppress(FileNotFoundError):
                path.chmod(0o600)

    def _set_aside(self) -> None:
        """Keep the unusable file for its owner's curiosity: the latest one only, since it holds users' names."""
        for old in self._files.all_damaged_records():
            old.unlink(missing_ok=True)
        aside = self._files.damaged_records(time.time_ns() // 1_000_000)
        log_aside = aside.with_name(f"{aside.name}.wal")
        for path, target in ((self._files.records, aside), (self._files.records_log, log_aside)):
            with suppress(FileNotFoundError):
                path.rename(target)


class Session:
    """The records while they are open, beside the journal that they follow."""

    def __init__(self, records: duckdb.DuckDBPyConnection, journal: JournalReader, on_progress: OnProgress) -> None:
        self._db = records
        self.journal = journal
        self.last_applied = 0
        """The number of the last applied entry, as `level` found or left it."""
        self._on_progress = on_progress

    def level(self) -> int:
        """Apply the entries that are missing; how many they were."""
        self._prepare()
        applied = self._applied_of_this_journal()
        count, told_at = 0, time.monotonic()
        while (number := self._apply_batch(applied)) > applied:
            count += number - applied
            applied = number
            if time.monotonic() - told_at >= PROGRESS_SECONDS:
                told_at = time.monotonic()
                self._on_progress(applied, self.journal.last_entry())
        self.last_applied = applied
        return count

    def applied(self) -> int:
        """The number of the last applied entry."""
        return int(self._row("SELECT seq FROM applied")[0])

    def accounts(self) -> dict[int, Account]:
        """Every user's settings, pots of the latest days, and languages of late."""
        return read_accounts(self._rows)

    def users(self, today: date) -> list[UserRow]:
        """Everybody, by id."""
        return [_user(row) for row in self._rows(_USERS, {"today": today, "user_id": None})]

    def user(self, user_id: int, today: date) -> UserRow | None:
        """One user."""
        rows = self._rows(_USERS, {"today": today, "user_id": user_id})
        return _user(rows[0]) if rows else None

    def history(self, user_id: int, limit: int) -> list[LedgerRow]:
        """A user's latest movements, newest first."""
        rows = self._rows(
            f"SELECT {_MOVEMENT} FROM ledger WHERE user_id = ? ORDER BY seq DESC LIMIT ?",
            [user_id, limit],
        )
        return [_movement(row) for row in rows]

    def movements(self, key: JobKey) -> list[LedgerRow]:
        """What a job has moved, in order."""
        rows = self._rows(
            f"SELECT {_MOVEMENT} FROM ledger WHERE chat_id = ? AND message_id = ? AND door = ? ORDER BY seq",
            [key.chat_id, key.message_id, key.door],
        )
        return [_movement(row) for row in rows]

    def usage_by_day(self, since: date, user_id: int | None = None) -> list[UsageDay]:
        """Sums of each quota day from `since` on that has any usage, of everybody or of one user, newest first."""
        return read_days(self._rows, since, user_id)

    def day_until(self, day: date, until: datetime) -> DaySoFar:
        """Sums of a quota day until a moment of it."""
        return read_day(self._rows, day, until)

    def usage_by(self, by: UsageBy, since: date, limit: int) -> list[UsageGroup]:
        """Sums from a quota day on of all that is alike in something: so many groups at most."""
        return read_groups(self._rows, by, since, limit)

    def usage_by_hour(self, now: datetime, hours: int) -> list[UsageHour]:
        """Sums of each of so many hours of the clock until now, the oldest first."""
        return read_hours(self._rows, now, hours)

    def refusals(self, limit: int) -> list[RefusalRow]:
        """The latest recordings that were not accepted, newest first."""
        rows = self._rows(
            "SELECT user_id, (SELECT username FROM users WHERE telegram_id = user_id), epoch_us(happened_at), chat_id,"
            " reason, audio_seconds FROM refusals ORDER BY seq DESC LIMIT ?",
            [limit],
        )
        return [RefusalRow(row[0], row[1], from_microseconds(row[2]), *row[3:]) for row in rows]

    def latest_costs(self, model: str, limit: int) -> list[tuple[float, float]]:
        """Seconds of audio and of computing of the latest recordings that a model recognised, the oldest first."""
        return self._rows(
            "SELECT audio_seconds, compute_seconds FROM"
            " (SELECT * FROM usage WHERE model = ? ORDER BY seq DESC LIMIT ?) ORDER BY seq",
            [model, limit],
        )

    def totals(self, until: int) -> dict[int, tuple[int, int, int]]:
        """Until an entry, for every user with a movement or usage: seconds and extra seconds moved, and recordings
        recognised."""
        rows = self._rows(
            "SELECT user_id, sum(seconds)::BIGINT, sum(extra_seconds)::BIGINT, sum(recordings)::BIGINT FROM ("
            " SELECT user_id, seconds, extra_seconds, 0 AS recordings FROM ledger WHERE seq <= $until"
            " UNION ALL SELECT user_id, 0, 0, 1 FROM usage WHERE seq <= $until) GROUP BY user_id",
            {"until": until},
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def _prepare(self) -> None:
        """Create the tables in a new file; _Unfit when the file holds another schema."""
        known = migrations.scripts("records")
        tables = {row[0] for row in self._rows("SELECT table_name FROM duckdb_tables()")}
        if not tables:
            self._create(known)
        elif "schema_version" not in tables:
            raise _Unfit("foreign")
        elif self._rows("SELECT version FROM schema_version") != [(known[-1][0],)]:
            raise _OtherVersion("version")

    def _create(self, known: list[tuple[int, str]]) -> None:
        self._db.begin()
        for _, sql in known:
            self._db.execute(sql)
        self._db.execute("INSERT INTO schema_version VALUES (?)", [known[-1][0]])
        # Read before any entry is: who is forgotten meanwhile makes these records unfit.
        self._db.execute("UPDATE applied SET forgotten = ?", [self.journal.times_forgotten()])
        self._db.commit()

    def _applied_of_this_journal(self) -> int:
        """The number of the last applied entry; _Unfit when the journal does not have that very entry."""
        seq, happened_at, forgotten, is_whole = self._row(
            "SELECT seq, happened_at, forgotten, users_rows = (SELECT count(*) FROM users)"
            " AND ledger_rows = (SELECT count(*) FROM ledger)"
            " AND usage_rows = (SELECT count(*) FROM usage) FROM applied"
        )
        if not is_whole:
            raise _Unfit("damaged")
        if forgotten != self.journal.times_forgotten():
            raise _HoldsForgotten
        if seq and self.journal.instant_of(seq) != happened_at:
            raise _Unfit("foreign")
        return int(seq)

    def _apply_batch(self, after: int) -> int:
        """Apply the next entries in one transaction; the last applied number, which is `after` when there are none."""
        entries = self.journal.entries_as_json(after, BATCH_ENTRIES)
        if entries == "[]":
            return after
        people = self.journal.people_as_json(after, BATCH_ENTRIES)
        self._db.begin()
        self._db.execute(BATCH, [entries])
        for statement in APPLY:
            self._db.execute(statement)
        if people != "[]":
            self._db.execute(NAME_PEOPLE, [people])
        self._db.commit()
        return self.applied()

    def _rows(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, parameters).fetchall()

    def _row(self, sql: str) -> tuple[Any, ...]:
        rows = self._rows(sql)
        if len(rows) != 1:
            raise _Unfit("damaged")
        return rows[0]


def _answer(question: Callable[[Session], T], session: Session) -> T:
    try:
        return question(session)
    except (duckdb.DataError, duckdb.ProgrammingError) as error:
        # The question is at fault, not the file: it must not be rebuilt for that.
        raise ValueError("the records can't be asked that") from error


def _raise_if_transient(error: Exception) -> None:
    """Raise what waiting may cure, so that a sound file is not set aside for it."""
    if is_disk_full(error):
        raise DiskFull from error
    if isinstance(error, duckdb.OutOfMemoryException):
        raise StoreError("The question needs more memory than the records may use.") from error
    if "Could not set lock" in str(error):
        raise StoreError("The records are open in another program; close it there.") from error


def _user(row: tuple[Any, ...]) -> UserRow:
    created_at, used_today, extra_left, recordings, audio = row[6:]
    return UserRow(
        *(row[0], row[1], row[2], row[3], row[4], row[5]),
        created_at=from_microseconds(created_at),
        used_today_seconds=int(used_today),
        extra_left_seconds=int(extra_left),
        recordings=int(recordings),
        audio_seconds=float(audio),
    )


def _movement(row: tuple[Any, ...]) -> LedgerRow:
    key = None if row[7] is None else JobKey(row[7], row[8], row[9])
    return LedgerRow(row[0], row[1], from_microseconds(row[2]), row[3], EntryKind(row[4]), row[5], row[6], key)
