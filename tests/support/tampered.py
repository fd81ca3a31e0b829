"""`voicepipe` tampered with, for tests that need it to fail at a chosen moment: `python -m tests.support.tampered …`.

The product knows nothing of this. Variables of the environment say what to do; each may be left out.

| | |
| --- | --- |
| `TAMPER_CRASH_FILE` | a file with a crash point, as `before conclude`: where it comes by, the process kills itself |
| `TAMPER_MESSAGE_UNITS` | how long one message may be, in UTF-16 units, as if Telegram's limit were that low |
| `TAMPER_CHECKPOINT_THRESHOLD` | DuckDB's `checkpoint_threshold`, as `64KB` |
| `TAMPER_APPLY_SECONDS` | how long new entries gather before the records take them over |
| `TAMPER_ERASING_SHARE` | how much of all time may be spent on erasing who was forgotten, as `0.05` |

A crash point is a moment (`before` the transaction, `inside` it: all is written but not committed, or `after` it) and a
method of the journal. It is removed as it is met, so that the next life goes on. For `receive`, only those calls count
that bring messages.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any

import duckdb

from voicepipe.accounts import forgetting
from voicepipe.store import store
from voicepipe.store.journal import Journal
from voicepipe.store.records import Records

CRASH_FILE = "TAMPER_CRASH_FILE"
MESSAGE_UNITS = "TAMPER_MESSAGE_UNITS"
CHECKPOINT_THRESHOLD = "TAMPER_CHECKPOINT_THRESHOLD"
APPLY_SECONDS = "TAMPER_APPLY_SECONDS"
ERASING_SHARE = "TAMPER_ERASING_SHARE"
JOURNAL_METHODS = (
    *("receive", "dismiss", "see_person", "accept", "reserve_again", "record_status_message"),
    *("record_death", "conclude", "finish", "perform", "forget", "compact", "end_farewell", "prune"),
)


class _CrashPoint:
    """Where this process is to die, if anywhere; asked in the journal's thread only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._method = ""
        """The one that runs now, if any."""
        self._transactions = 0

    @contextmanager
    def passing(self, method: str) -> Iterator[None]:
        self._method, self._transactions = method, 0
        self.reach("before")
        yield
        self.reach("after")
        self._method = ""

    @contextmanager
    def in_transaction(self) -> Iterator[None]:
        """Raises AssertionError at a second transaction: between two there would be a moment that no test looks at."""
        self._transactions += 1
        assert self._transactions == 1 or not self._method, f"{self._method} takes more than one transaction"
        yield
        self.reach("inside")

    def reach(self, moment: str) -> None:
        if self._path.exists() and self._path.read_text() == f"{moment} {self._method}":
            self._path.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def _crash_at(point: _CrashPoint) -> None:
    for name in JOURNAL_METHODS:
        setattr(Journal, name, _crashing(name, getattr(Journal, name), point))
    transaction = Journal._transaction

    @contextmanager
    def crashing_transaction(journal: Journal) -> Iterator[None]:
        with transaction(journal), point.in_transaction():
            yield

    setattr(Journal, "_transaction", crashing_transaction)  # noqa: B010  mypy knows it for a method


def _crashing(name: str, method: Callable[..., Any], point: _CrashPoint) -> Callable[..., Any]:
    @wraps(method)
    def crashing(*arguments: Any, **keywords: Any) -> Any:
        if name == "receive" and not arguments[1]:
            return method(*arguments, **keywords)
        with point.passing(name):
            return method(*arguments, **keywords)

    return crashing


def _checkpoint_at(threshold: str) -> None:
    connect = Records._connect

    def connect_with_threshold(records: Records) -> duckdb.DuckDBPyConnection:
        connection = connect(records)
        connection.execute(f"SET checkpoint_threshold = '{threshold}'")
        return connection

    setattr(Records, "_connect", connect_with_threshold)  # noqa: B010


def main() -> None:
    """Tamper, then do as the `voicepipe` command does."""
    from voicepipe.cli import main as voicepipe
    from voicepipe.telegram.chat import messenger, splitting

    if path := os.environ.get(CRASH_FILE):
        _crash_at(_CrashPoint(Path(path)))
    if units := os.environ.get(MESSAGE_UNITS):
        setattr(messenger, "split_text", partial(splitting.split_text, limit=int(units)))  # noqa: B010
    if threshold := os.environ.get(CHECKPOINT_THRESHOLD):
        _checkpoint_at(threshold)
    if seconds := os.environ.get(APPLY_SECONDS):
        store.APPLY_DELAY_SECONDS = float(seconds)
    if share := os.environ.get(ERASING_SHARE):
        forgetting.ERASING_SHARE = float(share)
    voicepipe()


if __name__ == "__main__":
    main()
