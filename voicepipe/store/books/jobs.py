"""Jobs: their durable states. Each change of state is one transaction together with its entries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from voicepipe.domain.asking import Manner
from voicepipe.domain.jobs import Job, JobKey, JobState, RecordingKind
from voicepipe.domain.quota import Reservation
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.errors import StoreError
from voicepipe.store.books.inbox import decide, drop_original
from voicepipe.store.books.makings import ask
from voicepipe.store.books.set_aside import await_no_more, taken_of
from voicepipe.store.books.traces import Sent, is_forgotten
from voicepipe.store.books.transcripts import keep
from voicepipe.store.core import Core
from voicepipe.store.entries import CANCELLED, RETRIED, Entry, EntryKind, given_back, operation, released, reserved
from voicepipe.store.journal import IS_KEY, KEY, Journal, from_microseconds, key_values, places, to_microseconds
from voicepipe.store.rows import UNDELIVERABLE, Delivered, Usage

_OUTCOME: TypeAdapter[Transcript | Failure] = TypeAdapter(
    Transcript | Failure, config=ConfigDict(ser_json_inf_nan="constants")
)
_COLUMNS = (
    f"{KEY}, user_id, kind, is_private, language, declared_seconds, file_bytes, quota_day, "
    "daily_seconds, extra_seconds, accepted_at, state, deaths, status_message_id, outcome, topic_id, is_cancelled, "
    "first_seconds, is_protected, asked_language, fingerprint, model"
)

_IS_ASKED = "(" + " OR ".join(f"door LIKE '{manner}:%'" for manner in Manner) + ")"


@dataclass(frozen=True, slots=True)
class _Transition:
    """A job after a change of state, with the entries that the change wrote: none when nothing changed."""

    job: Job
    entries: tuple[Entry, ...] = ()


class Jobs:
    """Accepted recordings until they are answered."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._admitted = 0
        self._admitted_of: Counter[int] = Counter()

    async def remember(self) -> None:
        """Count the jobs that the journal holds."""
        self._admitted, self._admitted_of = 0, Counter()
        for job in await self.unfinished():
            self._count_admitted(job.user_id, 1)

    def admitted(self) -> int:
        """Number of jobs that are not DONE, those whose transaction is under way included."""
        return self._admitted

    def admitted_of(self, user_id: int) -> int:
        """Those of them that are a user's."""
        return self._admitted_of.get(user_id, 0)

    async def unfinished(self) -> list[Job]:
        """Jobs ACCEPTED or CONCLUDED, oldest first."""
        return await self._core.read(unfinished_jobs)

    async def of_message(self, chat_id: int, message_id: int) -> list[Job]:
        """All that were made of a message that the bot sees, however they were asked for, the latest first."""
        sql = (
            f"SELECT {_COLUMNS} FROM jobs WHERE chat_id = ? AND message_id = ? AND (door = '' OR {_IS_ASKED})"
            " ORDER BY accepted_at DESC, rowid DESC"
        )
        return await self._core.read(lambda journal: [_job(row) for row in journal.execute(sql, (chat_id, message_id))])

    async def accept(self, job: Job, sent_at: datetime | None = None) -> bool:
        """Make a job of a received recording: job, decision and reservation in one transaction.

        The balance lacks the reservation before the first suspension: nothing can come between a decision and the
        `accept` that follows it at once. False, and nothing changed, when the job exists already, or when its user has
        asked to be forgotten since the recording was sent, at `sent_at`.
        """
        entry = reserved(job.user_id, job.key, job.reservation, self._core.clock())
        tag = self._core.tag(job.user_id)

        def work(journal: Journal) -> bool:
            if sent_at is not None and is_forgotten(journal, tag, Sent(job.user_id, job.key, sent_at)):
                decide(journal, job.key, "dismissed")
                return False
            if not _insert(journal, job):
                return False
            decide(journal, job.key, "accepted")
            journal.append(entry)
            return True

        def undo() -> None:
            self._core.balances.undo(entry)
            self._count_admitted(job.user_id, -1)

        self._core.count(entry)
        self._count_admitted(job.user_id, 1)
        return await self._core.write(work, lambda accepted: None if accepted else undo(), undo)

    async def retry(self, job: Job, reservation: Reservation, *, by: int) -> bool:
        """Take up again a job that is DONE and has no text, with a reservation of its own; False, and nothing changed,
        for any other. Its time counts from now. `by` is whoever has it tried again, see `Entry.made_by`.

        The balance lacks the reservation before the first suspension, as with `accept`.
        """
        now = self._core.clock()
        entry = reserved(job.user_id, job.key, reservation, now)
        deed = operation(RETRIED, job.user_id, job.key, now, self._core.balances.day(now), by)

        def work(journal: Journal) -> bool:
            if not _begin_again(journal, job, reservation, now):
                return False
            journal.append(entry, deed)
            return True

        def undo() -> None:
            self._core.balances.undo(entry)
            self._count_admitted(job.user_id, -1)

        self._core.count(entry)
        self._count_admitted(job.user_id, 1)
        return await self._core.write(work, lambda begun: None if begun else undo(), undo)

    async def find(self, key: JobKey) -> Job | None:
        """One job; None for one that there is not, or not any more."""
        return await self._core.read(lambda journal: _find(journal, key))

    async def reserve_again(self, job: Job, reservation: Reservation) -> Job:
        """Replace a job's reservation (a refund and a reserve entry); the job as it is then.

        A job that is further on is given unchanged. The balance lacks both reservations until that is durable.
        """
        entry = reserved(job.user_id, job.key, reservation, self._core.clock())

        def work(journal: Journal) -> _Transition:
            return _reserve_again(journal, job.key, reservation, entry)

        def then(transition: _Transition) -> None:
            self._core.balances.undo(entry)
            self._core.count(*transition.entries)

        self._core.count(entry)
        return (await self._core.write(work, then, lambda: self._core.balances.undo(entry))).job

    async def record_status_message(self, key: JobKey, message_id: int) -> None:
        """Remember the bot's own message that becomes the answer."""
        await self._core.write(lambda journal: _update(journal, key, "status_message_id = ?", message_id))

    async def cancel(self, key: JobKey, *, by: int | None = None) -> bool:
        """Remember that a job is wanted no more; False for one that is concluded, or that there is not.

        `by` is the operator who gives it up, see `Entry.made_by`; None for the user themself.
        """
        now = self._core.clock()
        day = self._core.balances.day(now)

        def work(journal: Journal) -> bool:
            job = _find(journal, key)
            if job is None or job.state is not JobState.ACCEPTED:
                return False
            _update(journal, key, "is_cancelled = 1")
            if by is not None and not job.is_cancelled:
                journal.append(operation(CANCELLED, job.user_id, key, now, day, by))
            return True

        return await self._core.write(work)

    async def route(self, key: JobKey, model: str) -> None:
        """Remember what recognises a job's recording."""
        await self._core.write(lambda journal: _update(journal, key, "model = ?", model))

    async def record_death(self, key: JobKey) -> int:
        """Count a worker process that the job's recording ended; the count so far."""

        def work(journal: Journal) -> int:
            _update(journal, key, "deaths = deaths + 1")
            return _read(journal, key).deaths

        return await self._core.write(work)

    async def conclude(
        self, job: Job, outcome: Transcript | Failure, *, charged_seconds: int, usage: Usage | None
    ) -> Job:
        """Record the outcome, settle or refund the reservation and note the usage, in one transaction.

        The job as it is then; a job that was concluded before is returned unchanged, with its first outcome.
        ValueError when more is charged than was reserved, or anything without usage.
        """
        now = self._core.clock()

        def work(journal: Journal) -> _Transition:
            present = _read(journal, job.key)
            if present.state is not JobState.ACCEPTED:
                return _Transition(present)
            entries = _conclusion(present, outcome, charged_seconds, usage, now)
            entries += taken_of(journal, job.key, entries[0])
            _update(
                journal,
                job.key,
                "state = 'concluded', outcome = ?, failure = ?, charged_seconds = ?, changed_at = ?",
                _OUTCOME.dump_json(outcome).decode(),
                outcome.reason.value if isinstance(outcome, Failure) else None,
                charged_seconds,
                to_microseconds(now),
            )
            journal.append(*entries)
            return _Transition(replace(present, state=JobState.CONCLUDED, outcome=outcome), entries)

        return (await self._core.write(work, lambda transition: self._core.count(*transition.entries))).job

    async def mark_done(self, key: JobKey, *, kept: Delivered | None = None) -> None:
        """The answer is in the chat: the job is DONE and its text is deleted, or kept until it is pruned.

        `kept` says where the answer is, if its text is to be kept.
        """
        now, today = self._core.clock(), self._core.today()

        def work(journal: Journal) -> int | None:
            job = _find(journal, key)
            if job is None or job.state is not JobState.CONCLUDED:
                return None
            if kept is not None and isinstance(job.outcome, Transcript):
                keep(journal, job, job.outcome, kept, now)
                if kept.making is not None:
                    ask(journal, kept.making, kept.most_uses, today, to_microseconds(now))
            _update(journal, key, "state = 'done', outcome = NULL, changed_at = ?", to_microseconds(now))
            drop_original(journal, key)
            await_no_more(journal, key)
            return job.user_id

        await self._core.write(work, self._count_done)

    async def mark_unanswered(self, key: JobKey) -> None:
        """Nobody got the answer: the job is DONE, its text is deleted, and what it was charged comes back."""
        now = self._core.clock()

        def work(journal: Journal) -> _Transition | None:
            job = _find(journal, key)
            if job is None or job.state is not JobState.CONCLUDED:
                return None
            return _give_back(journal, job, now)

        def then(transition: _Transition | None) -> None:
            if transition is not None:
                self._core.count(*transition.entries)
                self._count_done(transition.job.user_id)

        await self._core.write(work, then)

    def _count_done(self, user_id: int | None) -> None:
        """A user's job is DONE; None when it was before."""
        if user_id is not None:
            self._count_admitted(user_id, -1)
            self._core.new_entries.set()

    def _count_admitted(self, user_id: int, jobs: int) -> None:
        """So many more jobs are not DONE, or fewer."""
        self._admitted += jobs
        self._admitted_of[user_id] += jobs
        if not self._admitted_of[user_id]:
            del self._admitted_of[user_id]


