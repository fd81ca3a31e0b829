"""One job's journey through the supervisor: receive, fetch, recognise, conclude, deliver.

Each verb ends in a durable state, so whatever ends the process between two of them, the next start goes on from there:
`receive` makes the job and its reservation (ACCEPTED), `conclude` records the outcome and settles the quota
(CONCLUDED), `deliver` puts the answer into the chat (DONE). Fetching and recognising leave nothing behind and are
simply repeated. Everything here runs in the event loop; each job in a task of its own.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.texts import Texts
from voicepipe.domain import admission
from voicepipe.domain.admission import Accepted, RefusalReason, Refused, Request, Room
from voicepipe.domain.jobs import Job, JobKey, JobState, Recording
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Reservation, hours_and_minutes_until
from voicepipe.domain.transcripts import Failure, FailureReason, Timings, Transcript
from voicepipe.errors import DiskFull, FetchFailed, ServiceStopping, Undeliverable
from voicepipe.events import (
    Events,
    JobAccepted,
    JobConcluded,
    JobDelivered,
    JobUndeliverable,
    RecordingRefused,
)
from voicepipe.journey.recognition import Advance, Heard, Media, Recognition, Watch
from voicepipe.scheduling.estimate import Estimator, Work, told_seconds
from voicepipe.scheduling.gate import FetchGate, Place
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.store import Store, Usage
from voicepipe.supervision import end_tasks
from voicepipe.wire.messages import Crashed
from voicepipe.workers.pool import LossCause


class Chat(Protocol):
    """What a job needs of the messenger it came from. To send again what was sent before is harmless."""

    async def fetch(self, key: JobKey, source: object | None, file_bytes: int, path: Path) -> None:
        """Write the recording's media to `path`; `source` None means that it must be looked up again.

        Raises FetchFailed, and DiskFull when there is no room.
        """

    async def announce(self, key: JobKey, text: str) -> int | None:
        """Reply to the recording with a status; the id of that message, or None when it can't be known.

        Raises Undeliverable.
        """

    def show_progress(self, key: JobKey, status_message_id: int, text: str) -> None:
        """Change the status some time soon; only the latest text counts, and of it what fits one message."""

    async def answer(self, key: JobKey, status_message_id: int | None, text: str) -> None:
        """Turn the status message into the answer, in as many messages as it takes. Raises Undeliverable."""

    async def find_reply(self, key: JobKey) -> int | None:
        """The id of our own first message in reply to the recording, if there is one."""

    async def refuse(self, key: JobKey, text: str) -> None:
        """Reply to a recording that does not become a job. Raises Undeliverable."""


@dataclass(slots=True)
class Tools:
    """What every journey works with."""

    config: LiveConfig
    store: Store
    scheduler: Scheduler
    recognition: Recognition
    estimator: Estimator
    chat: Chat
    texts: Texts
    events: Events
    gate: FetchGate = field(init=False)

    def __post_init__(self) -> None:
        self.gate = FetchGate(lambda: self.config.limits)

    def quota_facts(self, user_id: int) -> dict[str, int]:
        """What a text about a user's quota may mention."""
        balance = self.store.balance(user_id)
        hours, minutes = hours_and_minutes_until(balance.resets_at)
        return {
            "left": balance.left_seconds,
            "daily": balance.daily_quota_seconds,
            "extra": balance.extra_left_seconds,
            "hours": hours,
            "minutes": minutes,
        }


