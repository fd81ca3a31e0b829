"""The journal: a SQLite file that holds the truth. Every method is one transaction, durable when it returns.

A `Journal` lives in one thread, which opens, uses and closes it; `JournalReader` is a second, read-only connection for
the thread of the records. A change of state is conditional on the state before it and writes its entries in the same
transaction, so a reservation is settled or refunded exactly once whoever asks how often.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from voicepipe.domain.jobs import Job, JobKey, JobState, RecordingKind
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Reservation
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.errors import StoreError
from voicepipe.store import migrations
from voicepipe.store.entries import LEDGER_KINDS, NOBODY, Entry, EntryKind, released, reserved
from voicepipe.store.rows import Farewell, InboxMessage, Pots, Trace, UpdateState, Usage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY_TIMEOUT_SECONDS = 5.0
_PRUNE_ROWS = 1000
_CHANNELS_BELOW = -1_000_000_000_000
"""The chat ids of channels and supergroups, which alone have a box of their own."""
_OUTCOME: TypeAdapter[Transcript | Failure] = TypeAdapter(
    Transcript | Failure, config=ConfigDict(ser_json_inf_nan="constants")
)

_ENTRY_COLUMNS = (
    "kind, user_id, happened_at, quota_day, seconds, extra_seconds, chat_id, message_id, value, recording, model, "
    "language, audio_seconds, queue_seconds, compute_seconds, total_seconds, predicted_seconds"
)
_COUNTED = ", ".join(f"'{kind}'" for kind in (*LEDGER_KINDS, EntryKind.USAGE))
_DAY_MICROSECONDS = 86_400_000_000
# The entries of a forgotten user that the service's sums need become nobody's, at no time of the day; those of one job
# stay together under the number of its first entry.
_DISOWN = f"""
WITH job AS (
    SELECT chat_id, message_id, min(seq) AS first FROM entries
    WHERE user_id = :user_id AND chat_id IS NOT NULL GROUP BY chat_id, message_id
),
own AS (
    SELECT seq, job.first FROM entries LEFT JOIN job USING (chat_id, message_id)
    WHERE user_id = :user_id AND kind IN ({_COUNTED})
)
UPDATE entries SET user_id = {NOBODY}, chat_id = iif(own.first IS NULL, NULL, 0), message_id = own.first,
    happened_at = happened_at - happened_at % {_DAY_MICROSECONDS}
FROM own WHERE entries.seq = own.seq
"""
# In this order: which messages of groups are the user's is known from the jobs.
_DELETE_USER = (
    "DELETE FROM inbox WHERE chat_id = :user_id",
    "DELETE FROM inbox WHERE (chat_id, message_id) IN (SELECT chat_id, message_id FROM jobs WHERE user_id = :user_id)",
    "DELETE FROM jobs WHERE user_id = :user_id",
    "DELETE FROM transcripts WHERE user_id = :user_id",
    "DELETE FROM people WHERE user_id = :user_id",
    "DELETE FROM entries WHERE user_id = :user_id",
)

# What is kept of another bot's work gets keys that no message has: each job's, and its text's, is its first entry.
_JOBS_OF_FORMER_BOT = """
WITH job AS (SELECT chat_id, message_id, min(seq) AS first FROM entries WHERE chat_id <> 0 GROUP BY chat_id, message_id)
"""
_BEGIN_ANEW = (
    *(
        f"{_JOBS_OF_FORMER_BOT} UPDATE {table} SET chat_id = 0, message_id = job.first FROM job"
        f" WHERE {table}.chat_id = job.chat_id AND {table}.message_id = job.message_id"
        for table in ("transcripts", "entries")
    ),
    "DELETE FROM jobs",
    "DELETE FROM inbox",
    "DELETE FROM update_state",
    "DELETE FROM bot",
    "UPDATE OR REPLACE farewells SET message_id = 0",
    # The records hold the former keys.
    "UPDATE forgetting SET times = times + 1",
)

_JOB_COLUMNS = (
    "chat_id, message_id, user_id, kind, is_private, language, declared_seconds, file_bytes, quota_day, "
    "daily_seconds, extra_seconds, accepted_at, state, deaths, status_message_id, outcome"
)


def to_microseconds(instant: datetime) -> int:
    """An aware instant as the journal stores it."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(stored: int) -> datetime:
    """The UTC instant that `to_microseconds` stored."""
    return _EPOCH + timedelta(microseconds=stored)


