"""What libraries log through `logging`, brought into our log without anything private."""

from __future__ import annotations

import logging
import sys
from types import CodeType, FrameType

import structlog

from voicepipe.log.exceptions import place_of

LEAST_LEVEL = logging.ERROR
"""Of libraries' lines that are passed on."""
SPOKEN_FOR = ("pyrogram",)
"""Libraries that are not heard: Pyrogram logs several lines a second while Telegram can't be reached."""


class FromLibraries(logging.Handler):
    """Brings what libraries log through `logging` into our log."""

    def emit(self, record: logging.LogRecord) -> None:
        if not is_heard(record):
            return
        log = structlog.get_logger()
        facts: dict[str, object] = {"library": record.name, "at": place_of(record.pathname, record.lineno)}
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        log.log(record.levelno, literal_text(record), **facts)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """The default would print the message with its arguments."""


def is_heard(record: logging.LogRecord) -> bool:
    """Whether its library is one of those that are."""
    return record.name.partition(".")[0] not in SPOKEN_FOR


def literal_text(record: logging.LogRecord) -> str:
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
