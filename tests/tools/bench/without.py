"""`voicepipe run` without a part of its design, to see what the part is worth.

`BENCH_WITHOUT=NAME python -m tests.tools.bench.without`; `PARTS` has the names.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from voicepipe.cli import main
from voicepipe.scheduling.gate import FetchGate, Place
from voicepipe.scheduling.scheduler import Scheduler

VARIABLE = "BENCH_WITHOUT"
NOBODY = 0
_place, _submit = FetchGate.place, Scheduler.submit


def _place_of_nobody(self: FetchGate, user_id: int, audio_seconds: float, file_bytes: int) -> Place:
    return _place(self, NOBODY, audio_seconds, file_bytes)


def _submit_of_nobody(self: Scheduler, user_id: int, part: Any) -> Any:
    return _submit(self, NOBODY, part)


PARTS: dict[str, AbstractContextManager[Any]] = {
    "fair_gate": mock.patch.object(FetchGate, "place", _place_of_nobody),
    "fair_scheduler": mock.patch.object(Scheduler, "submit", _submit_of_nobody),
    "express": mock.patch("voicepipe.workers.local.express_workers", return_value=0),
}
"""Parts of the design, and what takes each away. Without fairness all recordings are one user's."""

if __name__ == "__main__":
    with PARTS[os.environ[VARIABLE]]:
        main()