@dataclass(frozen=True, slots=True)
class Transition:
    """A job after a change of state, with the entries that the change wrote: none when nothing changed."""

    job: Job
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the journal knew of a user when it forgot them."""

    unfinished: int
    """Recordings that are not answered yet; unless there is none, nothing was forgotten."""
    was_known: bool = False
    pots: Pots = field(default_factory=lambda: Pots(0, {}))
    trace: Trace | None = None


class Journal:
    """The only writer. Raises sqlite3.Error as it comes, except where it opens."""

    def __init__(self, path: Path) -> None:
        """Open or create the file and bring its schema up to date; StoreError when it can't be used."""
        # Created here rather than by SQLite, for its mode; SQLite gives its -wal and -shm the same one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    # --- the bot ---------------------------------------------------------------------------------------------------
    def bot_id(self) -> int | None:
        """The bot whose journal it is; None before any has signed in."""
        row = self._db.execute("SELECT bot_id FROM bot").fetchone()
        return None if row is None else int(row[0])

    def belong_to(self, bot_id: int, today: date, now: datetime) -> int | None:
        """Make it this bot's; how many jobs of another one are closed for it, None when it is no other one's.

        They can't be answered: what they cost comes back. People, quotas and entries stay.
        """
        with self._transaction():
            former = self.bot_id()
            if former == bot_id:
                return None
            closed = None if former is None else self._begin_anew(today, now)
            self._db.execute("INSERT INTO bot VALUES (?)", (bot_id,))
            return closed

    def _begin_anew(self, today: date, now: datetime) -> int:
        jobs = self.unfinished()
        for job in jobs:
            if job.state is JobState.ACCEPTED:
                self._append(released(EntryKind.REFUND, job.user_id, job.key, job.reservation, 0, now))
        charged = self._db.execute(
            "SELECT user_id, sum(charged_seconds) FROM jobs WHERE state = 'concluded' GROUP BY user_id"
        ).fetchall()
        for user_id, seconds in charged:
            if seconds:
                self._append(Entry(EntryKind.GRANT, user_id, now, today, extra_seconds=seconds))
        for statement in _BEGIN_ANEW:
            self._db.execute(statement)
        return len(jobs)

    # --- inbox -----------------------------------------------------------------------------------------------------
    def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None, now: datetime) -> list[JobKey]:
        """Remember messages and how far the updates are journalled; the keys that were not known, in order."""
        with self._transaction():
            new = [message.key for message in messages if self._insert_message(message, now)]
            if state is not None:
                self._db.execute(
                    "INSERT OR REPLACE INTO update_state (box, pts, qts, date, seq) VALUES (?, ?, ?, ?, ?)",
                    (state.box, state.pts, state.qts, state.date, state.seq),
                )
        return new

    def update_states(self) -> dict[int, UpdateState]:
        """How far each box is journalled, by box."""
        rows = self._db.execute("SELECT box, pts, qts, date, seq FROM update_state")
        return {row[0]: UpdateState(*row) for row in rows}

    def drop_update_state(self, box: int) -> None:
        """Remember no longer how far a box is journalled."""
        with self._transaction():
            self._db.execute("DELETE FROM update_state WHERE box = ?", (box,))

    def last_message_id(self, box: int) -> int | None:
        """The highest id of a message of this box that is remembered; all chats without a box share one numbering."""
        where, chat = ("chat_id = ?", box) if box else ("chat_id > ?", _CHANNELS_BELOW)
        found: int | None = self._db.execute(f"SELECT max(message_id) FROM inbox WHERE {where}", (chat,)).fetchone()[0]
        return found

    def dismiss(self, key: JobKey) -> None:
        """Decide on a received message without a job."""
        with self._transaction():
            self._decide(key, "dismissed")

    def undecided(self) -> list[InboxMessage]:
        """Recordings that were received and not decided on, oldest first."""
        rows = self._db.execute(
            "SELECT chat_id, message_id, is_recording, sent_at FROM inbox WHERE state = 'received'"
            " ORDER BY received_at, rowid"
        )
        return [InboxMessage(JobKey(row[0], row[1]), bool(row[2]), from_microseconds(row[3])) for row in rows]

    # --- people ----------------------------------------------------------------------------------------------------
    def see_person(self, person: Person, entry: Entry) -> None:
        """Remember what a person is called now."""
        at = to_microseconds(entry.at)
        with self._transaction():
            self._db.execute(
                "INSERT INTO people (user_id, username, language, first_seen_at, changed_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (user_id) DO UPDATE SET"
                " username = excluded.username, language = excluded.language, changed_at = excluded.changed_at",
                (person.user_id, person.username, person.language, at, at),
            )
            self._append(entry)

    def people(self) -> list[Person]:
        """Everybody, the latest change last."""
        rows = self._db.execute("SELECT user_id, username, language FROM people ORDER BY changed_at, rowid")
        return [Person(*row) for row in rows]

    # --- jobs ------------------------------------------------------------------------------------------------------
    def accept(self, job: Job, entry: Entry) -> bool:
        """Keep a new job with its reservation; False, and nothing changed, when there is one of that key."""
        with self._transaction():
            if not self._insert_job(job):
                return False
            self._decide(job.key, "accepted")
            self._append(entry)
            return True

    def reserve_again(self, key: JobKey, reservation: Reservation, now: datetime) -> Transition:
        """Replace an accepted job's reservation; unchanged when the job is further on."""
        with self._transaction():
            job = self._job(key)
            if job.state is not JobState.ACCEPTED:
                return Transition(job)
            entries = (
                released(EntryKind.REFUND, job.user_id, key, job.reservation, 0, now),
                reserved(job.user_id, key, reservation, now),
            )
            self._update_job(
                key,
                "quota_day = ?, daily_seconds = ?, extra_seconds = ?, changed_at = ?",
                reservation.quota_day.isoformat(),
                reservation.daily_seconds,
                reservation.extra_seconds,
                to_microseconds(now),
            )
            self._append(*entries)
            return Transition(replace(job, reservation=reservation), entries)

    def record_status_message(self, key: JobKey, message_id: int) -> None:
        """Remember the bot's own message for a job."""
        with self._transaction():
            self._update_job(key, "status_message_id = ?", message_id)

    def record_death(self, key: JobKey) -> int:
        """Count a worker process that the job's recording ended; the count so far."""
        with self._transaction():
            self._update_job(key, "deaths = deaths + 1")
            return self._job(key).deaths

    def conclude(
        self, key: JobKey, outcome: Transcript | Failure, charged_seconds: int, usage: Usage | None, now: datetime
    ) -> Transition:
        """Store the outcome and settle or refund the reservation; unchanged when the job was concluded before.

        ValueError when the charge is above the reservation.
        """
        with self._transaction():
            job = self._job(key)
            if job.state is not JobState.ACCEPTED:
                return Transition(job)
            entries = _conclusion(job, outcome, charged_seconds, usage, now)
            self._update_job(
                key,
                "state = 'concluded', outcome = ?, charged_seconds = ?, changed_at = ?",
                _OUTCOME.dump_json(outcome).decode(),
                charged_seconds,
                to_microseconds(now),
            )
            self._append(*entries)
            return Transition(replace(job, state=JobState.CONCLUDED, outcome=outcome), entries)

    def finish(self, key: JobKey, now: datetime, *, keep_text: bool) -> int | None:
        """Delete a concluded job's outcome: the answer is in the chat. Whose it was; None when it was not CONCLUDED."""
        with self._transaction():
            if keep_text:
                self._db.execute(
                    "INSERT INTO transcripts (chat_id, message_id, user_id, text, delivered_at)"
                    " SELECT chat_id, message_id, user_id, json_extract(outcome, '$.text'), ? FROM jobs"
                    " WHERE chat_id = ? AND message_id = ? AND state = 'concluded'"
                    " AND json_extract(outcome, '$.text') IS NOT NULL",
                    (to_microseconds(now), key.chat_id, key.message_id),
                )
            done = self._db.execute(
                "UPDATE jobs SET state = 'done', outcome = NULL, changed_at = ?"
                " WHERE chat_id = ? AND message_id = ? AND state = 'concluded' RETURNING user_id",
                (to_microseconds(now), key.chat_id, key.message_id),
            ).fetchall()
            return int(done[0][0]) if done else None

    def unfinished(self) -> list[Job]:
        """Jobs that are not DONE, oldest first."""
        rows = self._db.execute(f"SELECT {_JOB_COLUMNS} FROM jobs WHERE state <> 'done' ORDER BY accepted_at, rowid")
        return [_job(row) for row in rows]

    # --- the operator ----------------------------------------------------------------------------------------------
    def perform(self, request_id: str, entry: Entry, tag: bytes) -> bool:
        """Append what an operator changed; False, and nothing changed, when that request was performed before.

        A decision about a ban also replaces the one that is kept under the user's tag.
        """
        with self._transaction():
            made = self._db.execute(
                "INSERT OR IGNORE INTO requests (request_id, made_at) VALUES (?, ?)",
                (request_id, to_microseconds(entry.at)),
            )
            if made.rowcount == 1:
                self._append(entry)
                if entry.kind is EntryKind.BANNED:
                    self._db.execute("UPDATE traces SET is_banned = 0 WHERE tag = ?", (tag,))
            return made.rowcount == 1

    # --- forgetting ------------------------------------------------------------------------------------------------
    def tag_key(self) -> bytes:
        """The key of the tags under which forgotten users' traces are kept."""
        return bytes(self._db.execute("SELECT tag_key FROM forgetting").fetchone()[0])

    def traces(self) -> dict[bytes, Trace]:
        rows = self._db.execute("SELECT tag, quota_day, taken_seconds, is_banned FROM traces")
        return {row[0]: Trace(date.fromisoformat(row[1]), row[2], bool(row[3])) for row in rows}

    def forget(self, farewell: Farewell, tag: bytes, today: date) -> Memory:
        """Delete everything about a user, and what their entries say that is not needed for the service's sums.

        What they took today, and whether they are banned, is kept under their tag; the farewell, until it is done.
        Nothing is changed while recordings of theirs are unfinished. The bytes may still be in the file: see `compact`.
        """
        user_id = farewell.user_id
        user = {"user_id": user_id}
        with self._transaction():
            if unfinished := self._unfinished_of(user_id):
                return Memory(unfinished)
            # The request itself is nothing that was known before.
            self._db.execute("DELETE FROM inbox WHERE chat_id = ? AND message_id = ?", (user_id, farewell.message_id))
            pots, trace = self._pots(user_id), self._trace_to_keep(user_id, tag, today)
            before = self._db.total_changes
            self._db.execute(_DISOWN, user)
            for statement in _DELETE_USER:
                self._db.execute(statement, user)
            was_known = self._db.total_changes > before or self._is_leaving(user_id)
            self._keep_trace(tag, trace)
            if was_known:
                self._db.execute("UPDATE forgetting SET times = times + 1")
            self._db.execute(
                "INSERT OR REPLACE INTO farewells VALUES (?, ?, ?, ?)",
                (user_id, farewell.message_id, farewell.language, not was_known),
            )
            return Memory(0, was_known, pots, trace)

    def farewells(self) -> list[Farewell]:
        """Those that are not complete."""
        rows = self._db.execute("SELECT user_id, message_id, language, is_erased FROM farewells")
        return [Farewell(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def end_farewell(self, farewell: Farewell) -> None:
        """A user is in no file any more, and was told so."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM farewells WHERE user_id = ? AND message_id = ?", (farewell.user_id, farewell.message_id)
            )

    def compact(self) -> None:
        """Write the file anew, with nothing deleted left between what is still there: about a second per 100 MB."""
        # Overwriting what is deleted misses the copies that remain where pages were split.
        self._db.execute("VACUUM")
        self._db.execute("UPDATE farewells SET is_erased = 1")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    # --- upkeep ----------------------------------------------------------------------------------------------------
    def counts(self) -> dict[str, int]:
        """Rows of the inbox and of the jobs by state, as `inbox.received` and so on, and the last entry's number."""
        found = {"entries": _last_entry(self._db)}
        for table in ("inbox", "jobs"):
            rows = self._db.execute(f"SELECT '{table}.' || state, count(*) FROM {table} GROUP BY state")
            found.update(rows.fetchall())
        return found

    def prune(self, before: datetime) -> int:
        """Delete up to a thousand rows of each kind that are decided and older than an instant; how many it were."""
        instant = to_microseconds(before)
        with self._transaction():
            return sum(
                self._db.execute(
                    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT ?)",
                    (instant, _PRUNE_ROWS),
                ).rowcount
                for table, key, condition in (
                    ("jobs", "rowid", "state = 'done' AND changed_at < ?"),
                    ("inbox", "rowid", "state <> 'received' AND received_at < ?"),
                    ("requests", "request_id", "made_at < ?"),
                )
            )

    def prune_transcripts(self, before: datetime) -> int:
        """Delete texts that were delivered before an instant; how many."""
        with self._transaction():
            deleted = self._db.execute("DELETE FROM transcripts WHERE delivered_at < ?", (to_microseconds(before),))
            return deleted.rowcount

    def prune_traces(self, before: date) -> None:
        """Delete what was kept of forgotten users for a day that has passed."""
        with self._transaction():
            self._db.execute("DELETE FROM traces WHERE quota_day < ? AND NOT is_banned", (before.isoformat(),))

    def tidy(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted from the tables; not while it is being read."""
        self._db.execute("PRAGMA busy_timeout = 0")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_SECONDS * 1000:.0f}")

    # --- the pieces ------------------------------------------------------------------------------------------------
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

    def _insert_message(self, message: InboxMessage, now: datetime) -> bool:
        inserted = self._db.execute(
            "INSERT OR IGNORE INTO inbox (chat_id, message_id, is_recording, state, sent_at, received_at)"
            " VALUES (?, ?, ?, 'received', ?, ?)",
            (
                message.key.chat_id,
                message.key.message_id,
                message.is_recording,
                to_microseconds(message.sent_at),
                to_microseconds(now),
            ),
        )
        return inserted.rowcount == 1

    def _decide(self, key: JobKey, state: str) -> None:
        self._db.execute(
            "UPDATE inbox SET state = ? WHERE chat_id = ? AND message_id = ? AND state = 'received'",
            (state, key.chat_id, key.message_id),
        )

    def _insert_job(self, job: Job) -> bool:
        values = (
            *(job.key.chat_id, job.key.message_id, job.user_id, job.kind, job.is_private, job.language),
            *(job.declared_seconds, job.file_bytes, job.reservation.quota_day.isoformat()),
            *(job.reservation.daily_seconds, job.reservation.extra_seconds, to_microseconds(job.accepted_at)),
            *(JobState.ACCEPTED, job.deaths, job.status_message_id, None, to_microseconds(job.accepted_at)),
        )
        inserted = self._db.execute(
            f"INSERT INTO jobs ({_JOB_COLUMNS}, changed_at) VALUES ({_places(values)})"
            " ON CONFLICT (chat_id, message_id) DO NOTHING",
            values,
        )
        return inserted.rowcount == 1

    def _update_job(self, key: JobKey, assignments: str, *values: object) -> None:
        self._db.execute(
            f"UPDATE jobs SET {assignments} WHERE chat_id = ? AND message_id = ?",
            (*values, key.chat_id, key.message_id),
        )

    def _job(self, key: JobKey) -> Job:
        row = self._db.execute(
            f"SELECT {_JOB_COLUMNS} FROM jobs WHERE chat_id = ? AND message_id = ?", (key.chat_id, key.message_id)
        ).fetchone()
        if row is None:
            raise StoreError(f"The journal holds no job {key.chat_id}/{key.message_id}; accept it first.")
        return _job(row)

    def _unfinished_of(self, user_id: int) -> int:
        row = self._db.execute(
            "SELECT (SELECT count(*) FROM jobs WHERE user_id = :user_id AND state <> 'done')"
            " + (SELECT count(*) FROM inbox WHERE chat_id = :user_id AND state = 'received' AND is_recording)",
            {"user_id": user_id},
        ).fetchone()
        return int(row[0])

    def _is_leaving(self, user_id: int) -> bool:
        """Whether an earlier request is not complete, so that files may still hold something of theirs."""
        rows = self._db.execute("SELECT 1 FROM farewells WHERE user_id = ? AND NOT is_erased", (user_id,))
        return rows.fetchone() is not None

    def _pots(self, user_id: int) -> Pots:
        rows = self._db.execute(
            "SELECT quota_day, -sum(seconds), sum(extra_seconds) FROM entries WHERE user_id = ? GROUP BY quota_day",
            (user_id,),
        ).fetchall()
        return Pots(sum(row[2] for row in rows), {date.fromisoformat(row[0]): row[1] for row in rows})

    def _trace_to_keep(self, user_id: int, tag: bytes, today: date) -> Trace | None:
        taken, ban = self._db.execute(
            "SELECT (SELECT -sum(seconds) FROM entries WHERE user_id = :user_id AND quota_day = :today),"
            " (SELECT value FROM entries WHERE user_id = :user_id AND kind = 'banned' ORDER BY seq DESC LIMIT 1)",
            {"user_id": user_id, "today": today.isoformat()},
        ).fetchone()
        # Somebody who was forgotten before, today or while banned.
        earlier = self.traces().get(tag)
        is_banned = bool(ban) if ban is not None else bool(earlier and earlier.is_banned)
        seconds = (taken or 0) + (earlier.taken_seconds if earlier and earlier.quota_day == today else 0)
        return Trace(today, seconds, is_banned) if seconds or is_banned else None

    def _keep_trace(self, tag: bytes, trace: Trace | None) -> None:
        self._db.execute("DELETE FROM traces WHERE tag = ?", (tag,))
        if trace is not None:
            self._db.execute(
                "INSERT INTO traces (tag, quota_day, taken_seconds, is_banned) VALUES (?, ?, ?, ?)",
                (tag, trace.quota_day.isoformat(), trace.taken_seconds, trace.is_banned),
            )

    def _append(self, *entries: Entry) -> None:
        rows = [_entry_values(entry) for entry in entries]
        self._db.executemany(f"INSERT INTO entries ({_ENTRY_COLUMNS}) VALUES ({_places(rows[0])})", rows)


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


def _conclusion(
    job: Job, outcome: Transcript | Failure, charged_seconds: int, usage: Usage | None, now: datetime
) -> tuple[Entry, ...]:
    if not 0 <= charged_seconds <= job.reservation.seconds:
        raise ValueError(f"charged {charged_seconds} s, but {job.reservation.seconds} s were reserved")
    if charged_seconds and usage is None:
        raise ValueError("a charge needs the usage that it is for")
    settles = charged_seconds > 0 or isinstance(outcome, Transcript)
    kind = EntryKind.SETTLE if settles else EntryKind.REFUND
    release = released(kind, job.user_id, job.key, job.reservation, charged_seconds, now)
    return (release,) if usage is None else (release, _used(job, usage, now))


def _used(job: Job, usage: Usage, now: datetime) -> Entry:
    return Entry(
        EntryKind.USAGE,
        job.user_id,
        now,
        job.reservation.quota_day,
        key=job.key,
        recording=usage.kind,
        model=usage.model,
        language=usage.language,
        audio_seconds=usage.audio_seconds,
        queue_seconds=usage.timings.queue_seconds,
        compute_seconds=usage.timings.compute_seconds,
        total_seconds=usage.timings.total_seconds,
        predicted_seconds=usage.timings.predicted_seconds,
    )


def _entry_values(entry: Entry) -> tuple[object, ...]:
    chat_id, message_id = (entry.key.chat_id, entry.key.message_id) if entry.key else (None, None)
    return (
        *(entry.kind, entry.user_id, to_microseconds(entry.at), entry.quota_day.isoformat()),
        *(entry.seconds, entry.extra_seconds, chat_id, message_id, entry.value),
        *(entry.recording, entry.model, entry.language),
        *(entry.audio_seconds, entry.queue_seconds, entry.compute_seconds, entry.total_seconds),
        entry.predicted_seconds,
    )


def _job(row: tuple[Any, ...]) -> Job:
    return Job(
        key=JobKey(row[0], row[1]),
        user_id=row[2],
        kind=RecordingKind(row[3]),
        is_private=bool(row[4]),
        language=row[5],
        declared_seconds=row[6],
        file_bytes=row[7],
        reservation=Reservation(date.fromisoformat(row[8]), row[9], row[10]),
        accepted_at=from_microseconds(row[11]),
        state=JobState(row[12]),
        deaths=row[13],
        status_message_id=row[14],
        outcome=None if row[15] is None else _OUTCOME.validate_json(row[15]),
    )


def _last_entry(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0])


def _places(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))
