"""What libraries log through `logging`, brought into our log without anything private."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Mapping
from types import CodeType, FrameType
from typing import Any

import structlog

from voicepipe.log.exceptions import place_of

LEAST_LEVEL = logging.ERROR
"""Of libraries' lines that are passed on."""
SPOKEN_FOR = ("pyrogram",)
"""Libraries that are not heard: Pyrogram logs several lines a second while Telegram can't be reached."""
_FAULT_OF_LOOP = re.compile(
    r"(?:Task was destroyed but it is pending|An open stream|\w+ exception was never retrieved)[\w ;.,!()\"]*", re.ASCII
)
"""What asyncio says of its own objects; its other words may quote a value."""


class FromLibraries(logging.Handler):
    """Brings what libraries log through `logging` into our log."""

    def emit(self, record: logging.LogRecord) -> None:
        if not is_heard(record):
            return
        log = structlog.get_logger()
        facts: dict[str, object] = {"library": record.name, "at": place_of(record.pathname, record.lineno)}
        if isinstance(record, _FaultRecord):
            facts["at"] = record.places
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        log.log(record.levelno, literal_text(record), **facts)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """The default would print the message with its arguments."""


def is_heard(record: logging.LogRecord) -> bool:
    """Whether its library is one of those that are."""
    return record.name.partition(".")[0] not in SPOKEN_FOR


def literal_text(record: logging.LogRecord) -> str:
    """The record's message if it stands as a literal in the code that logs it; a composed one could hold anything."""
    if isinstance(record, _FaultRecord):
        return str(record.msg)
    code = _code_of(record, sys._getframe())
    is_literal = code is not None and any(record.msg is constant for constant in code.co_consts)
    return str(record.msg) if is_literal else "message withheld"


def _code_of(record: logging.LogRecord, frame: FrameType | None) -> CodeType | None:
    while frame is not None:
        if frame.f_code.co_filename == record.pathname and frame.f_lineno == record.lineno:
            return frame.f_code
        frame = frame.f_back
    return None


class _FaultRecord(logging.LogRecord):
    """What an event loop tells, of which nothing is a value."""

    places: str = ""
    """Of a task: which function it runs, and where it waits."""


def log_fault_of_loop(_: asyncio.AbstractEventLoop, fault: Mapping[str, Any]) -> None:
    """Log what an event loop can tell nobody else; an exception handler for it.

    asyncio composes such a message of values. Here it names places in the source: which task, and where it waited.
    """
    message, error = str(fault.get("message", "")), fault.get("exception")
    words = message if _FAULT_OF_LOOP.fullmatch(message) else "Unhandled fault in the event loop"
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = _FaultRecord("asyncio", logging.ERROR, __file__, 0, words, (), exc_info)
    if isinstance(task := fault.get("task") or fault.get("future"), asyncio.Task):
        record.places = _places_in(task)
    logging.getLogger(record.name).handle(record)


def _places_in(task: asyncio.Task[Any]) -> str:
    """The function a task runs, and where it waits, the innermost await last."""
    places: list[str] = []
    work: object = task.get_coro()
    while (code := getattr(work, "cr_code", None)) is not None:
        frame = getattr(work, "cr_frame", None)
        # One that is being destroyed may have no frame any more.
        line = code.co_firstlineno if frame is None else frame.f_lineno
        places.append(f"{code.co_qualname} {place_of(code.co_filename, line)}")
        work = getattr(work, "cr_await", None)
    return " > ".join(places)
