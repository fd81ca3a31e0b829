"""Tells administrators without being asked: each morning how the day before was, and of troubles, once when one begins
and once when it is over.

How far it is with each is kept as a setting of nobody, so that a restart tells nothing twice: SINCE (it has begun, and
is to be told of), `SINCE told`, `SINCE over` (its end is to be told of). One background task.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, Protocol

from voicepipe.administration.office import Office
from voicepipe.administration.screens import Screens
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.errors import VoicepipeError
from voicepipe.events import BackgroundError
from voicepipe.machine import free_bytes
from voicepipe.monitoring.readings import Link, Queue
from voicepipe.store.entries import NOBODY, Value
from voicepipe.supervision import Crew
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.pool import WorkerPool

LOOK_SECONDS = 2.0
TELLING_SECONDS = 30.0
"""How long telling may take before it is left for the next look."""
SUMMARY = "summary_day"
WORKER, DISK, QUEUE, TELEGRAM = "worker", "disk", "queue", "telegram"


class SettingsBook(Protocol):
    """Of the store: settings."""

    def setting(self, subject_id: int, name: str) -> Value: ...

    async def change_setting(self, subject_id: int, name: str, value: Value, *, request_id: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is looked at."""

    given_up: int
    """Workers."""
    free_mib: float
    oldest_seconds: float
    """How long the recording has waited that has waited longest for a worker."""
    is_connected: bool
    silent_seconds: float
    """How long ago Telegram last answered anything."""


class Watching:
    """Looks at the service every few seconds. A Part."""

    def __init__(
        self,
        office: Office,
        settings: SettingsBook,
        look: Callable[[], Look],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives seconds since 1970."""
        self._office = office
        self._settings = settings
        self._look = look
        self._clock = clock
        self._calm_since: dict[str, float] = {}
        self._crew = Crew()

    async def start(self) -> None:
        self._crew.spawn(self._watch(), "tell administrators")

    async def stop(self, timeout_seconds: float) -> None:
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    async def _watch(self) -> NoReturn:
        while True:
            try:
                async with asyncio.timeout(TELLING_SECONDS):
                    await self.look_once()
            except (VoicepipeError, TimeoutError) as error:
                self._office.events.emit(BackgroundError("tell administrators", type(error).__name__))
            await asyncio.sleep(LOOK_SECONDS)

    async def look_once(self) -> None:
        """Look at everything, and tell what is to be told. Raises VoicepipeError; done again, it goes on."""
        if not self._office.live.telegram.administrators:
            return
        look = self._look()
        for name, limit in self._limits().items():
            value = _value_of(look, name)
            if limit is None:
                await self._set(name, None, "off")
            elif name == TELEGRAM:
                await self._follow_telegram(look, limit)
            else:
                is_bad = value < limit if name == DISK else value >= limit
                await self._follow(name, look, is_bad=is_bad, value=value)
        if look.is_connected:
            await self._summarise()

    def _limits(self) -> Mapping[str, float | None]:
        """From where on each is a trouble; None: nobody wants to know."""
        alerts = self._office.live.alerts
        return {
            WORKER: 1.0 if alerts.worker_given_up else None,
            DISK: alerts.disk_mib or None,
            QUEUE: alerts.queue_minutes * 60 or None,
            TELEGRAM: alerts.telegram_minutes * 60 or None,
        }

    async def _follow(self, name: str, look: Look, *, is_bad: bool, value: float) -> None:
        since, stage = self._stored(name)
        if not since and is_bad:
            since = str(int(self._clock()))
            await self._set(name, since, since)
        if since and not stage and look.is_connected:
            await self._tell(f"alert {name} {since}", f"alert-{name}", value=round(value))
            await self._set(name, f"{since} told", f"{since}-told")
            stage = "told"
        if stage == "told" and self._is_calm(name, is_bad):
            await self._set(name, f"{since} over", f"{since}-over")
            stage = "over"
        if stage == "over" and look.is_connected:
            await self._tell(f"alert over {name} {since}", f"over-{name}")
            await self._set(name, None, f"{since}-end")

    async def _follow_telegram(self, look: Look, limit: float) -> None:
        """That it is away can be told only when it is back."""
        since, _ = self._stored(TELEGRAM)
        is_away = not look.is_connected and look.silent_seconds >= limit
        if not since and is_away:
            since = str(int(self._clock() - look.silent_seconds))
            await self._set(TELEGRAM, since, since)
        elif since and look.is_connected:
            seconds = int(self._clock()) - int(since)
            await self._tell(f"alert {TELEGRAM} {since}", f"alert-{TELEGRAM}", value=seconds // 60 * 60 or seconds)
            await self._set(TELEGRAM, None, f"{since}-end")

    def _is_calm(self, name: str, is_bad: bool) -> bool:
        """Whether it is over, and has been for long enough."""
        if is_bad:
            self._calm_since.pop(name, None)
            return False
        since = self._calm_since.setdefault(name, self._clock())
        if self._clock() - since < self._office.live.alerts.calm_minutes * 60:
            return False
        del self._calm_since[name]
        return True

    async def _summarise(self) -> None:
        """Once a day, from the configured time on."""
        now, at = (
            datetime.fromtimestamp(self._clock(), self._office.live.quota.zone),
            self._office.live.alerts.summary_at,
        )
        day = now.date().isoformat()
        if not at or now.strftime("%H:%M") < at or self._settings.setting(NOBODY, SUMMARY) == day:
            return
        for user_id in self._office.live.telegram.administrators:
            screens = Screens(self._office, self._office.words.language_of(user_id))
            await self._office.tell(user_id, f"summary {day}", Reply(await screens.summary()))
        await self._settings.change_setting(NOBODY, SUMMARY, day, request_id=f"summary-{day}")

    async def _tell(self, purpose: str, key: str, **facts: int | str) -> None:
        words = self._office.words
        for user_id in self._office.live.telegram.administrators:
            await self._office.tell(user_id, purpose, Reply(words.get(words.language_of(user_id), key, **facts)))

    def _stored(self, name: str) -> tuple[str, str]:
        """Since when it is a trouble, empty while it is none; and how far its telling is."""
        since, _, stage = str(self._settings.setting(NOBODY, f"alert_{name}") or "").partition(" ")
        return since, stage

    async def _set(self, name: str, value: str | None, step: str) -> None:
        if self._settings.setting(NOBODY, f"alert_{name}") != value:
            request_id = f"alert-{name}-{step if step != 'off' else f'off-{int(self._clock())}'}"
            await self._settings.change_setting(NOBODY, f"alert_{name}", value, request_id=request_id)


def look_at(live: LiveConfig, pool: WorkerPool, queue: Queue, link: Link) -> Look:
    """How a running service is."""
    return Look(
        given_up=sum(each.state is WorkerState.FAILED for each in pool.statuses()),
        free_mib=free_bytes(live.service.state_path) / 2**20,
        oldest_seconds=queue.oldest_seconds,
        is_connected=link.is_connected,
        silent_seconds=link.silent_seconds,
    )


def _value_of(look: Look, name: str) -> float:
    values = {WORKER: look.given_up, DISK: look.free_mib, QUEUE: look.oldest_seconds, TELEGRAM: look.silent_seconds}
    return values[name]
