"""One soak: messages and troubles, and the verdict on what came of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.support import tampered
from tests.support.service import RunningService, Settings
from tests.support.telegram import ChatEvent, LoopbackTelegram
from tests.tools.soak.audit import Findings, all_done, all_told, audit, is_answered
from tests.tools.soak.chaos import Chaos, Deaths, planned
from tests.tools.soak.elsewhere import Elsewhere
from tests.tools.soak.life import Lives
from tests.tools.soak.traffic import KEPT_HOURS, PACKAGE, PACKAGE_SECONDS, POOR_SECONDS, Cast, Sent
from voicepipe.config import QuotaConfig
from voicepipe.control.messages import SetQuota

MOST_UNANSWERED = 12
"""Messages sent and not answered yet: nobody writes more while so many wait."""
ANSWER_SECONDS = 180.0
"""How long the last answers may take after the last trouble."""
REPORT_MESSAGES = 500
UNTOLD_SHARE = 0.03
"""Messages of which Telegram does not tell the bot."""
QUOTA = QuotaConfig(daily_seconds=86_400)
SETTINGS: Settings = {
    "quota": {"daily_seconds": QUOTA.daily_seconds},
    # A verdict needs words also for what has no text.
    "preferences": {"defaults": "group_style=status"},
    # A few people stand for many.
    "limits": {"recordings_per_minute": 0, "commands_per_minute": 0},
    "service": {"transcript_retention_hours": KEPT_HOURS},
    f"payments.packages.{PACKAGE}": {"stars": 50, "seconds": PACKAGE_SECONDS},
    "processing": {"enabled": True, "min_signs": 100},
    "workers": {
        # A recording is not to blame for its worker's death here, and workers die all the time.
        "max_deaths_per_recording": 1_000,
        "max_failures": 1_000_000,
        "backoff_base_seconds": 0.05,
        "backoff_cap_seconds": 0.2,
        "task_timeout_floor_seconds": 15,
    },
    "telegram": {"request_timeout_seconds": 10},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to the service."""

    messages: int
    seed: int
    deaths: Deaths
    checkpoint_threshold: str = ""
    """DuckDB's, where abrupt exits shall damage its file more often; empty: its own."""
    damages: int = 0
    """How often the service finds the records damaged when it starts after a sudden end."""
    hosts: int = 0
    """Other machines that work for it."""
    is_only_elsewhere: bool = False
    """Whether only these recognise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it."""

    plan: Plan
    killed: Deaths
    findings: Findings
    orphans: int
    unexpected_ends: list[str]
    rebuilt: int
    """How often the records had to be built again."""
    seconds: float
    elsewhere: int = 0
    """How many hosts and message servers were killed or stopped."""

    @property
    def is_good(self) -> bool:
        return not (list(self.findings.all()) or self.orphans or self.unexpected_ends)

    def __str__(self) -> str:
        found = self.findings
        return (
            f"soak: {self.plan.messages} messages, {self.killed.workers} worker kills, "
            f"{self.killed.supervisors} supervisor kills, "
            + (f"{self.plan.hosts} hosts with {self.elsewhere} troubles, " if self.plan.hosts else "")
            + f"seed {self.plan.seed}: {len(found.lost)} lost, "
            f"{len(found.doubled)} answered twice, {len(found.mischarged)} mis-charged, {self.orphans} orphans"
        )


