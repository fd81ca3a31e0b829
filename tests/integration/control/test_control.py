"""The control socket: a real store, a real server and real clients on a Unix socket."""
# ruff: noqa: ASYNC110, ASYNC220, ASYNC240 - a test may block its own event loop for a moment

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.support.control import Facts, serving
from tests.support.store.tools import USER, forgetting, job, operations, preferences, transcript, usage
from voicepipe.config import Config, QuotaConfig
from voicepipe.control.client import ControlClient, NoService
from voicepipe.control.messages import (
    GrantSeconds,
    ListUsers,
    OperatorRequest,
    SetBanned,
    SetQuota,
    SetUnlimited,
    ShowHistory,
    ShowStatus,
    ShowUsage,
    ShowUser,
)
from voicepipe.control.performing import Operations
from voicepipe.control.protocol import MAX_REQUEST_BYTES, PROTOCOL
from voicepipe.control.server import ControlServer
from voicepipe.errors import ConfigError, ControlUnavailable, RequestRefused, SocketUnavailable, VoicepipeError
from voicepipe.events import BackgroundError, Event, Events
from voicepipe.store import Store

KEY = "0123456789abcdef"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "control.sock"


@pytest.fixture
async def server(store: Store, path: Path) -> AsyncIterator[ControlServer]:
    async with serving(operations(store, Facts()), path) as started:
        yield started


class Delayed(Operations):
    """Operations that wait for permission before they begin."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, Config(), forgetting(store), preferences(store))
        self.begun = asyncio.Event()
        self.permission = asyncio.Event()

    async def perform(self, request: OperatorRequest[Any]) -> Any:
        self.begun.set()
        await self.permission.wait()
        return await super().perform(request)


class Defective(Operations):
    async def perform(self, request: OperatorRequest[Any]) -> Any:
        raise ZeroDivisionError("secret detail")


async def say(path: Path, *lines: bytes) -> list[dict[str, Any]]:
    """Send raw lines over one connection and return the replies, up to the end of the connection."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    try:
        writer.write(b"".join(lines))
        writer.write_eof()
        return [json.loads(line) async for line in reader]
    finally:
        writer.close()
        await writer.wait_closed()


def line(request: dict[str, Any], protocol: int = PROTOCOL) -> bytes:
    return json.dumps({"protocol": protocol, "request": request}).encode() + b"\n"


# --- what can be asked --------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("server")
async def test_every_verb_goes_through_the_socket(path: Path) -> None:
    client = ControlClient(path)
    assert (await client.perform(ShowUser(user="42"))).is_known is False
    granted = await client.perform(GrantSeconds(user="42", seconds=600, request_id="grant-600"))
    assert (granted.extra_left_seconds, granted.daily_left_seconds) == (600, 60)
    assert (await client.perform(SetQuota(user="42", seconds=90, request_id="quota-90"))).daily_quota_seconds == 90
    again = await client.perform(SetQuota(user="42", seconds=None, request_id="quota-default"))
    assert (again.daily_quota_seconds, again.has_default_quota) == (60, True)
    assert (await client.perform(SetUnlimited(user="42", value=True, request_id="unlimited"))).is_unlimited
    assert (await client.perform(SetBanned(user="43", value=True, request_id="ban-the-43"))).is_banned
    assert {user.user_id for user in (await client.perform(ListUsers())).users} == {42, 43}
    history = await client.perform(ShowHistory(user="42"))
    assert [(entry.kind, entry.extra_seconds) for entry in history.lines] == [("grant", 600)]
    assert (await client.perform(ShowUsage(days=7))).groups == ()


@pytest.mark.usefixtures("server")
async def test_status_tells_what_only_the_service_knows(path: Path) -> None:
    status = await ControlClient(path).perform(ShowStatus())
    assert (status.is_running, status.pid, status.queue, status.uptime_seconds) == (True, os.getpid(), 3, 12.5)
    (worker,) = status.workers
    assert (worker.real_time_factor, status.sandbox) == (0.2, "on")
    assert (worker.state, worker.pid, worker.tasks_done, worker.busy_seconds) == ("busy", 4242, 7, 2.5)
    assert status.applied == status.entries


