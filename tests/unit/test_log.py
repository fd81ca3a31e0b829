"""The log: events as lines, libraries' messages without anything private."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import logging
import os
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import pytest
import structlog

from voicepipe.config import ServiceConfig
from voicepipe.events import BackgroundError, Event, Events, JobConcluded, JobDelivered, WorkerDied
from voicepipe.log import configure_logging, log_events

SECRET = "тайна-123:AbCdEf"
Format = Literal["text", "json"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # configure_logging would close them
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def start(
    log_format: Format = "text", level: Literal["debug", "info", "warning", "error"] = "info"
) -> tuple[Events, io.StringIO]:
    stream = io.StringIO()
    configure_logging(ServiceConfig(log_format=log_format, log_level=level), stream)
    events = Events()
    log_events(events)
    return events, stream


def all_events() -> list[Event]:
    """One of every class, its fields filled by their types."""
    samples: dict[Any, Any] = {int: 7, float: 0.25, str: "word", bool: True}
    made: list[Event] = []
    for kind in Event.__subclasses__():
        types = typing.get_type_hints(kind)
        made.append(kind(**{f.name: samples.get(types[f.name]) for f in fields(kind)}))
    return made


# --- events ---------------------------------------------------------------------------------------------------------
def test_an_event_is_a_static_text_and_fields() -> None:
    events, stream = start()
    events.emit(WorkerDied(worker=1, pid=42, cause="signal", exit_code=-9))
    line = stream.getvalue()
    assert line.endswith("\n")
    assert " ".join(line.split()[1:]) == "[warning ] worker died worker=1 pid=42 cause=signal exit_code=-9"


def test_an_event_as_json() -> None:
    events, stream = start("json")
    events.emit(JobConcluded(-5, 6, "recognised", 3.14159, 0.0, 1.5, 2.25))
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job concluded",
        "level": "info",
        "chat_id": -5,
        "message_id": 6,
        "outcome": "recognised",
        "audio_seconds": 3.142,
        "queue_seconds": 0.0,
        "compute_seconds": 1.5,
        "total_seconds": 2.25,
    }


def test_a_job_that_came_in_by_another_door_says_by_which() -> None:
    events, stream = start()
    events.emit(JobDelivered(7, 8, "guest"))
    events.emit(JobDelivered(7, 8))
    lines = [" ".join(line.split()[3:]) for line in stream.getvalue().splitlines()]
    assert lines == ["job delivered chat_id=7 message_id=8 door=guest", "job delivered chat_id=7 message_id=8"]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_every_event_can_be_logged(log_format: Format) -> None:
    events, stream = start(log_format, "debug")
    every = all_events()
    for event in every:
        events.emit(event)
    assert len(stream.getvalue().splitlines()) == len(every) > 10


def test_the_least_severity_is_obeyed() -> None:
    events, stream = start(level="error")
    for event in all_events():
        events.emit(event)
    logging.getLogger("library").warning("not that bad")
    assert set(stream.getvalue().split()) & {"[info", "[warning"} == set()
    assert "[error" in stream.getvalue()


def test_a_value_cannot_pass_for_another_line_or_field() -> None:
    events, stream = start()
    events.emit(BackgroundError(what="a", cause='x\nservice ready workers=3 "q"'))
    assert len(stream.getvalue().splitlines()) == 1
    assert r"""cause='x\nservice ready workers=3 "q"'""" in stream.getvalue()


def test_colours_are_for_terminals_only() -> None:
    _, stream = start()
    logging.getLogger("library").error("plain")
    assert "\x1b" not in stream.getvalue()
    terminal = Terminal()
    configure_logging(ServiceConfig(), terminal)
    logging.getLogger("library").error("coloured")
    assert "\x1b" in terminal.getvalue()


def test_under_the_journal_a_line_has_its_severity_and_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    with path.open("w+") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        configure_logging(ServiceConfig(), stream)
        try:
            raise ValueError
        except ValueError:
            logging.getLogger("library").exception("broken")
    lines = path.read_text().splitlines()
    assert len(lines) > 1
    assert all(line.startswith("<3>") for line in lines)
    assert lines[0].startswith("<3>[error")


def test_a_redirected_stream_is_not_taken_for_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")
    _, stream = start()
    logging.getLogger("library").error("hello")
    assert stream.getvalue().startswith("20")


def test_a_stream_that_fails_does_not_disturb_the_service() -> None:
    events, closed = start()
    closed.close()
    events.emit(BackgroundError(what="a", cause="b"))
    full = Path("/dev/full").open("w")  # noqa: SIM115
    configure_logging(ServiceConfig(), full)
    events.emit(BackgroundError(what="a", cause="b"))
    with pytest.raises(OSError, match="No space left"):
        full.close()


# --- libraries ------------------------------------------------------------------------------------------------------
def test_a_librarys_literal_text_is_kept() -> None:
    _, stream = start("json")
    logging.getLogger("library.session").error("[%s] connection lost", SECRET)
    line = json.loads(stream.getvalue())
    assert line["event"] == "[%s] connection lost"
    assert (line["level"], line["library"]) == ("error", "library.session")
    assert line["at"].startswith("unit/test_log.py:")


def test_a_librarys_chatter_is_not_logged() -> None:
    _, stream = start(level="debug")
    logging.getLogger("library").warning("it may be that %s", SECRET)
    logging.getLogger("pyrogram.client").error("what our own events tell of")
    assert stream.getvalue() == ""


def log_composed() -> None:
    logging.getLogger("library.client").error(f"Logged in as {SECRET}")


def log_argument() -> None:
    logging.getLogger("library.client").error("file %s of %s", f"/srv/{SECRET}", {"token": SECRET})


def log_exception_as_message() -> None:
    logging.getLogger("library.dispatcher").exception(ValueError(SECRET))


def log_chained_exception() -> None:
    try:
        try:
            local = SECRET
            raise OSError(errno.ENOSPC, local, f"/srv/{local}")
        except OSError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        error.add_note(SECRET)
        logging.getLogger("library.client").exception("failed")


def log_exception_group() -> None:
    group = ExceptionGroup(SECRET, [KeyError(SECRET), ExceptionGroup(SECRET, [TypeError(SECRET)])])
    logging.getLogger("library").error("several", exc_info=group)


def log_wrong_arguments() -> None:
    logging.getLogger("library").error("%d and %d", SECRET)


def log_unprintable() -> None:
    class Unprintable:
        def __str__(self) -> str:
            raise ValueError(SECRET)

    logging.getLogger("library").error(Unprintable())


def log_lost_task() -> None:
    async def fail() -> None:
        raise ValueError(SECRET)

    async def main() -> None:
        task = asyncio.create_task(fail(), name=SECRET)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(main())


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "leak",
    [
        log_composed,
        log_argument,
        log_exception_as_message,
        log_chained_exception,
        log_exception_group,
        log_wrong_arguments,
        log_unprintable,
        log_lost_task,
    ],
)
def test_nothing_private_reaches_the_log(
    leak: Callable[[], None], log_format: Format, capfd: pytest.CaptureFixture[str]
) -> None:
    _, stream = start(log_format)
    leak()
    everywhere = stream.getvalue() + "".join(capfd.readouterr())
    assert stream.getvalue()
    assert SECRET not in everywhere
    assert json.dumps(SECRET).strip('"') not in everywhere
    assert "/srv" not in everywhere


def test_an_exception_is_told_by_types_and_frames() -> None:
    _, stream = start("json")
    log_chained_exception()
    lines = json.loads(stream.getvalue())["exception"].splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["RuntimeError", "OSError ENOSPC"]
    assert lines[1].startswith("  unit/test_log.py:")
    assert lines[1].endswith(" in log_chained_exception")


def test_a_group_is_told_by_its_members() -> None:
    _, stream = start("json")
    log_exception_group()
    lines = json.loads(stream.getvalue())["exception"].splitlines()
    assert lines == ["ExceptionGroup", "KeyError", "ExceptionGroup", "TypeError"]


def test_the_lost_task_of_asyncio_is_told() -> None:
    _, stream = start("json")
    log_lost_task()
    line = json.loads(stream.getvalue())
    assert line["library"] == "asyncio"
    assert line["event"] == "message withheld"
    assert line["exception"].startswith("ValueError")