class Soak:
    """One run."""

    def __init__(self, plan: Plan, telegram: LoopbackTelegram, directory: Path, say: Callable[[str], None]) -> None:
        self._say = say
        self._plan = plan
        self._telegram = telegram
        directory.mkdir(parents=True, exist_ok=True)
        self._elsewhere = Elsewhere(directory, plan.hosts, Random(plan.seed + 4), is_only=plan.is_only_elsewhere)
        self._settings = {**SETTINGS, "remote": self._elsewhere.settings}
        self._service = RunningService(telegram, directory, self._settings)
        if plan.checkpoint_threshold:
            self._service.module = "tests.support.tampered"
            self._service.environment |= {
                tampered.CHECKPOINT_THRESHOLD: plan.checkpoint_threshold,
                tampered.APPLY_SECONDS: "0.2",
            }
        self._random = Random(plan.seed)
        self._cast = Cast(telegram, self._random, min(100, max(8, plan.messages // 20)))
        self._lives = Lives(self._service, Random(plan.seed + 1))
        troubles = planned(Random(plan.seed + 2), plan.messages, plan.deaths, plan.damages, has_hosts=plan.hosts > 0)
        self._chaos = Chaos(telegram, self._lives, Random(plan.seed + 3), troubles, self._elsewhere)
        self._unanswered: list[Sent] = []
        self._answered = asyncio.Event()
        telegram.on_chat_event(self._on_chat_event)

    async def run(self) -> Verdict:
        """Raises whatever goes wrong in the soak itself; no process is left then either."""
        started_at = time.monotonic()
        try:
            await self._elsewhere.start()
            self._settings["remote"] = self._elsewhere.settings
            await self._lives.start()
            await self._play(started_at)
            await self._lives.stop()
        finally:
            await self._cast.stop()
            await self._lives.end()
            left = await self._elsewhere.stop()
        findings = await audit(self._cast, self._telegram, self._service.state_path, QUOTA)
        return Verdict(
            self._plan,
            self._chaos.killed,
            findings,
            len(self._lives.left_behind) + len(self._lives.workers()) + left,
            self._lives.unexpected_ends,
            len(self._service.events("records rebuilt")),
            time.monotonic() - started_at,
            self._elsewhere.troubles,
        )

    async def _play(self, started_at: float) -> None:
        await self._introduce()
        for number in range(self._plan.messages):
            await self._room()
            is_told = self._random.random() >= UNTOLD_SHARE
            self._unanswered.append(await self._cast.write(is_told=is_told))
            self._chaos.after_message(number)
            if number % REPORT_MESSAGES == REPORT_MESSAGES - 1:
                self._report(number + 1, time.monotonic() - started_at)
        await self._chaos.end()
        await self._settle()

    def _report(self, messages: int, seconds: float) -> None:
        killed, ends = self._chaos.killed, len(self._lives.unexpected_ends)
        deaths = f"{killed.workers} worker and {killed.supervisors} supervisor kills"
        self._say(f"soak: {messages} messages, {deaths}, {ends} unexpected ends after {seconds:.0f} s")

    async def _introduce(self) -> None:
        for member in self._cast.members:
            if member.is_poor:
                user = str(member.user.id)
                request = SetQuota(user=user, seconds=POOR_SECONDS, request_id=f"soak-poor-{user}")
                await self._service.control.perform(request)
        await self._cast.introduce()
        self._unanswered = list(self._cast.sent)
        await self._until(0, ANSWER_SECONDS)

    async def _settle(self) -> None:
        """Let everything be answered that still waits."""
        await self._lives.ready.wait()
        # The last messages may be among those that the bot was not told of; a new connection makes it ask.
        self._telegram.drop_connections()
        self._unanswered = list(self._cast.sent)  # some were sent by who pressed buttons
        try:
            await self._until(0, ANSWER_SECONDS)
        except TimeoutError:
            return  # they are found lost
        await self._settle_payments()
        await self._settle_presses()
        await asyncio.sleep(2)  # for what nobody asked for

    async def _settle_payments(self) -> None:
        """Let everybody hear what became of what they paid; who does not is found."""
        if self._cast.buyers:
            await asyncio.wait(self._cast.buyers, timeout=ANSWER_SECONDS)
        self._telegram.drop_connections()
        with contextlib.suppress(TimeoutError):
            await self._telegram.wait_for(lambda: all_told(self._telegram), ANSWER_SECONDS, "receipts")

    async def _settle_presses(self) -> None:
        """Let everything come of them that the bot has said it does."""
        with contextlib.suppress(TimeoutError):
            await self._telegram.wait_for(lambda: all_done(self._cast), ANSWER_SECONDS, "what was pressed")

    async def _room(self) -> None:
        """Wait until few enough messages are without an answer; what is lost must not hold up the rest for ever."""
        try:
            await self._until(MOST_UNANSWERED - 1, ANSWER_SECONDS)
        except TimeoutError:
            self._unanswered.clear()

    async def _until(self, most: int, timeout_seconds: float) -> None:
        async with asyncio.timeout(timeout_seconds):
            while True:
                self._answered.clear()
                self._unanswered = [sent for sent in self._unanswered if not is_answered(sent)]
                if len(self._unanswered) <= most:
                    return
                await self._answered.wait()

    def _on_chat_event(self, event: ChatEvent) -> None:
        if event.message is not None and event.message.sender.is_bot:
            self._answered.set()


async def soak(plan: Plan, directory: Path, say: Callable[[str], None]) -> Verdict:
    """Run the plan with a service that keeps everything in `directory`; what there is to say goes to `say`."""
    async with LoopbackTelegram() as telegram:
        return await Soak(plan, telegram, directory, say).run()
