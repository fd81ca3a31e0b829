"""The log: events as lines, libraries' messages without anything private."""

from __future__ import annotations

import asyncio
import errno
import gc
import io
import json
import logging
import os
import socket
import time
import typing
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, TextIO

import pytest
import structlog

from voicepipe.config import ServiceConfig
from voicepipe.events import (
    BackgroundError,
    DiskIsFull,
    Event,
    Events,
    FloodWaited,
    JobConcluded,
    JobDelivered,
    JobUndeliverable,
    RequestRetried,
    WorkerDied,
)
from voicepipe.log import about, configure_logging, forget_context, log_events, log_fault_of_loop
from voicepipe.log import folding as folding_module
from voicepipe.log.folding import BURST, MOST_KEPT, WINDOW_SECONDS, Folding
from voicepipe.log.lines import close_log

SECRET = "тайна-123:AbCdEf"
Format = Literal["auto", "text", "json"]


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
    close_log()
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
        "job": "-5/6",
        "level": "info",
        "chat_id": -5,
        "message_id": 6,
        "outcome": "recognised",
        "audio_seconds": 3.142,
        "queue_seconds": 0.0,
        "compute_seconds": 1.5,
        "total_seconds": 2.25,
    }


def test_in_words_a_job_is_named_by_its_key() -> None:
    events, stream = start()
    events.emit(JobDelivered(7, 8, "guest"))
    events.emit(JobDelivered(7, 8))
    lines = [" ".join(line.split()[3:]) for line in stream.getvalue().splitlines()]
    assert lines == ["job delivered job=7/8/guest", "job delivered job=7/8"]


def test_every_line_that_is_about_a_job_has_its_key() -> None:
    events, stream = start("json", "debug")
    for event in all_events():
        events.emit(event)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    about = [line for line in lines if "chat_id" in line]
    assert len(about) > 8
    assert all(line["job"] == "7/7/word" for line in about)


async def test_what_happens_while_a_job_is_worked_on_has_its_key_whatever_task_it_is_in() -> None:
    events, stream = start("json")

    async def work(job: str) -> None:
        with about(job):
            events.emit(RequestRetried("messages.SendMessage", "TimeoutError", 1))
            await asyncio.create_task(flood())
            # What happens to a worker belongs to whoever it works for, and that may be another.
            events.emit(WorkerDied(1, 2, "died", -9))
            await asyncio.create_task(flood(), context=forget_context())

    async def flood() -> None:
        await asyncio.sleep(0)
        events.emit(FloodWaited("messages.EditMessage", 1.0))

    await asyncio.gather(work("7/1"), work("8/2"))
    events.emit(BackgroundError("menu", "TimeoutError"))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert sorted((line["event"], line.get("job", "")) for line in lines) == [
        ("background error", ""),
        *(("flood waited", job) for job in ("", "", "7/1", "8/2")),
        *(("request retried", job) for job in ("7/1", "8/2")),
        *(("worker died", ""),) * 2,
    ]


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


