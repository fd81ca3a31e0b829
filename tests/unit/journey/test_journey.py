"""A job's journey beside others, with recognition, chat and store played by the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from voicepipe.config import Config, LimitsConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey, JobState, RecordingKind
from voicepipe.domain.quota import Balance, Reservation
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.events import Events
from voicepipe.journey.delivery import Delivery
from voicepipe.journey.journey import Journeys
from voicepipe.journey.recognition import Advance, Heard, Media, Watch
from voicepipe.journey.status import Statuses
from voicepipe.scheduling.estimate import Estimator
from voicepipe.scheduling.gate import FetchGate
from voicepipe.store import Usage

DAY = date(2026, 3, 1)
BALANCE = Balance(60, 60, 0, datetime(2026, 3, 2, tzinfo=UTC), DAY, is_unlimited=True, is_banned=False)
HEARD = Heard(Transcript("text", "ru", 1.0, 5.0, ()), 1.0, 1)


class Scene:
    """What a journey works with, but for the gate and the estimator, which are real."""

    def __init__(self, directory: Path, **limits: int) -> None:
        config = Config().model_copy(update={"limits": LimitsConfig.model_validate(limits)})
        service = config.service.model_copy(update={"state_dir": directory})
        config = config.model_copy(update={"service": service})
        config.service.spool_path.mkdir(parents=True)
        it: Any = self
        live, texts, estimator, gate = (
            LiveConfig(config),
            Texts(lambda: "ru"),
            Estimator(1),
            FetchGate(lambda: live.limits),
        )
        self.journeys = Journeys(
            live=live,
            store=it,
            chat=it,
            gate=gate,
            recognition=it,
            estimator=estimator,
            statuses=Statuses(
                chat=it, store=it, texts=texts, estimator=estimator, is_crowded=lambda: bool(gate.waiting)
            ),
            delivery=Delivery(chat=it, store=it, texts=texts, live=live, events=Events()),
            events=Events(),
        )
        self.watches: dict[int, Watch] = {}
        self.statuses: dict[int, str] = {}
        self.usages: list[Usage] = []
        self.done = asyncio.Event()
        self._journeys: list[asyncio.Task[None]] = []

    async def send(self, message_id: int, user_id: int, seconds: int) -> None:
        job = Job(
            key=JobKey(user_id, message_id),
            user_id=user_id,
            kind=RecordingKind.VOICE,
            is_private=True,
            language="en",
            declared_seconds=seconds,
            file_bytes=1000,
            reservation=Reservation(DAY, 0, 0),
            accepted_at=datetime.now(UTC),
        )
        self._journeys.append(asyncio.create_task(self.journeys.of(job, is_new=True).travel()))
        for _ in range(10):
            await asyncio.sleep(0)

    async def end(self) -> None:
        self.done.set()
        await asyncio.gather(*self._journeys)

    # --- recognition ------------------------------------------------------------------------------------------------
    async def recognise(self, user_id: int, media: Media, watch: Watch) -> Heard:
        self.watches[int(media.path.name.split("_")[1])] = watch
        await self.done.wait()
        return HEARD

    # --- the chat ---------------------------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        await asyncio.sleep(0)

    async def announce(self, key: JobKey, text: str) -> None:
        self.statuses[key.message_id] = text

    async def put_answer(self, key: JobKey, status_message_id: int | None, text: str) -> None:
        pass

    # --- the store --------------------------------------------------------------------------------------------------
    def balance(self, user_id: int) -> Balance:
        return BALANCE

    async def persist(self, change: Callable[[], Awaitable[Any]]) -> Any:
        return await change()

    async def conclude(
        self, job: Job, outcome: Transcript | Failure, *, charged_seconds: int, usage: Usage | None
    ) -> Job:
        assert usage is not None
        self.usages.append(usage)
        return replace(job, state=JobState.CONCLUDED, outcome=outcome)

    async def finish(self, key: JobKey, *, keep_text: bool) -> None:
        pass


async def test_a_newcomer_who_is_next_is_told_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for number in range(40):
        await scene.send(number, user_id=1, seconds=20)
    scene.watches[0].on_start()
    await scene.send(99, user_id=2, seconds=20)
    assert scene.statuses[99] == "⏳ In the queue: yours is next…"
    assert scene.statuses[39] == "⏳ In the queue: 39 recordings ahead…"
    await scene.end()


async def test_the_sound_of_opened_lectures_keeps_others_out_until_they_are_done(tmp_path: Path) -> None:
    hour = 3600.0
    scene = Scene(tmp_path, max_recording_seconds=86_400)
    for user_id in range(1, 8):
        await scene.send(user_id, user_id, int(hour))
    for _ in range(2):
        for watch in tuple(scene.watches.values()):
            watch.on_start()
            watch.on_advance(Advance(True, 20.0, hour, "text"))
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
