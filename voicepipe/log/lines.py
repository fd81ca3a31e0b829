"""How a line comes about: an event or a library's message, its shape, and where it goes."""

from __future__ import annotations

import atexit
import dataclasses
import logging
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from voicepipe.config import ServiceConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.events import Event, Events
from voicepipe.log.context import present_job
from voicepipe.log.exceptions import describe
from voicepipe.log.folding import FOLDED, Folding
from voicepipe.log.journal import PRIORITIES, SOCKET, Journal, is_journal
from voicepipe.log.libraries import LEAST_LEVEL, FromLibraries

_KEY = ("chat_id", "message_id", "door")
"""What makes a job's key; a line in words has the key instead."""


@dataclasses.dataclass(slots=True)
class _State:
    """What was configured last."""

    least: int = logging.INFO
    folding: Folding | None = None
    journal: Journal | None = None
    others: list[logging.Handler] = dataclasses.field(default_factory=list)


_state = _State()


def configure_logging(config: ServiceConfig, stream: TextIO | None = None, *, journal: str = SOCKET) -> None:
    """Send events and libraries' messages to a stream (stderr) from now on; replaces what was configured before.

    Where systemd's journal reads the stream, they go to its socket instead, which is at `journal`.
    """
    _let_go_of_journal()
    stream = stream or sys.stderr
    _state.least = getattr(logging, config.log_level.upper())
    _state.folding = _state.folding or Folding(_tell_folded)  # what was counted goes on to be
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _name_job,
            _describe_exception,
            _state.folding,
            *_shape(config, stream, journal),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_state.least),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Patient(stream))),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[FromLibraries(), *_state.others], level=max(_state.least, LEAST_LEVEL), force=True)


def also_hear(handler: logging.Handler) -> None:
    """Let another handler have what libraries log, too, however often the log is configured anew."""
    _state.others.append(handler)
    logging.getLogger().addHandler(handler)


@atexit.register
def close_log() -> None:
    """Tell what was only counted so far, and let go of the journal."""
    folding, _state.folding = _state.folding, None
    if folding is not None:
        folding.close()
    _let_go_of_journal()


def _let_go_of_journal() -> None:
    if _state.journal is not None:
        _state.journal.close()
    _state.journal = None


def log_events(events: Events) -> None:
    """Log every event from now on."""
    events.subscribe(_log)


def _log(event: Event) -> None:
    severity = logging.getLevelNamesMapping()[event.severity.upper()]
    if severity >= _state.least:
        structlog.get_logger().log(severity, words_of(type(event)), **_facts(event))


def _tell_folded(severity: str, facts: Mapping[str, object]) -> None:
    structlog.get_logger().log(logging.getLevelNamesMapping()[severity.upper()], FOLDED, **facts)


def words_of(kind: type[Event]) -> str:
    """What a line calls an event."""
    return _words(kind.__name__)


@cache
def _words(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _facts(event: Event) -> dict[str, object]:
    """An empty word has nothing to tell: as the door of what the bot itself sees in a chat."""
    facts = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    if event.happens_to_a_job and (job := present_job()):
        facts["job"] = job
    return {
        name: round(value, 3) if isinstance(value, float) else value for name, value in facts.items() if value != ""
    }


# --- shapes of a line -----------------------------------------------------------------------------------------------
def _name_job(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """What is about a job says about which, in one word."""
    if "chat_id" in line and "message_id" in line:
        line["job"] = str(JobKey(line["chat_id"], line["message_id"], line.get("door", "")))
    return line


def _describe_exception(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["exception"] = "\n".join(describe(error))
    return line


def _shape(config: ServiceConfig, stream: TextIO, journal: str) -> list[Processor]:
    in_journal = is_journal(stream)
    is_json = config.log_format == "json" or (config.log_format == "auto" and in_journal)
    rendering = _in_json() if is_json else _in_words(stream, is_coloured=stream.isatty() and not in_journal)
    if not in_journal:  # the journal keeps the time itself
        return [structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True), *rendering]
    with suppress(OSError):
        _state.journal = Journal(journal)
        return [partial(_send, _state.journal, rendering)]
    return [*rendering, _add_priority]


def _in_json() -> list[Processor]:
    return [_with_name_first, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


def _in_words(stream: TextIO, *, is_coloured: bool) -> list[Processor]:
    plain = structlog.dev.plain_traceback  # exceptions come described; nothing is left to format
    console = structlog.dev.ConsoleRenderer(colors=is_coloured, sort_keys=False, exception_formatter=plain)
    return [_shorten, console]


def _with_name_first(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    first = {name: line[name] for name in ("event", "level", "job") if name in line}
    return {**first, **line}


def _shorten(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """The job's key stands first, and for the numbers that it is made of."""
    if "job" not in line:
        return line
    return {"job": line["job"]} | {name: value for name, value in line.items() if name not in _KEY}


def _send(journal: Journal, rendering: list[Processor], logger: WrappedLogger, severity: str, line: EventDict) -> str:
    """Send the line to the journal, its facts as fields; what that does not take goes the usual way."""
    facts = {name: value for name, value in line.items() if name not in ("level", "exception")}
    rendered: Any = line
    for step in rendering:
        rendered = step(logger, severity, rendered)
    if journal.send(str(rendered), severity, facts):
        raise structlog.DropEvent
    return _add_priority(logger, severity, rendered)


def _add_priority(_: WrappedLogger, severity: str, text: Any) -> str:
    """The journal's prefix that gives a line its severity; needed on each of several lines."""
    return "\n".join(f"<{PRIORITIES.get(severity, 6)}>{line}" for line in str(text).splitlines())


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
