"""The pipeline: recordings come in, and each is seen through to exactly one answer.

`admit` makes the job and its reservation in one transaction (ACCEPTED), or refuses; the job's journey does the rest, in
a task of its own. A journey that an earlier life of the service left unfinished is taken up at the start. Everything
here runs in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

from voicepipe.accounts.pace import Kind, Pace, Verdict
from voicepipe.accounts.preferences import Preferences
from voicepipe.accounts.retention import kept_hours
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.interface import language_in
from voicepipe.domain import admission
from voicepipe.domain.admission import Accepted, Claim, Load, RefusalReason, Refused
from voicepipe.domain.connections import is_business
from voicepipe.domain.jobs import Job, JobKey, Recording
from voicepipe.domain.messages import Deletion, Disconnection
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Reservation
from voicepipe.errors import DiskFull, ServiceStopping
from voicepipe.events import Events, JobAccepted
from voicepipe.journey.choices import options_for
from voicepipe.journey.journey import Journey, Journeys
from voicepipe.journey.ports import Books
from voicepipe.journey.refusals import Refusals
from voicepipe.journey.stages import Standing
from voicepipe.journey.twins import fingerprint_of
from voicepipe.log import about
from voicepipe.machine import free_bytes
from voicepipe.scheduling.gate import FetchGate
from voicepipe.store import Sent
from voicepipe.supervision import Crew


class Pipeline:
    """Takes recordings in and sees each through to exactly one answer. A Part."""

    def __init__(
        self,
        *,
        live: LiveConfig,
        store: Books,
        gate: FetchGate,
        journeys: Journeys,
        refusals: Refusals,
        preferences: Preferences,
        events: Events,
    ) -> None:
        self._live = live
        self._store = store
        self._gate = gate
        self._journeys = journeys
        self._refusals = refusals
        self._preferences = preferences
        self._events = events
        self._pace = Pace()
        self._under_way: dict[JobKey, Journey] = {}
        # A job that the service's stop caught is kept, and taken up at the next start; anything else is a fault.
        self._crew = Crew(harmless=(ServiceStopping,))

    async def start(self) -> None:
        """Take up the jobs that an earlier life of the service left unfinished."""
        await asyncio.to_thread(_clear, self._live.service.files.spool)
        for job in await self._store.jobs.unfinished():
            self._set_out(job.key, self._journeys.of(job))

    async def stop(self, timeout_seconds: float) -> None:
        """Let what runs finish within the bound; the rest is durable and waits for the next start."""
        self._gate.stop()
        await self._crew.finish(timeout_seconds)

    async def wait_failed(self) -> NoReturn:
        """Raise what makes the service unable to go on, as soon as there is something."""
        await self._crew.wait_failed()

    async def admit(self, recording: Recording) -> None:
        """Accept the recording as a job or refuse it with one polite reason; waits for neither's messages."""
        most = self._live.limits.recordings_per_minute
        match self._pace.judge(recording.person.user_id, Kind.RECORDING, recording.sent_at, most):
            case Verdict.TELL:
                refused = Refused(RefusalReason.TOO_OFTEN, limit=most)
                self._spawn(self._refusals.refuse(self._in_chosen_language(recording), refused), recording.key)
                return
            case Verdict.IGNORE:
                self._spawn(self._refusals.pass_over(recording, RefusalReason.TOO_OFTEN), recording.key)
                return
        try:
            await self._decide(recording)
        except DiskFull:
            # It is journaled. It waits for room in a task of its own, and the ones after it are taken in meanwhile.
            self._spawn(self._store.persist(lambda: self._decide(recording)), recording.key)

    def withdraw(self, deletion: Deletion | Disconnection) -> None:
        """Let recordings go that were deleted from a group, or from a connected account, or with one.

        In the private chat with the bot the text is for nobody but the sender, who may well keep the text and not the
        voice.
        """
        for key, journey in self._under_way.items():
            if (key.chat_id < 0 or is_business(key.door)) and deletion.concerns(key):
                journey.withdraw()

    def whose_status(self, message: JobKey) -> Job | None:
        """The job in work whose status a message is."""
        found = (
            journey.job
            for journey in self._under_way.values()
            if (journey.job.key.chat_id, journey.status_message_id) == (message.chat_id, message.message_id)
        )
        return next(found, None)

    def in_work(self, user_id: int, chat_id: int) -> Sequence[JobKey]:
        """The recordings in work that somebody has sent to a chat, the oldest first."""
        jobs = [journey.job for journey in self._under_way.values()]
        return [job.key for job in jobs if (job.user_id, job.key.chat_id) == (user_id, chat_id)]

    @property
    def oldest_seconds(self) -> float:
        """How long the oldest recording has waited that no worker has yet; 0 where there is none."""
        # In the order of their acceptance: what is begun already is little, and comes first.
        waiting = (journey.waiting_seconds for journey in self._under_way.values() if journey.is_waiting)
        return next(waiting, 0.0)

    def standings(self) -> Sequence[Standing]:
        """How far the jobs in work have come."""
        return [journey.stages.standing(journey.job) for journey in self._under_way.values()]

    def take_up(self, job: Job) -> None:
        """See a job through that is accepted again."""
        self._set_out(job.key, self._journeys.of(job))

    async def find_reply(self, key: JobKey) -> int | None:
        """The id of the bot's own first message in reply to a job's recording, if there is one."""
        return await self._journeys.chat.find_reply(key)

    async def cancel(self, key: JobKey, *, keep: bool, by: int | None = None) -> bool:
        """Give a job up, but with `keep` what is recognised already; False when it is concluded.

        Nothing is charged but what is kept. Durable: the next start does not take the job up again. `by` is the
        operator who does it; None for the user themself.
        """
        is_in_time = await self._store.persist(lambda: self._store.jobs.cancel(key, by=by))
        if is_in_time and (journey := self._under_way.get(key)) is not None:
            journey.cancel(keep=keep)
        return is_in_time

    async def stop_early(self, key: JobKey) -> None:
        """What is recognised already shall be the text."""
        await self.cancel(key, keep=True)

    def _set_out(self, key: JobKey, journey: Journey) -> None:
        self._under_way[key] = journey
        task = self._spawn(journey.travel(), key)
        task.add_done_callback(lambda _: self._arrive(key, journey))

    def _arrive(self, key: JobKey, journey: Journey) -> None:
        if self._under_way.get(key) is journey:  # and not one of the same job, taken up again
            del self._under_way[key]

    async def _decide(self, recording: Recording) -> None:
        user_id, sent_at = recording.person.user_id, recording.sent_at
        await self._store.people.see(recording.person, Sent(user_id, recording.key, sent_at))
        recording = self._cut(self._in_chosen_language(recording))
        now = datetime.now(UTC)
        job = self._marked(_new_job(recording, now, self._store.accounts.balance(user_id).quota_day), recording)
        is_known = job.fingerprint is not None and await self._store.transcripts.alike(job.fingerprint) is not None
        # No await between the balance and its change in accept: no other recording may be decided meanwhile.
        match self._judge(recording, now, is_known=is_known):
            case Accepted(reservation):
                job = replace(job, reservation=reservation)
                if await self._store.jobs.accept(job, sent_at):
                    self._events.emit(_accepted_event(job))
                    self._refusals.end(recording)
                    self._set_out(job.key, self._journeys.of(job, recording.source, is_new=True))
            case Refused() as refused:
                self._spawn(self._refusals.refuse(recording, refused), recording.key)

    def _in_chosen_language(self, recording: Recording) -> Recording:
        """Whatever is said about it is said in the language that its sender, or its group, has chosen."""
        language = language_in(self._preferences, recording.person, recording.key.chat_id)
        return replace(recording, person=replace(recording.person, language=language))

    def _cut(self, recording: Recording) -> Recording:
        """Of what is wanted only as far as it goes, as much as there can be; it is judged as if it were no longer."""
        if recording.first_seconds is None:
            return recording
        balance = self._store.accounts.balance(recording.person.user_id)
        seconds = admission.offered_seconds(recording.declared_seconds, balance, self._live.limits)
        return replace(recording, first_seconds=seconds, declared_seconds=seconds or recording.declared_seconds)

    def _marked(self, job: Job, recording: Recording) -> Job:
        """With its fingerprint, unless its user wants no texts kept: then it gets none of others' either."""
        if not kept_hours(self._preferences, self._live.service, job.user_id, job.key.chat_id):
            return job
        options = options_for(job, self._preferences, self._store.accounts)
        return replace(job, fingerprint=fingerprint_of(recording, options, self._live.recognition))

    def _judge(self, recording: Recording, now: datetime, *, is_known: bool) -> Accepted | Refused:
        age_seconds = (now - recording.sent_at).total_seconds()
        balance, load = self._store.accounts.balance(recording.person.user_id), self._load(recording.person)
        limits, max_age_seconds = self._live.limits, self._live.telegram.max_message_age_hours * 3600
        if is_known:
            return admission.decide_known(age_seconds, balance, load, limits=limits, max_age_seconds=max_age_seconds)
        claim = Claim(recording.declared_seconds, recording.file_bytes, age_seconds)
        return admission.decide(claim, balance, load, limits=limits, max_age_seconds=max_age_seconds)

    def _load(self, person: Person) -> Load:
        free = free_bytes(self._live.service.files.spool)
        jobs = self._store.jobs
        return Load(jobs.admitted(), jobs.admitted_of(person.user_id), free, self._store.accounts.is_paused())

    def _spawn(self, work: Coroutine[None, None, None], key: JobKey) -> asyncio.Task[None]:
        return self._crew.spawn(_about(key, work), f"job {key}")


async def _about(key: JobKey, work: Coroutine[None, None, None]) -> None:
    with about(str(key)):
        await work


def _clear(directory: Path) -> None:
    for leftover in directory.iterdir():
        leftover.unlink()


def _new_job(recording: Recording, now: datetime, today: date) -> Job:
    """Nothing is reserved for it yet."""
    return Job(
        key=recording.key,
        user_id=recording.person.user_id,
        kind=recording.kind,
        is_private=recording.is_private,
        language=recording.person.language,
        declared_seconds=recording.declared_seconds,
        file_bytes=recording.file_bytes,
        reservation=Reservation(today, 0, 0),
        accepted_at=now,
        topic_id=recording.topic_id,
        first_seconds=recording.first_seconds,
        status_message_id=recording.status_message_id,
        is_protected=recording.is_protected,
        asked_language=recording.asked_language,
    )


def _accepted_event(job: Job) -> JobAccepted:
    return JobAccepted(
        job.key.chat_id,
        job.key.message_id,
        kind=job.kind.value,
        declared_seconds=job.declared_seconds,
        file_bytes=job.file_bytes,
        door=job.key.door,
    )