def unfinished_jobs(journal: Journal) -> list[Job]:
    """Jobs that are not DONE, oldest first."""
    rows = journal.execute(f"SELECT {_COLUMNS} FROM jobs WHERE state <> 'done' ORDER BY accepted_at, rowid")
    return [_job(row) for row in rows]


def _begin_again(journal: Journal, job: Job, reservation: Reservation, now: datetime) -> bool:
    """Whether it is one that may."""
    begun = journal.execute(
        "UPDATE jobs SET state = 'accepted', outcome = NULL, failure = NULL, charged_seconds = NULL, deaths = 0,"
        " is_cancelled = 0, status_message_id = ?, quota_day = ?, daily_seconds = ?, extra_seconds = ?,"
        f" accepted_at = ?, changed_at = ? WHERE {IS_KEY} AND state = 'done' AND failure IS NOT NULL AND failure <> ?",
        (
            *(job.status_message_id, reservation.quota_day.isoformat()),
            *(reservation.daily_seconds, reservation.extra_seconds, to_microseconds(now), to_microseconds(now)),
            *(*key_values(job.key), UNDELIVERABLE),
        ),
    )
    return begun.rowcount == 1


def _reserve_again(journal: Journal, key: JobKey, reservation: Reservation, entry: Entry) -> _Transition:
    job = _read(journal, key)
    if job.state is not JobState.ACCEPTED:
        return _Transition(job)
    release = released(EntryKind.REFUND, job.user_id, key, job.reservation, 0, entry.at)
    entries = (release, entry, *taken_of(journal, key, release, entry))
    _update(
        journal,
        key,
        "quota_day = ?, daily_seconds = ?, extra_seconds = ?, changed_at = ?",
        reservation.quota_day.isoformat(),
        reservation.daily_seconds,
        reservation.extra_seconds,
        to_microseconds(entry.at),
    )
    journal.append(*entries)
    return _Transition(replace(job, reservation=reservation), entries)


