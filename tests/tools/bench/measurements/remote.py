"""Workers on other machines: what a window costs at home, how far it slows a note, and how hosts add up.

Workers are scripted ones that answer at once or after a fixed time, so that the way there and back is what is measured.

The sound of windows is not compressed on the way. A window of 30 s of human Russian becomes 0.90 of its size by `zlib`
at level 1, for 17 ms of CPU, and 0.67 as FLAC (by PyAV), for 8 ms; a window costs the supervisor 1.2 ms in all, and it
may not have a codec in it. Workers could write FLAC when they open a recording, but each reads windows by their place
in the sound file. Where a line is that thin, a NATS server at home that is the other's leaf node compresses between
them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from tests.support.places import DEMO_MODEL
from tests.support.remote import MessageServer
from tests.support.remote_home import Home, home_in
from tests.support.waiting import until
from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, at_least, at_most
from tests.tools.bench.machine import memory_of
from voicepipe.config import RemoteConfig
from voicepipe.domain.transcripts import Failure
from voicepipe.journey.recognition import Crashed, Heard, LossCause, Media, Watch
from voicepipe.machine import share_one_heap

NOTE_SECONDS = 0.2
"""What a message of 5 s takes in the fast profile."""
PACE_SECONDS = 0.25
WINDOWS = 120
"""Of an hour of speech."""
MANY_HOSTS, MANY_SLOTS, MANY_A_MINUTE = 50, 16, 2000
LAG_STEP_SECONDS = 0.005


_numbers = itertools.count()


@asynccontextmanager
async def _home(hosts: Sequence[str]) -> AsyncIterator[Home]:
    """The supervisor's side with one worker at home, and a message server that lets these hosts in."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = MessageServer(directory)
        server.permit(hosts)
        await stack.enter_async_context(server)
        usual = RemoteConfig().lease_seconds
        yield await stack.enter_async_context(home_in(directory, server, lease_seconds=usual, heartbeat_seconds=0.5))


async def _hear(home: Home, texts: Sequence[str], user: int = 1) -> float:
    """Seconds until a recording of such windows is recognised."""
    path = home.directory / f"heard{next(_numbers)}.json"
    path.write_text(json.dumps(texts))
    begun_at = time.monotonic()
    media = Media(path, 20.0 * len(texts), 100_000.0)
    heard = await home.recognition.recognise(user, media, Watch(lambda: None, lambda _: None, _no_death))
    assert isinstance(heard, Heard), heard
    return time.monotonic() - begun_at


async def _no_death(part: int, cause: LossCause | Crashed) -> Failure | None:
    raise AssertionError(f"part {part} was lost: {cause}")


async def remote(bench: Bench) -> list[Figure]:
    """A NATS server, hosts as processes and home, all on this machine."""
    share_one_heap()  # as the service does
    figures = await _costs(bench)
    figures += await _hosts_together(bench)
    return figures + await _many_hosts(bench)


async def _costs(bench: Bench) -> list[Figure]:
    async with _home(["one"]) as home:
        alone = [await _hear(home, ["", f"pause:{NOTE_SECONDS}"]) for _ in range(15)]
        await home.host("one")
        await until(lambda: home.pool.away.size == 1)
        away = [await _window_away(home, [f"pause:{NOTE_SECONDS}"]) for _ in range(15)]
        bench.say("windows that are answered at once")
        begun_cpu = time.process_time()
        took = await _window_away(home, ["word"] * 300)
        spent = time.process_time() - begun_cpu
    return [
        Figure("CPU of a remote window at the supervisor", 1000 * spent / 300, "ms", at_most(3.0)),
        Figure("windows a second to one slot that answers at once", 300 / took, "1/s"),
        Figure(
            f"a window that takes {NOTE_SECONDS} s, away / at home",
            statistics.median(away) / statistics.median(alone),
            "ratio",
            at_most(1.05),
        ),
    ]