async def test_status_without_a_service(store: Store) -> None:
    status = await operations(store).perform(ShowStatus())
    assert (status.is_running, status.pid, status.workers, status.queue) == (False, None, (), None)
    assert status.sandbox is None


async def test_the_day_is_that_of_the_time_zone_in_force(tmp_path: Path) -> None:
    quota = [QuotaConfig()]
    store = await Store.open(tmp_path / "state", lambda: quota[0])
    days = []
    for number, zone in enumerate(("Etc/GMT+12", "Etc/GMT-14")):  # it is never the same day in both
        quota[0] = QuotaConfig(time_zone=zone)
        taken = job(number, at=store.accounts.balance(USER))
        await store.jobs.accept(taken)
        await store.jobs.conclude(taken, transcript(), charged_seconds=4, usage=usage())
        today = (await operations(store).perform(ShowStatus())).today
        assert today is not None
        days.append(today.day)
    await store.close()
    assert days[0] < days[1]


@pytest.mark.usefixtures("server")
async def test_a_refusal_keeps_its_type_and_words(path: Path) -> None:
    with pytest.raises(RequestRefused, match="numeric user id is accepted"):
        await ControlClient(path).perform(ShowUser(user="@nobody"))
    with pytest.raises(RequestRefused, match="from 1 to 31536000"):
        await ControlClient(path).perform(GrantSeconds(user="42", seconds=-1, request_id=KEY))


async def test_it_works_under_uvloop_too(tmp_path: Path, path: Path) -> None:
    async def ask() -> int:
        store = await Store.open(tmp_path / "state", QuotaConfig())
        try:
            async with serving(operations(store), path):
                request = GrantSeconds(user="42", seconds=5, request_id=KEY)
                return (await ControlClient(path).perform(request)).extra_left_seconds
        finally:
            await store.close()

    assert await asyncio.to_thread(uvloop.run, ask()) == 5
    assert not path.exists()


# --- once, whatever breaks ----------------------------------------------------------------------------------------
@pytest.mark.usefixtures("server")
async def test_the_same_request_twice_changes_things_once(path: Path, store: Store) -> None:
    request = GrantSeconds(user="42", seconds=600, request_id=KEY)
    reports = await asyncio.gather(*(ControlClient(path).perform(request) for _ in range(5)))
    assert {report.extra_left_seconds for report in reports} == {600}
    assert len(await store.reports.history(42, 10)) == 1


async def test_a_reply_lost_on_the_way_is_asked_for_again(path: Path, store: Store) -> None:
    """A service that dies after the change and before its reply: the client's second try must not grant twice."""
    desk = operations(store)
    requests: list[bytes] = []

    async def lose_the_first_reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readline())
        parsed = GrantSeconds.model_validate(json.loads(requests[-1])["request"])
        answer = await desk.perform(parsed)
        if len(requests) > 1:
            writer.write(json.dumps({"protocol": PROTOCOL, "answer": answer.model_dump(mode="json")}).encode() + b"\n")
            await writer.drain()
        writer.close()

    path.parent.mkdir()
    async with await asyncio.start_unix_server(lose_the_first_reply, str(path)):
        report = await ControlClient(path).perform(GrantSeconds(user="42", seconds=600, request_id=KEY))
    assert report.extra_left_seconds == 600
    assert len(requests) == 2
    assert len(await store.reports.history(42, 10)) == 1


async def test_a_client_that_leaves_does_not_undo_its_change(path: Path, store: Store) -> None:
    operations = Delayed(store)
    async with serving(operations, path):
        asking = asyncio.create_task(ControlClient(path).perform(GrantSeconds(user="42", seconds=9, request_id=KEY)))
        await operations.begun.wait()
        asking.cancel()
        operations.permission.set()
        async with asyncio.timeout(5):
            while not await store.reports.history(42, 1):
                await asyncio.sleep(0.01)
    assert store.accounts.balance(42).extra_left_seconds == 9