def _give_back(journal: Journal, job: Job, now: datetime) -> _Transition:
    """Close a CONCLUDED job as one that nobody got the answer of."""
    drop_original(journal, job.key)
    charged = journal.execute(
        "UPDATE jobs SET state = 'done', outcome = NULL, failure = coalesce(failure, ?), changed_at = ?"
        f" WHERE {IS_KEY} RETURNING charged_seconds",
        (UNDELIVERABLE, to_microseconds(now), *key_values(job.key)),
    ).fetchall()[0][0]
    entries: tuple[Entry, ...] = ()
    if charged:
        _update(journal, job.key, "charged_seconds = 0")
        entries = (given_back(job.user_id, job.key, job.reservation.settled_to(charged), now),)
        entries += taken_of(journal, job.key, *entries)
        journal.append(*entries)
    await_no_more(journal, job.key)
    return _Transition(replace(job, state=JobState.DONE, outcome=None), entries)


def _insert(journal: Journal, job: Job) -> bool:
    """False when there is a job of that key."""
    values = (
        *(*key_values(job.key), job.user_id, job.kind, job.is_private, job.language),
        *(job.declared_seconds, job.file_bytes, job.reservation.quota_day.isoformat()),
        *(job.reservation.daily_seconds, job.reservation.extra_seconds, to_microseconds(job.accepted_at)),
        *(JobState.ACCEPTED, job.deaths, job.status_message_id, None, job.topic_id, job.is_cancelled),
        *(job.first_seconds, job.is_protected, job.asked_language, job.fingerprint, job.model),
        to_microseconds(job.accepted_at),
    )
    inserted = journal.execute(
        f"INSERT INTO jobs ({_COLUMNS}, changed_at) VALUES ({places(values)}) ON CONFLICT ({KEY}) DO NOTHING",
        values,
    )
    return inserted.rowcount == 1