class Pipeline:
    """Takes recordings in and sees each through to exactly one answer."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Take up the jobs that an earlier life of the service left unfinished."""
        for leftover in self._tools.config.service.spool_path.iterdir():
            leftover.unlink()
        for job in await self._tools.store.unfinished():
            self._spawn(Journey(self._tools, job).run(), job.key)

    async def stop(self, timeout_seconds: float) -> None:
        """Let what runs finish within the bound; the rest is durable and waits for the next start."""
        self._tools.gate.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_seconds)
        await end_tasks(self._tasks)
        self._broken.cancel()

    async def wait_failed(self) -> None:
        """Raise what makes the service unable to go on, as soon as there is something."""
        await asyncio.shield(self._broken)

    async def receive(self, recording: Recording) -> None:
        """Accept the recording as a job or refuse it with one polite reason; waits for neither's messages."""
        try:
            await self._decide(recording)
        except DiskFull:
            # It is journaled. It waits for room in a task of its own, and the ones after it are taken in meanwhile.
            self._spawn(self._tools.store.persist(lambda: self._decide(recording)), recording.key)

    async def _decide(self, recording: Recording) -> None:
        store, limits = self._tools.store, self._tools.config.limits
        await store.see_person(recording.person)
        now = datetime.now(UTC)
        # No await between the balance and its change in accept: no other recording may be decided meanwhile.
        balance = store.balance(recording.person.user_id)
        request = Request(recording.declared_seconds, recording.file_bytes, (now - recording.sent_at).total_seconds())
        max_age_seconds = self._tools.config.telegram.max_message_age_hours * 3600
        match admission.decide(request, balance, self._room(recording.person), limits, max_age_seconds):
            case Accepted(reservation):
                job = _new_job(recording, reservation, now)
                if await store.accept(job):
                    self._tools.events.emit(_accepted_event(job))
                    self._spawn(Journey(self._tools, job, recording.source, is_new=True).run(), job.key)
            case Refused() as refused:
                self._spawn(self._refuse(recording, refused), recording.key)

    def _room(self, person: Person) -> Room:
        store = self._tools.store
        free_bytes = shutil.disk_usage(self._tools.config.service.spool_path).free
        return Room(store.admitted(), store.admitted_of(person.user_id), free_bytes)

    async def _refuse(self, recording: Recording, refused: Refused) -> None:
        tools, key = self._tools, recording.key
        tools.events.emit(RecordingRefused(key.chat_id, key.message_id, refused.reason.value))
        # A banned user is told so in private only: a group need not know.
        if recording.is_private or refused.reason is not RefusalReason.BANNED:
            try:
                await tools.chat.refuse(key, self._refusal_text(recording, refused))
            except Undeliverable as error:
                tools.events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause))
        await tools.store.persist(lambda: tools.store.dismiss(key))

    def _refusal_text(self, recording: Recording, refused: Refused) -> str:
        facts = self._tools.quota_facts(recording.person.user_id)
        facts["seconds"] = refused.seconds or 0
        facts["limit"] = refused.limit or 0
        facts["mib"] = math.ceil(recording.file_bytes / 2**20)
        if refused.reason is RefusalReason.TOO_OLD:
            facts["hours"] = math.ceil(self._tools.config.telegram.max_message_age_hours)
        return self._tools.texts.get(recording.person.language, _text_key("refused", refused.reason), **facts)

    def _spawn(self, work: Coroutine[None, None, None], key: JobKey) -> None:
        task = asyncio.create_task(work, name=f"job {key.chat_id}/{key.message_id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        # A job that the service's stop caught is kept, and taken up at the next start; anything else is a fault.
        if error is not None and not isinstance(error, ServiceStopping) and not self._broken.done():
            self._broken.set_exception(error)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A recording's media in the spool, and the place it takes there."""

    path: Path
    place: Place

    def keep_sound(self, audio_seconds: float) -> None:
        """It is opened: the sound of so much speech lies in the spool, and the media needs no longer."""
        self.path.unlink(missing_ok=True)
        self.place.keep_sound(audio_seconds)


class Journey:
    """One job on its way from ACCEPTED, or CONCLUDED, to DONE."""

    def __init__(self, tools: Tools, job: Job, source: object | None = None, *, is_new: bool = False) -> None:
        """`is_new`: it was accepted just now, and not by an earlier life of the service."""
        self._tools = tools
        self._job = job
        self._source = source
        self._is_new = is_new
        # Other limits may come into force meanwhile; a job keeps those it was accepted under.
        self._limits = tools.config.limits
        self._place: Place | None = None
        self._started_at: datetime | None = None
        self._predicted_seconds: float | None = None
        self._earlier_deaths = job.deaths
        self._deaths: Counter[int] = Counter()
        self._status_message_id = job.status_message_id

    async def run(self) -> None:
        """Raises ServiceStopping when the service stops first; whatever was reached by then is durable."""
        if self._job.state is JobState.ACCEPTED:
            await self._work()
        elif self._status_message_id is None:
            # A status may have been sent and its id lost; or the answer itself, where no status could be sent.
            self._status_message_id = await self._tools.chat.find_reply(self._job.key)
        await self._deliver()

    async def _work(self) -> None:
        self._tools.estimator.expect(self._job.key, self._job.user_id, Work.of_recording(self._expected_seconds))
        if self._is_new:
            self._predicted_seconds = self._tools.estimator.predict(self._job.key)
        announcing = asyncio.create_task(self._announce(), name=f"announce {self._job.key}")
        try:
            outcome, compute_seconds = await self._fetch_and_recognise()
            await self._conclude(outcome, compute_seconds)
            await announcing
        finally:
            announcing.cancel()
            self._tools.estimator.forget(self._job.key)

    # --- announce -----------------------------------------------------------------------------------------------
    async def _announce(self) -> None:
        """Tell the user that the job is in work, while it already is.

        Said again after a crash, for then it may be that the message was sent but its id was lost.
        """
        if self._status_message_id is not None:
            return
        try:
            message_id = await self._tools.chat.announce(self._job.key, self._first_status())
        except Undeliverable:
            return
        if message_id is not None:
            store, key = self._tools.store, self._job.key
            await store.persist(lambda: store.record_status_message(key, message_id))
            self._status_message_id = message_id

    def _first_status(self) -> str:
        is_waiting = self._tools.gate.waiting or self._tools.scheduler.waiting
        if self._started_at is None and is_waiting and self._place is not None:
            return self._text("status-queued", ahead=self._place.before, eta=self._eta())
        return self._text("status-working", eta=self._eta())

    def _eta(self) -> int:
        return told_seconds(self._tools.estimator.predict(self._job.key))

    def _show(self, key: str, so_far: str = "", **facts: int) -> None:
        """Change the status, with the text so far below it."""
        if self._status_message_id is not None:
            text = f"{self._text(key, **facts)}\n\n{so_far}".rstrip()
            self._tools.chat.show_progress(self._job.key, self._status_message_id, text)

    # --- fetch and recognise ------------------------------------------------------------------------------------
    async def _fetch_and_recognise(self) -> tuple[Transcript | Failure, float]:
        """The outcome, and the CPU seconds it took."""
        key, size = self._job.key, self._job.file_bytes
        path = self._tools.config.service.spool_path / f"{key.chat_id}_{key.message_id}"
        self._place = self._tools.gate.place(self._job.user_id, self._expected_seconds, size)
        async with self._place as place:
            try:
                await self._tools.chat.fetch(key, self._source, size, path)
                return await self._recognise(_Fetched(path, place))
            except FetchFailed:
                return Failure(FailureReason.FETCH_FAILED), 0.0
            except DiskFull:
                return Failure(FailureReason.DISK_FULL), 0.0
            finally:
                path.unlink(missing_ok=True)

    async def _recognise(self, fetched: _Fetched) -> tuple[Transcript | Failure, float]:
        watch = Watch(partial(self._start, fetched), partial(self._advance, fetched), self._count_death)
        while True:
            heard = await self._tools.recognition.recognise(self._job.user_id, self._media(fetched.path), watch)
            if isinstance(heard, Heard):
                return heard.transcript, heard.compute_seconds
            verdict = await self._reconsider(heard)
            if verdict is not None:
                return verdict, 0.0

    def _media(self, path: Path) -> Media:
        return Media(path, self._expected_seconds, self._limit_seconds)

    @property
    def _limit_seconds(self) -> float:
        """How much may be decoded."""
        balance = self._tools.store.balance(self._job.user_id)
        return admission.task_limit_seconds(self._job.reservation, balance, self._limits)

    @property
    def _expected_seconds(self) -> float:
        """How long it is, or may at most be where its metadata does not say."""
        return self._job.declared_seconds or self._limit_seconds

    def _start(self, fetched: _Fetched) -> None:
        fetched.place.begin()
        # A part whose worker was lost waits once more; the queue was over when it began.
        self._started_at = self._started_at or datetime.now(UTC)
        self._show("status-working", eta=self._eta())

    def _advance(self, fetched: _Fetched, advance: Advance) -> None:
        # Before all of it is known to be within the limits, nothing is given away.
        if not advance.is_opened:
            return
        fetched.keep_sound(advance.found_seconds)
        left = advance.found_seconds - advance.done_seconds
        self._tools.estimator.expect(self._job.key, self._job.user_id, Work.of_recording(left))
        if left > 0:
            percent = min(99, int(100 * advance.done_seconds / advance.found_seconds))
            self._show("status-progress", advance.text, percent=percent, eta=self._eta())

    async def _reconsider(self, failure: Failure) -> Failure | None:
        """None when a recording longer than its metadata said may be tried again with a larger reservation."""
        if failure.reason is not FailureReason.TOO_LONG:
            return failure
        store = self._tools.store
        balance = store.balance(self._job.user_id)
        decoded_seconds = failure.audio_seconds or 0.0
        match admission.reserve_more(decoded_seconds, self._job.reservation, balance, self._limits):
            case Accepted(reservation):
                self._job = await store.persist(lambda: store.reserve_again(self._job, reservation))
                return None
            case Refused(reason=RefusalReason.OVER_QUOTA):
                return Failure(FailureReason.OVER_QUOTA, failure.audio_seconds)
            case Refused():
                return failure

    async def _count_death(self, part: int, cause: LossCause | Crashed) -> Failure | None:
        """None when the part deserves another try; the verdict when it ended too many workers.

        The parts of a long recording are counted apart: it may lose several workers by bad luck, each in another part.
        """
        store = self._tools.store
        await store.persist(lambda: store.record_death(self._job.key))
        self._deaths[part] += 1
        if self._earlier_deaths + self._deaths[part] < self._tools.config.workers.max_deaths_per_recording:
            return None
        return Failure(FailureReason.INTERNAL if isinstance(cause, Crashed) else FailureReason.POISON)

    # --- conclude -----------------------------------------------------------------------------------------------
    async def _conclude(self, outcome: Transcript | Failure, compute_seconds: float) -> None:
        timings = self._timings(compute_seconds)
        charged, usage = 0, None
        if isinstance(outcome, Transcript):
            charged = admission.charge(outcome.audio_seconds, self._job.reservation)
            model = self._tools.config.recognition.model_name
            usage = Usage(self._job.kind, model, outcome.language, outcome.audio_seconds, timings)
        store, job = self._tools.store, self._job
        self._job = await store.persist(lambda: store.conclude(job, outcome, charged_seconds=charged, usage=usage))
        self._tools.events.emit(_concluded_event(self._job.key, outcome, timings))

    def _timings(self, compute_seconds: float) -> Timings:
        accepted_at, now = self._job.accepted_at, datetime.now(UTC)
        started_at = self._started_at or now
        return Timings(
            queue_seconds=(started_at - accepted_at).total_seconds(),
            compute_seconds=compute_seconds,
            total_seconds=(now - accepted_at).total_seconds(),
            predicted_seconds=self._predicted_seconds,
        )

    # --- deliver ------------------------------------------------------------------------------------------------
    async def _deliver(self) -> None:
        key, events = self._job.key, self._tools.events
        try:
            await self._tools.chat.answer(key, self._status_message_id, self._answer_text())
            events.emit(JobDelivered(key.chat_id, key.message_id))
        except Undeliverable as error:
            events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause))
        store, keep_text = self._tools.store, self._tools.config.service.transcript_retention_hours > 0
        await store.persist(lambda: store.finish(key, keep_text=keep_text))

    def _answer_text(self) -> str:
        match self._job.outcome:
            case Transcript(text=text):
                return text
            case Failure() as failure:
                return self._failure_text(failure)
            case None:
                raise AssertionError("a concluded job has an outcome")

    def _failure_text(self, failure: Failure) -> str:
        return self._text(
            _text_key("failed", failure.reason),
            **self._tools.quota_facts(self._job.user_id),
            seconds=round(failure.audio_seconds or 0),
            limit=self._limits.max_recording_seconds,
        )

    def _text(self, key: str, **facts: int | str) -> str:
        return self._tools.texts.get(self._job.language, key, **facts)


def _new_job(recording: Recording, reservation: Reservation, now: datetime) -> Job:
    return Job(
        key=recording.key,
        user_id=recording.person.user_id,
        kind=recording.kind,
        is_private=recording.is_private,
        language=recording.person.language,
        declared_seconds=recording.declared_seconds,
        file_bytes=recording.file_bytes,
        reservation=reservation,
        accepted_at=now,
    )


def _text_key(prefix: str, reason: RefusalReason | FailureReason) -> str:
    return f"{prefix}-{reason.value.replace('_', '-')}"


def _accepted_event(job: Job) -> JobAccepted:
    return JobAccepted(job.key.chat_id, job.key.message_id, job.kind.value, job.declared_seconds, job.file_bytes)


def _concluded_event(key: JobKey, outcome: Transcript | Failure, timings: Timings) -> JobConcluded:
    return JobConcluded(
        key.chat_id,
        key.message_id,
        outcome="recognised" if isinstance(outcome, Transcript) else outcome.reason.value,
        audio_seconds=outcome.audio_seconds,
        queue_seconds=timings.queue_seconds,
        compute_seconds=timings.compute_seconds,
        total_seconds=timings.total_seconds,
    )