async def test_stopping_lets_what_runs_finish_and_be_answered(path: Path, store: Store) -> None:
    operations = Delayed(store)
    server = ControlServer(operations, path)
    await server.start()
    asking = asyncio.create_task(ControlClient(path).perform(GrantSeconds(user="42", seconds=9, request_id=KEY)))
    await operations.begun.wait()
    stopping = asyncio.create_task(server.stop(5.0))
    await asyncio.sleep(0.05)
    assert not path.exists()
    operations.permission.set()
    assert (await asking).extra_left_seconds == 9
    await stopping


async def test_stopping_is_bounded(path: Path, store: Store) -> None:
    server = ControlServer(Delayed(store), path)
    await server.start()
    idle_reader, idle_writer = await asyncio.open_unix_connection(str(path))
    asking = asyncio.create_task(ControlClient(path).perform(ListUsers()))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        await server.stop(timeout_seconds=0.1)
        assert await idle_reader.read() == b""
    idle_writer.close()
    await idle_writer.wait_closed()
    with pytest.raises(NoService):  # it tried again, and nobody was there
        await asking


# --- bad requests, bad clients ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        (b"\x00\xff\xfe garbage\n", "not valid"),
        (b"\n", "not valid"),
        (b"[]\n", "not valid"),
        (b"[" * 5000 + b"\n", "not valid"),
        (b'{"protocol": 1}\n', "request"),
        (line({"verb": "format_disk"}), "format_disk"),
        (line({"verb": "show_user", "user": "42", "sudo": True}), "sudo"),
        (line({"verb": "grant_seconds", "user": "42", "seconds": 5}), "request_id"),
        (line({"verb": "show_user", "user": 42}), "user"),
        (line({"verb": "list_users"}, protocol=99), "version 99"),
        (line({"verb": "something_of_later"}, protocol=99), "restart the service"),
    ],
)
@pytest.mark.usefixtures("server")
async def test_nonsense_is_refused_in_words_and_the_connection_goes_on(path: Path, sent: bytes, complaint: str) -> None:
    refused, answered = await say(path, sent, line({"verb": "list_users"}))
    assert refused["error"]["kind"] == "refused"
    assert complaint in refused["error"]["message"]
    assert answered["answer"] == {"users": []}


