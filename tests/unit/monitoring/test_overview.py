"""The overview is there at once, however long the records take."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.support.control import Facts
from tests.support.settings import config
from voicepipe.config.live import LiveConfig
from voicepipe.control.lately import Lately
from voicepipe.control.messages import ActivityReport
from voicepipe.errors import StoreError
from voicepipe.metrics import Metrics
from voicepipe.monitoring import overview
from voicepipe.monitoring.health import Check, Verdict
from voicepipe.monitoring.overview import Overlooker

REPORT = ActivityReport(hours=(), days=(), languages=(), refusals=())


class Records:
    """Answer when they are let."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.asked = 0
        self.error: Exception | None = None

    async def perform(self, _: object) -> Any:
        self.asked += 1
        await self.may_answer.wait()
        if self.error is not None:
            raise self.error
        return REPORT


class Checks:
    async def readyz(self) -> Verdict:
        return Verdict([Check("all", True, "well")])


def overlooker(records: Records) -> Overlooker:
    parts: dict[str, Any] = {"facts": Facts(), "checks": Checks(), "operations": records}
    return Overlooker(live=LiveConfig(config()), metrics=Metrics(), lately=Lately(), **parts)


async def test_records_that_take_long_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "PATIENCE_SECONDS", 0.05)
    records = Records()
    looker = overlooker(records)
    begun_at = time.monotonic()
    assert [(await looker.overlook()).activity for _ in range(3)] == [None] * 3
    assert time.monotonic() - begun_at < 2.0
    assert records.asked == 1
    records.may_answer.set()
    assert (await looker.overlook()).activity == REPORT
    assert (await looker.overlook()).activity == REPORT
    assert records.asked == 1


async def test_records_that_fail_are_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    records = Records()
    records.may_answer.set()
    records.error = StoreError("no")
    looker = overlooker(records)
    assert (await looker.overlook()).activity is None
    records.error = None
    assert (await looker.overlook()).activity is None
    monkeypatch.setattr(overview, "ACTIVITY_SECONDS", 0.0)
    assert (await looker.overlook()).activity == REPORT