async def _window_away(home: Home, texts: Sequence[str]) -> float:
    """Seconds until these windows are done away, while what opens them keeps the worker at home busy."""
    wait, before = home.directory / f"opened{next(_numbers)}", _done(home)
    hearing = asyncio.create_task(_hear(home, [f"wait:{wait}", *texts]))
    begun_at = time.monotonic()
    await until(lambda: _done(home) - before >= len(texts), 300)
    took = time.monotonic() - begun_at
    wait.touch()
    await hearing
    return took


async def _hosts_together(bench: Bench) -> list[Figure]:
    names = [f"host{number}" for number in range(4)]
    times: dict[int, float] = {}
    async with _home(names) as home:
        for count in (1, 2, 4):
            bench.say(f"an hour of speech on {count} paced hosts")
            for name in names[:count][len(times) and count // 2 :]:
                await home.host(name)
            await until(lambda: home.pool.away.size == count)  # noqa: B023  awaited here
            times[count] = await _window_away(home, [f"pause:{PACE_SECONDS}"] * WINDOWS)
    return [
        Figure("an hour of speech on one paced host", times[1], "s"),
        *(
            Figure(f"… on {count}, of ideal", times[1] / times[count] / count, "ratio", at_least(0.9))
            for count in (2, 4)
        ),
    ]


def _done(home: Home) -> int:
    return sum(status.done for status in home.fleet.statuses())


async def _many_hosts(bench: Bench) -> list[Figure]:
    bench.say(f"{MANY_HOSTS} hosts of {MANY_SLOTS} slots")
    names = [f"host{number}" for number in range(MANY_HOSTS)]
    seconds = 60 * MANY_HOSTS * MANY_SLOTS / MANY_A_MINUTE
    async with _home(names) as home:
        before = memory_of(os.getpid()).unique
        arguments = (str(home.server), str(home.directory), str(MANY_HOSTS), str(MANY_SLOTS), str(seconds))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.tools.bench.simulated_hosts", *arguments, str(DEMO_MODEL)
        )
        try:
            await until(lambda: home.pool.away.size == MANY_HOSTS * MANY_SLOTS, 120)
            figures = await _lag_with(home, seconds)
            added = memory_of(os.getpid()).unique - before
            return [*figures, Figure("memory that it adds to the supervisor", added, "MB", at_most(20.0))]
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _lag_with(home: Home, seconds: float) -> list[Figure]:
    """Recordings that keep all slots busy for a while, which gives so many windows a minute.

    Half of the windows are one user's, who comes first; then come 20 who want alike.
    """
    slots, users = MANY_HOSTS * MANY_SLOTS, range(20)
    lags: list[float] = []
    watching = asyncio.create_task(_watch_lag(lags))
    begun_at, begun_cpu = time.monotonic(), time.process_time()
    ends: list[float] = []

    async def use(user: int, windows: int) -> None:
        await _hear(home, ["", *[f"pause:{seconds}"] * windows], user)
        ends.append(time.monotonic() - begun_at)

    first = asyncio.create_task(use(len(users), 2 * slots))
    await until(lambda: home.pool.away.idle == 0, 60)
    per_user = 2 * slots // len(users)
    await asyncio.gather(*(use(user, per_user) for user in users))
    alike = min(ends) / max(ends)
    await first
    took, spent = time.monotonic() - begun_at, time.process_time() - begun_cpu
    watching.cancel()
    lags.sort()
    return [
        Figure(f"windows a minute over {MANY_HOSTS} hosts", 60 * 4 * slots / took, "1/min"),
        Figure("the loop's lag meanwhile, p99", 1000 * lags[math.floor(0.99 * len(lags))], "ms", at_most(50.0)),
        Figure("processor that it takes", 100 * spent / took, "%"),
        Figure("20 users who come after another: the first done / the last", alike, "ratio", at_least(0.9)),
    ]


async def _watch_lag(lags: list[float]) -> None:
    while True:
        begun_at = time.monotonic()
        await asyncio.sleep(LAG_STEP_SECONDS)
        lags.append(time.monotonic() - begun_at - LAG_STEP_SECONDS)
