"""Jobs' journeys beside each other, with recognition, chat and store played by the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.talk import Books
from tests.support.waiting import until
from voicepipe.accounts.preferences import Preferences
from voicepipe.config import Config, LimitsConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.answers import Answers
from voicepipe.conversation.groups import Style
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey, JobState, Recording, RecordingKind
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance, Reservation
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.events import Events
from voicepipe.journey.delivery import Delivery
from voicepipe.journey.journey import Journeys
from voicepipe.journey.pipeline import Pipeline
from voicepipe.journey.recognition import Advance, Heard, Media, Watch
from voicepipe.journey.refusals import Refusals
from voicepipe.journey.routing import Routing
from voicepipe.journey.status import Statuses
from voicepipe.journey.twins import Twins
from voicepipe.scheduling.costs import Costs
from voicepipe.scheduling.estimate import Estimator
from voicepipe.scheduling.gate import FetchGate
from voicepipe.store import Usage
from voicepipe.supervision import end_tasks

DAY = date(2026, 3, 1)
BALANCE = Balance(60, 60, 0, datetime(2026, 3, 2, tzinfo=UTC), DAY, is_unlimited=True, is_banned=False)
HEARD = Heard(Transcript("text", "ru", 1.0, 5.0, ()), 1.0, 1)


def alone(_: JobKey) -> None:
    """In private, nobody else sees anything."""


class Scene:
    """What a journey works with, but for the gate and the estimator, which are real."""

    def __init__(self, directory: Path, **limits: int) -> None:
        config = with_limits(Config(), **limits)
        service = config.service.model_copy(update={"state_dir": directory})
        config = config.model_copy(update={"service": service})
        config.service.files.spool.mkdir(parents=True)
        it: Any = self
        self.transcripts = self.people = self.inbox = self.accounts = self.jobs = it
        live, texts, estimator, gate = (
            LiveConfig(config),
            Texts(lambda: "ru"),
            Estimator(1, Costs(30.0)),
            FetchGate(lambda: live.limits, Costs(30.0)),
        )
        self.live = live
        self.preferences = Preferences(Books(), lambda: live.preferences)
        answers = Answers(live=live, texts=texts, preferences=self.preferences, transcripts=it, chats=it)
        self.journeys = Journeys(
            live=live,
            store=it,
            chat=it,
            gate=gate,
            recognition=it,
            estimator=estimator,
            routing=Routing(live, able=lambda _: 1, waiting=lambda _: 0, plan_of=lambda _: None),
            statuses=Statuses(
                chat=it,
                signs=it,
                store=it,
                texts=texts,
                preferences=self.preferences,
                estimator=estimator,
                is_crowded=lambda: bool(gate.waiting),
                style=lambda _: self.style,
                can_recognise=lambda _: True,
            ),
            delivery=Delivery(
                chat=it,
                signs=it,
                store=it,
                texts=texts,
                answers=answers,
                live=live,
                preferences=self.preferences,
                events=Events(),
                style=alone,
            ),
            twins=Twins(),
            preferences=self.preferences,
            events=Events(),
        )
        self.pipeline = Pipeline(
            live=live,
            store=it,
            gate=gate,
            journeys=self.journeys,
            refusals=Refusals(chat=it, signs=it, store=it, texts=texts, live=live, events=Events(), style=alone),
            preferences=self.preferences,
            events=Events(),
        )
        self.accepted: list[Job] = []
        self.latest: tuple[str, ...] = ()
        self.refusals: dict[int, str] = {}
        self.watches: dict[int, Watch] = {}
        self.statuses: dict[int, str] = {}
        self.limits_seconds: dict[int, float] = {}
        self.usages: list[Usage] = []
        self.style: Style | None = None
        self.takes_drafts = False
        self.sent: dict[int, int] = {}
        """What an earlier life has sent, by the message it replies to."""
        self.known: Transcript | None = None
        self.answers: list[tuple[int, int | None]] = []
        """What became an answer, by the message it replies to."""
        self.done = asyncio.Event()
        self.answering = asyncio.Event()
        self.answering.set()
        self._journeys: list[asyncio.Task[None]] = []

    async def send(
        self,
        message_id: int,
        user_id: int,
        seconds: int,
        *,
        accepted_in: timedelta = timedelta(),
        is_private: bool = True,
        is_new: bool = True,
    ) -> None:
        job = Job(
            key=JobKey(user_id, message_id),
            user_id=user_id,
            kind=RecordingKind.VOICE,
            is_private=is_private,
            language="en",
            declared_seconds=seconds,
            file_bytes=1000,
            reservation=Reservation(DAY, 0, 0),
            accepted_at=datetime.now(UTC) + accepted_in,
            fingerprint=f"file {message_id}",
        )
        self._journeys.append(asyncio.create_task(self.journeys.of(job, is_new=is_new).travel()))
        for _ in range(10):
            await asyncio.sleep(0)

    async def admit(self, message_id: int, seconds: int) -> None:
        person = Person(1, None, "en")
        key, now = JobKey(1, message_id), datetime.now(UTC)
        await self.pipeline.admit(Recording(key, person, RecordingKind.VOICE, True, seconds, 1000, now, None))
        for _ in range(10):
            await asyncio.sleep(0)

    async def give_up(self) -> None:
        """End all journeys, as a service that stops does."""
        await end_tasks(self._journeys)

    async def end(self) -> None:
        self.done.set()
        await asyncio.gather(*self._journeys)

    # --- recognition ------------------------------------------------------------------------------------------------
    async def recognise(self, user_id: int, media: Media, watch: Watch) -> Heard:
        message_id = int(media.path.name.split("_")[1])
        self.watches[message_id] = watch
        self.limits_seconds[message_id] = media.limit_seconds
        await self.done.wait()
        return HEARD

    # --- the chat ---------------------------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        await asyncio.sleep(0)

    async def announce(
        self, key: JobKey, status: Reply, *, topic_id: int | None = None, is_protected: bool = False
    ) -> int:
        await self.answering.wait()
        self.statuses[key.message_id] = status.text
        return key.message_id

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        self.statuses[key.message_id] = status.text

    async def record_status_message(self, key: JobKey, message_id: int) -> None:
        pass

    async def open_draft(self, key: JobKey, text: str, *, topic_id: int | None = None) -> bool:
        return self.takes_drafts

    def show_draft(self, key: JobKey, text: str) -> None:
        pass

    async def close_draft(self, key: JobKey) -> None:
        pass

    async def find_reply(self, key: JobKey) -> int | None:
        return self.sent.get(key.message_id)

    async def is_there(self, key: JobKey) -> bool:
        return True

    async def show_work(self, key: JobKey, *, topic_id: int | None) -> None:
        pass

    async def mark_unseen(self, key: JobKey) -> None:
        pass

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: object, *, topic_id: int | None = None
    ) -> list[JobKey]:
        self.answers.append((key.message_id, status_message_id))
        return []

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> None:
        self.refusals[key.message_id] = refusal.text

    # --- the store --------------------------------------------------------------------------------------------------
    def balance(self, user_id: int) -> Balance:
        return BALANCE

    def is_paused(self) -> bool:
        return False

    async def alike(self, fingerprint: str) -> Transcript | None:
        return self.known

    def languages_of_late(self, subject_id: int) -> tuple[str, ...]:
        return self.latest

    def setting(self, subject_id: int, name: str) -> None:
        return None

    async def persist(self, change: Callable[[], Awaitable[Any]]) -> Any:
        return await change()

    async def conclude(
        self, job: Job, outcome: Transcript | Failure, *, charged_seconds: int, usage: Usage | None
    ) -> Job:
        if usage is not None:
            self.usages.append(usage)
        return replace(job, state=JobState.CONCLUDED, outcome=outcome)

    async def see(self, person: Person, sent: object) -> None:
        pass

    def admitted(self) -> int:
        return 0

    def admitted_of(self, user_id: int) -> int:
        return 0

    async def accept(self, job: Job, sent_at: datetime) -> bool:
        self.accepted.append(job)
        return True

    async def reject(self, key: JobKey, user_id: int, reason: str, declared_seconds: int | None) -> None:
        pass

    async def mark_done(self, key: JobKey, *, kept: object) -> None:
        pass


def with_limits(config: Config, **limits: int) -> Config:
    return config.model_copy(update={"limits": LimitsConfig.model_validate(limits)})


async def test_a_newcomer_who_is_next_is_told_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for number in range(40):
        await scene.send(number, user_id=1, seconds=20)
    scene.watches[0].on_start()
    await scene.send(99, user_id=2, seconds=20)
    assert scene.statuses[99] == "⏳ In the queue: yours is next…"
    assert scene.statuses[39] == "⏳ In the queue: 39 recordings ahead…"
    await scene.end()


async def test_a_waiting_user_is_told_how_the_queue_moves_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicepipe.journey.status.FOLLOW_SECONDS", 0.01)
    scene = Scene(tmp_path)
    for number in range(40):
        await scene.send(number, user_id=number, seconds=20)
    assert scene.statuses[39] == "⏳ In the queue: 39 recordings ahead…"
    for number in range(4):
        scene.watches[number].on_start()
    await until(lambda: scene.statuses[39] == "⏳ In the queue: 35 recordings ahead…")
    await scene.end()


async def test_the_sound_of_opened_lectures_keeps_others_out_until_they_are_done(tmp_path: Path) -> None:
    hour = 3600.0
    scene = Scene(tmp_path, max_recording_seconds=86_400)
    for user_id in range(1, 8):
        await scene.send(user_id, user_id, int(hour))
    for _ in range(2):
        for watch in tuple(scene.watches.values()):
            watch.on_start()
            watch.on_advance(Advance(True, 20.0, hour, HEARD))
        for _ in range(10):
            await asyncio.sleep(0)
    assert list(scene.watches) == [1, 2, 3, 4], "of 115 MB each, in half of a gibibyte"
    await scene.send(99, user_id=1, seconds=20)
    assert 99 in scene.watches
    await scene.end()


async def test_the_queue_is_over_when_a_worker_has_it_first(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    await scene.send(1, user_id=1, seconds=5)
    scene.watches[1].on_start()
    await asyncio.sleep(0.2)
    scene.watches[1].on_start()
    await scene.end()
    timings = scene.usages[0].timings
    assert timings.queue_seconds < 0.15 < 0.2 <= timings.total_seconds


async def test_a_clock_that_is_set_back_makes_no_time_pass(tmp_path: Path) -> None:
    """The store refuses a negative time, and the service would end, at each start anew."""
    scene = Scene(tmp_path)
    await scene.send(1, user_id=1, seconds=5, accepted_in=timedelta(hours=1))
    scene.watches[1].on_start()
    await scene.end()
    timings = scene.usages[0].timings
    assert (timings.queue_seconds, timings.total_seconds) == (0, 0)


async def test_media_is_removed_once_its_sound_is_kept(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    media = scene.live.service.files.spool / "1_1"
    media.write_bytes(b"media")
    await scene.send(1, user_id=1, seconds=50)
    scene.watches[1].on_advance(Advance(False, 0.0, 50.0, None))
    await asyncio.sleep(0.1)
    assert media.exists()
    scene.watches[1].on_advance(Advance(True, 20.0, 50.0, HEARD))
    await until(lambda: not media.exists())
    await scene.end()


async def test_a_reloaded_limit_holds_for_what_comes_and_not_for_what_is_under_way(tmp_path: Path) -> None:
    scene = Scene(tmp_path, max_recording_seconds=100, min_free_disk_mib=0)
    await scene.admit(1, seconds=90)
    assert scene.live.replace(with_limits(scene.live.config, max_recording_seconds=20, min_free_disk_mib=0)) == []
    await scene.admit(2, seconds=90)
    await scene.admit(3, seconds=15)
    assert [job.key.message_id for job in scene.accepted] == [1, 3]
    assert "20 seconds" in scene.refusals[2]
    assert scene.limits_seconds == {1: 101, 3: 21}
    scene.done.set()
    await scene.pipeline.stop(5.0)
    assert len(scene.usages) == 2


async def test_a_journey_that_is_given_up_while_the_group_is_asked_leaves_no_task(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.answering.clear()
    await scene.send(1, user_id=1, seconds=10, is_private=False)
    await scene.give_up()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_reloaded_number_of_fetches_holds_at_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, fetch_ahead=8)
    await scene.send(1, user_id=1, seconds=10)
    scene.live.replace(with_limits(scene.live.config, fetch_ahead=2))
    for number in range(2, 6):
        await scene.send(number, user_id=number, seconds=10)
    assert list(scene.watches) == [1, 2]
    await scene.end()


async def test_a_job_that_dies_ends_the_pipeline_and_a_stop_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path, min_free_disk_mib=0)
    await scene.admit(1, seconds=5)
    await scene.pipeline.stop(0.0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(scene.pipeline.wait_failed(), 0.05)

    async def break_down(*_: object) -> None:
        raise ZeroDivisionError

    scene = Scene(tmp_path / "second", min_free_disk_mib=0)
    monkeypatch.setattr(scene, "fetch_media", break_down)
    await scene.admit(1, seconds=5)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(scene.pipeline.wait_failed(), 1)
    await scene.pipeline.stop(0.0)


@pytest.mark.parametrize("now", ["a draft", "only a sign", "a text that is known"])
async def test_a_status_whose_number_a_crash_has_lost_becomes_the_answer_whatever_this_life_would_show(
    tmp_path: Path, now: str
) -> None:
    scene = Scene(tmp_path)
    scene.sent = {1: 7}
    scene.takes_drafts = now == "a draft"
    scene.style = Style.CALM if now == "only a sign" else None
    scene.known = HEARD.transcript if now == "a text that is known" else None
    await scene.send(1, user_id=1, seconds=5, is_new=False)
    await scene.end()
    assert scene.answers == [(1, 7)]


async def test_nothing_is_looked_for_where_no_earlier_life_has_sent_anything(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sent, scene.takes_drafts = {1: 7}, True
    await scene.send(1, user_id=1, seconds=5)
    await scene.end()
    assert scene.answers == [(1, None)]
