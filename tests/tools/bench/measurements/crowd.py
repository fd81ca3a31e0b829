"""What a lively group costs the others: many strangers talk, and somebody asks something meanwhile."""

from __future__ import annotations

import asyncio
import signal
from itertools import count

from tests.support.telegram import Chat
from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, at_most, median
from tests.tools.bench.instant_worker import TEXT
from tests.tools.bench.material import Recording
from tests.tools.bench.service import MeasuredService, bench_service

SHORT_SECONDS = 5
LINES = 1000
GROUP = -1_000_000_777_000
FIRST_STRANGER = 900_001
LAG_EVENT = "loop lag"
LINE_PAUSE_SECONDS = 0.002
"""Between two lines: 500 a second is more than Telegram lets any group write."""

_strangers = count(FIRST_STRANGER)
_groups = count(GROUP, -1)


async def crowd(bench: Bench) -> list[Figure]:
    """The event loop's lag while strangers write 1000 lines, and how long a private message waits meanwhile."""
    recording = Recording(bench.material.speech(SHORT_SECONDS), SHORT_SECONDS, TEXT)
    lags, quiet, loud = [], [], []
    async with bench_service({"workers": {"count": 2}}, "tests.tools.bench.lag_service") as service:
        bench.say(f"{LINES} lines of strangers in a group")
        for _ in range(bench.effort.rounds):
            quiet.append((await service.ask_next(recording)).seconds)
            await _lag_until_now(service)
            talking = asyncio.create_task(_talk(service))
            await asyncio.sleep(LINES * LINE_PAUSE_SECONDS / 2)
            loud.append((await service.ask_next(recording)).seconds)
            await talking
            await service.ask_next(recording)  # what is said before it is taken in before it
            lags.append(await _lag_until_now(service))
    return [
        median("crowd_loop_lag_p99", lags, "ms", at_most(50)),
        median("answer_in_quiet", quiet, "s"),
        median("answer_amid_crowd", loud, "s", at_most(1)),
    ]


async def _talk(service: MeasuredService) -> None:
    """A line each of people never seen, in a group never seen."""
    group: Chat = service.telegram.world.add_supergroup(next(_groups), "Crowd")
    for _ in range(LINES):
        await service.telegram.user(next(_strangers)).send_text("and what do you think of it?", chat=group)
        await asyncio.sleep(LINE_PAUSE_SECONDS)


async def _lag_until_now(service: MeasuredService) -> float:
    """The 99th percentile since it was asked before, in milliseconds."""
    told = len(service.running.events(LAG_EVENT))
    service.running.send_signal(signal.SIGUSR1)
    line = await service.running.wait_event(LAG_EVENT, times=told + 1)
    return float(line["p99"])
