"""The supervisor's log: one line per event on stderr, for people or as JSON, and nothing private in it.

Our own lines are events: a static text and fields. What libraries log through `logging` is passed on only where it
shows a defect, that is from ERROR up (as asyncio tells of an exception that nobody looked at), and nothing at all of
libraries whose troubles events of ours tell of. Such a line comes out in the same shape, but of its message only a text
that stands literally in the library's source is kept, never its arguments; and of an exception only its type and its
frames, never its message or local variables: messages, arguments and locals may hold paths, names, tokens and what
people said.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from voicepipe.config import ServiceConfig
from voicepipe.events import Event, Events

LEAST_LEVEL = logging.ERROR
"""Of libraries' lines that are passed on."""
SPOKEN_FOR = ("pyrogram",)
"""Libraries that are not heard: Pyrogram logs several lines a second while Telegram can't be reached."""
MAX_CHAIN = 8
"""Exceptions described of one chain or group."""

_PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""The journal's numbers for severities."""


def configure_logging(config: ServiceConfig, stream: TextIO | None = None) -> None:
    """Send events and libraries' messages to a stream (stderr) from now on; replaces what was configured before."""
    stream = stream or sys.stderr
    level = getattr(logging, config.log_level.upper())
    structlog.configure(
        processors=_processors(config, stream),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Patient(stream))),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_FromLibraries()], level=max(level, LEAST_LEVEL), force=True)


def log_events(events: Events) -> None:
    """Log every event from now on."""
    log = structlog.get_logger()
    events.subscribe(lambda event: log.log(getattr(logging, event.severity.upper()), _words(event), **_facts(event)))


def _words(event: Event) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).lower()


def _facts(event: Event) -> dict[str, object]:
    """An empty word has nothing to tell: as the door of what the bot itself sees in a chat."""
    facts = {field.name: getattr(event, field.name) for field in fields(event)}
    return {
        name: round(value, 3) if isinstance(value, float) else value for name, value in facts.items() if value != ""
    }


# --- shapes of a line -----------------------------------------------------------------------------------------------
def _processors(config: ServiceConfig, stream: TextIO) -> list[Processor]:
    in_journal = _is_journal(stream)
    shape: list[Processor] = [structlog.processors.add_log_level, _describe_exception]
    if not in_journal:  # the journal keeps the time itself
        shape.append(structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True))
    if config.log_format == "json":
        shape.append(structlog.processors.JSONRenderer(ensure_ascii=False, default=str))
    else:
        shape.append(_console(stream))
    return [*shape, _add_priority] if in_journal else shape


def _console(stream: TextIO) -> Processor:
    plain = structlog.dev.plain_traceback  # exceptions come described; nothing is left to format
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False, exception_formatter=plain)


def _is_journal(stream: TextIO) -> bool:
    """Whether systemd's journal reads the stream: the variable alone may be inherited by a redirected process."""
    with suppress(OSError, ValueError):  # no file behind the stream
        status = os.fstat(stream.fileno())
        return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
    return False


def _add_priority(_: WrappedLogger, severity: str, text: Any) -> str:
    """The journal's prefix that gives a line its severity; needed on each of several lines."""
    return "\n".join(f"<{_PRIORITIES.get(severity, 6)}>{line}" for line in str(text).splitlines())


# --- exceptions and libraries, with nothing private -----------------------------------------------------------------
def _describe_exception(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["exception"] = "\n".join(_describe(error))
    return line


def _describe(error: BaseException) -> Iterator[str]:
    """Types and frames of an exception, of the group it holds and of the chain that led to it."""
    waiting = [error]
    for _ in range(MAX_CHAIN):
        if not waiting:
            return
        error = waiting.pop(0)
        yield _name(error)
        for frame, line in traceback.walk_tb(error.__traceback__):
            yield f"  {_place(frame.f_code.co_filename, line)} in {frame.f_code.co_name}"
        waiting += error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        waiting += [inner for inner in (_led_to(error),) if inner is not None]


def _name(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__} {errno.errorcode.get(number, number)}" if number else type(error).__name__


def _led_to(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _place(path: str, line: int) -> str:
    """The source line, without the directories that tell where the program is installed."""
    return f"{'/'.join(PurePath(path).parts[-2:])}:{line}"


class _FromLibraries(logging.Handler):
    """Brings what libraries log through `logging` into our log."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in SPOKEN_FOR:
            return
        log = structlog.get_logger()
        facts: dict[str, object] = {"library": record.name, "at": _place(record.pathname, record.lineno)}
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        log.log(record.levelno, _literal_text(record), **facts)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """The default would print the message with its arguments."""


def _literal_text(record: logging.LogRecord) -> str:
    """The record's message if it stands as a literal in the code that logs it; a composed one could hold anything."""
    code = _code_of(record, sys._getframe())
    is_literal = code is not None and any(record.msg is constant for constant in code.co_consts)
    return str(record.msg) if is_literal else "message withheld"


def _code_of(record: logging.LogRecord, frame: FrameType | None) -> CodeType | None:
    while frame is not None:
        if frame.f_code.co_filename == record.pathname and frame.f_lineno == record.lineno:
            return frame.f_code
        frame = frame.f_back
    return None


class _Patient:
    """A stream whose failures don't concern who logs: a full disk or a closed pipe must not end the service."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()
