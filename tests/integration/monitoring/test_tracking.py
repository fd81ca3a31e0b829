"""Reports of errors, as a Sentry on loopback gets them: all that helps to find a fault, and nothing about anybody."""

from __future__ import annotations

import asyncio
import getpass
import gzip
import json
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.places import ROOT
from tests.support.scene import SAMPLES, open_scene, send
from tests.support.service import Settings
from voicepipe.config import ServiceConfig
from voicepipe.config.monitoring import MonitoringConfig
from voicepipe.errors import ConfigError, WorkersFailed
from voicepipe.events import (
    BackgroundError,
    DiskIsFull,
    Event,
    Events,
    InvariantBroken,
    JobUndeliverable,
    PartCrashed,
    ReconfigurationRefused,
    WorkerDied,
    WorkerFailed,
)
from voicepipe.log import configure_logging
from voicepipe.monitoring import tracking
from voicepipe.monitoring.tracking import AGAIN_SECONDS, MOST_DIFFERENT, Tracker, tracked_errors

SECRET = "тайна-123:AbCdEfGh"
NAME = "Secretname"
CHAT, MESSAGE = 987_654_321, 555_666_777
PLANTED = (SECRET, NAME, str(CHAT), str(MESSAGE), "завтра восемь", "/srv/private", "biz-connection")