@pytest.mark.usefixtures("server")
async def test_a_request_without_end_is_cut_off_and_the_server_goes_on(path: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(b"x" * (3 * MAX_REQUEST_BYTES))
    reply = json.loads(await reader.readline())
    assert "at most" in reply["error"]["message"]
    writer.close()
    assert (await ControlClient(path).perform(ListUsers())).users == ()


@pytest.mark.usefixtures("server")
async def test_a_request_broken_off_changes_nothing(path: Path) -> None:
    half = line({"verb": "grant_seconds", "user": "42", "seconds": 5, "request_id": KEY})[:-1]
    assert await say(path, half) == []
    assert (await ControlClient(path).perform(ListUsers())).users == ()


async def test_a_silent_client_is_let_go(path: Path, store: Store) -> None:
    async with serving(operations(store), path, idle_timeout_seconds=0.1):
        reader, writer = await asyncio.open_unix_connection(str(path))
        async with asyncio.timeout(3):
            assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_an_operation_that_takes_too_long_is_told_so(path: Path, store: Store) -> None:
    operations = Delayed(store)
    async with serving(operations, path, perform_timeout_seconds=0.1):
        with pytest.raises(VoicepipeError, match="quota history"):
            await ControlClient(path).perform(GrantSeconds(user="42", seconds=9, request_id=KEY))
        operations.permission.set()


async def test_a_defect_ends_the_request_and_not_the_service(path: Path, store: Store) -> None:
    seen: list[Event] = []
    events = Events()
    events.subscribe(seen.append)
    async with serving(Defective(store, Config(), forgetting(store), preferences(store)), path, events=events):
        for _ in range(2):
            with pytest.raises(VoicepipeError, match="ZeroDivisionError") as raised:
                await ControlClient(path).perform(ListUsers())
            assert "secret detail" not in str(raised.value)
    assert seen == [BackgroundError("control", "ZeroDivisionError")] * 2


# --- the socket's file --------------------------------------------------------------------------------------------
@pytest.fixture(params=[0o000, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
async def test_the_socket_is_for_owner_and_group(path: Path, store: Store) -> None:
    async with serving(operations(store), path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.exists()


async def test_the_socket_of_a_killed_service_is_replaced(path: Path, store: Store) -> None:
    path.parent.mkdir()
    program = (
        f"import socket, time; s = socket.socket(socket.AF_UNIX); s.bind({str(path)!r}); s.listen(); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    while not path.exists():
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(NoService):
        await ControlClient(path).perform(ListUsers())
    async with serving(operations(store), path):
        assert (await ControlClient(path).perform(ListUsers())).users == ()


@pytest.mark.usefixtures("server")
async def test_a_socket_in_use_is_not_taken_over(path: Path, store: Store) -> None:
    with pytest.raises(SocketUnavailable, match="Another process serves"):
        await ControlServer(operations(store), path).start()
    assert (await ControlClient(path).perform(ListUsers())).users == ()


async def test_another_file_in_its_place_is_left_alone(path: Path, store: Store) -> None:
    path.parent.mkdir()
    path.write_text("precious")
    with pytest.raises(SocketUnavailable, match="another kind of file"):
        await ControlServer(operations(store), path).start()
    assert path.read_text() == "precious"


async def test_a_path_too_long_for_a_socket_is_explained(tmp_path: Path, store: Store) -> None:
    path = tmp_path / ("d" * 100) / "control.sock"
    with pytest.raises(ConfigError, match="runtime_dir"):
        await ControlServer(operations(store), path).start()
    with pytest.raises(NoService):
        await ControlClient(path).perform(ListUsers())


# --- who may ask, who answers -------------------------------------------------------------------------------------
ASK_AS = """
import asyncio, os, sys
from pathlib import Path
from voicepipe.control.client import ControlClient
from voicepipe.control.messages import ListUsers
user, group, *extra_groups = map(int, sys.argv[2:])
os.setgroups(extra_groups), os.setgid(group), os.setuid(user)
try:
    asyncio.run(ControlClient(Path(sys.argv[1])).perform(ListUsers()))
    print("answered")
except Exception as error:
    print(type(error).__name__, error)
"""
STRANGER = 12_345


@as_root
@pytest.mark.parametrize(
    ("mode", "group", "extra_groups", "said"),
    [
        (0o666, STRANGER, [], "RequestRefused This user may not"),
        (0o666, os.getegid(), [], "answered"),
        (0o660, STRANGER, [os.getegid()], "answered"),
        (0o660, STRANGER, [], "FilesUnusable You may not use the control socket"),
    ],
)
async def test_strangers_are_refused_and_members_of_the_group_are_not(
    store: Store, mode: int, group: int, extra_groups: list[int], said: str
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        path = Path(directory) / "control.sock"
        async with serving(operations(store), path):
            path.chmod(mode)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", ASK_AS, str(path), *map(str, [STRANGER, group, *extra_groups])),
                stdout=subprocess.PIPE,
            )
            output, _ = await process.communicate()
    assert output.decode().startswith(said)


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "no voicepipe service"),
        (b'{"protocol": 2, "answer": {}}\n', "version 2"),
        (b'{"protocol": 1, "answer": {"people": []}}\n', "restart it after an upgrade"),
        (b'{"protocol": 1, "answer": null}\n', "restart it after an upgrade"),
        (b'{"protocol": 1, "ans', "breaks off every time"),
    ],
)
async def test_what_answers_may_be_something_else(path: Path, reply: bytes, complaint: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(reply)
        writer.close()

    path.parent.mkdir()
    async with await asyncio.start_unix_server(answer, str(path)):
        with pytest.raises(ControlUnavailable, match=complaint):
            await ControlClient(path).perform(ListUsers())


async def test_a_service_that_never_answers_is_given_up(path: Path) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(path))
        mute.listen()
        with pytest.raises(ControlUnavailable, match="has not answered"):
            await ControlClient(path, timeout_seconds=0.2).perform(ListUsers())
