"""What administrators are told without asking: once when a trouble begins and once when it is over, no flood."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from voicepipe.administration.watching import Look, Watching
from voicepipe.config import Config
from voicepipe.config.alerts import AlertsConfig
from voicepipe.config.live import LiveConfig
from voicepipe.config.sections import TelegramConfig
from voicepipe.conversation.replies import Reply
from voicepipe.store.entries import Value

NOW = 1_800_000_000.0


@dataclass
class Settings:
    """A book of settings in memory; each request counts once."""

    kept: dict[str, Value] = field(default_factory=dict)
    requests: set[str] = field(default_factory=set)

    def setting(self, subject_id: int, name: str) -> Value:
        return self.kept.get(name)

    async def change_setting(self, subject_id: int, name: str, value: Value, *, request_id: str) -> bool:
        if request_id in self.requests:
            return False
        self.requests.add(request_id)
        self.kept[name] = value
        return True


class Play:
    """A watch with a clock in hand."""

    def __init__(self, **alerts: object) -> None:
        self.now = NOW
        self.settings = Settings()
        self.told: list[str] = []
        self.given_up, self.free_mib, self.oldest, self.silent, self.is_connected = 0, 9999.0, 0.0, 0.0, True
        config = Config(
            telegram=TelegramConfig(administrators=(7,)),
            alerts=AlertsConfig(summary_at="", **alerts),
        )
        self.live = LiveConfig(config)
        self.watching = self.anew()

    def anew(self) -> Watching:
        """As after a restart: only the settings are there."""
        words = SimpleNamespace(language_of=lambda _: "en", get=lambda _, key, **facts: key)
        office = SimpleNamespace(live=self.live, words=words, tell=self._tell)
        self.watching = Watching(office, self.settings, self._look, clock=lambda: self.now)  # type: ignore[arg-type]  # a scripted office
        return self.watching

    async def _tell(self, user_id: int, purpose: str, reply: Reply) -> None:
        self.told.append(reply.text)

    def _look(self) -> Look:
        return Look(
            given_up=self.given_up,
            free_mib=self.free_mib,
            oldest_seconds=self.oldest,
            is_connected=self.is_connected,
            silent_seconds=self.silent,
        )

    async def looks(self, times: int = 3, seconds: float = 2.0) -> None:
        for _ in range(times):
            await self.watching.look_once()
            self.now += seconds


async def test_a_trouble_is_told_once_and_its_end_once_it_is_calm() -> None:
    play = Play()
    await play.looks()
    assert play.told == []
    play.given_up = 1
    await play.looks(10)
    play.anew()
    await play.looks(10)
    assert play.told == ["alert-worker"]
    play.given_up = 0
    await play.looks(4, seconds=60)
    assert play.told == ["alert-worker"]
    play.anew()
    await play.looks(8, seconds=60)
    assert play.told == ["alert-worker", "over-worker"]


async def test_what_comes_and_goes_is_one_trouble() -> None:
    play = Play()
    for _ in range(50):
        play.oldest = 3600.0
        await play.looks(2)
        play.oldest = 0.0
        await play.looks(20)
    assert play.told == ["alert-queue"]
    await play.looks(10, seconds=60)
    assert play.told == ["alert-queue", "over-queue"]
    play.oldest = 3600.0
    await play.looks()
    assert play.told == ["alert-queue", "over-queue", "alert-queue"]


@pytest.mark.parametrize(("free", "told"), [(1023.0, ["alert-disk"]), (1024.0, [])])
async def test_where_a_disk_is_short(free: float, told: list[str]) -> None:
    play = Play()
    play.free_mib = free
    await play.looks()
    assert play.told == told


async def test_that_telegram_was_away_is_told_when_it_is_back() -> None:
    play = Play()
    play.is_connected, play.silent = False, 299.0
    await play.looks()
    play.silent = 301.0
    play.given_up = 1
    await play.looks()
    assert play.told == []
    play.anew()
    play.is_connected, play.silent = True, 0.0
    await play.looks()
    assert sorted(play.told) == ["alert-telegram", "alert-worker"]


async def test_what_nobody_wants_to_know_is_not_told() -> None:
    play = Play(worker_given_up=False, disk_mib=0, queue_minutes=0, telegram_minutes=0)
    play.given_up, play.free_mib, play.oldest, play.silent = 1, 0.0, 1e6, 1e6
    await play.looks()
    assert play.told == []


async def test_a_trouble_that_is_wanted_no_more_ends_without_a_word() -> None:
    play = Play()
    play.given_up = 1
    await play.looks()
    config = play.live.config.model_copy(
        update={"alerts": AlertsConfig(summary_at="", worker_given_up=False), "telegram": play.live.telegram}
    )
    play.live.replace(config)
    await play.looks()
    assert play.told == ["alert-worker"]
    assert play.settings.kept["alert_worker"] is None
