"""Exceptions in words that nobody's secret can be in: types, numbers of errors and places in the source, no message."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from pathlib import PurePath

MAX_CHAIN = 8
"""Exceptions described of one chain or group."""


def describe(error: BaseException) -> Iterator[str]:
    """Types and frames of an exception, of the group it holds and of the chain that led to it."""
    waiting = [error]
    for _ in range(MAX_CHAIN):
        if not waiting:
            return
        error = waiting.pop(0)
        yield _name(error)
        for frame, line in traceback.walk_tb(error.__traceback__):
            yield f"  {place_of(frame.f_code.co_filename, line)} in {frame.f_code.co_name}"
        waiting += error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        waiting += [inner for inner in (_led_to(error),) if inner is not None]


def _name(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__} {errno.errorcode.get(number, number)}" if number else type(error).__name__


def _led_to(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def place_of(path: str, line: int) -> str:
    """The source line, without the directories that tell where the program is installed."""
    return f"{'/'.join(PurePath(path).parts[-2:])}:{line}"
