"""`voicepipe` tampered with, for tests that need it to fail at a chosen moment: `python -m tests.support.tampered …`.

The product knows nothing of this. Variables of the environment say what to do; each may be left out.

| | |
| --- | --- |
| `TAMPER_CRASH_FILE` | a file with a crash point, as `before conclude`: where it comes by, the process kills itself |
| `TAMPER_MESSAGE_UNITS` | how long one message may be, in UTF-16 units, as if Telegram's limit were that low |
| `TAMPER_CHECKPOINT_THRESHOLD` | DuckDB's `checkpoint_threshold`, as `64KB` |
| `TAMPER_APPLY_SECONDS` | how long new entries gather before the records take them over |
| `TAMPER_PROBE` | anything: what tests/support/probe.py adds is there |
| `TAMPER_ERASING_SHARE` | how much of all time may be spent on erasing who was forgotten, as `0.05` |

A crash point is a moment (`before` the transaction, `inside` it: all is written but not committed, or `after` it) and a
method of the store's books that writes, or `compact`. It is removed as it is met, so that the next life goes on. For
`receive`, only those calls count that bring messages.
"""

from __future__ import annotations

import inspect
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from tests.support import probe
from voicepipe.accounts import forgetting
from voicepipe.store import store
from voicepipe.store.journal import Journal
from voicepipe.store.records import Records

CRASH_FILE = "TAMPER_CRASH_FILE"
MESSAGE_UNITS = "TAMPER_MESSAGE_UNITS"
CHECKPOINT_THRESHOLD = "TAMPER_CHECKPOINT_THRESHOLD"
APPLY_SECONDS = "TAMPER_APPLY_SECONDS"
ERASING_SHARE = "TAMPER_ERASING_SHARE"
PROBE = "TAMPER_PROBE"


class _CrashPoint:
    """Where this process is to die, if anywhere; asked in the journal's thread only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def reach(self, moment: str, write: str) -> None:
        if self._path.exists() and self._path.read_text() == f"{moment} {write}":
            self._path.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def _crash_at(point: _CrashPoint) -> None:
    transact, compact = Journal.transact, Journal.compact

    def crashing_transact(journal: Journal, work: Callable[[Journal], Any]) -> Any:
        name = _name_of(work)

        def crashing_work(journal: Journal) -> Any:
            result = work(journal)
            point.reach("inside", name)
            return result

        point.reach("before", name)
        result = transact(journal, crashing_work)
        point.reach("after", name)
        return result

    def crashing_compact(journal: Journal) -> None:
        point.reach("before", "compact")
        compact(journal)
        point.reach("after", "compact")

    setattr(Journal, "transact", crashing_transact)  # noqa: B010  mypy knows it for a method
    setattr(Journal, "compact", crashing_compact)  # noqa: B010  as above


def _name_of(work: Callable[[Journal], Any]) -> str:
    """The method of a book whose write it is; none for a `receive` that brings no message."""
    name = work.__qualname__.partition(".<locals>")[0].rpartition(".")[2]
    is_empty = name == "receive" and not inspect.getclosurevars(work).nonlocals["messages"]
    return "" if is_empty else name


def _checkpoint_at(threshold: str) -> None:
    connect = Records._connect

    def connect_with_threshold(records: Records) -> duckdb.DuckDBPyConnection:
        connection = connect(records)
        connection.execute(f"SET checkpoint_threshold = '{threshold}'")
        return connection

    setattr(Records, "_connect", connect_with_threshold)  # noqa: B010  mypy knows it for what it is


def main() -> None:
    """Tamper, then do as the `voicepipe` command does."""
    from voicepipe.cli import main as voicepipe
    from voicepipe.telegram.chat import guests, parts, splitting

    if path := os.environ.get(CRASH_FILE):
        _crash_at(_CrashPoint(Path(path)))
    if os.environ.get(PROBE):
        probe.register()
    if units := os.environ.get(MESSAGE_UNITS):
        setattr(parts, "split_marked", partial(splitting.split_marked, limit=int(units)))  # noqa: B010  mypy knows it for what it is
        setattr(guests, "MESSAGE_UNITS", int(units))  # noqa: B010  mypy knows it for what it is
    if threshold := os.environ.get(CHECKPOINT_THRESHOLD):
        _checkpoint_at(threshold)
    if seconds := os.environ.get(APPLY_SECONDS):
        store.APPLY_DELAY_SECONDS = float(seconds)
    if share := os.environ.get(ERASING_SHARE):
        forgetting.ERASING_SHARE = float(share)
    voicepipe()


if __name__ == "__main__":
    main()