@contextmanager
def journal_reads(stream: TextIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    status = os.fstat(stream.fileno())
    monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
    yield


def entries_of(journal: socket.socket) -> list[dict[str, str]]:
    """What the journal was sent: its fields, read as the protocol has them."""
    journal.setblocking(False)
    found = []
    with suppress(BlockingIOError):
        while True:
            fields, data = {}, journal.recv(1 << 20)
            while data:
                name, mark, rest = data.partition(b"\n")
                if b"=" in name:
                    key, _, value = name.partition(b"=")
                    data = rest
                else:
                    size = int.from_bytes(rest[:8], "little")
                    key, value, data = name, rest[8 : 8 + size], rest[8 + size + 1 :]
                    assert rest[8 + size : 8 + size + 1] == b"\n"
                assert mark == b"\n"
                fields[key.decode()] = value.decode()
            found.append(fields)
    return found


@pytest.mark.parametrize("log_format", ["auto", "json", "text"])
def test_the_journal_gets_entries_with_fields_of_its_own(
    log_format: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal,
        (tmp_path / "stderr").open("w+") as stream,
        journal_reads(stream, monkeypatch),
    ):
        journal.bind(str(tmp_path / "journal"))
        configure_logging(ServiceConfig(log_format=log_format), stream, journal=str(tmp_path / "journal"))
        events = Events()
        log_events(events)
        events.emit(JobDelivered(7, 8, "guest"))
        events.emit(WorkerDied(worker=1, pid=42, cause="signal", exit_code=-9))
        log_chained_exception()
        delivered, died, broken = entries_of(journal)
        assert stream.tell() == 0
    message = delivered.pop("MESSAGE")
    assert delivered == {
        "PRIORITY": "6",
        "SYSLOG_IDENTIFIER": "voicepipe",
        "VOICEPIPE_EVENT": "job delivered",
        "VOICEPIPE_JOB": "7/8/guest",
        "VOICEPIPE_CHAT_ID": "7",
        "VOICEPIPE_MESSAGE_ID": "8",
        "VOICEPIPE_DOOR": "guest",
    }
    if log_format == "text":
        assert message.split() == ["[info", "]", "job", "delivered", "job=7/8/guest"]
    else:
        assert json.loads(message)["job"] == "7/8/guest"
        assert "timestamp" not in message
    assert (died["PRIORITY"], died["VOICEPIPE_CAUSE"], died["VOICEPIPE_EXIT_CODE"]) == ("4", "signal", "-9")
    assert broken["PRIORITY"] == "3"
    assert "RuntimeError" in broken["MESSAGE"]
    assert SECRET not in str(broken)
    # In words an exception takes several lines, in JSON it is one: either is one entry.
    assert ("\n" in broken["MESSAGE"]) is (log_format == "text")


@pytest.mark.parametrize(
    ("log_format", "begin"), [("text", "<3>[error"), ("auto", '<3>{"event": "broken", '), ("json", "<3>{")]
)
def test_a_journal_that_takes_no_entries_gets_lines_with_their_severity_and_no_time(
    log_format: Format, begin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stderr"
    with path.open("w+") as stream, journal_reads(stream, monkeypatch):
        configure_logging(ServiceConfig(log_format=log_format), stream, journal=str(tmp_path / "nobody"))
        try:
            raise ValueError
        except ValueError:
            logging.getLogger("library").exception("broken")
    lines = path.read_text().splitlines()
    assert (len(lines) > 1) is (log_format == "text")
    assert all(line.startswith("<3>") for line in lines)
    assert lines[0].startswith(begin)


def test_an_entry_that_the_journal_does_not_take_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "stderr"
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal,
        path.open("w+") as stream,
        journal_reads(stream, monkeypatch),
    ):
        journal.bind(str(tmp_path / "journal"))
        configure_logging(ServiceConfig(), stream, journal=str(tmp_path / "journal"))
        journal.close()
        logging.getLogger("library").error("broken")
    assert "broken" in path.read_text()


# --- floods ---------------------------------------------------------------------------------------------------------
def test_a_flood_of_the_same_line_is_folded_into_a_count() -> None:
    events, stream = start("json")
    for number in range(200):
        events.emit(FloodWaited("messages.SendMessage", number / 10))
        events.emit(JobDelivered(7, number))
    events.emit(FloodWaited("messages.EditMessage", 1.0))
    close_log()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    counts = Counter((line["event"], line.get("method")) for line in lines)
    assert counts == {
        ("flood waited", "messages.SendMessage"): BURST,
        ("flood waited", "messages.EditMessage"): 1,
        ("job delivered", None): 200,
        ("line repeated", "messages.SendMessage"): 1,
    }
    folded = next(line for line in lines if line["event"] == "line repeated")
    assert (folded["level"], folded["line"], folded["times"]) == ("warning", "flood waited", 200 - BURST)


def test_a_flood_of_a_librarys_line_is_folded_too() -> None:
    _, stream = start("json")
    for _ in range(50):
        logging.getLogger("library").error("lost")
        log_chained_exception()
    close_log()
    counts = Counter(json.loads(line)["event"] for line in stream.getvalue().splitlines())
    assert counts == {"lost": BURST, "failed": BURST, "line repeated": 2}


def test_what_is_about_a_job_is_never_folded_with_another_s() -> None:
    events, stream = start("json")
    for number in range(50):
        events.emit(JobUndeliverable(7, number, "USER_IS_BLOCKED"))
    assert stream.getvalue().count("job undeliverable") == 50


def test_a_line_is_said_again_when_its_window_is_over() -> None:
    now, told = [0.0], list[tuple[str, Mapping[str, object]]]()
    folding = Folding(lambda severity, facts: told.append((severity, facts)), lambda: now[0])
    line = {"event": "disk is full", "level": "error"}

    def say(times: int) -> int:
        """How often it was logged."""
        logged = 0
        for _ in range(times):
            with suppress(structlog.DropEvent):
                folding(None, "error", dict(line))
                logged += 1
        return logged

    assert say(30) == BURST
    assert told == []
    now[0] = WINDOW_SECONDS
    assert say(3) == 3
    assert told == [("error", {"line": "disk is full", "times": 30 - BURST})]
    folding.close()
    assert len(told) == 1


def test_what_was_counted_is_told_though_nobody_logs_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding_module, "WINDOW_SECONDS", 0.2)
    events, stream = start("json")
    for _ in range(50):
        events.emit(DiskIsFull())
    deadline = time.monotonic() + 10
    while "line repeated" not in stream.getvalue() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert '"times": 40' in stream.getvalue()


