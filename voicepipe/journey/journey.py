"""One job's way: its recording is fetched and recognised, its outcome concluded and delivered.

Each verb ends in a durable state, so whatever ends the process between two of them, the next start goes on from there:
`conclude` records the outcome and settles the quota (CONCLUDED), `deliver` puts the answer into the chat (DONE).
Fetching and recognising leave nothing behind and are simply repeated. Runs in the event loop, in a task of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from voicepipe.accounts.preferences import Preferences
from voicepipe.config.live import LiveConfig
from voicepipe.domain import admission
from voicepipe.domain.admission import Accepted, RefusalReason, Refused
from voicepipe.domain.jobs import Job, JobKey, JobState
from voicepipe.domain.transcripts import Failure, FailureReason, Timings, Transcript
from voicepipe.errors import DiskFull, FetchFailed, MediaExpired, WriteForbidden
from voicepipe.events import Events, JobConcluded, JobUndeliverable, PartCrashed
from voicepipe.journey.choices import options_for
from voicepipe.journey.delivery import Delivery
from voicepipe.journey.ports import Books, Chat
from voicepipe.journey.recognition import Advance, Heard, Media, Recognition, Watch
from voicepipe.journey.routing import Routing
from voicepipe.journey.stages import Stages
from voicepipe.journey.status import Status, Statuses
from voicepipe.journey.twins import Twins
from voicepipe.scheduling.estimate import Estimator
from voicepipe.scheduling.gate import FetchGate, Place
from voicepipe.store import Usage
from voicepipe.supervision import end_tasks, in_thread, unless
from voicepipe.wire.messages import Crashed, Options
from voicepipe.workers.lifecycle import LossCause

PERMISSION_SECONDS = 1.0
"""How long a group's recording waits, at most, until Telegram has taken or refused its status."""


class _WithdrawnError(Exception):
    """The recording was deleted from its group."""


class _CancelledError(Exception):
    """Somebody who may wants no more of it."""

    def __init__(self, *, keep: bool) -> None:
        """`keep`: but what is recognised already."""
        super().__init__()
        self.keep = keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """What every journey works with."""

    live: LiveConfig
    store: Books
    chat: Chat
    gate: FetchGate
    recognition: Recognition
    estimator: Estimator
    routing: Routing
    statuses: Statuses
    twins: Twins
    delivery: Delivery
    preferences: Preferences
    events: Events

    def of(self, job: Job, source: object | None = None, *, is_new: bool = False) -> Journey:
        """The journey of a job; `is_new` if it was accepted just now, and not by an earlier life of the service."""
        return Journey(self, job, source, is_new=is_new)


@dataclass(slots=True)
class _Spooled:
    """A recording's media in the spool, and the place it takes there. No file is removed in the event loop's thread."""

    path: Path
    place: Place
    _removal: asyncio.Task[None] | None = None

    def keep_sound(self, audio_seconds: float) -> None:
        """It is opened: the sound of so much speech lies in the spool, and the media needs no longer."""
        self._removal = self._removal or asyncio.create_task(self._unlink(), name="remove media")
        self.place.keep_sound(audio_seconds)

    async def remove(self) -> None:
        """Harmless when it is removed already, or was never there."""
        await (self._removal or self._unlink())

    async def _unlink(self) -> None:
        await in_thread(partial(self.path.unlink, missing_ok=True))


