"""Many hosts in one process, whose workers are none: each answers a window after so many seconds.

`python -m tests.tools.bench.simulated_hosts SERVER DIR HOSTS SLOTS SECONDS MODEL`; DIR has the hosts' keys.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import uvloop

from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.domain.transcripts import Segment
from voicepipe.events import Events
from voicepipe.outpost.outpost import Offer, Outpost
from voicepipe.wire.messages import Capabilities, Recognised
from voicepipe.wire.post import Address
from voicepipe.workers.assignment import Part, PartOutcome
from voicepipe.workers.local import boot_of
from voicepipe.workers.remote.decoding import decoding_of
from voicepipe.workers.sounds import Sounds


class Pool:
    """As much of a pool as an outpost asks for."""

    capabilities = Capabilities(window_seconds=30.0, batch_size=1, is_batch_cheap=False)
    batch_size = 1

    def __init__(self, slots: int, seconds: float) -> None:
        self.at_work = self.idle = slots
        self._seconds = seconds
        self._on_idle: Callable[[], None] = lambda: None

    def call_when_idle(self, callback: Callable[[], None]) -> None:
        self._on_idle = callback

    def statuses(self) -> list[Any]:
        return []

    def assign(self, parts: Sequence[Part]) -> list[asyncio.Future[PartOutcome]]:
        self.idle -= 1
        loop = asyncio.get_running_loop()
        outcomes: list[asyncio.Future[PartOutcome]] = [loop.create_future() for _ in parts]
        loop.call_later(self._seconds, self._end, outcomes)
        return outcomes

    def _end(self, outcomes: list[asyncio.Future[PartOutcome]]) -> None:
        self.idle += 1
        for outcome in outcomes:
            outcome.set_result(Recognised(0, 0, (Segment(0.0, 1.0, " word"),), "en", 0.9, 20.0, 0.0, 0.1))
        self._on_idle()


async def main(server: str, directory: Path, hosts: int, slots: int, seconds: float, model: Path) -> None:
    recognition = RecognitionConfig.model_validate({"model": "demo"})
    decoding = decoding_of(boot_of(WorkersConfig(), recognition, model))
    offer = Offer("demo", decoding, "cpu", "int8", slots, lambda: seconds)
    for number in range(hosts):
        name = f"host{number}"
        address = Address(server, directory / f"{name}.nk", None)
        pool = cast(Any, Pool(slots, seconds))
        await Outpost(name, address, offer, pool, Sounds(None), Events()).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    where, keys, many, each, pace, path = sys.argv[1:7]
    uvloop.run(main(where, Path(keys), int(many), int(each), float(pace), Path(path)))
