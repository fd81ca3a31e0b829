"""`voicepipe run` that tells how late its event loop is, on a slow disk and with workers that answer at once.

`python -m tests.tools.bench.lag_service`: at SIGUSR1 it writes a line like those of the log, `loop lag`, about the time
since the signal before.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any, Literal
from unittest import mock

import uvloop

from tests.tools.bench.figures import percentile
from tests.tools.bench.instant_service import PROGRAM
from voicepipe.cli import main
from voicepipe.workers.local import local_seats

COMMIT_SECONDS = 0.013
"""What a commit takes on a rented server's disk, at least; here it may be faster."""
_uvloop_run = uvloop.run
STEP_SECONDS = 0.005
"""How often the loop is asked to be on time."""


class _SlowConnection(sqlite3.Connection):
    """A database on a slow disk: whoever commits waits, in whatever thread that is."""

    def commit(self) -> None:
        self._wait()
        super().commit()

    def execute(self, sql: str, /, *arguments: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self._wait()
        return super().execute(sql, *arguments)

    def __exit__(self, *error: Any) -> Literal[False]:
        self._wait()
        return super().__exit__(*error)

    def _wait(self) -> None:
        if self.in_transaction:
            time.sleep(COMMIT_SECONDS)


class _Lags:
    """How much later than asked for the loop came back, each time."""

    def __init__(self) -> None:
        self._milliseconds: list[float] = []

    async def watch(self) -> None:
        # Not the loop's own time: it stands still for as long as one callback takes.
        while True:
            due_at = time.monotonic() + STEP_SECONDS
            await asyncio.sleep(STEP_SECONDS)
            self._milliseconds.append((time.monotonic() - due_at) * 1000)

    def tell(self) -> None:
        lags, self._milliseconds = self._milliseconds, []
        facts = {"p50": percentile(lags, 50), "p99": percentile(lags, 99), "worst": max(lags), "samples": len(lags)}
        sys.stderr.write(json.dumps({"event": "loop lag", **facts}) + "\n")


async def _watched(serving: Coroutine[None, None, None]) -> None:
    lags = _Lags()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lags.tell)
    watching = asyncio.create_task(lags.watch(), name="loop lag")
    try:
        await serving
    finally:
        watching.cancel()


def _run(serving: Coroutine[None, None, None]) -> None:
    _uvloop_run(_watched(serving))


if __name__ == "__main__":
    with (
        mock.patch("voicepipe.service.local_seats", partial(local_seats, program=PROGRAM)),
        mock.patch("voicepipe.service.uvloop.run", _run),
        mock.patch("sqlite3.connect", partial(sqlite3.connect, factory=_SlowConnection)),
    ):
        main()