def test_floods_of_different_lines_do_not_fill_the_memory() -> None:
    folding = Folding(lambda *_: None)
    for number in range(3 * MOST_KEPT):
        folding(None, "warning", {"event": f"event {number}"})
    assert len(folding._folds) == MOST_KEPT


def test_a_redirected_stream_is_not_taken_for_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")
    _, stream = start()
    logging.getLogger("library").error("hello")
    assert stream.getvalue().startswith("20")


def test_a_stream_that_fails_does_not_disturb_the_service() -> None:
    events, closed = start()
    closed.close()
    events.emit(BackgroundError(what="a", cause="b"))
    full = Path("/dev/full").open("w")  # noqa: SIM115  the log keeps it open
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


async def fail() -> None:
    raise ValueError(SECRET)


async def wait_for_ever(_: str) -> None:
    await asyncio.get_running_loop().create_future()


def lose(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Forget a task, on a loop that tells us."""

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(log_fault_of_loop)
        task = asyncio.create_task(work(), name=SECRET)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(main())


def log_lost_task() -> None:
    lose(fail)


def log_destroyed_task() -> None:
    lose(lambda: wait_for_ever(SECRET))


def log_broken_callback() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(log_fault_of_loop)
        loop.call_soon(int, SECRET)
        await asyncio.sleep(0)

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
        log_destroyed_task,
        log_broken_callback,
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


@pytest.mark.parametrize(
    ("fault", "event", "at", "exception"),
    [
        (log_lost_task, "Task exception was never retrieved", "", "ValueError"),
        (log_destroyed_task, "Task was destroyed but it is pending!", "wait_for_ever unit/test_log.py:", ""),
        (log_broken_callback, "Unhandled fault in the event loop", "", "ValueError"),
    ],
)
def test_faults_of_the_event_loop_are_told_by_their_places(
    fault: Callable[[], None], event: str, at: str, exception: str
) -> None:
    _, stream = start("json")
    fault()
    line = json.loads(stream.getvalue())
    assert (line["library"], line["event"]) == ("asyncio", event)
    assert line["at"].startswith(at)
    assert line.get("exception", "").startswith(exception)
