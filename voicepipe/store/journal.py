"""The journal: a SQLite file that holds the truth. `transact` is the one way to write to it.

A `Journal` lives in one thread, which opens, uses and closes it; `JournalReader` is a second, read-only connection for
the thread of the records. What is written where is the affair of the books (`store/books/`): a change of state is
conditional on the state before it and appends its entries in the same transaction.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from voicepipe.domain.jobs import JobKey
from voicepipe.errors import StoreError
from voicepipe.store import migrations
from voicepipe.store.entries import Entry

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY_TIMEOUT_SECONDS = 5.0
_ENTRY_COLUMNS = (
    "kind, user_id, happened_at, quota_day, seconds, extra_seconds, chat_id, message_id, door, name, value, "
    "recording, model, language, audio_seconds, queue_seconds, compute_seconds, total_seconds, predicted_seconds, "
    "made_by"
)


def to_microseconds(instant: datetime) -> int:
    """An aware instant as the journal stores it."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(stored: int) -> datetime:
    """The UTC instant that `to_microseconds` stored."""
    return _EPOCH + timedelta(microseconds=stored)


def places(values: tuple[object, ...]) -> str:
    """A placeholder for each value."""
    return ", ".join("?" * len(values))


KEY = "chat_id, message_id, door"
"""The columns of a `JobKey`."""
IS_KEY = "chat_id = ? AND message_id = ? AND door = ?"
"""The condition that a row is a key's, given its `key_values`."""


def key_values(key: JobKey) -> tuple[int, int, str]:
    """A key as its columns hold it."""
    return key.chat_id, key.message_id, key.door


class Journal:
    """The only writer. Raises sqlite3.Error as it comes, except where it opens."""

    def __init__(self, path: Path) -> None:
        """Open or create the file and bring its schema up to date; StoreError when it can't be used."""
        # Created here rather than by SQLite, for its mode; SQLite gives its -wal and -shm the same one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None)
        self.appended: list[Entry] = []
        """The entries of the latest transaction."""
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    def transact(self, work: Callable[[Journal], T]) -> T:
        """Do work in one transaction, which is durable when this returns; all or nothing of it is done."""
        self.appended = []
        with self._transaction():
            return work(self)

    def execute(self, sql: str, parameters: object = ()) -> sqlite3.Cursor:
        """One statement; a writing one only inside of `transact`."""
        return self._db.execute(sql, parameters)  # type: ignore[arg-type]  # sqlite3 judges what it is given

    def append(self, *entries: Entry) -> None:
        """Write entries, which get the next numbers."""
        self.appended += entries
        rows = [_entry_values(entry) for entry in entries]
        self._db.executemany(f"INSERT INTO entries ({_ENTRY_COLUMNS}) VALUES ({places(rows[0])})", rows)

    @property
    def changes(self) -> int:
        """How many rows have been written or deleted since it was opened."""
        return self._db.total_changes

    def last_entry(self) -> int:
        """The number of the last entry; 0 when there is none."""
        return _last_entry(self._db)

    def compact(self) -> None:
        """Write the file anew, with nothing deleted left between what is still there: about a second per 100 MB."""
        # Overwriting what is deleted misses the copies that remain where pages were split.
        self._db.execute("VACUUM")
        self._db.execute("UPDATE farewells SET is_erased = 1")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def tidy(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted from the tables; not while it is being read."""
        self._db.execute("PRAGMA busy_timeout = 0")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_SECONDS * 1000:.0f}")

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        # Deleted transcripts and names are overwritten, not just unlinked.
        self._db.execute("PRAGMA secure_delete = ON")
        self._migrate()

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        known = migrations.scripts("journal")
        if version > known[-1][0]:
            raise StoreError(
                f"The journal has schema version {version}, written by a newer voicepipe; this one knows versions up to"
                f" {known[-1][0]}. Install the newer version again, or restore a backup made before it."
            )
        for number, sql in known:
            if number > version:
                self._db.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may already have rolled it back.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


class JournalReader:
    """A read-only connection beside the writer's. Sees whole transactions only, and never makes the writer wait."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None
        )

    def close(self) -> None:
        self._db.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """For the invariants' questions."""
        return self._db

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """One state of the journal for all questions, while the writer goes on."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def last_entry(self) -> int:
        """The number of the last entry; 0 when there is none."""
        return _last_entry(self._db)

    def times_forgotten(self) -> int:
        """How many users the journal has forgotten so far."""
        return int(self._db.execute("SELECT times FROM forgetting").fetchone()[0])

    def instant_of(self, seq: int) -> int | None:
        """When an entry happened, in microseconds; None when there is no such entry."""
        row = self._db.execute("SELECT happened_at FROM entries WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else int(row[0])

    def entries_as_json(self, after: int, limit: int) -> str:
        """The entries after a number, in order, as a JSON array of objects keyed by column."""
        fields = ", ".join(f"'{column}', {column}" for column in ("seq", *_ENTRY_COLUMNS.split(", ")))
        row = self._db.execute(
            f"SELECT json_group_array(json_object({fields}))"
            " FROM (SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT ?)",
            (after, limit),
        ).fetchone()
        return str(row[0])

    def people_as_json(self, after: int, limit: int) -> str:
        """The people whom those same entries say to have changed, as they are called now."""
        row = self._db.execute(
            "SELECT json_group_array(json_object('user_id', user_id, 'username', username, 'language', language))"
            " FROM people WHERE user_id IN (SELECT user_id FROM"
            " (SELECT user_id, kind FROM entries WHERE seq > ? ORDER BY seq LIMIT ?) WHERE kind = 'person')",
            (after, limit),
        ).fetchone()
        return str(row[0])


def _entry_values(entry: Entry) -> tuple[Any, ...]:
    key = key_values(entry.key) if entry.key else (None, None, "")
    value = None if entry.name is None else json.dumps(entry.value, ensure_ascii=False)
    return (
        *(entry.kind, entry.user_id, to_microseconds(entry.at), entry.quota_day.isoformat()),
        *(entry.seconds, entry.extra_seconds, *key, entry.name, value),
        *(entry.recording, entry.model, entry.language),
        *(entry.audio_seconds, entry.queue_seconds, entry.compute_seconds, entry.total_seconds),
        entry.predicted_seconds,
        entry.made_by,
    )


def _last_entry(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0])
