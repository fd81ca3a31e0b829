"""The chaos soak of `scripts/soak`, in a version short enough for every day."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.tools.soak.chaos import Deaths
from tests.tools.soak.run import Plan, soak

pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize(
    ("messages", "deaths", "threshold", "damages"),
    [(100, Deaths(10, 3), "", 0), (40, Deaths(3, 3), "64KB", 2)],
    ids=["as configured", "records that break"],
)
async def test_nothing_is_lost_or_doubled_whatever_is_killed(
    tmp_path: Path, messages: int, deaths: Deaths, threshold: str, damages: int
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    lines: list[str] = []
    verdict = await soak(Plan(messages, seed, deaths, threshold, damages), tmp_path, lines.append)
    print(verdict)  # noqa: T201  the seed, where the test fails
    assert not list(verdict.findings.all())
    assert not verdict.unexpected_ends
    assert verdict.orphans == 0
    assert verdict.killed == deaths
    assert verdict.rebuilt >= damages > 0 or damages == 0