class Journey:
    """One job on its way from ACCEPTED, or CONCLUDED, to DONE."""

    def __init__(self, parts: Journeys, job: Job, source: object | None, *, is_new: bool) -> None:
        self._parts = parts
        self._job = job
        self._source = source
        self._is_new = is_new
        # Other limits may come into force meanwhile; a job keeps those it was accepted under.
        self._limits = parts.live.limits
        # As its fingerprint has them, whatever its user chooses meanwhile.
        self._options = options_for(job, parts.preferences, parts.store.accounts)
        self._status = parts.statuses.of(job, is_new=is_new)
        self.stages = Stages(job, parts.events)
        self._earlier_deaths = job.deaths
        self._deaths: Counter[int] = Counter()
        self._pointless: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()
        """Fails when nobody is to have the text."""
        self._so_far: Heard | None = None
        """What is recognised of its beginning."""
        if job.is_cancelled:
            self.cancel(keep=False)

    @property
    def job(self) -> Job:
        return self._job

    @property
    def waiting_seconds(self) -> float:
        """Since its acceptance, until a worker has it."""
        return self.stages.waited_seconds

    @property
    def is_waiting(self) -> bool:
        """Whether no worker has had it yet, and one is to."""
        return not self.stages.is_begun and self._job.state is JobState.ACCEPTED

    @property
    def status_message_id(self) -> int | None:
        """The message that says the job is in work; None while there is none, or its id is not known."""
        return self._status.message_id

    def cancel(self, *, keep: bool) -> None:
        """What is not concluded yet is given up, but with `keep` what is recognised already. Harmless twice."""
        self._give_up(_CancelledError(keep=keep))

    def withdraw(self) -> None:
        """The recording was deleted from its group: what is not concluded yet is given up. Harmless twice."""
        self._give_up(_WithdrawnError())

    def _give_up(self, error: BaseException) -> None:
        if not self._pointless.done():
            self._pointless.set_exception(error)
            self._pointless.exception()  # looked at: it may be that nothing is being done about it

    async def travel(self) -> None:
        """Go all the way.

        Raises ServiceStopping when the service stops first; whatever was reached by then is durable.
        """
        async with self._parts.twins.turn(self._job.fingerprint):
            if self._job.state is not JobState.ACCEPTED:
                await self._status.find()
            elif (known := await self._known()) is not None:
                await self._status.find()
                await self._conclude(known, 0.0, is_known=True)
            else:
                await self._work()
            begun_at = time.monotonic()
            await self._parts.delivery.deliver(self._job, self._status.message_id, self._limits)
            self.stages.tell("delivered", time.monotonic() - begun_at)

    async def _known(self) -> Transcript | None:
        """The text, where the same file has got it lately."""
        job = self._job
        if job.fingerprint is None or job.is_cancelled:
            return None
        return await self._parts.store.transcripts.alike(job.fingerprint)

    async def _work(self) -> None:
        key, estimator = self._job.key, self._parts.estimator
        place = self._parts.gate.place(self._job.user_id, self._expected_seconds, self._job.file_bytes)
        self.stages.place = place
        estimator.expect(key, self._job.user_id, self._expected_seconds)
        if self._is_new:
            self.stages.predicted_seconds = estimator.predict(key)
        announcing = asyncio.create_task(self._status.appear(place), name=f"status of {key}")
        announcing.add_done_callback(self._on_announced)
        try:
            outcome, compute_seconds = await self._outcome(place, announcing)
            await self._conclude(outcome, compute_seconds)
            self._status.end()
            with suppress(WriteForbidden):  # delivery will find out by itself
                await announcing
        finally:
            estimator.forget(key)
            try:
                await end_tasks([announcing])
            finally:
                await self._status.stop()

    def _on_announced(self, announcing: asyncio.Task[None]) -> None:
        if not announcing.cancelled() and (error := announcing.exception()) is not None:
            self._give_up(error)

    # --- fetch and recognise ------------------------------------------------------------------------------------
    async def _outcome(self, place: Place, announcing: asyncio.Task[None]) -> tuple[Transcript | Failure, float]:
        """The outcome, and the CPU seconds it took; soon, where nobody is to have it."""
        work = self._fetch_and_recognise(place, announcing)
        try:
            return await unless(work, asyncio.shield(self._pointless))
        except _WithdrawnError:
            return Failure(FailureReason.WITHDRAWN), 0.0
        except _CancelledError as cancelled:
            if cancelled.keep and self._so_far is not None:
                return self._so_far.transcript, self._so_far.compute_seconds
            return Failure(FailureReason.CANCELLED), 0.0
        except WriteForbidden as error:
            key = self._job.key
            self._parts.events.emit(JobUndeliverable(key.chat_id, key.message_id, error.cause, key.door))
            return Failure(FailureReason.UNWRITABLE), 0.0

    async def _fetch_and_recognise(
        self, place: Place, announcing: asyncio.Task[None]
    ) -> tuple[Transcript | Failure, float]:
        """The outcome, and the CPU seconds it took."""
        key = self._job.key
        path = self._parts.live.service.files.spool / quote(str(key).replace("/", "_"), safe="")
        spooled = _Spooled(path, place)
        async with place:
            try:
                if not self._job.is_private:
                    await _ask_group(self._parts.chat, key, self._status, announcing, is_new=self._is_new)
                begun_at = time.monotonic()
                await self._parts.chat.fetch_media(key, self._source, path)
                self.stages.tell("fetched", time.monotonic() - begun_at)
                return await self._recognise(spooled)
            except MediaExpired:
                return Failure(FailureReason.EXPIRED), 0.0
            except FetchFailed:
                return Failure(FailureReason.FETCH_FAILED), 0.0
            except DiskFull:
                return Failure(FailureReason.DISK_FULL), 0.0
            finally:
                await spooled.remove()

    async def _recognise(self, spooled: _Spooled) -> tuple[Transcript | Failure, float]:
        watch = Watch(partial(self._start, spooled), partial(self._advance, spooled), self._count_death)
        while True:
            self._job = await _routed(self._parts, self._job, self._options, self._expected_seconds)
            self._status.model = self._job.model or ""
            work = self._parts.recognition.recognise(self._job.user_id, self._media(spooled.path), watch)
            heard = await self._parts.routing.unless_away(self._job, self._options, self._expected_seconds, work)
            if heard is None:
                continue
            if isinstance(heard, Heard):
                return heard.transcript, heard.compute_seconds
            verdict = await self._reconsider(heard)
            if verdict is not None:
                return verdict, 0.0

    def _media(self, path: Path) -> Media:
        is_cut, seconds = self._job.first_seconds is not None, self._expected_seconds
        media = Media(path, seconds, seconds if is_cut else self._limit_seconds, self._options, ends_at_limit=is_cut)
        return replace(media, name=str(self._job.key), model=self._job.model or "")

    @property
    def _limit_seconds(self) -> float:
        """How much may be decoded."""
        balance = self._parts.store.accounts.balance(self._job.user_id)
        return admission.task_limit_seconds(self._job.reservation, balance, self._limits)

    @property
    def _expected_seconds(self) -> float:
        """How long it is, or may at most be where its metadata does not say."""
        return self._job.first_seconds or self._job.declared_seconds or self._limit_seconds

    def _start(self, spooled: _Spooled) -> None:
        spooled.place.mark_begun()
        self.stages.begin()
        self._status.show_begun()

    def _advance(self, spooled: _Spooled, advance: Advance) -> None:
        # Before all of it is known to be within the limits, nothing is given away.
        if not advance.is_opened:
            return
        if not self._job.model:  # one that goes away would have it opened anew
            spooled.keep_sound(advance.found_seconds)
        left = advance.found_seconds - advance.done_seconds
        if not self._job.model:
            self._parts.estimator.expect(self._job.key, self._job.user_id, left)
        self.stages.share_done = advance.done_seconds / max(advance.found_seconds, advance.done_seconds, 1.0)
        self._so_far = advance.heard
        if left > 0:
            self._status.advance(advance)

    async def _reconsider(self, failure: Failure) -> Failure | None:
        """None when a recording longer than its metadata said may be tried again with a larger reservation."""
        if failure.reason is not FailureReason.TOO_LONG:
            return failure
        store = self._parts.store
        balance = store.accounts.balance(self._job.user_id)
        decoded_seconds = failure.audio_seconds or 0.0
        match admission.reserve_more(decoded_seconds, self._job.reservation, balance, self._limits):
            case Accepted(reservation):
                self._job = await store.persist(lambda: store.jobs.reserve_again(self._job, reservation))
                return None
            case Refused(reason=RefusalReason.OVER_QUOTA):
                return Failure(FailureReason.OVER_QUOTA, failure.audio_seconds)
            case Refused():
                return failure

    async def _count_death(self, part: int, cause: LossCause | Crashed) -> Failure | None:
        """None when the part deserves another try; the verdict when it ended too many workers.

        The parts of a long recording are counted apart: it may lose several workers by bad luck, each in another part.
        """
        store, key = self._parts.store, self._job.key
        if isinstance(cause, Crashed):
            self._parts.events.emit(PartCrashed(key.chat_id, key.message_id, part, cause.safe_error, key.door))
        await store.persist(lambda: store.jobs.record_death(key))
        self._deaths[part] += 1
        if self._earlier_deaths + self._deaths[part] < self._parts.live.workers.max_deaths_per_recording:
            return None
        return cause.failure if isinstance(cause, Crashed) else Failure(FailureReason.POISON)

    # --- conclude -----------------------------------------------------------------------------------------------
    async def _conclude(self, outcome: Transcript | Failure, compute_seconds: float, *, is_known: bool = False) -> None:
        """A text that was known costs nothing, and is no use of the service."""
        timings = self.stages.timings(compute_seconds)
        charged, usage = 0, None
        if isinstance(outcome, Transcript) and not is_known:
            charged = admission.charge(outcome.audio_seconds, self._job.reservation)
            model = self._job.model or self._parts.live.recognition.model_name
            usage = Usage(self._job.kind, model, outcome.language, outcome.audio_seconds, timings)
        store, job = self._parts.store, self._job
        self._job = await store.persist(lambda: store.jobs.conclude(job, outcome, charged_seconds=charged, usage=usage))
        self._parts.events.emit(_concluded_event(job.key, outcome, timings, is_known=is_known))
        if usage is not None:
            self.stages.tell_recognised(timings)