def _update(journal: Journal, key: JobKey, assignments: str, *values: object) -> None:
    journal.execute(f"UPDATE jobs SET {assignments} WHERE {IS_KEY}", (*values, *key_values(key)))


def _find(journal: Journal, key: JobKey) -> Job | None:
    row = journal.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {IS_KEY}", key_values(key)).fetchone()
    return None if row is None else _job(row)


def _read(journal: Journal, key: JobKey) -> Job:
    job = _find(journal, key)
    if job is None:
        raise StoreError(f"The journal holds no job {key}; accept it first.")
    return job


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


def _job(row: tuple[Any, ...]) -> Job:
    return Job(
        key=JobKey(*row[:3]),
        user_id=row[3],
        kind=RecordingKind(row[4]),
        is_private=bool(row[5]),
        language=row[6],
        declared_seconds=row[7],
        file_bytes=row[8],
        reservation=Reservation(date.fromisoformat(row[9]), row[10], row[11]),
        accepted_at=from_microseconds(row[12]),
        state=JobState(row[13]),
        deaths=row[14],
        status_message_id=row[15],
        outcome=None if row[16] is None else _OUTCOME.validate_json(row[16]),
        topic_id=row[17],
        is_cancelled=bool(row[18]),
        first_seconds=row[19],
        is_protected=bool(row[20]),
        asked_language=row[21],
        fingerprint=row[22],
        model=row[23],
    )
