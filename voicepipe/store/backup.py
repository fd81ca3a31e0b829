"""Backups of the journal: made beside a running service, and put in its place when none runs.

A backup is the journal alone, as one plain SQLite file; the records are built again from it. It is a copy of one
instant: it is read in one transaction, which neither waits for the service's commits nor makes them wait. Any process
that may read the journal can make one.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voicepipe.config.files import StateFiles
from voicepipe.config.owner import my_name
from voicepipe.errors import DiskFull, StoreError
from voicepipe.machine import is_disk_full
from voicepipe.store import migrations
from voicepipe.store.lock import StateLock

_PARTIAL = ".voicepipe.journal.partial"
_NAME = re.compile(r"voicepipe-\d{8}T\d{6}Z\.journal")
_STAMP = "%Y%m%dT%H%M%SZ"
_PAGES_PER_STEP = 1000


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and verified."""

    path: Path
    size_bytes: int
    entries: int
    removed: tuple[Path, ...]
    """Older ones that were deleted for it."""


def back_up(state_dir: Path, directory: Path, now: datetime, *, keep: int | None = None) -> Backup:
    """Copy the journal into a new file of the directory, verify it, and keep only the latest `keep` of them.

    Raises StoreError, which says what is wrong, and then leaves nothing new behind.
    """
    journal = StateFiles(state_dir).journal
    with _file_errors(directory):
        if not journal.is_file():
            raise StoreError(f"There is no journal in {state_dir}: nothing to back up.")
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _partial_file(directory) as partial:
            with _opened(journal) as source, _opened(partial) as target:
                # The snapshot is taken by the first read, and kept while the steps go on.
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                source.backup(target, pages=_PAGES_PER_STEP, sleep=0)
                target.execute("PRAGMA journal_mode = DELETE")
            entries = _verified_entries(partial, partial)
            path = directory / f"voicepipe-{now:{_STAMP}}.journal"
            _put(partial, path)
        return Backup(path, path.stat().st_size, entries, tuple(_remove_old(directory, keep)))


def _verified_entries(path: Path, name: Path) -> int:
    """How many entries a sound journal of a known schema has. Raises StoreError, which calls the file `name`."""
    newest = migrations.scripts("journal")[-1][0]
    try:
        with _opened(path) as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            (state,) = db.execute("PRAGMA quick_check(1)").fetchone()
            entries = int(db.execute("SELECT count(*) FROM entries").fetchone()[0])
            for table in ("jobs", "inbox"):
                db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        raise StoreError(f"{name} is no backup of voicepipe's journal, or is damaged.") from error
    if state != "ok":
        raise StoreError(f"{name} is damaged ({state}); take another backup.")
    if not 0 < version <= newest:
        raise StoreError(
            f"{name} has schema version {version}; this voicepipe knows versions up to {newest}. "
            "Install the version of voicepipe that made it, or a later one."
        )
    return entries


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration has done."""

    entries: int
    replaced: Path | None
    """Where the journal that was there before is now; None when there was none."""


def restore(backup: Path, state_dir: Path, now: datetime) -> Restored:
    """Put a backup in the journal's place, at one stroke, and set the present journal aside.

    Raises StoreLocked while another process has the state directory, and StoreError; both leave everything as it was.
    """
    _require_readable(backup)
    with _file_errors(state_dir):
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = StateFiles(state_dir)
        lock = StateLock(files.lock)
        _leave_to_owner(files.lock)
        try:
            return _restore(backup, files, now)
        finally:
            lock.release()


def _require_readable(backup: Path) -> None:
    """Raises StoreError."""
    try:
        if not stat.S_ISREG(backup.stat().st_mode):
            raise StoreError(f"{backup} is no file; expected a backup made by `voicepipe backup`.")
        with backup.open("rb"):
            return
    except PermissionError:
        user = my_name()
        raise StoreError(f"{backup} can't be read by the user {user}; copy it to where {user} may read it.") from None
    except OSError as error:
        expected = "expected a backup made by `voicepipe backup`"
        raise StoreError(f"{backup} is no file, or can't be read ({error.strerror}); {expected}.") from None


def _restore(backup: Path, files: StateFiles, now: datetime) -> Restored:
    with _partial_file(files.directory) as partial:
        _copy(backup, partial)
        entries = _verified_entries(partial, backup)
        replaced = _set_aside(files, now) if files.journal.exists() else None
        # The records of the replaced journal may look like those of this one.
        for records in files.all_records():
            if records.is_file():
                records.unlink()
        _put(partial, files.journal)
    return Restored(entries, replaced)


def _set_aside(files: StateFiles, now: datetime) -> Path:
    """Give the present journal a second name; the first is then taken over by another file in one step."""
    aside = files.replaced_journal(now)
    try:
        with _opened(files.journal) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        # It can't be opened, which may be why it is replaced. Its log must not be taken for the new journal's.
        with suppress(FileNotFoundError):
            files.journal_log.rename(f"{aside}-wal")
    aside.unlink(missing_ok=True)
    aside.hardlink_to(files.journal)
    for leftover in (files.journal_log, files.journal_index):
        leftover.unlink(missing_ok=True)
    return aside


def _remove_old(directory: Path, keep: int | None) -> Iterator[Path]:
    if keep is None:
        return
    backups = sorted(path for path in directory.iterdir() if _NAME.fullmatch(path.name))
    for old in backups[: max(0, len(backups) - keep)]:
        old.unlink()
        yield old


@contextmanager
def _partial_file(directory: Path) -> Iterator[Path]:
    """A new, empty file that only we may read, and that is gone afterwards unless it was put elsewhere."""
    partial = directory / _PARTIAL
    # What a killed predecessor left; a log of its would be taken for the new file's.
    leftovers = [directory / f"{_PARTIAL}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        yield partial
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(1 << 20):
            writing.write(block)


def _put(partial: Path, path: Path) -> None:
    """Give the finished file its name, durably."""
    _leave_to_owner(partial)
    for flags, synced in ((os.O_RDONLY, partial), (os.O_RDONLY | os.O_DIRECTORY, path.parent)):
        descriptor = os.open(synced, flags | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if synced is partial:
            partial.replace(path)


def _leave_to_owner(path: Path) -> None:
    """Made by root in the service's directory, a file must be the service's: it could not be opened by it."""
    owner, own = path.parent.stat(), path.stat()
    if os.geteuid() == 0 and (own.st_uid, own.st_gid) != (owner.st_uid, owner.st_gid):
        os.chown(path, owner.st_uid, owner.st_gid)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)) as db:
        yield db


@contextmanager
def _file_errors(directory: Path) -> Iterator[None]:
    """Turns errors of files and of SQLite into the store's own."""
    try:
        yield
    except sqlite3.Error as error:
        _raise_if_full(error, directory)
        raise StoreError(f"The journal can't be copied: {error}.") from error
    except OSError as error:
        _raise_if_full(error, directory)
        raise StoreError(f"{error.filename or directory} can't be used: {error.strerror}.") from error


def _raise_if_full(error: Exception, directory: Path) -> None:
    if is_disk_full(error, directory):
        raise DiskFull(f"There is no room left for it in {directory}.") from error