async def _routed(parts: Journeys, job: Job, options: Options, audio_seconds: float) -> Job:
    """The job, with what recognises it."""
    model = parts.routing.decide(job, options, audio_seconds)
    if model != job.model and parts.routing.is_wanted:
        await parts.store.persist(lambda: parts.store.jobs.route(job.key, model))
    if model:  # what other models take, and when they are done, nobody has learned
        parts.estimator.forget(job.key)
    return replace(job, model=model)


async def _ask_group(chat: Chat, key: JobKey, status: Status, announcing: asyncio.Task[None], *, is_new: bool) -> None:
    """Raise WriteForbidden where the bot is muted, _WithdrawnError for what was deleted while nobody listened."""
    taken = asyncio.create_task(status.is_taken.wait(), name=f"permission for {key}")
    try:
        await asyncio.wait([announcing, taken], timeout=PERMISSION_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end_tasks([taken])
    if announcing.done():
        announcing.result()
    if not is_new and not await chat.is_there(key):
        raise _WithdrawnError


def _concluded_event(key: JobKey, outcome: Transcript | Failure, timings: Timings, *, is_known: bool) -> JobConcluded:
    recognised = "known" if is_known else "recognised"
    return JobConcluded(
        key.chat_id,
        key.message_id,
        outcome=recognised if isinstance(outcome, Transcript) else outcome.reason.value,
        audio_seconds=outcome.audio_seconds,
        queue_seconds=timings.queue_seconds,
        compute_seconds=timings.compute_seconds,
        total_seconds=timings.total_seconds,
        door=key.door,
    )