class Receiver:
    """A tracker that keeps every byte that it is sent."""

    def __init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                head = f"{self.requestline}\n{self.headers}".encode()
                plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                receiver.requests.append((head, body, plain))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None: ...

        self.requests: list[tuple[bytes, bytes, bytes]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def dsn(self) -> str:
        return f"http://abcdefabcdefabcd@127.0.0.1:{self._server.server_port}/7"

    @property
    def everything(self) -> bytes:
        """Every byte of every request, and what is packed in them."""
        return b"\n".join(part for request in self.requests for part in request)

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The events in the envelopes."""
        return [json.loads(plain.split(b"\n")[2]) for _, _, plain in self.requests]

    def wait(self, count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 20
        while len(self.requests) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.requests) >= count
        return self.reports

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("voicepipe.log.lines._state.others", [])
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def config(receiver: Receiver) -> MonitoringConfig:
    return MonitoringConfig.model_validate({"sentry_dsn": receiver.dsn})


def assert_nothing_private(receiver: Receiver) -> None:
    everything = receiver.everything
    own = {str(ROOT), str(Path.home()), socket.gethostname(), sys.executable, getpass.getuser()}
    for private in {*PLANTED, *(word for word in own if len(word) > 4)}:  # a shorter one is found by chance
        for spelled in (private, json.dumps(private).strip('"')):
            assert spelled.encode() not in everything, private


def fail() -> None:
    token = SECRET
    try:
        raise OSError(28, f"no room for {token}", f"/srv/private/{NAME}")
    except OSError as error:
        raise RuntimeError(f"{NAME} said завтра восемь in {CHAT}") from error


# --- what is reported -----------------------------------------------------------------------------------------------
def test_errors_are_reported_by_their_words_types_and_places_only(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEPIPE_PLANTED", SECRET)
    monkeypatch.setattr(sys, "argv", ["voicepipe", "--config", f"/srv/private/{SECRET}"])
    events = Events()
    with tracked_errors(config(receiver), events):
        configure_logging(ServiceConfig())  # as a reload does
        log = logging.getLogger("library.client")
        for event in (
            DiskIsFull(),
            InvariantBroken(3),
            ReconfigurationRefused(2),
            WorkerFailed(2, "died_too_often"),
            WorkerDied(1, 4242, "deadline", -9),
            PartCrashed(CHAT, MESSAGE, 0, "RuntimeError at worker/task.py:12", "business:biz-connection+1"),
            # What is no enumerated word is left out, whatever field it has got into.
            WorkerFailed(3, f"{SECRET} /srv/private"),
        ):
            events.emit(event)
        log.error(f"composed {SECRET}")
        log.error("literal %s", SECRET)
        try:
            fail()
        except RuntimeError:
            log.exception("it failed for %s", NAME)
            log.error("local", exc_info=True, extra={"token": SECRET})
    reports = receiver.wait(11)
    assert [report.get("message") for report in reports[:7]] == [
        "disk is full",
        "invariant broken: 3",
        "reconfiguration refused",
        "worker failed: died_too_often",
        "worker died: deadline",
        "part crashed: RuntimeError at worker/task.py:12",
        "worker failed: 3",
    ]
    assert [report.get("message") for report in reports[7:9]] == [
        "message withheld: library.client",
        "literal %s: library.client",
    ]
    inner, outer = reports[9]["exception"]["values"]
    assert (inner["type"], outer["type"], outer["value"]) == ("OSError ENOSPC", "RuntimeError", "it failed for %s")
    assert outer["stacktrace"]["frames"][-1]["function"] == "fail"
    assert outer["stacktrace"]["frames"][-1]["filename"] == "monitoring/test_tracking.py"
    assert {report["release"].partition("@")[0] for report in reports} == {"voicepipe"}
    assert {report["server_name"] for report in reports} == {"voicepipe"}
    allowed = {"level", "logger", "tags", "fingerprint", "message", "exception", "event_id", "timestamp"}
    allowed |= {"release", "environment", "server_name", "sdk", "platform"}
    assert {key for report in reports for key in report} <= allowed
    assert_nothing_private(receiver)


def test_what_is_no_error_is_not_reported(receiver: Receiver) -> None:
    events = Events()
    with tracked_errors(config(receiver), events):
        events.emit(BackgroundError("menu", "TimeoutError"))
        events.emit(JobUndeliverable(CHAT, MESSAGE, "USER_IS_BLOCKED"))
        logging.getLogger("library").warning("mind")
        logging.getLogger("pyrogram.session").error("what our own events tell of")
    assert receiver.requests == []


def test_a_defect_that_ends_the_service_is_reported_and_goes_on(receiver: Receiver) -> None:
    with pytest.raises(RuntimeError, match=NAME), tracked_errors(config(receiver), Events()):
        fail()
    (report,) = receiver.reports
    assert report["level"] == "fatal"
    assert report["exception"]["values"][-1]["type"] == "RuntimeError"
    assert_nothing_private(receiver)


def test_what_an_operator_is_told_in_words_is_no_defect(receiver: Receiver) -> None:
    with pytest.raises(WorkersFailed), tracked_errors(config(receiver), Events()):
        raise WorkersFailed
    assert receiver.requests == []


# --- bounds ---------------------------------------------------------------------------------------------------------
def test_the_same_error_is_reported_once_in_a_while_with_how_often_it_was(receiver: Receiver) -> None:
    now = [0.0]
    tracker = Tracker(receiver.dsn, clock=lambda: now[0])
    for _ in range(50):
        tracker.track(DiskIsFull())
    now[0] = AGAIN_SECONDS + 1
    tracker.track(DiskIsFull())
    tracker.close()
    assert [report["tags"]["times"] for report in receiver.wait(2)] == ["1", "50"]
    assert len(receiver.requests) == 2


def test_many_different_errors_are_no_flood(receiver: Receiver) -> None:
    tracker = Tracker(receiver.dsn, clock=lambda: 0.0)
    for number in range(3 * MOST_DIFFERENT):
        tracker.track(WorkerFailed(number, "died"))
    tracker.close()
    assert len(receiver.requests) <= MOST_DIFFERENT


def test_a_tracker_that_is_away_holds_nobody_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        tracker = Tracker(f"http://abcdefabcdefabcd@127.0.0.1:{deaf.getsockname()[1]}/7")
        begun_at = time.monotonic()
        for number in range(20):
            tracker.track(WorkerFailed(number, "died"))
        assert time.monotonic() - begun_at < 1.0
        tracker.close()
        assert time.monotonic() - begun_at < 2 * tracking.CLOSE_SECONDS + 3.0


def test_nothing_is_loaded_where_it_is_not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    events, seen = Events(), list[Event]()
    with tracked_errors(MonitoringConfig(), events):
        events.subscribe(seen.append)
        events.emit(DiskIsFull())
    assert seen == [DiskIsFull()]


def test_a_missing_library_is_an_error_that_names_the_extra(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ConfigError, match=r"needs sentry-sdk.*install the extra `sentry`"):
        Tracker(receiver.dsn)


# --- the whole service ----------------------------------------------------------------------------------------------
async def test_the_service_reports_a_dead_worker_and_nothing_about_anybody(receiver: Receiver, tmp_path: Path) -> None:
    settings: Settings = {"monitoring": {"sentry_dsn": receiver.dsn}}
    async with open_scene(tmp_path, settings) as scene:
        short = SAMPLES["seen_ru_18.ogg"]
        scene.telegram.world.add_user(CHAT, NAME, username=NAME.lower(), language_code="ru")
        sent = await send(scene.telegram.user(CHAT), short)
        assert await scene.text_for(sent) == short.text
        os.kill((await scene.idle_workers())[0], 9)
        await scene.service.wait_event("worker died")
        await asyncio.to_thread(receiver.wait, 1)
        await scene.service.stop()
        (report,) = receiver.reports
        assert report["message"] == "worker died: died"
        assert_nothing_private(receiver)
        everything = receiver.everything
        for private in (short.text, NAME.lower(), scene.telegram.bot_token, str(tmp_path)):
            assert private.encode() not in everything
