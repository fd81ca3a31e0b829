"""Exceptions in words that nobody's secret can be in: types, numbers of errors and places in the source, no message."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

MAX_CHAIN = 8
"""Exceptions described of one chain or group."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where something was called."""

    file: str
    """The end of its path, without the directories that tell where the program is installed."""
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One exception."""

    name: str
    frames: tuple[Frame, ...]
    """The outermost first."""


def unfolded(error: BaseException) -> Iterator[Failure]:
    """An exception, those of the group that it holds and of the chain that led to it, the last first."""
    waiting = [error]
    for _ in range(MAX_CHAIN):
        if not waiting:
            return
        error = waiting.pop(0)
        frames = traceback.walk_tb(error.__traceback__)
        yield Failure(_name(error), tuple(Frame(_tail(f.f_code.co_filename), n, f.f_code.co_name) for f, n in frames))
        waiting += error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        waiting += [inner for inner in (_led_to(error),) if inner is not None]


def describe(error: BaseException) -> Iterator[str]:
    """The same as lines of text."""
    for failure in unfolded(error):
        yield failure.name
        yield from (f"  {frame.file}:{frame.line} in {frame.function}" for frame in failure.frames)


def place_of(path: str, line: int) -> str:
    """A source line, without the directories that tell where the program is installed."""
    return f"{_tail(path)}:{line}"


def _tail(path: str) -> str:
    return "/".join(PurePath(path).parts[-2:])


def _name(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__} {errno.errorcode.get(number, number)}" if number else type(error).__name__


def _led_to(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)
